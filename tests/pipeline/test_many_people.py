"""A drafted table of 200,000 Brazilians, checked row by row by code that knows only the published rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.session import Session

ROWS = 200_000
PESSOAS = """
CREATE TABLE pessoas (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nome text NOT NULL,
    cpf char(11) NOT NULL UNIQUE,
    email text NOT NULL UNIQUE,
    telefone text NOT NULL,
    logradouro text NOT NULL,
    cidade text NOT NULL,
    uf char(2) NOT NULL,
    cep char(8) NOT NULL
);
CREATE TABLE empresas (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    razao_social text NOT NULL,
    cnpj text NOT NULL UNIQUE,
    site text NOT NULL,
    email_corporativo text NOT NULL
)
"""

# Correios: the first digits of the postal codes of each state.
CEPS = {
    "SP": [(1000, 19999)], "RJ": [(20000, 28999)], "ES": [(29000, 29999)], "MG": [(30000, 39999)],
    "BA": [(40000, 48999)], "SE": [(49000, 49999)], "PE": [(50000, 56999)], "AL": [(57000, 57999)],
    "PB": [(58000, 58999)], "RN": [(59000, 59999)], "CE": [(60000, 63999)], "PI": [(64000, 64999)],
    "MA": [(65000, 65999)], "PA": [(66000, 68899)], "AP": [(68900, 68999)],
    "AM": [(69000, 69299), (69400, 69899)], "RR": [(69300, 69399)], "AC": [(69900, 69999)],
    "DF": [(70000, 72799), (73000, 73699)], "GO": [(72800, 72999), (73700, 76799)], "RO": [(76800, 76999)],
    "TO": [(77000, 77999)], "MT": [(78000, 78899)], "MS": [(79000, 79999)], "PR": [(80000, 87999)],
    "SC": [(88000, 89999)], "RS": [(90000, 99999)],
}  # fmt: skip
# Anatel: the states each area code serves.
DDDS = {
    11: "SP", 12: "SP", 13: "SP", 14: "SP", 15: "SP", 16: "SP", 17: "SP", 18: "SP", 19: "SP", 21: "RJ", 22: "RJ",
    24: "RJ", 27: "ES", 28: "ES", 31: "MG", 32: "MG", 33: "MG", 34: "MG", 35: "MG", 37: "MG", 38: "MG", 41: "PR",
    42: "PR SC", 43: "PR", 44: "PR", 45: "PR", 46: "PR", 47: "SC", 48: "SC", 49: "SC", 51: "RS", 53: "RS", 54: "RS",
    55: "RS", 61: "DF GO", 62: "GO", 63: "TO", 64: "GO", 65: "MT", 66: "MT", 67: "MS", 68: "AC", 69: "RO", 71: "BA",
    73: "BA", 74: "BA", 75: "BA", 77: "BA", 79: "SE", 81: "PE", 82: "AL", 83: "PB", 84: "RN", 85: "CE", 86: "PI",
    87: "PE", 88: "CE", 89: "PI", 91: "PA", 92: "AM", 93: "PA", 94: "PA", 95: "RR", 96: "AP", 97: "AM", 98: "MA",
    99: "MA",
}  # fmt: skip
PARTICLES = r"\b(da|das|de|do|dos|e)\b"
ACCENTS = dict(zip("áàâãäéêëíïóôõöúüçñ'", [*"aaaaaeeeiioooouucn", ""], strict=True))


@pytest.fixture(scope="module")
def made(database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = Session(out_dir=tmp_path_factory.mktemp("runs"))
    session.introspect(database(PESSOAS))
    session.show_plan(draft=True, rows=ROWS, seed=7, base_date="2026-01-01")
    run = session.generate()
    assert sum(table.retries for table in run.report.tables) == 0
    return run.directory


@pytest.fixture(scope="module")
def people(made: Path) -> pl.DataFrame:
    return pl.read_csv(made / "public.pessoas.csv", infer_schema=False)


@pytest.fixture(scope="module")
def companies(made: Path) -> pl.DataFrame:
    return pl.read_csv(made / "public.empresas.csv", infer_schema=False)


def digit(column: str, place: int) -> pl.Expr:
    """A character's value in a check digit: its code less 48, letters too."""
    return pl.col(column).str.slice(place, 1).str.to_integer(base=36) + pl.when(
        pl.col(column).str.slice(place, 1).str.contains("[A-Z]")
    ).then(7).otherwise(0)


