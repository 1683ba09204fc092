"""Questions to a server about its rows, made from the schema alone: each is one query that can only return counts,
means, and values that many rows have.

Three rounds build on one another: counts of single columns and of candidates for relations; what counts ask further
(values, buckets, patterns, families, relations across keys); how far apart ordered values lie. A round is the same list
for the same answers, so that somebody else may run the queries, and answers from a file do as well as a server's.
"""

# ruff: noqa: S608 - names are quoted, and nothing else of these queries comes from elsewhere.

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, permutations
from typing import Any

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.types import category_of
from datalchemy_nb.contracts.names import TableRef, literal, quote_ident
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, ForeignKey, PrimaryKey, Table, Unique
from datalchemy_nb.introspect.telling import ANY_FORM, FORMS, HOLDS, LONGEST, SUPPORT, Telling
from datalchemy_nb.records import dataclass

Row = Mapping[str, Any]
Answers = Mapping[str, Sequence[Row]]
NUMBERS = ("integer", "decimal", "float")
MOMENTS = ("date", "timestamp", "timestamptz")
TEXTS = ("text",)
MOST_ROWS = 1_000_000
"""Rows of a table that single columns are counted in; of larger tables a sample."""
FEW_ROWS = 100_000
"""Rows in which candidates for relations are tried."""
_ORDERED, _COMPUTED, _PARTLY, _DECIDING, _ACROSS = 10, 7, 14, 9, 8
_EXPRESSIONS = 300
_VALUES, _PATTERNS = 200, 12
_STATES = 12
_AT_ONCE = 24
_SOME = 5


@dataclass(frozen=True)
class Ask:
    """One query.

    Attributes:
        name: what it is about; the audit log and a file of answers name it so.
        table: the table that it counts first of all.
        sql: the query.
    """

    name: str
    table: TableRef
    sql: str


@dataclass(frozen=True)
class Counted:
    """One column's counts of the first round."""

    column: Column
    category: str
    rows: int
    present: int
    distinct: int
    personal: str | None
    length: float | None = None
    digits: int = 0
    blanks: int = 0
    capital: int = 0
    upper: int = 0

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def missing(self) -> float:
        """The share of nulls."""
        return 1 - self.present / self.rows if self.rows else 0.0


