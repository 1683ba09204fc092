"""Whether columns of a row that speak of one thing agree: place, person, company, order in time."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from datalchemy_nb.contracts.metrics import Conformance
from datalchemy_nb.evaluate import brazil
from datalchemy_nb.evaluate.contract import ColumnContract
from datalchemy_nb.evaluate.reader import LoadedTable
from datalchemy_nb.evaluate.workspace import Connection

SAMPLE = 10_000
_LATER = ("derive.updated_after_created", "derive.end_after_start")


@dataclass(frozen=True, slots=True)
class _Rule:
    """Two generators whose values must agree in a share of rows.

    Attributes:
        agree: None where a pair says nothing.
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    expected: str
    agree: Callable[[str, str], bool | None]
    share: float = 1.0


def measure(con: Connection, table: LoadedTable, wishes: Mapping[str, ColumnContract]) -> Iterator[Conformance]:
    """Yield an answer for every pair of columns that must agree."""
    plain = {name: w for name, w in wishes.items() if name in table.columns and not w.steps and w.generator}
    for rule in _RULES:
        for first in (name for name, wish in plain.items() if wish.generator in rule.first):
            for second in (name for name, wish in plain.items() if wish.generator in rule.second):
                if _role(plain[first]) != _role(plain[second]):
                    continue
                yield from _pair(con, table, first, second, rule)
    for name, wish in plain.items():
        inputs = wish.params.get("input_columns")
        if wish.generator in _LATER and isinstance(inputs, list | tuple) and len(inputs) == 1:
            yield from _later(con, table, str(inputs[0]), name)


def _role(wish: ColumnContract) -> str:
    """Which of several people, companies or places of the row the column shows."""
    return str(wish.params.get("role") or "")


def _pair(con: Connection, table: LoadedTable, first: str, second: str, rule: _Rule) -> Iterator[Conformance]:
    a, b = table.columns[first].sql, table.columns[second].sql
    step = -(-table.rows // SAMPLE) or 1
    query = (
        f"SELECT {a}::VARCHAR, {b}::VARCHAR FROM {table.sql} "
        f"WHERE rowid % {step} = 0 AND {a} IS NOT NULL AND {b} IS NOT NULL"
    )
    said = [answer for x, y in con.execute(query).fetchall() if (answer := rule.agree(x, y)) is not None]
    if said:
        ok = sum(said) >= rule.share * len(said)
        yield _answer(table, second, f"{rule.expected} {first}", f"{sum(said)} of {len(said)} agree", len(said), ok)


def _later(con: Connection, table: LoadedTable, start: str, end: str) -> Iterator[Conformance]:
    if not table.has(start, end):
        return
    a, b = table.columns[start].sql, table.columns[end].sql
    query = (
        f"SELECT count(*), count(*) FILTER (WHERE {b} < {a}) FROM {table.sql} WHERE {a} IS NOT NULL AND {b} IS NOT NULL"
    )
    both, earlier = con.execute(query).fetchall()[0]
    if both:
        yield _answer(table, end, f"not before {start}", f"{earlier} of {both} before", int(both), not earlier)


def _answer(table: LoadedTable, column: str, expected: str, found: str, sample: int, ok: bool) -> Conformance:
    return Conformance(
        schema_name=table.ref.schema,
        table=table.ref.table,
        column=column,
        what="coherence",
        status="follows" if ok else "deviates",
        expected=expected,
        found=found,
        sample=sample,
    )


def _phone_in(state: str, phone: str) -> bool | None:
    code, area = brazil.state_code(state), brazil.area_code(phone)
    return None if code is None or area is None else area in brazil.AREA_CODES[code].split()


def _postal_code_in(state: str, cep: str) -> bool | None:
    code = brazil.state_code(state)
    return None if code is None else brazil.state_of_postal_code(cep) == code


def _same_state(first: str, second: str) -> bool | None:
    return brazil.state_code(first) == brazil.state_code(second)


def _mail_of(name: str, email: str) -> bool | None:
    """The address begins as the name does; numbered addresses say nothing."""
    initial = unicodedata.normalize("NFKD", name.strip()[:1]).lower()[:1]
    local = email.partition("@")[0].lower()
    numbered = local[:1] == "u" and local[1:].isdigit()
    return None if numbered or not initial else local.startswith(initial)


def _same_host(site: str, email: str) -> bool | None:
    host = (urlsplit(site).hostname or site).removeprefix("www.")
    return email.partition("@")[2].lower() == host.lower()


_STATE = ("semantic.br.uf", "semantic.br.state")
_RULES = (
    _Rule(_STATE, ("semantic.br.phone",), "area code of", _phone_in, 0.98),
    _Rule(_STATE, ("semantic.br.cep",), "postal code of", _postal_code_in, 0.98),
    _Rule(("semantic.br.uf",), ("semantic.br.state",), "the state of", _same_state),
    _Rule(("semantic.br.name", "semantic.br.first_name"), ("semantic.br.email.safe",), "address of", _mail_of, 0.99),
    _Rule(("semantic.br.company.site",), ("semantic.br.email.corporate",), "host of", _same_host, 0.99),
)
