"""What a user can do wrong, and what happens meanwhile: one of our sentences, never a traceback of somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb import errors
from datalchemy_nb.commands.parser import parse
from datalchemy_nb.commands.perform import perform
from datalchemy_nb.commands.verb import CONTEXT, Option
from datalchemy_nb.commands.verbs import leaves
from datalchemy_nb.session import Session

from .conftest import DDL, Notebook

SENSELESS = {
    "int": ("-1", "9" * 20, "9" * 40),
    "path": ("", ".", "/nonexistent/a/x.json", "latin.json", "latin.json/x.json", "a" * 300),
    "text": ("", "2026-13-01", "\0", "a" * 300),
    "pairs": ("a=b",),
}
# Servers and panels are not what is asked here.
LEFT_OUT = {"demo", "studio"}
# Any text is right.
PROSE = {"why", "notes", "plan_name"}
CLINIC = "CREATE TABLE patients (id int PRIMARY KEY); CREATE TABLE visits (id int PRIMARY KEY)"


def senseless_lines() -> list[tuple[str, Option, str]]:
    """The beginning of a line that is right, an option, a value that is not."""
    lines = []
    for name, verb in leaves():
        required = [("base" if name.startswith("golden") else "clientes", a) for a in verb.arguments if a.required]
        for option in (*verb.parameters, *(CONTEXT[setting] for setting in verb.context)):
            if option.name in PROSE:
                continue
            head = [name, *(word for word, argument in required if argument is not option)]
            head += ["--draft"] if name == "plan" and option.name != "plan" else []
            lines += [(" ".join(head), option, value) for value in SENSELESS.get(option.kind, ())]
    return [line for line in lines if line[0].split()[0] not in LEFT_OUT]


def test_no_value_of_any_option_ends_in_a_traceback(shop: Notebook, tmp_path: Path) -> None:
    (tmp_path / "latin.json").write_bytes(b'{"a": "\xe9"}')
    with Session() as session:
        schema = session.use_schema("schema.json").schema
        plan = session.use_plan(shop.shell.user_ns["pequeno"])
        session.generate()
        session.golden_save("base")
        raw, refused = [], 0
        for head, option, value in senseless_lines():
            session.schema, session.plan = schema, plan
            try:
                perform(session, parse([*head.split(), f"{option.long}={value}"]))
            except errors.DatalchemyError:
                refused += 1
            except Exception as error:  # noqa: BLE001 - that is the question
                raw.append(f"{head} {option.long}={value[:30]!r}: {type(error).__name__}: {error}")
        assert not raw, "\n".join(raw)
        assert refused > 100


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("plan --draft --base-date 2026-13-01", ("base date '2026-13-01' is no day", "YYYY-MM-DD")),
        ("plan --draft --seed -1", ("seed cannot be -1", "from 0 to")),
        ("verify --workers -1", ("workers cannot be -1", "from 1 to")),
        ("plan --draft --out .", ("is a directory", "name a file")),
    ],
)
def test_it_says_what_would_do(shop: Notebook, line: str, words: tuple[str, ...]) -> None:
    shown = shop.run(f"%datalchemy {line}")
    assert isinstance(shown.error, errors.DatalchemyError)
    assert all(word in str(shown.error) for word in words)


def test_a_table_that_a_run_has_not(shop: Notebook) -> None:
    shop.good("r = %datalchemy generate")
    assert shop.good("r.frame('clientes').collect().height").value == 100
    refused = shop.run("r.frame('client')").error
    assert isinstance(refused, errors.UsageError)
    assert "did you mean 'loja.clientes'" in str(refused)


def test_reloading_keeps_the_session(shop: Notebook) -> None:
    shop.good("s = %datalchemy studio plan")
    shop.good("s")
    shop.good("r = %datalchemy generate")
    shop.good("%reload_ext datalchemy_nb")
    assert shop.good("%datalchemy preview clientes --rows 3").value.frame.height == 3
    assert shop.good("%datalchemy evaluate r").value.ok
    shop.good("%datalchemy plan --draft --rows 33")
    assert shop.shell.user_ns["s"].bench.plan.targets[0].rows == 33
    shop.good("%unload_ext datalchemy_nb")
    shop.good("%load_ext datalchemy_nb")
    assert "no schema yet" in str(shop.run("%datalchemy schema").error)


class TestAnotherDatabase:
    def test_a_schema_and_plan_of_it_are_put_aside(self, notebook: Notebook, database: Any) -> None:
        shop, clinic = database(DDL), database(CLINIC)
        notebook.good(f"%datalchemy connect {shop}")
        notebook.good("%datalchemy introspect")
        notebook.good("%datalchemy plan --draft --rows 5")
        assert notebook.good(f"%datalchemy connect {shop}").value.note == ""
        connected = notebook.good(f"%datalchemy connect {clinic}")
        assert "put aside" in connected.value.note
        assert connected.value.note in connected.outputs[0]["text/html"].replace("&#x27;", "'")
        assert connected.value.note in connected.outputs[0]["text/plain"]
        assert "introspect" in str(notebook.run("%datalchemy validate").error)
        read = notebook.good("%datalchemy introspect")
        assert "the plan was put aside: 2 of its 2 tables are not here" in read.outputs[0]["text/plain"]
        # Not 128 errors: the one sentence again.
        assert "put aside" in str(notebook.run("%datalchemy validate").error)
        notebook.good("%datalchemy plan --draft --rows 5")
        assert notebook.good("%datalchemy validate").value.ok

    def test_a_plan_for_the_same_tables_stays(self, notebook: Notebook, database: Any) -> None:
        for url in (database(DDL), database(DDL)):
            shown = notebook.good(f"%datalchemy introspect {url}")
            assert shown.value.note == ""
            if notebook.shell.magics_manager.registry["DatalchemyMagics"].session.plan is None:
                notebook.good("%datalchemy plan --draft --rows 5")
        assert notebook.good("%datalchemy validate").value.ok

    def test_one_that_does_not_answer_changes_nothing(self, notebook: Notebook, database: Any) -> None:
        notebook.good(f"%datalchemy introspect {database(DDL)}")
        notebook.run("%datalchemy introspect postgresql://ana@127.0.0.1:1/x")
        assert len(notebook.good("%datalchemy introspect").value.tables) == 2


class TestAStoppedRun:
    @pytest.mark.parametrize("rows_first", [100, 600_000])
    def test_it_is_not_judged_or_kept(self, shop: Notebook, rows_first: int) -> None:
        session = shop.shell.magics_manager.registry["DatalchemyMagics"].session
        plan = shop.shell.user_ns["pequeno"]
        first, second = plan.targets
        larger = (first.model_copy(update={"rows": rows_first}), second.model_copy(update={"rows": 300_000}))
        seen: list[Any] = []
        with pytest.raises(errors.Cancelled):
            session.generate(
                plan.model_copy(update={"targets": larger}),
                on_progress=seen.append,
                cancelled=lambda: len(seen) > 2,
            )
        run_id = session.runs().runs[0].run_id
        for line in ("evaluate", "verify", "evidence", "golden save base", "load", f"evaluate {run_id}"):
            refused = shop.run(f"%datalchemy {line}").error
            assert isinstance(refused, errors.RunNotFound), line
            assert "was stopped and is not complete" in str(refused)
            assert f"generate --resume {run_id[:8]}" in str(refused)
        shop.good(f"%datalchemy generate --resume {run_id[:8]}")
        assert shop.good("%datalchemy evaluate").value.ok
