"""Parents are loaded first, and a cycle is broken where it costs least."""

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.load.target import Edge, load_order


def _order(tables: str, *edges: str) -> str:
    """``"a>b"``: a refers to b; ``"a~b"``: by a deferrable key."""
    refs = [TableRef("s", name) for name in tables]
    made = [Edge(TableRef("s", e[0]), TableRef("s", e[2]), waits=e[1] == "~") for e in edges]
    return "".join(ref.table for ref in load_order(refs, made))


@pytest.mark.parametrize(
    ("tables", "edges", "order"),
    [
        ("", (), ""),
        ("cab", (), "abc"),
        ("abc", ("a>b", "b>c"), "cba"),
        ("abc", ("a>a", "a>b"), "bac"),
        ("abcd", ("a>d", "b>a", "c>a"), "dabc"),
        ("ab", ("a>b", "b>a"), "ab"),
        ("ab", ("a>b", "b~a"), "ba"),
        ("ab", ("a>z",), "ab"),
        # `a` only hangs below the cycle of b and c: it must not be what is broken.
        ("abc", ("a>b", "b>c", "c>b"), "bac"),
        # Of two cycles in a row the upper one is broken first.
        ("abcd", ("a>b", "b>a", "a>c", "c>d", "d>c"), "cdab"),
    ],
)
def test_order(tables: str, edges: tuple[str, ...], order: str) -> None:
    assert _order(tables, *edges) == order


def test_order_does_not_depend_on_the_order_given() -> None:
    assert _order("dcba", "b>a", "c>a") == _order("abcd", "c>a", "b>a")
