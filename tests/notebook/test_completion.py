"""Completion: the pure part, and what the shell's completer offers."""

from __future__ import annotations

import pytest
from IPython.core.completer import provisionalcompleter

from datalchemy_nb.commands.completion import Known, complete
from datalchemy_nb.commands.verbs import leaves
from datalchemy_nb.notebook.completer import known_to

from .conftest import Notebook


def offered(notebook: Notebook, text: str) -> list[str]:
    """What the shell would put in at the end of the text, as whole words."""
    with provisionalcompleter():
        found = list(notebook.shell.Completer.completions(text, len(text)))
    return [text[: c.start].rpartition(" ")[2] + c.text for c in found if c.end == len(text)]


class TestInTheShell:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("%datalchemy pre", ["preview"]),
            ("%datalchemy golden ch", ["check"]),
            ("%datalchemy preview loja.", ["loja.clientes", "loja.pedidos"]),
            ("df = %datalchemy preview loja.", ["loja.clientes", "loja.pedidos"]),
            ("a, b = %datalchemy preview loja.c", ["loja.clientes"]),
            ("%datalchemy preview ped", ["pedidos"]),
            ("%datalchemy preview loja.clientes --off", ["--offset"]),
            ("%datalchemy preview loja.clientes --columns n", ["nome", "nivel"]),
            ("%datalchemy preview loja.clientes --columns nome,ni", ["nome,nivel"]),
            ("%datalchemy introspect --schema l", ["loja"]),
            ("%datalchemy introspect --no-include-v", ["--no-include-views"]),
            ("%datalchemy generators semantic.br.cp", ["semantic.br.cpf"]),
            ("%datalchemy validate peq", ["pequeno"]),
            ("x = 1\n%datalchemy sch", ["schema"]),
            ("%datalchemy plan --draft --locale pt_", ["pt_BR", "pt_PT"]),
            ("%datalchemy plan --explain loja.clientes.no", ["loja.clientes.nome"]),
            ("%%datalchemy pl", ["plan"]),
        ],
    )
    def test_positions(self, shop: Notebook, text: str, expected: list[str]) -> None:
        assert [word for word in offered(shop, text) if word in expected] == expected
        assert len(offered(shop, text)) == len(expected)

    def test_runs_and_goldens_that_were_met(self, shop: Notebook) -> None:
        run = shop.good("%datalchemy generate").value
        shop.good("%datalchemy golden save base")
        assert offered(shop, "%datalchemy evaluate ")[0] == run.run_id
        assert offered(shop, "%datalchemy golden check b") == ["base"]

    def test_elsewhere_python_completes(self, shop: Notebook) -> None:
        assert "pequeno" in offered(shop, "peque")
        assert "print(pequeno" in offered(shop, "print(peque")

    def test_before_a_session_is_there(self, notebook: Notebook) -> None:
        assert offered(notebook, "%datalchemy pre") == ["preview"]
        assert "--rows" in offered(notebook, "%datalchemy preview ")


def test_nothing_is_opened(shop: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **more: object) -> None:
        raise AssertionError("completion does I/O")

    for name in ("psycopg.connect", "pathlib.Path.iterdir", "pathlib.Path.open", "builtins.open"):
        monkeypatch.setattr(name, refuse)
    magics = shop.shell.magics_manager.registry["DatalchemyMagics"]
    found = complete(" preview loja.", known_to(magics))
    assert found is not None
    assert found.candidates == ("loja.clientes", "loja.pedidos")


class TestPure:
    def test_nothing_senseless_is_offered(self) -> None:
        for name, _ in leaves():
            found = complete(f" {name} -", Known())
            assert found is not None
            negatives = {word for word in found.candidates if word.startswith("--no-")}
            known = {
                "--no-story", "--no-strict", "--no-merge", "--no-include-views", "--no-include-materialized-views",
                "--no-include-foreign-tables", "--no-include-indexes", "--no-include-comments",
                "--no-rebuild",
            }  # fmt: skip
            assert negatives <= known
            assert not {word.replace("--no-", "--") for word in negatives} & set(found.candidates) - {"--strict"}

    def test_what_is_given_is_not_offered_again(self) -> None:
        found = complete(" preview loja.t --rows 3 -", Known())
        assert found is not None
        assert "--rows" not in found.candidates
        assert {"--offset", "-q", "--all"} <= set(found.candidates)

    def test_the_day(self) -> None:
        found = complete(" plan --base-date 20", Known(today="2026-01-31"))
        assert found is not None
        assert found.candidates == ("2026-01-31",)

    def test_an_unknown_verb_offers_nothing(self) -> None:
        assert complete(" nada x", Known()) is None

    def test_paths_are_left_to_the_shell(self) -> None:
        assert complete(" generate --out ./", Known()) is None

    def test_a_value_after_an_equals_sign(self) -> None:
        found = complete(" golden check --name=ba", Known(goldens=("base",)))
        assert found is not None
        assert (found.fragment, found.candidates) == ("ba", ("base",))


class TestInAPlanCell:
    """The cursor stands at ``|``."""

    RULE = "rules:\n- type: column_generator\n  schema: loja\n  table: clientes\n"

    @pytest.mark.parametrize(
        ("cell", "expected"),
        [
            ("ta|", {"targets:"}),
            ("targets:\n- {schema: loja, table: p|", {"pedidos"}),
            ("targets:\n- schema: loja\n  |\n  rows: 3", {"table:", "per:"}),
            (RULE + "  column: no|", {"nome"}),
            ("rules:\n- type: column_generator\n  column: no|\n  table: clientes", {"nome"}),
            (RULE + "  column: nome\n  generator: semantic.br.cp|", {"semantic.br.cpf"}),
            (RULE + "  generator:\n    id: primitive.int\n    params:\n      ma|", {"max:"}),
            (RULE + "  generator: {id: primitive.int, params: {mi|", {"min:"}),
            (RULE + "  generator:\n    id: primitive.int\n    distribution:\n      kind: norm|", {"normal"}),
            (RULE + "  generator:\n    id: x\n    distribution:\n      kind: normal\n      m|", {"mean:"}),
            ("rules:\n- {type: foreign_key, table: pedidos, columns: [clie|", {"cliente_id"}),
            ("rules:\n- type: life|", {"lifecycle"}),
            ("global:\n  locale: pt_B|", {"pt_BR"}),
            ("options:\n  base_date: 2|", {"today"}),
        ],
    )
    def test_names_and_words(self, shop: Notebook, cell: str, expected: set[str]) -> None:
        import datetime as dt

        before, _, after = ("%%datalchemy plan p\n" + cell).partition("|")
        with provisionalcompleter():
            found = {c.text for c in shop.shell.Completer.completions(before + after, len(before))}
        today = dt.datetime.now(dt.UTC).date().isoformat()
        assert {today if word == "today" else word for word in expected} <= found
        assert len(found) < 12

    def test_fields_that_are_written_or_of_another_kind_are_not_offered(self, shop: Notebook) -> None:
        cell = "%%datalchemy plan p\nrules:\n- type: foreign_key\n  table: pedidos\n  "
        with provisionalcompleter():
            found = {c.text for c in shop.shell.Completer.completions(cell, len(cell))}
        assert "children:" in found
        assert not found & {"type:", "table:", "generator:"}
