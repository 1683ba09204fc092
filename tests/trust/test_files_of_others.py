"""Schema files, manifests and goldens that someone else wrote."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb import sandbox
from datalchemy_nb.constraints.parse import UnreadableCheckError, parse
from datalchemy_nb.constraints.scalar import compile_scalar
from datalchemy_nb.constraints.typed import Input, UnreadableScalarError
from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.run import Manifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import ContractError, DatalchemyError, TooSlow
from datalchemy_nb.generate import acceptance
from datalchemy_nb.sandbox import refusal
from datalchemy_nb.session import Session
from tests.trust.hostile import ENDLESS, expressions

SECRET = "the-secret-words"
_TYPES = {"int4": "integer", "text": "text", "timestamptz": "timestamp with time zone", "jsonb": "jsonb"}


def _column(place: int, name: str, kind: str, **more: Any) -> dict[str, Any]:
    shown = {"data_type": _TYPES[kind], "udt_schema": "pg_catalog", "udt_name": kind}
    return {"ordinal_position": place, "name": name, "column_type": shown, "is_nullable": False, **more}


def _table(name: str, *constraints: dict[str, Any], **more: Any) -> dict[str, Any]:
    kinds = {"id": "int4", "x": "text", "n": "int4", "at": "timestamptz", "j": "jsonb"}
    columns = [_column(place, *item) for place, item in enumerate(kinds.items(), 1)]
    key = {"kind": "primary_key", "name": f"{name}_pkey", "columns": ["id"]}
    return {"name": name, "kind": "table", "columns": columns, "constraints": [key, *constraints], **more}


def _check(name: str, text: str) -> dict[str, Any]:
    return {"kind": "check", "name": name, "expression": f"CHECK ({text})"}


def _function(name: str, body: str) -> dict[str, Any]:
    return {
        "schema": "public",
        "name": name,
        "arguments": ["a"],
        "argument_types": ["text"],
        "returns": "text",
        "language": "sql",
        "volatility": "immutable",
        "body": body,
    }


_PLAN = {"plan_version": "0.2", "seed": 1, "schema_ref": {"engine": "postgres", "schema_version": "1"}, "rules": []}
_FUNCTIONS = [
    _function("bomb", f"SELECT {' || '.join(['a'] * 40)}"),
    _function("loops", "SELECT loops(a) || loops(a)"),
]


def _schema(*tables: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema_version": "1", "schemas": [{"name": "public", "tables": list(tables)}], **more}


def _index(name: str, **more: Any) -> dict[str, Any]:
    plain = {"is_unique": True, "is_primary": False, "is_valid": True, "method": "btree", "definition": "CREATE INDEX"}
    return {"name": name, **plain, **more}


def _everywhere(text: str, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A table that says an expression everywhere but in a CHECK, and a domain."""
    index = [
        _index("partial", keys=[{"column": "n"}], predicate=text),
        _index("computed", keys=[{"expression": text}]),
        _index("defined", definition=f"CREATE UNIQUE INDEX defined ON t USING btree (({text})) WHERE ({text})"),
    ]
    element = {"column": "n", "expression": "n", "operator": "="}
    exclusion = {
        "kind": "exclusion",
        "name": "apart",
        "method": "gist",
        "elements": [element, {"expression": text, "operator": "&&"}],
        "predicate": text,
        "definition": "EXCLUDE",
    }
    table = _table(f"t{number}", exclusion, indexes=index)
    domain = {"schema": "public", "name": f"d{number}", "base": table["columns"][1]["column_type"]}
    domain["checks"] = [
        _check("of_domain", re.sub(r"\bx\b", "VALUE", text)),
        _check("calls", f"calls{number}(VALUE) = ''"),
    ]
    kind = {"data_type": f"d{number}", "udt_schema": "public", "udt_name": f"d{number}", "kind": "domain"}
    kind |= {"domain_schema": "public", "domain_name": f"d{number}"}
    table["columns"].append({**_column(6, "g", "text"), "generated": {"kind": "stored", "expression": text}})
    table["columns"].append({**_column(7, "d", "text"), "column_type": kind})
    return table, domain


def _partition(text: str, number: int) -> dict[str, Any]:
    """A partition that says it."""
    of = {"schema": "public", "table": "whole", "bound": f"FOR VALUES IN ({number})", "constraint": text}
    return _table(f"part{number}") | {"partition_of": of}


