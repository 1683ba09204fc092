"""The TPC-H schema at scale factor 1: the specification's row counts, ranges and text widths, by a plan of our own."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

ROWS = {
    "region": 5,
    "nation": 25,
    "supplier": 10_000,
    "customer": 150_000,
    "part": 200_000,
    "partsupp": 800_000,
    "orders": 1_500_000,
    "lineitem": 6_001_215,
}
Rule = tuple[str, dict[str, Any]]


def _money(low: float, high: float) -> Rule:
    return "primitive.decimal.numeric", {"min": low, "max": high, "scale": 2}


def _words(least: int, most: int) -> Rule:
    return "primitive.text.lorem", {"min_words": least, "max_words": most}


def _pattern(text: str) -> Rule:
    return "primitive.text.pattern", {"pattern": text}


def _choice(words: str, separator: str = "|") -> Rule:
    return "primitive.choice", {"values": words.split(separator)}


def _int(low: int, high: int) -> Rule:
    return "primitive.int", {"min": low, "max": high}


def _days(low: str, high: str) -> Rule:
    return "primitive.date", {"min": low, "max": high}


def _key() -> Rule:
    return "primitive.int.sequence_hint", {"start": 1}


_PHONE = r"[1-3]\d-\d{3}-\d{3}-\d{4}"
_REGIONS = "AFRICA|AMERICA|ASIA|EUROPE|MIDDLE EAST"
_SEGMENTS = "AUTOMOBILE|BUILDING|FURNITURE|MACHINERY|HOUSEHOLD"
_PRIORITIES = "1-URGENT|2-HIGH|3-MEDIUM|4-NOT SPECIFIED|5-LOW"
_SHIPPING = "DELIVER IN PERSON|COLLECT COD|NONE|TAKE BACK RETURN"
_MODES = "REG AIR|AIR|RAIL|SHIP|TRUCK|MAIL|FOB"
_TYPE = (
    "(STANDARD|SMALL|MEDIUM|LARGE|ECONOMY|PROMO) (ANODIZED|BURNISHED|PLATED|POLISHED|BRUSHED) "
    "(TIN|NICKEL|BRASS|STEEL|COPPER)"
)
_CONTAINER = "(SM|LG|MED|JUMBO|WRAP) (CASE|BOX|BAG|JAR|PKG|PACK|CAN|DRUM)"

RULES: dict[str, Rule] = {
    "region.r_name": _choice(_REGIONS),
    "region.r_comment": _words(5, 17),
    "nation.n_name": _pattern("[A-Z]{4,14}"),
    "nation.n_comment": _words(5, 16),
    "supplier.s_suppkey": _key(),
    "supplier.s_name": _pattern(r"Supplier#000\d{6}"),
    "supplier.s_address": _pattern("[A-Za-z0-9,]{10,40}"),
    "supplier.s_phone": _pattern(_PHONE),
    "supplier.s_acctbal": _money(-999.99, 9999.99),
    "supplier.s_comment": _words(4, 14),
    "customer.c_custkey": _key(),
    "customer.c_name": _pattern(r"Customer#000\d{6}"),
    "customer.c_address": _pattern("[A-Za-z0-9,]{10,40}"),
    "customer.c_phone": _pattern(_PHONE),
    "customer.c_acctbal": _money(-999.99, 9999.99),
    "customer.c_mktsegment": _choice(_SEGMENTS),
    "customer.c_comment": _words(4, 17),
    "part.p_partkey": _key(),
    "part.p_name": _words(4, 7),
    "part.p_mfgr": _pattern("Manufacturer#[1-5]"),
    "part.p_brand": _pattern("Brand#[1-5][1-5]"),
    "part.p_type": _pattern(_TYPE),
    "part.p_size": _int(1, 50),
    "part.p_container": _pattern(_CONTAINER),
    "part.p_retailprice": _money(900, 2098.99),
    "part.p_comment": _words(1, 3),
    "partsupp.ps_availqty": _int(1, 9999),
    "partsupp.ps_supplycost": _money(1, 1000),
    "partsupp.ps_comment": _words(7, 28),
    "orders.o_orderkey": _key(),
    "orders.o_orderstatus": _choice("O|F|P"),
    "orders.o_totalprice": _money(850, 560000),
    "orders.o_orderdate": _days("1992-01-01", "1998-08-02"),
    "orders.o_orderpriority": _choice(_PRIORITIES),
    "orders.o_clerk": _pattern(r"Clerk#000000\d{3}"),
    "orders.o_shippriority": _int(0, 0),
    "orders.o_comment": _words(3, 11),
    "lineitem.l_linenumber": _int(1, 7),
    "lineitem.l_quantity": ("primitive.decimal.numeric", {"min": 1, "max": 50, "scale": 0}),
    "lineitem.l_extendedprice": _money(900, 105000),
    "lineitem.l_discount": _money(0, 0.10),
    "lineitem.l_tax": _money(0, 0.08),
    "lineitem.l_returnflag": _choice("R|A|N"),
    "lineitem.l_linestatus": _choice("O|F"),
    "lineitem.l_shipdate": _days("1992-01-02", "1998-12-01"),
    "lineitem.l_commitdate": _days("1992-01-31", "1998-10-31"),
    "lineitem.l_receiptdate": _days("1992-01-03", "1998-12-31"),
    "lineitem.l_shipinstruct": _choice(_SHIPPING),
    "lineitem.l_shipmode": _choice(_MODES),
    "lineitem.l_comment": _words(2, 6),
}


def ddl() -> str:
    """Return the statements that make the tables."""
    return (files("tests.benchmarks") / "tpch.sql").read_text(encoding="utf-8")


def plan(scale: float = 1.0) -> dict[str, Any]:
    """Return the plan.

    Args:
        scale: 1 asks for the specification's row counts; region and nation do not grow or shrink.
    """
    rows = {name: count if count < 100 else max(int(count * scale), 1) for name, count in ROWS.items()}
    rules = [
        {
            "type": "column_generator",
            "schema": "tpch",
            "table": name.split(".")[0],
            "column": name.split(".")[1],
            "generator": {"id": generator, "params": params},
        }
        for name, (generator, params) in RULES.items()
    ]
    return {
        "plan_version": "0.2",
        "seed": 1,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "tpch", "table": name, "rows": count} for name, count in rows.items()],
        "rules": rules,
    }
