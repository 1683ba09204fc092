"""The graph: exact cycles, orders that can be inserted, parents whose rows depend on no order."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.constraints.graph import FkGraph, auto_parents, fk_graph, insertion_order
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema

Keys = dict[str, list[str]]


def ref(name: str) -> TableRef:
    return TableRef("s", name)


def names(refs: Any) -> list[str]:
    return [found.table for found in refs]


def table(name: str, parents: list[str], above: str | None) -> dict[str, Any]:
    """A table with one column per key; ``parent?`` makes the column nullable."""
    int4 = {"data_type": "integer", "udt_schema": "pg_catalog", "udt_name": "int4"}
    columns = [
        {"ordinal_position": i, "name": f"c{i}", "column_type": int4, "is_nullable": parent.endswith("?")}
        for i, parent in enumerate(parents)
    ]
    keys = [
        {
            "kind": "foreign_key",
            "columns": [f"c{i}"],
            "referenced_schema": "s",
            "referenced_table": parent.rstrip("?"),
            "referenced_columns": ["id"],
        }
        for i, parent in enumerate(parents)
    ]
    part_of = {"schema": "s", "table": above, "bound": "DEFAULT"} if above else None
    return {"name": name, "kind": "table", "columns": columns, "constraints": keys, "partition_of": part_of}


def schema_of(keys: Keys, partitions: dict[str, str] | None = None) -> DatabaseSchema:
    """A schema from child -> parents."""
    tables = [table(name, parents, (partitions or {}).get(name)) for name, parents in keys.items()]
    return DatabaseSchema.model_validate({"schemas": [{"name": "s", "tables": tables}]})


def graph_of(keys: Keys) -> FkGraph:
    return fk_graph(schema_of(keys))


class TestReport:
    def test_an_acyclic_schema(self) -> None:
        assert graph_of({"c": ["b", "a", "a"], "b": ["a"], "a": []}).report() == {
            "summary": {"nodes": 3, "edges": 3},
            "topo_order": ["s.a", "s.b", "s.c"],
            "cycle": None,
        }

    def test_a_cycle_holds_its_members_only(self) -> None:
        report = graph_of({"a": ["b"], "b": ["a"], "below": ["a"], "above": [], "c": ["above"]}).report()
        assert (report["topo_order"], report["cycle"]) == (None, ["s.a", "s.b"])

    def test_a_self_reference_is_a_cycle(self) -> None:
        report = graph_of({"a": ["a"], "b": ["a"]}).report()
        assert report == {"summary": {"nodes": 2, "edges": 2}, "topo_order": None, "cycle": ["s.a"]}

    def test_tables_outside_the_schema_are_nodes(self) -> None:
        assert graph_of({"a": ["elsewhere"]}).report()["topo_order"] == ["s.elsewhere", "s.a"]

    def test_an_empty_schema(self) -> None:
        assert graph_of({}).report() == {"summary": {"nodes": 0, "edges": 0}, "topo_order": [], "cycle": None}

    def test_names_with_dots_stay_apart(self) -> None:
        tables = {"a": ["b.c"], "b.c": []}
        report = graph_of(tables).report()
        assert report["topo_order"] == ['s."b.c"', "s.a"]
        assert fk_graph(schema_of({"x.y": []})).nodes != (TableRef("s.x", "y"),)


class TestCycles:
    def test_components_are_exact(self) -> None:
        graph = graph_of({"a": ["c"], "b": ["a"], "c": ["b"], "d": ["c", "e"], "e": ["d"], "f": ["e", "f"], "g": []})
        assert [names(cycle) for cycle in graph.cycles] == [["a", "b", "c"], ["d", "e"]]
        assert names(graph.self_references) == ["f"]
        assert graph.topo_order is None

    def test_a_self_reference_leaves_an_order(self) -> None:
        graph = graph_of({"a": ["a", "b"], "b": []})
        assert graph.cycles == ()
        assert names(graph.topo_order or ()) == ["b", "a"]

    def test_long_chains_need_no_recursion(self) -> None:
        chain = [f"t{i:05d}" for i in range(5000)]
        keys = {child: [parent] for parent, child in pairwise(chain)}
        assert names(graph_of(keys).topo_order or ()) == chain
        closed = graph_of(keys | {chain[0]: [chain[-1]]})
        assert [len(cycle) for cycle in closed.cycles] == [5000]


class TestInsertionOrder:
    def order(self, keys: Keys, *only: str, partitions: dict[str, str] | None = None) -> list[str]:
        schema = schema_of(keys, partitions)
        return names(insertion_order([ref(name) for name in only or keys], schema))

    def test_the_smallest_ready_name_goes_first(self) -> None:
        assert self.order({"z": [], "b": ["z"], "a": ["z"], "m": []}) == ["m", "z", "a", "b"]

    def test_a_cycle_opens_at_its_nullable_key(self) -> None:
        assert self.order({"a": ["b"], "b": ["a?"], "c": ["a"]}) == ["b", "a", "c"]

    def test_a_cycle_without_one_opens_at_its_first_name(self) -> None:
        assert self.order({"b": ["a"], "a": ["b"]}) == ["a", "b"]

    def test_what_depends_on_a_cycle_waits_for_its_parent(self) -> None:
        assert self.order({"a": ["y"], "b": ["x"], "x": ["y"], "y": ["x"]}) == ["x", "b", "y", "a"]

    def test_only_the_tables_asked_for_count(self) -> None:
        keys = {"a": ["b"], "b": ["c"], "c": ["a"]}
        assert self.order(keys, "a", "b") == ["b", "a"]

    def test_keys_of_partitions_are_those_of_the_whole(self) -> None:
        keys = {"part": ["z"], "whole": [], "z": []}
        assert self.order(keys, "whole", "z", partitions={"part": "whole"}) == ["z", "whole"]

    def test_a_key_to_a_partition_waits_for_the_whole(self) -> None:
        keys = {"a": ["part"], "part": [], "whole": []}
        assert self.order(keys, "a", "whole", partitions={"part": "whole"}) == ["whole", "a"]

    def test_unknown_tables_are_kept(self) -> None:
        assert self.order({"a": []}, "a", "new") == ["a", "new"]


class TestAutoParents:
    def parents(self, keys: Keys, partitions: dict[str, str] | None = None, **targets: int) -> dict[str, int]:
        found = auto_parents({ref(name): rows for name, rows in targets.items()}, schema_of(keys, partitions))
        return {parent.table: rows for parent, rows in found.items()}

    def test_the_largest_child_decides(self) -> None:
        keys = {"users": [], "orders": ["users"], "logs": ["users?"]}
        assert self.parents(keys, orders=120, logs=200) == {"users": 200}

    def test_grandparents_follow(self) -> None:
        assert self.parents({"a": [], "b": ["a"], "c": ["b"]}, c=9) == {"a": 9, "b": 9}

    def test_a_target_keeps_its_rows_and_passes_them_on(self) -> None:
        assert self.parents({"a": [], "b": ["a"], "c": ["b"]}, c=9, b=3) == {"a": 3}

    def test_cycles_and_self_references_end(self) -> None:
        keys = {"a": ["b", "a"], "b": ["a"], "c": ["a"]}
        assert self.parents(keys, c=5) == {"a": 5, "b": 5}

    def test_a_partition_stands_for_its_root(self) -> None:
        keys = {"a": ["part"], "part": [], "mid": [], "whole": ["top"], "top": []}
        assert self.parents(keys, {"part": "mid", "mid": "whole"}, a=4) == {"whole": 4, "top": 4}

    def test_unknown_parents_are_left_out(self) -> None:
        assert self.parents({"a": ["elsewhere"]}, a=4) == {}

    def test_disabled_keys_are_not_followed(self) -> None:
        schema = schema_of({"a": ["b"], "b": []})
        assert auto_parents({ref("a"): 3}, schema, {ref("a")}) == {}

    def test_no_rows_need_no_parents(self) -> None:
        assert self.parents({"a": ["b"], "b": []}, a=0) == {}


TABLES = st.sampled_from("abcdefgh")
GRAPHS = st.dictionaries(TABLES, st.lists(TABLES, max_size=3), min_size=1)


class TestProperties:
    @given(keys=GRAPHS)
    def test_components_are_mutual_reachability(self, keys: Keys) -> None:
        graph = graph_of(keys)
        reach = {node: {node} for node in graph.nodes}
        for _ in graph.nodes:
            for edge in graph.edges:
                reach[edge.child] |= reach[edge.parent]
        expected = {
            tuple(other for other in graph.nodes if other in reach[node] and node in reach[other])
            for node in graph.nodes
        }
        assert graph.cycles == tuple(sorted(group for group in expected if len(group) > 1))

    @given(keys=GRAPHS)
    def test_only_cycles_are_opened(self, keys: Keys) -> None:
        graph = graph_of(keys)
        place = {node: i for i, node in enumerate(graph.insertion_order(graph.nodes))}
        assert len(place) == len(graph.nodes)
        together = [set(cycle) for cycle in graph.cycles]
        for edge in graph.edges:
            if not any({edge.parent, edge.child} <= cycle for cycle in together):
                assert place[edge.parent] <= place[edge.child]

    @given(keys=GRAPHS, rows=st.dictionaries(TABLES, st.integers(1, 99), min_size=1), seed=st.integers(0, 9))
    def test_parents_depend_on_no_order(self, keys: Keys, rows: dict[str, int], seed: int) -> None:
        def shuffled(pairs: Any) -> dict[Any, Any]:
            return dict(random.Random(seed).sample(list(pairs), len(pairs)))

        targets = {ref(name): count for name, count in rows.items()}
        found = auto_parents(targets, schema_of(keys))
        assert auto_parents(shuffled(targets.items()), schema_of(shuffled(keys.items()))) == found

    @given(keys=GRAPHS, rows=st.dictionaries(TABLES, st.integers(1, 99), min_size=1))
    def test_added_parents_have_a_row_for_every_child_row(self, keys: Keys, rows: dict[str, int]) -> None:
        targets = {ref(name): count for name, count in rows.items()}
        found = auto_parents(targets, schema_of(keys))
        whole = found | targets
        for child, parents in keys.items():
            for parent in parents:
                if ref(child) in whole and ref(parent) in found:
                    assert found[ref(parent)] >= whole[ref(child)]
