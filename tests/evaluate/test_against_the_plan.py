"""What the judge says of columns that follow the plan, and of columns that do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.metrics import Conformance
from datalchemy_nb.contracts.schema import Column, ColumnType
from datalchemy_nb.evaluate import chance, documents
from datalchemy_nb.evaluate.brazil import area_code, state_of_postal_code
from tests.evaluate.judging import check, column, judge_one, plan, primary_key, table


def rule(name: str, generator: str, *, null_rate: float | None = None, **params: Any) -> dict[str, Any]:
    transforms = params.pop("transforms", [])
    return {
        "type": "column_generator",
        "table": "t",
        "column": name,
        "generator": {"id": generator, "params": params},
        "transforms": transforms,
        "null_rate": null_rate,
    }


def ask(
    directory: Path, kind: str | ColumnType, cells: list[str], *rules: dict[str, Any], **more: Any
) -> list[Conformance]:
    constraints = more.pop("constraints", ())
    one = table("t", [column("k", "int4"), column("c", kind, null=True)], *constraints)
    text = "k,c\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))
    return list(judge_one(directory, one, text, plan=plan(*rules)).conformance)


def only(found: list[Conformance], what: str) -> Conformance:
    [answer] = [entry for entry in found if entry.what == what]
    return answer


class TestNullRate:
    @pytest.mark.parametrize(("nulls", "status"), [(100, "follows"), (160, "deviates"), (40, "deviates")])
    def test_rate_of_the_rule(self, tmp_path: Path, nulls: int, status: str) -> None:
        cells = [""] * nulls + [str(i) for i in range(1000 - nulls)]
        answer = only(ask(tmp_path, "int4", cells, rule("c", "primitive.int", null_rate=0.1)), "null_rate")
        assert (answer.status, answer.sample, answer.test) == (status, 1000, "binomial")
        assert (answer.p_value or 0) < 1e-5 or status == "follows"

    def test_a_check_may_decide_nulls(self, tmp_path: Path) -> None:
        found = ask(
            tmp_path, "int4", [""] * 50, rule("c", "primitive.int", null_rate=0.1),
            constraints=(check("CHECK (((k > 0) OR (c IS NULL)))"),),
        )  # fmt: skip
        assert "null_rate" not in [entry.what for entry in found]


class TestWeights:
    def test_shares(self, tmp_path: Path) -> None:
        wanted = rule("c", "primitive.choice", values=["a", "b"], weights=[3, 1])
        assert only(ask(tmp_path, "text", ["a"] * 760 + ["b"] * 240, wanted), "weights").status == "follows"
        answer = only(ask(tmp_path, "text", ["a"] * 500 + ["b"] * 500, wanted), "weights")
        assert (answer.status, answer.expected, answer.found) == ("deviates", "a 75.0%, b 25.0%", "a 50.0%, b 50.0%")

    def test_a_value_of_none(self, tmp_path: Path) -> None:
        answer = only(ask(tmp_path, "bool", ["true"] * 50, rule("c", "primitive.bool", true_rate=0.5)), "weights")
        assert answer.status == "deviates"

    def test_strangers(self, tmp_path: Path) -> None:
        cells = ["a"] * 10 + ["x"]
        answer = only(ask(tmp_path, "text", cells, rule("c", "primitive.choice", values=["a"])), "weights")
        assert (answer.status, answer.found) == ("deviates", "a 100.0%, 1 of other values")

    def test_weighted_choice_comes_last(self, tmp_path: Path) -> None:
        step = {
            "transform": "transform.weighted_choice",
            "params": {"choices": [{"value": "a", "weight": 9}, {"value": "b"}]},
        }
        found = ask(tmp_path, "text", ["a"] * 90 + ["b"] * 10, rule("c", "primitive.text", transforms=[step]))
        assert only(found, "weights").status == "follows"


class TestSpread:
    def test_even_numbers(self, tmp_path: Path) -> None:
        even = rule("c", "primitive.int", min=0, max=999)
        found = ask(tmp_path, "int4", [str(i) for i in range(1000)], even)
        assert (only(found, "distribution").status, only(found, "bounds").status) == ("follows", "follows")
        crowded = ask(tmp_path, "int4", [str(i // 2) for i in range(1000)], even)
        assert only(crowded, "distribution").status == "deviates"

    def test_moments(self, tmp_path: Path) -> None:
        days = [f"2025-01-{1 + i % 31:02}" for i in range(310)]
        even = rule("c", "primitive.date", min="2025-01-01", max="2025-01-31")
        assert only(ask(tmp_path, "date", days, even), "distribution").status == "follows"

    def test_outside(self, tmp_path: Path) -> None:
        answer = only(ask(tmp_path, "int4", ["5", "11"], rule("c", "primitive.int", min=0, max=10)), "bounds")
        assert (answer.status, answer.found) == ("deviates", "1 values outside")

    def test_degenerate(self, tmp_path: Path) -> None:
        wanted = rule("c", "primitive.int", min=0, max=10_000)
        assert only(ask(tmp_path, "int4", ["7"] * 50, wanted), "degenerate").found == "one value"
        piled = ["10000"] * 80 + [str(i) for i in range(40)]
        assert only(ask(tmp_path, "int4", piled, wanted), "degenerate").status == "deviates"

    @pytest.mark.parametrize(("rows", "told"), [(20, False), (200, True)])
    def test_one_value_by_chance(self, tmp_path: Path, rows: int, told: bool) -> None:
        wanted = rule("c", "primitive.choice", values=["1", "2"], weights=[9, 1])
        answers = [entry.what for entry in ask(tmp_path, "int4", ["1"] * rows, wanted)]
        assert ("degenerate" in answers) is told

    def test_keys_are_nobody_s_choice(self, tmp_path: Path) -> None:
        found = ask(
            tmp_path, "int4", ["1"] * 30, rule("k", "primitive.int", min=0, max=9), constraints=(primary_key("k"),)
        )
        assert "distribution" not in [entry.what for entry in found]


class TestDocuments:
    def test_valid_and_not(self, tmp_path: Path) -> None:
        wanted = rule("c", "semantic.br.cpf")
        assert only(ask(tmp_path, "text", ["529.982.247-25"] * 3, wanted), "documents").status == "follows"
        answer = only(ask(tmp_path, "text", ["529.982.247-25", "529.982.247-26"], wanted), "documents")
        assert (answer.status, answer.found) == ("deviates", "1 of 2 valid")

    def test_not_asked_of_invalid_or_masked_ones(self, tmp_path: Path) -> None:
        mask = {"transform": "transform.mask", "params": {"mode": "redact"}}
        for wanted in (rule("c", "semantic.br.cpf", valid=False), rule("c", "semantic.br.cpf", transforms=[mask])):
            assert "documents" not in [entry.what for entry in ask(tmp_path, "text", ["x"], wanted)]

    @pytest.mark.parametrize(
        ("rule_of", "text"),
        [
            (documents.cpf, "111.444.777-35"),
            (documents.cnpj, "11.222.333/0001-81"),
            (documents.cnpj, "12ABC34501DE35"),
            (documents.card, "4111 1111 1111 1111"),
            (documents.iban, "DE89 3704 0044 0532 0130 00"),
            (documents.ean, "4006381333931"),
        ],
    )
    def test_published_examples(self, rule_of: Any, text: str) -> None:
        assert rule_of(text)
        changed = text[:-1] + str((int(text[-1]) + 1) % 10)
        assert not rule_of(changed)
        assert not rule_of("")


class TestCoherence:
    def test_places(self, tmp_path: Path) -> None:
        columns: list[Column] = [column("uf", "text"), column("fone", "text"), column("cep", "text")]
        rules = [rule("uf", "semantic.br.uf"), rule("fone", "semantic.br.phone"), rule("cep", "semantic.br.cep")]
        good = "uf,fone,cep\nSP,+5511999990000,01310-100\nRJ,(21) 3333-4444,20040020\n"
        bad = good.replace("01310", "20310").replace("+5511", "+5521")
        for text, status in ((good, "follows"), (bad, "deviates")):
            found = judge_one(tmp_path, table("t", columns), text, plan=plan(*rules)).conformance
            assert {e.column: e.status for e in found if e.what == "coherence"} == {"fone": status, "cep": status}

    def test_facts(self) -> None:
        assert (area_code("+5511999990000"), area_code("1133334444"), area_code("123")) == ("11", "11", None)
        assert (state_of_postal_code("72800-000"), state_of_postal_code("70000000")) == ("GO", "DF")


class TestChance:
    def test_tables_of_statistics(self) -> None:
        assert chance.chi_square([60, 40], [50, 50]) == pytest.approx(0.0455, abs=1e-4)
        assert chance.chi_square([11, 9, 13, 7], [10, 10, 10, 10]) == pytest.approx(0.5724, abs=1e-4)
        assert chance.binomial(60, 100, 0.5) == pytest.approx(0.0569, abs=1e-4)
        assert chance.kolmogorov(0.0136, 10_000) == pytest.approx(0.049, abs=2e-3)
        assert chance.binomial(5, 100, 0.0) == 0.0

    def test_small_cells_are_pooled(self) -> None:
        assert chance.chi_square([1, 0, 99], [0.5, 0.5, 99]) == 1.0
        assert chance.chi_square([1, 99], [0, 100]) == 0.0


class TestPrivacyReport:
    def test_says_how_and_whose(self, tmp_path: Path) -> None:
        columns = [column("cpf", "text"), column("email", "text"), column("celular", "text"), column("total", "int4")]
        mask = {"transform": "transform.mask", "params": {"mode": "hash"}}
        rules = [rule("cpf", "semantic.br.cpf"), rule("email", "semantic.br.email.safe"),
                 rule("celular", "semantic.br.phone", transforms=[mask])]  # fmt: skip
        text = "cpf,email,celular,total\n52998224725,a@example.com,abc,1\n"
        found = {p.column: p for p in judge_one(tmp_path, table("t", columns), text, plan=plan(*rules)).privacy}
        assert set(found) == {"cpf", "email", "celular"}
        assert (found["cpf"].may_belong_to_someone, found["cpf"].tag) == (True, "pii.cpf")
        assert not found["email"].may_belong_to_someone
        assert (found["celular"].masking, found["celular"].may_belong_to_someone) == (("hash",), False)

    def test_without_a_plan_nothing_is_known(self, tmp_path: Path) -> None:
        [found] = judge_one(tmp_path, table("t", [column("cpf", "text")]), "cpf\nx\n").privacy
        assert (found.may_belong_to_someone, found.origin) == (True, "unknown: judged without a plan")
