"""What may come next in a plan that is being written in YAML: fields and words from the plan's own schema, names from
what a session knows. No I/O, no IPython."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from datalchemy_nb.commands.completion import Completion, Known
from datalchemy_nb.records import dataclass

_FIELD = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*:(?:\s+(?P<value>.*)|\s*)\Z")
_PAIR = re.compile(r"([A-Za-z_]\w*)\s*:\s*([^,{}\[\]]*)")
_COLUMNS = ("column", "columns", "within", "state", "start", "end", "previous", "at", "until", "current", "position")
_LOCALES, _DAYS = ("locale",), ("base_date",)


@dataclass
class _Level:
    """A mapping around the cursor.

    Attributes:
        name: of the field that holds it; empty for a part of a list.
        fields: its fields with the values that stand on their lines.
    """

    name: str
    fields: dict[str, str] = field(default_factory=dict)


def complete_plan(before: str, after: str, known: Known) -> Completion | None:
    """Return what may stand at the cursor; None where nothing is known.

    Args:
        before: the cell's text up to the cursor, without its first line.
        after: the text behind it.
        known: what a session has seen.
    """
    *above, line = before.split("\n")
    below = after.split("\n")[1:]
    bare, indent = _bare(line)
    if bare.startswith("#"):
        return None
    levels = _levels(above, below, line, indent)
    for name, inner in _open_flows(bare):
        if name:
            levels.append(_Level(name))
        levels[-1].fields.update({other: value.strip() for other, value in _PAIR.findall(inner)})
        bare = _last_pair(inner)
    at_value = re.match(r"(?P<name>[A-Za-z_]\w*)\s*:\s+(?P<value>.*)\Z", bare, re.DOTALL)
    if at_value:
        fragment = re.split(r"[\[,]\s*", at_value["value"])[-1].lstrip("\"'")
        found = _values(at_value["name"], levels, known)
        return _fitting(fragment, found, at_value["name"])
    if re.fullmatch(r"\w*", bare):
        return _fitting(bare, (f"{name}:" for name in _names(levels, known)), "field")
    return None


def _bare(line: str) -> tuple[str, int]:
    """A line without indentation and dashes, and the column at which it begins."""
    found = re.match(r"[ ]*(?:-[ ]+)*", line)
    indent = found.end() if found else 0
    return line[indent:], indent


def _levels(above: list[str], below: list[str], line: str, indent: int) -> list[_Level]:
    """The mappings around a line, outermost first."""
    levels = [_Level("", dict(_siblings(above, below, line, indent)))]
    limit = indent
    dashed = line[:indent].rstrip().endswith("-")
    for text in reversed(above):
        bare, at = _bare(text)
        if not bare.strip() or bare.startswith("#"):
            continue
        begins = len(text) - len(text.lstrip(" "))
        if not dashed and at == limit and begins < at:
            # The first line of a part of a list: what holds it stands further left.
            limit, dashed = begins, True
            continue
        if dashed and begins == limit and text.lstrip().startswith("-"):
            continue
        found = _FIELD.match(bare)
        if found and not (found["value"] or "").strip() and (at < limit or (dashed and at <= limit)):
            levels[0].name = found["name"]
            position = above.index(text)
            levels.insert(0, _Level("", dict(_siblings(above[:position], [*above[position + 1 :], *below], text, at))))
            limit, dashed = at, text[:at].rstrip().endswith("-")
            if dashed:
                limit = len(text) - len(text.lstrip(" "))
    return levels


def _siblings(above: list[str], below: list[str], line: str, indent: int) -> Iterator[tuple[str, str]]:
    """Fields of the mapping that a line belongs to, the line's own left out."""
    starts = line[:indent].rstrip().endswith("-")
    for text in () if starts else reversed(above):
        bare, at = _bare(text)
        if not bare.strip() or at > indent:
            continue
        if at < indent:
            break
        yield from _field_of(bare)
        if text[:at].rstrip().endswith("-"):
            break
    for text in below:
        bare, at = _bare(text)
        if not bare.strip() or at > indent:
            continue
        if at < indent or text[:at].rstrip().endswith("-"):
            break
        yield from _field_of(bare)


def _field_of(bare: str) -> Iterator[tuple[str, str]]:
    found = _FIELD.match(bare)
    if found:
        yield found["name"], (found["value"] or "").strip().strip("\"'")


def _open_flows(bare: str) -> list[tuple[str, str]]:
    """Of every brace that is still open the field that holds it, and what stands behind it; outermost first."""
    opened: list[int] = []
    for place, char in enumerate(bare):
        if char == "{":
            opened.append(place)
        elif char == "}" and opened:
            opened.pop()
    found = []
    for place, until in pairwise((*opened, len(bare))):
        named = _FIELD.match(_last_pair(bare[:place].rpartition("{")[2]).strip())
        found.append((named["name"] if named else "", bare[place + 1 : until]))
    return found


