"""Constraints on single rows: types, lengths, enums, NOT NULL, CHECK, domains, partition bounds."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from datalchemy_nb.contracts.schema import Check, DomainType
from datalchemy_nb.evaluate import hashparts
from datalchemy_nb.evaluate.checks_sql import Operand, Translated, Translator
from datalchemy_nb.evaluate.findings import CheckClass, Finding, Findings
from datalchemy_nb.evaluate.probes import Probe, first_row, run
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.reading import Fault
from datalchemy_nb.evaluate.unsupported import Unsupported
from datalchemy_nb.evaluate.workspace import Connection

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class CellJudge:
    """Judges the rows of one table, each by itself.

    Attributes:
        nulls: filled with the number of nulls per column.
    """

    con: Connection
    table: LoadedTable
    translator: Translator
    findings: Findings
    nulls: dict[str, int]

    def judge(self) -> None:
        """Scan the table once (once more per fault found)."""
        probes: list[Probe] = []
        few = self.table.few
        for column in self.table.columns.values():
            null = self._null(column)
            if few is not None and column.sql in few.texts:
                null.counted(few.nulls(column.sql))
            else:
                probes.append(null)
            probes += [*self._faults(column), *self._domains(column)]
        run(self.con, self.table, [*probes, *self._checks()])

    def _null(self, column: LoadedColumn) -> Probe:
        name = column.column.name
        required = self._required(column)
        if required and self.findings.mode(self.table.ref, "not_null") != "ignore":
            self.findings.checked("not_null")

        def counted(count: int) -> None:
            self.nulls[name] = count
            if count and required:
                self._add("not_null", (name,), f"{_rows(count)} null", count, column.missing)

        return Probe(column.missing, counted)

    def _required(self, column: LoadedColumn) -> bool:
        key = self.table.table.primary_key
        domains = self.translator.types.domains_of(column.column.column_type)
        in_key = key is not None and column.column.name in key.columns
        return in_key or not column.column.is_nullable or any(domain.not_null for domain in domains)

    def _faults(self, column: LoadedColumn) -> Iterator[Probe]:
        kinds: dict[CheckClass, None] = {f.kind: None for f in column.reading.faults if f.kind != "unheld"}
        for kind in kinds:
            self.findings.checked(kind)
        for number, fault in enumerate(() if column.clean else column.reading.faults, start=1):
            yield self._fault(column, fault, f"{column.fault} = {number}")

    def _fault(self, column: LoadedColumn, fault: Fault, condition: str) -> Probe:
        name = column.column.name

        def counted(count: int) -> None:
            message = f"{count} value{'s' if count != 1 else ''}: {fault.wrong}"
            if count and fault.kind == "unheld":
                self.findings.warn("value_not_checked", self.table.path(name), message, count=count)
            elif count:
                self._add(fault.kind, (name,), message, count, condition)  # type: ignore[arg-type]

        return Probe(condition, counted)

    def _checks(self) -> Iterator[Probe]:
        ref = str(self.table.ref)
        for check in self.table.table.checks:
            if check.enforced:
                yield from self._predicate("check", ref, _title(check), check.expression, self.translator)
        bound = self.table.table.partition_of
        if bound is not None and bound.constraint is not None and not hashparts.is_hash(self.table):
            yield from self._predicate(
                "check", ref, f"partition bound {bound.bound}", bound.constraint, self.translator
            )

    def _domains(self, column: LoadedColumn) -> Iterator[Probe]:
        name = column.column.name
        reading = column.reading
        value = Operand(column.sql, reading.sql_type, reading.family, reading.nocase)
        translator = replace(self.translator, operands={"value": value})
        for domain in self.translator.types.domains_of(column.column.column_type):
            for check in domain.checks:
                title = f"{_title(check)} of domain {_domain_name(domain)}"
                yield from self._predicate(
                    "domain", self.table.path(name), title, check.expression, translator, columns=(name,)
                )

    def _predicate(
        self,
        kind: CheckClass,
        path: str,
        title: str,
        text: str,
        translator: Translator,
        *,
        columns: tuple[str, ...] | None = None,
    ) -> Iterator[Probe]:
        ref = self.table.ref
        if self.findings.mode(ref, kind) == "ignore":
            return
        try:
            predicate = translator.translate(text)
        except Unsupported as error:
            self.findings.skipped(ref, kind, path, f"{title} is not evaluated: {error}")
            return
        condition = f"NOT {predicate.sql}"
        shown = columns or predicate.columns

        def counted(count: int) -> None:
            self.findings.checked(kind)
            if count:
                self._add(kind, shown, f"{_rows(count)} against {title}: {_short(text)}", count, condition, path)

        def failed() -> None:
            # Most conditions are computed together with others and never bound alone.
            try:
                bind(self.con, self.table, predicate.sql)
                why = "it fails on some row"
            except Unsupported as error:
                why = str(error)
            self.findings.skipped(ref, kind, path, f"{title} is not evaluated: {why}")

        yield Probe(condition, counted, failed)

    def _add(
        self, kind: CheckClass, columns: tuple[str, ...], message: str, count: int, condition: str, path: str = ""
    ) -> None:
        if self.findings.mode(self.table.ref, kind) == "ignore":
            return
        row = first_row(self.con, self.table, condition)
        path = path or self.table.path(*columns)
        self.findings.add(Finding(self.table.ref, kind, kind, path, message, count, row, columns))


def prepared(con: Connection, table: LoadedTable, translator: Translator, text: str) -> Translated:
    """Translate an expression and have DuckDB bind it.

    Raises:
        Unsupported: it cannot be translated, or DuckDB refuses it.
    """
    translated = translator.translate(text)
    bind(con, table, translated.sql)
    return translated


def bind(con: Connection, table: LoadedTable, sql: str) -> None:
    """Have DuckDB bind an expression over a table's rows, without computing it.

    Raises:
        Unsupported: DuckDB refuses it.
    """
    try:
        con.execute(f"SELECT {sql} FROM {table.sql} LIMIT 0")
    except duckdb.Error as error:
        raise Unsupported(_short(str(error).splitlines()[0])) from None


def _title(check: Check) -> str:
    return f"CHECK {check.name}" if check.name else "CHECK"


def _domain_name(domain: DomainType) -> str:
    return f"{domain.schema_name}.{domain.name}"


def _rows(count: int) -> str:
    return f"{count} row{' is' if count == 1 else 's are'}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
