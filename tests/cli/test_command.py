"""The command: output, exit codes, short errors, files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from datalchemy_nb._version import __version__
from datalchemy_nb.commands.cli import main
from datalchemy_nb.domains.registry import generators

PLAN = {
    "plan_version": "0.2",
    "seed": 7,
    "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
    "targets": [
        {"schema": "loja", "table": "clientes", "rows": 100},
        {"schema": "loja", "table": "pedidos", "rows": 300},
    ],
    "rules": [
        {
            "type": "column_generator",
            "schema": "loja",
            "table": "clientes",
            "column": "nome",
            "generator": "semantic.br.name",
        }
    ],
}
DDL = """
CREATE SCHEMA loja;
CREATE TABLE loja.clientes (id uuid PRIMARY KEY, nome text NOT NULL, nivel text CHECK (nivel IN ('a', 'b')));
CREATE TABLE loja.pedidos (
    id uuid PRIMARY KEY, cliente_id uuid NOT NULL REFERENCES loja.clientes, total numeric(10,2) CHECK (total >= 0)
);
"""


@pytest.fixture(scope="module")
def schema_text(database: object) -> str:
    from datalchemy_nb.session import Session

    return Session().introspect(database(DDL), schemas=["loja"]).schema.to_json()  # type: ignore[operator]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema_text: str) -> Path:
    """A directory with plan.json and schema.json, made current."""
    for name in ("DATABASE_URL", "PGPASSWORD", "PGHOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    (tmp_path / "schema.json").write_text(schema_text)
    return tmp_path


def one_run(work: Path) -> Path:
    assert main(["generate", "-q"]) == 0
    (run,) = (work / "runs").iterdir()
    return run


class TestWithoutWork:
    def test_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--version"]) == 0
        assert capsys.readouterr().out == f"datalchemy {__version__}\n"

    def test_no_verb_shows_them_all(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([]) == 2
        assert main(["--help"]) == 0
        assert "generate" in capsys.readouterr().out

    def test_help_of_a_verb(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["golden", "save", "--help"]) == 0
        assert "--[no-]force" in capsys.readouterr().out

    def test_help_imports_nothing_heavy(self) -> None:
        code = (
            "import sys; from datalchemy_nb.commands.cli import main; main(['generate', '--help']); "
            "print([m for m in ('polars', 'numpy', 'duckdb', 'psycopg', 'pydantic', 'IPython') if m in sys.modules])"
        )
        out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        assert out.endswith("[]\n")


class TestStory:
    def test_validate_preview_generate_evaluate_golden_verify(
        self, work: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["validate"]) == 0
        assert main(["preview", "pedidos", "--rows", "3", "--offset", "297"]) == 0
        assert "rows 297 to 299 of 300" in capsys.readouterr().out
        run = one_run(work)
        assert main(["evaluate", "--strict"]) == 0
        assert {"metrics.json", "report.md"} <= {path.name for path in run.iterdir()}
        assert main(["golden", "save", "base"]) == 0
        assert main(["golden", "check", "base", str(run)]) == 0
        assert main(["verify"]) == 0
        assert main(["golden", "list"]) == 0
        assert "base" in capsys.readouterr().out

    def test_preview_is_the_same_as_the_run(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run = one_run(work)
        assert main(["preview", "loja.clientes", "--json", "--rows", "2", "--offset", "50"]) == 0
        rows = json.loads(capsys.readouterr().out)["rows"]
        lines = (run / "loja.clientes.csv").read_text().splitlines()[51:53]
        assert [row["id"] for row in rows] == [line.split(",")[0] for line in lines]

    def test_a_broken_run(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run = one_run(work)
        assert main(["golden", "save", "base", "-q"]) == 0
        file = run / "loja.clientes.csv"
        head, first, *rest = file.read_text().splitlines(keepends=True)
        file.write_text("".join([head, first, first, *rest]))
        assert main(["evaluate"]) == 0
        assert main(["evaluate", "--strict"]) == 1
        assert "violation" in capsys.readouterr().out
        assert json.loads((run / "metrics.json").read_text())["constraints"]["pk"]["violations"] > 0

    def test_another_seed_differs_from_the_golden(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        one_run(work)
        assert main(["golden", "save", "base", "-q"]) == 0
        (work / "plan.json").write_text(json.dumps(PLAN | {"seed": 8}))
        assert main(["generate", "-q", "--out", "other"]) == 0
        assert main(["golden", "diff", "base", "--out", "other"]) == 1
        out = capsys.readouterr().out
        assert "seed changed: 7 to 8" in out
        assert "0 to 99" in out

    def test_json_is_the_contract(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        run = one_run(work)
        assert main(["validate", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["ok"] is True
        assert main(["evaluate", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == json.loads((run / "metrics.json").read_text())
        assert main(["generators", "cpf", "--json"]) == 0
        assert "semantic.br.cpf" in [entry["id"] for entry in json.loads(capsys.readouterr().out)]

    def test_quiet_says_nothing(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        one_run(work)
        assert capsys.readouterr() == ("", "")

    def test_an_example_plan_by_name(self, work: Path) -> None:
        (work / "schema.json").unlink()
        assert main(["plan", "minimal", "-q"]) == 0


class TestServer:
    def test_introspect_writes_a_run_directory(
        self, crm_url: str, work: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["introspect", crm_url, "--schema", "crm", "--out", "deep/er.json"]) == 0
        (run,) = (work / "runs").iterdir()
        assert sorted(p.name for p in run.iterdir()) == ["config.json", "logs.ndjson", "metrics.json", "schema.json"]
        assert (work / "deep/er.json").read_text() == (run / "schema.json").read_text()
        config = json.loads((run / "config.json").read_text())
        assert config["options"]["schemas"] == ["crm"]
        assert config["connection"].keys() == {"engine", "user", "host", "port", "database", "redacted"}
        metrics = json.loads((run / "metrics.json").read_text())
        assert metrics["counts"]["tables"] == 20
        assert metrics["fk_graph"]["has_cycle"] is False
        assert len(metrics["fk_graph"]["topo_order"]) == 20
        events = [json.loads(line)["fields"]["event"] for line in (run / "logs.ndjson").read_text().splitlines()]
        assert (events[0], events[-1]) == ("run_started", "run_finished")
        secret = crm_url.split("@")[0].rpartition(":")[2]
        written = "".join(p.read_text() for p in run.iterdir())
        assert secret not in written + "".join(capsys.readouterr())

    def test_an_introspection_is_no_run(self, crm_url: str, work: Path) -> None:
        assert main(["introspect", crm_url, "-q"]) == 0
        assert main(["evaluate", "-q"]) == 2

    def test_a_connection_stands_for_the_schema_file(
        self, work: Path, database: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = database(DDL)  # type: ignore[operator]
        (work / "schema.json").unlink()
        assert main(["validate", "-q", "--conninfo", url]) == 0
        assert main(["validate", "-q"]) == 2
        monkeypatch.setenv("DATABASE_URL", url)
        assert main(["validate", "-q"]) == 0
        assert main(["generate", "-q"]) == 0
        assert main(["load", "-q"]) == 0

    def test_load_is_rolled_back(self, work: Path, database: object, capsys: pytest.CaptureFixture[str]) -> None:
        url = database(DDL)  # type: ignore[operator]
        one_run(work)
        assert main(["load", "--conninfo", url]) == 0
        assert "rolled back" in capsys.readouterr().out
        assert main(["load", "--conninfo", url]) == 0


BAD_INPUT = [
    (["prevew"], "no verb 'prevew'", "did you mean 'preview'"),
    (["preview", "clienets"], "no table 'clienets'", "did you mean"),
    (["preview", "clientes", "--columns", "nme"], "no column 'nme'", "did you mean 'nome'"),
    (["preview", "clientes", "--offset", "100"], "row 100 does not exist", "below 100"),
    (["validate", "missing.json"], "missing.json", "Hint"),
    (["preview", "clientes", "--schema-file", "none.json"], "none.json", "Hint"),
    (["evaluate", "."], ".", "Hint"),
    (["evaluate", "4f1c"], "no run '4f1c'", "runs"),
    (["golden", "check", "base"], "", "Hint"),
    (["connect", "postgresql://ana:s3cret@127.0.0.1:1/x"], "no server answers", "Hint"),
    (["connect", "mysql://ana:s3cret@h/x"], "mysql is not supported", "postgresql://"),
    (["generate", "--workers", "0"], "workers", "Hint"),
]


@pytest.mark.parametrize(("words", "message", "hint"), BAD_INPUT, ids=lambda value: str(value)[:40])
def test_bad_input(words: list[str], message: str, hint: str, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert hint in err
    assert 2 <= len(err.splitlines()) <= 5
    assert "Traceback" not in err
    assert "s3cret" not in err
    assert not (work / "runs").exists()


def change(work: Path, **fields: object) -> None:
    (work / "plan.json").write_text(json.dumps(PLAN | fields))


class TestBadPlans:
    def check(self, capsys: pytest.CaptureFixture[str], work: Path, *words: str) -> None:
        assert main(["generate"]) == 2
        err = capsys.readouterr().err
        assert all(word in err for word in words), err
        assert 2 <= len(err.splitlines()) <= 5
        assert not (work / "runs").exists()

    def test_not_json(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "plan.json").write_text("{oops")
        self.check(capsys, work, "plan.json", "line 1")

    def test_wrong_version(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        change(work, plan_version="9.9")
        self.check(capsys, work, "/plan_version")

    def test_unknown_table(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        change(work, targets=[{"schema": "loja", "table": "cliente", "rows": 5}])
        self.check(capsys, work, "/targets/0/table", "did you mean 'clientes'")

    def test_unknown_generator(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        rule = PLAN["rules"][0] | {"generator": "semantic.br.nam"}  # type: ignore[index, operator]
        change(work, rules=[rule])
        self.check(capsys, work, "semantic.br.nam", "did you mean")

    def test_validate_tells_without_an_error(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        change(work, targets=[{"schema": "loja", "table": "cliente", "rows": 5}])
        assert main(["validate"]) == 2
        assert "unknown_table" in capsys.readouterr().out

    def test_another_schema(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        change(work, schema_ref={"schema_version": "0.2", "engine": "postgres", "schema_fingerprint": "0" * 64})
        self.check(capsys, work, "fingerprint")

    def test_no_place_to_write(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (work / "runs").write_text("a file")
        assert main(["generate"]) == 2
        err = capsys.readouterr().err
        assert "cannot create a run directory" in err
        assert "--out" in err


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "datalchemy_nb", *words]


class TestLists:
    def test_a_pipe_gets_every_line_and_every_name_whole(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["generators"]) == 0
        lines = capsys.readouterr().out.splitlines()
        ids = {line.split()[0] for line in lines if "." in line.split(" ")[0]}
        assert set(generators()) <= ids
        assert not any("…" in line for line in lines)

    @pytest.mark.parametrize("words", [[], ["--all"]])
    def test_a_terminal_gets_what_fits_unless_it_asks_for_all(
        self, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "50")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        assert main(["generators", *words]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert any("more row" in line for line in lines) is not bool(words)
        # Names are whole all the same.
        assert {line.split()[0] for line in lines if line.startswith("derive.")} <= set(generators())


class TestProcess:
    @pytest.mark.usefixtures("ctrl_c")
    def test_interrupted(self, work: Path) -> None:
        change(work, targets=[{"schema": "loja", "table": "clientes", "rows": 200_000_000}])
        process = subprocess.Popen(command("generate"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 60
        while not list(work.glob("runs/*/*.csv.partial")) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "stopped; what was written is in runs/" in err
        assert "Traceback" not in err
        assert out == ""
        (run,) = (work / "runs").iterdir()
        assert [path.name for path in run.glob("*.csv*")] == ["loja.clientes.csv.partial"]
        assert json.loads((run / "generation_report.json").read_text())["status"] == "partial"
        assert subprocess.run(command("runs"), capture_output=True, text=True, check=True).stdout.count("partial") == 1

    def test_a_reader_that_has_seen_enough(self, work: Path) -> None:
        process = subprocess.Popen(command("generators"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0

    def test_progress_is_a_line_per_table_away_from_a_terminal(self, work: Path) -> None:
        change(work, targets=[{"schema": "loja", "table": "clientes", "rows": 3_000_000}])
        done = subprocess.run(command("generate"), capture_output=True, text=True, check=True)
        assert "\r" not in done.stderr
        assert len(done.stderr.splitlines()) <= 1

    def test_output_in_ascii_survives(self, work: Path) -> None:
        done = subprocess.run(command("validate"), capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
        assert done.returncode == 0
        assert b"\\u2713 valid" in done.stdout


class TestDefects:
    def test_our_own_mistakes_are_short_and_without_secrets(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], work: Path
    ) -> None:
        url = "postgresql://ana:s3cret@h/d"

        def broken(*args: object, **more: object) -> None:
            raise RuntimeError(f"cannot use {url}")

        monkeypatch.setattr("datalchemy_nb.commands.perform.perform", broken)
        monkeypatch.setattr(sys, "argv", ["datalchemy", "connect", url])
        assert main() == 2
        err = capsys.readouterr().err
        assert "unexpected RuntimeError" in err
        assert "s3cret" not in err

    def test_traceback_on_request(self, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["preview", "nada", "--traceback"]) == 2
        assert "Traceback" in capsys.readouterr().err