class Inquiry:
    """What is to be asked of a database, given what was answered.

    Args:
        schema: the schema.
        refs: tables to count.
        estimates: rows per table, as the catalog estimates them.
        telling: what may be told.
        values: whether values, buckets and patterns are asked for.
    """

    def __init__(
        self,
        schema: DatabaseSchema,
        refs: Sequence[TableRef],
        estimates: Mapping[TableRef, float],
        telling: Telling,
        *,
        values: bool,
    ) -> None:
        self.schema, self.refs, self.estimates, self.telling, self.values = schema, refs, estimates, telling, values

    # --- rounds -------------------------------------------------------------------------------------------------------

    def rounds(self, answers: Answers) -> Iterator[list[Ask]]:
        """Yield the questions of each round; ``answers`` must hold those of the rounds before."""
        yield [ask for ref in self.refs for ask in self._first(ref)]
        views = {ref: view for ref in self.refs if (view := self.view(ref, answers)) is not None}
        yield [ask for view in views.values() for ask in self._second(view, views)]
        yield [ask for view in views.values() for ask in self._third(view, answers)]

    def view(self, ref: TableRef, answers: Answers) -> View | None:
        """Return what the first round said of a table; None where it has no answer or too few rows."""
        rows = answers.get(f"columns of {ref}")
        if not rows:
            return None
        row, table = rows[0], self.schema.tables[ref]
        total = int(row["n"])
        if total < max(self.telling.k, 1):
            return None
        counted: dict[str, Counted] = {}
        for i, column in enumerate(self.columns(ref)):
            category = self.category(column)
            present = int(row[f"c{i}"])
            more: dict[str, Any] = {}
            personal = pii_tag(column.name)
            if category in TEXTS:
                forms = {tag: int(row[f"c{i}f{j}"]) for j, tag in enumerate(FORMS)}
                personal = personal or self.telling.form(forms, present)
                length = row[f"c{i}l"]
                more = {
                    "length": None if length is None else float(length), "digits": int(row[f"c{i}d"]),
                    "blanks": int(row[f"c{i}b"]), "capital": int(row[f"c{i}t"]), "upper": int(row[f"c{i}u"]),
                }  # fmt: skip
            counted[column.name] = Counted(column, category, total, present, int(row[f"c{i}k"]), personal, **more)
        return View(ref, table, self.schema, total, counted)

    # --- the first round: single columns, and candidates within a row -------------------------------------------------

    def _first(self, ref: TableRef) -> Iterator[Ask]:
        parts = ["count(*) AS n"]
        for i, column in enumerate(self.columns(ref)):
            c = quote_ident(column.name)
            parts += [f"count({c}) AS c{i}", f"count(DISTINCT {comparable(c, self.category(column))}) AS c{i}k"]
            if self.category(column) in TEXTS:
                t = f"btrim({c}::text)"
                parts.append(f"round(avg(length({t})), 1) AS c{i}l")
                tests = (("d", "[0-9]"), ("b", "[^ ] [^ ]"), ("t", "^[A-Z]"), ("u", "^[^a-z]*[A-Z][^a-z]*$"))
                parts += [f"count(*) FILTER (WHERE {t} ~ '{test}') AS c{i}{key}" for key, test in tests]
                parts += [
                    f"count(*) FILTER (WHERE {t} ~ {literal(form)}) AS c{i}f{j}"
                    for j, form in enumerate(FORMS.values())
                ]
        yield Ask(f"columns of {ref}", ref, f"SELECT {', '.join(parts)} FROM {self.source(ref, MOST_ROWS)}")
        candidates = [part for what in self.candidates(ref) for part in what.counts]
        for at in range(0, len(candidates), _EXPRESSIONS):
            listed = ", ".join(f"{sql} AS e{at + i}" for i, sql in enumerate(candidates[at : at + _EXPRESSIONS]))
            yield Ask(f"rows of {ref}, {at}", ref, f"SELECT {listed} FROM {self.source(ref, FEW_ROWS)}")

    def candidates(self, ref: TableRef) -> list[Candidate]:
        """What may hold between columns of a row, in a fixed order."""
        keyed = key_columns(self.schema.tables[ref])
        columns = self.columns(ref)
        found: list[Candidate] = []
        for family in (MOMENTS, NUMBERS):
            names = [
                c.name for c in columns if self.category(c) in family and not (family is NUMBERS and c.name in keyed)
            ]
            for a, b in permutations(names[:_ORDERED], 2):
                both = f"{quote_ident(a)} IS NOT NULL AND {quote_ident(b)} IS NOT NULL"
                low, high = quote_ident(a), quote_ident(b)
                found.append(
                    Candidate("order", b, (a,), None, (
                        _count(both), _count(f"{low} <= {high}"), _count(f"{low} < {high}"),
                    ))
                )  # fmt: skip
        partly = [c.name for c in columns if c.is_nullable][:_PARTLY]
        for a, b in combinations(partly, 2):
            first, second = quote_ident(a), quote_ident(b)
            found.append(
                Candidate("together", b, (a,), None, (
                    "count(*)", _count(f"({first} IS NULL) = ({second} IS NULL)"), _count(f"{first} IS NULL"),
                    _count(f"{second} IS NULL"),
                ))
            )  # fmt: skip
        numbers = [c.name for c in columns if self.category(c) in NUMBERS and c.name not in keyed][:_COMPUTED]
        for c in numbers:
            others = [name for name in numbers if name != c]
            for a, b in permutations(others, 2):
                found += [_computed(c, a, sign, b) for sign in ("*", "+", "-") if sign == "-" or a < b]
        return found

    # --- the second round ---------------------------------------------------------------------------------------------

    def _second(self, view: View, views: Mapping[TableRef, View]) -> Iterator[Ask]:
        ref, source, k = view.ref, self.source(view.ref, MOST_ROWS), self.telling.k
        for counted in view.columns.values():
            if not self.values or counted.personal or counted.name in view.keys:
                continue
            c, name = quote_ident(counted.name), counted.name
            if view.is_listed(counted, k):
                yield Ask(f"values of {ref}.{name}", ref, _values_sql(c, counted.category, source, k))
            if counted.category in MOMENTS and counted.present >= SUPPORT:
                yield Ask(f"rhythm of {ref}.{name}", ref, _rhythm_sql(c, counted.category, source, k))
            if counted.category in TEXTS and counted.length is not None and counted.length <= LONGEST:
                yield Ask(f"patterns of {ref}.{name}", ref, _patterns_sql(c, source, k))
        partly = [c for c in view.columns.values() if 0.02 <= c.missing <= 0.98]
        for state in view.states if self.values and partly else ():
            own = [c for c in partly if c.name != state.name]
            if own:
                yield Ask(f"nulls of {ref} by {state.name}", ref, _by_state_sql(state, own, source, k))
        pairs = view.deciding_pairs
        for at in range(0, len(pairs), _AT_ONCE):
            parts = [
                _decides_sql(a, b, self.source(ref, FEW_ROWS), i)
                for i, (a, b) in enumerate(pairs[at : at + _AT_ONCE], at)
            ]
            yield Ask(f"deciding columns of {ref}, {at}", ref, " UNION ALL ".join(parts))
        for key, parent in self.keys(ref, views):
            yield from self._across(view, key, parent)

    def keys(self, ref: TableRef, views: Mapping[TableRef, View]) -> Iterator[tuple[ForeignKey, View]]:
        """Foreign keys of a table to tables that were counted."""
        for key in self.schema.tables[ref].foreign_keys:
            parent = views.get(partition_root(key.target, self.schema))
            if parent is not None and key.enforced:
                yield key, parent

    def _across(self, view: View, key: ForeignKey, parent: View) -> Iterator[Ask]:
        ref, k = view.ref, self.telling.k
        label = key_label(ref, key)
        child, above = table_sql(ref), table_sql(parent.ref)
        on = _on(key, "x", "y")
        own = ", ".join(f"x.{quote_ident(c)}" for c in key.columns)
        families = (
            f"SELECT coalesce(s.n, 0) AS n FROM {above} AS y LEFT JOIN (SELECT {own}, count(*) AS n FROM {child} AS x "
            f"GROUP BY {own}) AS s ON {_on(key, 's', 'y')}"
        )
        yield Ask(
            f"families of {label}", ref,
            f"WITH f AS ({families}) SELECT count(*) AS parents, count(*) FILTER (WHERE n = 0) AS childless, "
            f"sum(n) AS children, (SELECT avg(t.n) FROM (SELECT n FROM f ORDER BY n DESC LIMIT {k}) AS t) AS largest "
            "FROM f",
        )  # fmt: skip
        counts = [part for what in self.across(view, key, parent) for part in what.counts]
        join = f"{self.source(ref, FEW_ROWS)} AS x JOIN {above} AS y ON {on}"
        if ref == parent.ref:
            return
        if counts:
            listed = ", ".join(f"{sql} AS e{i}" for i, sql in enumerate(counts))
            yield Ask(f"rows across {label}", ref, f"SELECT {listed} FROM {join}")
        sums = self.sums(view, key, parent)
        if sums:
            yield Ask(f"sums over {label}", ref, _sums_sql(sums, key, child, self.source(parent.ref, FEW_ROWS)))
        for at, (_, _, joined) in enumerate(self.ancestors(view, key, parent)):
            both = f"SELECT count(*) AS n, count(*) FILTER (WHERE {joined}) AS k FROM {join}"
            yield Ask(f"ancestors over {label}, {at}", ref, both)

    def across(self, view: View, key: ForeignKey, parent: View) -> list[Candidate]:
        """What may hold between a row and the row that a key of one column leads to."""
        if len(key.columns) != 1 or view.ref == parent.ref:
            return []
        found: list[Candidate] = []
        path = path_part(key.columns[0])
        mine = [c for c in view.columns.values() if c.name not in view.keys and c.present >= SUPPORT]
        theirs = [c for c in parent.columns.values() if c.name not in parent.keys and c.present]
        # What has few values agrees by chance.
        theirs = [c for c in theirs if c.distinct >= _SOME]
        for y in [c for c in theirs if c.category in MOMENTS][:_ACROSS]:
            own = [c for c in mine if c.category in MOMENTS and c.distinct >= _SOME]
            found += [_pair("order", x, y, path, ">=") for x in own[:_ACROSS]]
        for family in (NUMBERS, TEXTS, MOMENTS):
            for y in [c for c in theirs if c.category in family][:_ACROSS]:
                found += [_pair("copy", x, y, path, "=") for x in [c for c in mine if c.category in family][:_ACROSS]]
        return found

    def sums(self, view: View, key: ForeignKey, parent: View) -> list[Candidate]:
        """Numbers of a parent that may be the sum or count of its children."""
        if len(key.columns) != 1 or view.ref == parent.ref:
            return []
        mine = [c.name for c in view.columns.values() if c.category in NUMBERS and c.name not in view.keys][:6]
        theirs = [c for c in parent.columns.values() if c.category in NUMBERS and c.name not in parent.keys][:8]
        values = [f"{path_part(x)}" for x in mine]
        values += [f"{path_part(a)} * {path_part(b)}" for a, b in combinations(mine, 2)]
        values += [
            f"{path_part(a)} * {path_part(b)} * (1 - {path_part(c)})"
            for a, b in combinations(mine, 2)
            for c in mine
            if c not in (a, b)
        ]
        found = [Candidate("sum", y.name, (), sql, ()) for y in theirs for sql in values]
        return found + [Candidate("count", y.name, (), None, ()) for y in theirs if y.category == "integer"]

    def ancestors(self, view: View, key: ForeignKey, parent: View) -> list[tuple[str, str, str]]:
        """Pairs of paths to one table: a key of the row's own, and one over the row that ``key`` leads to."""
        found = []
        for own in self.schema.tables[view.ref].foreign_keys:
            for far in self.schema.tables[parent.ref].foreign_keys:
                same = len(own.columns) == len(far.columns) == len(key.columns) == 1
                if (
                    own is key
                    or not same
                    or own.target != far.target
                    or own.referenced_columns != far.referenced_columns
                ):
                    continue
                a, b = own.columns[0], far.columns[0]
                joined = f"x.{quote_ident(a)} = y.{quote_ident(b)}"
                found.append((path_part(a), f"{path_part(key.columns[0])}.{path_part(b)}", joined))
        return found

    # --- the third round: how far apart -------------------------------------------------------------------------------

    def _third(self, view: View, answers: Answers) -> Iterator[Ask]:
        ref = view.ref
        for counted in view.columns.values():
            apart = counted.personal or counted.name in view.keys or counted.category not in (*NUMBERS, *MOMENTS)
            if self.values and not apart:
                yield from self._spread(view, counted, answers.get(f"values of {ref}.{counted.name}") or ())
        for what, held, asked in self.held_in_rows(ref, answers):
            if what.kind == "order" and (cut := self.telling.buckets(asked)) and held >= HOLDS * asked:
                a, b = what.reads[0], what.column
                low, high = (number_of(quote_ident(n), self.category(view.columns[n].column)) for n in (a, b))
                sql = bucket_sql(f"{high} - {low}", self.source(ref, MOST_ROWS), cut)
                yield Ask(f"gap of {ref}.{b} after {a}", ref, sql)
        for key in self.schema.tables[ref].foreign_keys:
            parent = self.view(partition_root(key.target, self.schema), answers)
            if parent is None:
                continue
            for what, held, asked in self.held_across(view, key, parent, answers):
                cut = self.telling.buckets(asked)
                if what.kind == "order" and cut and held >= HOLDS * asked:
                    y = what.reads[0].split(".", 1)[1]
                    name = next(n for n in parent.columns if path_part(n) == y)
                    low = number_of(f"y.{quote_ident(name)}", parent.columns[name].category)
                    high = number_of(f"x.{quote_ident(what.column)}", view.columns[what.column].category)
                    join = (
                        f"{self.source(ref, FEW_ROWS)} AS x JOIN {table_sql(parent.ref)} AS y ON {_on(key, 'x', 'y')}"
                    )
                    sql = bucket_sql(f"{high} - {low}", join, cut)
                    yield Ask(f"gap of {ref}.{what.column} after {what.reads[0]}", ref, sql)

    def _spread(self, view: View, counted: Counted, told: Sequence[Row]) -> Iterator[Ask]:
        """Buckets of a column's values but for those that are told."""
        c, source = quote_ident(counted.name), self.source(view.ref, MOST_ROWS)
        cut = self.telling.buckets(counted.present - sum(int(row["n"]) for row in told))
        if not cut:
            return
        if told:
            listed = ", ".join(literal(str(row["v"])) for row in told)
            source += f" WHERE {_told_sql(c, counted.category)} NOT IN ({listed})"
        sql = bucket_sql(number_of(c, counted.category), source, cut)
        yield Ask(f"spread of {view.ref}.{counted.name}", view.ref, sql)

    def held_in_rows(self, ref: TableRef, answers: Answers) -> list[tuple[Candidate, int, int]]:
        """Candidates of a row with the rows in which they hold, and those asked."""
        row: dict[str, Any] = {}
        for name, rows in answers.items():
            if name.startswith(f"rows of {ref}, ") and rows:
                row.update(rows[0])
        return list(_counted(self.candidates(ref), row))

    def held_across(
        self, view: View, key: ForeignKey, parent: View, answers: Answers
    ) -> list[tuple[Candidate, int, int]]:
        """The same of candidates across a key."""
        rows = answers.get(f"rows across {key_label(view.ref, key)}")
        return list(_counted(self.across(view, key, parent), dict(rows[0]))) if rows else []

    # --- names --------------------------------------------------------------------------------------------------------

    def columns(self, ref: TableRef) -> list[Column]:
        """Columns that can be counted: of a family with an order, texts, booleans, enums."""
        families = (*NUMBERS, *MOMENTS, *TEXTS, "boolean", "enum")
        return [c for c in self.schema.tables[ref].columns if self.category(c) in families]

    def category(self, column: Column) -> str:
        """The family of a column's values."""
        return category_of(column.column_type, self.schema)

    def source(self, ref: TableRef, most: int) -> str:
        """The table, or a sample of its pages where it is larger."""
        rows = self.estimates.get(ref, 0)
        if rows <= most:
            return table_sql(ref)
        return f"{table_sql(ref)} TABLESAMPLE SYSTEM ({max(100 * most / rows, 0.01):.2f}) REPEATABLE (1)"


