"""How many rows each table gets: by what it is to the tables around it, and what its keys can hold."""

from __future__ import annotations

from collections.abc import Mapping

from datalchemy_nb.constraints.graph import fk_graph, partition_root
from datalchemy_nb.constraints.types import category_of, is_not_null
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, Table, Unique
from datalchemy_nb.drafting.language import in_english
from datalchemy_nb.drafting.suggestion import RowCount
from datalchemy_nb.drafting.words import Vocabulary, split_words, vocabulary
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.foreign_keys import relate

LOOKUP_ROWS = 20
_PER_LOOKUP = 8
_LOOKUP_COLUMNS = 6
_BOOKKEEPING = vocabulary(
    "flag, flags, feature flag, feature flags, feature toggle, feature toggles, migrations, alembic version, "
    "flyway schema history, "
    "databasechangelog, schema info, ar internal metadata"
)
_LINES = vocabulary(
    "pings, ping, readings, reading, measurements, samples, positions, items, item, lines, line, entries, "
    "entry, logs, log, history, events, event, details, detail, transactions, transaction, movements, movement, "
    "messages, message, comments, comment, replies, likes, votes, reactions, attendance, absences, grades, "
    "tasks, task, trips, rides, calls, installments, instalments",
    "itens, item, linhas, detalhes, historico, lancamentos, parcelas, eventos, transacoes, movimentacoes, movimentos, "
    "mensagens, comentarios, respostas, curtidas, votos, presencas, frequencias, faltas, leituras, medicoes, tarefas, "
    "viagens, corridas, ligacoes, chamadas",
)
_EACH, _MOST = 3, 6
"""So many for each row they belong to, and at most so many times an ordinary table."""
_SMALLER: tuple[tuple[int, Vocabulary], ...] = (
    (50, vocabulary(
        "shipper, shippers, carrier, carriers, store, stores, shop, shops, branch, branches, warehouse, warehouses, "
        "office, offices, department, departments, region, regions, territory, territories, brand, brands, team, "
        "teams, "
        ""
        "depot, depots, hub, hubs, terminal, terminals, station, stations, garage, garages, port, ports, "
        "airport, airports, "
        "unit, units, hotel, hotels, restaurant, restaurants, venue, "
        "venues, facility, facilities, hospital, "
        "hospitals, "
        "property, properties, clinic, clinics, school, schools, plan, plans, "
        "route, routes, airline, airlines, bank, banks, campus, pipeline, pipelines, tournament, tournaments, season, "
        "seasons, league, leagues, championship, championships, competition, competitions, stadium, stadiums, arena, "
        "arenas, circuit, circuits",
        "hotel, hoteis, restaurante, restaurantes, hospital, hospitais, unidade, unidades, "
        "academia, academias, transportadora, transportadoras, "
        "loja, lojas, filial, filiais, deposito, depositos, setor, setores, "
        "departamento, departamentos, regiao, regioes, marca, marcas, equipe, equipes, clinica, clinicas, "
        "escola, escolas, torneio, torneios, temporada, temporadas, campeonato, campeonatos, estadio, estadios, "
        "plano, planos, banco, bancos",
    )),
    (10, vocabulary(
        "employee, employees, staff, doctor, doctors, physician, physicians, teacher, teachers, supplier, suppliers, "
        "vendor, vendors, campaign, campaigns, course, courses, room, rooms, technician, technicians, driver, drivers, "
        "agent, agents, class, classes, section, sections, "
        "instructor, instructors, manufacturer, manufacturers, publisher, publishers, promotion, "
        "promotions",
        "funcionario, funcionarios, medico, medicos, professor, professores, fornecedor, fornecedores, campanha, "
        "campanhas, "
        "curso, cursos, turma, turmas, instrutor, instrutores, disciplina, "
        "disciplinas, sala, salas, tecnico, tecnicos, motorista, motoristas, vendedor, vendedores, fabricante, "
        "fabricantes",
    )),
)  # fmt: skip
"""Of some things there are fewer than of those who use them: so many times."""
_PRICED = vocabulary("price, unit price, list price, email, phone, birth date", "preco, valor, telefone, nascimento")
_NAMES = vocabulary("name, code, slug, title, label, key, model", "nome, codigo, sigla, titulo, descricao")