def _run(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, which may die or hang without harm to the tests."""
    command = [sys.executable, "-m", "datalchemy_nb", *words]
    environment = {**os.environ, "SECRET": SECRET}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


def _inventory(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in directory.rglob("*") if p.is_file()}


def test_no_expression_of_a_schema_file_reads_writes_connects_or_hangs(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    secret = outside / "secret.txt"
    secret.write_text(SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        hostile = expressions(str(secret), str(outside), listener.getsockname()[1])
        assert len(set(hostile)) >= 100
        table = _table("t", *(_check(f"check_{i}", text) for i, text in enumerate(hostile)))
        spread = [_everywhere(text, i) for i, text in enumerate(hostile[::8])]
        bodies = [_function(f"calls{i}", f"SELECT {text}") for i, text in enumerate(hostile[::8])]
        files = {
            "plain": _schema(table, functions=_FUNCTIONS),
            "spread": _schema(
                *(t for t, _ in spread),
                _table("whole")
                | {
                    "kind": "partitioned_table",
                    "partition_key": {"strategy": "list", "columns": ["n"], "definition": "LIST (n)"},
                },
                *(_partition(text, i) for i, text in enumerate(hostile[::8])),
                domains=[d for _, d in spread],
                functions=[*_FUNCTIONS, *bodies],
            ),
        }
        before = _inventory(outside)
        for name, schema in files.items():
            (inside / f"{name}.json").write_text(json.dumps(schema))
            targets = [
                {"schema": "public", "table": t["name"], "rows": 20}
                for t in schema["schemas"][0]["tables"]
                if "partition_of" not in t
            ]
            plan = {**_PLAN, "targets": targets}
            (inside / f"{name}.plan.json").write_text(json.dumps(plan))
            words = (f"{name}.plan.json", "--schema-file", f"{name}.json")
            made = [_run(inside, "validate", *words, "--explain"), _run(inside, "generate", *words)]
            if name == "plain":
                made.append(_run(inside, "evaluate", "--schema-file", f"{name}.json"))
            assert made[0].returncode == 0, made[0].stdout[-2000:]
            assert len(made[0].stdout) < 1_000_000
            for done in made:
                assert done.returncode in (0, 2), done.stderr[-2000:]
                assert "Traceback" not in done.stderr, done.stderr[-2000:]
                assert SECRET not in done.stdout + done.stderr
            if name == "plain":
                assert made[1].returncode == 0, made[1].stderr
                report = json.loads(next(inside.glob("runs/*/generation_report.json")).read_text())
                metrics = json.loads(next(inside.glob("runs/*/metrics.json")).read_text())
                told = {m.split(" ")[2]: m for i in report["unsupported"] if "CHECK" in (m := i["message"])}
                skipped = {w["message"].split(" ")[1] for w in metrics["warnings"] if "not evaluated" in w["message"]}
                assert set(told) == skipped == {f"check_{i}" for i in range(len(hostile))}
                assert "repeat may make texts without end" in told[f"check_{hostile.index(ENDLESS[2])}"]
        with pytest.raises(TimeoutError):
            listener.accept()
        assert _inventory(outside) == before
        assert SECRET not in "".join(p.read_text() for p in inside.glob("runs/*/*"))


def test_an_expression_that_takes_too_long_is_told_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_WATCH_SECONDS", 0.01)
    connection = sandbox.open_database()
    monkeypatch.setattr(sandbox, "ASKED_SECONDS", 0.2)

    def endless() -> None:
        with sandbox.at_most(), sandbox.limited(connection, "count(*)", 7):
            connection.execute("SELECT count(*) FROM range(1000000000000) a, range(1000) b").fetchall()

    with pytest.raises(TooSlow, match=r"count.*takes longer than 0 s over 7 rows"):
        endless()
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_constraint_that_takes_too_long_is_a_warning_and_a_plan_an_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (_check("slow", "length(x) > n AND x ~ 'a' OR n > 5"), _check("fast", "n <> 7 OR length(x) < 9"))
    schema = DatabaseSchema.model_validate(_schema(_table("t", *checks)))
    plan = {**_PLAN, "targets": [{"schema": "public", "table": "t", "rows": 30}]}
    judged = acceptance.checks.failing

    def late(frame: pl.DataFrame, predicates: list[str]) -> Any:
        if any("'a'" in sql for sql in predicates):
            raise TooSlow("late")
        return judged(frame, predicates)

    with Session() as session:
        session.use_schema(schema)
        with monkeypatch.context() as patched:
            patched.setattr(acceptance.checks, "failing", late)
            plain = session.validate(plan)
            found = session.validate(plan, explain=True)
        for told in (plain.issues, found.validation.issues):
            slow = [(i.severity, i.constraint) for i in told if i.code == "slow_expression"]
            assert slow == [("warning", "slow")]
        shares = {check.name: check.acceptance for table in found.report.tables for check in table.checks}
        assert shares["slow"] is None
    monkeypatch.setattr(sandbox, "PLANNING_SECONDS", 0.0)
    with Session() as session:
        unseen = _schema(_table("t", _check("slow", "length(x) > n AND x ~ 'unseen' OR n > 5")))
        session.use_schema(DatabaseSchema.model_validate(unseen))
        refused = session.validate(plan)
        assert [i.code for i in refused.issues if i.severity == "error"] == ["slow_expression"]


def test_a_message_is_short_whatever_it_quotes() -> None:
    long = "x" * 100_000
    issue = Issue(severity="error", code="c", path="/", message=long, hint=long, cause=long)
    assert len(str(issue)) < 3_000
    assert len(str(DatalchemyError(long, hint=long))) < 6_000
    assert str(DatalchemyError(long)).endswith("(100,000 characters)")


def test_honest_expressions_still_run() -> None:
    honest = [
        "char_length(trim(x)) BETWEEN 2 AND 60",
        "lpad(x, 11, '0') = x",
        "replace(replace(replace(x, '.', ''), '-', ''), '/', '') ~ '^[0-9]{11}$'",
        "lower(x) = x AND position('@' in x) > 1",
        "at >= '2020-01-01'::timestamptz AND extract(year from at) < 2100",
        "coalesce(n, 0) + abs(n) * 2 <= greatest(n, 10) % 7",
        "x LIKE '%_@_%.__%' AND x NOT LIKE '%a%a%a_%a%a%a%b'",
        "(j ->> 'kind') IN ('a', 'b') AND json_array_length(j -> 'items') > 0",
        "CASE WHEN n > 0 THEN x IS NOT NULL ELSE x IS NULL END",
        "pg_catalog.upper(x) = x",
        "replace(replace(x, '&', 'and'), '@', 'at') = lpad(rpad(x, 20, '.'), 30, ' ')",
        "repeat('*', least(n, 5)) = x",
        "json_type(j::json) = 'OBJECT' AND width_bucket(n, 0, 10, 5) > 1",
    ]
    for text in honest:
        assert refusal(text, dialect="postgres") is None, text


@pytest.mark.parametrize("name", ["../x.csv", "/etc/passwd", "a/b.csv", "..", "", "..\\x.csv", "a\0b", "s3://b/x.csv"])
def test_a_manifest_names_files_beside_it_only(name: str) -> None:
    table = {"schema": "public", "table": "t", "file": "public.t.csv", "rows": 0, "bytes": 0, "sha256": None}
    table |= {"columns": [], "blocks": []}
    manifest = {"output_version": 1, "run_id": "r", "seed": 1, "plan_sha256": "", "schema_fingerprint": ""}
    manifest |= {"package_version": "1"}
    other = {"file": name, "bytes": 0, "sha256": ""}
    part = {"file": "https://host/x.csv", "first_row": 0, "rows": 0, "bytes": 0, "sha256": ""}
    assert Manifest.model_validate(manifest | {"tables": [table]})
    assert Manifest.model_validate(manifest | {"tables": [table | {"file": part["file"], "parts": [part]}]})
    for bad in (table | {"file": name}, table | {"others": [other]}, table | {"file": name, "parts": [part]}):
        document = json.dumps(manifest | {"tables": [bad]})
        with pytest.raises(ContractError, match="/tables/0"):
            Manifest.from_json(document)
        with pytest.raises(ContractError, match="/manifest/tables/0"):
            Golden.from_json(json.dumps({"name": "g", "manifest": json.loads(document)}))


def test_no_hostile_expression_of_a_plan_is_compiled() -> None:
    inputs = {"id": Input("integer"), "x": Input("text"), "n": Input("integer"), "at": Input("timestamptz")}
    for text in expressions("/etc/hostname", "/tmp", 9):
        # Lengths that a plan takes from a column are held down.
        if "(x, n" not in text:
            with pytest.raises((UnreadableCheckError, UnreadableScalarError)):
                compile_scalar(parse(text), inputs, dt.date(2026, 1, 1))
