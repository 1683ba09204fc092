"""Names, e-mail addresses, user names and job titles of one person agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.bits import draw, scale, stream_key
from datalchemy_nb.domains.brazil.emails import CompanyEmail, Email, StaffEmail, Username
from datalchemy_nb.domains.brazil.lives import JobTitle
from datalchemy_nb.domains.brazil.names import DistinctNames, PersonName
from datalchemy_nb.domains.brazil.people import census, person, read_people
from datalchemy_nb.domains.brazil.tables import read_rows
from datalchemy_nb.domains.limits import Cased, Contains, EmptyDomainError, Length
from tests.domains.brazil.brazil_checks import fold

PARTICLES = {"da", "das", "de", "do", "dos", "e"}
PEOPLE = st.lists(st.integers(0, person().size - 1), min_size=1, max_size=50)


def entities(values):
    return np.array(values, dtype=np.uint64)


def random_people(count, key="people"):
    return scale(draw(stream_key(key), np.arange(count, dtype=np.uint64)), person().size)


def words(name):
    return [w for w in fold(name).replace("'", "").split() if w not in PARTICLES]


class TestAgreement:
    @given(PEOPLE)
    def test_an_address_is_the_folded_name_and_a_number(self, people):
        entity = entities(people)
        full, address = PersonName().take_in(entity, entity), Email().take_in(entity, entity * np.uint64(0))
        for name, email in zip(full, address, strict=True):
            assert email.isascii()
            local, host = email.split("@")
            assert host in ("example.com", "example.org", "example.net")
            assert local.rstrip("0123456789").split(".") == words(name)

    @given(PEOPLE)
    def test_given_name_and_surname_make_the_full_name(self, people):
        entity = entities(people)
        parts = [PersonName(p).take_in(entity, entity).to_list() for p in ("full", "given", "surname")]
        assert parts[0] == [f"{g} {s}" for g, s in zip(parts[1], parts[2], strict=True)]

    @given(PEOPLE)
    def test_nobody_has_one_surname_twice(self, people):
        entity = entities(people)
        for name in PersonName("surname").take_in(entity, entity):
            assert len(set(words(name))) == len(words(name))

    @given(PEOPLE)
    def test_user_names_and_staff_addresses_agree_too(self, people):
        entity, own = entities(people), entities(people) % np.uint64(1000)
        full, users = PersonName().take_in(entity, own), Username("_").take_in(entity, entity * np.uint64(0))
        staff = StaffEmail("example.com").take_in(entity, own)
        for name, user, email in zip(full, users, staff, strict=True):
            assert user.rstrip("0123456789").split("_") == words(name)
            assert email.split("@")[0].split(".")[0] == words(name)[0]
            assert email.split("@")[0].split(".")[-1] == words(name)[-1]
            assert email.endswith(".example.com")

    def test_job_titles_follow_the_gender_of_the_name(self):
        entity, titles = random_people(3000), JobTitle()
        sexes = {name: sex for name, sex, *_ in read_rows("given_names.csv")}
        given_names = PersonName("given").take_in(entity, entity)
        for title, first in zip(titles.take_in(entity, entity % np.uint64(titles.own_size)), given_names, strict=True):
            if title.split()[0].endswith("ora"):
                assert sexes[first] == "F"
            if title.split()[0].endswith("dor"):
                assert sexes[first] == "M"


class TestWeights:
    def test_common_names_are_common(self):
        entity = random_people(100_000)
        given_names = PersonName("given").take_in(entity, entity).str.split(" ").list.first()
        shares = dict(given_names.value_counts(normalize=True).iter_rows())
        assert 0.06 < shares["Maria"] < 0.12
        assert shares["José"] > shares["Lucas"] > shares["Yuri"] > 0
        last = PersonName().take_in(entity, entity).str.split(" ").list.last()
        assert 0.07 < (last == "Silva").mean() < 0.13

    def test_parts_of_names_are_told_apart(self):
        first = {w for name, *_ in read_rows("given_names.csv") for w in words(name)}
        last = {w for row in read_rows("surnames.csv") for w in words(row[0])}
        assert not first & last


class TestUnique:
    def test_addresses_are_distinct_for_distinct_people(self):
        entity = np.unique(np.concatenate([random_people(200_000), np.arange(200_000, dtype=np.uint64)]))
        zero = entity * np.uint64(0)
        for domain in (Email(), Email(("example.com",)), Email(style="initial"), Email(style="number"), Username()):
            assert domain.drives
            assert domain.take_in(entity, zero).n_unique() == len(entity)

    def test_all_namesakes_of_one_name_are_numbered_from_zero(self):
        names = census()
        smallest = int(names.given.weights.argmin())
        share = int(np.flatnonzero(names.given.key_of[names.given.shares.item_of] == smallest)[0])
        block = names.middle.shares.size * names.last.shares.size
        people = read_people(np.arange(share * block, (share + 1) * block, dtype=np.uint64))
        keys, numbers = np.stack(people.keys()), people.namesake().view(np.int64)
        combined = (keys[1] * 1000 + keys[2]) * 1_000_000 + numbers
        assert len(np.unique(combined)) == block
        counts = np.bincount(keys[1] * 1000 + keys[2])
        assert numbers.max() < counts.max()

    def test_widened_addresses_are_distinct(self):
        domain = Email().widen(person().size * 3)
        assert domain.size >= person().size * 3
        ordinals = np.arange(3000, dtype=np.uint64)
        values = domain.take(ordinals)
        assert values.n_unique() == 3000
        assert not domain.drives

    def test_distinct_names(self):
        domain = PersonName().widen(1000)
        assert isinstance(domain, DistinctNames)
        step = domain.names // 100_000
        names = domain.take(np.arange(0, domain.names, step, dtype=np.uint64))
        assert names.n_unique() == len(names)
        wide = DistinctNames(domain.names * 2)
        assert wide.take(np.array([5, domain.names + 5], dtype=np.uint64)).to_list()[1].endswith(" 0002")


class TestNarrow:
    @pytest.mark.parametrize("room", [60, 30, 20, 12, 8, 3, 2])
    def test_names_fit_and_keep_their_person(self, room):
        entity = random_people(3000)
        names = PersonName().narrow(Length(0, room)).take_in(entity, entity)
        assert names.str.len_chars().max() <= room
        assert names.str.len_chars().min() > 0
        full = PersonName().take_in(entity, entity)
        assert (names.str.slice(0, 1) == full.str.slice(0, 1)).all()

    def test_no_name_fits_one_character(self):
        with pytest.raises(EmptyDomainError):
            PersonName().narrow(Length(0, 1))

    @pytest.mark.parametrize("room", [255, 60, 40, 30, 24])
    def test_addresses_fit_and_stay_distinct(self, room):
        entity = np.unique(random_people(20_000))
        domain = Email().narrow(Length(0, room))
        values = domain.take_in(entity, entity * np.uint64(0))
        assert values.str.len_chars().max() <= room
        assert values.n_unique() == len(entity)
        assert domain.drives

    def test_an_address_needs_room(self):
        with pytest.raises(EmptyDomainError):
            Email().narrow(Length(0, 15))

    def test_what_addresses_satisfy_changes_nothing(self):
        domain = Email()
        assert domain.narrow(Contains("@", 2)) is domain
        assert domain.narrow(Cased(upper=False)) is domain

    def test_company_mailboxes(self):
        domain = CompanyEmail("example.com")
        entity = np.arange(0, domain.entity.size, 997, dtype=np.uint64)
        values = domain.take_in(entity, entity * np.uint64(0))
        assert values.n_unique() == len(entity)
        assert values.str.contains(r"^contato@[a-z0-9-]+\.example\.com$").all()
