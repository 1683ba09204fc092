"""How the feasibility report is shown: what needs a look, worst first, then what every table's constraints ask."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.feasibility import (
    STANDINGS,
    CheckReport,
    FeasibilityReport,
    ForeignKeyReport,
    RelationReport,
    Standing,
    TableFeasibility,
    UniqueReport,
)
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.errors import brief
from datalchemy_nb.results.base import Feasibility
from datalchemy_nb.results.plan import issue_badges, issue_findings
from datalchemy_nb.show import document as doc

_WORDS: dict[Standing, tuple[str, doc.State]] = {
    "impossible": ("cannot be met", "bad"),
    "not_held": ("not checked", "warn"),
    "rare": ("rarely holds", "warn"),
    "redrawn": ("drawn again", "info"),
    "met": ("met", "ok"),
}
_HINTS: dict[Standing, str] = {
    "not_held": "rows may break it: run `load` to find out",
    "rare": "give the columns generators whose values satisfy it",
}
_NOT_PROVED = ("unsupported", "trigger")
_UNFOLDED = 8
_COUNTED = 10**12
_LONGEST_ASKED = 300
Constraint = UniqueReport | CheckReport | ForeignKeyReport | RelationReport


def describe_feasibility(result: Feasibility) -> doc.Document:
    """What is wrong with the plan, what the report comes to, what is not met by construction, and all the rest."""
    report, issues = result.report, result.validation.issues
    blocks: list[doc.Block] = []
    if report.tables:
        blocks.append(doc.Note(_verdict(result), "info" if result.ok else "bad"))
    beyond = _beyond(result)
    others = tuple(i for i in issues if i.severity == "error" or i.code != "unsupported" or i in beyond)
    if others:
        blocks.append(issue_findings(others))
    found = sorted(_findings(report), key=lambda pair: STANDINGS.index(pair[0]))
    if found:
        blocks.append(doc.Findings(tuple(finding for _, finding in found), "Not met by construction, worst first"))
    blocks += _tables(report)
    total = sum(len(table.standings) for table in report.tables)
    title = f"Feasibility: {doc.plural(len(report.tables), 'table')}, {doc.plural(total, 'constraint')}"
    counted = ((report.count(standing), *_WORDS[standing]) for standing in STANDINGS)
    badges = tuple(doc.Badge(f"{count:,} {word}", state) for count, word, state in counted if count)
    return doc.Document(title, badges or issue_badges(issues, result.ok), tuple(blocks))


def _verdict(result: Feasibility) -> str:
    """What it all comes to, for somebody who reads this for the first time."""
    report = result.report
    if not result.ok:
        return "a run cannot be made until what cannot be met is changed"
    broken, redrawn = report.count("not_held"), report.count("redrawn") + report.count("rare")
    verdict = "Every row will satisfy every constraint."
    if _beyond(result):
        verdict = "Every row will satisfy every constraint below; the warnings name what else may refuse or leave rows."
    if broken:
        verdict = f"A run can be made, but rows may break {doc.plural(broken, 'constraint')}."
    if redrawn:
        verdict += f" Where rows are drawn again, the share that holds is of {report.sample:,} first draws."
    return verdict


def _beyond(result: Feasibility) -> tuple[Issue, ...]:
    """What is unsupported and is no constraint of the report: triggers, types that the server lacks."""
    told = {(table.ref, e.name) for table in result.report.tables for e in _constraints(table) if e.standing != "met"}
    warned = (i for i in result.validation.issues if i.severity == "warning" and i.code in _NOT_PROVED)
    return tuple(issue for issue in warned if (issue.table, issue.constraint) not in told)


def _findings(report: FeasibilityReport) -> Iterator[tuple[Standing, doc.Finding]]:
    for table in report.tables:
        for each in _constraints(table):
            # What cannot be met is an error of the plan, and stands among these with its cure.
            if each.standing not in ("met", "impossible"):
                finding = doc.Finding(
                    doc.Badge(*_WORDS[each.standing]),
                    f"{table.ref}: {each.name}",
                    f"{_asks(each)}: {_how(each)}{_measure(each)}",
                    _HINTS.get(each.standing, ""),
                )
                yield each.standing, finding


def _constraints(table: TableFeasibility) -> list[Constraint]:
    return [*table.unique, *table.checks, *table.foreign_keys, *table.relations]


def _measure(each: Constraint) -> str:
    """The numbers behind it, as a clause."""
    if isinstance(each, UniqueReport) and each.distinct is not None:
        return f"; {doc.plural(each.rows, 'row')} asked, {each.distinct:,} possible"
    if isinstance(each, CheckReport) and each.acceptance is not None:
        return f"; {_percent(each.acceptance)} of first draws hold"
    return ""


def _tables(report: FeasibilityReport) -> Iterator[doc.Grid]:
    """A grid per table, tables with the worst constraints first; folded when there are many."""
    named = [table for table in report.tables if table.standings]
    ordered = sorted(named, key=lambda table: min(map(STANDINGS.index, table.standings)))
    for number, table in enumerate(ordered):
        worst_first = sorted(_constraints(table), key=lambda each: STANDINGS.index(each.standing))
        rows = [_row(each) for each in worst_first]
        caption = f"{table.ref}: {doc.plural(table.rows, 'row')}, {doc.plural(len(rows), 'constraint')}"
        names = ["", "what is asked", "how it is met", "room", "constraint"]
        yield doc.grid(names, rows, caption, fold=number >= _UNFOLDED)


def _row(each: Constraint) -> list[doc.Cell]:
    return [doc.Badge(*_WORDS[each.standing]), doc.Code(_asks(each)), _how(each), _room(each), doc.Code(each.name)]


def _asks(each: Constraint) -> str:
    if isinstance(each, CheckReport):
        return brief(_condition(each.expression), _LONGEST_ASKED)
    if isinstance(each, RelationReport):
        return each.asks
    columns = ", ".join(map(show_ident, each.columns))
    return f"unique ({columns})" if isinstance(each, UniqueReport) else f"({columns}) in {each.target}"


def _how(each: Constraint) -> str:
    """In words; the parts of a CHECK one by one."""
    if not isinstance(each, CheckReport):
        return each.how
    parts = []
    for part in each.parts:
        about = f"{', '.join(map(show_ident, part.columns))} " if part.columns else ""
        what = {"impossible": "cannot be met", "redrawn": "drawn again"}.get(part.how, part.how)
        parts.append(f"{about}{what}{f': {part.detail}' if part.detail else ''}")
    return brief("; ".join(dict.fromkeys(parts))) or "always true"


def _room(each: Constraint) -> doc.Cell:
    """How much there is to choose from: distinct values for the rows asked, draws that hold, parents."""
    if isinstance(each, CheckReport):
        share = each.acceptance
        return None if share is None else f"{_percent(share)} of draws"
    if isinstance(each, ForeignKeyReport):
        return None if each.parents is None else doc.plural(each.parents, "parent")
    if isinstance(each, RelationReport):
        return None
    return None if each.distinct is None else f"{each.rows:,} of {_count(each.distinct)}"


def _count(distinct: int) -> str:
    """Numbers far beyond anybody's rows are only said to be large."""
    return f"{distinct:,}" if distinct < _COUNTED else f"over 10^{len(str(distinct)) - 1}"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 or not share else f"{share:.1%}"


def _condition(text: str) -> str:
    """A CHECK's text without the word, and without the parentheses around all of it."""
    text = text.removeprefix("CHECK").strip()
    while text.startswith("(") and _closes_at_end(text):
        text = text[1:-1].strip()
    return text


def _closes_at_end(text: str) -> bool:
    depth, quoted = 0, False
    for place, sign in enumerate(text):
        quoted ^= sign == "'"
        depth += 0 if quoted else {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return place == len(text) - 1
    return False
