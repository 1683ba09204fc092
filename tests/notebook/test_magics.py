"""The magics in a real shell: what they return, show, say and leave behind."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from datalchemy_nb import errors
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.results import base as results

from .conftest import PLAN_CELL, Notebook

MIME = {"text/plain", "text/html"}


class TestReturns:
    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            ("schema", results.SchemaResult),
            ("schema clientes", results.TableResult),
            ("plan", Plan),
            ("validate", results.Validation),
            ("generators cpf", results.GeneratorList),
            ("preview loja.clientes", results.Preview),
            ("generate", results.Run),
            ("runs", results.RunList),
            ("golden list", results.GoldenList),
        ],
    )
    def test_the_object_it_shows(self, shop: Notebook, line: str, kind: type) -> None:
        shown = shop.good(f"%datalchemy {line}")
        assert isinstance(shown.value, kind)
        assert set(shown.outputs[0]) >= MIME
        assert "datalchemy" in shown.outputs[0]["text/html"]

    def test_a_whole_run(self, shop: Notebook) -> None:
        shop.good("r = %datalchemy generate")
        assert isinstance(shop.good("e = %datalchemy evaluate r").value, type(None))
        assert shop.shell.user_ns["e"].ok
        shop.good("%datalchemy golden save base r")
        assert shop.good("%datalchemy golden check base").value.ok
        assert shop.good("%datalchemy verify --workers 1").value.ok

    def test_with_a_server(self, notebook: Notebook, crm_url: str) -> None:
        notebook.shell.user_ns["url"] = crm_url
        connected = notebook.good(f"%datalchemy connect {crm_url}")
        assert isinstance(connected.value, results.Connected)
        assert "stays in the notebook" in connected.stderr
        again = notebook.good("%datalchemy connect url")
        assert isinstance(again.value, results.Connected)
        assert not again.stderr
        schema = notebook.good("%datalchemy introspect --schema crm")
        assert len(schema.value.tables) == 20
        assert "text/vnd.mermaid" in schema.outputs[0]
        secret = crm_url.split("@")[0].rpartition(":")[2]
        assert secret not in repr(connected.outputs) + repr(schema.outputs)

    def test_an_assigned_value_is_not_shown(self, shop: Notebook) -> None:
        shown = shop.good("df = %datalchemy preview clientes --rows 4")
        assert shown.outputs == []
        assert shop.shell.user_ns["df"].frame.height == 4

    def test_json_gives_plain_values(self, shop: Notebook) -> None:
        assert shop.good("%datalchemy preview clientes --rows 2 --json").value["rows"][0]["nome"]


class TestSilence:
    @pytest.mark.parametrize("line", ["preview clientes;", "preview clientes -q", "preview clientes ; "])
    def test_nothing_is_shown(self, shop: Notebook, line: str) -> None:
        shown = shop.good(f"%datalchemy {line}")
        assert (shown.value, shown.outputs, shown.stdout) == (None, [], "")

    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ("for word in ('cpf', 'cnpj'):\n    %datalchemy generators {word}", 2),
            ("if True:\n    %datalchemy generators cpf", 1),
            ("def look():\n    %datalchemy generators cpf\n\nlook()", 1),
            ("for word in ('cpf',):\n    found = %datalchemy generators {word}", 0),
            ("for word in ('cpf',):\n    %datalchemy generators {word};", 0),
            ("for word in ('cpf',):\n    if word:\n        %datalchemy generators {word}", 1),
        ],
    )
    def test_what_stands_alone_in_a_block_is_shown(self, shop: Notebook, source: str, shown: int) -> None:
        told = shop.run(source)
        assert told.error is None
        assert len(told.outputs) == shown

    def test_an_assigned_value_is_there_all_the_same(self, shop: Notebook) -> None:
        shop.good("x = 1\ndf = %datalchemy preview clientes --rows 3;")
        assert shop.shell.user_ns["df"].frame.height == 3

    def test_in_a_function_the_value_is_returned(self, shop: Notebook) -> None:
        source = "def f():\n    return get_ipython().run_line_magic('datalchemy', 'preview clientes -q')\ndf = f()"
        shop.good(source)
        assert shop.shell.user_ns["df"].offset == 0


class TestPlanCell:
    def test_yaml_is_kept_under_its_name(self, shop: Notebook) -> None:
        shown = shop.good(PLAN_CELL)
        assert shop.shell.user_ns["pequeno"] is shown.value
        assert set(shown.outputs[0]) >= MIME
        assert "Plan: 2 tables, 400 rows" in shown.outputs[0]["text/plain"]

    def test_json_too_and_nothing_is_expanded(self, shop: Notebook) -> None:
        shop.shell.user_ns["seed"] = 99
        cell = '{"plan_version": "0.2", "seed": 5, "schema_ref": {"schema_version": "0.2", "engine": "postgres"}, '
        cell += '"targets": [], "rules": [], "rules_unsupported": [{"description": "{seed} $seed", "reason": ""}]}'
        plan = shop.good("%%datalchemy plan\n" + cell).value
        assert plan.rules_unsupported[0].description == "{seed} $seed"

    def test_its_issues_are_shown_before_the_error(self, shop: Notebook) -> None:
        shown = shop.run("%%datalchemy plan p\nplan_version: '0.2'\nsead: 1\ntargets: []\n")
        assert isinstance(shown.error, errors.PlanInvalid)
        assert "✗ error" in shown.outputs[0]["text/plain"]
        assert "p" not in shop.shell.user_ns

    @pytest.mark.parametrize("line", ["plan a-b", "generate", "preview x"])
    def test_only_plans_under_a_name(self, shop: Notebook, line: str) -> None:
        assert isinstance(shop.run(f"%%datalchemy {line}\nx: 1\n").error, errors.UsageError)


class TestVariables:
    def test_a_plan(self, shop: Notebook) -> None:
        shop.good("outro = pequeno.model_copy(update={'seed': 8})")
        first = shop.good("%datalchemy preview clientes --plan pequeno").value.frame
        assert not first.equals(shop.good("%datalchemy preview clientes --plan outro").value.frame)

    def test_a_mapping_and_a_path(self, shop: Notebook, tmp_path: Path) -> None:
        shop.good("import json\nd = pequeno.to_dict()\np = 'plano.json'\nopen(p, 'w').write(json.dumps(d));")
        assert shop.good("%datalchemy validate d").value.ok
        assert shop.good("%datalchemy validate p").value.ok

    def test_a_run_and_its_verdict(self, shop: Notebook) -> None:
        shop.good("r = %datalchemy generate\n%datalchemy generate -q")
        assert shop.good("%datalchemy evaluate r").value.directory == shop.shell.user_ns["r"].directory

    def test_other_words_are_left_alone(self, shop: Notebook) -> None:
        shop.shell.user_ns["clientes"] = 5
        assert shop.good("%datalchemy preview clientes").value.frame.height == 20


class TestHelp:
    @pytest.mark.parametrize("line", ["preview?", "preview??", "preview --help", "preview -h"])
    def test_of_a_verb(self, notebook: Notebook, line: str) -> None:
        shown = notebook.good(f"%datalchemy {line}")
        assert shown.stdout.startswith("usage: %datalchemy preview TABLE")
        assert shown.value is None

    def test_of_a_subverb(self, notebook: Notebook) -> None:
        assert "golden save NAME" in notebook.good("%datalchemy golden save?").stdout

    def test_of_all(self, notebook: Notebook) -> None:
        assert "verbs:" in notebook.good("%datalchemy").stdout
        assert "verbs:" in str(notebook.shell.find_line_magic("datalchemy").__doc__)


class TestExpressions:
    @pytest.mark.parametrize(
        "line",
        [
            "preview {table} --rows {count - 1}",
            "preview $table --rows $count --rows 3",
            "preview {names['it']} --rows={3}",
            'preview "{table}" --rows {[1, 2, 3][-1]} --rows {count-1}',
            "preview loja.{table[5:]} --rows 3 --plan {plans[0]}",
        ],
    )
    def test_they_are_replaced_by_their_values(self, shop: Notebook, line: str) -> None:
        shop.good("table, count, names, plans = 'loja.clientes', 4, {'it': 'loja.clientes'}, [pequeno]")
        if "{3}" in line or "{[1" in line:
            # What holds no name is not an expression: a count in a pattern, a list.
            assert isinstance(shop.run(f"%datalchemy {line}").error, errors.UsageError)
            return
        assert shop.good(f"%datalchemy {line}").value.frame.height == 3

    def test_a_run_out_of_a_list(self, shop: Notebook) -> None:
        shop.good("r = %datalchemy generate")
        shop.good("made = [r]")
        assert shop.good("%datalchemy evaluate {made[0]}").value.ok

    def test_a_value_stays_one_word(self, shop: Notebook) -> None:
        shop.good("spaced = 'a b \\'c'")
        assert 'no table "a b \'c"' in str(shop.run("%datalchemy preview $spaced").error)

    def test_what_is_none_stays(self, shop: Notebook) -> None:
        refused = str(shop.run("%datalchemy generators {pt_BR: 0.7} $nothing {{x}}").error)
        assert "one word too many" in refused
        assert shop.good("%datalchemy generators $nothing").value.search == "$nothing"
        assert shop.good("%datalchemy generators {{x}}").value.search == "{x}"

    def test_one_that_fails_says_so(self, shop: Notebook) -> None:
        assert "{nada[0]} cannot be evaluated: NameError" in str(shop.run("%datalchemy preview {nada[0]}").error)

    def test_a_text_does_not_shadow_a_table(self, shop: Notebook) -> None:
        shop.good("clientes = 'pedidos'")
        assert shop.good("%datalchemy preview clientes").value.ref.table == "clientes"


class TestErrors:
    @pytest.mark.parametrize(
        ("line", "kind", "words"),
        [
            ("prevew", errors.UsageError, ("no verb 'prevew'", "did you mean 'preview'")),
            ("preview clienets", errors.UsageError, ("no table 'clienets'", "did you mean")),
            ("evaluate nada", errors.RunNotFound, ("no run 'nada'", "Hint")),
            ("golden check nada", errors.DatalchemyError, ("Hint",)),
            ("connect postgresql://ana:s3cret@127.0.0.1:1/x", errors.ConnectionFailed, ("no server answers", "Hint")),
        ],
    )
    def test_the_cell_fails_in_a_few_lines(
        self, shop: Notebook, line: str, kind: type[Exception], words: tuple[str, ...]
    ) -> None:
        shown = shop.run(f"%datalchemy {line}")
        assert isinstance(shown.error, kind)
        said = shown.stdout + shown.stderr
        assert all(word in said for word in words)
        assert 2 <= len(said.strip().splitlines()) <= 5
        assert "Traceback" not in said
        assert "s3cret" not in said

    def test_without_a_schema(self, notebook: Notebook) -> None:
        shown = notebook.run("%datalchemy preview x --plan minimal")
        assert "introspect a database first" in shown.stdout + shown.stderr

    @pytest.mark.parametrize("how", ["config", "option"])
    def test_full_tracebacks_on_request(self, shop: Notebook, how: str) -> None:
        if how == "config":
            shop.good("%config DatalchemyMagics.full_tracebacks = True")
        shown = shop.run("%datalchemy preview nada" + (" --traceback" if how == "option" else ""))
        assert "/session/" in shown.stdout + shown.stderr

    def test_other_errors_keep_theirs(self, shop: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*args: object, **more: object) -> None:
            raise RuntimeError("a defect")

        monkeypatch.setattr("datalchemy_nb.commands.perform.perform", broken)
        shown = shop.run("%datalchemy runs")
        assert isinstance(shown.error, RuntimeError)
        assert "Traceback" in shown.stdout + shown.stderr


class TestConfiguration:
    def test_where_runs_go(self, shop: Notebook, tmp_path: Path) -> None:
        shop.good("%config DatalchemyMagics.out_dir = 'elsewhere'")
        assert shop.good("%datalchemy generate").value.directory.parent == Path("elsewhere")
        assert shop.good("%datalchemy generate --out third").value.directory.parent == Path("third")
        assert shop.good("%datalchemy runs").value.out_dir == Path("elsewhere")

    def test_it_lists_its_settings(self, notebook: Notebook) -> None:
        out = notebook.good("%config DatalchemyMagics").stdout
        assert all(name in out for name in ("out_dir", "goldens_dir", "strict", "full_tracebacks"))


def interrupt_when_writing() -> None:
    """What the stop button does, once rows are on their way to the disk."""
    until = time.monotonic() + 60
    while not list(Path("runs").glob("*/*.partial")) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.3)
    signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("ctrl_c")
class TestInterrupt:
    def test_a_run_ends_with_what_was_written(self, shop: Notebook) -> None:
        shop.good(
            "grande = pequeno.model_copy(update={'targets': (pequeno.targets[0].model_copy(update={'rows': 10**8}),)})"
        )
        timer = threading.Thread(target=interrupt_when_writing)
        timer.start()
        shown = shop.run("%datalchemy generate grande")
        timer.join()
        assert isinstance(shown.error, errors.Cancelled)
        assert "stopped; what was written is in runs/" in shown.stdout + shown.stderr
        runs = shop.good("%datalchemy runs").value.runs
        assert [run.status for run in runs] == ["partial"]
        assert list(runs[0].directory.glob("*.partial"))

    def test_any_other_verb_too(self, shop: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow(*args: object, **more: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("datalchemy_nb.commands.perform.perform", slow)
        assert isinstance(shop.run("%datalchemy runs").error, errors.Cancelled)


def test_loading_twice_does_nothing_more(notebook: Notebook) -> None:
    before = len(notebook.shell.Completer.custom_matchers)
    notebook.good("%reload_ext datalchemy_nb")
    notebook.good("%load_ext datalchemy_nb")
    assert len(notebook.shell.Completer.custom_matchers) == before


def state(shell: InteractiveShell) -> dict[str, object]:
    """Everything of a shell that an extension could change."""
    return {
        "line magics": dict(shell.magics_manager.magics["line"]),
        "cell magics": dict(shell.magics_manager.magics["cell"]),
        "registry": dict(shell.magics_manager.registry),
        "configurables": list(shell.configurables),
        "matchers": list(shell.Completer.custom_matchers),
        "cleanup": list(shell.input_transformers_cleanup),
        "post": list(shell.input_transformers_post),
        "printers": {
            mime: (dict(f.type_printers), dict(f.deferred_printers))
            for mime, f in {
                **shell.display_formatter.formatters,
                "mb": shell.display_formatter.mimebundle_formatter,
            }.items()
        },
        "variables": set(shell.user_ns),
        "hooks": {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()},
        "exceptions": shell.custom_exceptions,
    }


def test_unloading_restores_the_shell(shell: InteractiveShell, shop_schema: str, tmp_path: Path) -> None:
    before = state(shell)
    # By its own interface: the %load_ext magic loads more of IPython's magics when it is first used.
    shell.extension_manager.load_extension("datalchemy_nb")
    notebook = Notebook(shell)
    (tmp_path / "schema.json").write_text(shop_schema)
    notebook.good("%datalchemy schema --schema-file schema.json")
    notebook.good("%%datalchemy plan\n" + PLAN_CELL.split("\n", 1)[1])
    shell.extension_manager.unload_extension("datalchemy_nb")
    after = state(shell)
    after["variables"] = {name for name in after["variables"] if not name.startswith("_")}  # type: ignore[attr-defined]
    before["variables"] = {name for name in before["variables"] if not name.startswith("_")}  # type: ignore[attr-defined]
    assert after == before
