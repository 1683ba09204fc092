"""Drafts of things that people keep in tables: how often a value is met, what comes first, how many there are."""

from __future__ import annotations

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, ForeignKeyRule
from datalchemy_nb.contracts.relations import BoundsRule, CopyRule, DecidedRule, ExpressionRule, LifecycleRule
from datalchemy_nb.drafting.usual import usual_weights

from .conftest import Judge, check, drafted, foreign, key, table


@pytest.mark.parametrize(
    ("values", "most", "least"),
    [
        (("excused", "late", "absent", "present"), "present", "late"),
        (("cancelled", "delivered", "pending"), "delivered", "cancelled"),
        (("A", "B", "F"), "A", "F"),
        (("inativo", "ativo"), "ativo", "inativo"),
        (("quebrado", "bom"), "bom", "quebrado"),
        (("platinum", "silver", "gold"), "silver", "platinum"),
    ],
)
def test_what_is_met_most_comes_up_most(values: tuple[str, ...], most: str, least: str) -> None:
    weights = usual_weights(values)
    assert weights is not None
    shares = dict(zip(values, weights, strict=True))
    assert max(shares, key=lambda value: shares[value]) == most
    assert shares[least] == min(shares.values())


@pytest.mark.parametrize("values", [("a", "b"), ("x",), ("red wine", "white wine"), (1, 2, 3)])
def test_nothing_is_said_of_values_nobody_knows(values: tuple[object, ...]) -> None:
    assert usual_weights(values) is None


def test_ways_to_be_are_no_lifecycle() -> None:
    plan = drafted(
        table(
            "attendance",
            {"id": "int!", "day": "date!", "status": "text!"},
            check("status = ANY (ARRAY['present'::text, 'absent'::text, 'late'::text])"),
        ),
        locale="en_US",
    ).plan
    assert not [rule for rule in plan.rules if isinstance(rule, LifecycleRule)]
    weighted = next(rule for rule in plan.rules if getattr(rule, "column", None) == "status")
    assert weighted.generator.params["weights"][0] > sum(weighted.generator.params["weights"][1:])  # type: ignore[union-attr]


def test_guests_arrive_before_they_depart_and_flights_depart_before_they_arrive() -> None:
    ends = {}
    for name in ("reservations", "flights"):
        plan = drafted(table(name, {"id": "int!", "arrival": "date!", "departure": "date!"}), locale="en_US").plan
        rule = next(rule for rule in plan.rules if isinstance(rule, BoundsRule))
        ends[name] = rule.column
    assert ends == {"reservations": "departure", "flights": "arrival"}


def test_a_check_says_which_comes_first() -> None:
    plan = drafted(
        table("trips", {"id": "int!", "arrival": "date!", "departure": "date!"}, check("departure > arrival")),
        locale="en_US",
    ).plan
    assert [rule.column for rule in plan.rules if isinstance(rule, BoundsRule)] == ["departure"]


def test_years_in_a_key_are_years_and_bound_the_rows() -> None:
    plan = drafted(
        table("terms", {"id": "int!", "year": "int!", "quarter": "int!"}, key("year", "quarter", kind="unique")),
        locale="en_US",
    ).plan
    rows = {target.ref: target.rows for target in plan.targets}
    assert rows[TableRef("app", "terms")] == 52
    year = next(rule for rule in plan.rules if getattr(rule, "column", None) == "year")
    assert year.generator.params["min"] > 2000  # type: ignore[union-attr]


def test_money_and_language_are_those_of_the_country(judge: Judge) -> None:
    found = judge("t", "currency", "char(3)")
    values, weights = found.params["values"], found.params["weights"]
    assert values[0] == "BRL"
    assert weights[0] > 4 * sum(weights[1:])
    assert judge("t", "language", "char(2)").params["values"][0] == "pt"


def test_numbers_without_a_meaning_are_small(judge: Judge) -> None:
    assert judge("t", "zorbs", "int!=2").params["values"][0] == 2
    assert judge("t", "zorbs", "int").distribution == {"kind": "lognormal", "median": 20, "sigma": 1.1}


def test_a_total_is_what_the_other_costs_add_up_to() -> None:
    costs = dict.fromkeys(("parts_cost", "labor_cost", "total_cost"), "numeric(10,2)!")
    plan = drafted(table("repairs", {"id": "int!", **costs}), locale="en_US").plan
    made = next(rule for rule in plan.rules if isinstance(rule, ExpressionRule))
    assert (made.column, made.sql) == ("total_cost", "parts_cost + labor_cost")


