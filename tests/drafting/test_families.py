"""How many rows belong to one: few do most of what is done, and details are several to each."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from .conftest import foreign, key, table
from .test_believable import ID, rows_of

PLAYERS = table("players", {"id": ID, "first_name": "text!", "last_name": "text!"}, key("id"))
USERS = table("users", {"id": ID, "username": "text!", "email": "text!"}, key("id"))
DONORS = table("doadores", {"id": ID, "nome": "text!", "email": "text!"}, key("id"))


def child(name: str, column: str, parent: dict[str, Any], **more: str) -> dict[str, Any]:
    """A table whose rows belong to those of another."""
    return table(name, {"id": ID, column: ID, "note": "text", **more}, key("id"), foreign(column, parent["name"]))


@pytest.mark.parametrize(
    ("parent", "name", "column"),
    [(PLAYERS, "goals", "player_id"), (USERS, "donations", "user_id"), (DONORS, "doacoes", "doador_id")],
)
def test_many_never_do_what_few_do_often(parent: dict[str, Any], name: str, column: str) -> None:
    counts = rows_of(name, parent, child(name, column, parent))[column].value_counts()["count"]
    rows, most = counts.sum(), counts.max()
    assert len(counts) < 0.7 * 300, "most of some kinds have none"
    assert most >= 4 * rows / len(counts), "a few have many"


def test_every_player_is_in_some_squad() -> None:
    found = rows_of("contracts", PLAYERS, child("contracts", "player_id", PLAYERS))
    assert found["player_id"].n_unique() > 0.75 * 300


@pytest.mark.parametrize("names", [("accounts", "transactions"), ("contas", "movimentacoes"), ("projects", "tasks")])
def test_details_are_several_to_each_of_what_they_belong_to(names: tuple[str, str]) -> None:
    above, below = names
    owned = table(above, {"id": ID, "user_id": ID, "number": "text!"}, key("id"), foreign("user_id", "users"))
    tables = (
        USERS,
        owned,
        table(below, {"id": ID, "owner_id": ID, "note": "text"}, key("id"), foreign("owner_id", above)),
    )
    assert len(rows_of(below, *tables)) == 3 * len(rows_of(above, *tables))
    sizes = rows_of(below, *tables).group_by("owner_id").len().select(pl.col("len"))["len"]
    assert sizes.max() > 2 * sizes.mean()
