"""Every type: what it takes, what it refuses, and under which class."""

from __future__ import annotations

from pathlib import Path

import pytest

from datalchemy_nb.contracts.schema import Check, Column, ColumnType, DomainType, EnumType, TypeName
from tests.evaluate.judging import column, judge_one, table, typed

ACCEPTED = {
    "int2": ["0", "-32768", "+7"],
    "int4": ["2147483647"],
    "int8": ["-9223372036854775808"],
    "numeric(5,2)": ["999.99", "-0.5", ".5", "1", "1.500", "1e2", "NaN"],
    "numeric(2,2)": ["0.25", "-0.99", "0"],
    "numeric(38,10)": ["1234567890123456789012345678.1234567890"],
    "numeric": ["1", "12345678901234567890123", "0.000000000000001", "NaN", "Infinity", "1e-20"],
    "numeric(50,20)": ["123456789012345678901234567890.12345678901234567890"],
    "float4": ["1.5", "-3e38", "NaN", "-Infinity"],
    "float8": ["1e308", "0.1", "Infinity"],
    "money": ["12.34", "$1,234.50", "-5"],
    "bool": ["true", "false", "t", "f", "1", "0", "yes", "off", "on"],
    "uuid": ["00000000-0000-4000-8000-000000000001"],
    "date": ["2024-02-29", "0001-01-01", "infinity", "0044-03-15 BC", "12024-01-01"],
    "time": ["00:00:00", "23:59:59.999999", "24:00:00"],
    "time(0)": ["23:59:59", "12:00:00.0"],
    "timetz": ["10:00:00Z", "10:00:00-03", "10:00:00"],
    "timestamp": ["2024-01-01T00:00:00", "2024-01-01 00:00:00.123456", "infinity", "2024-01-01", "2024-01-01 00:00Z"],
    "timestamp(3)": ["2024-01-01T00:00:00.123", "2024-01-01T00:00:00.123000"],
    "timestamptz": [
        "2024-01-01T00:00:00Z",
        "2024-01-01 00:00:00-03:00",
        "-infinity",
        "2024-01-01T00:00:00",
        "2024-01-01",
    ],
    "interval": ["1 day", "1 year 2 mons 3 days 04:05:06", "P1Y2M3DT4H5M6S", "PT36H", "-1 days +02:03:04"],
    "varchar(3)": ["abc", "ção", "🤦🤦🤦"],
    "bpchar(3)": ["BRL", "a"],
    "text": ["x"],
    "bytea": ["\\x", "\\xdeadBEEF"],
    "json": ['{"a": [1, 2.5e3, null, "]x,}"]}', "1", '"NaN"', "null"],
    "jsonb": ["[]"],
    "inet": ["10.0.0.1", "192.168.0.0/24", "::1", "2001:db8::1/64"],
    "macaddr": ["08:00:2b:01:02:03", "08-00-2b-01-02-03"],
    "bit(3)": ["101"],
    "varbit(4)": ["1", "1111"],
    "_int4": ["{1,2,NULL}", "{}", "{{1,2},{3,4}}"],
    "_text": ['{a,"b c","d\\"e"}', '{""}'],
    "int4range": ["[1,3)", "empty", "(,)"],
    "tsvector": ["'a':1"],
    "geometry(Point,4326)": ["SRID=4326;POINT(-46.6 -23.5)", "0101000020E6100000" + "00" * 16],
    "geometry(PolygonZ,31983)": ["SRID=31983;POLYGON Z ((0 0 1,1 0 1,1 1 1,0 0 1))"],
    "geography": ["SRID=4326;POINT(1 2)", "POINT(1 2)", "LINESTRING EMPTY"],
    "vector(3)": ["[1,2.5,-3e2]"],
    "sparsevec(9)": ["{1:0.5,7:-2}/9", "{}/9"],
    "ean13": ["978-0-306-40615-7", "4006381333931"],
    "isbn": ["0-306-40615-2", "080442957X", "9780306406157"],
    "issn": ["0378-5955", "2049-3630"],
    "ismn": ["979-0-060-11561-5"],
    "upc": ["036000291452"],
    "ltree": ["Top.Science", "a", ""],
    "hstore": ['"a"=>"1", "b"=>NULL', ""],
    "ip4": ["10.0.0.1"],
    "ip4r": ["10.0.0.0/8", "10.0.0.1-10.0.0.9"],
    "xid8": ["18446744073709551615"],
}
REFUSED = {
    "int2": [("32768", "type"), ("1.5", "type"), ("1e2", "type"), ("", None)],
    "int4": [("x", "type"), ("1.0", "type"), (" 1", "type")],
    "int8": [("9223372036854775808", "type")],
    "numeric(5,2)": [("1000", "length"), ("1.005", "length"), ("1,5", "type"), ("abc", "type")],
    "numeric(2,2)": [("1", "length"), ("0.255", "length")],
    "numeric": [("1.2.3", "type"), ("0x1F", "type")],
    "float4": [("1e39", "type")],
    "float8": [("1e400", "type"), ("um", "type")],
    "bool": [("verdadeiro", "type"), ("2", "type")],
    "uuid": [("123", "type")],
    "date": [("2023-02-29", "type"), ("29/02/2024", "type"), ("2024-1-5", "type"), ("2024-01-01T00:00:00", "type")],
    "time": [("25:00:00", "type"), ("12h", "type")],
    "time(0)": [("12:00:00.5", "length")],
    "timestamp": [("2024-01-32", "type"), ("2024-01-01T00:00:00.1234567", "length")],
    "timestamp(3)": [("2024-01-01T00:00:00.1234", "length")],
    "timestamptz": [
        ("2024-01-01T00:00:00Ö", "type"),
        ("2024-13-01T00:00:00Z", "type"),
        *((odd, "type") for odd in ("2024-01-01T10:10: 5Z", "202-01-01T00:00:00Z ", " 024-01-01T00:00:00Z")),
    ],
    "interval": [("soon", "type")],
    "varchar(3)": [("abcd", "length")],
    "bpchar(3)": [("REAL", "length")],
    "bytea": [("\\xabc", "type"), ("abc", "type")],
    "json": [("{a:1}", "type"), ('{"a":1,}', "type"), ("NaN", "type"), ("[1,]", "type")],
    "geometry(Point,4326)": [
        ("SRID=4326;LINESTRING(0 0,1 1)", "type"),
        ("SRID=3857;POINT(0 0)", "type"),
        ("x", "type"),
    ],
    "geometry(PolygonZ,31983)": [("SRID=31983;POLYGON((0 0,1 0,1 1,0 0))", "type")],
    "vector(3)": [("[1,2]", "length"), ("1,2,3", "type")],
    "sparsevec(9)": [("{0:1}/9", "type"), ("{1:1}/8", "type")],
    "ean13": [("4006381333932", "type"), ("400638133393", "type")],
    "isbn": [("0306406153", "type")],
    "issn": [("03785954", "type")],
    "ismn": [("9790060115616", "type"), ("9780306406157", "type")],
    "ltree": [("a..b", "type"), ("a b", "type")],
    "ip4": [("10.0.0.256", "type")],
    "xid8": [("18446744073709551616", "type")],
    "inet": [("10.0.0.256", "type"), ("host", "type")],
    "macaddr": [("08:00", "type")],
    "bit(3)": [("10", "length"), ("102", "type")],
    "varbit(4)": [("11111", "length")],
    "_int4": [("1,2", "type")],
    "int4range": [("1-3", "type")],
}


