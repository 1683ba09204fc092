"""The grid's own JavaScript, on a bare page with a model that only remembers: no Jupyter, no kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import datalchemy_nb.widgets.front as front

_FRONT = Path(front.__file__).parent
_HOST = """
<div id="here"></div>
<script type="module">
  const source = new Blob([%s], {type: 'text/javascript'});
  const {default: widget} = await import(URL.createObjectURL(source));
  const listeners = {};
  window.sent = [];
  const state = {head: {columns: [], label: ''}, rows: [], view: {}, selected: '', shape: {}};
  window.model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; listeners['change:' + name]?.forEach((call) => call()); },
    on: (name, call) => (listeners[name] ??= []).push(call),
    send: (content) => window.sent.push(content),
  };
  window.answer = (content) => listeners['msg:custom']?.forEach((call) => call(content));
  window.push = async (changes) => {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  };
  widget.render({model, el: document.getElementById('here')});
  window.ready = true;
</script>
"""
# Letters without a pause between them, however busy the machine is.
_TYPE = """
(field, words) => {
  for (const letter of words) {
    field.value += letter;
    field.dispatchEvent(new Event('input', {bubbles: true}));
  }
}
"""
HEAD = {
    "label": "Tables",
    "chooses": True,
    "find": "Find",
    "columns": [{"name": "table"}, {"name": "rows", "right": True}, {"name": "note", "sort": "note"}],
}
ROWS = [
    {"key": "a", "cells": ["a", {"kind": "entry", "text": "10"}, {"kind": "badge", "text": "ok", "state": "ok"}]},
    {"key": "b", "cells": ["b", {"kind": "entry", "text": "20"}, "<img src=x onerror=alert(1)>"]},
]


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    import json

    context = browser.new_context()
    made = context.new_page()
    made.set_content(_HOST % json.dumps((_FRONT / "grid.js").read_text()).replace("</", "<\\/"))
    made.wait_for_function("window.ready")
    made.evaluate("(state) => push(state)", {"head": HEAD, "rows": ROWS})
    yield made
    context.close()


def sent(page: Any) -> list[dict[str, Any]]:
    """What was sent to the kernel since it was last asked."""
    said: list[dict[str, Any]] = page.evaluate("() => sent.splice(0)")
    return said


def test_what_comes_from_the_kernel_is_text(page: Any) -> None:
    assert page.locator("td").last.text_content() == "<img src=x onerror=alert(1)>"
    assert page.locator("img").count() == 0
    assert page.locator("th[scope=col]").count() == 3


def test_rows_are_chosen_by_click_and_by_keys(page: Any) -> None:
    page.locator("tr[data-key=a] td").first.click()
    page.locator("tr[data-key=a]").focus()
    page.keyboard.press("ArrowDown")
    assert sent(page) == [{"act": "choose", "key": "a"}, {"act": "choose", "key": "b"}]
    assert page.locator("tr[aria-selected=true]").get_attribute("data-key") == "b"
    assert page.evaluate("document.activeElement.dataset.key") == "b"


def test_an_edit_is_sent_once_and_escape_takes_it_back(page: Any) -> None:
    field = page.get_by_label("rows of b")
    field.fill("25")
    field.press("Enter")
    field.press("Tab")
    field.fill("99")
    field.press("Escape")
    field.press("Tab")
    assert [one for one in sent(page) if one["act"] == "edit"] == [
        {"act": "edit", "key": "b", "column": "rows", "text": "25"}
    ]


def test_rows_that_change_leave_focus_and_typing_alone(page: Any) -> None:
    field = page.get_by_label("rows of b")
    field.focus()
    field.press_sequentially("7")
    changed = [ROWS[0], {**ROWS[1], "cells": ["b", {"kind": "entry", "text": "30"}, "new"]}]
    page.evaluate("(rows) => push({rows})", changed)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "rows of b"
    assert page.get_by_label("rows of b").input_value() == "207"
    assert page.locator("td").last.text_content() == "new"


def test_a_search_is_sent_when_typing_pauses_and_told_when_it_is_answered(page: Any) -> None:
    page.get_by_label("Find").evaluate(_TYPE, "ped")
    page.wait_for_function("sent.length > 0")
    assert sent(page) == [{"act": "query", "text": "ped"}]
    assert page.locator(".dc-grid").get_attribute("data-query") == ""
    page.evaluate("() => push({view: {query: 'ped'}})")
    assert page.locator(".dc-grid").get_attribute("data-query") == "ped"


def test_pages_and_order(page: Any) -> None:
    view = {"offset": 20, "size": 20, "total": 50, "sizes": [20, 50], "sort": "note", "descending": True}
    page.evaluate("(view) => push({view})", view)
    assert page.locator("th[aria-sort=descending]").text_content() == "note ▼"
    for name in ("Next", "Back", "First", "Last"):
        page.get_by_role("button", name=name).click()
    page.get_by_label("Rows a page").select_option("50")
    page.get_by_role("button", name="note").click()
    assert sent(page) == [
        {"act": "go", "row": 30}, {"act": "go", "row": 0}, {"act": "go", "row": 0}, {"act": "go", "row": 30},
        {"act": "size", "rows": 50}, {"act": "sort", "column": "note"},
    ]  # fmt: skip


LOCAL = {
    "label": "Files",
    "local": True,
    "columns": [{"name": n, "sort": n, "filter": True, "values": [], "right": n == "rows"} for n in ("table", "rows")],
}
FILES = [
    {"key": str(i), "cells": [name, rows]}
    for i, (name, rows) in enumerate([("b", "1,000"), ("a", "20"), ("ab", {"kind": "dim", "text": "none"})])
]


def _first_column(page: Any) -> list[str]:
    texts: list[str] = page.locator("tbody tr td:first-child").all_text_contents()
    return texts


def test_rows_that_are_all_here_are_sorted_and_filtered_without_the_kernel(page: Any) -> None:
    page.evaluate("(state) => push(state)", {"head": LOCAL, "rows": FILES, "view": {}})
    page.get_by_role("button", name="rows").click()
    page.wait_for_function("document.querySelector('tbody td').textContent === 'a'")
    assert _first_column(page) == ["a", "b", "ab"], "as numbers, nothing last"
    page.get_by_role("button", name="rows").click()
    page.wait_for_function("document.querySelector('tbody td').textContent === 'b'")
    for typed, left in (("a", ["a", "ab"]), ("= a", ["a"]), ("!b", ["a"]), ("null", []), ("", ["b", "a", "ab"])):
        page.get_by_label("Filter table").fill(typed)
        page.get_by_label("Filter table").press("Enter")
        page.wait_for_function(f"document.querySelectorAll('tbody tr').length === {len(left)}")
        assert _first_column(page) == left, typed
    page.get_by_label("Filter rows").fill("> 100")
    page.get_by_text("1 of 3 rows").wait_for()
    assert _first_column(page) == ["b"]
    assert page.get_by_label("Filter rows").input_value() == "> 100"
    assert sent(page) == []


def test_a_filter_of_a_file_is_the_kernels(page: Any) -> None:
    few = {"name": "state", "filter": True, "values": ["open", None], "complete": True}
    head = {"label": "Rows", "columns": [few, {"name": "day", "filter": True, "values": ["2024-01-01"]}]}
    page.evaluate("(state) => push(state)", {"head": head, "rows": [], "view": {"filters": {"day": "> 2024"}}})
    assert page.get_by_text("No row fits the filters.").count() == 1
    assert page.get_by_label("Filter day").input_value() == "> 2024"
    page.get_by_label("Filter state").select_option("open")
    page.get_by_label("Filter state").select_option("null")
    page.get_by_label("Filter day").fill("2025")
    page.get_by_label("Filter day").press("Enter")
    assert [(one["column"], one["text"]) for one in sent(page)] == [
        ("state", "= open"), ("state", "null"), ("day", "2025"),
    ]  # fmt: skip


def test_the_whole_of_a_long_value_is_asked_for_by_keyboard(page: Any) -> None:
    head = {"label": "Rows", "columns": [{"name": "id"}, {"name": "body"}]}
    rows = [{"key": str(i), "cells": [str(i), {"kind": "text", "text": "begin…", "cut": True}]} for i in range(2)]
    page.evaluate("(state) => push(state)", {"head": head, "rows": rows, "view": {}})
    page.locator("td[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert sent(page) == [{"act": "whole", "key": "1", "column": "body"}]
    page.evaluate("() => answer({whole: 'begin\\nand <b>end</b>', key: '1', column: 'body'})")
    assert page.locator("td.open").text_content() == "begin\nand <b>end</b>"


def _bare(browser: Any, source: str, state: dict[str, Any]) -> Any:
    import json

    made = browser.new_context().new_page()
    made.set_content(_HOST % json.dumps((_FRONT / source).read_text()).replace("</", "<\\/"))
    made.wait_for_function("window.ready")
    made.evaluate("(state) => push(state)", state)
    return made


SHAPE: dict[str, Any] = {
    "counts": [1, 4, 2, 1], "low": 0, "high": 100, "ends": ["0", "100"], "labels": [], "weights": [], "rows": 8,
    "handles": [{"name": "mean", "at": 40, "text": "40"}], "label": "Values",
}  # fmt: skip


def test_a_handle_is_dragged_and_moved_by_keys(browser: Any) -> None:
    page = _bare(browser, "shape.js", {"shape": SHAPE})
    knob = page.get_by_role("slider", name="mean").locator("circle")
    box = knob.bounding_box()
    wide = page.locator("svg").bounding_box()["width"]
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + wide / 4, box["y"] + 3, steps=4)
    page.mouse.up()
    (said,) = sent(page)
    assert (said["act"], said["name"]) == ("move", "mean")
    assert abs(said["at"] - 65) < 2
    page.get_by_role("slider", name="mean").press("ArrowLeft")
    page.wait_for_function("sent.length > 0")
    assert sent(page)[0]["at"] < said["at"]


def test_a_bar_is_weighed(browser: Any) -> None:
    bars = {"labels": ["Mon", "<b>"], "counts": [5, 5], "weights": [1, 1], "handles": []}
    page = _bare(browser, "shape.js", {"shape": {**SHAPE, **bars}})
    page.get_by_role("slider", name="weight of <b>").press("PageDown")
    page.wait_for_function("sent.length > 0")
    assert sent(page) == [{"act": "weigh", "place": 1, "weight": 0.75}]
    assert page.locator("b").count() == 0
