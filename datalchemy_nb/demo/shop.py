"""The shop: a demo database in English, and its plan with every relation."""

from __future__ import annotations

from pathlib import Path

from datalchemy_nb.demo.examples import plans_directory
from datalchemy_nb.introspect.connection import connect

DATABASE = "shop"


def shop_directory() -> Path:
    """Where its schema, plan and golden lie."""
    return plans_directory() / "relations" / "shop"


def shop_sql() -> str:
    """The DDL of schema ``shop``."""
    return (shop_directory() / "schema.sql").read_text(encoding="utf-8")


def apply_shop(conninfo: str) -> None:
    """Create schema ``shop`` in an empty database."""
    with connect(conninfo, read_only=False) as connection:
        connection.execute(shop_sql())  # type: ignore[arg-type, unused-ignore]
