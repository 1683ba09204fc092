"""The judge of relations: a clean run keeps them all, and one changed cell is found and named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from datalchemy_nb.contracts.metrics import RelationStat
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate import csvfile, dataset, evaluate, relations, small
from datalchemy_nb.evaluate.findings import Findings
from datalchemy_nb.evaluate.reader import LoadedTable, load
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.workspace import Connection, workspace
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.results.base import EvaluationResult
from datalchemy_nb.results.evaluation import describe_evaluation
from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory
from tests.evaluate.judging import report_md
from tests.relations import test_rows
from tests.relations.shop import MOMENT, MONEY, Rule, check, gen, key, of, over, plan_of, schema_of, table


def shop() -> DatabaseSchema:
    return schema_of(
        table("customers", {"id": "integer#", "email": "text!", "since": f"{MOMENT}!", "spent": MONEY,
                            "orders": "integer!"}),
        table("orders", {"id": "integer#", "customer_id": "integer!", "status": "text!", "placed_at": f"{MOMENT}!",
                         "paid_at": MOMENT, "shipped_at": MOMENT, "carrier": "text", "total": f"{MONEY}!",
                         "due_on": "date", "ship_email": "text", "gifts": "boolean!"}, key("customer_id", "customers")),
        table("lines", {"id": "integer#", "order_id": "integer!", "no": "integer!", "price": f"{MONEY}!",
                        "quantity": "integer!", "discount": "numeric(4,3)!", "amount": f"{MONEY}!", "gift": "boolean!",
                        "packed_at": f"{MOMENT}!"}, key("order_id", "orders")),
        table("payments", {"id": "integer#", "order_id": "integer!", "amount": f"{MONEY}!"}, key("order_id", "orders")),
        table("log", {"id": "integer#", "order_id": "integer!", "state": "text!", "was": "text", "at": f"{MOMENT}!",
                      "until": MOMENT, "now": "boolean!"}, key("order_id", "orders")),
        table("prices", {"id": "integer#", "customer_id": "integer!", "valid_from": "date!", "valid_to": "date"},
              key("customer_id", "customers")),
        table("book", {"id": "integer#", "customer_id": "integer!", "change": "numeric(10,2)!", "balance": f"{MONEY}!"},
              key("customer_id", "customers")),
    )  # fmt: skip


SHARES = {"open": 0.2, "paid": 0.3, "shipped": 0.4, "cancelled": 0.1}
LIFE = of(
    "orders", "lifecycle", state="status", start="placed_at", history_days=90, initial="open", shares=SHARES,
    after=[{"column": "customer_id.since"}],
    states=[{"value": "open"}, {"value": "paid", "enters": "paid_at"},
            {"value": "shipped", "enters": "shipped_at", "fills": ["carrier"]}, {"value": "cancelled"}],
    transitions=[{"from": a, "to": b, "weight": w, "after": {"typical": 3}}
                 for a, b, w in (("open", "paid", 9), ("open", "cancelled", 1), ("paid", "shipped", 1))],
)  # fmt: skip
RULES = (
    LIFE,
    of("log", "history", of="order_id", state="state", previous="was", at="at", until="until", current="now"),
    over("customers", "spent", "orders", "customer_id", "sum", value="total", where="status <> 'cancelled'"),
    over("customers", "orders", "orders", "customer_id", "count"),
    over("orders", "total", "lines", "order_id", "sum", value="amount"),
    over("orders", "gifts", "lines", "order_id", "any", value="gift"),
    of("lines", "expression", column="amount", sql="price * quantity * (1 - discount)"),
    of("lines", "position", column="no", within="order_id"),
    of("lines", "ordered", column="packed_at", within="order_id", after={"column": "order_id.placed_at"}),
    of("payments", "share", column="amount", within="order_id", of="order_id.total"),
    of("orders", "copy", column="ship_email", **{"from": "customer_id.email"}),
    of("orders", "bounds", column="due_on", after=[{"column": "placed_at", "gap": {"min": 10, "max": 30}}]),
    of("prices", "periods", within="customer_id", start="valid_from", end="valid_to",
       after={"column": "customer_id.since"}),
    of("book", "running", column="balance", within="customer_id", value="change"),
    gen("customers", "since", "primitive.timestamp", min="2024-01-01T00:00:00", max="2025-06-01T00:00:00"),
    gen("customers", "email", "semantic.br.email.safe"),
    gen("lines", "price", "primitive.decimal.numeric", min=1, max=200),
    gen("lines", "quantity", "primitive.int", min=1, max=5),
    gen("lines", "discount", "primitive.decimal.numeric", min=0, max=0.3),
    gen("book", "change", "primitive.decimal.numeric", min=-90, max=100),
)  # fmt: skip
# Orders by state: 60 + 90 + 120 + 30; they have entered 1, 2, 3 and 2 states.
ROWS = {"customers": 40, "products": 0, "items": 0, "orders": 300, "lines": 700, "payments": 350, "log": 660,
        "prices": 120, "book": 200}  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """A dataset in DuckDB, as the judge reads it; damages are undone."""

    con: Connection
    schema: DatabaseSchema
    tables: dict[TableRef, LoadedTable]

    def answers(self, plan: Plan) -> list[RelationStat]:
        """What queries answer, which is what values at hand answer."""
        types = TypeBook(self.schema)
        asked = {ref: replace(table, few=None) for ref, table in self.tables.items()}
        at_hand = {ref: replace(table, few=self.fetched(table)) for ref, table in self.tables.items()}
        by_queries, here = (
            relations.measure(self.con, plan, self.schema, tables, types, Findings(plan)) for tables in (asked, at_hand)
        )
        assert by_queries == here
        return here

    def fetched(self, table: LoadedTable) -> small.Few | None:
        """The values as they are now."""
        columns = table.columns.values()
        unproved = [replace(one, reading=replace(one.reading, proof=None)) for one in columns]
        return small.fetch(self.con, table.sql, unproved)

    def damaged(self, sql: str, plan: Plan) -> list[RelationStat]:
        """What deviates after a statement."""
        self.con.begin()
        try:
            self.con.execute(sql)
            return [entry for entry in self.answers(plan) if entry.status == "deviates"]
        finally:
            self.con.rollback()


@contextmanager
def loaded(directory: Path, schema: DatabaseSchema) -> Iterator[Loaded]:
    """Load the files of a directory; table ``a`` is called ``x_a``."""
    data = dataset.find(directory, schema, None, None)
    types = TypeBook(schema)
    with workspace(memory_limit="500MB", threads=1, files=tuple(data.files.values())) as con:
        tables = {}
        for ref, path in data.files.items():
            found = load(con, ref, schema.tables[ref], csvfile.inspect(path), f"x_{ref.table}", types)
            assert found.sql == f"x_{ref.table}"  # made now, so that statements can damage it
            tables[ref] = found
        yield Loaded(con, schema, tables)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    plan, _ = read_plan(plan_of(*RULES, **ROWS))
    session = Session(out_dir=tmp_path_factory.mktemp("shop"))
    session.schema = shop()
    return session.generate(plan).directory, plan


@pytest.fixture(scope="module")
def clean(run: tuple[Path, Plan]) -> Iterator[Loaded]:
    with loaded(run[0], shop()) as found:
        yield found


def test_a_clean_run_keeps_every_relation(run: tuple[Path, Plan]) -> None:
    directory, plan = run
    evaluation = evaluate(directory, shop(), plan)
    metrics = evaluation
    assert [(e.relation, e.column, e.expected, e.outcome) for e in metrics.relations if e.status != "holds"] == []
    assert metrics.relations_told == "14 of 14 hold"
    assert {entry.rule for entry in metrics.relations} == set(range(14))
    assert min(entry.rows for entry in metrics.relations) > 0
    assert [entry for entry in metrics.conformance if entry.status == "deviates"] == []
    assert metrics.violation_count == 0
    assert "Relations of the plan: 14 of 14 hold" in report_md(evaluation)


def put(name: str, column: str, new: str, where: str = "true") -> str:
    """Change one cell, in the tenth row that fits; columns are written ``[name]``."""
    return f"UPDATE x_{name} SET [{column}] = {new} WHERE rowid = {tenth(name, where)}"


def without(name: str, where: str) -> str:
    """Leave out the tenth row that fits."""
    return f"DELETE FROM x_{name} WHERE rowid = {tenth(name, where)}"


def tenth(name: str, where: str) -> str:
    return f"(SELECT rowid FROM x_{name} WHERE {where} ORDER BY rowid LIMIT 1 OFFSET 9)"


DAMAGES = {
    "a total off by a cent": (put("orders", "total", "[total] + 0.01"), "rollup orders total"),
    "a count one too high": (put("customers", "orders", "[orders] + 1"), "rollup customers orders"),
    "a truth turned round": (put("orders", "gifts", "NOT [gifts]"), "rollup orders gifts"),
    "an amount off by a cent": (put("lines", "amount", "[amount] - 0.01"), "expression lines amount"),
    "a moment before its cause": (put("orders", "due_on", "DATE '2019-01-01'"), "bounds orders due_on"),
    "a gap too long": (put("orders", "due_on", "DATE '2030-01-01'"), "bounds orders due_on"),
    "a copy changed": (put("orders", "ship_email", "'x@example.com'"), "copy orders ship_email"),
    "a start before its customer": (
        put("orders", "placed_at", "TIMESTAMPTZ '2019-01-01 00:00:00+00'"), "lifecycle orders placed_at"),
    "a wrong state for its moments": (
        put("orders", "status", "'shipped'", "[status] = 'paid'"), "lifecycle orders status"),
    "an unknown state": (put("orders", "status", "'lost'"), "lifecycle orders status"),
    "moments out of order": (
        put("orders", "shipped_at", "[paid_at] - INTERVAL 1 MINUTE", "[shipped_at] IS NOT NULL"),
        "lifecycle orders status"),
    "a value too early": (put("orders", "carrier", "'x'", "[status] = 'paid'"), "lifecycle orders status"),
    "one event missing": (without("log", "[state] = 'paid' AND NOT [now]"), "history log order_id"),
    "the last event missing": (without("log", "[state] = 'shipped'"), "history orders status"),
    "the only event missing": (without("log", "[state] = 'open' AND [now]"), "history orders status"),
    "an event at another moment": (
        put("log", "at", "[at] + INTERVAL 1 SECOND", "[state] = 'paid' AND [now]"), "history orders status"),
    "two rows of now": (put("log", "now", "true", "NOT [now]"), "history log order_id"),
    "a share off by one cent": (put("payments", "amount", "[amount] + 0.01"), "share payments amount"),
    "a position twice": (put("lines", "no", "1", "[no] = 2"), "position lines no"),
    "an order not kept": (
        put("lines", "packed_at", "TIMESTAMPTZ '2025-12-31 23:59:59+00'", "[no] = 1"), "ordered lines packed_at"),
    "a gap between periods": (
        put("prices", "valid_to", "[valid_to] - 1", "[valid_to] IS NOT NULL"), "periods prices valid_from"),
    "no period that is open": (
        put("prices", "valid_to", "DATE '2026-01-01'", "[valid_to] IS NULL"), "periods prices valid_from"),
    "a balance that does not run": (put("book", "balance", "[balance] + 0.01"), "running book balance"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_one_damage_is_found_and_named(clean: Loaded, run: tuple[Path, Plan], name: str) -> None:
    damage, wanted = DAMAGES[name]
    ref = TableRef("public", damage.split("x_")[1].split()[0])
    sql = damage
    for column, held in clean.tables[ref].columns.items():
        sql = sql.replace(f"[{column}]", held.sql)
    found = {f"{e.relation} {e.table} {e.column}": e for e in clean.damaged(sql, run[1]) if e.deviating}
    assert wanted in found, list(found)
    assert 0 < found[wanted].deviating <= found[wanted].rows
    assert all(example.row_index and example.cells for example in found[wanted].examples)
    assert found[wanted].examples


def test_damages_are_told_in_words_and_personal_data_is_not(run: tuple[Path, Plan], tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("manifest.json")
    directory = Path(shutil.copytree(run[0], tmp_path / run[0].name, ignore=ignored))
    path = directory / "public.orders.csv"
    lines = path.read_text().splitlines()
    at = lines[0].split(",").index("ship_email")
    cells = lines[5].split(",")
    cells[at] = "secret@example.com"
    path.write_text("\n".join([*lines[:5], ",".join(cells), *lines[6:]]) + "\n")
    evaluation = evaluate(directory, shop(), run[1])
    [found] = [entry for entry in evaluation.relations if entry.status == "deviates"]
    assert (found.deviating, found.rows, found.expected) == (1, 300, "is customer_id.email")
    [example] = found.examples
    assert (example.row_index, example.cells) == (5, {"ship_email": "***", "customer_id.email": "***"})
    assert evaluation.relations_told == "13 of 14 hold, 1 deviates"
    assert "not so in 1 of 300 rows" in report_md(evaluation)
    assert "secret@example.com" not in report_md(evaluation) + evaluation.model_dump_json()
    shown = describe_evaluation(EvaluationResult(directory, evaluation))
    assert "relations: 13 of 14 hold, 1 deviates" in str(shown)
    # A deviation is told; only a strict plan holds it like a constraint.
    assert evaluation.violation_count == 0
    options = run[1].settings.model_copy(update={"strict": True})
    strict = evaluate(directory, shop(), run[1].model_copy(update={"options": options}))
    assert (strict.constraints.relation.violations, strict.violation_count) == (1, 1)
    assert [violation.path for violation in strict.violations] == ["public.orders.ship_email"]


def notes() -> DatabaseSchema:
    return schema_of(
        table("a", {"id": "integer#", "kind": "text", "n": "integer"}),
        table("b", {"id": "integer#", "a_id": "integer"}, key("a_id", "a")),
        table("c", {"id": "integer#", "a_id": "integer", "b_id": "integer", "about": "text", "about_id": "integer",
                    "n": "integer"}, key("a_id", "a"), key("b_id", "b")),
    )  # fmt: skip


def write(directory: Path, **tables: str) -> Path:
    directory.mkdir(exist_ok=True)
    for name, text in tables.items():
        (directory / f"public.{name}.csv").write_text(text)
    return directory


NOTES = {
    "a": "id,kind,n\n1,x,5\n2,y,6\n3,x,7\n",
    "b": "id,a_id\n1,1\n2,2\n7,3\n",
    "c": "id,a_id,b_id,about,about_id,n\n1,1,1,a,3,5\n2,2,2,b,7,6\n3,,1,,,7\n",
}
ANCESTOR = of("c", "same_ancestor", paths=["a_id", "b_id.a_id"])
ABOUT = of(
    "c", "polymorphic", type_column="about", id_column="about_id",
    targets=[{"value": name, "schema": "public", "table": name, "column": "id"} for name in ("a", "b")],
)  # fmt: skip


def judged(directory: Path, *rules: Rule, **changed: str) -> list[RelationStat]:
    plan, _ = read_plan(plan_of(*rules, customers=0, products=0, orders=0, items=0))
    write(directory, **(NOTES | changed))
    return list(evaluate(directory, notes(), plan).relations)


def test_rows_that_lead_elsewhere_and_ids_that_do_not_exist(tmp_path: Path) -> None:
    def told(**changed: str) -> list[tuple[str, str, int, int]]:
        found = judged(tmp_path / "run", ANCESTOR, ABOUT, **changed)
        return [(e.relation, e.column, e.deviating, e.rows) for e in found if e.status == "deviates"]

    assert told() == []
    assert told(b=NOTES["b"].replace("2,2", "2,3")) == [("same_ancestor", "a_id", 1, 2)]
    assert told(c=NOTES["c"].replace("a,3,5", "a,7,5")) == [("polymorphic", "about_id", 1, 1)]
    assert told(c=NOTES["c"].replace("a,3,5", "z,3,5")) == [("polymorphic", "about", 1, 2)]
    assert told(c=NOTES["c"].replace("a,3,5", "a,,5")) == [("polymorphic", "about", 1, 2)]


def test_what_cannot_be_asked_is_named(tmp_path: Path) -> None:
    copy = of("c", "copy", column="n", **{"from": "a_id.n"})
    strange = of("c", "expression", column="n", sql="pg_backend_pid()")
    found = judged(tmp_path / "run", copy, strange)
    assert [(entry.status, entry.deviating) for entry in found] == [("deviates", 1), ("not_evaluated", 0)]
    assert "pg_backend_pid" in (found[1].found or "")
    document = plan_of(
        copy, {"type": "foreign_key_strategy", "schema": "public", "table": "c", "mode": "disable"},
        customers=0, products=0, orders=0, items=0,
    )  # fmt: skip
    document["options"]["allow_fk_disable"] = True
    plan, _ = read_plan(document)
    metrics = evaluate(tmp_path / "run", notes(), plan)
    [only] = metrics.relations
    assert (only.status, only.found) == (
        "not_evaluated", "it follows the foreign key of a_id of public.c, which the plan does not enforce",
    )  # fmt: skip
    assert metrics.relations_told == "0 of 1 hold, 1 is not evaluated"


def test_what_has_ended_ended_and_what_has_not_ends_ahead(tmp_path: Path) -> None:
    terms = schema_of(table("a", {"id": "integer#", "state": "text!", "begins": "date!", "ends": "date!"}))
    rule = of(
        "a", "lifecycle", state="state", start="begins", until="ends", initial="on",
        states=[{"value": "on"}, {"value": "off"}],
        transitions=[{"from": "on", "to": "off", "weight": 1, "after": {"typical": 30}}],
    )  # fmt: skip
    plan, _ = read_plan(plan_of(rule, customers=0, products=0, orders=0, items=0))
    rows = ["1,on,2025-11-02,2026-02-01", "2,off,2025-11-02,2025-12-24", "3,on,2025-12-02,2025-12-31",
            "4,off,2025-12-02,2026-01-02", "5,off,2025-12-02,2025-12-01"]  # fmt: skip

    def told(chosen: list[str]) -> list[tuple[str, int, int]]:
        write(tmp_path / "run", a="\n".join(["id,state,begins,ends", *chosen, ""]))
        relations = evaluate(tmp_path / "run", terms, plan).relations
        return [(one.expected, one.deviating, one.rows) for one in relations if one.status == "deviates"]

    assert told(rows[:2]) == []
    assert told(rows) == [
        ("ends after base_date, or before it where it has ended", 2, 5), ("ends after it began", 1, 5),
    ]  # fmt: skip


def test_shares_that_rows_do_not_have_are_told_whatever_decides(tmp_path: Path) -> None:
    """A CHECK that leaves one value of three, a copy told for half of the rows, types told three to one."""
    limited = schema_of(
        table("a", {"id": "integer#", "kind": "text!", "done": "boolean!", "n": "integer!"},
              check("kinds", "kind = 'b'"), check("done", "(kind = 'b') = done")),
        table("c", {"id": "integer#", "a_id": "integer!", "n": "integer"}, key("a_id", "a")),
    )  # fmt: skip
    rows = "".join(f"{i},b,true,{i}\n" for i in range(1, 1001))
    children = "".join(f"{i},{i},{i if i % 4 else -i}\n" for i in range(1, 1001))
    write(tmp_path / "run", a=f"id,kind,done,n\n{rows}", c=f"id,a_id,n\n{children}")
    plan, _ = read_plan(
        plan_of(
            gen("a", "kind", "primitive.choice", values=["a", "b", "c"], weights=[0.4, 0.4, 0.2]),
            of("c", "copy", column="n", share=0.5, **{"from": "a_id.n"}),
            customers=0, products=0, orders=0, items=0,
        )
    )  # fmt: skip
    metrics = evaluate(tmp_path / "run", limited, plan)
    [weights] = [entry for entry in metrics.conformance if entry.what == "weights"]
    assert (weights.status, weights.found) == ("deviates", "a 0.0%, b 100.0%, c 0.0%")
    [copied] = metrics.relations
    assert (copied.status, copied.found, copied.expected) == ("deviates", "so 75.0%", "is a_id.n in 50.0% of rows")


_DURATIONS = (
    "extract(epoch FROM z - s)", "round(extract(epoch FROM z - s) / 3600, 2)", "date_part('epoch', z - s) / 60",
    "extract(day FROM s - d)", "floor(extract(epoch FROM z - s) / 60)::int",
)  # fmt: skip


def test_the_judge_understands_what_postgresql_computes(database: DatabaseFactory, tmp_path: Path) -> None:
    """Every kind of expression, computed by the server: the judge asks each, and agrees; durations are among them."""
    expressions = {**test_rows._EXPRESSIONS, "numeric(20,2)": (*test_rows._EXPRESSIONS["numeric(20,2)"], *_DURATIONS)}
    columns = [(f"c{i}", kind, sql) for i, (kind, sql) in
               enumerate((kind, sql) for kind, some in expressions.items() for sql in some)]  # fmt: skip
    given = ", ".join(f"{name} {kind}" for name, (kind, _) in test_rows._COLUMNS.items())
    made = ", ".join(f"{name} {kind}" for name, kind, _ in columns)
    url = database(f"CREATE TABLE x (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {given}, initial text, {made})")
    rows = test_rows._with_default(test_rows._ROWS).replace("DEFAULT", "'q'")
    session = Session(out_dir=tmp_path)
    session.introspect(url)
    with connect(url, read_only=False) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        names = ", ".join([*test_rows._COLUMNS, "initial"])
        connection.execute(f"INSERT INTO x ({names}) VALUES {rows}")
        connection.execute(f"UPDATE x SET {', '.join(f'{name} = {sql}' for name, _, sql in columns)}")
        with connection.cursor().copy("COPY (SELECT * FROM x ORDER BY id) TO STDOUT (FORMAT csv, HEADER)") as copied:
            (tmp_path / "public.x.csv").write_bytes(b"".join(bytes(part) for part in copied))
    rules = [of("x", "expression", column=name, sql=sql) for name, _, sql in columns]
    plan, _ = read_plan(plan_of(*rules, customers=0, products=0, orders=0, items=0, x=6))
    assert session.schema is not None
    found = evaluate(tmp_path, session.schema, plan).relations
    assert [(e.expected, e.outcome) for e in found if e.status != "holds"] == []
    assert [e.rows for e in found] == [6] * len(rules)


def test_copies_that_are_not_made_together_are_told(tmp_path: Path) -> None:
    """Each column is copied in as many rows as the plan says, but half of an address is no address."""
    schema = schema_of(
        table("a", {"id": "integer#", "street": "text!", "city": "text!"}),
        table("b", {"id": "integer#", "a_id": "integer!", "street": "text!", "city": "text!"}, key("a_id", "a")),
    )
    words = [gen(name, column, "primitive.text.pattern", pattern="[a-z]{12}")
             for name in ("a", "b") for column in ("street", "city")]  # fmt: skip

    def plan(group: str | None) -> Plan:
        copies = [of("b", "copy", column=column, share=0.5, group=group, **{"from": f"a_id.{column}"})
                  for column in ("street", "city")]  # fmt: skip
        return read_plan(plan_of(*words, *copies, customers=0, products=0, orders=0, items=0, a=50, b=1000))[0]

    session = Session(out_dir=tmp_path)
    session.schema = schema
    apart, together = (session.generate(plan(group)).directory for group in (None, "address"))
    assert [e.status for e in evaluate(together, schema, plan("address")).relations] == ["holds"] * 3
    found = evaluate(apart, schema, plan("address")).relations
    [told] = [entry for entry in found if entry.status == "deviates"]
    assert (told.expected, told.column) == ("is copied together with city in 50.0% of rows", "street")
