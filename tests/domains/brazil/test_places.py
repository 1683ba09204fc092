"""City, state, DDD and CEP of one place agree."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.brazil.documents import VoterCard
from datalchemy_nb.domains.brazil.phones import Phone
from datalchemy_nb.domains.brazil.places import STATES, AnyCep, Cep, City, State, place
from datalchemy_nb.domains.brazil.tables import read_rows
from datalchemy_nb.domains.limits import EmptyDomainError, Length, OneOf

CEP_RANGES = {
    "SP": [(1000, 19999)], "RJ": [(20000, 28999)], "ES": [(29000, 29999)], "MG": [(30000, 39999)],
    "BA": [(40000, 48999)], "SE": [(49000, 49999)], "PE": [(50000, 56999)], "AL": [(57000, 57999)],
    "PB": [(58000, 58999)], "RN": [(59000, 59999)], "CE": [(60000, 63999)], "PI": [(64000, 64999)],
    "MA": [(65000, 65999)], "PA": [(66000, 68899)], "AP": [(68900, 68999)], "AM": [(69000, 69299), (69400, 69899)],
    "RR": [(69300, 69399)], "AC": [(69900, 69999)], "DF": [(70000, 72799), (73000, 73699)],
    "GO": [(72800, 72999), (73700, 76799)], "RO": [(76800, 76999)], "TO": [(77000, 77999)], "MT": [(78000, 78899)],
    "MS": [(79000, 79999)], "PR": [(80000, 87999)], "SC": [(88000, 89999)], "RS": [(90000, 99999)],
}  # fmt: skip
"""First five digits per state, as the post office publishes them."""
AREA_CODES = {
    "SP": range(11, 20), "RJ": (21, 22, 24), "ES": (27, 28), "MG": (31, 32, 33, 34, 35, 37, 38), "PR": range(41, 47),
    "SC": (47, 48, 49), "RS": (51, 53, 54, 55), "DF": (61,), "GO": (61, 62, 64), "TO": (63,), "MT": (65, 66),
    "MS": (67,), "AC": (68,), "RO": (69,), "BA": (71, 73, 74, 75, 77), "SE": (79,), "PE": (81, 87), "AL": (82,),
    "PB": (83,), "RN": (84,), "CE": (85, 88), "PI": (86, 89), "PA": (91, 93, 94), "AM": (92, 97), "RR": (95,),
    "AP": (96,), "MA": (98, 99),
}  # fmt: skip


def within(uf, five):
    return any(low <= five <= high for low, high in CEP_RANGES[uf])


class TestFacts:
    def test_there_are_enough_cities_of_every_state_and_ddd(self):
        rows = read_rows("cities.csv")
        assert len(rows) >= 300
        assert {r[1] for r in rows} == set(CEP_RANGES) == set(STATES)
        assert {int(r[2]) for r in rows} == {d for codes in AREA_CODES.values() for d in codes}
        assert len({(r[0], r[1]) for r in rows}) == len(rows)

    def test_ddd_and_cep_belong_to_the_state(self):
        for name, uf, ddd, _, low, high, _ in read_rows("cities.csv"):
            assert int(ddd) in AREA_CODES[uf], name
            assert within(uf, int(low)), name
            assert within(uf, int(high)), name
            assert int(low) <= int(high), name

    def test_no_two_cities_share_a_cep(self):
        ranges = sorted((int(r[4]), int(r[5])) for r in read_rows("cities.csv"))
        assert all(a[1] < b[0] for a, b in pairwise(ranges))

    @pytest.mark.parametrize(
        ("city", "cep"),
        [("São Paulo", "01310"), ("Rio de Janeiro", "22070"), ("Salvador", "40170"), ("Recife", "50030"),
         ("Curitiba", "80020"), ("Porto Alegre", "90010"), ("Belo Horizonte", "30130"), ("Manaus", "69005")],
    )  # fmt: skip
    def test_known_ceps_lie_in_their_cities(self, city, cep):
        row = next(r for r in read_rows("cities.csv") if r[0] == city)
        assert int(row[4]) <= int(cep) <= int(row[5])


class TestAgreement:
    @given(st.lists(st.integers(0, place().size - 1), min_size=1, max_size=30), st.integers(0, 2**64 - 1))
    def test_all_facets_of_a_place_agree(self, ordinals, seed):
        entity = np.array(ordinals, dtype=np.uint64)
        bits = draw(np.uint64(seed), np.arange(len(entity), dtype=np.uint64))
        cities, states = City().take_in(entity, entity * np.uint64(0)), State().take_in(entity, entity)
        full = State(full=True).take_in(entity, entity)
        cep, phone = Cep(), Phone(formatted=True)
        ceps, phones = cep.take_in(entity, cep.draw_own(bits)), phone.take_in(entity, phone.draw_own(bits))
        known = {(r[0], r[1]): r for r in read_rows("cities.csv")}
        for city, uf, state, code, number in zip(cities, states, full, ceps, phones, strict=True):
            row = known[city, uf]
            assert STATES[uf] == state
            assert int(row[4]) <= int(code[:5]) <= int(row[5])
            assert int(code[6:]) < 900
            assert number[4:6] == row[2]
            assert number[7] == "9"

    def test_voters_vote_in_their_state(self):
        entity = np.arange(0, place().size, 97, dtype=np.uint64)
        numbers = VoterCard().take_in(entity, entity).str.slice(8, 2)
        codes = dict(zip(State().take_in(entity, entity), numbers, strict=True))
        assert {uf: codes[uf] for uf in ("SP", "MG", "RJ", "RS", "DF", "TO")} == {
            "SP": "01", "MG": "02", "RJ": "03", "RS": "04", "DF": "20", "TO": "27",
        }  # fmt: skip

    def test_cities_are_weighted_by_population(self):
        entity = place().draw(draw(stream_key("x"), np.arange(100_000, dtype=np.uint64)))
        shares = City().take_in(entity, entity).value_counts(normalize=True)
        share = dict(shares.iter_rows())
        assert share["São Paulo"] == pytest.approx(11451 / 128856, rel=0.05)
        assert len(share) > 480


class TestUniqueAndNarrow:
    def test_phone_numbers_are_distinct_whatever_the_city(self):
        own = np.arange(50_000, dtype=np.uint64) * np.uint64(1999)
        for kind in ("mobile", "landline"):
            phone = Phone(kind=kind)
            inside = own % np.uint64(phone.own_size)
            values = phone.take_in(own % np.uint64(place().size), inside)
            assert values.n_unique() == values.str.slice(-8).n_unique() == len(np.unique(inside))

    def test_phones_lose_the_country_code_in_short_columns(self):
        zero = np.zeros(1, dtype=np.uint64)
        lengths = {}
        for room in (20, 16, 14, 13, 11):
            narrowed = Phone(formatted=True).narrow(Length(0, room))
            lengths[room] = len(narrowed.take_in(zero, zero)[0])
        assert lengths == {20: 17, 16: 15, 14: 13, 13: 13, 11: 11}
        with pytest.raises(EmptyDomainError):
            Phone().narrow(Length(0, 10))

    def test_widening_gives_distinct_plain_domains(self):
        assert State().widen(27).take(np.arange(27, dtype=np.uint64)).n_unique() == 27
        assert State().widen(28) is None
        ceps = Cep().widen(1000)
        assert isinstance(ceps, AnyCep)
        assert ceps.take(np.arange(0, ceps.size, 7, dtype=np.uint64)).n_unique() == len(range(0, ceps.size, 7))

    def test_states_are_narrowed_to_a_list_and_keep_their_weights(self):
        narrowed = State().narrow(OneOf(("SP", "AC")))
        values = narrowed.take(narrowed.draw(draw(stream_key("y"), np.arange(5000, dtype=np.uint64))))
        assert set(values) == {"SP", "AC"}
        assert isinstance(values, pl.Series)
        assert (values == "SP").mean() > 0.95