def test_a_key_that_a_check_compares_with_another_is_not_dealt_unevenly() -> None:
    depots = table("depot", {"id": "int!", "name": "text!"}, key("id"))
    routes = table(
        "route",
        {"id": "int!", "origin_id": "int!", "destination_id": "int!", "length_km": "numeric(7,1)!"},
        foreign("origin_id", "depot"),
        foreign("destination_id", "depot"),
        check("origin_id <> destination_id"),
    )
    plan = drafted(depots, routes, locale="en_US").plan
    assert not [rule for rule in plan.rules if isinstance(rule, ForeignKeyRule)]
    assert [rule for rule in plan.rules if getattr(rule, "column", None) == "length_km"]


def test_sites_are_named_after_where_they_are(judge: Judge) -> None:
    assert "Depot" in judge("depots", "name", "text", locale="en_US").params["pattern"]
    assert judge("depositos", "nome", "text").params["pattern"].startswith("Depósito (")


def test_a_make_and_its_model_agree(judge: Judge) -> None:
    found = [judge("vehicles", name, "text", locale="en_US").generator_id for name in ("make", "model")]
    assert found == ["reference.vehicle_model.make", "reference.vehicle_model.name"]


@pytest.mark.parametrize("name", ["website", "callback_url", "link"])
@pytest.mark.parametrize("locale", ["en_US", "de_DE"])
def test_addresses_lead_nowhere(judge: Judge, name: str, locale: str) -> None:
    assert ".example" in judge("t", name, "text", locale=locale).params["pattern"]


def test_whole_cents_are_amounts(judge: Judge) -> None:
    found = judge("invoices", "total_cents", "int")
    assert found.distribution is not None
    assert found.distribution["median"] > 1000


def test_records_are_of_the_tables_of_the_schema() -> None:
    rows = {name: table(name, {"id": "int!", "name": "text!"}) for name in ("users", "orders")}
    plan = drafted(*rows.values(), table("audit_log", {"id": "int!", "entity_type": "text!"}), locale="en_US").plan
    rule = next(rule for rule in plan.rules if getattr(rule, "column", None) == "entity_type")
    assert rule.generator.params["values"] == ["order", "user"]  # type: ignore[union-attr]


def test_lookups_are_recognised_where_locales_are_mixed() -> None:
    lookup = table("marital_status", {"id": "int!", "code": "varchar(20)!", "name": "text!"}, key("id"))
    plan = drafted(lookup, locale={"pt_BR": 0.7, "en_US": 0.3}).plan
    assert [rule for rule in plan.rules if getattr(rule, "column", None) == "name"]


def test_members_joined_over_the_years_and_branches_are_older_than_loans() -> None:
    plan = drafted(
        table("branches", {"id": "int!", "name": "text!", "opened_on": "date!"}),
        table("members", {"id": "int!", "name": "text!", "joined_on": "date!", "status": "text!"},
              check("status = ANY (ARRAY['active'::text, 'suspended'::text, 'expired'::text])")),
        table("loans", {"id": "int!", "member_id": "int!", "branch_id": "int!", "loaned_at": "timestamptz!",
                        "returned_at": "timestamptz"}, foreign("member_id", "members"),
              foreign("branch_id", "branches")),
        locale="en_US",
    ).plan  # fmt: skip
    life = next(rule for rule in plan.rules if isinstance(rule, LifecycleRule))
    assert life.history_days > 5 * 365
    assert all(way.after is not None and (way.after.typical or 0) > 365 for way in life.transitions)
    first = {getattr(rule, "column", ""): rule.generator.params["min"] for rule in plan.rules
             if getattr(rule, "column", None) in ("opened_on", "loaned_at") and hasattr(rule, "generator")}  # fmt: skip
    assert str(first["opened_on"]) < str(plan.base_date.replace(year=plan.base_date.year - 20))
    assert str(first["loaned_at"]) > str(plan.base_date.replace(year=plan.base_date.year - 3))
    back = next(rule for rule in plan.rules if isinstance(rule, BoundsRule) and rule.column == "returned_at")
    assert back.calendar is not None


def test_a_membership_runs_out_and_an_appointment_takes_place() -> None:
    plan = drafted(
        table("memberships", {"id": "int!", "start_date": "date!", "end_date": "date!", "status": "text!"},
              check("status = ANY (ARRAY['active'::text, 'cancelled'::text, 'expired'::text])"),
              check("end_date > start_date", "order")),
        table("appointments", {"id": "int!", "scheduled_at": "timestamptz!", "created_at": "timestamptz!",
                               "status": "text!"},
              check("status = ANY (ARRAY['scheduled'::text, 'completed'::text, 'cancelled'::text])")),
        table("invoices", {"id": "int!", "issue_date": "date!", "due_date": "date!", "status": "text!"},
              check("status = ANY (ARRAY['open'::text, 'paid'::text, 'cancelled'::text])")),
        locale="en_US",
    ).plan  # fmt: skip
    lives = {rule.table: rule for rule in plan.rules if isinstance(rule, LifecycleRule)}
    assert (lives["memberships"].start, lives["memberships"].until) == ("start_date", "end_date")
    assert lives["memberships"].over == ("cancelled", "expired")
    assert (lives["appointments"].start, lives["appointments"].until) == ("created_at", "scheduled_at")
    assert lives["appointments"].every == 900
    assert lives["invoices"].until is None  # what is due may be paid before and after


