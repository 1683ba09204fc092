"""Lines that repeat those of another document: an invoice bills what was quoted, a delivery brings what was ordered."""

from __future__ import annotations

from datalchemy_nb.contracts.distributions import RangeChildren
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.contracts.relations import CounterpartRule
from datalchemy_nb.drafting.shapes.base import Claim, Claims, Link, SchemaView, nouns, quoted
from datalchemy_nb.drafting.shapes.commerce import Lines, is_fraction, is_percentage, lines_of
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.records import dataclass

SHAPE = "counterparts"
_FEW, _MANY = (1, 2), (2, 5)
"""Lines of what repeats, and of what is repeated: never fewer than the first asks for."""
_PER_FEW, _PER_MANY = 1.5, 3


@dataclass(frozen=True)
class _Repeat:
    """A document whose lines are some of those of the document that it follows from."""

    lines: Lines
    way: Link
    others: Lines


def repeat_lines(view: SchemaView, claims: Claims) -> None:
    """Recognise documents that follow from another, both with lines of the same products."""
    documents = {
        lines.link.parent.ref: lines for table in view.tables.values() if (lines := lines_of(view, table)) is not None
    }
    repeated: set[object] = set()
    for lines in documents.values():
        for way in view.up(lines.link.parent):
            others = documents.get(way.parent.ref)
            if others is None or len(way.key.columns) != 1 or {lines.link.child.ref, others.link.child.ref} & repeated:
                continue
            found = _Repeat(lines, way, others)
            if _is_repeat(view, found) and _claim(claims, found):
                repeated |= {lines.link.child.ref, others.link.child.ref}
                break


_PARTIES = frozenset(
    "vendor supplier customer client partner dealer manufacturer fornecedor cliente fabricante proveedor store shop "
    "warehouse".split()
)


def _is_repeat(view: SchemaView, found: _Repeat) -> bool:
    """Whether nothing else deals the lines: the same products, plain keys, no key from line to line, none counted."""
    mine, theirs = found.lines, found.others
    if mine.product is None or theirs.product is None or mine.product.parent.ref != theirs.product.parent.ref:
        return False
    if mine.link.child.ref == theirs.link.child.ref or found.way.parent.ref == found.way.child.ref:
        return False
    keys = (mine.link, theirs.link, mine.product, theirs.product)
    if any(len(link.key.columns) != 1 or not link.is_certain for link in keys):
        return False
    if found.way.parent.subject is not None or set(nouns(found.way.parent)[-1:]) & _PARTIES:
        return False  # what a vendor sells is no document's lines
    if any(link.parent.ref == theirs.link.child.ref for link in view.up(mine.link.child)):
        return False
    counted = view.families.keys() & {(link.child.ref, link.key.columns) for link in (mine.link, theirs.link)}
    return not counted and not found.way.child.columns[found.way.column].in_key


def _claim(claims: Claims, found: _Repeat) -> bool:
    mine, theirs = found.lines, found.others
    if mine.product is None or theirs.product is None:
        return False
    table, other = mine.link.child, theirs.link.child
    columns = {mine.product.column: quoted(theirs.product.column)}
    numbers: list[ColumnView] = []
    for wanted, source in _pairs(mine, theirs):
        if claims.is_free(table, wanted.name):
            columns[wanted.name] = source
            numbers.append(wanted)
    told = f"lines of {mine.link.parent.ref} are some of those of {theirs.link.parent.ref}"
    accepted = claims.relation(
        table, CounterpartRule, SHAPE, told, decides=[one.name for one in numbers], confidence=0.8,
        within=mine.link.column, of=f"{quoted(mine.link.column)}.{quoted(found.way.column)}", columns=columns,
        child_schema=other.ref.schema, child_table=other.ref.table, child_columns=theirs.link.key.columns,
    )  # fmt: skip
    if not accepted:
        return False
    for lines, (least, most), mean in ((theirs, _MANY, _PER_MANY), (mine, _FEW, _PER_FEW)):
        _family(claims, lines.link, least, most)
        rows = max(round(claims.rows_of(lines.link.parent) * mean), 1)
        claims.exactly[lines.link.child.ref] = (rows, f"{least} to {most} lines of each row of {lines.link.parent.ref}")
    claims.never_null(found.way, SHAPE, "every row has what its lines repeat")
    return True


def _family(claims: Claims, link: Link, least: int, most: int) -> None:
    rule = ForeignKeyRule(
        type="foreign_key", schema_name=link.child.ref.schema, table=link.child.ref.table, columns=link.key.columns,
        children=RangeChildren(kind="range", min=least, max=most),
        comment=f"{least} to {most} lines [shape: {SHAPE}]",
    )  # fmt: skip
    claims.found.append(Claim(rule, (), True, 0.8))


def _pairs(mine: Lines, theirs: Lines) -> list[tuple[ColumnView, str]]:
    """Quantity, price and discount, with what each repeats; a discount without a column here is taken off the price."""
    quantity, price, discount = theirs.quantity, theirs.price, theirs.discount
    pairs = [
        (mine.quantity, quantity, quantity and quoted(quantity.name)),
        (mine.price, price, price and (quoted(price.name) if mine.discount is not None else _net(theirs, price))),
        (mine.discount, discount, discount and quoted(discount.name)),
    ]
    return [
        (own, source)
        for own, other, source in pairs
        if own is not None and other is not None and source
        and own.category == other.category and (own.may_be_null or not other.may_be_null)
    ]  # fmt: skip


def _net(lines: Lines, price: ColumnView) -> str:
    """The price less a discount in percent."""
    name, given = quoted(price.name), lines.discount
    if given is None or not (is_percentage(given) or is_fraction(given)):
        return name
    share = f"coalesce({quoted(given.name)}, 0)" if given.may_be_null else quoted(given.name)
    return f"round({name} * (1 - {share}{'' if is_fraction(given) else ' / 100.0'}), {price.slot.scale or 2})"
