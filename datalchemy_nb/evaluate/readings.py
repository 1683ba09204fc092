"""How a cell of each PostgreSQL type is read in DuckDB."""

from __future__ import annotations

from collections.abc import Callable

from datalchemy_nb.contracts.schema import ColumnType
from datalchemy_nb.evaluate import bounds, extensions, moments
from datalchemy_nb.evaluate.reading import Cell, Fault, Proof, Reading
from datalchemy_nb.evaluate.typebook import TypeBook, modifiers

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
HELD = "DECIMAL(38,15)"
"""What holds numbers that their type gives no limits."""
_NAME_BYTES = 63


def read(column_type: ColumnType, raw: str, value: str, types: TypeBook) -> Reading:
    """Choose the reading of a column.

    Args:
        column_type: the column's declared type, possibly a domain.
        raw: name of the raw cell in the loading query.
        value: name of the value in the loading query.
        types: the schema's user types.
    """
    base = types.base_of(column_type)
    cell = Cell(raw, value, base, types)
    key = (base.udt_schema, base.udt_name)
    if key in types.schema.enum_labels:
        return _enum(cell, types.enums.get(key), types.schema.enum_labels[key])
    if base.kind == "array" or base.udt_name.startswith("_"):
        return _array(cell)
    return _READERS.get(base.udt_name, _opaque)(cell)


def _enum(cell: Cell, sql_type: str | None, labels: tuple[str, ...]) -> Reading:
    shown = ", ".join(labels[:8]) + (", ..." if len(labels) > 8 else "")
    if sql_type is None:
        return Reading("VARCHAR", "enum", cell.raw, (Fault("enum", "true", "the enum has no labels"),))
    fault = Fault("enum", f"{cell.value} IS NULL", f"is none of {shown}")
    return Reading(sql_type, "enum", cell.cast(sql_type), (fault,))


def _integer(sql_type: str) -> Callable[[Cell], Reading]:
    def reader(cell: Cell) -> Reading:
        name = cell.type.data_type
        faults = (
            Fault("type", f"NOT {cell.matches('[+-]?[0-9]+')}", f"is no {name}"),
            Fault("type", f"{cell.value} IS NULL", f"is out of range for {name}"),
        )
        return Reading(sql_type, "integer", cell.cast(sql_type), faults, cell.canonical, proof=Proof(spelled=True))

    return reader


def _numeric(cell: Cell) -> Reading:
    given = modifiers(cell.type)
    precision = cell.type.numeric_precision or next(iter(given), None)
    scale = cell.type.numeric_scale if cell.type.numeric_scale is not None else (given[1] if len(given) > 1 else 0)
    bad = Fault("type", f"NOT {cell.matches(_NUMBER)} AND lower({cell.raw}) <> 'nan'", "is no number")
    if precision is None or not 0 <= scale <= precision <= 38:
        bad = Fault("type", f"NOT {cell.matches(_NUMBER + '|(?i)-?inf(inity)?|nan')}", "is no number")
        digits = f"regexp_matches({cell.raw}, '\\.[0-9]{{15}}[0-9]*[1-9]')"
        unheld = Fault("unheld", f"{cell.value} IS NULL OR {digits}", "has more digits than can be compared")
        return Reading(HELD, "decimal", cell.cast(HELD), (bad, unheld))
    whole = f"{{1,{precision - scale}}}" if precision > scale else "{0,1}"
    usual = f"-?[0-9]{whole}" + (f"(\\.[0-9]{{1,{scale}}})?" if scale else "")
    plain = cell.matches(usual)
    faults = (
        bad,
        Fault("unheld", f"lower({cell.raw}) = 'nan'", "is not a number"),
        Fault("length", f"{cell.value} IS NULL", f"has more than {precision - scale} digits before the point"),
        Fault(
            "length",
            f"regexp_matches({cell.raw}, '\\.[0-9]{{{scale}}}[0-9]*[1-9]')",
            f"has more than {scale} digits after the point",
        ),
    )
    sql_type = f"DECIMAL({precision},{scale})"
    # NUMERIC(2,2) holds 0.25 but not 1: the plain pattern cannot tell, so the full faults decide.
    quick = f"{cell.canonical} OR {plain}" if precision > scale else cell.canonical
    proof = Proof(spelled=True, pattern=usual if precision > scale else None)
    return Reading(sql_type, "decimal", cell.cast(sql_type), faults, quick, proof=proof)


