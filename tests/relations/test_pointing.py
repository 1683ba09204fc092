"""Which row a row refers to: the same ancestor by every path, a table that another column names."""

from __future__ import annotations

import duckdb
import pytest

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible
from datalchemy_nb.generate import checks
from tests.relations.shop import check, key, schema_of, table, unique
from tests.relations.test_rows import assert_any_rows, engine_of, of, table_of


def clinic() -> DatabaseSchema:
    return schema_of(
        table("patients", {"id": "integer#", "name": "text!"}),
        table("appointments", {"id": "integer#", "patient_id": "integer!"}, key("patient_id", "patients")),
        table("policies", {"id": "integer#", "patient_id": "integer!"}, key("patient_id", "patients")),
        table(
            "encounters",
            {"id": "integer#", "patient_id": "integer!", "appointment_id": "integer", "policy_id": "integer!"},
            key("patient_id", "patients"), key("appointment_id", "appointments"), key("policy_id", "policies"),
        ),
    )  # fmt: skip


NONE = {"customers": 0, "products": 0, "orders": 0, "items": 0}
ROWS = NONE | {"patients": 60, "appointments": 200, "policies": 90, "encounters": 700}


def test_every_path_leads_to_one_row() -> None:
    rule = of("encounters", "same_ancestor", paths=["patient_id", "appointment_id.patient_id", "policy_id.patient_id"])
    engine = engine_of(clinic(), rule, **ROWS)
    connection = duckdb.connect()
    for name in ("encounters", "appointments", "policies"):
        connection.register(name, checks._Stream(table_of(engine, name)))
    found = connection.execute(
        """SELECT count(*) FILTER (WHERE a.patient_id <> e.patient_id),
                  count(*) FILTER (WHERE p.patient_id <> e.patient_id),
                  count(a.id), count(p.id), count(*), count(DISTINCT e.patient_id)
           FROM encounters e LEFT JOIN appointments a ON a.id = appointment_id
           LEFT JOIN policies p ON p.id = policy_id"""
    ).fetchone()
    assert found is not None
    assert found[:2] == (0, 0)
    assert 620 < found[2] < 699
    assert found[3:5] == (700, 700)
    assert found[5] > 50
    assert_any_rows(engine, "encounters")


def test_paths_agree_where_no_column_of_the_row_names_the_ancestor() -> None:
    schema = schema_of(
        table("patients", {"id": "integer#"}),
        table("appointments", {"id": "integer#", "patient_id": "integer!"}, key("patient_id", "patients")),
        table("policies", {"id": "integer#", "patient_id": "integer!"}, key("patient_id", "patients")),
        table("claims", {"id": "integer#", "appointment_id": "integer!", "policy_id": "integer!"},
              key("appointment_id", "appointments"), key("policy_id", "policies")),
    )  # fmt: skip
    rule = of("claims", "same_ancestor", paths=["appointment_id.patient_id", "policy_id.patient_id"])
    engine = engine_of(schema, rule, **NONE, patients=40, appointments=200, policies=40, claims=500)
    claims = table_of(engine, "claims")
    owner = {name: table_of(engine, name)["patient_id"] for name in ("appointments", "policies")}
    left = owner["appointments"].gather(claims["appointment_id"].cast(int) - 1)
    assert left.equals(owner["policies"].gather(claims["policy_id"].cast(int) - 1))
    with pytest.raises(Infeasible, match=r"policies has fewer rows than public\.patients"):
        engine_of(schema, rule, **NONE, patients=40, appointments=200, policies=30, claims=500)


def test_a_pair_of_type_and_id_stands_in_for_a_key_that_may_be_null() -> None:
    refunds = table(
        "refunds",
        {"id": "integer#", "note_id": "integer", "about_type": "text", "about_id": "integer"},
        key("note_id", "notes"),
        check("present", "note_id IS NOT NULL OR (about_type IS NOT NULL AND about_id IS NOT NULL)"),
    )
    schema = schema_of(
        table("notes", {"id": "integer#", "name": "text!"}),
        table("firms", {"id": "integer#", "name": "text!"}),
        refunds,
    )
    targets = [{"value": "Firm", "schema": "public", "table": "firms", "column": "id", "weight": 1}]
    rule = of("refunds", "polymorphic", type_column="about_type", id_column="about_id", targets=targets)
    made = table_of(engine_of(schema, rule, **NONE, notes=30, firms=30, refunds=600), "refunds")
    nothing = made["about_type"].is_null()
    assert nothing.any()
    assert not nothing.all()
    assert (nothing == made["about_id"].is_null()).all()
    assert not (made["note_id"].is_null() & nothing).any()


