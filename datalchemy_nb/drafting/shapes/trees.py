"""Trees: rows that stand below others of their table, with how deep they are and the way to them."""

from __future__ import annotations

from datalchemy_nb.constraints.facts import columns_read
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.contracts.relations import ExpressionRule, SameAncestorRule
from datalchemy_nb.domains.limits import AtLeast
from datalchemy_nb.drafting.shapes.base import (
    Claim,
    Claims,
    Link,
    SchemaView,
    begins,
    first_saying,
    links_read,
    nouns,
    quoted,
)
from datalchemy_nb.drafting.shapes.moments import SAID
from datalchemy_nb.drafting.view import ColumnView, TableView
from datalchemy_nb.drafting.words import split_words, vocabulary

_DEPTH = vocabulary("depth, level, tree level, nesting level, lvl", "nivel, profundidade")
_PATH = vocabulary("path, tree path, full path, materialized path, breadcrumb", "caminho, caminho completo")
_STEP = vocabulary("slug, code, name, title", "slug, codigo, nome, titulo")
_ROOM = 120
"""Fewest characters of a column that holds the way through some levels."""


def grow_trees(view: SchemaView, claims: Claims) -> None:
    """Let a row be one deeper than the row above it, and its path go on from there."""
    for link in view.links:
        if not link.is_itself or len(link.key.columns) != 1 or link.is_certain:
            continue
        depth = first_saying(link.child, _DEPTH, ("integer",))
        if depth is not None:
            above = f"{quoted(link.column)}.{quoted(depth.name)}"
            _claim(claims, link, depth, f"coalesce({above} + 1, {_first_level(depth)})")
        path, step = first_saying(link.child, _PATH, ("text",)), first_saying(link.child, _STEP, ("text",))
        if path is None or step is None or path.name == step.name or path.is_unique:
            continue
        longest = path.slot.max_length
        if (longest is None or longest >= _ROOM) and (path.may_be_null or not step.may_be_null):
            above = f"{quoted(link.column)}.{quoted(path.name)}"
            own = f"coalesce({quoted(step.name)}, '')" if step.may_be_null else quoted(step.name)
            _claim(claims, link, path, f"coalesce({above} || '/', '') || {own}")


def _first_level(depth: ColumnView) -> int:
    """0, or 1 where a CHECK or the default leaves no room for it."""
    if (depth.column.default or "").strip() == "1":
        return 1
    return int(any(isinstance(limit, AtLeast) and limit.bound == 1 for _, limit in depth.limits))


def _claim(claims: Claims, link: Link, column: ColumnView, sql: str) -> None:
    claims.relation(
        link.child, ExpressionRule, "tree", f"{link.column} is the row above", decides=[column.name],
        column=column.name, sql=sql,
    )  # fmt: skip


# --- trees within what their rows belong to ---------------------------------------------------------------------------

_ACTORS = "created updated criad author autor assign sender remetente recipient destinat posted sent approv reported"
_PERSONS = frozenset(
    "user usuario person pessoa employee funcionario staff agent member membro author autor profile perfil".split()
)
_KINDS = frozenset(
    "type tipo status state situacao estado kind category categoria priority prioridade role papel level nivel tag "
    "label country pais currency moeda language idioma unit unidade color cor brand marca size tamanho class classe "
    "position cargo job title severity severidade channel_type reason motivo city cidade region regiao location local "
    "tax imposto method metodo file arquivo image imagem media midia address endereco supplier fornecedor".split()
)
"""What many things have in common that do not belong together."""
_HOUSES = frozenset(
    "company empresa organization organizacao organisation tenant firm firma school escola hospital clinic clinica "
    "workspace unternehmen firma entreprise empresa".split()
)
_SELDOM = (
    ("duplicat merge mescl replac substitu supersed relat relacion link original prior previous anterior refund "
     "estorn revers correct retific renew renov swap", 0.9),
    ("repl respost respond answer in_reply antwort reponse respuesta quot cit", 0.6),
)  # fmt: skip
_FAMILY = 1.0
"""Fewer rows for each that they belong to make no trees."""
_TALK, _OTHERS = 0.55, 0.7
_DONE = frozenset(
    "task tarefa issue ticket chamado order pedido story event evento activity atividade job work incident incidente "
    "requirement case caso request solicitacao appointment consulta booking reserva invoice fatura".split()
)
"""Things of which few stand below another; of folders, accounts or departments most do."""


