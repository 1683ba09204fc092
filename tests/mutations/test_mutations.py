"""A few hundred of the mutated documents; `make mutations` tries ten thousand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import ContractError
from datalchemy_nb.session import Session
from tests.mutations import files
from tests.mutations.documents import PLAN, SCHEMA
from tests.mutations.trying import attempt


def test_what_is_mutated_is_valid() -> None:
    with Session() as session:
        session.use_schema(DatabaseSchema.from_json(json.dumps(SCHEMA)))
        assert not session.validate(PLAN).issues


def test_every_document_is_refused_in_words_or_gives_rows() -> None:
    found = attempt(range(150), seed=1)
    assert not found.defects
    assert found.counts["valid"] > 50
    assert found.counts["refused"] + found.counts["invalid"] > 50


def test_a_check_that_is_no_condition_is_named(tmp_path: Path) -> None:
    schema = json.loads(json.dumps(SCHEMA))
    schema["schemas"][0]["tables"][0]["constraints"][2]["expression"] = "opened"
    with Session(out_dir=tmp_path, goldens_dir=tmp_path) as session:
        session.use_schema(DatabaseSchema.from_json(json.dumps(schema)))
        issues = session.validate(PLAN).issues
        assert [(i.code, i.constraint) for i in issues] == [("unsupported", "account_state")]
        assert session.preview("account", rows=3).frame.height == 3


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("columns", 0, "name"), "gone", r"table public\.booking: primary key booking_pkey names column id"),
        (("columns", 1, "name"), "id", r"table public\.booking: column id is there twice"),
        (("constraints", 2, "referenced_columns"), [], "1 columns refer to 0"),
        (("constraints", 2, "referenced_columns"), ["none"], r"refers to public\.account, and names column none"),
        (("constraints", 1, "columns"), ["number", "number"], "column number is there twice"),
        (("constraints", 0, "columns"), [], "names no column"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(where: tuple[object, ...], value: object, said: str) -> None:
    schema = json.loads(json.dumps(SCHEMA))
    place = schema["schemas"][0]["tables"][1]
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    with pytest.raises(ContractError, match=said):
        DatabaseSchema.from_json(json.dumps(schema))


def test_every_changed_manifest_is_noticed(tmp_path: Path) -> None:
    told, unnoticed = files.manifests(tmp_path, 40, seed=3)
    assert not unnoticed
    assert told.total() > 20


def test_a_changed_checkpoint_changes_no_byte(tmp_path: Path) -> None:
    told, wrong = files.checkpoints(tmp_path, 10, seed=3)
    assert not wrong
    assert told.total() == 10
