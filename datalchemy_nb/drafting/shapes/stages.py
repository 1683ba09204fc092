"""Stages of selling: every funnel has the same way from a first call to a deal that is won.

A table of stages numbers them within a funnel. Their names and chances rise with the number, and a deal stands in the
last one where it is won, and only there.
"""

from __future__ import annotations

from datalchemy_nb.contracts.distributions import FixedChildren
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.contracts.relations import CopyRule, ExpressionRule, ParentRule, PositionRule
from datalchemy_nb.domains.limits import AtMost
from datalchemy_nb.drafting.shapes.base import (
    NUMBERS,
    Claim,
    Claims,
    Link,
    SchemaView,
    begins,
    first_saying,
    literal,
    nouns,
    quoted,
    split_words,
)
from datalchemy_nb.drafting.shapes.lifecycle import STATE, listed
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import vocabulary

SHAPE = "stages"
_STAGES = frozenset("stage phase etapa fase estagio step phasen etape".split())
DEALS = frozenset(
    "opportunity deal lead oportunidade negocio negociacao oportunidad opportunite verkaufschance card".split()
)
WON = "won win ganh gain gewonn ganad gagn"
"""Beginnings of states of a deal that was won."""
_NAME = vocabulary("name, title, label", "nome, titulo, descricao")
_CHANCE = vocabulary(
    "probability, win probability, chance, likelihood, probability percent, win rate, close probability",
    "probabilidade, chance, probabilidade fechamento, percentual probabilidade",
)
_IS_WON = vocabulary(
    "won, is won, is closed won, closed, is closed, final, is final", "ganha, ganho, final, fechada, etapa final"
)
_NAMES = {
    "pt": ("Prospecção", "Qualificação", "Apresentação", "Proposta enviada", "Negociação", "Fechamento"),
    "en": ("Prospecting", "Qualification", "Demo", "Proposal sent", "Negotiation", "Closing"),
    "es": ("Prospección", "Calificación", "Presentación", "Propuesta enviada", "Negociación", "Cierre"),
    "fr": ("Prospection", "Qualification", "Présentation", "Proposition envoyée", "Négociation", "Conclusion"),
    "de": ("Kontaktaufnahme", "Qualifizierung", "Vorstellung", "Angebot versandt", "Verhandlung", "Abschluss"),
}
_CHANCES = (10, 25, 40, 60, 80, 100)
_FUNNELS = 4
"""A firm has so many ways of selling at the most."""


def climb_stages(view: SchemaView, claims: Claims) -> None:
    """Recognise numbered stages of funnels, and the deals that stand in them."""
    numbered = {claim.rule.ref: claim.rule for claim in claims.found if isinstance(claim.rule, PositionRule)}
    for table in view.tables.values():
        rule = numbered.get(table.ref)
        deals = [link for link in view.down(table) if set(nouns(link.child)) & DEALS and len(link.key.columns) == 1]
        if rule is None or not set(nouns(table)) & _STAGES or not deals:
            continue
        funnel = next((link for link in view.up(table) if link.column == rule.within), None)
        if funnel is not None and _counted(view, table, funnel, rule.column, claims):
            for link in deals:
                _stand(table, link, rule.column, claims)


def _counted(view: SchemaView, table: TableView, funnel: Link, number: str, claims: Claims) -> bool:
    """Every funnel has the stages, and what they are called."""
    name, chance = first_saying(table, _NAME, ("text",)), first_saying(table, _CHANCE, NUMBERS)
    if (table.ref, funnel.key.columns) in view.families:
        return False  # how many stages there are was counted
    told = "stages of a funnel, from a first call to the end"
    if name is not None:
        names = _NAMES.get(name.text_language, _NAMES["en"])
        if name.slot.max_length is not None and max(map(len, names)) > name.slot.max_length:
            return False
        if not _by_number(claims, table, name, number, [literal(one) for one in names], told):
            return False
    if chance is not None:
        shares = [f"{part / 100:.2f}" if _is_fraction(chance) else str(part) for part in _CHANCES]
        _by_number(claims, table, chance, number, shares, "the chance of a deal grows from stage to stage")
    won = first_saying(table, _IS_WON, ("boolean",))
    if won is not None:
        sql = f"{quoted(number)} = {len(_CHANCES)}"
        claims.relation(table, ExpressionRule, SHAPE, "the last stage", decides=[won.name], column=won.name, sql=sql)
    children = FixedChildren(kind="fixed", count=len(_CHANCES))
    rule = ForeignKeyRule(
        type="foreign_key", schema_name=table.ref.schema, table=table.ref.table, columns=funnel.key.columns,
        children=children, comment=f"{told} [shape: {SHAPE}]",
    )  # fmt: skip
    claims.found.append(Claim(rule, (), True, 0.8))
    funnels = min(funnel.parent.rows, _FUNNELS)
    claims.rows[funnel.parent.ref] = (funnels, "a firm has a few ways of selling")
    claims.exactly[table.ref] = (funnels * len(_CHANCES), told)
    return True


def _by_number(
    claims: Claims, table: TableView, column: ColumnView, number: str, values: list[str], told: str
) -> bool:  # fmt: skip
    *steps, last = values
    cases = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(steps, 1))
    sql = f"CASE {quoted(number)} {cases} ELSE {last} END"
    return claims.relation(table, ExpressionRule, SHAPE, told, decides=[column.name], column=column.name, sql=sql)


def _is_fraction(column: ColumnView) -> bool:
    slot = column.slot
    narrow = slot.precision is not None and slot.precision - (slot.scale or 0) <= 1
    ends = (limit.bound for _, limit in column.limits if isinstance(limit, AtMost))
    return narrow or any(isinstance(end, int | float) and end <= 1 for end in ends)


def _stand(stages: TableView, link: Link, number: str, claims: Claims) -> None:
    """Deals that are won stand in the last stage, the others before it, with its chance."""
    deal = link.child
    chance, theirs = first_saying(stages, _CHANCE, NUMBERS), first_saying(deal, _CHANCE, NUMBERS)
    if chance is not None and theirs is not None and (link.is_certain or theirs.may_be_null):
        claims.relation(
            deal, CopyRule, SHAPE, f"the chance of its {stages.ref.table}", decides=[theirs.name], column=theirs.name,
            source=f"{quoted(link.column)}.{quoted(chance.name)}",
        )  # fmt: skip
    state = first_saying(deal, STATE, ("text", "enum"))
    won = tuple(value for value in listed(state) if begins(split_words(value), WON)) if state is not None else ()
    if state is None or not won or state.may_be_null or deal.columns[link.column].in_key:
        return
    values = ", ".join(map(literal, won))
    where = f"({quoted(link.column)}.{quoted(number)} = {len(_CHANCES)}) = ({quoted(state.name)} IN ({values}))"
    claims.relation(
        deal, ParentRule, SHAPE, "what is won stands in the last stage", decides=[], column=link.column, where=where
    )
