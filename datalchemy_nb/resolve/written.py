"""Texts that a rule gives a column of a type with a form of its own: uuid, JSON, addresses, ranges, arrays, durations.

A generator of texts may fill such a column, since a pattern or a list can spell them. Whether it does is asked of a
sample of its values, before the run.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable

import numpy as np

from datalchemy_nb.constraints.types import base_type
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.resolve.phases import DraftedTable, TableTask
from datalchemy_nb.resolve.state import Draft

_SAMPLE = 64
_UUID = re.compile(r"\{?[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}\}?")
_MAC = re.compile(
    r"[0-9a-fA-F]{2}([:-]?[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{4}([.-][0-9a-fA-F]{4}){2}|[0-9a-fA-F]{6}[:-][0-9a-fA-F]{6}"
)
_MAC8 = re.compile(r"[0-9a-fA-F]{2}([:.-]?[0-9a-fA-F]{2}){5}(([:.-]?[0-9a-fA-F]{2}){2})?")
_DURATION = re.compile(r"[+-]?\d+(\.\d*)?\s*[a-zA-Z]+|[+-]?\d+(:\d+){1,2}(\.\d*)?|\bago\b|@")
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")


def _is_json(text: str) -> bool:
    json.loads(text)
    return True


def _is_inet(text: str) -> bool:
    ipaddress.ip_interface(text)
    return True


def _is_cidr(text: str) -> bool:
    ipaddress.ip_network(text)
    return True


def _is_interval(text: str) -> bool:
    if _NUMBER.fullmatch(text.strip()) or re.match(r"\s*P\d", text):
        return True
    return bool(text.strip()) and not _DURATION.sub("", text).strip()


def _is_range(text: str) -> bool:
    plain = text.strip()
    return plain == "empty" or (plain[:1] in "[({" and plain[-1:] in "])}" and ("," in plain or plain == "{}"))


def _is_array(text: str) -> bool:
    plain = text.strip()
    return plain[:1] in "{[" and plain[-1:] == "}"


_FORMS: dict[str, Callable[[str], bool]] = {
    "uuid": lambda text: _UUID.fullmatch(text) is not None,
    "json": _is_json,
    "jsonb": _is_json,
    "inet": _is_inet,
    "cidr": _is_cidr,
    "macaddr": lambda text: _MAC.fullmatch(text) is not None,
    "macaddr8": lambda text: _MAC8.fullmatch(text) is not None,
    "interval": _is_interval,
    "bit": lambda text: re.fullmatch("[01]*", text) is not None,
    "varbit": lambda text: re.fullmatch("[01]*", text) is not None,
}
_FAMILIES: dict[str, Callable[[str], bool]] = {"array": _is_array, "range": _is_range}


def check_written(draft: DraftedTable) -> None:
    """Refuse rules whose generator makes texts that the column's type cannot read."""
    for item in draft.columns.values():
        form = _form(draft, item)
        if form is None or item.domain is None:
            continue
        count = min(item.domain.size, _SAMPLE)
        spread = np.arange(count, dtype=np.uint64) * np.uint64(max(item.domain.size // count, 1))
        values = [str(value) for value in item.domain.take(spread).to_list() if value is not None]
        unread = [value for value in values if not _reads(form, value)]
        if unread:
            draft.refuse(
                "generator_type_mismatch",
                item.path,
                f"{draft.name_of(item.name)} is {item.slot.type_name}, and {item.generator_id} makes texts that are "
                f"none: {len(unread)} of {len(values)} of a sample",
                "take a generator of this type, or take the rule out",
                column=item.name,
            )


def _form(draft: TableTask, item: Draft) -> Callable[[str], bool] | None:
    """What tells whether a text is one of the column's type, where its generator makes texts; None = nobody asks."""
    if item.rule is None or item.generator_id is None or item.steps or item.domain is None:
        return None
    spec = find_generator(item.generator_id)
    if spec is None or "text" not in spec.produces or item.slot.category in spec.produces:
        return None
    return _FAMILIES.get(item.slot.category) or _FORMS.get(base_type(item.column.column_type, draft.schema).udt_name)


def _reads(form: Callable[[str], bool], text: str) -> bool:
    try:
        return form(text)
    except (ValueError, RecursionError):
        return False
