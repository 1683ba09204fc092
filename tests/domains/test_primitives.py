from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from pydantic import ValidationError

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.registry import find_generator, registered
from tests.domains.domain_laws import assert_laws, slot, words

MONEY = slot("decimal", "numeric(12,2)", precision=12, scale=2)
SMALL_MONEY = slot("decimal", "numeric(5,2)", precision=5, scale=2)
SHORT = slot("text", "character varying(8)", max_length=8)


def build(id_: str, column: Slot | None = None, **params: object) -> Domain:
    spec = find_generator(id_)
    domain = spec.build(spec.params.model_validate(params), column or slot())
    assert isinstance(domain, Domain)
    assert_laws(domain)
    return domain


def ends(domain: Domain) -> tuple[object, object]:
    return domain.lower, domain.upper


def test_all_nineteen_are_registered():
    known = {id_ for id_ in registered() if id_.startswith("primitive.")}
    assert known >= {
        "primitive.bool", "primitive.int", "primitive.int.range", "primitive.int.sequence_hint", "primitive.float",
        "primitive.float.range", "primitive.decimal.numeric", "primitive.text", "primitive.text.pattern",
        "primitive.text.lorem", "primitive.uuid", "primitive.uuid.v4", "primitive.date", "primitive.date.range",
        "primitive.time", "primitive.time.range", "primitive.timestamp", "primitive.timestamp.range", "primitive.enum",
    }  # fmt: skip


@pytest.mark.parametrize("id_", [i for i in registered() if i.startswith(("primitive.", "domain.", "derive."))])
def test_every_generator_is_documented_and_closed(id_):
    spec = find_generator(id_)
    assert spec.doc.endswith(".")
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        spec.params.model_validate({"nonsense": 1})
    assert spec.params.model_json_schema()["additionalProperties"] is False


class TestNumbers:
    @pytest.mark.parametrize(
        ("column", "params", "expected"),
        [
            (slot("integer", "integer"), {}, (0, 10_000)),
            (slot("integer", "smallint"), {"min": -5}, (-5, 10_000)),
            (slot("integer", "integer"), {"min": 20_000}, (20_000, 30_000)),
            (slot("integer", "integer"), {"max": -1}, (-10_001, -1)),
            (slot("integer", "smallint"), {"min": 32_000}, (32_000, 32_767)),
            (SMALL_MONEY, {}, (0, 999)),
        ],
    )
    def test_integer_bounds(self, column, params, expected):
        assert ends(build("primitive.int", column, **params)) == expected

    @pytest.mark.parametrize(
        ("column", "params", "expected"),
        [
            (MONEY, {}, (Decimal(0), Decimal(10_000))),
            (SMALL_MONEY, {}, (Decimal(0), Decimal("999.99"))),
            (MONEY, {"min": 0.1, "max": 1, "scale": 1}, (Decimal("0.1"), Decimal(1))),
            (slot("decimal", "numeric"), {"max": 5}, (Decimal(0), Decimal(5))),
            (slot("decimal", "numeric(3,-2)", precision=3, scale=-2), {}, (Decimal(0), Decimal(10_000))),
            (slot("text"), {"max": 1, "scale": 3}, (Decimal(0), Decimal(1))),
        ],
    )
    def test_decimal_bounds(self, column, params, expected):
        assert ends(build("primitive.decimal.numeric", column, **params)) == expected

    def test_decimals_have_the_columns_type(self):
        values = assert_laws(build("primitive.decimal.numeric", MONEY))
        assert values.dtype == pl.Decimal(12, 2)

    def test_floats_become_what_the_column_is(self):
        assert build("primitive.float", MONEY, max=9.99).category == "decimal"
        assert ends(build("primitive.float", slot("integer"), min=0.5, max=9.5)) == (1, 9)
        assert build("primitive.float", slot("float", "double precision")).category == "float"

    def test_sequences_follow_start_step_and_max(self):
        column = slot("integer", "integer", rows=5)
        assert assert_laws(build("primitive.int.sequence_hint", column, start=10, step=5)).to_list() == [
            10, 15, 20, 25, 30,
        ]  # fmt: skip
        capped = build("primitive.int.sequence_hint", column, start=10, step=5, max=22)
        assert (capped.size, capped.sequential) == (3, True)

    @pytest.mark.parametrize(
        ("id_", "params", "problem"),
        [
            ("primitive.int", {"min": 2, "max": 1}, "min 2 is above max 1"),
            ("primitive.int", {"min": 1.5}, "valid integer"),
            ("primitive.int", {"min": "1"}, "valid integer"),
            ("primitive.int", {"min": True}, "valid integer"),
            ("primitive.float", {"min": "1"}, "valid"),
            ("primitive.int.sequence_hint", {"step": 0}, "step must not be 0"),
            ("primitive.int.sequence_hint", {"start": 5, "max": 4}, "start 5 is above max 4"),
            ("primitive.decimal.numeric", {"scale": -1}, "greater than or equal to 0"),
            ("primitive.bool", {"true_rate": 2}, "less than or equal to 1"),
            ("primitive.date", {"min": "2024-12-31", "max": "2024-01-01"}, "min 2024-12-31 is above max 2024-01-01"),
            ("primitive.date", {"min": "31/12/2024"}, "not a date like 2024-12-31"),
            ("primitive.date", {"min": "2024-02-30"}, "day"),
            ("primitive.date", {"min": 5}, "not a date"),
            ("primitive.time", {"min": "25:00:00"}, "not a time"),
            ("primitive.timestamp", {"min": "2024-01-01"}, "not a timestamp"),
            ("primitive.text", {"pattern": "a", "charset": "b"}, "exclude each other"),
            ("primitive.text", {"max_repeat": 3}, "max_repeat needs a pattern"),
            ("primitive.text", {"charset": ""}, "at least 1 character"),
            ("primitive.text", {"min_len": 3, "max_len": 2}, "min_len 3 is above max_len 2"),
            ("primitive.text.pattern", {}, "Field required"),
            ("primitive.text.lorem", {"words": 2, "min_words": 1}, "exclude each other"),
            ("primitive.text.lorem", {"words": 0}, "needs allow_empty"),
        ],
    )
    def test_wrong_params_are_named(self, id_, params, problem):
        with pytest.raises(ValidationError, match=problem):
            find_generator(id_).params.model_validate(params)


