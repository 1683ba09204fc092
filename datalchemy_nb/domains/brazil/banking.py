"""Banks, branches, accounts and boletos."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Category, Derivation, Domain, Entity, Slot
from datalchemy_nb.domains.bits import U64, mix, scale, stream_key
from datalchemy_nb.domains.brazil.codes import Code, WrittenParams, digit_text, luhn_10, weighted_sum, write_digits
from datalchemy_nb.domains.brazil.facets import Side, for_column
from datalchemy_nb.domains.brazil.tables import I64, Shares, read_rows
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.parameters import Bool, Str
from datalchemy_nb.domains.registry import Params, RoleParams, generator
from datalchemy_nb.domains.strings import TextRows, char_table, gather, join

BANKS = read_rows("banks.csv")
"""Code (COMPE), name, ISPB and rough share of customers."""
_SLIP_BANKS = ("001", "033", "104", "237", "341", "748", "756")
_EPOCH = dt.date(2025, 2, 22)
"""Day the due date factor began again at 1000 (FEBRABAN)."""
_FIRST_DAY = (dt.date(1997, 10, 7) - dt.date(1970, 1, 1)).days
"""Day zero of the due date factor."""
_FIRST_FACTOR = 1000
_LARGEST_CENTS = 500_000
_DUE_WITHIN = 60
_OUR_NUMBERS = 10**11


def _remainder_digits(numbers: U64, width: int) -> I64:
    sums = weighted_sum(numbers, [2 + i % 8 for i in reversed(range(width))])
    digits: I64 = (11 - sums % 11) % 11
    return digits


class Branch(Code):
    """Branch numbers, with a check digit or X (modulus 11, as Banco do Brasil)."""

    def __init__(self, digit: bool = False) -> None:
        self.digit = digit
        super().__init__(9999, 6 if digit else 4)

    def take(self, ordinals: U64) -> pl.Series:
        number = ordinals + np.uint64(1)
        rows = TextRows(len(number), self.length)
        rows.digits(0, number, 4)
        if self.digit:
            rows.literal(4, b"-")
            rows.put(5, char_table("0123456789X"), _remainder_digits(number, 4))
        return rows.finish()


class Account(Code):
    """Account numbers of eight digits and a check digit or X (modulus 11, as Banco do Brasil)."""

    def __init__(self, formatted: bool = True, digit: bool = True) -> None:
        self.formatted, self.digit = formatted, digit
        super().__init__(10**8 - 1, (10 if formatted else 9) if digit else 8)

    def take(self, ordinals: U64) -> pl.Series:
        number = ordinals + np.uint64(1)
        rows = TextRows(len(number), self.length)
        rows.digits(0, number, 8)
        if not self.digit:
            return rows.finish()
        if self.formatted:
            rows.literal(8, b"-")
        rows.put(self.length - 1, char_table("0123456789X"), _remainder_digits(number, 8))
        return rows.finish()


class Boleto(Code):
    """Boleto lines of 47 digits (FEBRABAN): free field, three digits modulus 10, one modulus 11, due date and amount.

    The ordinal is the bank's own number of the slip; bank, due date and amount follow from it.

    Args:
        today: slips fall due within sixty days of it.
        formatted: with dots and spaces.
    """

    def __init__(self, today: dt.date, formatted: bool = False) -> None:
        self.layout = "99999.99999 99999.999999 99999.999999 9 99999999999999" if formatted else "9" * 47
        cycle = (today - _EPOCH).days % 9000
        self.factor = _FIRST_FACTOR + cycle
        self.banks = np.array([int(b) for b in _SLIP_BANKS], dtype=np.uint64)
        super().__init__(_OUR_NUMBERS, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        word = mix(ordinals + stream_key("boleto"))
        bank = self.banks.take((word % np.uint64(len(self.banks))).view(np.int64)) * np.uint64(10) + np.uint64(9)
        factor = np.uint64(_FIRST_FACTOR) + (
            np.uint64(self.factor - _FIRST_FACTOR) + scale(mix(word), _DUE_WITHIN)
        ) % np.uint64(9000)
        cents = scale(mix(~word), _LARGEST_CENTS) + np.uint64(1000)
        return self.written(bank // np.uint64(10), factor, cents, ordinals, word)

    def written(self, bank: U64, factor: U64, cents: U64, number: U64, word: U64) -> pl.Series:
        """Return the lines of these banks, due date factors, amounts and own numbers; the word draws what is left."""
        # Free field of 25 digits: agreement (5), own number in two halves (5 and 6), and the rest.
        bank = bank * np.uint64(10) + np.uint64(9)
        head = scale(mix(word ^ np.uint64(1)), 10**5)
        middle = number // np.uint64(10) % np.uint64(10**10)
        tail = number % np.uint64(10) * np.uint64(10**9) + scale(mix(word ^ np.uint64(2)), 10**9)
        fields = (bank * np.uint64(10**5) + head, middle, tail)
        general = _general(bank, factor, cents, (head, middle, tail))
        return self._write(fields, general, factor * np.uint64(10**10) + cents)

    def _write(self, fields: tuple[U64, U64, U64], general: U64, last: U64) -> pl.Series:
        rows, at = TextRows(len(last), self.length), 0
        layouts = self.layout.split(" ") if self.length > 47 else ["9" * 10, "9" * 11, "9" * 11, "9", "9" * 14]
        gap = self.length > 47
        numbers = [f * np.uint64(10) + luhn_10(f).view(np.uint64) for f in fields]
        for layout, number in zip(layouts, [*numbers, general, last], strict=True):
            write_digits(rows, at, layout, number)
            at += len(layout)
            if gap and at < self.length:
                rows.literal(at, b" ")
                at += 1
        return rows.finish()


def _general(bank: U64, factor: U64, cents: U64, free: tuple[U64, U64, U64]) -> U64:
    # Weights 2 to 9 from the right, over the 43 digits of the bar code without this one.
    parts = ((bank, 4), (factor, 4), (cents, 10), (free[0], 5), (free[1], 10), (free[2], 10))
    weights = [2 + i % 8 for i in reversed(range(43))]
    total = np.zeros(len(bank), dtype=np.int64)
    for numbers, width in parts:
        total += weighted_sum(numbers, weights[:width])
        weights = weights[width:]
    digit = 11 - total % 11
    return np.where(digit > 9, 1, digit).view(np.uint64)


@lru_cache(maxsize=1)
def _bank_shares() -> Shares:
    return Shares([int(share) for *_, share in BANKS])


@lru_cache(maxsize=1)
def bank() -> Entity:
    """Return the entity that code, name and ISPB of a row share."""
    size = _bank_shares().size
    return Entity("br.bank", size, partial(scale, size=size), look=_bank_of)


def _bank_of(ordinals: U64) -> U64:
    return _bank_shares().items(ordinals).view(np.uint64)


class BankFact(Side):
    """Code, name or ISPB of banks."""

    def __init__(self, place: int, category: Category = "text") -> None:
        super().__init__(bank())
        texts = [row[place] for row in BANKS]
        self.category = category
        self.labels = pl.Series([int(text) for text in texts] if category == "integer" else texts)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.labels, _bank_shares().items(entity).view(np.uint64))

    def widen(self, size: int) -> Domain | None:
        return ChoiceDomain(self.labels, category=self.category) if size <= len(self.labels) else None


class AccountDigit(Derivation):
    """Check digit or X of the account numbers of another column (modulus 11, as Banco do Brasil)."""

    category: Category | None = "text"

    def __init__(self, column: str) -> None:
        self.inputs = (column,)

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del bits, rows
        texts = inputs[self.inputs[0]].cast(pl.String).str.replace_all(r"\D", "").str.slice(0, 17)
        numbers = texts.cast(pl.UInt64, strict=False)
        digits = _remainder_digits(numbers.fill_null(0).to_numpy(), 17).view(np.uint64)
        return gather(pl.Series(list("0123456789X")), digits).set(numbers.is_null(), None)


class BoletoLine(Derivation):
    """Lines (linha digitável) of the amount and the due date in other columns (FEBRABAN).

    Args:
        columns: ``amount`` and ``due``, and perhaps ``bank`` and ``our_number``, to columns of the row.
        formatted: with dots and spaces.
        unique: whether the bank's own numbers, where they are drawn, are distinct.
    """

    category: Category | None = "text"
    unique_by_row = True

    def __init__(self, columns: Mapping[str, str], formatted: bool = False) -> None:
        self.columns, self.formatted = dict(columns), formatted
        self.inputs = tuple(dict.fromkeys(columns.values()))
        self.unique_by_row = "our_number" not in columns

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        given = {part: inputs[column] for part, column in self.columns.items()}
        due, amount = given["due"], given["amount"]
        days = (
            (due.cast(pl.Date) if due.dtype != pl.Date else due).to_physical().fill_null(0).to_numpy().astype(np.int64)
        )
        factor = days - _FIRST_DAY
        cycle: U64 = np.where(factor > 9999, (factor - 1000) % 9000 + 1000, np.maximum(factor, 0)).astype(np.uint64)
        banks = np.array([int(b) for b in _SLIP_BANKS], dtype=np.uint64)
        code = banks.take((mix(bits) % np.uint64(len(banks))).view(np.int64))
        number = (rows * np.uint64(618_033_989) + np.uint64(271_828)) % np.uint64(_OUR_NUMBERS)
        for part, usual in (("bank", code), ("our_number", number)):
            if part in given:
                read = (
                    given[part].cast(pl.String).str.replace_all(r"\D", "").str.slice(-11).cast(pl.UInt64, strict=False)
                )
                filled = np.where(read.is_null().to_numpy(), usual, read.fill_null(0).to_numpy())
                code, number = (filled % np.uint64(1000), number) if part == "bank" else (code, filled)
        line = Boleto(_EPOCH, self.formatted)
        texts = line.written(code, cycle, cents_of(amount).view(np.uint64) % np.uint64(10**10), number, mix(~bits))
        return texts.set(due.is_null() | amount.is_null(), None)


class BarCode(Derivation):
    """The 44 digits of the bar code that a boleto line says."""

    category: Category | None = "text"

    def __init__(self, column: str) -> None:
        self.inputs = (column,)

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del bits, rows
        line = inputs[self.inputs[0]].cast(pl.String).str.replace_all(r"\D", "")
        parts = [line.str.slice(0, 4), line.str.slice(32, 15), line.str.slice(4, 5), line.str.slice(10, 10)]
        code = join([*parts, line.str.slice(21, 10)])
        return code.set((line.str.len_chars() != 47).fill_null(True), None)


class OurNumber(Code):
    """A bank's own numbers of slips: eleven digits."""

    def __init__(self) -> None:
        super().__init__(_OUR_NUMBERS - 1, 11)

    def take(self, ordinals: U64) -> pl.Series:
        return digit_text("9" * 11, ordinals + np.uint64(1))


