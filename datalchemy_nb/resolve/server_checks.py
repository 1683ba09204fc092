"""CHECKs that only PostgreSQL can evaluate: it is asked, before the run, which values of a finite pool it accepts.

The answers go into the plan, so that the same rows are made later without a server. An answer belongs to its question:
another generator, seed or CHECK makes other candidates, and they are asked anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from functools import partial

import numpy as np
import polars as pl
from sqlglot import exp

from datalchemy_nb.constraints.facts import Condition
from datalchemy_nb.constraints.parse import UnreadableCheckError, parse
from datalchemy_nb.constraints.probe import understood
from datalchemy_nb.constraints.types import base_type
from datalchemy_nb.constraints.values import as_values
from datalchemy_nb.contracts.feasibility import Unanswered
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.contracts.pg_types import BY_NAME
from datalchemy_nb.contracts.schema import SqlFunction
from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Entity, Facet, Subset
from datalchemy_nb.domains.bits import U64, draw, scale, stream_key, unit
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.resolve.answers import Mask, Question
from datalchemy_nb.resolve.phases import CheckedTable, DraftedTable, TableTask
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.state import Draft

POOL = 4096
_DOCUMENTS = 128


def ask_server(draft: CheckedTable) -> None:
    """Let PostgreSQL choose among values where nothing here can; name what is left unmet.

    Args:
        draft: the table, everything else narrowed.
    """
    keyed = draft.in_keys
    for check, condition, complaint in draft.demands.beyond:
        unanswered = _enumerated(draft, check, condition, keyed, draft.demands.beyond)
        if unanswered is None or _judged_here(draft, check, condition):
            continue
        languages = {f.name.lower(): f.language for f in draft.schema.functions if f.language != "sql"}
        named = next((f"{name} is a {languages[name]} function" for name in _calls(condition) if name in languages), "")
        why = f"{named or complaint}; {unanswered.reason}"
        changing = _changing(condition, draft.schema.functions)
        cure = ", or declare the function IMMUTABLE if its answers never change, so that the server is asked"
        draft.account.part(check, condition.columns, "unsupported", why)
        draft.warn(
            "unsupported",
            "/",
            f"{draft.ref}: CHECK {check} cannot be evaluated here: {why}",
            f"rows may break it; run `load` to find out{cure if changing else ''}",
            constraint=check,
            cause=why,
        )
    draft.demands.beyond.clear()


def _judged_here(draft: CheckedTable, check: str, condition: Condition) -> bool:
    """Leave a condition that no server was asked about to be judged row by row, where its texts can be read."""
    if not condition.source or not condition.columns:
        return False
    categories = {name: item.slot.category for name, item in draft.columns.items()}
    kinds = {name: base_type(item.column.column_type, draft.schema).udt_name for name, item in draft.columns.items()}
    subtypes = {name: kind.subtype for name, udt in kinds.items() if (kind := BY_NAME.get(udt)) and kind.subtype}
    sql = as_values(condition.source, categories, subtypes, draft.plan.base_date)
    types = {name: draft.columns[name].slot.dtype for name in condition.columns}
    if sql is None or understood(sql, types, condition=True) is not None:
        return False
    enforced = draft.policy("check") == "enforce"
    predicate = Predicate(check, sql, condition.columns, enforced, bool(condition.null_tested))
    draft.demands.predicates.append(predicate)
    draft.account.part(check, condition.columns, "redrawn")
    return True


def _calls(condition: Condition) -> tuple[str, ...]:
    """Names of the functions a condition calls, those of the language itself apart."""
    try:
        tree = parse(condition.source)
    except UnreadableCheckError:
        return tuple(name.lower() for name in re.findall(r"\b(\w++)\s*+\(", condition.source))
    return tuple(call.name.lower() for call in tree.find_all(exp.Anonymous))


def _changing(condition: Condition, functions: Iterable[SqlFunction]) -> SqlFunction | None:
    """A function that a condition calls and whose answers may change."""
    called = _calls(condition)
    return next((f for f in functions if f.name.lower() in called and f.volatility != "immutable"), None)


Beyond = Sequence[tuple[str, Condition, str]]


def _enumerated(
    draft: DraftedTable, check: str, condition: Condition, keyed: Collection[str], beyond: Beyond
) -> Unanswered | None:
    """Leave the columns of a condition only values that PostgreSQL accepts; return why that cannot be done."""
    if not condition.source:
        return Unanswered("it is put together from several conditions")
    changing = _changing(condition, draft.schema.functions)
    if changing is not None:
        return Unanswered(f"{changing.name} is {changing.volatility}: its answers may change")
    items = [draft.columns[name] for name in condition.columns]
    for item in items:
        if item.domain is None or item.steps or item.cases is not None or item.row_number or item.source is not None:
            return Unanswered(f"{item.name} has no values of its own to ask about")
        if len(items) > 1 and item.when is not None:
            return Unanswered(f"{item.name} has a value only in some rows, and the condition reads other columns too")
        if len(items) > 1 and item.name in keyed:
            return Unanswered(f"{item.name} is decided by a key, and the condition reads other columns too")
    if len(items) == 1:
        return _one(draft, check, condition, items[0], beyond, unique=items[0].name in keyed)
    return _several(draft, check, condition, items) if items else Unanswered("it reads no column")


def _one(
    draft: DraftedTable, check: str, condition: Condition, item: Draft, beyond: Beyond, *, unique: bool
) -> Unanswered | None:
    domain = item.domain
    assert domain is not None
    ordinals = _candidates(draft, item, FILTER_SIZE if unique else POOL)
    ordinals = np.unique(ordinals) if unique else ordinals
    values = cast(domain.take(ordinals), item.slot.dtype)
    texts = pl.Series(item.name, [*values.cast(pl.String).to_list(), None], dtype=pl.String)
    found = draft.answers.accepted(draft.ref, check, _question(draft, condition, [item], [texts]))
    if isinstance(found, Unanswered):
        return found
    kept, null_passes = found[:-1], bool(found[-1])
    if not kept.any() and item.guessed and item.slot.category == "json" and not unique:
        made = _documents(draft, item, beyond)
        if made is not None:
            item.built = made
            if not null_passes:
                draft.always_present(item.name, f"CHECK {check}")
            draft.account.part(check, (item.name,), "enumerated", "documents with the keys that it names")
            return None
    if not kept.any():
        _nothing_left(draft, check, item, len(kept))
        return None
    if not null_passes:
        draft.always_present(item.name, f"CHECK {check}")
    item.chosen = True
    if not kept.all() or len(ordinals) < domain.size:
        listed = isinstance(domain, Shaped) and domain.size <= FILTER_SIZE
        narrowed = domain.narrow(OneOf(tuple(values.filter(pl.Series(kept)).to_list()))) if listed else None
        base = domain.base if isinstance(domain, Shaped) else domain
        item.built = narrowed or Subset(base, ordinals[kept])
    draft.account.part(check, (item.name,), "enumerated", _told(kept))
    return None


def _documents(draft: TableTask, item: Draft, beyond: Beyond) -> Domain | None:
    """Documents with the keys that conditions on a column name, those that PostgreSQL accepts."""
    own = [(check, condition) for check, condition, _ in beyond if condition.columns == (item.name,)]
    try:
        trees = [parse(condition.source) for _, condition in own if condition.source]
    except UnreadableCheckError:
        return None
    found = (one.name for tree in trees for one in tree.find_all(exp.Literal) if one.is_string and one.name)
    keys = list(dict.fromkeys(found))
    if not keys or len(trees) < len(own):
        return None
    numbered = [json.dumps(dict.fromkeys(keys, number)) for number in range(1, _DOCUMENTS + 1)]
    words = [json.dumps({key: f"{key} {number}" for key in keys}) for number in range(1, _DOCUMENTS + 1)]
    texts = pl.Series(item.name, numbered + words)
    kept = np.ones(len(texts), dtype=bool)
    for check, condition in own:
        answer = draft.answers.accepted(draft.ref, check, _question(draft, condition, [item], [texts]))
        if isinstance(answer, Unanswered):
            return None
        kept &= answer
    return ChoiceDomain(texts.filter(pl.Series(kept)).to_list(), category="json") if kept.any() else None


def _several(draft: TableTask, check: str, condition: Condition, items: Sequence[Draft]) -> Unanswered | None:
    columns = [_tried(draft, item) for item in items]
    texts = [values.cast(pl.String) for values in columns]
    found = draft.answers.accepted(draft.ref, check, _question(draft, condition, items, texts))
    if isinstance(found, Unanswered):
        return found
    if not found.any():
        _nothing_left(draft, check, items[0], len(found))
        return None
    size = int(found.sum())
    entity = Entity(f"check {check}", size, partial(scale, size=size))
    for item, values in zip(items, columns, strict=True):
        item.built, item.null_rate = _Together(entity, values.filter(pl.Series(found)), item.slot.category), 0.0
    draft.account.part(check, [item.name for item in items], "enumerated", _told(found))
    return None


class _Together(Facet):
    """One column of rows that were accepted whole; nulls are part of them."""

    injective = False

    def __init__(self, entity: Entity, values: pl.Series, category: str) -> None:
        self.entity, self._values = entity, values
        self.size, self.category = entity.size, category  # type: ignore[assignment]

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        del own
        return gather(self._values, entity)

    def narrow(self, limit: object) -> Domain | None:
        """None: fewer values of one column would tear the rows apart."""
        del limit
        return None


def _tried(draft: TableTask, item: Draft) -> pl.Series:
    """Values of a column for the candidates, nulls at its rate."""
    domain = item.domain
    assert domain is not None
    values = cast(domain.take(domain.draw(_bits(draft, item, "candidate", POOL))), item.slot.dtype)
    absent = unit(_bits(draft, item, "candidate null", POOL)) < item.null_rate
    frame = values.alias(item.name).to_frame()
    return frame.select(pl.when(pl.Series(~absent)).then(pl.col(item.name))).to_series().alias(item.name)


def _candidates(draft: TableTask, item: Draft, count: int) -> U64:
    """Every ordinal of a small domain; of a large one so many as it would draw."""
    domain = item.domain
    assert domain is not None
    if domain.size <= FILTER_SIZE:
        return np.arange(domain.size, dtype=np.uint64)
    return domain.draw(_bits(draft, item, "candidate", count))


def _bits(draft: TableTask, item: Draft, purpose: str, count: int) -> U64:
    key = stream_key(draft.plan.seed, draft.ref.schema, draft.ref.table, item.name, purpose, 0)
    return draw(key, np.arange(count, dtype=np.uint64))


def _question(draft: TableTask, condition: Condition, items: Sequence[Draft], texts: Sequence[pl.Series]) -> Question:
    return Question(condition.source, tuple(_type_of(draft, item) for item in items), pl.DataFrame(list(texts)))


def _type_of(draft: TableTask, item: Draft) -> str:
    base = base_type(item.column.column_type, draft.schema)
    own = (base.udt_schema, base.udt_name) in draft.schema.enum_labels
    return f"{quote_ident(base.udt_schema)}.{quote_ident(base.udt_name)}" if own else base.data_type


def _nothing_left(draft: TableTask, check: str, item: Draft, asked: int) -> None:
    draft.account.part(check, (item.name,), "impossible", f"PostgreSQL accepts none of {asked:,} candidates")
    draft.refuse(
        "empty_domain",
        item.path,
        f"{draft.name_of(item.name)}: PostgreSQL accepts none of {asked:,} candidate values ({check})",
        "give the column a generator whose values satisfy the CHECK",
        column=item.name,
        constraint=check,
    )


def _told(accepted: Mask) -> str:
    return f"PostgreSQL accepts {int(accepted.sum()):,} of {len(accepted):,} candidates"
