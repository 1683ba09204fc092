"""Runs every check over a dataset and puts the verdict together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event

from datalchemy_nb.contracts.metrics import (
    ColumnStat,
    Conformance,
    ForeignKeyStat,
    Metrics,
    MetricsPlanRef,
    MetricsSchemaRef,
    Performance,
    RelationStat,
    TableRows,
)
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import DEFAULT_BASE_DATE, Plan
from datalchemy_nb.contracts.profile import Profile
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, Table
from datalchemy_nb.evaluate import (
    conformance,
    csvfile,
    dataset,
    examples,
    fanout,
    fidelity,
    form,
    hashparts,
    privacy,
    relations,
    statistics,
)
from datalchemy_nb.evaluate.cells import CellJudge
from datalchemy_nb.evaluate.checks_sql import Memory, Operand, Translator
from datalchemy_nb.evaluate.csvfile import CsvFile
from datalchemy_nb.evaluate.dataset import Dataset
from datalchemy_nb.evaluate.exclusions import ExclusionJudge
from datalchemy_nb.evaluate.findings import Finding, Findings
from datalchemy_nb.evaluate.keys import check_beside, check_key, keys_of
from datalchemy_nb.evaluate.reader import LoadedTable, load
from datalchemy_nb.evaluate.references import ReferenceJudge
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.workspace import Connection, workspace

Progress = Callable[[str, int, int], None]
_LARGE, _BESIDE = 1 << 24, 2
"""Files of so many bytes are loaded so many beside each other."""


def evaluate(
    run_dir: Path | str,
    schema: DatabaseSchema,
    plan: Plan | None = None,
    *,
    expected_rows: Mapping[TableRef, int] | None = None,
    profile: Profile | None = None,
    max_examples: int = 20,
    memory_limit: str | None = None,
    threads: int | None = None,
    on_progress: Progress | None = None,
) -> Metrics:
    """Judge the CSV files of a directory against a schema and the plan they were made from.

    Judged are all files of tables the schema knows, and the plan's targets, whose files must be there. Nothing is
    written; `datalchemy_nb.results.report` writes metrics.json and the reports.

    Args:
        run_dir: directory of ``<schema>.<table>.csv`` files.
        schema: what the data must fit.
        plan: gives row counts, constraint policies and the base date; None judges the data alone.
        expected_rows: rows per table, over the plan's targets.
        profile: statistics of a real database, to score the data's likeness to.
        max_examples: how many violations carry the cells of their first offending row.
        memory_limit: DuckDB's, as ``"1GB"``; what does not fit spills to a temporary directory. None takes a quarter
            of the memory that is free, at least 1 and at most 8 GB.
        threads: DuckDB's; default all cores.
        on_progress: called with what is being done, steps done and steps in all; may raise to stop.

    Raises:
        RunNotFound: the directory holds no data file of the schema.
        OutputError: a file cannot be read at all.
        UsageError: the memory limit or thread count is not one DuckDB knows.
    """
    started = time.monotonic()
    data = dataset.find(Path(run_dir), schema, plan, expected_rows)
    types, findings = TypeBook(schema), Findings(plan)
    steps = _Steps(on_progress, 2 * len(data.files) + (plan is not None and bool(plan.relations)))
    files = (*data.files.values(), *data.existing.values())
    with workspace(memory_limit=memory_limit, threads=threads, files=files) as con:
        types.declare(con)
        with _scanned(data) as scans:
            held = {
                ref: load(con, ref, schema.tables[ref], csvfile.inspect(path), f"e{number}", types)
                for number, (ref, path) in enumerate(data.existing.items())
            }
            judges = _Judges(con, schema, plan, held, types, findings)
            tables, judged = _load(con, schema, data, types, steps, judges, threads)
            loaded = time.monotonic() - judged
            for ref, table in tables.items():
                form.check(table, scans[ref].result(), findings, data.hashes.get(table.file.path.name))
                form.check_others(ref, data.directory, data.others.get(ref, ()), findings)
        depth = _Depth()
        _judge(judges, tables, steps, depth)
        _absent(data, schema, findings)
        rows = _rows(data, tables, ReferenceJudge(con, tables, findings), findings)
        worst = examples.fetch(con, tables, findings.in_order()[:max_examples])
        broken = findings.with_examples(list(worst))
    ended = time.monotonic()
    metrics = Metrics(
        run_id=data.run_id,
        schema_ref=MetricsSchemaRef(schema_version=schema.schema_version, schema_fingerprint=schema.schema_fingerprint),
        plan_ref=_plan_ref(plan),
        tables=tuple(rows),
        column_stats=tuple(depth.columns),
        constraints=findings.summary(),
        warnings=tuple(sorted(findings.warnings, key=lambda w: (w.path, w.code, w.message))),
        violations=tuple(finding.as_violation() for finding in broken),
        performance=Performance(
            load_ms=_ms(loaded - started), validate_ms=_ms(ended - loaded), total_ms=_ms(ended - started)
        ),
        foreign_key_stats=tuple(depth.references),
        conformance=tuple(depth.conformance),
        privacy=tuple(privacy.describe(plan, schema, list(tables))),
        relations=tuple(depth.relations),
    )
    if profile is not None:
        metrics = metrics.model_copy(update={"fidelity": fidelity.score(metrics, profile)})
    return metrics


@dataclass
class _Depth:
    """What is measured beyond constraints."""

    columns: list[ColumnStat] = field(default_factory=list)
    references: list[ForeignKeyStat] = field(default_factory=list)
    conformance: list[Conformance] = field(default_factory=list)
    relations: list[RelationStat] = field(default_factory=list)


class _Steps:
    """Counts steps for the caller's progress display."""

    def __init__(self, on_progress: Progress | None, total: int) -> None:
        self._on_progress, self._total, self._done = on_progress, total, 0

    def start(self, what: str) -> None:
        if self._on_progress is not None:
            self._on_progress(what, self._done, self._total)
        self._done += 1