def _float(sql_type: str) -> Callable[[Cell], Reading]:
    def reader(cell: Cell) -> Reading:
        special = "(?i)[+-]?inf(inity)?|nan"
        faults = (
            Fault("type", f"NOT {cell.matches(f'{_NUMBER}|{special}')}", f"is no {cell.type.data_type}"),
            Fault(
                "type",
                f"{cell.value} IS NULL OR (isinf({cell.value}) AND NOT {cell.matches(special)})",
                f"is out of range for {cell.type.data_type}",
            ),
        )
        return Reading(sql_type, "float", cell.cast(sql_type), faults)

    return reader


def _money(cell: Cell) -> Reading:
    value = f"TRY_CAST(regexp_replace({cell.raw}, '[$,]', '', 'g') AS DECIMAL(19,2))"
    wrong = f"{cell.value} IS NULL OR NOT {cell.matches('-?[$]?[0-9,]+([.][0-9]+)?')}"
    return Reading("DECIMAL(19,2)", "decimal", value, (Fault("type", wrong, "is no money"),))


def _boolean(cell: Cell) -> Reading:
    on_off = f"CASE lower({cell.raw}) WHEN 'on' THEN true WHEN 'off' THEN false END"
    value = f"coalesce({cell.cast('BOOLEAN')}, {on_off})"
    return Reading("BOOLEAN", "boolean", value, (Fault("type", f"{cell.value} IS NULL", "is no boolean"),))


def _uuid(cell: Cell) -> Reading:
    return Reading("UUID", "text", cell.cast("UUID"), (Fault("type", f"{cell.value} IS NULL", "is no uuid"),))


def _zero_byte(cell: Cell) -> Fault:
    return Fault("type", f"contains({cell.raw}, chr(0))", "holds a zero byte")


def _varchar(cell: Cell) -> Reading:
    faults = [_zero_byte(cell)]
    if cell.size is not None:
        faults.append(Fault("length", f"length({cell.raw}) > {cell.size}", f"is longer than {cell.size} characters"))
    return Reading("VARCHAR", "text", cell.raw, tuple(faults), proof=Proof(text=True, longest=cell.size))


def _bpchar(cell: Cell) -> Reading:
    # Trailing blanks of char(n) are padding: they take no part in comparisons or lengths.
    read_as, proof = _varchar(cell), Proof(text=True, longest=cell.size, padded=True)
    return Reading("VARCHAR", "text", f"rtrim({cell.raw}, ' ')", read_as.faults, proof=proof)


def _citext(cell: Cell) -> Reading:
    return Reading("VARCHAR", "text", f"({cell.raw} COLLATE NOCASE)", (_zero_byte(cell),), nocase=True)


def _name(cell: Cell) -> Reading:
    long = Fault("length", f"strlen({cell.raw}) > {_NAME_BYTES}", f"is longer than {_NAME_BYTES} bytes")
    return Reading("VARCHAR", "text", cell.raw, (_zero_byte(cell), long))


def _bytea(cell: Cell) -> Reading:
    hexadecimal = cell.matches(r"\\x([0-9a-fA-F]{2})*")
    value = f"CASE WHEN {hexadecimal} THEN unhex(substr({cell.raw}, 3)) END"
    return Reading("BLOB", "bytes", value, (Fault("type", f"{cell.value} IS NULL", "is no \\x hex bytes"),))


def _json(cell: Cell) -> Reading:
    # DuckDB's reader tolerates a final comma, NaN and comments; PostgreSQL's does not.
    bare = f"regexp_replace({cell.raw}, '\"([^\"\\\\]|\\\\.)*\"', '0', 'g')"
    loose = f"regexp_matches({bare}, ',\\s*[]}}]|[Nn]a[Nn]|[Ii]nf|/')"
    wrong = f"NOT json_valid({cell.raw}) OR {loose}"
    value = f"CASE WHEN json_valid({cell.raw}) THEN json({cell.raw}) END"
    return Reading("JSON", "json", value, (Fault("type", wrong, f"is no {cell.type.data_type}"),))


def _bits(cell: Cell) -> Reading:
    faults = [Fault("type", f"NOT {cell.matches('[01]*')}", "is no bit string")]
    size = cell.size or (1 if cell.type.udt_name == "bit" else None)
    if size is not None:
        sign = "<>" if cell.type.udt_name == "bit" else ">"
        word = "has not" if sign == "<>" else "has more than"
        faults.append(Fault("length", f"length({cell.raw}) {sign} {size}", f"{word} {size} bits"))
    return Reading("VARCHAR", "opaque", cell.raw, tuple(faults))


