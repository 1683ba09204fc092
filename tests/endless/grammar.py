"""Random schemas: every kind of constraint alone and combined, deep and cyclic graphs, names nobody would choose.

A schema is a list of parts, so that the minimiser can take parts away: types, tables made of lines, and what follows.
The same number gives the same schema.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_NAMES = (
    "id code name label kind state amount price total quantity rate starts ends born hired email phone note parent "
    "owner account item place level flag score weight size title body token hash payload valid created updated version"
).split()
_HOSTILE = (
    "order",
    "select",
    "User",
    "a b",
    "über",
    "x.y",
    "it's",
    'q"q',
    "table",
    "NULL",
    "l" * 60,
    "1st",
    "%s",
    "{}",
)
_TABLES = "account order item person place visit asset event ledger batch parcel route site vote lesson engine".split()


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


@dataclass
class Column:
    """A column under way."""

    name: str
    kind: str
    type: str
    null: bool
    extra: str = ""
    link: bool = False
    keyed: bool = False

    @property
    def sql(self) -> str:
        """Its line."""
        return f"{quoted(self.name)} {self.type}{'' if self.null else ' NOT NULL'}{self.extra}"


@dataclass
class Table:
    """A table under way: its columns, and what else is written into it."""

    name: str
    columns: list[Column] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    keys: list[tuple[str, ...]] = field(default_factory=list)
    suffix: str = ""

    def of(self, *kinds: str, free: bool = False) -> list[Column]:
        """Its columns of some kinds."""
        return [
            c for c in self.columns if c.kind in kinds and not (free and (c.link or c.keyed or "GENERATED" in c.extra))
        ]

    def named(self, name: str) -> Column:
        """A column of it."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Schema:
    """A schema in parts.

    Attributes:
        before: types.
        tables: each the head of its statement, its lines, and the end.
        after: indexes, foreign keys, partitions.
    """

    before: tuple[str, ...]
    tables: tuple[tuple[str, tuple[str, ...], str], ...]
    after: tuple[str, ...]

    @property
    def ddl(self) -> str:
        """The statements."""
        apart = ",\n  "
        made = [f"{head} (\n  {apart.join(lines)}\n){end};" for head, lines, end in self.tables]
        return "\n".join([*(f"{part};" for part in self.before), *made, *(f"{part};" for part in self.after)])


_TYPES: tuple[tuple[str, str, int], ...] = (
    ("int", "integer", 8), ("int", "bigint", 3), ("int", "smallint", 2), ("num", "numeric(8,2)", 4),
    ("num", "numeric(12,4)", 1), ("num", "numeric", 1), ("float", "double precision", 2), ("text", "text", 6),
    ("text", "varchar(20)", 5), ("text", "varchar(4)", 1), ("char", "char(5)", 1), ("bool", "boolean", 4),
    ("date", "date", 4), ("ts", "timestamp", 2), ("ts", "timestamptz", 4), ("time", "time", 1), ("uuid", "uuid", 1),
    ("json", "jsonb", 2), ("bytes", "bytea", 1), ("inet", "inet", 1), ("ints", "integer[]", 1), ("texts", "text[]", 1),
    ("drange", "daterange", 1), ("trange", "tstzrange", 1), ("irange", "int4range", 1), ("interval", "interval", 1),
)  # fmt: skip


def _read() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("conditions.txt").read_text().splitlines():
        if not line.startswith("#"):
            kind, _, text = line.partition(": ")
            found.setdefault(kind, []).append(text)
    return {kind: tuple(texts) for kind, texts in found.items()}


_CONDITIONS = _read()
_LISTS = (("A", "B", "C"), ("open", "closed"), ("new", "paid", "sent", "back"), ("x",), ("low", "mid", "high"))