@dataclass(frozen=True)
class Candidate:
    """A relation that may hold.

    Attributes:
        kind: as in `FoundRelation`; ``count`` counts children.
        column: the column that it is about.
        reads: paths.
        sql: an expression.
        counts: aggregates: rows asked, rows in which it holds, and more.
    """

    kind: str
    column: str
    reads: tuple[str, ...]
    sql: str | None
    counts: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """A table with the counts of the first round."""

    ref: TableRef
    table: Table
    schema: DatabaseSchema
    rows: int
    columns: Mapping[str, Counted]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Columns of primary and foreign keys, and such as are unique alone."""
        return key_columns(self.table)

    def is_listed(self, counted: Counted, k: int) -> bool:
        """Whether a column has so few values that enough rows share them."""
        if counted.category in TEXTS:
            return (
                counted.length is not None and counted.length <= LONGEST and counted.distinct * k <= 3 * counted.present
            )
        return counted.distinct * 2 <= counted.present

    @cached_property
    def states(self) -> list[Counted]:
        """Columns of few values that each many rows have."""
        found = []
        for counted in self.columns.values():
            few = 2 <= counted.distinct <= _STATES and counted.present >= 5 * counted.distinct
            if few and not counted.personal and counted.name not in self.keys:
                found.append(counted)
        # What few states tell is told by them, and not by others that happen to agree.
        return sorted(found, key=lambda counted: counted.distinct)[:4]

    @cached_property
    def deciding_pairs(self) -> list[tuple[str, str]]:
        """Pairs of columns of which the first may decide the second: both repeat."""
        small = [
            c
            for c in self.columns.values()
            if c.category in (*NUMBERS, *TEXTS, "enum") and c.name not in self.keys
            and c.distinct >= 3 and c.present >= SUPPORT and c.distinct <= c.present * 0.9
        ]  # fmt: skip
        return [(a.name, b.name) for a, b in permutations(small[:_DECIDING], 2) if a.distinct >= b.distinct]


def key_columns(table: Table) -> frozenset[str]:
    """Return columns of primary and foreign keys, and such as are unique alone."""
    found = {name for key in table.foreign_keys for name in key.columns}
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKey) or (isinstance(constraint, Unique) and len(constraint.columns) == 1):
            found |= set(constraint.columns)
    for index in table.indexes:
        if index.is_unique and len(index.keys) == 1 and index.keys[0].column:
            found.add(index.keys[0].column)
    return frozenset(found)


def key_label(ref: TableRef, key: ForeignKey) -> str:
    """Return a foreign key's name in questions."""
    return f"{ref} ({', '.join(key.columns)})"


