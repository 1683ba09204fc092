"""The one place that opens DuckDB, and what an expression from a file may say before it is run there.

Schemas, plans and run directories come from other people. An expression of theirs is parsed, and run only if every
part of it is on a list of operators and scalar functions that are pure and whose results are bounded. The database it
runs in can reach nothing: no file but those named, no network, no extension, no setting.
"""

from __future__ import annotations

import atexit
import math
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from datalchemy_nb.errors import TooSlow
from datalchemy_nb.later import Later

if TYPE_CHECKING:
    import duckdb
    import sqlglot
    from sqlglot import exp
else:
    # A plan whose rows need neither is made without them.
    duckdb, sqlglot, exp = Later("duckdb"), Later("sqlglot"), Later("sqlglot.expressions")

Connection: TypeAlias = "duckdb.DuckDBPyConnection"

MEMORY_LIMIT = "1GB"
"""For expressions over the rows of a chunk."""
SECONDS = 60.0
"""How long expressions of one chunk may take."""
ASKED_SECONDS, PLANNING_SECONDS = 5.0, 60.0
"""Before a run: how long one expression may take over a sample, and all of them together in processor time."""

LONGEST_TEXT = 100_000
"""Characters of an expression."""
MOST_NODES = 20_000
"""Parts of an expression, after the functions it calls are written out."""
LONGEST_MADE = 10_000
"""How many times longer than its arguments a text may become."""
_WATCH_SECONDS = 0.5
_PATIENCE = 3
"""How many times longer than that the clock may take, on a machine that does other things."""

_SYNTAX = frozenset(
    """Column Identifier Literal Boolean Null Paren Tuple Array Bracket Var DataType DataTypeParam Interval IntervalSpan
    Not And Or Neg Is In Between Case If EQ NEQ GT GTE LT LTE NullSafeEQ NullSafeNEQ Distinct
    Add Sub Mul Div IntDiv Mod Pow BitwiseAnd BitwiseOr BitwiseXor BitwiseNot BitwiseLeftShift BitwiseRightShift
    DPipe Like ILike RegexpLike RegexpILike RegexpFullMatch SimilarTo Escape Collate AtTimeZone Overlaps
    Cast TryCast Any All ByteString RawString UnicodeString BitString HexString National
    JSONExtract JSONExtractScalar JSONBExtract JSONBExtractScalar JSONPath JSONPathRoot JSONPathKey JSONPathSubscript
    JSONBContains JSONBContainsTopKey JSONBContainsAnyTopKeys JSONBContainsAllTopKeys JSONCast ParseJSON JSONKeys Lambda
    ArrayContains ArrayContainsAll ArrayContainedBy ArrayOverlaps ArraySize ArrayConcat ArrayPosition
    Abs Acos Asin Atan Atan2 Cbrt Ceil Cos Cot Degrees Exp Floor Ln Log Mod Pi Radians Round Sign Sin Sqrt Tan Trunc
    Greatest Least Coalesce Nullif
    Lower Upper Length Trim Substring Left Right StrPosition Replace RegexpReplace RegexpExtract Pad Repeat Space
    SplitPart Split StringToArray StartsWith EndsWith Contains Translate Initcap Reverse Ascii Unicode Chr Concat
    ConcatWs ByteLength BitLength MD5 MD5Digest SHA SHA2 ToBase64 FromBase64 Hex Unhex LowerHex
    ToChar TimeToStr StrToDate StrToTime Date Time Timestamp Extract DateTrunc TimestampTrunc DateDiff DateAdd
    DateSub DateFromParts TimestampFromParts TimeFromParts UnixToTime TimestampDiff TimestampAdd TimestampSub Year Month
    Day Week Quarter DayOfWeek DayOfWeekIso DayOfYear DayOfMonth WeekOfYear Hour Minute Second MakeInterval LastDay
    JustifyDays JustifyHours JustifyInterval IsNan IsInf ArrayRemove ArrayToString DateBin Dayname TimeToUnix Host
    JSONType JSONBExists ArrayDistinct Monthname RegexpSubstr SHA2Digest ToDays WidthBucket""".split()
)
"""Names of sqlglot's nodes that stand for pure operators and functions.

A lambda is there because ``f(document -> 'key')`` is parsed as one; no function that takes a lambda is on the list.
"""

