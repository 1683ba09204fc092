"""The named generators: right where they are easy to get wrong."""

from __future__ import annotations

import datetime as dt
import ipaddress

import polars as pl
import pytest
from pydantic import ValidationError

from tests.domains.faker.faker_checks import isbn10, isbn13, isin, luhn, made, values


class TestCheckDigits:
    def test_cards_of_every_length(self) -> None:
        cards = values("faker.creditcard.raw.CreditCardNumber", count=3000)
        assert set(cards.str.len_chars()) == {13, 15, 16}
        assert all(luhn(card) for card in cards)

    def test_books(self) -> None:
        tens, thirteens = values("semantic.barcode.isbn10"), values("semantic.barcode.isbn13")
        assert all(isbn10(book) for book in tens)
        assert tens.str.ends_with("X").any()
        assert all(isbn13(book) for book in thirteens)
        assert thirteens.str.contains(r"^978-[01]-\d{2,7}-\d{1,6}-\d$").all()
        assert set(values("faker.barcode.raw.Isbn").str.len_chars()) == {13, 17}

    def test_securities(self) -> None:
        assert all(isin(code) for code in values("semantic.finance.isin"))
        assert values("semantic.finance.isin").str.contains(r"^[A-Z]{2}\d{10}$").all()

    def test_known_numbers_pass_the_checks_used_here(self) -> None:
        assert luhn("4111111111111111")
        assert isin("US0378331005")
        assert isbn10("0-8044-2957-X")
        assert isbn13("978-0-306-40615-7")


class TestPlaces:
    @pytest.mark.parametrize(("id_", "edge"), [("Latitude", 90), ("Longitude", 180)])
    def test_coordinates_stay_on_the_globe(self, id_: str, edge: int) -> None:
        domain = made(f"faker.address.raw.{id_}")
        ends = domain.take(pl.Series([0, domain.size - 1], dtype=pl.UInt64).to_numpy())
        assert ends.to_list() == [-edge, edge]
        text = values(f"faker.address.raw.{id_}", category="text")
        assert text.dtype == pl.String
        assert text.cast(pl.Float64).abs().max() <= edge

    def test_coordinates_fit_the_column(self) -> None:
        degrees = values("faker.address.raw.Longitude", category="decimal", precision=9, scale=6)
        assert degrees.dtype == pl.Decimal(9, 6)
        assert values("faker.address.raw.Longitude", {"min": -74, "max": -34}).max() <= -34  # type: ignore[operator]
        with pytest.raises(ValueError, match="not within"):
            made("faker.address.raw.Latitude", {"max": 91})

    def test_geohash(self) -> None:
        assert values("faker.address.raw.Geohash", {"precision": 5}).str.contains("^[0-9b-hjkmnp-z]{5}$").all()
        assert made("faker.address.raw.Geohash", {"precision": 12}).size == 32**12
        with pytest.raises(ValidationError):
            made("faker.address.raw.Geohash", {"precision": 13})

    def test_postcodes_of_the_locale(self) -> None:
        assert values("semantic.address.zipcode").str.contains(r"^\d{5}$").all()
        assert values("semantic.address.postcode", locale="pt_BR").str.contains(r"^\d{5}-\d{3}$").all()
        assert values("semantic.address.postcode", locale="nl_NL").str.contains(r"^\d{4} ?[A-Z]{2}$").all()

    def test_lists_of_facts(self) -> None:
        assert made("semantic.address.country_code").size > 190
        assert made("semantic.address.state_abbr", locale="pt_BR").size == 27
        assert "America/Sao_Paulo" in set(values("semantic.address.timezone", count=20_000))
        for id_ in ("address.country", "finance.currency_code", "finance.currency_symbol", "internet.domain_suffix"):
            assert made(f"semantic.{id_}").widen(10**6) is None


class TestMoments:
    def test_are_typed_as_the_column_is(self) -> None:
        kinds = {"date": pl.Date, "timestamp": pl.Datetime, "timestamptz": pl.Datetime, "text": pl.String}
        for category, dtype in kinds.items():
            assert values("semantic.time.datetime", category=category).dtype.base_type() == dtype
        assert values("semantic.time.datetime", category="timestamptz").dtype == pl.Datetime("us", "UTC")

    def test_are_iso_where_the_column_is_text(self) -> None:
        forms = {"Date": r"^\d{4}-\d\d-\d\d$", "Time": r"^\d\d:\d\d:\d\d$", "DateTime": r"^\d{4}-\d\d-\d\dT[\d:]{8}Z$",
                 "Duration": r"^PT\d+S$"}  # fmt: skip
        for name, form in forms.items():
            for module in ("chrono", "time"):
                found = values(f"faker.{module}.raw.{name}", category="text", locale="pt_BR")
                assert found.str.contains(form).all()

    def test_lie_before_the_base_date(self) -> None:
        days = values("semantic.time.date", base_date=dt.date(2001, 2, 3), count=5000)
        assert dt.date(1970, 1, 1) <= days.min() <= days.max() <= dt.date(2001, 2, 3)  # type: ignore[operator]

    def test_after_before_between(self) -> None:
        at = dt.datetime(2024, 5, 6, 7, 8, 9)
        text = at.isoformat()
        after = values("faker.chrono.raw.DateTimeAfter", {"dt": text})
        before = values("faker.time.raw.DateTimeBefore", {"dt": text})
        assert before.max() <= at <= after.min()  # type: ignore[operator]
        between = values("faker.chrono.raw.DateTimeBetween", {"start": text, "end": "2024-05-06T07:08:19"})
        assert between.n_unique() == 11
        with pytest.raises(ValidationError, match="is after"):
            made("faker.time.raw.DateTimeBetween", {"start": "2024-01-02T00:00:00", "end": "2024-01-01T00:00:00"})

    def test_durations(self) -> None:
        assert values("faker.time.raw.Duration", category="integer", type_name="smallint").max() <= 32_767  # type: ignore[operator]
        assert values("faker.time.raw.Duration").str.contains("^\\d+ days [\\d:]{8}$").all()


