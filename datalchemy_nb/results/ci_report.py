"""The check of a pull request as Markdown, for people, and as JUnit XML, for what collects test results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from datalchemy_nb.results.base import CiResult, CiStep
from datalchemy_nb.show import document as doc

_SIGNS = {"passed": "✅", "failed": "❌", "error": "💥"}
_STATES: dict[str, doc.State] = {"passed": "ok", "failed": "bad", "error": "bad"}
_LINES = 30
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def describe_ci(result: CiResult) -> doc.Document:
    """Every step, and what it says."""
    rows: list[list[doc.Cell]] = [
        [doc.Badge(step.state, _STATES[step.state]), step.kind, doc.Code(step.where), step.told]
        for step in result.steps
    ]
    blocks: list[doc.Block] = [doc.grid(["", "step", "of", "outcome"], rows)]
    blocks += [doc.Note(f"{step.where}: {line}") for step in result.steps for line in step.lines[:_LINES]]
    blocks += [doc.Note(f"may explain it: {reason}") for reason in result.diff.reasons] if result.diff else []
    blocks += [doc.Note(f"written to {path}") for path in result.written]
    badge = (
        doc.Badge("passed", "ok") if result.ok else doc.Badge(f"{len(result.wrong)} of {len(result.steps)} not", "bad")
    )
    return doc.Document(f"Check of {result.plan}", (badge,), tuple(blocks))


def markdown(result: CiResult) -> str:
    """Return the report for a pull request."""
    return "\n".join([*_head(result), *_steps(result), *_details(result), *_cure(result)]).rstrip() + "\n"


def _head(result: CiResult) -> Iterator[str]:
    sign = _SIGNS["passed" if result.ok else "failed"]
    yield f"## {sign} Data of `{result.plan}`"
    yield ""
    if result.ok:
        yield "The plan is valid, no constraint is broken, and every file is what the golden says."
    else:
        yield f"{len(result.wrong)} of {len(result.steps)} checks did not pass."
    yield ""


def _steps(result: CiResult) -> Iterator[str]:
    equal = [step for step in result.steps if step.kind == "golden" and step.state == "passed"]
    yield "| | step | of | outcome |"
    yield "|---|---|---|---|"
    for step in result.steps:
        if step not in equal or len(equal) == 1:
            yield f"| {_SIGNS[step.state]} | {step.kind} | `{_cell(step.where)}` | {_cell(step.told)} |"
    if len(equal) > 1:
        yield f"| {_SIGNS['passed']} | golden | {len(equal)} tables | equal |"
    yield ""


def _details(result: CiResult) -> Iterator[str]:
    for step in result.steps:
        if step.lines:
            opened = "" if step.state == "passed" else " open"
            yield f"<details{opened}><summary>{step.kind}: {_cell(step.where)}</summary>"
            yield ""
            yield from (f"- {_cell(line)}" for line in step.lines[:_LINES])
            if len(step.lines) > _LINES:
                yield f"- and {len(step.lines) - _LINES} more"
            yield ""
            yield "</details>"
            yield ""
    if result.diff is not None and result.diff.reasons:
        yield "What may explain it:"
        yield ""
        yield from (f"- {_cell(reason)}" for reason in result.diff.reasons)
        yield ""


def _cure(result: CiResult) -> Iterator[str]:
    if result.diff is not None and not result.diff.equal:
        yield "If the change is meant, accept it and commit the golden:"
        yield ""
        yield "```"
        yield f"datalchemy ci {result.plan} --golden {result.diff.golden} --update"
        yield "```"


def junit(result: CiResult) -> str:
    """Return the report as JUnit XML: a test case a step; of the golden, one a table."""
    failures = sum(step.state == "failed" for step in result.steps)
    errors = sum(step.state == "error" for step in result.steps)
    seconds = sum(step.seconds for step in result.steps)
    counts = f'tests="{len(result.steps)}" failures="{failures}" errors="{errors}" time="{seconds:.3f}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {counts}>",
        f"  <testsuite name={_attribute(f'datalchemy {result.plan}')} {counts}>",
        *(line for step in result.steps for line in _case(step)),
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _case(step: CiStep) -> Iterator[str]:
    head = f"    <testcase classname={_attribute(f'datalchemy.{step.kind}')} name={_attribute(step.where)}"
    head += f' time="{step.seconds:.3f}"'
    if step.state == "passed":
        yield f"{head}/>"
        return
    tag = "failure" if step.state == "failed" else "error"
    text = _NO_XML.sub("�", "\n".join(step.lines))
    yield f"{head}>"
    yield f"      <{tag} message={_attribute(step.told)}>{escape(text)}</{tag}>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("�", text))


def _cell(text: str) -> str:
    """Text that ends no cell and opens no tag."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