def test_a_height_is_measured_again_and_stays() -> None:
    plan = drafted(
        table("patients", {"id": "int!", "full_name": "text!"}),
        table("vitals", {"id": "int!", "patient_id": "int!", "height_cm": "numeric(5,1)", "weight_kg": "numeric(5,1)"},
              foreign("patient_id", "patients")),
        locale="en_US",
    ).plan  # fmt: skip
    kept = [(rule.column, rule.by) for rule in plan.rules if isinstance(rule, DecidedRule)]
    assert kept == [("height_cm", ("patient_id",))]


def test_files_are_what_their_names_say_and_few_users_are_deactivated() -> None:
    plan = drafted(
        table("attachments", {"id": "int!", "file_name": "text!", "content_type": "text!"}),
        table("users", {"id": "int!", "email": "text!", "created_at": "timestamptz!", "deactivated_at": "timestamptz"}),
        locale="en_US",
    ).plan
    kind = next(rule for rule in plan.rules if isinstance(rule, ExpressionRule))
    assert kind.column == "content_type"
    assert "'%.pdf' THEN 'application/pdf'" in kind.sql
    gone = next(rule for rule in plan.rules if isinstance(rule, ColumnRule) and rule.column == "deactivated_at")
    assert gone.null_rate is not None
    assert gone.null_rate > 0.9


def test_what_an_invoice_was_paid_is_all_of_it_once_it_is_paid() -> None:
    invoices = {"id": "int!", "status": "text!", "amount_due": "numeric(10,2)!", "amount_paid": "numeric(10,2)!"}
    listed = check("status = ANY (ARRAY['open'::text, 'paid'::text, 'void'::text])")
    plan = drafted(table("invoices", invoices, listed), locale="en_US").plan
    paid = next(rule for rule in plan.rules if isinstance(rule, ExpressionRule))
    assert (paid.column, paid.sql) == ("amount_paid", "CASE WHEN status IN ('paid') THEN amount_due ELSE 0 END")


def test_a_free_plan_costs_nothing_and_every_further_one_more() -> None:
    plan = drafted(
        table("plans", {"id": "int!", "name": "text!", "price_cents": "int!", "interval": "text!", "max_users": "int"},
              key("name", kind="unique"), check("\"interval\" = ANY (ARRAY['month'::text, 'year'::text])")),
        locale="en_US",
    ).plan  # fmt: skip
    rises = {rule.column: rule.sql for rule in plan.rules if isinstance(rule, ExpressionRule)}
    assert rises["price_cents"].startswith("CASE name WHEN 'Free' THEN 0 WHEN 'Basic' THEN 900 ")
    assert (
        rises["price_cents"].endswith("* CASE WHEN interval = 'year' THEN 10 ELSE 1 END")
        or '"interval"' in rises["price_cents"]
    )
    assert "WHEN 'Enterprise' THEN 500" in rises["max_users"]


def test_students_are_enrolled_for_years() -> None:
    plan = drafted(
        table("alunos", {"id": "int!", "nome": "text!", "data_matricula": "date!", "situacao": "text!"},
              check("situacao = ANY (ARRAY['ativo'::text, 'transferido'::text, 'concluido'::text])")),
        locale="pt_BR",
    ).plan  # fmt: skip
    life = next(rule for rule in plan.rules if isinstance(rule, LifecycleRule))
    ways = [way.after for way in life.transitions if way.source == "ativo" and way.after is not None]
    assert ways
    assert all((gap.typical or 0) > 365 for gap in ways)


