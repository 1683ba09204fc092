# ruff: noqa: S608 - names are quoted, and nothing else of these queries comes from elsewhere.
"""A profile without a connection: queries for somebody else to run, their answers, and dumped statistics.

A script of queries is run by ``psql -XAtq -f queries.sql > answers.jsonl``; each answers with one line of JSON. What
may be told is decided on the server by the queries themselves, and once more when the answers are read. Statistics that
`pg_dump --statistics-only` of PostgreSQL 18 writes are read as the catalog's would be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from datalchemy_nb.contracts.names import TableRef, literal
from datalchemy_nb.contracts.profile import AuditEntry, ForeignKeyProfile, NotCounted, Profile, TableProfile
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import UsageError
from datalchemy_nb.introspect.counting import Answered, counted
from datalchemy_nb.introspect.profile import from_rows
from datalchemy_nb.introspect.questions import Ask, Inquiry, table_sql
from datalchemy_nb.introspect.telling import LEAST_K, Telling

_ESTIMATE = "rows of every table"
_HEAD = """\
-- Questions of datalchemy_nb about a database. Nothing is written, and no row is an answer: counts, means, and values
-- that at least {k} rows have. Run: psql -XAtq -f THIS_FILE DATABASE > answers.jsonl
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = '{seconds}s';
"""


class Offline:
    """Questions about a schema, and answers from files.

    Args:
        schema: the database's tables.
        k: counts of rows below it are not told.
        values: whether values, buckets and patterns are asked for.
        lines: lines of JSON that earlier queries answered with.

    Raises:
        UsageError: k is below 5, or a line is no answer.
    """

    def __init__(self, schema: DatabaseSchema, *, k: int, values: bool, lines: Iterable[str] = ()) -> None:
        if k < LEAST_K:
            raise UsageError(f"k must be at least {LEAST_K}, not {k}")
        self.schema, self.k, self.values = schema, k, values
        self.answered = Answered(dict(map(_answer, filter(str.strip, lines))))
        self.refs = [
            ref
            for ref, table in schema.tables.items()
            if table.kind in ("table", "partitioned_table") and table.partition_of is None
        ]

    @property
    def inquiry(self) -> Inquiry:
        """What is to be asked, given how many rows tables are said to have."""
        rows = self.answered.answers.get(_ESTIMATE) or ()
        estimates = {TableRef(row["schema"], row["table"]): max(0.0, float(row["estimate"])) for row in rows}
        return Inquiry(self.schema, self.refs, estimates, Telling(self.k), values=self.values)

    def open(self) -> list[Ask]:
        """Return the questions that come next; none where everything is answered."""
        if _ESTIMATE not in self.answered.answers:
            return [Ask(_ESTIMATE, self.refs[0], _estimate_sql(self.refs))] if self.refs else []
        for asks in self.inquiry.rounds(self.answered.answers):
            # Where a round was run, a question without an answer has failed: it is not asked again.
            if asks and not any(ask.name in self.answered.answers for ask in asks):
                return asks
        return []

    def script(self, seconds: int) -> str:
        """Return the questions that come next as a script for psql.

        Args:
            seconds: time limit of each query.
        """
        parts = [_HEAD.format(k=self.k, seconds=seconds)]
        for ask in self.open():
            inner = f"SELECT json_build_object('question', {literal(ask.name)}, 'rows', coalesce(json_agg(t), '[]'))"
            parts.append(f"-- {_comment(ask.name)}\nSAVEPOINT asked;\n{inner} FROM (\n{ask.sql}\n) AS t;\n")
            parts.append("ROLLBACK TO asked;\n")
        return "".join([*parts, "ROLLBACK;\n"])

    def profile(self, source: str) -> Profile:
        """Return what the answers tell.

        Args:
            source: where they came from, as the profile names it.
        """
        tables = tuple(TableProfile(schema_name=ref.schema, table=ref.table) for ref in self.refs)
        keys = tuple(
            ForeignKeyProfile(
                schema_name=ref.schema, table=ref.table, columns=key.columns,
                referenced_schema=key.target.schema, referenced_table=key.target.table,
            )
            for ref in self.refs
            for key in self.schema.tables[ref].foreign_keys
        )  # fmt: skip
        known = Profile(source=source, k=self.k, tables=tables, foreign_keys=keys)
        found = counted(known, self.inquiry, self.answered.answers)
        told = (AuditEntry(at="", query=name, sql="", rows=len(rows)) for name, rows in self.answered.answers.items())
        failed = tuple(
            NotCounted(query=ask.name, reason="no answer in the files")
            for asks in self.inquiry.rounds(self.answered.answers)
            if any(ask.name in self.answered.answers for ask in asks)
            for ask in asks
            if ask.name not in self.answered.answers
        )
        return found.model_copy(update={"audit": tuple(told), "not_counted": failed})


def _answer(line: str) -> tuple[str, Sequence[Mapping[str, Any]]]:
    try:
        found = json.loads(line)
        return str(found["question"]), list(found["rows"])
    except (ValueError, KeyError, TypeError):
        raise UsageError(
            "a line is no answer of a question", hint="run the script with psql -XAtq, and keep its output alone"
        ) from None


def _estimate_sql(refs: Sequence[TableRef]) -> str:
    names = ", ".join(literal(table_sql(ref)) for ref in refs)
    return (
        'SELECT n.nspname AS schema, c.relname AS "table", c.reltuples::float8 AS estimate '
        "FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace "
        f"WHERE c.oid = ANY(ARRAY[{names}]::pg_catalog.regclass[]) ORDER BY 1, 2"
    )


def _comment(name: str) -> str:
    return name.replace("\n", " ")


# --- pg_dump --statistics-only ---

_CALL = re.compile(r"pg_restore_(relation|attribute)_stats\s*\(")
_TOKEN = re.compile(r"\s*(E?'(?:[^']|'')*'|[^,()']+|\(|\)|,)")
_NUMBERS = re.compile(r"^-?\d")


def from_dump(text: str, schema: DatabaseSchema, *, source: str, k: int, allow_histograms: bool) -> Profile:
    """Read the statistics that `pg_dump --statistics-only` wrote as a profile.

    Args:
        text: the dump.
        schema: the database's tables; only these are told.
        source: as the profile names it.
        k: counts of rows below it are not told.
        allow_histograms: also bounds of histograms of numbers and moments. Most common values are never taken.

    Raises:
        UsageError: k is below 5, or the text holds no statistics.
    """
    if k < LEAST_K:
        raise UsageError(f"k must be at least {LEAST_K}, not {k}")
    relations: list[dict[str, Any]] = []
    columns: list[dict[str, Any]] = []
    bounds: list[dict[str, Any]] = []
    for kind, given in _calls(text):
        ref = TableRef(given.get("schemaname", ""), given.get("relname", ""))
        if ref not in schema.tables:
            continue
        place = {"schema": ref.schema, "table": ref.table}
        if kind == "relation":
            relations.append({**place, "estimate": float(given.get("reltuples", -1))})
            continue
        name = given.get("attname", "")
        columns.append(
            {
                **place, "column": name, "null_fraction": float(given.get("null_frac", 0)),
                "distinct": float(given.get("n_distinct", 0)), "average_width": int(float(given.get("avg_width", 0))),
                "correlation": float(given["correlation"]) if "correlation" in given else None,
            }
        )  # fmt: skip
        told = _array(given.get("histogram_bounds", ""))
        if told and _NUMBERS.match(told[0]):
            apart = sum(map(float, _array(given.get("most_common_freqs", ""))))
            bounds.append({**place, "column": name, "bounds": told, "apart": apart})
    if not relations:
        raise UsageError(
            "the file holds no statistics", hint="write it with pg_dump --statistics-only of PostgreSQL 18 or later"
        )
    references = [
        {
            "schema": ref.schema, "table": ref.table, "columns": list(key.columns),
            "referenced_schema": key.target.schema, "referenced_table": key.target.table,
        }
        for ref, table in schema.tables.items()
        for key in table.foreign_keys
    ]  # fmt: skip
    return from_rows(relations, columns, references, bounds if allow_histograms else [], source=source, k=k)


def _calls(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each call that restores statistics, with its named arguments."""
    for found in _CALL.finditer(text):
        words: list[str] = []
        at, depth, current = found.end(), 1, ""
        while depth and (token := _TOKEN.match(text, at)) is not None:
            at, word = token.end(), token[1]
            depth += (word == "(") - (word == ")")
            if (word == "," and depth == 1) or not depth:
                words.append(current.strip())
                current = ""
            else:
                current += word
        pairs = dict(zip(words[::2], words[1::2], strict=False))
        yield found[1], {_plain(name): _plain(value) for name, value in pairs.items()}


def _plain(literal: str) -> str:
    """A literal without its quotes and its type."""
    quoted = re.match(r"E?'((?:[^']|'')*)'", literal)
    return quoted[1].replace("''", "'") if quoted else literal.partition("::")[0].strip()


def _array(literal: str) -> list[str]:
    """The elements of an array of numbers or moments."""
    inner = literal.strip()
    if not inner.startswith("{"):
        return []
    return [part.strip('"') for part in re.findall(r'"[^"]*"|[^,{}]+', inner)]