def keep_trees_together(view: SchemaView, claims: Claims) -> None:
    """Let a reply stand in its thread, a subtask in its project: below a row that refers to the same row."""
    read = set(links_read(claims))
    for link in view.links:
        table = link.child
        if not link.is_itself or len(link.key.columns) != 1 or not _chooses(table, link):
            continue
        owner = _owner(view, claims, table, read)
        many = 0.0 if owner is None else claims.rows_of(table) / max(claims.rows_of(owner.parent), 1)
        if owner is not None and many >= _FAMILY:
            claims.relation(
                table, SameAncestorRule, "tree", f"{link.column} is a row of the same {owner.column}", decides=[],
                paths=[owner.column, f"{link.column}.{owner.column}"],
            )  # fmt: skip
        else:
            many = 0.0
        share = _share_of_roots(link)
        if share is not None and many:  # the first row of each is a root already
            share = round(max(1 - (1 - share) * (1 + many) / many, 0.0), 2)
        if share is not None and (table.ref, link.key.columns) not in claims.ruled_keys:
            rule = ForeignKeyRule(
                type="foreign_key", schema_name=table.ref.schema, table=table.ref.table, columns=link.key.columns,
                null_rate=share, comment=f"most rows of {table.ref} stand below no other [shape: tree]",
            )  # fmt: skip
            claims.found.append(Claim(rule, (), True, 0.7))


def _chooses(table: TableView, link: Link) -> bool:
    """Whether nothing but chance says which rows a key leads to."""
    own = set(link.key.columns)
    return (
        not link.is_certain
        and all(table.columns[name].may_be_null for name in own)
        and not any(own & set(columns) for columns in table.unique_sets)
        and not any(own & set(key.columns) for key in table.table.foreign_keys if key is not link.key)
        and not any(own & set(columns_read(fact)) for _, fact in table.facts)
    )


def _owner(
    view: SchemaView, claims: Claims, table: TableView, read: set[tuple[TableRef, tuple[str, ...]]]
) -> Link | None:
    """The key that says what a row is part of: the conversation of a message, the project of a task."""
    led = {
        (claim.rule.ref, min(claim.rule.paths, key=lambda path: path.count(".")))
        for claim in claims.found
        if isinstance(claim.rule, SameAncestorRule)
    }
    found = []
    for link in view.up(table):
        column = split_words(link.column)
        if len(link.key.columns) != 1 or (table.ref, link.column) in led or begins(column, _ACTORS):
            continue
        counted = (table.ref, link.key.columns) in read
        if not counted and not _chooses_owner(table, link):
            continue
        whose = set(nouns(link.parent))
        if whose & _KINDS or (whose & _PERSONS and (set(nouns(table)) & SAID or not begins(column, "owner user dono"))):
            continue
        is_staff = table.subject is not None and table.subject[0] == "person"
        found.append(((link.is_certain, is_staff and bool(whose & _HOUSES), link.parent.rows), link))
    return max(found, key=lambda one: one[0])[1] if found else None


def _chooses_owner(table: TableView, link: Link) -> bool:
    own = set(link.key.columns)
    return not (
        any(own & set(columns) for columns in table.unique_sets)
        or any(own & set(key.columns) for key in table.table.foreign_keys if key is not link.key)
        or any(own & set(columns_read(fact)) for _, fact in table.facts)
    )


def _share_of_roots(link: Link) -> float | None:
    words = split_words(link.column)
    for stems, share in _SELDOM:
        if begins(words, stems):
            return share
    whose = set(nouns(link.child))
    if whose & SAID:
        return _TALK
    return _OTHERS if whose & _DONE and begins(words, "parent pai mae") else None