_FUNCTIONS = frozenset(
    """any all row positive abs acos acosd asin atan atan2 atan2d cbrt ceil ceiling cos cot degrees div divide exp floor
    gcd lcm ln log log10 log2 mod pi pow power radians round scale sign sin sqrt tan trunc trim_scale
    width_bucket isfinite isnan isinf ascii bit_length btrim char_length character_length chr concat concat_ws
    contains ends_with initcap left length len lower ltrim lpad md5 octet_length position prefix quote_ident
    quote_literal regexp_full_match regexp_matches regexp_replace regexp_extract regexp_like regexp_substr
    replace repeat reverse right rpad rtrim sha224 sha256 sha384 sha512 similar_to_escape split_part starts_with
    strlen strpos string_split str_split string_to_array substr substring suffix to_hex translate trim unaccent
    strip_accents nfc_normalize upper coalesce greatest ifnull least nullif num_nonnulls num_nulls age century
    date_part datepart date_trunc datetrunc date_diff datediff date_sub date_bin day dayname dayofmonth dayofweek
    dayofyear decade epoch epoch_ms epoch_us round_even extract hour isodow isoyear justify_days justify_hours
    justify_interval last_day make_date make_time make_timestamp make_timestamptz make_interval millennium minute
    month monthname quarter second timezone to_char to_date to_timestamp week weekday weekofyear year yearweek
    to_days to_months to_years to_hours to_minutes to_seconds strftime strptime try_strptime to_json to_jsonb
    json_array_length jsonb_array_length json_typeof jsonb_typeof json_type json_valid json_exists json_contains
    json_keys json_extract json_extract_string json_extract_path json_extract_path_text jsonb_extract_path
    jsonb_extract_path_text jsonb_exists jsonb_exists_any jsonb_exists_all array_length array_lower array_ndims
    array_position array_positions array_remove array_to_string array_upper cardinality list_contains list_has
    list_has_all list_has_any array_has array_has_all array_has_any list_position list_value array_value
    list_unique list_distinct isempty lower_inc lower_inf upper_inc upper_inf host masklen netmask family
    uuid_extract_version pg_jsonb_typeof pg_array_length pg_has_key""".split()
)
"""Functions that sqlglot knows by no class: pure, and no longer than what they are given."""

_TYPES = frozenset(
    """BOOLEAN TINYINT UTINYINT SMALLINT USMALLINT INT UINT BIGINT UBIGINT INT128 UINT128 FLOAT DOUBLE DECIMAL
    BIGDECIMAL UDECIMAL MONEY SMALLMONEY TEXT VARCHAR NVARCHAR CHAR NCHAR BPCHAR NAME BINARY VARBINARY BLOB BIT DATE
    TIME TIMETZ TIMESTAMP TIMESTAMPTZ TIMESTAMPNTZ TIMESTAMPLTZ TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS DATETIME INTERVAL
    UUID JSON JSONB ENUM INET ARRAY LIST USERDEFINED HSTORE XML UNKNOWN NULL""".split()
)
_GROWING = frozenset("lpad rpad pad repeat space replace regexp_replace".split())
_UNKNOWN_TEXT = 1_000
"""How long a replacement that is no literal is taken to be."""
_PLAIN_FORMAT = re.compile(r"[^{}]*\{:\.[0-9]{1,2}g\}[^{}]*\Z")


@lru_cache(maxsize=1)
def queries() -> tuple[type[exp.Expr], ...]:
    """Return the nodes that read more than the row at hand."""
    return exp.Query, exp.From, exp.Table, exp.Exists


MEANS_OTHERWISE = "means_otherwise"
"""A call that stands for what DuckDB understands otherwise than PostgreSQL; its argument says why."""


def refusal(expression: str | exp.Expr, *, dialect: str = "duckdb") -> str | None:
    """Return why an expression may not run, or None if it may.

    Args:
        expression: text, or a tree of sqlglot's.
        dialect: of a text.
    """
    return _refused_text(expression, dialect) if isinstance(expression, str) else _refused(expression)


