"""The catalog queries, and where server versions differ."""

from __future__ import annotations

from functools import cache
from string import Template
from typing import NamedTuple

from datalchemy_nb.datafiles import text_of

OLDEST = 130000


class _Variant(NamedTuple):
    """SQL for a placeholder: `new` from server version `since` on, `old` before."""

    since: int
    new: str
    old: str


_VARIANTS: dict[str, dict[str, _Variant]] = {
    "types": {
        "range_of_multirange": _Variant(140000, "r.rngmultitypid = t.oid", "false"),
        "or_multirange": _Variant(140000, "OR r.rngmultitypid = t.oid", ""),
        "multirange_oid": _Variant(140000, "r.rngmultitypid AND r.rngtypid = t.oid", "0"),
        "multirange_name": _Variant(140000, "m.typname", "NULL::name"),
    },
    "constraints": {
        "enforced": _Variant(180000, "k.conenforced", "true"),
        "period": _Variant(180000, "k.conperiod", "false"),
        "nulls_not_distinct": _Variant(150000, "coalesce(i.indnullsnotdistinct, false)", "false"),
    },
    "load_unique_sets": {
        "nulls_not_distinct": _Variant(150000, "coalesce(i.indnullsnotdistinct, false)", "false"),
        "period": _Variant(180000, "coalesce(k.conperiod, false)", "false"),
    },
    "indexes": {"nulls_not_distinct": _Variant(150000, "i.indnullsnotdistinct", "false")},
    "load_foreign_keys": {"enforced": _Variant(180000, "k.conenforced", "true")},
    "load_referring": {"enforced": _Variant(180000, "k.conenforced", "true")},
    "load_rebuild_indexes": {
        "period": _Variant(180000, "coalesce(k.conperiod, false)", "false"),
        "nulls_not_distinct": _Variant(150000, "i.indnullsnotdistinct", "false"),
    },
    "load_rebuild_foreign_keys": {
        "enforced": _Variant(180000, "k.conenforced", "true"),
        "period": _Variant(180000, "k.conperiod", "false"),
    },
    "functions": {
        "function_body": _Variant(140000, "coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)", "p.prosrc")
    },
}


@cache
def query(name: str, server_version: int) -> str:
    """The text of a query for a server version (as in ``server_version_num``)."""
    text = text_of(__name__, f"{name}.sql")
    variants = _VARIANTS.get(name, {})
    chosen = {key: v.new if server_version >= v.since else v.old for key, v in variants.items()}
    return Template(text).substitute(chosen)
