"""Which functions the constraints need: those they call, and those these call in turn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from datalchemy_nb.contracts.schema import SqlFunction
from datalchemy_nb.introspect.types import Row

_CALL = re.compile(r'(?:"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uffff][\w$]*))\s*\(')
_VOLATILITY: dict[str, Literal["immutable", "stable", "volatile"]] = {"i": "immutable", "s": "stable", "v": "volatile"}


def needed(rows: Iterable[Row]) -> tuple[SqlFunction, ...]:
    """The functions marked as used and all they call, by schema, name and argument types."""
    by_oid = {row["oid"]: row for row in rows}
    by_name: dict[str, list[int]] = {}
    for oid, row in by_oid.items():
        by_name.setdefault(row["name"], []).append(oid)

    reached: set[int] = set()
    waiting = [oid for oid, row in by_oid.items() if row["is_used"]]
    while waiting:
        oid = waiting.pop()
        if oid in reached:
            continue
        reached.add(oid)
        row = by_oid[oid]
        waiting += [called for called in row["calls"] if called in by_oid]
        waiting += [called for name in _called_names(row["body"]) for called in by_name.get(name, ())]
    found = (_function(by_oid[oid]) for oid in reached)
    return tuple(sorted(found, key=lambda f: (f.schema_name, f.name, f.argument_types)))


def _called_names(body: str) -> set[str]:
    return {quoted.replace('""', '"') if quoted else plain.lower() for quoted, plain in _CALL.findall(body)}


def _function(row: Row) -> SqlFunction:
    return SqlFunction(
        schema_name=row["schema"],
        name=row["name"],
        arguments=row["arguments"],
        argument_types=row["argument_types"],
        returns=row["returns"],
        language=row["language"],
        volatility=_VOLATILITY[row["volatility"]],
        body=row["body"],
    )
