"""Html and text of every result: snapshots, escaping, size, width."""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser

import polars as pl
import pytest
from syrupy.assertion import SnapshotAssertion

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, SchemaTables
from datalchemy_nb.results import SHOWABLE, html, mimebundle, plain, text
from datalchemy_nb.results import base as results
from datalchemy_nb.show.escape import width

from .samples import CHILD, HOSTILE, PARENT, everything, preview, schema

SAMPLES = everything()
_ALLOWED = {
    "style", "div", "p", "span", "i", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "small",
    "b", "code", "bdi", "details", "summary", "svg", "title", "path", "rect", "text",
}  # fmt: skip
_VOID_OR_ATTRIBUTES = {
    "class", "style", "hidden", "role", "width", "height", "viewbox", "x", "y", "rx", "d", "open",
    "scope", "tabindex", "aria-label",
}  # fmt: skip


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that every tag is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader._open == []
    return reader


@pytest.mark.parametrize("name", SAMPLES)
class TestEveryResult:
    def test_html_is_as_it_was(self, name: str, snapshot: SnapshotAssertion) -> None:
        assert html(SAMPLES[name]).partition("</style>")[2] == snapshot

    def test_text_is_as_it_was(self, name: str, snapshot: SnapshotAssertion) -> None:
        assert text(SAMPLES[name]) == snapshot

    def test_html_holds_only_our_tags(self, name: str) -> None:
        reader = read(html(SAMPLES[name]))
        assert reader.tags <= _ALLOWED
        assert reader.attributes <= _VOID_OR_ATTRIBUTES

    def test_nothing_from_outside_and_no_ids(self, name: str) -> None:
        markup = html(SAMPLES[name])
        assert not re.search(r"https?:|url\(|@import|\bid=|src=|href=|on\w+=\"", markup)

    def test_text_is_narrow_and_plain(self, name: str) -> None:
        shown = text(SAMPLES[name])
        assert max(width(line) for line in shown.splitlines()) <= 100
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", shown)

    def test_it_is_deterministic(self, name: str) -> None:
        assert mimebundle(SAMPLES[name]) == mimebundle(everything()[name])


def test_every_result_class_has_a_form() -> None:
    shown = {c for _, c in inspect.getmembers(results, inspect.isclass) if issubclass(c, results.Shown)}
    assert shown - {results.Shown} <= set(SHOWABLE)
    assert {type(sample) for sample in SAMPLES.values()} == set(SHOWABLE)


def test_every_result_has_a_json_form() -> None:
    for name, sample in SAMPLES.items():
        if name not in ("plan error", "progress", "loading"):
            assert plain(sample) is not None


def test_hostile_values_are_visible_as_text() -> None:
    shown = "".join(read(html(preview())).words)
    for value in HOSTILE:
        assert value.split("\n")[0].split("\x1b")[0].split("\u202e")[0] in shown
    assert "\\n" in shown
    assert "\\u202e" in shown
    assert "\\u001b" in shown


def test_the_methods_of_a_result_are_these_functions() -> None:
    value = preview()
    assert value._repr_html_() == html(value)
    assert str(value) == text(value)
    assert value._repr_mimebundle_() == mimebundle(value)


class TestSize:
    def test_a_large_schema_stays_below_200_kb(self) -> None:
        table = schema().tables[PARENT]
        wide = table.model_copy(update={"columns": tuple(table.columns[i % 2] for i in range(60))})
        many = SchemaTables(name="s", tables=tuple(wide.model_copy(update={"name": f"t{i:03}"}) for i in range(300)))
        big = DatabaseSchema(schemas=(many,))
        assert len(html(big).encode()) <= 200_000
        assert sum(len(form.encode()) for form in mimebundle(big).values()) <= 250_000

    def test_a_large_preview_tells_what_is_left_out(self) -> None:
        frame = pl.DataFrame({f"c{i}": ["x" * 1000] * 2000 for i in range(40)})
        shown = html(results.Preview(TableRef("s", "t"), frame, 0, 2000, 0.1))
        assert len(shown.encode()) <= 200_000
        assert "more rows" in shown

    def test_text_names_the_columns_it_leaves_out(self) -> None:
        frame = pl.DataFrame({f"column_{i}": ["some text here"] for i in range(30)})
        shown = text(results.Preview(TableRef("s", "t"), frame, 0, 1, 0.1))
        assert "column_29" in shown
        assert "more columns" in shown


class TestPreviewGrid:
    def test_nulls_are_dim_and_differ_from_text(self) -> None:
        shown = html(preview())
        assert "<span class='d'>null</span>" in shown
        assert re.search("<td[^>]*>null</td>", shown)

    def test_numbers_are_set_to_the_right_under_their_type(self) -> None:
        shown = html(preview())
        assert "<th scope='col' class='r'>valor<small>float64</small></th>" in shown
        assert "<td class='r'>-2.25</td>" in shown

    def test_a_long_value_is_there_once_and_whole(self) -> None:
        words = "whole " * 100
        shown = html(results.Preview(TableRef("s", "t"), pl.DataFrame({"note": [words.strip()]}), 0, 1, 0.1))
        assert shown.count("whole") == 100
        assert "<details><summary>whole" in shown

    def test_columns_are_summed_up_over_a_sample_that_is_named(self) -> None:
        sample = pl.DataFrame(
            {
                "id": range(200),
                "state": ["open"] * 150 + ["done"] * 30 + [None] * 20,
                "price": [float(i * i) for i in range(200)],
            }
        )
        shown = read(html(results.Preview(TableRef("s", "t"), sample.head(2), 0, 9000, 0.1, sample=sample)))
        words = [word.strip() for word in shown.words]
        assert {"open 75 %", "done 15 %", "10 % null, 2 distinct", "0 … 3.96e+04", "all distinct"} <= set(words)
        assert "Columns are summed up over 200 of 9,000 rows, evenly spaced." in words
        assert "counts per bin: 58, 24, 18, 15, 14, 12, 11, 11, 10, 9, 9, 9" in words

    @pytest.mark.parametrize(
        "values",
        [[], [None], [float("nan"), 1.0], [float("inf"), 1.0], [1] * 30, [[1], [2]], [b"a", None], [True, None]],
    )
    def test_any_column_can_be_summed_up(self, values: list[object]) -> None:
        frame = pl.DataFrame({"c": values})
        assert "c" in read(html(results.Preview(TableRef("s", "t"), frame, 0, 2, 0.1, sample=frame))).words

    def test_row_number_and_key_stay_in_sight(self) -> None:
        rows = pl.DataFrame({"id": [1, 2], "nome": ["a", "b"]})
        shown = html(results.Preview(PARENT, rows, 0, 2, 0.1, schema().tables[PARENT]))
        assert re.search("<th scope='col' class='p0 r'>row</th><th scope='col' class='p1( r)?'[^>]*>id<", shown)


def test_child_is_hostile() -> None:
    assert "<script>" in CHILD.schema