@dataclass(frozen=True)
class _Around:
    """What a table's row count depends on."""

    ref: TableRef
    table: Table
    schema: DatabaseSchema
    wanted: int
    chosen: Mapping[TableRef, RowCount]
    referenced: bool
    language: str

    def parent_rows(self, key: ForeignKey) -> int:
        """Rows of a key's parent; of one that comes later (a cycle), the usual number."""
        found = self.chosen.get(partition_root(key.target, self.schema))
        return found.rows if found else self.wanted

    @property
    def others(self) -> list[ForeignKey]:
        """Foreign keys to other tables."""
        return [key for key in self.table.foreign_keys if key.target != self.ref]


def peopled(counts: Mapping[TableRef, RowCount], schema: DatabaseSchema) -> dict[TableRef, RowCount]:
    """Return the tables that are too large for what is asked below their rows, with as many rows as there are below.

    Keys that share a column meet in one row of where it comes from, and each needs a way down from there: routes of
    agencies of a feed. Where fewer routes than agencies are asked for, most agencies lead to none.
    """
    found: dict[TableRef, RowCount] = {}
    relations = relate(schema, {ref: count.rows for ref, count in counts.items()}, (), {})
    ways = {
        relation.down
        for ref, related in relations.of.items()
        for relation in related
        if relation.anchor is not None and relation.target != ref
    }
    for way in sorted(ways):
        for table, position in reversed(way[1:]):
            parent = relations.of[table][position].target
            below, above = (found.get(ref, counts[ref]).rows for ref in (table, parent))
            if 0 < below < above:
                found[parent] = RowCount(below, f"as many as rows of {table}, to which keys lead through them")
    return found


def row_counts(
    refs: list[TableRef],
    schema: DatabaseSchema,
    rows: int,
    unique_sets: Mapping[TableRef, tuple[tuple[str, ...], ...]],
    fewest: Mapping[TableRef, int],
    language: str = "",
) -> dict[TableRef, RowCount]:
    """Return rows per table, parents first.

    Args:
        refs: the tables to fill.
        schema: the schema they are in.
        rows: rows of a table that is neither small by nature nor somebody's detail.
        unique_sets: column sets that must be unique, per table.
        fewest: rows that a table needs so that each child finds one of its kind.
        language: whose glossary reads the names of tables.
    """
    graph = fk_graph(schema)
    parents = {edge.parent for edge in graph.edges if edge.parent != edge.child}
    chosen: dict[TableRef, RowCount] = {}
    for ref in graph.insertion_order(refs):
        around = _Around(ref, schema.tables[ref], schema, rows, chosen, ref in parents, language)
        chosen[ref] = _bounded(around, _usual(around), unique_sets[ref])
        if fewest.get(ref, 0) > chosen[ref].rows:
            chosen[ref] = RowCount(fewest[ref], "a row of each kind that other tables refer to")
    return chosen


