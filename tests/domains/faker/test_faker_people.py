"""People: columns of one row agree, in every locale; addresses are each person's own."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from faker.config import AVAILABLE_LOCALES

from datalchemy_nb.domains.base import Facet
from datalchemy_nb.domains.faker.people import people
from datalchemy_nb.domains.limits import Cased, Contains, EmptyDomainError, Length
from tests.domains.faker.faker_checks import drawn, made, words

PERSON = ("name", "first_name", "last_name", "email", "username", "free_email")


def row(locale: str = "en_US", count: int = 500, unique: tuple[str, ...] = (), rows: int = 1000) -> pl.DataFrame:
    """Columns of one table, made as the engine makes facets: one entity per row."""
    columns = {}
    for name in PERSON:
        facet = made(f"semantic.person.{name}", locale=locale, rows=rows, unique=name in unique)
        assert isinstance(facet, Facet)
        entity = facet.entity.draw(words(count, 7))
        columns[name] = facet.take_in(entity, facet.draw_own(words(count, len(name))))
    return pl.DataFrame(columns)


@pytest.mark.parametrize("locale", [*AVAILABLE_LOCALES])
@pytest.mark.filterwarnings("ignore:fr_QC")
def test_in_every_locale_names_and_addresses_agree_and_unique_ones_are_injective(locale: str) -> None:
    frame = row(locale, 120)
    for name, first, last, email, user, _ in frame.iter_rows():
        assert first in name
        assert last in name
        assert email.split("@")[0] == user
        assert email.split("@")[1] in ("example.com", "example.org", "example.net")
        assert user.isascii()
        assert user == user.lower()
        assert " " not in user
    for rows in (10, people(locale).size * 2 + 5):
        for id_ in ("name", "email", "username"):
            facet = made(f"semantic.person.{id_}", locale=locale, rows=rows, unique=True)
            assert isinstance(facet, Facet)
            assert facet.drives
            assert facet.entity.size >= rows
            ordinals = np.unique(facet.entity.draw(words(6_000)))
            ends = np.array([0, facet.entity.size - 1], dtype=np.uint64)
            ordinals = np.unique(np.concatenate([ordinals, ends, ordinals + np.uint64(facet.entity.size // 2)]))
            ordinals = ordinals[ordinals < np.uint64(facet.entity.size)]
            assert facet.take_in(ordinals, np.zeros_like(ordinals)).n_unique() == len(ordinals)


class TestSpelling:
    @pytest.mark.parametrize(
        ("locale", "first", "key"),
        [("pt_BR", "João", "joao"), ("fr_FR", "Zoé", "zoe"), ("de_DE", "Günther", "gunther"),
         ("ru_RU", "Виктория", "viktoriia"), ("el_GR", "Γεώργιος", None), ("ja_JP", "翔太", "shota")],
    )  # fmt: skip
    def test_accents_are_folded_and_scripts_transliterated(self, locale: str, first: str, key: str | None) -> None:
        crowd = people(locale)
        keys = dict(zip(crowd.given.to_list(), crowd.given_keys.to_list(), strict=True))
        assert first in keys
        assert keys[first].isascii()
        assert key is None or keys[first].rstrip("0123456789") == key

    def test_names_that_cannot_be_spelled_are_numbered(self) -> None:
        crowd = people("en_US")
        facet = made("semantic.person.email")
        assert isinstance(facet, Facet)
        blank = type(crowd).__new__(type(crowd))
        blank.__dict__.update(crowd.__dict__, foldable=False)
        numbered = type(facet)(blank, 10)  # type: ignore[call-arg]
        assert numbered.take_in(np.array([42], np.uint64), np.zeros(1, np.uint64))[0].startswith("user42@")


class TestNames:
    def test_frequencies_are_fakers(self) -> None:
        frame = row("en_US", 40_000)
        counts = frame["last_name"].value_counts(sort=True)
        assert counts["last_name"][0] == "Smith"
        given = frame["first_name"].value_counts(sort=True)["count"]
        assert given[0] > 20 * given[-1]

    def test_titles_are_as_rare_as_in_faker(self) -> None:
        frame = row("en_US", 20_000)
        plain = frame["name"] == frame["first_name"] + " " + frame["last_name"]
        assert plain.mean() == pytest.approx(0.97 / 1.01, abs=0.01)

    def test_titled_names_have_titles(self) -> None:
        facet = made("faker.name.raw.NameWithTitle")
        assert (drawn(facet).str.split(" ").list.len() > 2).all()

    def test_order_of_the_locale(self) -> None:
        frame = row("hu_HU", 300, unique=("name",))
        assert (frame["name"] == frame["last_name"] + " " + frame["first_name"]).all()
        frame = row("zh_CN", 300)
        assert (frame["name"] == frame["last_name"] + frame["first_name"]).all()

    def test_unique_names_beyond_the_list_are_numbered(self) -> None:
        size = people("ja_JP").size
        facet = made("semantic.person.name", locale="ja_JP", rows=size * 3, unique=True)
        assert isinstance(facet, Facet)
        assert facet.entity.size == size * 3
        found = facet.take_in(np.arange(size * 3, dtype=np.uint64), np.zeros(size * 3, np.uint64))
        assert found.n_unique() == size * 3
        assert found.str.ends_with(" 3").sum() == size

    def test_given_names_alone_are_distinct_where_they_must_be(self) -> None:
        domain = made("semantic.person.first_name", unique=True)
        assert domain.injective
        wider = domain.widen(5000)
        assert wider is not None
        assert wider.take(np.arange(5000, dtype=np.uint64)).n_unique() == 5000


class TestAddresses:
    def test_hosts(self) -> None:
        assert row()["free_email"].str.contains(r"@(gmail|yahoo|hotmail)\.example$").all()
        own = drawn(made("semantic.person.email", {"domain": "acme.test"}))
        assert own.str.ends_with("@acme.test").all()
        real = drawn(made("faker.internet.email", {"safe": False}))
        assert real.str.contains(r"@(gmail|yahoo|hotmail)\.com$").all()

    def test_short_columns(self) -> None:
        email = made("semantic.person.email", rows=500)
        short = email.narrow(Length(0, 20))
        assert isinstance(short, Facet)
        found = short.take_in(np.arange(20_000, dtype=np.uint64), np.zeros(20_000, np.uint64))
        assert found.n_unique() == 20_000
        assert found.str.len_chars().max() <= 20
        assert found.str.contains(r"^[a-z]+\.[a-z]+@").any()
        with pytest.raises(EmptyDomainError):
            email.narrow(Length(0, 12))

    def test_checks_that_always_hold(self) -> None:
        email = made("semantic.person.email")
        for limit in (Contains("@", 2), Cased(upper=False), Length(3, 255)):
            assert email.narrow(limit) is email

    def test_more_rows_than_people(self) -> None:
        email = made("semantic.person.email", locale="ja_JP", rows=5)
        assert isinstance(email, Facet)
        wider = email.widen(10**6)
        assert isinstance(wider, Facet)
        assert wider.entity.size >= 10**6
        assert wider.entity.name == email.entity.name
