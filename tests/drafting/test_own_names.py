"""Names of a table's rows: what a trade has stands in its table once, and codes and slugs are made of names."""

from __future__ import annotations

import pytest

from datalchemy_nb.drafting.shapes.names import codes_of

from .conftest import foreign, key, table
from .test_believable import ID, rows_of


def test_what_a_trade_has_is_listed_once_with_codes_of_its_names() -> None:
    kinds = table(
        "coverages",
        {"id": ID, "code": "varchar(8)!", "name": "varchar(60)!", "slug": "varchar(60)!", "sort_order": "integer!"},
        key("id"), key("code", kind="unique"),
    )  # fmt: skip
    policies = table("policies", {"id": ID, "coverage_id": ID}, key("id"), foreign("coverage_id", "coverages"))
    found = rows_of("coverages", kinds, policies)
    assert found["name"].n_unique() == len(found) < 20
    assert found["sort_order"].to_list() == list(range(1, len(found) + 1))
    for code, name, slug in found.select("code", "name", "slug").rows():
        assert code[0] == name[0]
        assert slug == name.lower().replace(" ", "-")


def test_things_that_somebody_owns_are_no_list() -> None:
    pets = table("pets", {"id": ID, "owner_id": ID, "name": "text!"}, key("id"), foreign("owner_id", "owners"))
    visits = table("visits", {"id": ID, "pet_id": ID}, key("id"), foreign("pet_id", "pets"))
    found = rows_of("pets", table("owners", {"id": ID}, key("id")), pets, visits)
    assert len(found) > found["name"].n_unique() > 5


@pytest.mark.parametrize("unique", [True, False])
def test_a_slug_is_made_of_its_title(unique: bool) -> None:
    keys = (key("id"), key("slug", kind="unique")) if unique else (key("id"),)
    posts = table("posts", {"id": ID, "title": "varchar(200)!", "slug": "varchar(60)!", "body": "text!"}, *keys)
    found = rows_of("posts", posts)
    for number, title, slug in found.select("id", "title", "slug").rows():
        assert slug.startswith(title.split()[0].lower())
        assert slug.endswith(f"-{number}") is unique
    assert found["slug"].str.contains(r"^[a-z0-9]+(-[a-z0-9]+)*$").all()


def test_codes_differ_where_names_begin_alike() -> None:
    codes = codes_of(["Fire", "Fire damage", "Firearms", "Flood", "Öl"])
    assert len(set(codes)) == len(codes)
    assert all(code.isascii() and code.isupper() for code in codes if not code[-1].isdigit())
