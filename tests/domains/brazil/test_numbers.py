"""Numbers of Brazilian forms, judged by independent libraries and by plain rules written apart from the code."""

from __future__ import annotations

import datetime as dt

import brazil_checks as checks
import brutils
import numpy as np
import polars as pl
import validate_docbr
from stdnum import ean, luhn
from stdnum.br import cnpj, cpf

from datalchemy_nb.domains.base import Domain, Facet
from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.brazil import registrations
from datalchemy_nb.domains.brazil.fiscal import AccessKey
from datalchemy_nb.domains.brazil.payroll import contribution, income_tax, tables_of
from datalchemy_nb.domains.brazil.places import STATES, gazetteer
from datalchemy_nb.domains.brazil.tables import read_rows
from datalchemy_nb.domains.calendar import easter, is_holiday, is_working_day
from datalchemy_nb.domains.registry import find_generator
from tests.docs.generators_page import built

COUNT = 2000


def take(id_: str, count: int = COUNT, **params: object) -> pl.Series:
    domain = built(find_generator(f"semantic.br.{id_}"), params)
    assert isinstance(domain, Domain)
    rows = np.arange(count, dtype=np.uint64)
    if isinstance(domain, Facet):
        entity = domain.entity.draw(draw(stream_key("t", domain.entity.name), rows))
        return domain.take_in(entity, domain.draw_own(draw(stream_key("t", id_), rows)))
    return domain.take(domain.draw(draw(stream_key("t", id_), rows)))


def test_libraries_find_every_number_valid() -> None:
    judges = {
        ("cpf", ()): [cpf.is_valid, validate_docbr.CPF().validate],
        ("cpf", (("formatted", True),)): [cpf.is_valid, validate_docbr.CPF().validate],
        ("cnpj", ()): [cnpj.is_valid, validate_docbr.CNPJ().validate],
        ("cnh", ()): [validate_docbr.CNH().validate, checks.cnh],
        ("pis", ()): [validate_docbr.PIS().validate],
        ("titulo_eleitor", ()): [checks.voter],
        ("cns", ()): [validate_docbr.CNS().validate],
        ("certidao", ()): [validate_docbr.Certidao().validate],
        ("certidao", (("kind", "death"),)): [validate_docbr.Certidao().validate],
        ("vehicle.renavam", ()): [validate_docbr.RENAVAM().validate],
        ("product.gtin", ()): [ean.is_valid],
        ("city.ibge", ()): [luhn.is_valid],
        ("vehicle.chassi", ()): [vin],
        ("fiscal.access_key", ()): [access_key],
        ("boleto", ()): [checks.boleto],
    }
    for (id_, params), valid in judges.items():
        for value in take(id_, **dict(params)):
            assert all(judge(value) for judge in valid), (id_, params, value)


def test_a_second_library_finds_them_valid_too() -> None:
    """Written by others than the first; of driving licences it does not know the rule for a first digit of ten."""
    judges = {
        "cpf": brutils.is_valid_cpf,
        "cnpj": brutils.is_valid_cnpj,
        "pis": brutils.is_valid_pis,
        "titulo_eleitor": brutils.is_valid_voter_id,
        "vehicle.renavam": brutils.is_valid_renavam,
        "plate": brutils.is_valid_license_plate,
        "phone": lambda number: brutils.is_valid_phone(number.removeprefix("+55")),
        "cep": lambda code: brutils.is_valid_cep(code.replace("-", "")),
    }
    for id_, valid in judges.items():
        found = take(id_)
        assert found.n_unique() > COUNT // 4
        wrong = [value for value in found if not valid(value)]
        assert not wrong, (id_, wrong[:3])


def vin(text: str) -> bool:
    letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True))
    values = [letters.get(c) if c.isalpha() else int(c) for c in text]
    weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    if None in values or len(text) != 17:
        return False
    rest = sum(v * w for v, w in zip(values, weights, strict=True)) % 11
    return text[8] == ("X" if rest == 10 else str(rest))


def access_key(text: str) -> bool:
    total = sum((ord(c) - 48) * (2 + i % 8) for i, c in enumerate(reversed(text[:-1])))
    digit = 11 - total % 11
    return len(text) == 44 and int(text[-1]) == (0 if digit > 9 else digit)