def _last_pair(inner: str) -> str:
    """The field that is being written: behind the last comma that is not within a list."""
    listed = inner.rfind("[") if inner.count("[") > inner.count("]") else len(inner)
    depth = 0
    for place in range(listed - 1, -1, -1):
        depth += {"]": 1, "[": -1, "}": 1, "{": -1}.get(inner[place], 0)
        if inner[place] == "," and depth == 0:
            return inner[place + 1 :].lstrip()
    return inner.lstrip()


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    from datalchemy_nb.contracts.plan import Plan

    return Plan.model_json_schema()


def _flat(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The forms that a part of the plan may have."""
    if "$ref" in node:
        yield from _flat(_schema()["$defs"][node["$ref"].rpartition("/")[2]])
    elif inner := node.get("anyOf") or node.get("oneOf"):
        for one in inner:
            yield from _flat(one)
    else:
        yield node


def _forms(levels: list[_Level]) -> list[Mapping[str, Any]]:
    """The forms that the innermost mapping may have, by where it stands and what is written in it."""
    forms = [form for form in _flat(_schema()) if _agrees(form, levels[0].fields)]
    for level in levels[1:]:
        inner = [part for form in forms for part in _flat(form.get("properties", {}).get(level.name, {}))]
        inner += [part for form in inner if "items" in form for part in _flat(form["items"])]
        forms = [form for form in inner if "properties" in form and _agrees(form, level.fields)]
    return forms


def _agrees(form: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    """Whether words that tell forms apart are those of this one."""
    told = {name: part["const"] for name, part in form.get("properties", {}).items() if "const" in part}
    return all(fields.get(name, "") in ("", str(word)) for name, word in told.items())


def _names(levels: list[_Level], known: Known) -> list[str]:
    written = levels[-1].fields
    if levels[-1].name == "params" and len(levels) > 1:
        above = levels[-2].fields
        names: Iterable[str] = known.params(above.get("id") or above.get("generator") or "")
    else:
        names = dict.fromkeys(name for form in _forms(levels) for name in form.get("properties", ()))
    return [name for name in names if name not in written]


def _values(name: str, levels: list[_Level], known: Known) -> Iterable[str]:
    fields = levels[-1].fields
    if name == "generator" or (name == "id" and levels[-1].name == "generator"):
        return known.generator_ids()
    if name == "id" and levels[-1].name == "transforms":
        return known.transforms()
    if name in _LOCALES:
        return sorted(known.locales())
    if name in _DAYS:
        return (known.today,) if known.today else ()
    names = _of_schema(name, fields, levels, known)
    if names is not None:
        return names
    parts = [part for form in _forms(levels) for part in _flat(form.get("properties", {}).get(name, {}))]
    words = [str(part["const"]) for part in parts if "const" in part]
    words += [str(word) for part in parts for word in part.get("enum", ())]
    words += ["true", "false"] if any(part.get("type") == "boolean" for part in parts) else []
    return dict.fromkeys(words)


def _of_schema(name: str, fields: Mapping[str, str], levels: list[_Level], known: Known) -> list[str] | None:
    """Names of schemas, tables and columns; None where the field takes none."""
    schema = known.schema
    kind = name.rpartition("_")[2]
    if schema is None or name == "schema_ref":
        return None
    if kind == "schema":
        return [one.name for one in schema.schemas]
    if kind == "table":
        within = fields.get(name.replace("table", "schema"), "")
        return list(dict.fromkeys(ref.table for ref in schema.tables if within in ("", ref.schema)))
    if name in _COLUMNS or kind in ("column", "columns"):
        prefix = "child_" if name.startswith("child_") else ""
        for level in reversed(levels):
            table = level.fields.get(f"{prefix}table")
            if table:
                within = level.fields.get(f"{prefix}schema", "")
                found = [one for ref, one in schema.tables.items() if ref.table == table]
                exact = [one for ref, one in schema.tables.items() if (ref.schema, ref.table) == (within, table)]
                return list(dict.fromkeys(column.name for one in exact or found for column in one.columns))
    return None


def _fitting(fragment: str, names: Iterable[str], kind: str) -> Completion | None:
    fits = tuple(name for name in names if name.startswith(fragment) and name != fragment)
    if not fits and fragment:
        fits = tuple(name for name in names if fragment.lower() in name.lower() and name != fragment)
    return Completion(fragment, fits, kind) if fits else None
