"""``python -m tests.domains.brazil.millions [ROWS]``: ten million of every Brazilian number, each once and each valid.

One table with a unique column for each number is drafted by hand, resolved and made in chunks as a run makes it. Check
digits are computed here again, from the published rules, over columns of digits. Values are unique where their 64-bit
hashes are. It takes some minutes and gigabytes; the suite asks a few thousand of each in `test_millions`.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import PLAN_VERSION, GlobalOptions, Plan, PlanOptions, PlanTarget, SchemaRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve
from tests.drafting.conftest import key, ref, schema_of, table

Digits = NDArray[np.int64]
Flags = NDArray[np.bool_]

NUMBERS: Mapping[str, tuple[str, int]] = {
    "cpf": ("cpf", 11), "cnpj": ("cnpj", 14), "pis": ("pis", 11), "cnh": ("cnh", 11), "titulo": ("titulo_eleitor", 12),
    "renavam": ("vehicle.renavam", 11), "chassi": ("vehicle.chassi", 17), "placa": ("plate", 7), "cns": ("cns", 15),
    "chave": ("fiscal.access_key", 44),
}  # fmt: skip
"""Column, generator and letters of each number."""


def columns(texts: pl.Series) -> Digits:
    """Characters of texts of one length, as their codes less that of the digit 0: a row for each text."""
    size = int(texts.str.len_bytes()[0])
    assert texts.str.len_bytes().eq(size).all(), texts.name
    return (
        np.frombuffer("".join(texts.to_list()).encode("ascii"), dtype=np.uint8).reshape(-1, size).astype(np.int64) - 48
    )


def are_digits(texts: Digits) -> Flags:
    """Whether a row has nothing but digits."""
    return np.asarray(((texts >= 0) & (texts <= 9)).all(axis=1))


def _weighted(texts: Digits, weights: tuple[int, ...]) -> Digits:
    found: Digits = texts[:, : len(weights)] @ np.array(weights)
    return found


def _mod11(total: Digits) -> Digits:
    """Eleven less the rest; nothing where the rest is below two."""
    rest = total % 11
    return np.asarray(np.where(rest < 2, 0, 11 - rest))


def cpf(texts: Digits) -> Flags:
    """Both check digits; eleven equal digits are no CPF."""
    first = _mod11(_weighted(texts, tuple(range(10, 1, -1))))
    second = _mod11(_weighted(texts, tuple(range(11, 1, -1))))
    return np.asarray(
        are_digits(texts) & (texts[:, 9] == first) & (texts[:, 10] == second) & (texts != texts[:, :1]).any(axis=1)
    )


def cnpj(texts: Digits) -> Flags:
    """Both check digits, over letters too."""
    weights = (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    first, second = _mod11(_weighted(texts, weights)), _mod11(_weighted(texts, (6, *weights)))
    return np.asarray((texts[:, 12] == first) & (texts[:, 13] == second))


def pis(texts: Digits) -> Flags:
    """The check digit."""
    return np.asarray(are_digits(texts) & (texts[:, 10] == _mod11(_weighted(texts, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)))))


def cnh(texts: Digits) -> Flags:
    """Both check digits, the second less two where the first would be ten."""
    first = _weighted(texts, tuple(range(9, 0, -1))) % 11
    second = _weighted(texts, tuple(range(1, 10))) % 11 - np.where(first == 10, 2, 0)
    second = np.where(second < 0, second + 11, second)
    shown = np.where(first == 10, 0, first), np.where(second == 10, 0, second)
    return np.asarray(are_digits(texts) & (texts[:, 9] == shown[0]) & (texts[:, 10] == shown[1]))


def titulo(texts: Digits) -> Flags:
    """The number of a state or of abroad, and both check digits, with the exception of São Paulo and Minas Gerais."""
    state = texts[:, 8] * 10 + texts[:, 9]
    special = (state == 1) | (state == 2)

    def digit(total: Digits) -> Digits:
        rest = total % 11
        return np.where(rest == 10, 0, np.where((rest == 0) & special, 1, rest))

    first = digit(_weighted(texts, tuple(range(2, 10))))
    second = digit(texts[:, 8] * 7 + texts[:, 9] * 8 + first * 9)
    named = (state >= 1) & (state <= 28)
    return np.asarray(are_digits(texts) & named & (texts[:, 10] == first) & (texts[:, 11] == second))


def renavam(texts: Digits) -> Flags:
    """The check digit: ten times the weighted sum, modulo eleven, ten shown as nothing."""
    return np.asarray(
        are_digits(texts) & (texts[:, 10] == _weighted(texts, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) * 10 % 11 % 10)
    )


def chassi(texts: Digits) -> Flags:
    """No I, O or Q, no region of the unused sign 0, and a year that a letter or digit stands for."""
    codes = texts + 48
    letters = (codes >= ord("A")) & (codes <= ord("Z")) & ~np.isin(codes, [ord("I"), ord("O"), ord("Q")])
    allowed = (letters | ((texts >= 0) & (texts <= 9))).all(axis=1)
    return np.asarray(allowed & (texts[:, 0] != 0) & ~np.isin(codes[:, 9], [ord("U"), ord("Z"), ord("0")]))


def placa(texts: Digits) -> Flags:
    """Three letters, a digit, a digit or a letter, two digits: plates of before and of the Mercosul."""
    codes = texts + 48
    letters = ((codes[:, :3] >= ord("A")) & (codes[:, :3] <= ord("Z"))).all(axis=1)
    fifth = ((texts[:, 4] >= 0) & (texts[:, 4] <= 9)) | ((codes[:, 4] >= ord("A")) & (codes[:, 4] <= ord("Z")))
    return np.asarray(letters & fifth & are_digits(texts[:, [3, 5, 6]]))


def cns(texts: Digits) -> Flags:
    """Begins with 1, 2, 7, 8 or 9, and the weighted sum is a multiple of eleven."""
    total = _weighted(texts, tuple(range(15, 0, -1)))
    return np.asarray(are_digits(texts) & np.isin(texts[:, 0], [1, 2, 7, 8, 9]) & (total % 11 == 0))


def chave(texts: Digits) -> Flags:
    """The check digit of an access key, a month, and the CNPJ within."""
    weights = tuple(2 + (42 - place) % 8 for place in range(43))
    month = texts[:, 4] * 10 + texts[:, 5]
    right = texts[:, 43] == _mod11(_weighted(texts, weights))
    return np.asarray(are_digits(texts) & right & (month >= 1) & (month <= 12) & cnpj(texts[:, 6:20]))


VALID: Mapping[str, Callable[[Digits], Flags]] = {
    "cpf": cpf, "cnpj": cnpj, "pis": pis, "cnh": cnh, "titulo": titulo, "renavam": renavam, "chassi": chassi,
    "placa": placa, "cns": cns, "chave": chave,
}  # fmt: skip


def plan_of(rows: int) -> tuple[Plan, DatabaseSchema]:
    """A table with every number, each of them unique."""
    written = {"id": "integer!", **{name: f"char({size})!" for name, (_, size) in NUMBERS.items()}}
    schema = schema_of(table("numeros", written, key("id"), *(key(name, kind="unique") for name in NUMBERS)))
    rules = [
        {
            "type": "column_generator", "schema": ref("numeros").schema, "table": "numeros", "column": name,
            "generator": {"id": f"semantic.br.{generator}"},
        }
        for name, (generator, _) in NUMBERS.items()
    ]  # fmt: skip
    plan = Plan(
        plan_version=PLAN_VERSION,
        seed=7,
        schema_ref=SchemaRef(
            schema_version=schema.schema_version, engine=schema.engine, schema_fingerprint=schema.schema_fingerprint
        ),
        global_=GlobalOptions(locale="pt_BR"),
        targets=(PlanTarget(schema_name=ref("numeros").schema, table="numeros", rows=rows),),
        rules=tuple(rules),
        options=PlanOptions(infer=False),
    )
    return plan, schema


def judged(rows: int, chunk: int = 250_000) -> Iterator[tuple[str, int, int]]:
    """Yield each number's name, how many values are different and how many are valid."""
    plan, schema = plan_of(rows)
    engine = Engine(resolve(Plan.model_validate(plan.model_dump(by_alias=True)), schema))
    for name in NUMBERS:
        hashes, valid = np.empty(rows, dtype=np.uint64), 0
        for first in range(0, rows, chunk):
            index = np.arange(first, min(first + chunk, rows), dtype=np.uint64)
            made = engine.rows(TableRef(ref("numeros").schema, "numeros"), index, [name])[name]
            hashes[first : first + len(index)] = made.hash().to_numpy()
            valid += int(VALID[name](columns(made)).sum())
        hashes.sort()
        yield name, 1 + int((hashes[1:] != hashes[:-1]).sum()), valid


def main() -> int:
    """Judge and print; the exit code says whether all are different and valid."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    wrong = 0
    began = time.process_time()
    for name, different, valid in judged(rows):
        wrong += (different != rows) + (valid != rows)
        now = time.process_time()
        sys.stdout.write(f"{name:8} {different:>12,} different {valid:>12,} valid of {rows:,} in {now - began:.0f} s\n")
        sys.stdout.flush()
        began = now
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{'all are' if not wrong else 'not all are'} unique and valid; peak {peak:.0f} MB\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
