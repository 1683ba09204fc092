"""Targets, losses against figures kept before, the page and the plot."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tests.benchmarks.document import document
from tests.benchmarks.figures import ORDER, Figure, Figures, Machine, Sample
from tests.benchmarks.parts import PARTS
from tests.benchmarks.plot import memory_svg


def figure(*values: float, part: str = "floor", **more: Any) -> Figure:
    value = Sample(label="clock", unit="x", values=values)
    return Figure(**{"part": part, "title": f"the {part}", "value": value, "limit": 1.25, **more})


def figures(*found: Figure) -> Figures:
    machine = Machine(cpu="a processor", cores=2, memory_gb=8, system="Linux", versions={"Python": "3.11"})
    return Figures(machine=machine, figures=found)


def test_the_median_is_judged() -> None:
    assert figure(1.0, 1.2, 9.0).met
    assert not figure(1.0, 1.3, 1.4).met
    assert figure(60, 70, 80, limit=50, better="large").met
    assert not figure(40, 45, 80, limit=50, better="large").met


@pytest.mark.parametrize(
    ("now", "before", "worse"),
    [
        (figure(1.3), figure(1.0), True),
        (figure(1.1), figure(1.0), False),
        (figure(0.5), figure(1.0), False),
        (figure(50, better="large"), figure(80, better="large"), True),
        (figure(80, better="large"), figure(50, better="large"), False),
        (figure(1.3, command="--rows 10"), figure(1.0, command="--rows 20"), False),
    ],
)
def test_losses(now: Figure, before: Figure, worse: bool) -> None:
    assert bool(figures(now).worse_than(figures(before))) is worse


def test_seconds_are_not_compared() -> None:
    slow, quick = (Sample(label="clock", unit="ms", values=(value,)) for value in (900.0, 90.0))
    assert (
        figures(figure(1.0).model_copy(update={"value": slow})).worse_than(
            figures(figure(1.0).model_copy(update={"value": quick}))
        )
        == []
    )


def test_nothing_is_worse_the_first_time() -> None:
    assert figures(figure(9.0)).worse_than(None) == []


def test_figures_of_other_parts_stay() -> None:
    merged = figures(figure(2.0, part="tpch")).merged(figures(figure(1.0), figure(1.5, part="tpch")))
    assert [(f.part, f.value.median) for f in merged.figures] == [("floor", 1.0), ("tpch", 2.0)]


def test_what_was_measured_before_stands_beside_by_the_same_clock() -> None:
    by_work = Sample(label="processor time", unit="x", values=(1.9, 2.0, 2.1))
    old = figure(1.4, details=(by_work,))
    now = figure(1.2).model_copy(update={"value": by_work.model_copy(update={"values": (1.5,)})})
    merged = figures(now).merged(figures(old))
    assert merged.figures[0].before == 2.0
    assert "| The floor | processor time | ≤ 1.25 x | 2.00 x | **1.50 x** | no |" in document(merged, [])
    assert figures(now).worse_than(figures(old)) == []


def test_figures_survive_a_round_trip() -> None:
    before = figures(figure(1.0, 2.0, points=((1.0, 2.0),)))
    assert Figures.from_json(before.to_json()) == before


def test_the_page() -> None:
    found = figure(1.0, 1.1, 1.3, details=(Sample(label="ours", unit="s", values=(12.5,)),), command="bench", load=2.0)
    text = document(figures(found), ["it lost"])
    assert "| The floor | clock | ≤ 1.25 x |  | **1.10 x (1.00 to 1.30)** | yes |" in text
    assert "| ours | 12.5 s | 1 |" in text
    assert "- it lost" in text
    assert "2.0 processes per core" in text


def test_the_plot_is_an_svg() -> None:
    root = ET.fromstring(memory_svg([(1e4, 250.0), (1e6, 300.0), (1e8, 310.0)], 600))
    assert root.tag.endswith("svg")
    assert len(root.findall("{http://www.w3.org/2000/svg}circle")) == 3


def test_every_part_has_its_place() -> None:
    assert tuple(PARTS) == ORDER