@lru_cache(maxsize=1 << 13)
def _refused_text(text: str, dialect: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        return f"it is longer than {LONGEST_TEXT:,} characters"
    try:
        return _refused(sqlglot.parse_one(text, read=dialect))
    except sqlglot.errors.SqlglotError as error:
        return f"it is not understood: {str(error).splitlines()[0]}"
    except RecursionError:
        return "it is nested too deep"


def _refused(tree: exp.Expr) -> str | None:
    for number, node in enumerate(tree.walk()):
        if number > MOST_NODES:
            return f"it has more than {MOST_NODES:,} parts"
        reason = _node(node)
        if reason is not None:
            return reason
    return None


def _node(node: exp.Expr) -> str | None:
    if isinstance(node, queries()):
        return "a subquery is never run"
    if isinstance(node, exp.Dot):
        return _qualified(node)
    if isinstance(node, exp.DataType):
        known = getattr(node.this, "name", str(node.this)) in _TYPES
        return None if known else f"type {node.sql('duckdb')} is not known here"
    if isinstance(node, exp.Format):
        written = _text(node.this)
        return None if written and _PLAIN_FORMAT.match(written) else "format may make texts without end"
    name = _name(node)
    if name == MEANS_OTHERWISE:
        return _text(node.expressions[0]) or "it means something else in DuckDB"
    known = name in _FUNCTIONS if isinstance(node, exp.Anonymous) else type(node).__name__ in _SYNTAX
    if not known:
        return _unknown(node, name)
    if name in _GROWING and not _bounded(node):
        return f"{name} may make texts without end"
    return None


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def _unknown(node: exp.Expr, name: str) -> str:
    if isinstance(node, exp.AggFunc):
        return f"{name} is an aggregate"
    if name:
        return f"{name} is not among the functions known to be pure"
    return f"{type(node).__name__.lower()} is not among the operators known to be pure"


def _qualified(node: exp.Dot) -> str | None:
    """``pg_catalog.f(x)`` is f(x); anything else before a dot may make a function of what stands behind it."""
    head, call = node.this, node.expression
    if isinstance(head, exp.Identifier) and head.name.lower() == "pg_catalog" and isinstance(call, exp.Func):
        return None
    return f"{node.sql('postgres')[:80]} is not known here"


def _bounded(node: exp.Expr) -> bool:
    """Whether what a function makes is at most so many times as long as what it is given, with those it stands in."""
    factor: float = 1
    place: exp.Expr | None = node
    while place is not None and factor <= LONGEST_MADE:
        factor *= _growth(place)
        place = place.parent
    return factor <= LONGEST_MADE


def _growth(node: exp.Expr) -> float:
    """How many times longer than its arguments a function's text may be."""
    name = _name(node)
    if name not in _GROWING:
        return 1
    parts = [node.args[key] for key in ("this", "expression", "replacement") if node.args.get(key) is not None]
    given = list(node.expressions) if isinstance(node, exp.Anonymous) else parts
    if name in ("replace", "regexp_replace"):
        old, new = (_text(given[place]) if len(given) > place else "" for place in (1, 2))
        if new is None:
            return _UNKNOWN_TEXT
        least = len(old) if name == "replace" and old else 0
        return max(1, len(new) / least) if least else len(new) + 1
    counts = [_count(part) for part in node.iter_expressions()]
    return max(1, *[count for count in counts if count is not None] or [math.inf])


def _text(node: exp.Expr) -> str | None:
    node = _bare(node)
    return node.name if isinstance(node, exp.Literal) and node.is_string else None


def _count(node: exp.Expr) -> float | None:
    """A number written out, or what `least` holds one down to."""
    node = _bare(node)
    if isinstance(node, exp.Least):
        known = [count for part in (node.this, *node.expressions) if (count := _count(part)) is not None]
        return min(known, default=None)
    return float(node.name) if isinstance(node, exp.Literal) and not node.is_string else None


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def size(tree: exp.Expr) -> int:
    """How many parts an expression has."""
    return sum(1 for _ in tree.walk())


def written_out(body: exp.Expr, arguments: Sequence[exp.Expr]) -> int:
    """How many parts an expression has at most when arguments stand for its columns and parameters."""
    places = sum(1 for _ in body.find_all(exp.Column, exp.Parameter))
    return size(body) + places * max(map(size, arguments), default=0)


def open_database(
    *,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = 1,
    readable: Sequence[Path] = (),
    spill: str | None = None,
    macros: Sequence[str] = (),
) -> Connection:
    """Open a database in memory that can reach nothing else.

    Args:
        memory_limit: as DuckDB writes it.
        threads: of its own; None for all cores.
        readable: files that may be read.
        spill: a directory for what does not fit into memory; without one, such a query fails.
        macros: statements run before the configuration is locked.

    Raises:
        duckdb.Error: the memory limit or the number of threads is not one that DuckDB knows.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        settings: dict[str, Any] = {"memory_limit": memory_limit, "temp_directory": spill or "", "TimeZone": "UTC"}
        settings |= {} if threads is None else {"threads": threads}
        settings |= {"allowed_paths": _paths(readable)} if readable else {}
        settings |= {"enable_external_access": False}
        for name, value in settings.items():
            connection.execute(f"SET GLOBAL {name} = {_written(value)}")
        for macro in macros:
            connection.execute(macro)
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def _paths(files: Sequence[Path]) -> list[str]:
    """Each path as it is, and as a pattern that means nothing but this path."""
    plain = [str(file) for file in files]
    return list(dict.fromkeys(text for path in plain for text in (path, no_glob(path))))


def no_glob(path: str) -> str:
    """Write a path so that DuckDB takes no part of it for a pattern."""
    return re.sub(r"[*?\[]", r"[\g<0>]", path)


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return "'" + str(value).replace("'", "''") + "'"


class _Watch:
    """Interrupts connections whose time is up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: dict[Connection, float] = {}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, connection: Connection, seconds: float) -> None:
        with self._lock:
            self._ends[connection] = time.monotonic() + seconds
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="datalchemy-watch", daemon=True)
                self._thread.start()

    def remove(self, connection: Connection) -> None:
        with self._lock:
            self._ends.pop(connection, None)

    def stop(self) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_WATCH_SECONDS)

    def _run(self) -> None:
        while not self._stopped.wait(_WATCH_SECONDS):
            self._interrupt_late()

    def _interrupt_late(self) -> None:
        with self._lock:
            now = time.monotonic()
            for connection, end in self._ends.items():
                if end < now:
                    connection.interrupt()