class TestText:
    @pytest.mark.parametrize(
        ("column", "params", "expected"),
        [
            (slot(), {}, (1, 32)),
            (SHORT, {}, (1, 8)),
            (slot(max_length=255), {}, (1, 32)),
            (slot(max_length=255), {"max_len": 100}, (1, 100)),
            (slot(), {"allow_empty": True, "max_len": 3}, (0, 3)),
            (slot(), {"min_len": 40}, (40, 40)),
        ],
    )
    def test_lengths(self, column, params, expected):
        sizes = assert_laws(build("primitive.text", column, **params)).str.len_chars()
        assert (sizes.min(), sizes.max()) == expected

    def test_charset(self):
        assert set("".join(assert_laws(build("primitive.text", charset="xyz", max_len=4)))) == set("xyz")

    def test_patterns_respect_the_column(self):
        sizes = assert_laws(build("primitive.text.pattern", SHORT, pattern=r"[a-z]+-\d+")).str.len_chars()
        assert sizes.max() <= 8

    @pytest.mark.parametrize(
        ("params", "problem"),
        [
            ({"pattern": r"\d{9}"}, "makes 9 to 9 characters, not 1 to 8"),
            ({"pattern": r"\d", "max_len": 9}, "longer than the column holds"),
            ({"pattern": r"(?=a)"}, "lookaround"),
        ],
    )
    def test_patterns_that_do_not_fit(self, params, problem):
        spec = find_generator("primitive.text.pattern")
        with pytest.raises(ValueError, match=problem):
            spec.build(spec.params.model_validate(params), SHORT)

    def test_lorem_counts_words(self):
        counts = assert_laws(build("primitive.text.lorem", words=4)).str.split(" ").list.len()
        assert counts.unique().to_list() == [4]
        assert assert_laws(build("primitive.text.lorem", SHORT)).str.len_chars().max() <= 8


class TestDates:
    def test_the_default_is_two_years_before_the_base_date(self):
        assert ends(build("primitive.date")) == (dt.date(2024, 1, 1), dt.date(2025, 12, 31))
        low, high = ends(build("primitive.timestamp", slot("timestamptz")))
        assert (low, high) == (
            dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
            dt.datetime(2025, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
        )

    def test_a_lone_bound_outside_moves_the_range(self):
        assert ends(build("primitive.date", min="2030-01-01"))[0] == dt.date(2030, 1, 1)
        assert ends(build("primitive.date", max="2000-01-01"))[1] == dt.date(2000, 1, 1)
        assert ends(build("primitive.date", min="2025-01-01")) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))

    @pytest.mark.parametrize(
        "text", ["2024-03-01T12:00:00Z", "2024-03-01 12:00:00", "2024-03-01T09:00:00-03:00", "2024-03-01T12:00:00.0"]
    )
    def test_forms_of_a_timestamp(self, text):
        assert ends(build("primitive.timestamp", slot("timestamp"), min=text))[0] == dt.datetime(2024, 3, 1, 12)

    def test_times_and_precision(self):
        domain = build("primitive.time", min="10:00:00", max="10:00:01", precision=3)
        assert domain.size == 1001


def test_enums_come_from_the_column():
    assert assert_laws(build("primitive.enum", slot("enum", labels=("x", "y")))).to_list() == ["x", "y"]
    spec = find_generator("primitive.enum")
    with pytest.raises(ValueError, match="no enum type"):
        spec.build(spec.params(), slot())


def test_bool_rate():
    domain = build("primitive.bool", true_rate=0.9)
    assert domain.take(domain.draw(words(5000))).mean() == pytest.approx(0.9, abs=0.02)


def test_listed_values_stand_in_their_order_and_begin_again_with_a_number():
    listed = build("primitive.choice", slot("text", rows=5), values=["north", "south"], ordered=True)
    assert assert_laws(listed).to_list() == ["north", "south", "north 2", "south 2", "north 3"]
    with pytest.raises(ValidationError, match="take no weights"):
        build("primitive.choice", slot("text"), values=["north"], weights=[1], ordered=True)
