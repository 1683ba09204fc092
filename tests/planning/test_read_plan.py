"""Reading: JSON and YAML, all shape errors at once, unknown fields, legacy forms."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.errors import ContractError, PlanInvalid
from datalchemy_nb.planning.read import normalise, read_plan
from datalchemy_nb.planning.write import plan_yaml

Plain = dict[str, Any]


def issues_of(source: Any, **options: Any) -> tuple[Issue, ...]:
    with pytest.raises(PlanInvalid) as caught:
        read_plan(source, **options)
    return caught.value.issues


class TestSources:
    def test_all_say_the_same(self, plain_plan: Plain, tmp_path: Path) -> None:
        as_json, as_yaml = json.dumps(plain_plan, indent=1), yaml.safe_dump(plain_plan)
        (tmp_path / "p.json").write_text(as_json)
        (tmp_path / "p.yml").write_text(as_yaml)
        (tmp_path / "plan").write_text(as_yaml)
        files = [tmp_path / "p.json", str(tmp_path / "p.yml"), tmp_path / "plan"]
        sources = [plain_plan, as_json, as_json.encode(), "\ufeff".encode() + as_json.encode(), as_yaml, *files]
        plans = [read_plan(source) for source in sources]
        assert all(plan == plans[0] for plan in plans)
        assert plans[0][1] == ()

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ContractError, match=r"none\.json: No such file"):
            read_plan(tmp_path / "none.json")

    def test_the_file_is_named_in_errors(self, tmp_path: Path) -> None:
        (tmp_path / "p.json").write_text('{"seed": 1,}')
        with pytest.raises(PlanInvalid, match=r"p\.json: /: line 1, column \d+"):
            read_plan(tmp_path / "p.json")

    def test_the_source_is_left_alone(self, plain_plan: Plain) -> None:
        before = json.dumps(plain_plan)
        read_plan(plain_plan)
        assert json.dumps(plain_plan) == before


class TestUnparsable:
    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ('{"seed": 1\n "x": 2}', "line 2, column 2"),
            ("seed: 1\nrules: [\n", "line 3, column 1"),
            ("seed: 1\nseed: 2\n", "line 2, column 1: the key 'seed' appears twice"),
            ('{"seed": 1, "seed": 2}', "the key 'seed' appears twice"),
            ('{"seed": NaN}', "number too large"),
            ('{"seed": 1e999}', "number too large"),
            ('{"seed": "\\ud800"}', "surrogate"),
            ("a: !!python/name:os.system\n", "line 1, column 4"),
            ("a: !!binary aGk=\n", "bytes"),
            ("1: a\n", "not text"),
            ("? [a]\n: b\n", "line 1"),
            ("a: b\n---\na: c\n", "line 2"),
            ("", "empty"),
            ("[" * 5000, "nested"),
            ('{"a":' * 200 + "1" + "}" * 200, "nested"),
            ("- " * 5000 + "a\n", ""),
            ("a: &a [*a]\n", "nested"),
        ],
    )
    def test_is_one_issue_at_the_root(self, text: str, part: str) -> None:
        (issue,) = issues_of(text)
        assert (issue.code, issue.path, issue.severity) == ("invalid_plan_json", "/", "error")
        assert part in issue.message

    def test_bytes_that_are_no_text(self) -> None:
        (issue,) = issues_of(b"\xff\xfe{")
        assert "UTF-8" in issue.message

    def test_aliases_cannot_eat_the_memory(self) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
        (issue,) = issues_of("\n".join(lines))
        assert "values" in issue.message


class TestYamlScalars:
    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("2026-01-31", "2026-01-31"),
            ("2026-01-31 10:00:00", "2026-01-31 10:00:00"),
            ("18:30:00", "18:30:00"),
            ("no", "no"),
            ("on", "on"),
            ("01310100", "01310100"),
            ("true", True),
            ("~", None),
            ("12", 12),
            ("-3", -3),
            ("0x10", 16),
            ("0o17", 15),
            ("1.5", 1.5),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("'12'", "12"),
            ("0.", 0.0),
        ],
    )
    def test_are_read_as_written(self, plain_plan: Plain, written: str, read: Any) -> None:
        plain_plan["rules"] = [
            {"type": "column_generator", "schema": "s", "table": "t", "column": "c", "generator": "g", "params": "HERE"}
        ]
        plan, _ = read_plan(yaml.safe_dump(plain_plan).replace("HERE", written))
        (_, rule), *_ = plan.column_rules
        assert rule.params == read
        assert type(rule.params) is type(read)

    def test_dates_of_a_mapping_become_text(self, plain_plan: Plain) -> None:
        plain_plan["options"]["base_date"] = dt.date(2026, 3, 1)
        plan, _ = read_plan(plain_plan)
        assert plan.base_date == dt.date(2026, 3, 1)

    def test_what_is_written_means_the_same_to_a_reader_of_yaml_1_1(self, plain_plan: Plain) -> None:
        values = ["20:00:00", "no", "on", "1e3", "0x1F", "08", "null", "1_000", "a: b", "2026-03-01", ""]
        generator = {"id": "primitive.choice", "params": {"values": values}}
        rule = {"type": "column_generator", "schema": "s", "table": "t", "column": "no", "generator": generator}
        plan, _ = read_plan({**plain_plan, "rules": [rule]})
        elsewhere, _ = read_plan(yaml.safe_load(plan_yaml(plan)))
        assert elsewhere == plan

    def test_an_unquoted_version_is_understood(self, plain_plan: Plain) -> None:
        text = yaml.safe_dump(plain_plan).replace("'0.2'", "0.2")
        assert "plan_version: 0.2" in text
        assert read_plan(text)[0].plan_version == "0.2"

    def test_anchors_and_merge_keys(self, plain_plan: Plain) -> None:
        head = "x-base: &base {schema: crm, table: contatos}\n"
        plain_plan["targets"] = []
        text = head + yaml.safe_dump(plain_plan).replace("targets: []", "targets:\n- {<<: *base, rows: 7}")
        plan, issues = read_plan(text)
        assert (plan.targets[0].table, plan.targets[0].rows, issues) == ("contatos", 7, ())


def set_at(*path_and_value: Any) -> Callable[[Plain], None]:
    *path, last, value = path_and_value

    def change(plan: Plain) -> None:
        place: Any = plan
        for part in path:
            place = place[part]
        place[last] = value

    return change


SHAPES = [
    (set_at("seed", "42"), "/seed", "whole number", None),
    (set_at("seed", True), "/seed", "whole number", None),
    (set_at("seed", -1), "/seed", "at least 0", None),
    (set_at("seed", 2**64), "/seed", "at most", None),
    (lambda p: p.pop("seed"), "/", "'seed' is missing", "add 'seed'"),
    (lambda p: p.update(sead=p.pop("seed")), "/", "'seed' is missing", "'sead' should perhaps be 'seed'"),
    (lambda p: p["schema_ref"].pop("engine"), "/schema_ref", "'engine' is missing", "add"),
    (set_at("targets", {}), "/targets", "a list", None),
    (set_at("targets", 0, "rows", 1.5), "/targets/0/rows", "whole number", None),
    (set_at("targets", 0, 7), "/targets/0", "item 0 must be an object", None),
    (lambda p: p["targets"][0].update(schema_name=p["targets"][0].pop("schema")), "/targets/0", "'schema'", None),
    (set_at("targets", 0, "strategy", {"batch_size": 0}), "/targets/0/strategy/batch_size", "at least 1", None),
    (set_at("rules", 0, "type", "column_generater"), "/rules/0/type", "must be one of", "'column_generator'"),
    (lambda p: p["rules"][0].pop("type"), "/rules/0", "'type' is missing", "add"),
    (set_at("rules", 0, "generator", 5), "/rules/0/generator", "id or an object", None),
    (set_at("rules", 0, "generator", {"params": {}}), "/rules/0/generator", "'id' is missing", "add"),
    (set_at("rules", 0, "generator", "id", 5), "/rules/0/generator/id", "text", None),
    (set_at("rules", 0, "null_rate", 2), "/rules/0/null_rate", "at most 1", None),
    (set_at("rules", 1, "transforms", 0, {}), "/rules/1/transforms/0", "'transform' is missing", "add"),
    (set_at("options", "base_date", "soon"), "/options/base_date", "YYYY-MM-DD", None),
    (set_at("global", "pt_BR"), "/global", "an object", None),
]  # fmt: skip


class TestShape:
    @pytest.mark.parametrize(("change", "path", "message", "hint"), SHAPES)
    def test_one_mistake_gives_one_violation(
        self, plain_plan: Plain, change: Callable[[Plain], object], path: str, message: str, hint: str | None
    ) -> None:
        change(plain_plan)
        (issue,) = [issue for issue in issues_of(plain_plan) if issue.severity == "error"]
        assert (issue.code, issue.path) == ("schema_violation", path)
        assert message in issue.message
        assert (hint or "") in (issue.hint or "")

    def test_all_are_reported(self, plain_plan: Plain) -> None:
        plain_plan["seed"] = None
        plain_plan["targets"][0]["rows"] = "many"
        plain_plan["rules"][1]["column"] = 3
        with pytest.raises(PlanInvalid, match=r"plan: /seed: .* \(and 2 more errors\)") as caught:
            read_plan(plain_plan)
        assert [issue.path for issue in caught.value.issues] == ["/seed", "/targets/0/rows", "/rules/1/column"]

    @pytest.mark.parametrize("document", ["[]", "3", "text: [", '"x"', "null"])
    def test_anything_but_an_object(self, document: str) -> None:
        assert all(issue.path == "/" for issue in issues_of(document + "\n"))

    def test_the_policy_kind_has_a_hint(self, plain_plan: Plain) -> None:
        policy = {"schema": "crm", "table": "contatos", "constraint": "chek", "mode": "warn"}
        plain_plan["rules"].append({"type": "constraint_policy", **policy})
        (issue,) = issues_of(plain_plan)
        assert (issue.path, issue.hint) == ("/rules/2/constraint", "did you mean 'check'?")

    @pytest.mark.parametrize(
        ("version", "hint"), [("0.1", "another shape"), ("0.4", "newer"), ("1.0", "newer"), ("x", "0.3")]
    )
    def test_other_versions(self, plain_plan: Plain, version: str, hint: str) -> None:
        plain_plan["plan_version"] = version
        (issue,) = issues_of(plain_plan)
        assert (issue.code, issue.path) == ("plan_version_unsupported", "/plan_version")
        assert hint in (issue.hint or "")

    def test_another_version_is_what_the_message_says(self) -> None:
        with pytest.raises(PlanInvalid, match=r'/plan_version: plan_version "0.1" is not supported \(and 4 more'):
            read_plan({"plan_version": "0.1"})


class TestUnknownFields:
    def test_are_warnings_with_a_guess(self, plain_plan: Plain) -> None:
        plain_plan["rules"][0]["nul_rate"] = 0.5
        plain_plan["rules"][0]["generator"]["parms"] = {}
        plain_plan["options"]["strickt"] = True
        _, issues = read_plan(plain_plan)
        assert {(i.path, i.hint, i.severity, i.code) for i in issues} == {
            ("/rules/0/nul_rate", "did you mean 'null_rate'?", "warning", "unknown_field"),
            ("/rules/0/generator/parms", "did you mean 'params'?", "warning", "unknown_field"),
            ("/options/strickt", "did you mean 'strict'?", "warning", "unknown_field"),
        }

    def test_python_names_are_unknown(self, plain_plan: Plain) -> None:
        plain_plan["global_"] = {}
        _, (issue,) = read_plan(plain_plan)
        assert issue.hint == "did you mean 'global'?"

    def test_are_errors_when_strict(self, plain_plan: Plain) -> None:
        plain_plan["note"] = "x"
        assert [i.code for i in issues_of(plain_plan, strict=True)] == ["unknown_field"]
        plain_plan["options"]["strict"] = True
        assert [i.severity for i in issues_of(plain_plan)] == ["error"]

    def test_comments_and_extensions_are_fine(self, plain_plan: Plain) -> None:
        plain_plan["$schema"] = "plan.schema.json"
        plain_plan["x-owner"] = {"team": "qa"}
        plain_plan["rules"][0]["comment"] = "why"
        policy = {"schema": "crm", "table": "contatos", "constraint": "check", "mode": "warn", "comment": "why"}
        plain_plan["rules"].append({"type": "constraint_policy", **policy})
        plan, issues = read_plan(plain_plan, strict=True)
        assert (plan.column_rules[0][1].comment, issues) == ("why", ())

    def test_params_are_not_looked_into(self, plain_plan: Plain) -> None:
        plain_plan["rules"][0]["generator"]["params"] = {"anything": {"goes": [1]}}
        assert read_plan(plain_plan)[1] == ()


class TestLegacyForms:
    def rule(self, plan: Plain, **fields: Any) -> Any:
        place = {"type": "column_generator", "schema": "s", "table": "t", "column": "c"}
        plan["rules"] = [place | fields]
        return normalise(read_plan(plan)[0]).rules[0]

    @pytest.mark.parametrize(
        ("fields", "params"),
        [
            ({"generator": "g"}, None),
            ({"generator": "g", "params": {"a": 1}}, {"a": 1}),
            ({"generator": {"id": "g"}, "params": {"a": 1}}, {"a": 1}),
            ({"generator": {"id": "g", "params": None}, "params": {"a": 1}}, {"a": 1}),
            ({"generator": {"id": "g", "params": {}}, "params": {"a": 1}}, {}),
            ({"generator": {"id": "g", "params": {"b": 2}}, "params": {"a": 1}}, {"b": 2}),
        ],
    )
    def test_effective_params(self, plain_plan: Plain, fields: Plain, params: Any) -> None:
        rule = self.rule(plain_plan, **fields)
        assert (rule.generator.id, rule.generator.params, rule.params) == ("g", params, None)

    def test_the_rest_stays(self, plain_plan: Plain) -> None:
        rule = self.rule(plain_plan, generator={"id": "g", "locale": "pt_BR"}, null_rate=0.5, comment="c")
        assert (rule.generator.locale, rule.null_rate, rule.comment) == ("pt_BR", 0.5, "c")

    def test_twice_is_once(self, plain_plan: Plain) -> None:
        once = normalise(read_plan(plain_plan)[0])
        assert normalise(once) == once
        assert read_plan(once.to_json())[0] == once

    def test_nulls_are_absent(self, plain_plan: Plain) -> None:
        plain_plan |= {"global": None, "options": None}
        plain_plan["targets"][0]["strategy"] = None
        plan, issues = read_plan(plain_plan)
        assert (plan.locale, issues) == ("en_US", ())