_watch = _Watch()
atexit.register(_watch.stop)


_SHOWN = 200


class _Left:
    """What is left of the time of all expressions together."""

    def __init__(self, each: float, total: float) -> None:
        self.each, self.total = each, total


_left: ContextVar[_Left | None] = ContextVar("datalchemy_seconds_left", default=None)


@contextmanager
def at_most() -> Iterator[None]:
    """Within the block an expression takes at most `ASKED_SECONDS`, all of them `PLANNING_SECONDS` of the processor."""
    token = _left.set(_Left(ASKED_SECONDS, PLANNING_SECONDS))
    try:
        yield
    finally:
        _left.reset(token)


@contextmanager
def limited(connection: Connection, expression: str, rows: int, seconds: float = SECONDS) -> Iterator[None]:
    """Interrupt what runs on a connection when it takes longer.

    Args:
        connection: what the block asks.
        expression: what is asked, for the message.
        rows: over how many rows, for the message.
        seconds: longest time; less within `at_most`.

    Raises:
        TooSlow: the time is up. It decides nothing else: what a plan comes to is the same on a slow machine.
    """
    left = _left.get()
    most = seconds if left is None else min(seconds, left.each, left.total)
    began = time.process_time(), time.monotonic()
    if most > 0:
        _watch.add(connection, most)
    try:
        if most <= 0:
            raise duckdb.InterruptException
        yield
    except duckdb.InterruptException:
        spent = "the time for all expressions together is up" if most < 0.1 else f"it takes longer than {most:.0f} s"
        raise TooSlow(
            f"{expression[:_SHOWN]}: {spent} over {rows:,} rows",
            hint="make this expression simpler, or leave its table out",
        ) from None
    finally:
        _watch.remove(connection)
        if left is not None:
            spent_here = time.process_time() - began[0], (time.monotonic() - began[1]) / _PATIENCE
            left.total -= max(spent_here)