@contextmanager
def _scanned(data: Dataset) -> Iterator[dict[TableRef, Future[csvfile.Scan]]]:
    """Read the files' bytes on a thread of its own, while DuckDB reads their cells."""
    stop = Event()
    with ThreadPoolExecutor(1, thread_name_prefix="datalchemy-scan") as pool:
        try:
            yield {
                ref: pool.submit(csvfile.scan, path, hashed=path.name in data.hashes, stopped=stop.is_set)
                for ref, path in data.files.items()
            }
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


@dataclass
class _Alone:
    """What a table tells by itself.

    Attributes:
        nulls: number of nulls per column.
        different: number of different values of columns, by SQL name, where keys told it.
    """

    nulls: dict[str, int] = field(default_factory=dict)
    different: dict[str, int] = field(default_factory=dict)
    stats: list[ColumnStat] = field(default_factory=list)
    conformance: list[Conformance] = field(default_factory=list)


@dataclass
class _Judges:
    """Judges the tables of a dataset one by one.

    Attributes:
        held: keys of rows that the database held.
        alone: tables of few rows, judged by themselves as soon as they are loaded.
    """

    con: Connection
    schema: DatabaseSchema
    plan: Plan | None
    held: Mapping[TableRef, LoadedTable]
    types: TypeBook
    findings: Findings
    memory: Memory = field(default_factory=Memory)
    alone: dict[TableRef, _Alone] = field(default_factory=dict)

    def loaded(self, table: LoadedTable) -> None:
        """Judge a table of few rows by itself, and forget all values but those that foreign keys compare."""
        if table.few is None:
            return
        alone = self.alone[table.ref] = self.constraints(table)
        self.statistics(table, alone)
        names = {name for key in table.table.foreign_keys for name in key.columns} | self._referenced.get(
            table.ref, set()
        )
        compared = table.columns.values() if self.plan is not None and self.plan.relations else ()
        table.few.keep((table.columns[name].sql for name in names if name in table.columns), compared)

    @cached_property
    def _referenced(self) -> Mapping[TableRef, set[str]]:
        """Columns that foreign keys refer to, by table."""
        found: dict[TableRef, set[str]] = {}
        for table in self.schema.tables.values():
            for key in table.foreign_keys:
                found.setdefault(key.target, set()).update(key.referenced_columns)
        return found

    def constraints(self, table: LoadedTable) -> _Alone:
        """Judge all constraints that look at no other table."""
        con, findings, held = self.con, self.findings, self.held.get(table.ref)
        today = self.plan.base_date if self.plan is not None else DEFAULT_BASE_DATE
        translator = Translator(_operands(table), self.types, today, self.schema.functions, self.memory)
        alone = _Alone()
        CellJudge(con, table, translator, findings, alone.nulls).judge()
        for key in keys_of(table, findings):
            told = check_key(con, table, key, translator, findings)
            alone.different |= {} if told is None else dict([told])
            if held is not None:
                check_beside(con, table, held, key, translator, findings)
        hashparts.judge(con, table, self.schema, findings)
        ExclusionJudge(con, table, translator, findings, held).judge()
        return alone

    def statistics(self, table: LoadedTable, alone: _Alone) -> None:
        """Measure the columns, and how they follow the plan."""
        alone.stats = statistics.measure(self.con, table, alone.nulls, alone.different)
        if self.plan is not None:
            alone.conformance = conformance.measure(self.con, self.plan, self.schema, table, alone.stats)