class TestNet:
    def test_addresses_are_valid_and_reach_nobody(self) -> None:
        for address in map(ipaddress.ip_address, values("faker.internet.raw.IP")):
            assert address.is_private
        documentation = ipaddress.ip_network("2001:db8::/32")
        assert all(ipaddress.ip_address(a) in documentation for a in values("semantic.internet.ipv6"))
        assert all(int(mac[:2], 16) & 3 == 2 for mac in values("semantic.internet.mac"))
        assert values("semantic.internet.ipv4", category="network").str.starts_with("10.").all()

    def test_status_codes(self) -> None:
        codes = values("semantic.http.status_code", category="integer", count=3000)
        assert codes.dtype == pl.Int64
        assert (codes == 200).mean() > 0.4  # type: ignore[operator]
        assert "404 Not Found" in set(values("semantic.http.status_code", category="text", count=3000))
        assert values("faker.http.raw.RfcStatusCode", {"min": 500}).min() == 500

    def test_passwords(self) -> None:
        assert set(values("semantic.internet.password", {"length": 12}).str.len_chars()) == {12}
        assert set(values("semantic.internet.password", {"length": [8, 9]}).str.len_chars()) == {8, 9}
        assert values("semantic.internet.password", max_length=6).str.len_chars().max() == 6
        for wrong in ([9, 8], -1, "8", [1, 2, 3]):
            with pytest.raises(ValidationError):
                made("semantic.internet.password", {"length": wrong})


class TestCounted:
    @pytest.mark.parametrize(
        ("id_", "count", "form"),
        [
            ("lorem.raw.Words", 4, r"^\w+( \w+){3}$"),
            ("lorem.raw.Sentence", [5, 5], r"^[A-Z]\w*( \w+){4}\.$"),
            ("lorem.raw.Sentences", 3, r"^[A-Z][^.]+\.(\n[A-Z][^.]+\.){2}$"),
            ("lorem.raw.Paragraph", 2, r"^[A-Z][^.]+\. [A-Z][^.]+\.$"),
            ("lorem.raw.Paragraphs", 2, r"^[^\n]+\n\n[^\n]+$"),
            ("markdown.raw.BlockQuoteSingleLine", 3, r"^> [A-Z]\w* \w+ \w+\.$"),
            ("markdown.raw.BlockQuoteMultiLine", 2, r"^> [^\n]+\n> [^\n]+$"),
            ("markdown.raw.BulletPoints", 3, r"^- [^\n]+\n- [^\n]+\n- [^\n]+$"),
            ("markdown.raw.ListItems", 3, r"^1\. [^\n]+\n2\. [^\n]+\n3\. [^\n]+$"),
            ("markdown.raw.Code", 2, "^```\n\\w+\\(\\w+\\);\n\\w+\\(\\w+\\);\n```$"),
        ],
    )
    def test_count(self, id_: str, count: object, form: str) -> None:
        found = values(f"faker.{id_}", {"count": count}, count=300)
        assert found.str.contains(form).all(), found.filter(~found.str.contains(form))[:2].to_list()

    def test_a_range_is_used_whole(self) -> None:
        found = values("faker.lorem.raw.Words", {"count": [1, 4]}, count=3000)
        assert set(found.str.split(" ").list.len()) == {1, 2, 3, 4}
        sentences = values("faker.lorem.raw.Sentences", {"count": [2, 4]}, count=300)
        assert set(sentences.str.split("\n").list.len()) == {2, 3, 4}

    def test_ratio_and_digit(self) -> None:
        assert values("faker.boolean.raw.Boolean", {"ratio": 90}, count=5000).mean() == pytest.approx(0.9, abs=0.02)
        assert set(values("faker.boolean.raw.Boolean", category="text")) == {"true", "false"}
        assert set(values("faker.number.raw.Digit", category="text")) == set("0123456789")
        assert values("faker.number.raw.Digit", category="integer").dtype == pl.Int64


class TestTextParameters:
    def test_choose_among_the_values(self) -> None:
        assert values("semantic.company.industry", {"max_len": 6}).str.len_chars().max() <= 6
        assert values("semantic.address.country", {"pattern": "^B"}).str.starts_with("B").all()
        assert values("semantic.lorem.word", {"charset": "abcdefgt"}).str.contains("^[abcdefgt]+$").all()
        assert values("semantic.company.name", {"max_len": 12}).str.len_chars().max() <= 12

    def test_that_nothing_meets_are_refused(self) -> None:
        with pytest.raises(ValueError, match="Matches"):
            made("semantic.address.country_code", {"pattern": "^[0-9]"})
        with pytest.raises(ValueError, match="longer than the column"):
            made("semantic.company.name", {"max_len": 50}, max_length=20)
