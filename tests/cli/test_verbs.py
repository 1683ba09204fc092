"""The table of verbs against Session, the documentation, and the parser made from it."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.commands.help import overview, verb_help, verbs_markdown
from datalchemy_nb.commands.parser import parse, split_line
from datalchemy_nb.commands.verb import COMMON, CONTEXT, Verb
from datalchemy_nb.commands.verbs import VERBS, leaves
from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session

LEAVES = dict(leaves())
HOOKS = {"self", "on_progress", "cancelled", "show"}


def parameters(verb: Verb) -> dict[str, inspect.Parameter]:
    """What a verb's method takes, hooks left out."""
    method = getattr(Session, str(verb.session_method))
    return {n: p for n, p in inspect.signature(method).parameters.items() if n not in HOOKS}


@pytest.mark.parametrize("name", LEAVES)
class TestAgainstSession:
    def test_names_and_order_of_arguments(self, name: str) -> None:
        verb = LEAVES[name]
        taken = parameters(verb)
        assert {option.name for option in verb.parameters} == set(taken)
        by_place = [n for n, p in taken.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
        given_by_place = [option.name for option in verb.arguments]
        assert [n for n in by_place if n in given_by_place] == given_by_place

    def test_a_spelling_means_one_thing(self, name: str) -> None:
        told = [spelling for option in LEAVES[name].named for spelling in (option.long, *option.aliases)]
        assert sorted(set(told)) == sorted(told)

    def test_defaults(self, name: str) -> None:
        verb = LEAVES[name]
        taken = parameters(verb)
        for option in verb.parameters:
            default = taken[option.name].default
            assert option.required is (default is inspect.Parameter.empty)
            if not option.required:
                assert option.default == default

    def test_progress_is_taken_where_the_table_says_so(self, name: str) -> None:
        verb = LEAVES[name]
        taken = inspect.signature(getattr(Session, str(verb.session_method))).parameters
        assert ("on_progress" in taken) is verb.progress

    def test_help_and_documentation(self, name: str) -> None:
        verb = LEAVES[name]
        assert verb.summary.endswith(".")
        text = verb_help(name, "datalchemy")
        assert all(option.long.removeprefix("--") in text for option in verb.options)
        assert max(map(len, text.splitlines())) <= 100
        assert f"## {name}\n" in verbs_markdown()

    def test_examples_can_be_parsed(self, name: str) -> None:
        for example in LEAVES[name].examples:
            assert parse(split_line(example)).name == name


def test_settings_are_those_of_session() -> None:
    made = inspect.signature(Session).parameters
    assert {name: CONTEXT[name].default for name in made} == {name: p.default for name, p in made.items()}


def test_the_documentation_is_up_to_date() -> None:
    path = Path(__file__).parents[2] / "docs" / "verbs.md"
    assert path.read_text(encoding="utf-8") == verbs_markdown()


def test_every_spelling_is_unambiguous() -> None:
    for verb in LEAVES.values():
        spellings = [s for option in verb.named for s in option.spellings]
        assert len(spellings) == len(set(spellings))


def test_the_overview_names_every_verb() -> None:
    assert all(name in overview("%datalchemy") for name in LEAVES)
    assert verb_help("golden", "datalchemy").count("golden ") >= 4


def read(line: str) -> dict[str, Any]:
    return parse(split_line(line)).values


class TestParser:
    def test_arguments_by_place_and_by_name(self) -> None:
        assert read("preview crm.usuarios --rows 5 --offset=7") == {"table": "crm.usuarios", "rows": 5, "offset": 7}
        assert read("preview --table crm.usuarios") == {"table": "crm.usuarios"}
        assert read("load --run 4f1c postgresql://localhost/x") == {
            "run": "4f1c",
            "conninfo": "postgresql://localhost/x",
        }

    def test_numbers_may_have_underscores_and_signs(self) -> None:
        assert read("preview t --rows 1_000 --offset -5") == {"table": "t", "rows": 1000, "offset": -5}

    def test_several_values_repeated_or_by_comma(self) -> None:
        assert read("preview t --columns a,b --columns c")["columns"] == ["a", "b", "c"]
        assert read("introspect --schema a --schema b")["schemas"] == ["a", "b"]

    def test_pairs(self) -> None:
        assert read("load --schema-map crm=teste,a=b")["schema_map"] == {"crm": "teste", "a": "b"}

    @pytest.mark.parametrize("name", ["include_comments", "include_materialized_views", "include_system_schemas"])
    def test_every_switch_can_be_turned_off(self, name: str) -> None:
        flag = name.replace("_", "-")
        assert read(f"introspect --no-{flag}") == {name: False}
        assert read(f"introspect --{flag}") == {name: True}

    def test_quotes_are_those_of_a_shell(self) -> None:
        assert read("preview 'crm.tabela com espaço'") == {"table": "crm.tabela com espaço"}

    def test_nothing_after_two_dashes_is_an_option(self) -> None:
        assert read("preview -- --rows") == {"table": "--rows"}

    def test_short_and_common_options(self) -> None:
        call = parse(split_line("runs -q --json --out x"))
        assert (call.quiet, call.json, call.values) == (True, True, {"out_dir": "x"})

    def test_help_needs_no_argument(self) -> None:
        assert parse(["preview", "--help"]).help
        assert parse(["golden", "-h"]).help

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("", "no verb given"),
            ("prevew x", "did you mean 'preview'"),
            ("golden", "golden what?"),
            ("golden chek x", "did you mean 'check'"),
            ("preview", "preview wants TABLE"),
            ("preview t --row 5", "did you mean '--rows'"),
            ("preview t --rows", "--rows wants a value"),
            ("preview t --rows --offset 5", "--rows wants a value"),
            ("preview t --rows many", "--rows wants a whole number, not 'many'"),
            ("preview a b", "one word too many: 'b'"),
            ("load --schema-map crm", "wants FROM=TO"),
            ("introspect --include-views=yes", "takes no value"),
            ("preview 'a", "close the quote"),
        ],
    )
    def test_what_is_wrong_is_told(self, line: str, message: str) -> None:
        with pytest.raises(UsageError) as caught:
            parse(split_line(line))
        assert message in str(caught.value)

    @pytest.mark.parametrize(
        "line",
        [
            "connect x postgresql://u:s3cret@h/d",
            "postgresql://u:s3cret@h/d",
            "preview t --rows postgresql://u:s3cret@h/d",
            "golden postgresql://u:s3cret@h/d",
            "preview t --conninf=postgresql://u:s3cret@h/d",
            "load --schema-map s3cret@h",
        ],
    )
    def test_no_message_repeats_a_connection_string(self, line: str) -> None:
        with pytest.raises(UsageError) as caught:
            parse(line.split())
        assert "s3cret" not in str(caught.value)


def test_common_options_are_not_parameters() -> None:
    names = {option.name for verb in VERBS for option in verb.parameters}
    assert names.isdisjoint(option.name for option in COMMON)
