"""Several people, companies and places in one row: each role agrees with itself, and two roles are never the same."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from datalchemy_nb import Session
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.base import Facet
from datalchemy_nb.domains.brazil.tables import read_rows
from datalchemy_nb.domains.faker.composed import PERSONAL
from datalchemy_nb.domains.registry import CATALOGUE, find_generator
from datalchemy_nb.errors import Infeasible
from tests.docs.generators_page import built

ROWS = 3000
SEX = {name: sex for name, sex, *_ in read_rows("given_names.csv")}


def rule(column: str, id_: str, **params: Any) -> tuple[str, dict[str, Any]]:
    return column, {"id": id_, "params": params} if params else {"id": id_}


BRAZIL = dict(
    [rule("nome", "semantic.br.name"), rule("primeiro", "semantic.br.first_name")]
    + [rule("email", "semantic.br.email.safe")]
    + [rule("nome_mae", "semantic.br.name", role="mae", family_of="")]
    + [rule("nome_mae_dado", "semantic.br.first_name", role="mae", family_of="")]
    + [rule("nome_pai", "semantic.br.name", role="pai", family_of="")]
    + [rule("conjuge", "semantic.br.name", role="conjuge", family_of="")]
    + [rule("avo", "semantic.br.name", role="avo", family_of="mae")]
    + [rule(f"{r}_nome", "semantic.br.name", role=r) for r in ("comprador", "vendedor")]
    + [rule(f"{r}_email", "semantic.br.email.safe", role=r) for r in ("comprador", "vendedor")]
    + [rule(f"{r}_cidade", "semantic.br.city", role=r) for r in ("", "origem", "destino")]
    + [rule(f"{r}_uf", "semantic.br.uf", role=r) for r in ("", "origem", "destino")]
    + [rule(f"{r}_estado", "semantic.br.state", role=r) for r in ("", "origem", "destino")]
    + [rule(f"{r}_firma", "semantic.br.company.name", role=r) for r in ("", "emitente")]
    + [rule(f"{r}_produto", "semantic.br.product.name", role=r) for r in ("", "brinde")]
)  # fmt: skip
WORLD = dict(
    [rule("name", "semantic.person.name"), rule("family", "semantic.person.last_name")]
    + [rule(f"{r}_first", "semantic.person.first_name", role=r) for r in ("buyer", "seller")]
    + [rule(f"{r}_last", "semantic.person.last_name", role=r) for r in ("buyer", "seller")]
    + [rule(f"{r}_email", "semantic.person.email", role=r) for r in ("buyer", "seller")]
    + [rule("mother", "semantic.person.first_name", role="mother", family_of="")]
    + [rule("mother_last", "semantic.person.last_name", role="mother", family_of="")]
)  # fmt: skip


def session_of(tmp_path: Path, rules: dict[str, Any], unique: tuple[str, ...] = ()) -> Session:
    columns = [
        {"ordinal_position": i, "name": name, "is_nullable": False,
         "column_type": {"data_type": "text", "udt_schema": "pg_catalog", "udt_name": "text"}}
        for i, name in enumerate(rules, 1)
    ]  # fmt: skip
    keys = [{"kind": "unique", "name": f"{name}_key", "columns": [name]} for name in unique]
    table = {"name": "t", "kind": "table", "columns": columns, "constraints": keys}
    schema = {
        "schema_version": "0.2", "engine": "postgres", "database": "d", "schemas": [{"name": "s", "tables": [table]}]
    }  # fmt: skip
    session = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    session.use_schema(DatabaseSchema.model_validate(schema))
    return session


def frame(session: Session, rules: dict[str, Any], locale: str = "pt_BR", **shown: int) -> pl.DataFrame:
    asked = [
        {"type": "column_generator", "schema": "s", "table": "t", "column": name, "generator": generator}
        for name, generator in rules.items()
    ]
    plan = {
        "plan_version": "0.2", "seed": 11, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "global": {"locale": locale}, "targets": [{"schema": "s", "table": "t", "rows": ROWS}], "rules": asked,
    }  # fmt: skip
    return session.preview("t", plan=plan, **({"rows": ROWS} | shown)).frame


def local(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).lower()
    return ".".join(w for w in plain.replace("'", "").split() if w not in ("da", "das", "de", "do", "dos", "e"))


def words(surname: str) -> set[str]:
    return {w for w in surname.split() if w[0].isupper()}


@pytest.mark.parametrize("unique", [(), ("email", "comprador_email", "vendedor_email")])
def test_roles_differ_in_every_row_and_agree_with_themselves(tmp_path: Path, unique: tuple[str, ...]) -> None:
    session = session_of(tmp_path, BRAZIL, unique)
    found = frame(session, BRAZIL)
    states = dict(zip(found["_uf"], found["_estado"], strict=True))
    together = [
        ("nome", "nome_mae", "nome_pai", "conjuge", "avo", "comprador_nome", "vendedor_nome"),
        ("email", "comprador_email", "vendedor_email"),
        ("_cidade", "origem_cidade", "destino_cidade"),
        ("_firma", "emitente_firma"),
        ("_produto", "brinde_produto"),
    ]
    for row in found.iter_rows(named=True):
        for group in together:
            assert len({row[name] for name in group}) == len(group), row
        for role in ("comprador", "vendedor"):
            assert row[f"{role}_email"].split("@")[0].rstrip("0123456789") == local(row[f"{role}_nome"])
        for role in ("", "origem", "destino"):
            assert states.setdefault(row[f"{role}_uf"], row[f"{role}_estado"]) == row[f"{role}_estado"]
        assert SEX[row["nome_mae_dado"]] == "F"
        assert row["nome_mae"].startswith(row["nome_mae_dado"])
        own = words(row["nome"].removeprefix(row["primeiro"]))
        assert row["nome_mae"].split()[-1] in own
        assert row["nome_pai"].split()[-1] == row["nome"].split()[-1]
        assert row["avo"].split()[-1] == row["nome_mae"].split()[-1]
    shared = (found["conjuge"].str.split(" ").list.last() == found["nome"].str.split(" ").list.last()).mean()
    assert 0.4 < shared < 0.65
    assert found["origem_cidade"].n_unique() > 300
    assert frame(session, BRAZIL, rows=7, offset=1500).equals(found[1500:1507])
    for name in unique:
        assert found[name].n_unique() == ROWS


@pytest.mark.parametrize("locale", ["en_US", "pt_BR", "ru_RU", "ja_JP"])
@pytest.mark.parametrize("unique", [(), ("buyer_email", "seller_email")])
def test_roles_of_any_locale(tmp_path: Path, locale: str, unique: tuple[str, ...]) -> None:
    found = frame(session_of(tmp_path, WORLD, unique), WORLD, locale)
    same_first, same_last = (found[f"buyer_{part}"] == found[f"seller_{part}"] for part in ("first", "last"))
    assert (same_first & same_last).sum() <= (1 if unique else 0)
    assert not (found["buyer_email"] == found["seller_email"]).any()
    assert locale == "ru_RU" or (found["family"] == found["mother_last"]).all()
    assert all(found[name].n_unique() == ROWS for name in unique)


def test_without_a_role_nothing_changes(tmp_path: Path) -> None:
    bare = {"nome": BRAZIL["nome"], "email": BRAZIL["email"], "_cidade": {"id": "semantic.br.city"}}
    whole = frame(session_of(tmp_path / "a", BRAZIL), BRAZIL)
    assert frame(session_of(tmp_path / "b", bare), bare).equals(whole.select(list(bare)))


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    circle = dict([rule("a", "semantic.br.name", role="mae", family_of="filho"),
                   rule("b", "semantic.br.name", role="filho", family_of="mae")])  # fmt: skip
    with pytest.raises(Infeasible, match="relatives in a circle"):
        frame(session_of(tmp_path / "a", circle), circle)
    mother = dict([rule("a", "semantic.br.email.safe", role="mae", family_of="")])
    with pytest.raises(Infeasible, match="leave family_of out"):
        frame(session_of(tmp_path / "b", mother, ("a",)), mother)
    spec = find_generator("semantic.br.name")
    with pytest.raises(ValidationError, match="nobody is a relative of their own"):
        spec.params(role="mae", family_of="mae")


def test_every_facet_takes_a_role() -> None:
    ids = [id_ for id_ in CATALOGUE.entries() if id_.startswith("semantic.")]
    specs = [spec for id_ in (*ids, *(f"faker.{name}" for name in PERSONAL)) if (spec := find_generator(id_))]
    facets = [spec for spec in specs if isinstance(built(spec), Facet)]
    assert len(facets) > 30
    assert [spec.id for spec in facets if "role" not in spec.params.model_fields] == []