def _load(
    con: Connection,
    schema: DatabaseSchema,
    data: Dataset,
    types: TypeBook,
    steps: _Steps,
    judges: _Judges,
    threads: int | None,
) -> tuple[dict[TableRef, LoadedTable], float]:
    """The loaded tables, and how many seconds it took to judge those of few rows."""
    tables, judged = {}, 0.0
    inspected = {ref: csvfile.inspect(path) for ref, path in data.files.items()}
    with _ahead(con, schema, inspected, types, threads) as ahead:
        for number, (ref, file) in enumerate(inspected.items()):
            steps.start(f"read {ref}")
            if ref in ahead:
                table = ahead[ref].result()
            else:
                table = load(con, ref, schema.tables[ref], file, f"t{number}", types)
            tables[ref] = table
            began = time.monotonic()
            judges.loaded(table)
            judged += time.monotonic() - began
    return tables, judged


@contextmanager
def _ahead(
    con: Connection, schema: DatabaseSchema, files: Mapping[TableRef, CsvFile], types: TypeBook, threads: int | None
) -> Iterator[Mapping[TableRef, Future[LoadedTable]]]:
    """Load large files beside each other, for parts of loading one run on one core."""
    large = {ref for ref, file in files.items() if file.size >= _LARGE}
    if len(large) < 2 or threads == 1:
        yield {}
        return

    def loaded(number: int, ref: TableRef, file: CsvFile) -> LoadedTable:
        own = con.cursor()
        try:
            return load(own, ref, schema.tables[ref], file, f"t{number}", types)
        finally:
            own.close()

    with ThreadPoolExecutor(_BESIDE, thread_name_prefix="datalchemy-load") as pool:
        try:
            yield {
                ref: pool.submit(loaded, number, ref, file)
                for number, (ref, file) in enumerate(files.items())
                if ref in large
            }
        finally:
            pool.shutdown(cancel_futures=True)


def _judge(judges: _Judges, tables: Mapping[TableRef, LoadedTable], steps: _Steps, depth: _Depth) -> None:
    con, plan, schema, findings = judges.con, judges.plan, judges.schema, judges.findings
    references = ReferenceJudge(con, tables, findings, judges.held)
    for ref, table in tables.items():
        steps.start(f"judge {ref}")
        few = judges.alone.pop(ref, None)
        alone = judges.constraints(table) if few is None else few
        for foreign_key in table.table.foreign_keys:
            counted = fanout.measure(con, table, foreign_key, references.parents(foreign_key.target))
            references.judge(table, foreign_key, counted.stat.children if counted is not None else None)
            if counted is not None:
                depth.references.append(counted.stat)
                alone.different |= _of_key(table, foreign_key, counted, alone.nulls)
        if few is None:
            judges.statistics(table, alone)
        depth.columns += alone.stats
        depth.conformance += alone.conformance
    if plan is not None and plan.relations:
        steps.start("judge relations")
        depth.relations += relations.measure(con, plan, schema, tables, judges.types, findings, depth.columns)
        if plan.settings.strict:
            _held(depth.relations, findings)


