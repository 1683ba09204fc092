"""Documents: right check digits by independent rules, wrong ones on request, no two alike."""

import datetime as dt

import brazil_checks as checks
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.brazil.banking import Account, Boleto, Branch
from datalchemy_nb.domains.brazil.cnpj import AlphanumericCnpj, Cnpj
from datalchemy_nb.domains.brazil.documents import Cnh, Cpf, Pis, Rg, VoterCard
from datalchemy_nb.domains.brazil.vehicles import Plate
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Matches

TODAY = dt.date(2026, 1, 1)
DOCUMENTS = [
    (Cpf(), checks.cpf),
    (Cpf(formatted=True), checks.cpf),
    (Cnpj(), checks.cnpj),
    (Cnpj(formatted=True, branch="any"), checks.cnpj),
    (AlphanumericCnpj(), checks.cnpj),
    (AlphanumericCnpj(formatted=True, branch="any"), checks.cnpj),
    (Rg(), checks.rg),
    (Rg(formatted=True), checks.rg),
    (Cnh(), checks.cnh),
    (Pis(), checks.pis),
    (Pis(formatted=True), checks.pis),
    (VoterCard(), checks.voter),
    (Boleto(TODAY), checks.boleto),
    (Boleto(TODAY, formatted=True), checks.boleto),
]
INVALID = [
    (Cpf(valid=False), checks.cpf),
    (Cnpj(valid=False), checks.cnpj),
    (AlphanumericCnpj(valid=False), checks.cnpj),
    (Rg(valid=False), checks.rg),
    (Cnh(valid=False), checks.cnh),
    (Pis(valid=False), checks.pis),
    (VoterCard(valid=False), checks.voter),
]


def names(cases):
    return [f"{type(d).__name__}{i}" for i, (d, _) in enumerate(cases)]


def sample(domain, count=500):
    steps = np.linspace(0, domain.size - 1, count, dtype=np.float64).astype(np.uint64)
    edges = np.array([0, 1, domain.size - 2, domain.size - 1], dtype=np.uint64)
    return np.minimum(np.concatenate([edges, steps]), np.uint64(domain.size - 1))


class TestCheckDigits:
    def test_the_rules_know_published_numbers(self):
        assert checks.cpf("529.982.247-25")
        assert checks.cnpj("00.000.000/0001-91")
        assert checks.cnpj("12.ABC.345/01DE-35")
        assert checks.rg("03.021.415-4")
        assert checks.voter("004356870906")
        assert checks.pis("120.12132.66-0")
        assert checks.cnh("02650306461")

    @pytest.mark.parametrize(("domain", "check"), DOCUMENTS, ids=names(DOCUMENTS))
    def test_every_sampled_number_is_valid(self, domain, check):
        values = domain.take(sample(domain)).to_list()
        assert [v for v in values if not check(v)] == []

    @pytest.mark.parametrize(("domain", "check"), INVALID, ids=names(INVALID))
    def test_no_number_is_valid_when_asked_for_invalid_ones(self, domain, check):
        values = domain.take(sample(domain)).to_list()
        assert [v for v in values if check(v)] == []

    @given(st.integers(0, 10**9 - 11))
    def test_any_cpf(self, ordinal):
        assert checks.cpf(Cpf().take(np.array([ordinal], dtype=np.uint64))[0])

    @given(st.integers(0, AlphanumericCnpj(branch="any").size - 1))
    def test_any_cnpj_with_letters(self, ordinal):
        assert checks.cnpj(AlphanumericCnpj(branch="any").take(np.array([ordinal], dtype=np.uint64))[0])


class TestCodesAreDistinct:
    @pytest.mark.parametrize("domain", [d for d, _ in DOCUMENTS] + [Plate(), Plate("old"), Account(), Branch(True)])
    def test_neighbours_and_far_ordinals_differ(self, domain):
        near = np.arange(min(domain.size, 20_000), dtype=np.uint64)
        far = np.uint64(domain.size - 1) - near
        if getattr(domain, "own_injective", False):
            assert domain.take_in(near % np.uint64(domain.entity.size), near).n_unique() == len(near)
        else:
            ordinals = np.unique(np.concatenate([near, far]))
            assert domain.take(ordinals).n_unique() == len(ordinals)

    def test_cpf_skips_repeated_digits_only(self):
        around = [k * 111_111_110 + d for k in range(9) for d in (-1, 0, 1) if k * 111_111_110 + d >= 0]
        bases = [int(v[:9]) for v in Cpf().take(np.array(around, dtype=np.uint64))]
        assert all(len(set(f"{b:09d}")) > 1 for b in bases)
        assert bases == sorted(set(bases))
        assert Cpf().take(np.array([Cpf().size - 1], dtype=np.uint64))[0].startswith("999999998")


class TestFormats:
    def test_formats(self):
        zero = np.zeros(1, dtype=np.uint64)
        assert Cpf(formatted=True).take(zero)[0] == "000.000.001-91"
        assert Cnpj(formatted=True).take(zero)[0].startswith("00.000.001/0001-")
        assert Plate("old", formatted=True).take(zero)[0] == "AAA-0000"
        assert Plate().take(zero)[0] == "AAA0A00"

    def test_most_companies_are_head_offices(self):
        bits = np.arange(1, 2001, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        domain = Cnpj(branch="any")
        branches = domain.take(domain.draw(bits)).str.slice(8, 4)
        assert 0.7 < (branches == "0001").mean() < 0.9
        assert branches.cast(int).max() <= 30

    def test_boleto_is_due_soon_after_the_base_date(self):
        line = Boleto(TODAY).take(sample(Boleto(TODAY)))
        factors = line.str.slice(33, 4).cast(int)
        first = 1000 + (TODAY - dt.date(2025, 2, 22)).days
        assert factors.min() >= first
        assert factors.max() < first + 60


class TestNarrow:
    def test_a_formatted_cpf_does_not_fit_eleven_characters(self):
        with pytest.raises(EmptyDomainError):
            Cpf(formatted=True).narrow(Length(0, 11))

    def test_lengths_that_hold_change_nothing(self):
        domain = Cpf()
        assert domain.narrow(Length(11, 11)) is domain
        assert domain.narrow(Matches(r"^[0-9]{11}$")) is domain

    def test_a_pattern_no_code_has_is_empty(self):
        with pytest.raises(EmptyDomainError):
            Cpf().narrow(Matches(r"^\d{3}\."))

    def test_an_unsure_pattern_is_left_to_the_engine(self):
        assert Cpf().narrow(Matches(r"^1")) is None