def cents_of(amounts: pl.Series) -> I64:
    """Return amounts in cents, rounded half away from zero; nulls count as none."""
    cents: I64
    if isinstance(amounts.dtype, pl.Decimal):
        cents = amounts.to_physical().cast(pl.Int128).fill_null(0).cast(pl.Int64).to_numpy()
        unit = 10 ** abs(amounts.dtype.scale - 2)
        finer = amounts.dtype.scale > 2
        cents = np.sign(cents) * ((np.abs(cents) + unit // 2) // unit) if finer else cents * unit
        return cents
    if amounts.dtype.is_float():
        cents = np.rint(amounts.fill_null(0).to_numpy() * 100).astype(np.int64)
        return cents
    cents = amounts.cast(pl.Int64).fill_null(0).to_numpy() * 100
    return cents


class BranchParams(Params):
    """How a branch number is written.

    Attributes:
        digit: with its check digit, ``1234-3``.
    """

    digit: Bool = False


class SlipParams(Params):
    """Columns of the row that the line agrees with.

    Attributes:
        amount: amount to pay.
        due: due date.
        bank: code of the bank; None = drawn.
        our_number: the bank's own number; None = drawn, each its own.
        formatted: with dots and spaces.
    """

    amount: Str
    due: Str
    bank: Str | None = None
    our_number: Str | None = None
    formatted: Bool = False


class InputParams(Params):
    """``input_columns``: the column it is made of."""

    input_columns: Annotated[tuple[Str, ...], Field(min_length=1, max_length=1)]


@generator("semantic.br.bank.code", params=RoleParams, produces=("text", "integer"))
def bank_code(slot: Slot) -> Domain:
    """COMPE code of the row's bank, three digits."""
    return for_column(BankFact(0, "integer" if slot.category == "integer" else "text"), slot)


@generator("semantic.br.bank.name", params=RoleParams)
def bank_name(slot: Slot) -> Domain:
    """Name of the row's bank."""
    return for_column(BankFact(1), slot)


@generator("semantic.br.bank.ispb", params=RoleParams)
def bank_ispb(slot: Slot) -> Domain:
    """ISPB of the row's bank, eight digits."""
    return for_column(BankFact(2), slot)


@generator("semantic.br.bank.digit", params=InputParams)
def account_digit(params: InputParams) -> Derivation:
    """Check digit of the account number in another column."""
    return AccountDigit(params.input_columns[0])


@generator("semantic.br.boleto.line", params=SlipParams)
def slip_line(params: SlipParams) -> Derivation:
    """Boleto line (linha digitável) of the amount and the due date in other columns."""
    columns: dict[str, str] = params.model_dump(exclude_none=True, exclude={"formatted"})
    return BoletoLine(columns, params.formatted)


@generator("semantic.br.boleto.barcode", params=InputParams)
def slip_barcode(params: InputParams) -> Derivation:
    """Bar code of a boleto, the 44 digits that the line in another column says."""
    return BarCode(params.input_columns[0])


@generator("semantic.br.boleto.our_number")
def our_number() -> Domain:
    """A bank's own number of a boleto (nosso número), eleven digits."""
    return OurNumber()


@generator("semantic.br.bank.branch", params=BranchParams, tags=("pii.bank_account",))
def bank_branch(params: BranchParams) -> Domain:
    """Branch number (agência)."""
    return Branch(params.digit)


class AccountParams(WrittenParams):
    """How an account is written.

    Attributes:
        digit: with its check digit; without where another column has it.
    """

    digit: Bool = True


@generator("semantic.br.bank.account", params=AccountParams, tags=("pii.bank_account",))
def bank_account(params: AccountParams) -> Domain:
    """Account number with its check digit."""
    return Account(params.formatted, params.digit)


@generator("semantic.br.boleto", params=WrittenParams)
def boleto(params: WrittenParams, slot: Slot) -> Domain:
    """Boleto line (linha digitável), due within sixty days of the plan's base date."""
    return Boleto(slot.base_date, params.formatted)
