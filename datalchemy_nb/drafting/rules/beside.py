"""Texts whose default is written and nothing else: most rows keep it, and what others hold is told by the name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from datalchemy_nb.domains.usual import KEPT, OPPOSITES
from datalchemy_nb.drafting.meaning import Meaning, first_meaning, suggest
from datalchemy_nb.drafting.offers import Offer, first_fitting, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import vocabulary

RULE = "keep_default"
Rule = Callable[[ColumnView], Suggestion | None]
_CODE = re.compile(r"[^\W\d]+(?:[-_.][^\W\d]+)*")
_COUNTED = re.compile(r"(.*?)(\d{1,2})(\D*)")
_FILE = re.compile(r".*[^\W\d](\.[a-z]{2,4})")
_FLAG_KEPT = 0.8
_FALLING = (0.5, 0.3, 0.2)


def _words(**told: str) -> Callable[[ColumnView], Sequence[Offer]]:
    return lambda view: [offer("primitive.choice", values=told.get(view.text_language, told["en"]).split())]


_NAMES = (
    Meaning(
        "an environment",
        vocabulary("environment, env, runtime", "ambiente"),
        _words(en="production staging development", pt="producao homologacao desenvolvimento"),
    ),
    Meaning(
        "a queue of work",
        vocabulary("queue, queue name, topic, channel, lane", "fila"),
        _words(en="mail reports imports", pt="emails relatorios importacao"),
    ),
    Meaning(
        "a part of what many share",
        vocabulary("workspace, tenant, namespace, realm, domain, partition, shard, pool, scope, collection", "espaco"),
        _words(en="main research sandbox", pt="principal pesquisa testes"),
    ),
)
"""Codes that only a default shows to be codes: without one, the columns are labels."""
_ANY_CODE = _words(
    en="standard internal external",
    pt="padrao interno externo",
    es="estandar interno externo",
    fr="standard interne externe",
    de="standard intern extern",
)


def beside_default(by_name: Sequence[Rule]) -> Rule:
    """Return the rule that keeps a text's default in most rows, and has others hold what its name would say.

    Args:
        by_name: rules that judge a column by its name.
    """

    def keep_default(view: ColumnView) -> Suggestion | None:
        """Suggest the default and other values of its form; a name or a sentence that nobody else has, without it."""
        given = view.literal_default
        if view.is_unique or given is None or view.category not in ("text", "array"):
            return None
        without = replace(view, column=view.column.model_copy(update={"default": None}))
        found = next((found for rule in by_name if (found := rule(without)) is not None), None)
        if found is not None and given and (found.generator_id or "").startswith("reference."):
            found = None  # the application has words of its own
        listed = found is not None and found.generator_id == "primitive.choice" and bool(given)
        if found is not None and found.generator_id is not None and not listed:
            return found if view.may_be_null else replace(found, null_rate=None)
        if view.category == "array":
            texts = view.column.column_type.data_type in _ARRAYS or "character varying(" in view.slot.type_name
            offers = [offer("text.tags")] if texts else []
            return suggest(view, RULE, first_fitting(view, offers), ("a list of words",), 0.5)
        values = _values(without, given, found)
        if not values:
            return None
        weighted = [offer("primitive.choice", values=list(values), weights=list(values.values()))]
        plain = [offer("primitive.choice", values=list(values))]
        told = f"default {given!r}: most rows keep it"
        return suggest(view, RULE, first_fitting(view, plain if view.in_key else weighted), (told,), 0.4)

    return keep_default


_ARRAYS = ("text[]", "character varying[]")


def _values(view: ColumnView, given: str, found: Suggestion | None) -> Mapping[str, int]:
    """The default and what stands beside it, each with how often it is met; empty where its form tells nothing."""
    other = OPPOSITES.get(given.lower())
    if other is not None:
        return _shares(given, [_as(other, given)], _FLAG_KEPT)
    counted = _COUNTED.fullmatch(given)
    if counted is not None:
        before, digits, after = counted.groups()
        steps = (f"{int(digits) + step:0{len(digits)}d}" for step in range(1, len(_FALLING) + 1))
        return _shares(given, [f"{before}{number}{after}" for number in steps])
    if not _CODE.fullmatch(given):
        return {}
    if len(given) == 1:
        return _shares(given, [_as(letter, given) for letter in "abcd" if letter != given.lower()])
    named = first_meaning(view, RULE, _NAMES) or found
    listed = named.params.get("values") if named is not None else _ANY_CODE(view)[0].params["values"]
    words = [str(one) for one in listed or ()]
    ending = _FILE.fullmatch(given)
    return _shares(given, [_as(word, given) + (ending[1] if ending else "") for word in words])


def _shares(given: str, others: Sequence[str], kept: float = KEPT) -> Mapping[str, int]:
    rest = [one for one in dict.fromkeys(others) if one != given][: len(_FALLING)]
    whole = sum(_FALLING[: len(rest)]) or 1
    return {given: round(100 * kept)} | {
        one: max(round(100 * (1 - kept) * share / whole), 1) for one, share in zip(rest, _FALLING, strict=False)
    }


def _as(word: str, given: str) -> str:
    """A word as the default is written: its case, and what joins its parts."""
    joint = next((one for one in "-_." if one in given), "_")
    plain = word.replace("_", joint)
    if given.isupper() or given.islower():
        return plain.upper() if given.isupper() else plain.lower()
    return plain[:1].upper() + plain[1:] if given[:1].isupper() else plain