def test_a_pair_of_type_and_id_refers_to_rows_of_the_table_it_names() -> None:
    notes = table(
        "notes", {"id": "integer#", "about_type": "text!", "about_id": "text!"}, unique("about_type", "about_id")
    )
    schema = schema_of(
        table("patients", {"id": "integer#", "name": "text!"}),
        table("doctors", {"id": "uuid!", "name": "text!"}),
        notes,
    )
    targets = [
        {"value": "Patient", "schema": "public", "table": "patients", "column": "id", "weight": 3},
        {"value": "Doctor", "schema": "public", "table": "doctors", "column": "id", "weight": 1},
    ]
    rule = of("notes", "polymorphic", type_column="about_type", id_column="about_id", targets=targets)
    engine = engine_of(schema, rule, **NONE, patients=400, doctors=150, notes=480)
    made = table_of(engine, "notes")
    known = {
        "Patient": set(table_of(engine, "patients")["id"].cast(str)),
        "Doctor": set(table_of(engine, "doctors")["id"]),
    }
    pairs = list(zip(made["about_type"], made["about_id"], strict=True))
    assert all(number in known[kind] for kind, number in pairs)
    assert len(set(pairs)) == 480
    assert made["about_type"].to_list().count("Doctor") == 120
    assert_any_rows(engine, "notes")
    with pytest.raises(Infeasible, match=r"75 rows are to refer to public.doctors, which has 40"):
        engine_of(schema, rule, **NONE, patients=400, doctors=40, notes=300)


def thread(*constraints: dict[str, object], parent: str = "integer") -> DatabaseSchema:
    return schema_of(
        table("posts", {"id": "integer#", "title": "text!"}),
        table(
            "comments",
            {"id": "integer#", "post_id": "integer!", "parent_id": parent, "depth": "integer!"},
            key("post_id", "posts"), key("parent_id", "comments"), *constraints,
        ),
    )  # fmt: skip


THREAD = NONE | {"posts": 80, "comments": 900}
SAME_POST = of("comments", "same_ancestor", paths=["post_id", "parent_id.post_id"])


def test_a_row_stands_below_an_earlier_one_of_the_same_parent() -> None:
    depth = of("comments", "expression", column="depth", sql="coalesce(parent_id.depth + 1, 0)")
    rate = of("comments", "foreign_key", columns=["parent_id"], null_rate=0.5)
    engine = engine_of(thread(), SAME_POST, depth, rate, **THREAD)
    made = table_of(engine, "comments")
    answers = made.drop_nulls("parent_id")
    above = made[(answers["parent_id"] - 1).to_list()]
    assert 250 < len(answers) < 600
    assert answers["post_id"].equals(above["post_id"])
    assert (answers["parent_id"] < answers["id"]).all()
    assert answers["depth"].equals((above["depth"] + 1).rename("depth"))
    assert made["depth"].max() > 2
    assert made.group_by("post_id").len()["len"].max() > 25, "families differ in size"
    assert_any_rows(engine, "comments")


def test_rows_that_refer_to_nothing_have_nothing_above_them() -> None:
    tables = thread().model_dump(mode="json", by_alias=True)
    tables["schemas"][0]["tables"][1]["columns"][1]["is_nullable"] = True
    schema = DatabaseSchema.model_validate(tables)
    loose = of("comments", "foreign_key", columns=["post_id"], null_rate=0.3)
    made = table_of(engine_of(schema, SAME_POST, loose, **THREAD), "comments")
    alone = made["post_id"].is_null()
    assert alone.sum() > 200
    assert made.filter(alone)["parent_id"].is_null().all()


def test_a_tree_within_a_parent_is_refused_where_the_rows_of_a_parent_cannot_be_found() -> None:
    with pytest.raises(Infeasible, match="a unique key or CHECK decides parent_id_fkey"):
        engine_of(thread(check("answers", "(parent_id IS NULL) = (depth = 0)")), SAME_POST, **THREAD)


def test_every_path_leads_to_one_row_over_rows_of_the_same_table_too() -> None:
    schema = schema_of(
        table("firms", {"id": "integer#", "name": "text!"}),
        table("offices", {"id": "integer#", "firm_id": "integer!"}, key("firm_id", "firms")),
        table("staff", {"id": "integer#", "firm_id": "integer!", "office_id": "integer!", "boss_id": "integer"},
              key("firm_id", "firms"), key("office_id", "offices"), key("boss_id", "staff")),
    )  # fmt: skip
    office = of("staff", "same_ancestor", paths=["firm_id", "office_id.firm_id"])
    boss = of("staff", "same_ancestor", paths=["office_id", "boss_id.office_id"])
    rows = NONE | {"firms": 10, "offices": 40, "staff": 500}
    made = table_of(engine_of(schema, office, boss, **rows), "staff")
    below = made.drop_nulls("boss_id")
    above = made[(below["boss_id"] - 1).to_list()]
    assert below["firm_id"].equals(above["firm_id"])
    with pytest.raises(Infeasible, match="firm_id_fkey is decided otherwise, and cannot follow"):
        engine_of(schema, office, of("staff", "same_ancestor", paths=["firm_id", "boss_id.firm_id"]), **rows)