class Maker:
    """Makes one schema from one number."""

    def __init__(self, number: int, most: int = 6) -> None:
        self.most = most
        self.random = random.Random(number)
        self.before: list[str] = []
        self.after: list[str] = []
        self.tables: list[Table] = []
        self.domains: list[tuple[str, str]] = []

    def some(self, chance: float) -> bool:
        """Whether something of this chance comes about."""
        return self.random.random() < chance

    def make(self) -> Schema:
        """The schema."""
        for number in range(self.random.choice((0, 0, 1, 2))):
            self._type(number)
        for number in range(min(self.random.choice((1, 1, 2, 2, 3, 4, 6)), self.most)):
            self.tables.append(self._table(number))
        for table in self.tables:
            self._links(table)
        for table in self.tables:
            self._conditions(table)
            self._unique(table)
        tables = tuple(
            (f"CREATE TABLE {quoted(t.name)}", (*(c.sql for c in t.columns), *t.lines), t.suffix) for t in self.tables
        )
        return Schema(tuple(self.before), tables, tuple(self.after))

    # --- types, tables, columns ------------------------------------------------------------------------------

    def _type(self, number: int) -> None:
        kind = self.random.choice(("enum", "text", "text", "int", "num"))
        name = f"t{number}"
        if kind == "enum":
            labels = ", ".join(f"'{label}'" for label in self.random.choice(_LISTS))
            self.before.append(f"CREATE TYPE {name} AS ENUM ({labels})")
        else:
            value = Column("VALUE", kind, {"text": "text", "int": "integer", "num": "numeric(8,2)"}[kind], null=True)
            check = self._single(value).replace('"VALUE"', "VALUE")
            self.before.append(f"CREATE DOMAIN {name} AS {value.type} CHECK ({check})")
        self.domains.append((kind, name))

    def _table(self, number: int) -> Table:
        name = f"{self.random.choice(_TABLES)}{number}"
        if self.some(0.1):
            name = f"{self.random.choice(_HOSTILE)}{number}"[:60]
        table = Table(name)
        used = set[str]()
        shape = self.random.random()
        if shape < 0.45:
            kind = self.random.choice(
                ("serial", "integer", "bigint GENERATED BY DEFAULT AS IDENTITY", "uuid", "text", "varchar(12)")
            )
            plain = "int" if kind.startswith(("serial", "int", "big")) else "uuid" if kind == "uuid" else "text"
            table.columns.append(
                Column("id", plain, kind.split(" GEN")[0] if "GEN" not in kind else kind, null=False, keyed=True)
            )
            table.lines.append('PRIMARY KEY ("id")')
            table.keys.append(("id",))
            used.add("id")
        for _ in range(min(self.random.randint(2, 7), self.most + 2)):
            table.columns.append(self._column(used))
        plain_keys = [c for c in table.columns if c.kind in ("int", "text", "date", "uuid") and c.name not in ("id",)]
        if not table.keys and len(plain_keys) >= 2 and self.some(0.6):
            parts = self.random.sample(plain_keys, 2)
            for part in parts:
                part.null, part.keyed = False, True
            table.lines.append(f"PRIMARY KEY ({', '.join(quoted(p.name) for p in parts)})")
            table.keys.append(tuple(p.name for p in parts))
        self._computed(table)
        if not any("UNIQUE" in line for line in table.lines) and self.some(0.06):
            self._partitioned(table)
        return table

    def _column(self, used: set[str]) -> Column:
        name = self.random.choice(_NAMES if not self.some(0.04) else _HOSTILE)
        while name in used:
            name = f"{self.random.choice(_NAMES)}{len(used)}"
        used.add(name)
        if self.domains and self.some(0.15):
            kind, type_ = self.random.choice(self.domains)
            return Column(name, kind, type_, null=self.some(0.5))
        kind, type_, _ = self.random.choices(_TYPES, weights=[w for _, _, w in _TYPES])[0]
        return Column(name, kind, type_, null=self.some(0.55))

    def _computed(self, table: Table) -> None:
        numbers = [c for c in table.of("int") if c.type == "integer"]
        if numbers and self.some(0.1):
            one = self.random.choice(numbers)
            text = self.random.choice(("{0} * 2 + 1", "{0} + 5", "{0} % 7", "coalesce({0}, 0) - 3")).format(
                quoted(one.name)
            )
            table.columns.append(Column("made", "made", "integer", True, f" GENERATED ALWAYS AS ({text}) STORED"))
        texts = [c for c in table.of("text") if c.type == "text"]
        if texts and self.some(0.05):
            text = f"lower({quoted(self.random.choice(texts).name)})"
            table.columns.append(Column("folded", "madetext", "text", True, f" GENERATED ALWAYS AS ({text}) STORED"))

    def _partitioned(self, table: Table) -> None:
        keys = [c for c in table.columns if c.kind in ("int", "date", "ts", "text") and "GENERATED" not in c.extra]
        keys = [c for c in keys if not table.keys or c.name in table.keys[0]]
        keys = [c for c in keys if c.type not in ("serial",) and not any(c.type == name for _, name in self.domains)]
        if not keys:
            return
        key = self.random.choice(keys)
        name, part = quoted(table.name), lambda n: quoted(f"{table.name[:50]}_p{n}")
        if key.kind == "text":
            table.suffix = f" PARTITION BY LIST ({quoted(key.name)})"
            bounds = ["FOR VALUES IN ('A', 'B')", "FOR VALUES IN ('open')"]
        elif key.kind == "int" and self.some(0.5):
            table.suffix = f" PARTITION BY HASH ({quoted(key.name)})"
            bounds = [f"FOR VALUES WITH (MODULUS 2, REMAINDER {n})" for n in range(2)]
        elif key.kind == "int":
            table.suffix = f" PARTITION BY RANGE ({quoted(key.name)})"
            bounds = ["FOR VALUES FROM (1) TO (100)", "FOR VALUES FROM (100) TO (5000)"]
        else:
            table.suffix = f" PARTITION BY RANGE ({quoted(key.name)})"
            bounds = [
                "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
                "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
            ]
        self.after += [f"CREATE TABLE {part(n)} PARTITION OF {name} {bound}" for n, bound in enumerate(bounds)]

    # --- foreign keys ----------------------------------------------------------------------------------------

    def _links(self, table: Table) -> None:
        for number in range(self.random.choice((0, 1, 1, 2, 3))):
            parents = [t for t in self.tables if t.keys and not t.suffix]
            if not parents:
                return
            parent = self.random.choice(parents)
            key = self.random.choice(parent.keys)
            later = self.tables.index(parent) >= self.tables.index(table)
            null = self.some(0.5) or later
            names: list[str] = []
            for part in key:
                far = parent.named(part)
                name = f"{parent.name[:20]}_{part[:20]}_{number}"
                type_ = {"serial": "integer"}.get(far.type, far.type.split(" GENERATED")[0])
                own = Column(name, far.kind, type_, null, link=True)
                table.columns.insert(self.random.randint(0, len(table.columns)), own)
                names.append(name)
            columns, refers = (", ".join(map(quoted, part)) for part in (names, key))
            alter = f"ALTER TABLE {quoted(table.name)} ADD FOREIGN KEY ({columns})"
            self.after.append(f"{alter} REFERENCES {quoted(parent.name)} ({refers})")
            if self.some(0.25):
                table.lines.append(f"CHECK ({self._single(table.named(self.random.choice(names)))})")
            if self.some(0.12) and not table.suffix:
                table.lines.append(f"UNIQUE ({columns})")

    # --- conditions ------------------------------------------------------------------------------------------

    def _conditions(self, table: Table) -> None:
        plain = [c for c in table.columns if c.kind not in ("made", "madetext")]
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            pick = self.random.random()
            if pick < 0.5:
                text = self._single(self.random.choice(plain))
            elif pick < 0.8:
                text = self._pair(table) or self._single(self.random.choice(plain))
            elif pick < 0.95:
                text = self._branches(table)
            else:
                made = table.of("made")
                text = f"{quoted(made[0].name)} < {self.random.choice((50, 1000))}" if made else "true"
            table.lines.append(f"CHECK ({text})")

    def _single(self, column: Column) -> str:
        name = quoted(column.name)
        return self._condition(column.kind, a=name)

    def _pair(self, table: Table) -> str | None:
        by_kind: list[tuple[str, list[Column]]] = [
            (kind, table.of(*kinds))
            for kind, kinds in (("nn", ("int", "num")), ("dd", ("date",)), ("tt", ("ts",)), ("xx", ("text",)))
        ]
        by_kind.append(("nulls", [c for c in table.columns if c.null and c.kind not in ("made", "madetext")]))
        usable = [(kind, columns) for kind, columns in by_kind if len(columns) >= 2]
        if not usable:
            return None
        kind, columns = self.random.choice(usable)
        a, b = (quoted(c.name) for c in self.random.sample(columns, 2))
        return self._condition(kind, a=a, b=b)

    def _condition(self, kind: str, **names: str) -> str:
        """One of the conditions written for a kind."""
        pick = self.random.choice
        listed = ", ".join(f"'{text}'" for text in pick(_LISTS))
        text = pick(_CONDITIONS.get(kind, ("{a} IS NOT NULL",)))
        return text.format(
            k=pick((0, 1, 3, 5)), m=pick((10, 50, 100, 1000)), few=pick((0, 1, 3)), listed=listed, **names
        )

    def _branches(self, table: Table) -> str:
        plain = [c for c in table.columns if c.kind not in ("made", "madetext")]
        texts = [c for c in table.of("text") if not c.link and not c.keyed]
        parts = []
        head = self.random.choice(texts) if texts else None
        for label in self.random.choice(_LISTS):
            other = self._single(self.random.choice(plain))
            null = f"{quoted(self.random.choice(plain).name)} IS {self.random.choice(('', 'NOT '))}NULL"
            rest = self.random.choice((other, null))
            parts.append(f"({quoted(head.name)} = '{label}' AND {rest})" if head else f"({rest})")
        if head and self.some(0.3):
            condition = self._single(self.random.choice(plain))
            return f"CASE WHEN {quoted(head.name)} = '{self.random.choice(_LISTS)[0]}' THEN {condition} ELSE true END"
        return " OR ".join(parts)

    # --- unique sets -----------------------------------------------------------------------------------------

    def _unique(self, table: Table) -> None:
        if table.suffix:
            return
        plain = [
            c for c in table.columns if c.kind in ("int", "num", "text", "date", "ts", "uuid", "bool", "enum", "char")
        ]
        for _ in range(self.random.choice((0, 0, 1, 2))):
            if not plain:
                return
            parts = self.random.sample(plain, min(self.random.choice((1, 1, 2, 3)), len(plain)))
            columns = ", ".join(quoted(c.name) for c in parts)
            pick = self.random.random()
            index = f"CREATE UNIQUE INDEX ON {quoted(table.name)}"
            one = parts[0]
            if pick < 0.4:
                table.lines.append(f"UNIQUE ({columns})")
            elif pick < 0.5:
                table.lines.append(f"UNIQUE NULLS NOT DISTINCT ({columns})")
            elif pick < 0.75:
                self.after.append(f"{index} ({columns}) WHERE {self._single(self.random.choice(plain))}")
            elif one.kind == "text":
                text = self.random.choice(
                    ("lower({0})", "lower(trim({0}))", "md5({0})", "upper({0})", "left({0}, 8)", "coalesce({0}, '')")
                )
                self.after.append(f"{index} (({text.format(quoted(one.name))}))")
            elif one.kind == "ts" and one.type == "timestamp":
                self.after.append(f"{index} (date_trunc('hour', {quoted(one.name)}))")
            elif one.kind == "bool":
                self.after.append(f"{index} ((CASE WHEN {quoted(one.name)} THEN 1 END))")
            elif one.kind == "int":
                self.after.append(f"{index} (coalesce({quoted(one.name)}, 0), {columns})")
        ranges = table.of("drange", "trange", "irange")
        if ranges and self.some(0.4):
            table.lines.append(f"EXCLUDE USING gist ({quoted(ranges[0].name)} WITH &&)")