def path_part(name: str) -> str:
    """Return a column as paths and expressions of a plan write it."""
    plain = name.isidentifier() and name == name.lower() and name.isascii()
    return name if plain else quote_ident(name)


def table_sql(ref: TableRef) -> str:
    """Return a table's quoted name."""
    return f"{quote_ident(ref.schema)}.{quote_ident(ref.table)}"


def number_of(sql: str, category: str) -> str:
    """Return a number by which values are ordered: moments as seconds since 1970 UTC, days as days."""
    if category == "date":
        return f"extract(epoch FROM {sql}::timestamp)"
    if category == "timestamp":
        return f"extract(epoch FROM {sql})"
    if category == "timestamptz":
        return f"extract(epoch FROM {sql} AT TIME ZONE 'UTC')"
    return f"{sql}::numeric" if category != "float" else f"{sql}::float8"


def comparable(sql: str, category: str) -> str:
    """Return an expression that DISTINCT takes."""
    return f"{sql}::text" if category in (*TEXTS, "enum") else sql


def bucket_sql(number: str, source: str, buckets: int) -> str:
    """Return a query for means of buckets of equally many rows, without the first and the last."""
    numbers = f"(SELECT {number} AS v FROM {source}) AS s WHERE v IS NOT NULL"
    cut = f"SELECT v, ntile({buckets}) OVER (ORDER BY v) AS b FROM {numbers}"
    return (
        f"SELECT b, avg(v)::numeric AS m, count(*) AS n FROM ({cut}) AS z WHERE b > 1 AND b < {buckets} "
        f"GROUP BY b ORDER BY b"
    )