def _usual(around: _Around) -> RowCount:
    words, table = in_english(split_words(around.ref.table), around.language), around.table
    if _BOOKKEEPING.find(words):
        return RowCount(min(around.wanted, LOOKUP_ROWS), "bookkeeping of a tool")
    small = next((share for share, meaning in _SMALLER if meaning.find(words)), None)
    if small is not None and around.referenced:
        above = (
            around.parent_rows(key) for key in around.others if all(_not_null(around, name) for name in key.columns)
        )
        least = 2 * max((rows for rows in above if LOOKUP_ROWS <= rows < around.wanted), default=0)
        few = max(around.wanted // small, min(around.wanted, LOOKUP_ROWS), min(least, around.wanted))
        return RowCount(few, "there are fewer of such things")
    if not around.others:
        if (
            around.referenced
            and len(table.columns) <= _LOOKUP_COLUMNS
            and _has_unique_name(around)
            and not any(_PRICED.find(in_english(split_words(c.name), around.language)) for c in table.columns)
        ):
            return RowCount(min(around.wanted, LOOKUP_ROWS), "lookup: few columns, a unique name, others refer to it")
        return RowCount(around.wanted, "master")
    if _LINES.find(words) or (_PAYMENTS.find(words) and _is_numbered(around)):
        most = max((around.parent_rows(key) for key in _hard(around)), default=around.wanted)
        many = min(max(most, around.wanted), _MOST * around.wanted // _EACH)
        return RowCount(_EACH * many, "detail: several per parent")
    hard = _hard(around)
    if any(around.parent_rows(key) >= around.wanted for key in hard):
        return RowCount(2 * around.wanted, "belongs to a master")
    if not hard:
        return RowCount(around.wanted, "its references are optional")
    numbered = [key for key in hard if any(set(key.columns) < set(u.columns) for u in _uniques(around.table))]
    if numbered:
        few = min(_PER_LOOKUP * around.parent_rows(key) for key in numbered)
        return RowCount(min(around.wanted, few), "numbered or named within a lookup")
    return RowCount(around.wanted, "refers to small tables only")


_PAYMENTS = vocabulary("payments, repayments", "pagamentos, prestacoes")
_INSTALMENT = vocabulary("installment number, instalment number, installment", "numero parcela, parcela")


def _is_numbered(around: _Around) -> bool:
    """Whether payments are numbered as the instalments of something."""
    return any(_INSTALMENT.find(in_english(split_words(one.name), around.language)) for one in around.table.columns)


def _hard(around: _Around) -> list[ForeignKey]:
    """Foreign keys to other tables that every row has."""
    return [key for key in around.others if all(_not_null(around, name) for name in key.columns)]


def _uniques(table: Table) -> list[Unique]:
    return [constraint for constraint in table.constraints if isinstance(constraint, Unique)]


def _has_unique_name(around: _Around) -> bool:
    unique = {name for c in around.table.constraints if c.kind == "unique" for name in c.columns}
    unique |= {key.column or "" for index in around.table.indexes if index.is_unique for key in index.keys}
    return any(_NAMES.find(in_english(split_words(name), around.language)) for name in unique)


def _not_null(around: _Around, name: str) -> bool:
    column = around.table.by_name.get(name)
    return column is not None and is_not_null(column, around.schema)


def _bounded(around: _Around, usual: RowCount, unique_sets: tuple[tuple[str, ...], ...]) -> RowCount:
    """Keep within what unique keys can hold."""
    best = usual
    for columns in unique_sets:
        if not all(_not_null(around, name) for name in columns):
            continue
        room = _room(around, columns)
        if room is not None and room < best.rows:
            best = RowCount(max(room, 1), f"unique ({', '.join(columns)}) holds {room}")
    return best


_PARTS: tuple[tuple[int, Vocabulary], ...] = (
    (13, vocabulary("year, fiscal year", "ano, exercicio")),
    (12, vocabulary("month", "mes")),
    (4, vocabulary("quarter, fiscal quarter", "trimestre")),
    (2, vocabulary("semester", "semestre")),
    (52, vocabulary("week, week number", "semana")),
)
"""How many values a part of a date has in a draft."""


def _calendar(around: _Around, name: str) -> int:
    """Values of a part of a date; none of another column."""
    words = in_english(split_words(name), around.language)
    return next((parts for parts, meaning in _PARTS if meaning.find(words)), 0)


def _room(around: _Around, columns: tuple[str, ...]) -> int | None:
    """The product of what the parts of a key can be; None where one of them is open."""
    room, left = 1, set(columns)
    for key in around.table.foreign_keys:
        if key.target == around.ref and left >= set(key.columns):
            return None
        if left >= set(key.columns):
            room *= around.parent_rows(key)
            left -= set(key.columns)
    for name in sorted(left):
        column = around.table.by_name[name]
        labels = around.schema.enum_labels.get((column.column_type.udt_schema, column.column_type.udt_name))
        if labels:
            room *= len(labels)
        elif category_of(column.column_type, around.schema) == "boolean":
            room *= 2
        elif category_of(column.column_type, around.schema) == "integer" and (parts := _calendar(around, name)):
            room *= parts
        else:
            return None
    return room
