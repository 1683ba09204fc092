"""What a unique index compares: its key parts and its predicate."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.contracts.schema import Index
from datalchemy_nb.evaluate.unsupported import Unsupported


def parts_of(index: Index) -> tuple[tuple[str, ...], str | None]:
    """Key parts and predicate as PostgreSQL expressions; read from the definition where the file has no more.

    Raises:
        Unsupported: the definition cannot be parsed.
    """
    if index.keys:
        parts = (_column(key.column) if key.column is not None else key.expression or "" for key in index.keys)
        return tuple(parts), index.predicate
    try:
        tree = sqlglot.parse_one(index.definition, read="postgres")
    except SqlglotError as error:
        raise Unsupported(f"not parsed: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise Unsupported("it is nested too deep") from None
    parameters = tree.find(exp.IndexParameters)
    if parameters is None or not parameters.args.get("columns"):
        raise Unsupported("its definition is not understood")
    keys = [key.this if isinstance(key, exp.Ordered) else key for key in parameters.args["columns"]]
    where = parameters.args.get("where")
    texts = tuple(key.sql("postgres") for key in keys)
    return texts, where.this.sql("postgres") if where is not None else None


def _column(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql("postgres")