def _shaped(pattern: str) -> Callable[[Cell], Reading]:
    def reader(cell: Cell) -> Reading:
        fault = Fault("type", f"NOT {cell.matches(pattern)}", f"is no {cell.type.data_type}")
        return Reading("VARCHAR", "opaque", cell.raw, (fault,))

    return reader


def _network(cell: Cell) -> Reading:
    """As PostgreSQL writes it: in small letters, without the length of a single host, so equal texts are equal."""
    shape = Fault("type", f"NOT {cell.matches(_NETWORK)}", f"is no {cell.type.data_type}")
    alone = f"regexp_replace(lower({cell.raw}), '^([0-9.]+)/32$|^([0-9a-f:.]+)/128$', '\\1\\2')"
    return Reading("VARCHAR", "exact", alone, (shape,))


def _hardware(pattern: str) -> Callable[[Cell], Reading]:
    def reader(cell: Cell) -> Reading:
        fault = Fault("type", f"NOT {cell.matches(pattern)}", f"is no {cell.type.data_type}")
        return Reading("VARCHAR", "exact", f"lower(regexp_replace({cell.raw}, '[.:-]', '', 'g'))", (fault,))

    return reader


def _array(cell: Cell) -> Reading:
    shape = Fault("type", f"NOT {cell.matches(_ARRAY)}", "is no array literal")
    element = cell.type.element.udt_name if cell.type.element else cell.type.udt_name.removeprefix("_")
    inner = _ELEMENTS.get(element)
    if inner is None or cell.type.dimensions > 1:
        return Reading("VARCHAR", "opaque", cell.raw, (shape,))
    body = f"'[' || substr({cell.raw}, 2, length({cell.raw}) - 2) || ']'"
    value = f"CASE WHEN {cell.raw} LIKE '{{%}}' THEN TRY_CAST({body} AS {inner}[]) END"
    nested = Fault("unheld", f"{cell.value} IS NULL", "is an array that cannot be taken apart here")
    return Reading(f"{inner}[]", "list", value, (shape, nested))


def _opaque(cell: Cell) -> Reading:
    kinds = {"range": r"empty|[\[(].*,.*[\])]", "multirange": r"\{.*\}", "composite": r"\(.*\)"}
    if (pattern := kinds.get(cell.type.kind)) is not None:
        return _shaped(pattern)(cell)
    return Reading("VARCHAR", "opaque", cell.raw, (_zero_byte(cell),))


_ARRAY = r"(\[[^=]*\]=)?\{.*\}"
_OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_NETWORK = rf"{_OCTET}(\.{_OCTET}){{3}}(/([0-9]|[12][0-9]|3[0-2]))?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/[0-9]{{1,3}})?"
_MAC = r"([0-9a-fA-F]{2}[:-]?){5}[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}"
_MAC8 = r"([0-9a-fA-F]{2}[:-]?){7}[0-9a-fA-F]{2}"

_ELEMENTS = {
    "int2": "SMALLINT",
    "int4": "INTEGER",
    "int8": "BIGINT",
    "bool": "BOOLEAN",
    "float8": "DOUBLE",
    "numeric": HELD,
    "text": "VARCHAR",
    "varchar": "VARCHAR",
    "uuid": "UUID",
    "date": "DATE",
}

_READERS: dict[str, Callable[[Cell], Reading]] = {
    "int2": _integer("SMALLINT"),
    "int4": _integer("INTEGER"),
    "int8": _integer("BIGINT"),
    "oid": _integer("UINTEGER"),
    "numeric": _numeric,
    "float4": _float("FLOAT"),
    "float8": _float("DOUBLE"),
    "money": _money,
    "bool": _boolean,
    "uuid": _uuid,
    "text": _varchar,
    "varchar": _varchar,
    "bpchar": _bpchar,
    "char": _varchar,
    "name": _name,
    "citext": _citext,
    "bytea": _bytea,
    "json": _json,
    "jsonb": _json,
    "bit": _bits,
    "varbit": _bits,
    "date": moments.date,
    "time": moments.time,
    "timetz": moments.timetz,
    "timestamp": moments.timestamp,
    "timestamptz": moments.timestamptz,
    "interval": moments.interval,
    "inet": _network,
    "cidr": _network,
    "macaddr": _hardware(_MAC),
    "macaddr8": _hardware(_MAC8),
    **{name: _integer("UINTEGER") for name in ("xid", "cid")},
    "xid8": _integer("UBIGINT"),
    **extensions.READERS,
    **{name: bounds.range_reader(name) for name in bounds.SUBTYPES},
}