def _told_sql(c: str, category: str) -> str:
    """A value as a profile tells it."""
    return f"({c} AT TIME ZONE 'UTC')::text" if category == "timestamptz" else f"{c}::text"


def _values_sql(c: str, category: str, source: str, k: int) -> str:
    told = _told_sql(c, category)
    safe = f" AND length({told}) <= {LONGEST} AND btrim({told}) !~ {literal(ANY_FORM)}" if category in TEXTS else ""
    return (
        f"SELECT {told} AS v, count(*) AS n FROM {source} WHERE {c} IS NOT NULL{safe} GROUP BY 1 "
        f"HAVING count(*) >= {k} ORDER BY 2 DESC, 1 LIMIT {_VALUES}"
    )


def _patterns_sql(c: str, source: str, k: int) -> str:
    inner = f"btrim({c}::text)"
    for of, to in (("[[:upper:]]", "A"), ("[[:lower:]]", "a"), ("[0-9]", "9")):
        inner = f"regexp_replace({inner}, '{of}', '{to}', 'g')"
    return (
        f"SELECT {inner} AS v, count(*) AS n FROM {source} WHERE {c} IS NOT NULL AND length({c}::text) <= {LONGEST} "
        f"GROUP BY 1 HAVING count(*) >= {k} ORDER BY 2 DESC, 1 LIMIT {_PATTERNS}"
    )


