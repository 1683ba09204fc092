"""How many of three hundred column names in each of two languages are read right: written by hand, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest

from datalchemy_nb.contracts.plan import PLAN_VERSION, GlobalOptions, Plan, PlanOptions, SchemaRef
from datalchemy_nb.contracts.schema import Column, DatabaseSchema
from datalchemy_nb.drafting.draft import suggest_column
from datalchemy_nb.drafting.view import TableView

from .conftest import column_type, ref, schema_of, table

LOCALES = {"en": "en_US", "pt": "pt_BR", "en_public": "en_US", "pt_public": "pt_BR"}
UNSURE = ("fall_back_on_type", "none")


@dataclass
class Measured:
    """Names asked, by what came of them."""

    asked: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    none: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return len(self.right) / (len(self.right) + len(self.wrong))

    @property
    def recall(self) -> float:
        return len(self.right) / len(self.asked)


def names(language: str) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield table, column, type and the beginnings of generators that are right."""
    text = (Path(__file__).parent / "names" / f"{language}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("="):
            wanted, written, of = (part.strip() for part in line[1:].split("|"))
            right = tuple(one.strip() for one in wanted.split(","))
        elif not line.startswith("#"):
            yield from ((of, name, written, right) for name in line.split())


@lru_cache(maxsize=4)
def measured(language: str) -> Measured:
    """Ask for every name, alone in its table."""
    found = Measured()
    for of, name, written, right in names(language):
        schema = schema_of(table(of, {"id": "integer!", name: "text" if written == "text[]" else written}))
        if written == "text[]":
            schema = _as_array(schema, of, name)
        view = TableView(ref(of), schema.tables[ref(of)], schema, _plan(schema, LOCALES[language]), 100)
        suggestion = suggest_column(view.columns[name])
        told = f"{of}.{name} {written}: {suggestion.generator_id}"
        found.asked.append(told)
        if suggestion.generator_id is None or suggestion.rule in UNSURE:
            found.none.append(told)
        else:
            (found.right if suggestion.generator_id.startswith(right) else found.wrong).append(told)
    return found


def _as_array(schema: DatabaseSchema, of: str, name: str) -> DatabaseSchema:
    plain = schema.model_dump(mode="json", by_alias=True)
    for one in plain["schemas"]:
        for listed in one["tables"]:
            for column in listed["columns"]:
                if listed["name"] == of and column["name"] == name:
                    array = {**column_type("text"), "data_type": "text[]", "udt_name": "_text", "kind": "array"}
                    column.update(Column.model_validate({**column, "column_type": array}).model_dump(mode="json"))
    return DatabaseSchema.model_validate(plain)


def _plan(schema: DatabaseSchema, locale: str) -> Plan:
    return Plan(
        plan_version=PLAN_VERSION,
        seed=1,
        schema_ref=SchemaRef(
            schema_version=schema.schema_version, engine=schema.engine, schema_fingerprint=schema.schema_fingerprint
        ),
        global_=GlobalOptions(locale=locale),
        targets=(),
        rules=(),
        options=PlanOptions(infer=False),
    )


@pytest.mark.parametrize(
    ("language", "precision", "recall"),
    [("en", 0.97, 0.95), ("pt", 0.97, 0.95), ("en_public", 0.97, 0.9), ("pt_public", 0.97, 0.95)],
)
def test_names_are_read_right(language: str, precision: float, recall: float) -> None:
    found = measured(language)
    assert len(found.asked) >= 250
    assert found.precision >= precision, found.wrong
    assert found.recall >= recall, found.none