def _of_key(table: LoadedTable, key: ForeignKey, counted: fanout.Counted, nulls: Mapping[str, int]) -> dict[str, int]:
    """How many different values the one column of a foreign key has, where every value has its parent."""
    if len(key.columns) != 1 or not counted.exact:
        return {}
    column = table.columns[key.columns[0]]
    every = column.clean and counted.stat.children == table.rows - nulls.get(key.columns[0], 0)
    return {column.sql: counted.different} if every else {}


def _held(answers: Sequence[RelationStat], findings: Findings) -> None:
    """Under a strict plan a relation is held like a constraint."""
    for answer in answers:
        ref = TableRef(answer.schema_name, answer.table)
        path = f"{ref}.{answer.column}"
        if answer.status == "not_evaluated":
            findings.skipped(ref, "relation", path, f"{answer.relation} is not evaluated: {answer.found}")
            continue
        findings.checked("relation")
        if answer.status == "deviates":
            row = next((example.row_index for example in answer.examples), None)
            message = f"{answer.column} {answer.expected}: {answer.outcome}"
            columns = (answer.column,) if row is not None else ()
            findings.add(Finding(ref, "relation", "relation", path, message, max(answer.deviating, 1), row, columns))


def _operands(table: LoadedTable) -> dict[str, Operand]:
    operands = {
        name: Operand(column.sql, column.reading.sql_type, column.reading.family, column.reading.nocase)
        for name, column in table.columns.items()
    }
    for column in table.table.columns:
        if column.name not in operands and column.generated is not None and column.generated.expression is not None:
            operands[column.name] = Operand(None, expression=column.generated.expression)
    return operands


def _absent(data: Dataset, schema: DatabaseSchema, findings: Findings) -> None:
    for name in data.strangers:
        findings.warn("missing_schema_table", name, f"{name} is no file of any table of the schema")
    for ref in data.expected:
        if ref not in data.files and not _partitions(schema, ref).intersection(data.files):
            known = "" if ref in schema.tables else ", nor is it in the schema"
            findings.warn("missing_table", str(ref), f"{ref} was asked for and has no file{known}")


def _partitions(schema: DatabaseSchema, ref: TableRef) -> set[TableRef]:
    def is_of(table: Table) -> bool:
        owner = table.partition_of
        return owner is not None and TableRef(owner.schema_name, owner.table) == ref

    own = {child for child, table in schema.tables.items() if is_of(table) and child != ref}
    return own.union(*(_partitions(schema, child) for child in own))


def _rows(
    data: Dataset, tables: Mapping[TableRef, LoadedTable], references: ReferenceJudge, findings: Findings
) -> list[TableRows]:
    entries = []
    for ref in sorted({*tables, *data.expected}):
        own = [tables[ref]] if ref in tables else references.holders(ref)
        found, expected = sum(table.rows for table in own), data.expected.get(ref)
        entries.append(TableRows(schema_name=ref.schema, table=ref.table, rows_found=found, rows_expected=expected))
        if expected is None:
            continue
        findings.checked("rows")
        if found != expected:
            message = f"{found} rows found, {expected} expected"
            findings.add(Finding(ref, "rows", "rows", str(ref), message, abs(found - expected)))
    return entries


def _plan_ref(plan: Plan | None) -> MetricsPlanRef:
    if plan is None:
        return MetricsPlanRef(plan_version="none", seed=0)
    return MetricsPlanRef(plan_version=plan.plan_version, seed=plan.seed, plan_hash=plan.sha256())


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