def test_access_keys_agree_with_their_row() -> None:
    columns = {"uf": "uf", "issued": "em", "cnpj": "cnpj", "model": "mod", "series": "serie", "number": "num"}
    inputs = {
        "uf": pl.Series(["SP", "35", "Bahia", None, "AM"]),
        "em": pl.Series([dt.date(2025, 3, 9), dt.date(1999, 12, 31), None, dt.date(2026, 1, 1), dt.date(2024, 7, 7)]),
        "cnpj": pl.Series(["11.222.333/0001-81", "11222333000181", None, "12ABC34501DE35", "x"]),
        "mod": pl.Series([55, 65, 57, None, 55]),
        "serie": pl.Series(["1", "12", None, "3", "001"]),
        "num": pl.Series([7, 123456789, 42, None, 99], dtype=pl.Int64),
    }
    rows = np.arange(5, dtype=np.uint64)
    derivation = AccessKey(columns, dt.date(2026, 1, 1))
    keys = derivation.compute(inputs, draw(stream_key("k"), rows), rows).to_list()
    assert all(access_key(key) for key in keys), keys
    assert keys[0].startswith("3525031122233300018155001000000007")
    assert keys[1].startswith("3599121122233300018165012123456789")
    assert (keys[2][:2], keys[2][20:34]) == ("29", "57001000000042")
    assert (keys[3][2:6], keys[3][6:22], keys[3][22:25]) == ("2601", "12ABC34501DE3555", "003")
    assert (keys[4][:2], keys[4][20:34]) == ("13", "55001000000099")
    whole = AccessKey({}, dt.date(2026, 1, 1), 10**6)
    many = np.arange(100_000, dtype=np.uint64)
    assert whole.compute({}, draw(stream_key("k"), many), many).n_unique() == len(many)


def _eleven(digits: list[int], weights: list[int]) -> int:
    digit = 11 - sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
    return 0 if digit > 9 else digit