def schema(number: int, most: int = 6) -> Schema:
    """Return the schema of a number.

    Args:
        number: decides all of it.
        most: tables at most; few columns too where there are few tables.
    """
    return Maker(number, most).make()


def smaller(whole: Schema, holds: Callable[[Schema], bool], most: int = 200) -> Schema:
    """Take parts away as long as something still holds of what is left.

    Args:
        whole: of which it holds.
        holds: whether it holds of a part; False too where that is no schema.
        most: how often it is asked at most.
    """
    asked = 0
    again = True
    while again:
        again = False
        for part in _parts(whole):
            if asked >= most:
                return whole
            asked += 1
            tried = _without(whole, part)
            if holds(tried):
                whole, again = tried, True
                break
    return whole


_Part = tuple[str, int, int]


def _parts(whole: Schema) -> list[_Part]:
    tables = [("table", i, 0) for i in range(len(whole.tables))]
    after = [("after", i, 0) for i in range(len(whole.after))]
    lines = [("line", i, j) for i, (_, lines, _) in enumerate(whole.tables) for j in reversed(range(len(lines)))]
    return [*tables, *after, *lines, *(("before", i, 0) for i in range(len(whole.before)))]


def _without(whole: Schema, part: _Part) -> Schema:
    kind, i, j = part
    before, tables, after = list(whole.before), list(whole.tables), list(whole.after)
    if kind == "before":
        del before[i]
    elif kind == "after":
        del after[i]
    elif kind == "table":
        name = tables[i][0].removeprefix("CREATE TABLE ")
        del tables[i]
        after = [one for one in after if name not in one]
    else:
        head, lines, end = tables[i]
        tables[i] = head, tuple(line for at, line in enumerate(lines) if at != j), end
    return Schema(tuple(before), tuple(tables), tuple(after))
