"""Shapes of tables: columns claimed together, across tables, as the relations of a plan.

Column rules know one name at a time. Shapes look at a table and its neighbours: a header and its lines, a state and its
moments, a period, a ledger. Each leaves its evidence. The first shape that claims a column has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting.shapes.accounts import keep_accounts
from datalchemy_nb.drafting.shapes.base import Claim, Claims, SchemaView
from datalchemy_nb.drafting.shapes.brazil import keep_books
from datalchemy_nb.drafting.shapes.children import deal_children
from datalchemy_nb.drafting.shapes.commerce import add_up
from datalchemy_nb.drafting.shapes.counterparts import repeat_lines
from datalchemy_nb.drafting.shapes.families import (
    agree_on_ancestors,
    count_children,
    follow_versions,
    number_rows,
    read_in_order,
    refer_by_type,
    run_balances,
    write_histories,
)
from datalchemy_nb.drafting.shapes.flow import follow_the_business
from datalchemy_nb.drafting.shapes.instalments import grant_what_was_asked, pay_by_instalments, settle_bills
from datalchemy_nb.drafting.shapes.lifecycle import pass_through_states
from datalchemy_nb.drafting.shapes.lookups import fill_lookups
from datalchemy_nb.drafting.shapes.moments import order_moments
from datalchemy_nb.drafting.shapes.names import list_what_a_trade_has, write_slugs
from datalchemy_nb.drafting.shapes.places import list_places
from datalchemy_nb.drafting.shapes.rates import charge_at_the_rate
from datalchemy_nb.drafting.shapes.rows import (
    abbreviate,
    agree_on_codes,
    agree_on_kinds,
    compute_rows,
    keep_what_a_person_is,
    repeat_columns,
    tell_what_files_are,
)
from datalchemy_nb.drafting.shapes.sports import play_games
from datalchemy_nb.drafting.shapes.stages import climb_stages
from datalchemy_nb.drafting.shapes.stands import let_stands_rise
from datalchemy_nb.drafting.shapes.trade import follow_the_trade
from datalchemy_nb.drafting.shapes.trees import grow_trees, keep_trees_together
from datalchemy_nb.drafting.view import TableView

Shape = Callable[[SchemaView, Claims], None]

SHAPES: tuple[Shape, ...] = (
    list_what_a_trade_has, fill_lookups, follow_the_trade, play_games, refer_by_type, grow_trees, pay_by_instalments,
    keep_accounts, number_rows, climb_stages, grant_what_was_asked, keep_books, follow_the_business, repeat_lines,
    charge_at_the_rate, add_up, run_balances, count_children, follow_versions, let_stands_rise, read_in_order,
    pass_through_states, settle_bills, write_histories, repeat_columns, compute_rows, keep_what_a_person_is,
    tell_what_files_are, abbreviate, write_slugs, agree_on_codes, agree_on_kinds, agree_on_ancestors,
    keep_trees_together, order_moments, list_places, deal_children,
)  # fmt: skip


def recognise_shapes(
    tables: Mapping[TableRef, TableView],
    schema: DatabaseSchema,
    plan: Plan,
    *,
    claims: Claims | None = None,
    view: SchemaView | None = None,
) -> Claims:
    """Return what all shapes claim of the tables of a plan.

    Args:
        tables: the tables.
        schema: the schema they are in.
        plan: the plan's head.
        claims: what is claimed already; shapes take what is left.
        view: the tables, where more is known of them.
    """
    view = view or SchemaView(tables, schema, plan)
    claims = Claims() if claims is None else claims
    for shape in SHAPES:
        shape(view, claims)
    return claims


__all__ = ["SHAPES", "Claim", "Claims", "recognise_shapes"]