def registered(state: str, text: str) -> bool:
    d = [int(c) for c in text if c.isdigit()]
    nine = [9, 8, 7, 6, 5, 4, 3, 2]
    match state:
        case "AC" | "DF":
            weights = [4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
            return d[11:] == [_eleven(d[:11], weights), _eleven(d[:12], [5, *weights])]
        case "AL" | "RN":
            return d[8] == sum(a * b for a, b in zip(d[:8], nine, strict=True)) * 10 % 11 % 10
        case "BA":
            modulus = 11 if d[1] in (6, 7, 9) else 10

            def digit(digits: list[int]) -> int:
                total = sum(a * b for a, b in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
                return 0 if total % modulus < (2 if modulus == 11 else 1) else modulus - total % modulus

            return d[8] == digit(d[:7]) and d[7] == digit([*d[:7], d[8]])
        case "MG":
            odd = "".join(str(n * w) for n, w in zip([*d[:3], 0, *d[3:11]], [1, 2] * 6, strict=True))
            first = -sum(int(c) for c in odd) % 10
            return d[11:] == [first, _eleven([*d[:11], first], [3, 2, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])]
        case "MT":
            return len(d) == 11 and d[10] == _eleven(d[:10], [3, 2, *nine])
        case "PE":
            return d[7:] == [_eleven(d[:7], nine[1:]), _eleven(d[:8], nine)]
        case "PR":
            low = [3, 2, 7, 6, 5, 4, 3, 2]
            return d[8:] == [_eleven(d[:8], low), _eleven(d[:9], [4, *low])]
        case "RJ":
            return len(d) == 8 and d[7] == _eleven(d[:7], [2, 7, 6, 5, 4, 3, 2])
        case "RO":
            digit = 11 - sum(a * b for a, b in zip(d[:13], [6, 5, 4, 3, 2, *nine], strict=True)) % 11
            return len(d) == 14 and d[13] == digit % 10
        case "RR":
            return d[8] == sum(a * b for a, b in zip(d[:8], range(1, 9), strict=True)) % 9
        case "RS":
            return len(d) == 10 and d[9] == _eleven(d[:9], [2, *nine])
        case "SP":
            first = sum(a * b for a, b in zip(d[:8], [1, 3, 4, 5, 6, 7, 8, 10], strict=True)) % 11 % 10
            second = sum(a * b for a, b in zip(d[:11], [3, 2, 10, *nine], strict=True)) % 11 % 10
            return len(d) == 12 and (d[8], d[11]) == (first, second)
        case _:
            return len(d) == 9 and d[8] == _eleven(d[:8], nine)


def test_registrations_of_all_states() -> None:
    facet = registrations.StateRegistration(formatted=True)
    entity = np.arange(0, facet.entity.size, 7, dtype=np.uint64)
    states = [list(STATES)[i] for i in gazetteer().state_of(entity)]
    assert set(states) == set(STATES)
    for state, text in zip(states, facet.take_in(entity, facet.draw_own(draw(stream_key("i"), entity))), strict=True):
        assert registered(state, text), (state, text)
    exempt = take("inscricao_estadual", exempt=0.25) == "ISENTO"
    assert 0.2 < exempt.mean() < 0.3


def test_wages_are_taken_from_by_the_tables() -> None:
    # Figures of the tables' own examples, and of the edges of their brackets.
    cases = {
        (2025, 151_800): (11_385, 0),
        (2025, 500_000): (50_951 + 8, None),
        (2025, 815_741): (95_163, None),
        (2025, 2_000_000): (95_163, None),
        (2026, 500_000): (None, 0),
        (2026, 162_100): (12_158, 0),
    }
    for (year, gross), (inss, tax) in cases.items():
        cents, tables = np.array([gross]), tables_of(year)
        taken = contribution(cents, tables)
        assert inss is None or abs(int(taken[0]) - inss) <= 1, (year, gross, taken)
        assert tax is None or int(income_tax(cents, taken, tables)[0]) == tax
    wages = np.arange(100_000, 3_000_000, 777)
    for year in (2023, 2024, 2025, 2026):
        taken = contribution(wages, tables_of(year))
        tax = income_tax(wages, taken, tables_of(year))
        left = wages - taken - tax
        assert (np.diff(left) >= -1).all()
        assert (left > 0).all()
        assert ((taken >= 0) & (tax >= 0)).all()


def test_working_days_keep_off_weekends_and_holidays() -> None:
    def days(*dates: dt.date) -> np.ndarray:
        return np.array([(date - dt.date(1970, 1, 1)).days for date in dates])

    def of(year: int, **more: bool) -> list[str]:
        whole = np.arange(*days(dt.date(year, 1, 1), dt.date(year + 1, 1, 1)))
        return [
            (dt.date(1970, 1, 1) + dt.timedelta(int(d))).strftime("%m-%d") for d in whole[is_holiday(whole, **more)]
        ]

    # Easter Sundays that the churches announced, the earliest and the latest there can be among them.
    sundays = {1818: (3, 22), 1943: (4, 25), 1961: (4, 2), 2000: (4, 23), 2008: (3, 23), 2016: (3, 27), 2019: (4, 21),
               2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2038: (4, 25)}  # fmt: skip
    assert (easter(np.array(list(sundays))) == days(*(dt.date(y, *day) for y, day in sundays.items()))).all()
    national = ["01-01", "04-18", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "11-20", "12-25"]
    assert of(2025, closed=False) == national
    assert of(2025) == sorted([*national, "03-03", "03-04", "06-19"])
    assert "11-20" not in of(2023)
    every = np.arange(*days(dt.date(2001, 1, 1), dt.date(2040, 1, 1)))
    open_ = is_working_day(every)
    # Five days in a row are closed at most: Saturday to Tuesday of Carnival, and New Year's Day before a weekend.
    assert np.diff(np.flatnonzero(open_)).max() <= 6
    assert not open_[is_holiday(every)].any()


def test_facts_of_a_thing_agree() -> None:
    goods = {(row[2], row[3], row[4]) for row in read_rows("goods.csv", ";")}
    price = take("product.price", count=9600)
    lines = list(zip(*(take(f"product.{p}", count=9600) for p in ("ncm", "cest", "unit")), strict=True))
    assert set(lines) <= goods
    assert len(set(lines)) > 120
    assert (take("product.price", count=9600, of="cost") < price).all()
    rice = price.filter(take("product.name", count=9600).str.starts_with("Arroz"))
    assert 3 < float(rice.min()) <= float(rice.max()) < 35
    makes = {(row[0], row[1], row[2], row[4]) for row in read_rows("vehicles.csv")}
    fleet = [take(f"vehicle.{fact}") for fact in ("marca", "modelo", "combustivel", "chassi", "ano")]
    years = "ABCDEFGHJKLMNPRSTVWXY123456789"
    for make, model, fuel, chassis, year in zip(*fleet, strict=True):
        assert (make, model, fuel, chassis[:3]) in makes
        assert years.index(chassis[9]) == year - 2010
    sectors = {row[0]: row[2] for row in read_rows("sectors.csv", ";")}
    for name, code, size in zip(take("company.name"), take("company.cnae"), take("company.porte"), strict=True):
        assert any(f" {legal} " in f" {name} " and sectors[legal] == code for legal in sectors), (name, code)
        assert name.endswith("EPP") == (size == "Empresa de Pequeno Porte")
    titles = dict(zip(take("job_title"), take("cbo"), strict=True))
    assert all(len(code) == 6 for code in titles.values())
    sexes = {row[0]: row[1] for row in read_rows("given_names.csv")}
    assert take("sex").to_list() == [sexes[name] for name in take("first_name")]


def test_people_are_born_when_their_names_were_given() -> None:
    count = 60_000
    people = pl.DataFrame({"name": take("first_name", count), "born": take("birth_date", count).dt.year()})
    median = dict(people.group_by("name").agg(pl.col("born").median()).iter_rows())
    ordered = ["Terezinha", "Sônia", "Cláudia", "Patrícia", "Juliana", "Jéssica", "Enzo"]
    assert [median[name] for name in ordered] == sorted(median[name] for name in ordered)
    enzo = people.filter(pl.col("name").is_in(["Enzo", "Valentina", "Theo", "Lorenzo"]))["born"]
    assert enzo.min() >= 1980
    ages = take("birth_date", count, min_age=6, max_age=10)
    assert dt.date(2015, 1, 1) <= ages.min()
    assert ages.max() <= dt.date(2020, 1, 1)


def test_salaries_are_above_the_minimum_wage() -> None:
    wages = take("salary", count=20_000, year=2025).cast(pl.Float64)
    assert wages.min() >= 1518
    assert 2300 < wages.median() < 3800
    assert wages.mean() > wages.median()
