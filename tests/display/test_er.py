"""The entity relationship drawing and its mermaid form."""

from __future__ import annotations

import itertools
import re

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, SchemaTables, Table
from datalchemy_nb.show.er import MAX_TABLES, drawn_tables, er_mermaid, er_svg, layered

from .samples import CHILD, PARENT, schema


def chain(count: int, *, cycle: bool = False) -> DatabaseSchema:
    """Tables t0 <- t1 <- t2 ...; with ``cycle`` t0 refers to the last."""
    column = schema().tables[PARENT].columns[0]

    def table(number: int) -> Table:
        target = number - 1 if number or not cycle else count - 1
        key = ForeignKey(
            kind="foreign_key",
            columns=("id",),
            referenced_schema="s",
            referenced_table=f"t{target}",
            referenced_columns=("id",),
        )
        return Table(name=f"t{number}", kind="table", columns=(column,), constraints=(key,) if target >= 0 else ())

    return DatabaseSchema(schemas=(SchemaTables(name="s", tables=tuple(table(i) for i in range(count))),))


def test_children_stand_right_of_their_parents() -> None:
    refs = [TableRef("s", name) for name in "abc"]
    layers = layered(refs, [(refs[0], refs[1]), (refs[1], refs[2]), (refs[0], refs[2])])
    assert [layers[ref] for ref in refs] == [0, 1, 2]


def test_cycles_and_self_references_have_a_layer_too() -> None:
    a, b = TableRef("s", "a"), TableRef("s", "b")
    assert set(layered([a, b], [(a, b), (b, a), (a, a)])) == {a, b}


def test_a_chain_longer_than_the_recursion_limit() -> None:
    refs = [TableRef("s", f"t{i:05}") for i in range(3000)]
    layers = layered(refs, list(itertools.pairwise(refs)))
    assert layers[refs[-1]] == 2999


def test_a_cyclic_schema_is_drawn() -> None:
    svg = er_svg(chain(4, cycle=True), [TableRef("s", f"t{i}") for i in range(4)])
    assert svg.count("<rect") == 8


def test_at_most_so_many_tables() -> None:
    assert len(drawn_tables(chain(300))) == MAX_TABLES


def test_around_a_table_only_its_neighbours() -> None:
    assert drawn_tables(chain(9), TableRef("s", "t4")) == [TableRef("s", f"t{i}") for i in (3, 4, 5)]


def test_hostile_names_are_escaped() -> None:
    svg = er_svg(schema(), [PARENT, CHILD])
    assert "<script" not in svg
    assert "&lt;script&gt;" in svg


class TestMermaid:
    def test_every_line_has_the_grammar_of_an_er_diagram(self) -> None:
        name, quoted = r"[A-Za-z]\w*", r'"[^"<>;{}%\n]*"'
        table, column, end = rf"  t\d+\[{quoted}\] \{{", f"    {name} {name} (PK|FK|PK, FK)", r"  \}"
        key = rf"  t\d+ (\|\||\|o)--o\{{ t\d+ : {quoted}"
        known = re.compile("|".join(["erDiagram", table, column, end, key]))
        lines = er_mermaid(schema(), [PARENT, CHILD]).rstrip("\n").split("\n")
        assert [line for line in lines if not known.fullmatch(line)] == []
        assert sum("--o{" in line for line in lines) == 1


def hub(count: int) -> DatabaseSchema:
    """Many tables that refer to one."""
    column = schema().tables[PARENT].columns[0]
    target = {"referenced_schema": "s", "referenced_table": "zhub", "referenced_columns": ("id",)}
    key = ForeignKey(kind="foreign_key", columns=("id",), **target)
    children = [Table(name=f"c{i:03}", kind="table", columns=(column,), constraints=(key,)) for i in range(count)]
    return DatabaseSchema(
        schemas=(SchemaTables(name="s", tables=(*children, Table(name="zhub", kind="table", columns=(column,)))),)
    )


def test_the_table_itself_is_drawn_however_many_neighbours_it_has() -> None:
    drawn = drawn_tables(hub(200), TableRef("s", "zhub"))
    assert len(drawn) == MAX_TABLES
    assert TableRef("s", "zhub") in drawn


def test_two_steps_around_a_table() -> None:
    assert drawn_tables(chain(9), TableRef("s", "t4"), 2) == [TableRef("s", f"t{i}") for i in range(2, 7)]


def test_many_children_stand_in_columns_beside_each_other() -> None:
    refs = drawn_tables(hub(200), TableRef("s", "zhub"))
    wide, high = (int(found) for found in re.findall(r"viewBox='0 0 (\d+) (\d+)'", er_svg(hub(200), refs))[0])
    assert high < 1000
    assert wide < 2000
