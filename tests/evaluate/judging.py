"""Small schemas, small datasets, and what the judge says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from datalchemy_nb.contracts.metrics import Metrics, Violation
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import (
    Check,
    Column,
    ColumnType,
    DatabaseSchema,
    EnumType,
    ForeignKey,
    PrimaryKey,
    SchemaTables,
    Table,
    Unique,
)
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.results.report import report
from datalchemy_nb.show.markdown import render_markdown
from datalchemy_nb.show.render_html import render_page

_NAMES = {
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "bpchar": "character",
    "varchar": "character varying",
    "varbit": "bit varying",
}


def typed(udt: str, *, schema: str = "pg_catalog", **more: Any) -> ColumnType:
    """``typed("numeric(12,2)")``, ``typed("status", schema="loja", kind="enum")``."""
    name, _, rest = udt.partition("(")
    numbers = [int(n) for n in rest.rstrip(")").split(",") if n.strip().lstrip("-").isdigit()]
    if name == "numeric" and numbers:
        more = {"numeric_precision": numbers[0], "numeric_scale": [*numbers, 0][1], **more}
    if name in ("varchar", "bpchar", "bit", "varbit") and numbers:
        more = {"character_max_length": numbers[0], **more}
    if name in ("time", "timestamp", "timestamptz", "timetz"):
        more = {"datetime_precision": numbers[0] if numbers else None, **more}
    shown = _NAMES.get(name, name) + (f"({rest}" if rest else "")
    return ColumnType(data_type=shown, udt_schema=schema, udt_name=name, **more)


def column(name: str, kind: str | ColumnType, *, null: bool = False, **more: Any) -> Column:
    """One column; its position is set by `table`."""
    column_type = typed(kind) if isinstance(kind, str) else kind
    return Column(ordinal_position=0, name=name, column_type=column_type, is_nullable=null, **more)


def table(name: str, columns: Iterable[Column], *constraints: Any, **more: Any) -> Table:
    """A table with its columns in the given order."""
    placed = tuple(c.model_copy(update={"ordinal_position": i}) for i, c in enumerate(columns, start=1))
    return Table(name=name, kind=more.pop("kind", "table"), columns=placed, constraints=constraints, **more)


def schema(*tables: Table, name: str = "loja", **more: Any) -> DatabaseSchema:
    """A database of one schema."""
    return DatabaseSchema(schemas=(SchemaTables(name=name, tables=tables),), **more)


def primary_key(*columns: str) -> PrimaryKey:
    return PrimaryKey(kind="primary_key", name="pk", columns=columns)


def unique(*columns: str, **more: Any) -> Unique:
    return Unique(kind="unique", name=f"{'_'.join(columns)}_unique", columns=columns, **more)


def check(expression: str, name: str = "a_chk") -> Check:
    return Check(kind="check", name=name, expression=expression)


def foreign_key(columns: Sequence[str], target: str, referenced: Sequence[str] = ("id",), **more: Any) -> ForeignKey:
    return ForeignKey(
        kind="foreign_key",
        name=f"{'_'.join(columns)}_fkey",
        columns=tuple(columns),
        referenced_schema=more.pop("referenced_schema", "loja"),
        referenced_table=target,
        referenced_columns=tuple(referenced),
        **more,
    )


STATUS = EnumType(schema_name="loja", name="status", labels=("aberto", "pago", "estornado"))


def shop() -> DatabaseSchema:
    """Customers and orders, with a little of everything."""
    clientes = table(
        "clientes",
        [
            column("id", "int4"),
            column("nome", "varchar(20)"),
            column("email", "text"),
            column("nascimento", "date", null=True),
            column("padrinho_id", "int4", null=True),
        ],
        primary_key("id"),
        unique("email"),
        check("CHECK ((POSITION(('@'::text) IN (email)) > 1))", "clientes_email_chk"),
        check("CHECK (((nascimento IS NULL) OR (nascimento <= CURRENT_DATE)))", "clientes_nascimento_chk"),
        foreign_key(["padrinho_id"], "clientes"),
    )
    pedidos = table(
        "pedidos",
        [
            column("id", "uuid"),
            column("cliente_id", "int4"),
            column("numero", "int4"),
            column("status", typed("status", schema="loja", kind="enum")),
            column("total", "numeric(8,2)"),
            column("criado", "timestamptz"),
            column("obs", "text", null=True),
        ],
        primary_key("id"),
        unique("cliente_id", "numero"),
        check("CHECK ((total >= (0)::numeric))", "pedidos_total_chk"),
        foreign_key(["cliente_id"], "clientes"),
    )
    return schema(clientes, pedidos, enums=(STATUS,))


CLIENTES = """id,nome,email,nascimento,padrinho_id
1,Ana,ana@example.com,1990-01-31,
2,"Bia ""B"" Sá",bia@example.com,,1
3,"Caê,
Júnior",cae@example.com,2001-12-01,1
"""
PEDIDOS = """id,cliente_id,numero,status,total,criado,obs
00000000-0000-4000-8000-000000000001,1,1,aberto,0.00,2024-01-01T00:00:00Z,
00000000-0000-4000-8000-000000000002,1,2,pago,999999.99,2024-02-29T23:59:59.123456Z,""
00000000-0000-4000-8000-000000000003,2,1,estornado,10.5,2024-03-01T12:00:00Z,"a, ""b""
c"
"""


class Shop:
    """A valid dataset of the shop in a directory, to be broken in one place."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.schema = shop()
        self.write("clientes", CLIENTES)
        self.write("pedidos", PEDIDOS)

    def path(self, name: str) -> Path:
        return self.directory / f"loja.{name}.csv"

    def write(self, name: str, text: str | bytes) -> None:
        self.path(name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the only occurrence of a text in a file."""
        text = self.path(name).read_bytes().decode()
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def judge(self, plan: Plan | None = None, **options: Any) -> Metrics:
        return evaluate(self.directory, self.schema, plan, **options)


def judge_one(directory: Path, one: Table, text: str | bytes, **more: Any) -> Metrics:
    """Write the file of a single table and judge it."""
    ref = TableRef("loja", one.name)
    (directory / f"{ref.file_stem}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    options = {key: more.pop(key) for key in ("plan", "expected_rows", "max_examples") if key in more}
    return evaluate(directory, schema(one, **more), **options)


def report_md(metrics: Metrics, **options: Any) -> str:
    """What report.md says."""
    return render_markdown(report(metrics, None, **options))


def report_html(metrics: Metrics) -> str:
    """What report.html says."""
    return render_page(report(metrics, None))


def only(evaluation: Metrics) -> Violation:
    """The one violation there is."""
    found = evaluation.violations
    assert len(found) == 1, [(v.code, v.path, v.message) for v in found]
    return found[0]


def plan(*rules: dict[str, Any], targets: Iterable[tuple[str, int]] = (), **options: Any) -> Plan:
    """A plan with policies and targets in schema loja."""
    return Plan.model_validate(
        {
            "plan_version": "0.2",
            "seed": 7,
            "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
            "targets": [{"schema": "loja", "table": name, "rows": rows} for name, rows in targets],
            "rules": [{"schema": "loja", **rule} for rule in rules],
            "options": options or None,
        }
    )


def policy(table_name: str, constraint: str, mode: str) -> dict[str, Any]:
    return {"type": "constraint_policy", "table": table_name, "constraint": constraint, "mode": mode}