def check_digit(column: str, weights: list[int]) -> pl.Expr:
    """Receita Federal's modulo 11: a rest of 0 or 1 gives the digit 0."""
    total = pl.sum_horizontal(digit(column, place) * weight for place, weight in enumerate(weights))
    return pl.when(total % 11 < 2).then(0).otherwise(11 - total % 11)


def folded(column: pl.Expr) -> pl.Expr:
    return column.str.to_lowercase().str.replace_many(list(ACCENTS), list(ACCENTS.values()))


def every(frame: pl.DataFrame, condition: pl.Expr) -> bool:
    wrong = frame.filter(~condition.fill_null(value=False))
    assert wrong.is_empty(), f"{wrong.height} rows: {wrong.head(3).to_dicts()}"
    return True


def test_documents_are_valid_and_unique(people: pl.DataFrame, companies: pl.DataFrame) -> None:
    assert people.height == companies.height == ROWS
    for place in (9, 10):
        every(people, check_digit("cpf", list(range(place + 1, 1, -1))) == digit("cpf", place))
    plain = companies.with_columns(pl.col("cnpj").str.replace_all(r"[./-]", ""))
    every(plain, pl.col("cnpj").str.contains(r"^[0-9A-Z]{12}[0-9]{2}$"))
    for place in (12, 13):
        every(plain, check_digit("cnpj", [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2][13 - place :]) == digit("cnpj", place))
    assert people["cpf"].n_unique() == plain["cnpj"].n_unique() == ROWS


def test_places_agree(people: pl.DataFrame) -> None:
    inside = pl.any_horizontal(
        (pl.col("uf") == uf) & pl.col("cep").str.head(5).cast(pl.Int32).is_between(low, high)
        for uf, ranges in CEPS.items()
        for low, high in ranges
    )
    every(people, pl.col("cep").str.contains(r"^\d{8}$") & inside)
    area = (
        pl.col("telefone")
        .str.replace(r"^\+55", "")
        .str.extract(r"(\d\d)")
        .replace_strict({str(ddd): states for ddd, states in DDDS.items()}, default=None)
    )
    every(people, area.str.contains(pl.col("uf"), literal=True))
    assert (
        people.group_by("cidade").agg(pl.col("uf").n_unique().alias("states")).filter(pl.col("states") > 3).is_empty()
    )


def test_addresses_are_the_persons_own(people: pl.DataFrame) -> None:
    words = (
        folded(pl.col("nome"))
        .str.replace_all(PARTICLES, " ")
        .str.split(" ")
        .list.eval(pl.element().filter(pl.element() != ""))
    )
    local = pl.col("email").str.extract(r"^([a-z.]+?)\d*@example\.(?:com|org|net)$").str.split(".")
    every(people, local.list.first() == words.list.first())
    every(people, local.list.last() == words.list.last())
    assert people["email"].n_unique() == ROWS


def test_company_sites_and_addresses_agree(companies: pl.DataFrame) -> None:
    host = pl.col("site").str.extract(r"^(?:https?://)?(?:www\.)?([a-z0-9.-]+)/?$")
    every(companies, host == pl.col("email_corporativo").str.extract(r"@(?:www\.)?([a-z0-9.-]+)$"))
    assert companies["razao_social"].str.contains(r"(Ltda|S\.A\.|S/A|ME|EPP|EIRELI|SLU)").mean() > 0.9


def test_they_are_many_and_not_alike(people: pl.DataFrame) -> None:
    counts = {name: people[name].n_unique() for name in ("nome", "telefone", "logradouro", "cidade", "uf", "cep")}
    assert counts["uf"] == 27
    assert counts["cidade"] >= 300
    assert counts["nome"] > ROWS // 2
    assert counts["telefone"] > ROWS * 9 // 10
    assert counts["cep"] > ROWS // 10
    assert people["nome"].value_counts(sort=True)["count"][0] < ROWS // 1000, "no full name for one in a thousand"


def test_more_people_than_names_still_agree(database: Callable[..., str]) -> None:
    session = Session()
    session.introspect(database(PESSOAS))
    session.show_plan(draft=True, rows=2_000_000_000, seed=7, base_date="2026-01-01")
    for offset in (0, 1_000_000_000):
        frame = session.preview("pessoas", rows=2_000, offset=offset, columns=["nome", "email"]).frame
        first = folded(pl.col("nome")).str.split(" ").list.first()
        every(frame, pl.col("email").str.starts_with(pl.concat_str([first, pl.lit(".")])))
        assert frame["email"].n_unique() == 2_000