def _rhythm_sql(c: str, category: str, source: str, k: int) -> str:
    at = f"{c} AT TIME ZONE 'UTC'" if category == "timestamptz" else f"{c}::timestamp"
    return (
        f"SELECT d, h, count(*) AS n FROM (SELECT extract(isodow FROM {at})::int AS d, "
        f"extract(hour FROM {at})::int AS h FROM {source} WHERE {c} IS NOT NULL) AS s "
        f"GROUP BY GROUPING SETS ((d), (h)) HAVING count(*) >= {k}"
    )


def _by_state_sql(state: Counted, own: Sequence[Counted], source: str, k: int) -> str:
    counts = ", ".join(f"count({quote_ident(c.name)}) AS p{i}" for i, c in enumerate(own))
    s = quote_ident(state.name)
    return (
        f"SELECT {s}::text AS v, count(*) AS n, {counts} FROM {source} WHERE {s} IS NOT NULL GROUP BY 1 "
        f"HAVING count(*) >= {k} ORDER BY 1"
    )


def _decides_sql(a: str, b: str, source: str, number: int) -> str:
    x, y = quote_ident(a), quote_ident(b)
    return (
        f"(SELECT {number} AS i, count(*) AS g, count(*) FILTER (WHERE k = 1) AS h, coalesce(sum(n), 0) AS n, "
        f"coalesce(sum(n) FILTER (WHERE k = 1), 0) AS m "
        f"FROM (SELECT count(*) AS n, count(DISTINCT {y}) AS k FROM {source} "
        f"WHERE {x} IS NOT NULL AND {y} IS NOT NULL GROUP BY {x} HAVING count(*) > 1) AS z)"
    )


