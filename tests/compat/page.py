"""docs/compatibility.md, from results."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.compat.recipes import Application

_HEAD = """# Compatibility

Schemas of other people's applications, made by their own migrations or schema files on PostgreSQL 18, filled without
editing the plan and judged by PostgreSQL itself. Where a schema needs an extension that the embedded server has not, it
is judged on another server, and *also* says so. This page is written by `python -m tests.compat`; do not edit it.
Versions of schema files are commits.

Two plans are tried: *bare* asks for rows of every ordinary table and has no rule; *draft* is what `plan` drafts.
*Clean* counts the tables whose every row PostgreSQL took, with every constraint on and every foreign key checked.
*Whole* says whether everything that was generated went through one load, in one transaction. *Redraw* is the largest
share of rows of one table that were drawn again. *Constant* counts columns that hold a single value, of those that hold
any. *Rows/s* was measured beside other work. Where a key cannot hold the rows asked for (a table of settings that holds
one row), validation says how many it can, and so many are asked for: *rows, lowered* below.

The last table holds everything that was said before the run (warnings) or went wrong (errors), with an example. The
classes of what is unsupported, each with its reason, are in [constraints](constraints.md#unsupported).

SQL files of public repositories are judged besides, one by one: dumps, schema files, and migrations put together in
their order. Each is made in a database of its own, statement by statement; what the server refuses is passed over. Both
plans ask for 100 rows, tables go in by COPY, and foreign keys are added again after them. Of 602 files (148
repositories, 5,046 tables) in which at least one table came of it, the draft fills 497 (82.6 %) without a warning. 95
(15.8 %) are warned of, and 10 (1.7 %) leave tables out by name. No row was refused without a warning, and nothing
crashed. The warnings: triggers that insert into other tables or read them (84 files; PostgreSQL refused rows in 57),
functions in PL/pgSQL (5), circles and ranges of types of their own that must not overlap (4), unique expressions of
e-mail addresses that belong to persons (3), `xml` on a server built without it (2). Left out are 47 partitioned tables
without partitions, 144 that triggers of other tables fill, 3 for `xml`, 7 that need rows of these, 5 for keys that
share a column, and 2 for a condition that no draw held.
"""


def render(
    apps: Sequence[Application], results: Mapping[str, Sequence[Mapping[str, Any]]], before: str = ""
) -> str:  # fmt: skip
    """Return the page.

    Args:
        apps: in their order.
        results: of each, fewest rows first.
        before: the page as it was; lines of applications that have no results here are kept.
    """
    done = [(app, result) for app in apps for result in results[app.name] if "survey" in result]
    tables = [_schemas(apps, results), _outcomes(done), _unmet(done)]
    kept = before.split("\n## ") if before else []
    for place, old in enumerate(kept[: len(tables)]):
        tables[place] = _merged([(app, bool(results[app.name])) for app in apps], tables[place], old)
    return "\n".join([_HEAD, tables[0], "## Results\n", tables[1], "## What is not met\n", tables[2]])


def _merged(apps: Sequence[tuple[Application, bool]], new: str, old: str) -> str:
    """A table with the old lines of applications that were not run, in the order of applications."""
    head = new.splitlines()[:2] if new.startswith("| ") else [ln for ln in old.splitlines() if ln.startswith("|")][:2]
    lines: list[str] = []
    for app, was_run in apps:
        start = f"| {app.title} |"
        lines += [line for line in (new if was_run else old).splitlines() if line.startswith(start)]
    return "\n".join([*head, *lines]) + "\n"


def line(result: Mapping[str, Any]) -> str:
    """Return one result for the terminal."""
    if "failed" in result:
        return f"{result['name']}: {result['failed']}"
    told = [
        f"{name} {plan['clean']}/{plan['tables']} clean, whole {plan['whole']}, {_speed(plan)} rows/s, "
        f"redraw {plan['redraw']:.1%}, {sum(f['severity'] == 'error' for f in plan['findings'])} errors"
        for name, plan in result["plans"].items()
    ]
    return f"{result['name']}: " + "; ".join(told)


def _schemas(apps: Sequence[Application], results: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    rows = []
    for app in apps:
        found = next((r["survey"] for r in results[app.name] if "survey" in r), None)
        if found is None:
            continue
        counts = [found.get(k, 0) for k in ("tables", "columns", "foreign_keys", "checks", "unique_sets")]
        special = ", ".join(
            f"{found[key]} {label}"
            for key, label in (
                ("partial_unique", "partial unique indexes"),
                ("expression_unique", "unique indexes on expressions"),
                ("exclusions", "exclusion constraints"),
                ("domains", "domains"),
                ("partitioned", "partitioned tables"),
                ("triggers", "triggers"),
                ("generated", "generated columns"),
            )
            if found.get(key)
        )
        server = next((r["server"] for r in results[app.name] if r.get("server")), "")
        if app.needs:
            special = f"{special}, " if special else ""
            special += f"{app.needs}, on PostgreSQL {server}"
        rows.append([app.title, app.version, app.kind, *counts, special])
    head = ["schema", "version", "kind", "tables", "columns", "FKs", "CHECKs", "unique sets", "also"]
    return _table(head, rows)


def _outcomes(done: Iterable[tuple[Application, Mapping[str, Any]]]) -> str:
    rows = [
        [
            app.title,
            name,
            result["rows"],
            f"{plan['clean']} / {plan['tables']}",
            "yes" if plan["whole"] and plan["clean"] == plan["tables"] else "no",
            f"{_speed(plan):,}",
            f"{plan['redraw']:.2%}",
            f"{plan['constant']} / {plan['filled']}",
        ]
        for app, result in done
        for name, plan in result["plans"].items()
    ]
    return _table(["schema", "plan", "rows a table", "clean", "whole", "rows/s", "redraw", "constant"], rows)


def _unmet(done: Iterable[tuple[Application, Mapping[str, Any]]]) -> str:
    rows = []
    for app, result in done:
        for name, plan in result["plans"].items():
            grouped = Counter[tuple[str, str]]()
            examples: dict[tuple[str, str], str] = {}
            for finding in plan["findings"]:
                if finding["stage"] == "held back":
                    continue
                key = (f"{finding['severity']}: {finding['stage']}", _code(finding))
                grouped[key] += 1
                examples.setdefault(key, _short(finding))
            rows += [
                [app.title, f"{name}, {result['rows']}", where, code, count, examples[where, code]]
                for (where, code), count in sorted(grouped.items(), key=lambda item: (item[0][0], -item[1]))
            ]
    return _table(["schema", "plan", "stage", "code", "times", "for example"], rows) if rows else "Nothing.\n"


def _code(finding: Mapping[str, Any]) -> str:
    """Constraint names differ from table to table: for those the class of message is the code."""
    if finding["stage"] in ("table", "key"):
        return re.sub(r'"[^"]*"', "…", finding["message"].partition(" [")[0])
    return str(finding["code"])


def _short(finding: Mapping[str, Any]) -> str:
    text = f"{finding['table']}: {finding['message']}" if finding["table"] else finding["message"]
    text = text.replace("|", "\\|").replace("<", "&lt;")
    return text if len(text) <= 160 else f"{text[:159]}…"


def _speed(plan: Mapping[str, Any]) -> int:
    return round(plan["rows"] / plan["generate_s"]) if plan["generate_s"] else 0


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines) + "\n"