def field(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@pytest.mark.parametrize("kind", ACCEPTED)
def test_accepts(tmp_path: Path, kind: str) -> None:
    text = "k,c\n" + "".join(f"{i},{field(cell)}\n" for i, cell in enumerate(ACCEPTED[kind])) + "9,\n"
    one = table("t", [column("k", "int4"), column("c", kind, null=True)])
    evaluation = judge_one(tmp_path, one, text)
    assert evaluation.violations == ()
    assert evaluation.column_stats[1].null_count == 1


@pytest.mark.parametrize(("kind", "cell", "code"), [(k, cell, code) for k, v in REFUSED.items() for cell, code in v])
def test_refuses(tmp_path: Path, kind: str, cell: str, code: str | None) -> None:
    one = table("t", [column("k", "int4"), column("c", kind, null=True)])
    evaluation = judge_one(tmp_path, one, f"k,c\n1,\n2,{field(cell)}\n")
    violations = evaluation.violations
    if code is None:
        code = "type"
    assert [(v.code, v.path, v.count, v.row_index) for v in violations] == [(code, "loja.t.c", 1, 2)]
    assert violations[0].example == {"c": cell}


MOOD = EnumType(schema_name="loja", name="mood", labels=("it's", 'a "b"', "c,d"))


def test_enum_labels_may_hold_anything(tmp_path: Path) -> None:
    one = table("t", [column("k", "int4"), column("m", typed("mood", schema="loja"))])
    text = 'k,m\n1,it\'s\n2,"a ""b"""\n3,"c,d"\n4,c\n'
    evaluation = judge_one(tmp_path, one, text, enums=(MOOD,))
    assert [(v.code, v.row_index) for v in evaluation.violations] == [("enum", 4)]


class TestDomains:
    POSITIVE = DomainType(
        schema_name="loja",
        name="positive",
        base=typed("numeric(6,2)"),
        checks=(Check(kind="check", name="positive_chk", expression="CHECK ((VALUE > (0)::numeric))"),),
    )
    PRICE = DomainType(
        schema_name="loja",
        name="price",
        base=typed("positive", schema="loja", kind="domain"),
        not_null=True,
        checks=(Check(kind="check", name="price_chk", expression="CHECK ((VALUE < (1000)::numeric))"),),
    )

    @pytest.mark.parametrize(
        ("cell", "code", "name"),
        [
            ("10.00", None, ""),
            ("0", "domain", "positive_chk"),
            ("1000", "domain", "price_chk"),
            ("", "not_null", "null"),
            ("1.234", "length", "point"),
            ("x", "type", "number"),
        ],
    )
    def test_nested(self, tmp_path: Path, cell: str, code: str | None, name: str) -> None:
        one = table("t", [column("k", "int4"), column("p", typed("price", schema="loja", kind="domain"), null=True)])
        evaluation = judge_one(tmp_path, one, f"k,p\n1,{cell}\n", domains=(self.POSITIVE, self.PRICE))
        found = [(v.code, v.path) for v in evaluation.violations]
        assert found == ([] if code is None else [(code, "loja.t.p")])
        assert all(name in v.message for v in evaluation.violations)


def test_numbers_that_cannot_be_held_are_warned_about_not_accused(tmp_path: Path) -> None:
    one = table("t", [column("k", "int4"), column("n", "numeric")])
    evaluation = judge_one(tmp_path, one, f"k,n\n1,{'9' * 60}\n2,1.5\n")
    assert evaluation.ok
    assert [(w.code, w.count) for w in evaluation.warnings] == [("value_not_checked", 1)]


def test_array_element_given_by_its_type(tmp_path: Path) -> None:
    kind = ColumnType(
        data_type="text[]",
        udt_schema="pg_catalog",
        udt_name="_text",
        kind="array",
        dimensions=1,
        element=TypeName(udt_schema="pg_catalog", udt_name="text"),
    )
    tags = Column(ordinal_position=2, name="tags", column_type=kind, is_nullable=True)
    one = table(
        "t",
        [column("k", "int4"), tags],
        Check(kind="check", name="tags_chk", expression="CHECK ((array_length(tags, 1) <= 2))"),
    )
    evaluation = judge_one(tmp_path, one, 'k,tags\n1,"{a,b}"\n2,"{a,b,c}"\n3,{}\n4,\n')
    assert [(v.code, v.row_index) for v in evaluation.violations] == [("check", 2)]