def _sums_sql(sums: Sequence[Candidate], key: ForeignKey, child: str, parents: str) -> str:
    values = list(dict.fromkeys(one.sql for one in sums if one.sql is not None))
    wholes = list(dict.fromkeys(one.column for one in sums))
    inner = [f"sum(({_over('x', sql)})::numeric) AS s{i}" for i, sql in enumerate(values)]
    inner += [f"max(y.{quote_ident(name)})::numeric AS y{i}" for i, name in enumerate(wholes)]
    group = ", ".join(f"y.{quote_ident(name)}" for name in key.referenced_columns)
    parts = []
    for i, one in enumerate(sums):
        whole = f"y{wholes.index(one.column)}"
        made = "n" if one.sql is None else f"s{values.index(one.sql)}"
        near = f"abs({whole} - {made}) <= 0.01 + 0.001 * abs({whole})"
        parts += [
            f"count(*) FILTER (WHERE {whole} <> 0) AS a{i}",
            f"count(*) FILTER (WHERE {whole} <> 0 AND {near}) AS h{i}",
        ]
        parts.append(f"count(*) FILTER (WHERE {whole} <> 0 AND n > 1) AS v{i}")
    return (
        f"SELECT {', '.join(parts)} FROM (SELECT {', '.join(inner)}, count(*) AS n FROM {child} AS x "
        f"JOIN {parents} AS y ON {_on(key, 'x', 'y')} GROUP BY {group}) AS z"
    )


def _over(alias: str, sql: str) -> str:
    """An expression made of paths of one part, read from a table by its alias."""
    parts = []
    for word in sql.replace("(", "( ").replace(")", " )").split(" "):
        is_name = bool(word) and (word[0].isalpha() or word[0] in '_"')
        parts.append(f"{alias}.{word if word.startswith(chr(34)) else quote_ident(word)}" if is_name else word)
    return " ".join(parts)


def _computed(c: str, a: str, sign: str, b: str) -> Candidate:
    x, y, z = (f"{quote_ident(name)}::numeric" for name in (a, b, c))
    given = " AND ".join(f"{quote_ident(name)} <> 0" for name in (a, b, c))
    near = f"abs({z} - ({x} {sign} {y})) <= 0.01 + 0.001 * abs({z})"
    counts = (_count(given), _count(f"{given} AND {near}"))
    return Candidate("computed", c, (a, b), f"{path_part(a)} {sign} {path_part(b)}", counts)


def _pair(kind: str, x: Counted, y: Counted, path: str, sign: str) -> Candidate:
    mine, theirs = f"x.{quote_ident(x.name)}", f"y.{quote_ident(y.name)}"
    both = f"{mine} IS NOT NULL AND {theirs} IS NOT NULL"
    if x.category in TEXTS:
        mine, theirs = f"{mine}::text", f"{theirs}::text"
    counts = (_count(both), _count(f"{mine} {sign} {theirs}"))
    return Candidate(kind, x.name, (f"{path}.{path_part(y.name)}",), None, counts)


def _count(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


def _counted(candidates: Sequence[Candidate], row: Row) -> Iterator[tuple[Candidate, int, int]]:
    at = 0
    for what in candidates:
        counts = [row.get(f"e{at + i}") for i in range(len(what.counts))]
        at += len(what.counts)
        if None in counts[:2]:
            continue
        asked, held = int(counts[0] or 0), int(counts[1] or 0)
        if what.kind == "order" and len(counts) > 2 and int(counts[2] or 0) < 0.05 * asked:
            # Nearly always equal: the later column repeats the earlier.
            pair, differ = {what.column, *what.reads}, asked - held + int(counts[2] or 0)
            earlier = next(c for c in candidates if c.kind == "order" and {c.column, *c.reads} == pair)
            if earlier is what and differ <= (1 - HOLDS) * asked:
                yield Candidate("copy", what.column, what.reads, None, ()), asked - differ, asked
            continue
        if what.kind == "together":
            # Columns that are empty, or filled, in nearly every row agree by chance.
            first, second = (int(n or 0) / asked if asked else 0.0 for n in counts[2:4])
            if first * second + (1 - first) * (1 - second) >= 0.9:
                continue
        yield what, held, asked


def _on(key: ForeignKey, child: str, parent: str) -> str:
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    return " AND ".join(f"{child}.{quote_ident(a)} = {parent}.{quote_ident(b)}" for a, b in pairs)