def test_a_parcel_is_picked_up_before_it_is_delivered_and_goes_where_its_address_is() -> None:
    plan = drafted(
        table("warehouses", {"id": "int!", "name": "text!", "state": "char(2)!", "zip": "text!"}),
        table("customers", {"id": "int!", "company_name": "text!", "contact_name": "text!", "email": "text!"}),
        table("shipments", {"id": "int!", "warehouse_id": "int!", "destination_city": "text!",
                            "destination_state": "char(2)!", "destination_zip": "text!", "status": "text!",
                            "created_at": "timestamptz!", "picked_up_at": "timestamptz", "delivered_at": "timestamptz"},
              foreign("warehouse_id", "warehouses"),
              check("status = ANY (ARRAY['created'::text, 'picked_up'::text, 'out_for_delivery'::text, "
                    "'delivered'::text])")),
        locale="en_US",
    ).plan  # fmt: skip
    life = next(rule for rule in plan.rules if isinstance(rule, LifecycleRule))
    entered = {state.value: state.enters for state in life.states}
    assert entered == {
        "created": None, "picked_up": "picked_up_at", "out_for_delivery": None, "delivered": "delivered_at",
    }  # fmt: skip
    assert not [rule for rule in plan.rules if isinstance(rule, CopyRule)]  # a zip of the sender's is in another city
    mail = next(rule for rule in plan.rules if isinstance(rule, ColumnRule) and rule.column == "email")
    assert mail.generator.params["input_columns"] == ["contact_name"]  # type: ignore[union-attr]


def test_tax_is_a_share_of_what_is_taxed() -> None:
    money = "numeric(12,2)!"
    plan = drafted(
        table("invoices", {"id": "int!", "subtotal": money, "tax": money, "total": money},
              check("total = (subtotal + tax)")), locale="en_US",
    ).plan  # fmt: skip
    assert [(rule.column, rule.sql) for rule in plan.rules if isinstance(rule, ExpressionRule)] == [
        ("tax", "subtotal * 0.1"),
    ]


def test_a_school_has_pupils_classes_and_subjects() -> None:
    plan = drafted(
        table("escolas", {"id": "int!", "nome": "text!", "cnpj": "char(14)"}),
        table("series", {"id": "int!", "nome": "text!"}),
        table("disciplinas", {"id": "int!", "nome": "text!", "sigla": "varchar(6)"}),
        table("alunos", {"id": "int!", "nome": "text!", "data_nascimento": "date!"}),
        table("turmas", {"id": "int!", "serie_id": "int!"}, foreign("serie_id", "series")),
        table("frequencias", {"id": "int!", "aluno_id": "int!", "presente": "boolean!", "justificativa": "text"},
              foreign("aluno_id", "alunos")),
        locale="pt_BR",
    ).plan  # fmt: skip
    rules = {(rule.table, rule.column): rule for rule in plan.rules if isinstance(rule, ColumnRule)}
    assert rules["escolas", "nome"].generator.params["pattern"].startswith("Escola (")  # type: ignore[union-attr]
    assert "º ano" in rules["series", "nome"].generator.params["pattern"]  # type: ignore[union-attr]
    assert rules["disciplinas", "nome"].generator.id == "reference.school_subject.name"  # type: ignore[union-attr]
    assert rules["alunos", "data_nascimento"].generator.params["max_age"] == 18  # type: ignore[union-attr]
    excused = rules["frequencias", "justificativa"].when
    assert excused is not None
    assert (excused.column, excused.values) == ("presente", (False,))
    assert [rule.sql for rule in plan.rules if isinstance(rule, ExpressionRule)] == ["upper(left(nome, 3))"]


def test_the_period_of_now_is_a_month_whatever_the_state() -> None:
    plan = drafted(
        table("subscriptions", {"id": "int!", "status": "text!", "current_period_start": "timestamptz!",
                                "current_period_end": "timestamptz!"},
              check("status = ANY (ARRAY['trialing'::text, 'active'::text, 'past_due'::text, 'canceled'::text])")),
        locale="en_US",
    ).plan  # fmt: skip
    life = next(rule for rule in plan.rules if isinstance(rule, LifecycleRule))
    assert (life.initial, life.start, life.until) == ("active", "current_period_start", "current_period_end")
    assert {way.source for way in life.transitions} == {"active"}
    assert all(way.after is not None and way.after.max == 31 for way in life.transitions)


def test_totals_of_parts_are_no_grand_total() -> None:
    money = "numeric(12,2)!"
    plan = drafted(
        table("orders", {"id": "int!", "subtotal": money, "discount_total": money, "shipping_total": money,
                         "tax_total": money, "grand_total": money}, key("id")),
        table("order_items", {"id": "int!", "order_id": "int!", "quantity": "int!", "unit_price": money,
                              "line_total": money}, foreign("order_id", "orders")),
        locale="en_US",
    ).plan  # fmt: skip
    sums = {rule.column: rule.sql for rule in plan.rules if isinstance(rule, ExpressionRule) and rule.table == "orders"}
    assert set(sums) == {"tax_total", "grand_total"}
    assert sums["tax_total"].startswith("subtotal * ")
    assert all(name in sums["grand_total"] for name in ("subtotal", "discount_total", "shipping_total", "tax_total"))
