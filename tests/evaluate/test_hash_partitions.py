"""Rows of hash partitions, as PostgreSQL itself divides them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect

KINDS = {
    "int4": ("int", "i - 500"),
    "int8": ("bigint", "i * 10000000000 - 5000000000000"),
    "uuid": ("uuid", "md5(i::text)::uuid"),
    "text": ("text", "repeat('é', i % 40) || i"),
    "date": ("date", "date '1999-01-01' + i"),
    "moment": ("timestamptz", "timestamptz '1999-12-01 00:00:00+00' + i * interval '7 hours'"),
    "two": ("int, b text", "i, 'x' || i"),
}


def ddl() -> str:
    lines = []
    for name, (kind, values) in KINDS.items():
        key = "a, b" if name == "two" else "a"
        lines.append(f"CREATE TABLE t_{name} (a {kind}) PARTITION BY HASH ({key});")
        lines += [
            f"CREATE TABLE t_{name}_{i} PARTITION OF t_{name} FOR VALUES WITH (MODULUS 3, REMAINDER {i});"
            for i in range(3)
        ]
        lines.append(f"INSERT INTO t_{name} SELECT {values} FROM generate_series(1, 300) AS i;")
        if name != "two":
            lines.append(f"INSERT INTO t_{name} VALUES (NULL);")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def dumped(database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DatabaseSchema]:
    """The partitions' own rows, as COPY writes them."""
    directory = tmp_path_factory.mktemp("hash")
    with connect(database(ddl())) as connection:
        schema = introspect(connection)
        connection.execute("SET datestyle = 'ISO'; SET timezone = 'UTC'")
        for ref, table in schema.tables.items():
            if table.partition_of is not None:
                with (
                    (directory / f"{ref.file_stem}.csv").open("wb") as file,
                    connection.cursor().copy(f"COPY {ref.sql} TO STDOUT (FORMAT csv, HEADER)") as copy,
                ):
                    file.writelines(bytes(part) for part in copy)
    return directory, schema


def test_rows_are_where_postgresql_put_them(dumped: tuple[Path, DatabaseSchema]) -> None:
    directory, schema = dumped
    metrics = evaluate(directory, schema)
    assert [(v.path, v.message) for v in metrics.violations] == []
    assert metrics.constraints.check.checked == 3 * len(KINDS)
    assert metrics.constraints.check.not_evaluated == 0


@pytest.mark.parametrize("name", KINDS)
def test_rows_elsewhere_are_found(dumped: tuple[Path, DatabaseSchema], tmp_path: Path, name: str) -> None:
    directory, schema = dumped
    own = (directory / f"public.t_{name}_0.csv").read_bytes()
    other = (directory / f"public.t_{name}_1.csv").read_bytes().split(b"\n", 1)[1].splitlines(keepends=True)[1]
    (tmp_path / f"public.t_{name}_0.csv").write_bytes(own + other)
    [found] = evaluate(tmp_path, schema).violations
    assert (found.code, found.count, found.row_index) == ("check", 1, own.count(b"\n"))
    assert found.path == str(TableRef("public", f"t_{name}_0"))
