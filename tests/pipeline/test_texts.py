"""Texts of a plan, on their way to PostgreSQL's types: unique titles, reviews by their rating, JSON and arrays."""

from __future__ import annotations

import json
from collections.abc import Callable

from datalchemy_nb import Session

DDL = """
CREATE TABLE avaliacoes (
    id integer PRIMARY KEY, titulo varchar(80) NOT NULL UNIQUE, nota integer NOT NULL CHECK (nota BETWEEN 1 AND 5),
    comentario text NOT NULL, dados jsonb NOT NULL, etiquetas text[] NOT NULL
);
"""
GENERATORS = {
    "titulo": "text.title",
    "comentario": {"id": "text.review", "params": {"rating_column": "nota", "sentences": 2}},
    "dados": "document.metadata",
    "etiquetas": "text.tags",
}


def test_texts_fill_a_table(fill: Callable[..., Session]) -> None:
    rules = [
        {"type": "column_generator", "schema": "public", "table": "avaliacoes", "column": name, "generator": generator}
        for name, generator in GENERATORS.items()
    ]
    session = fill(DDL, rows=50_000, rules=rules, **{"global": {"locale": "pt_BR"}})
    frame = session.preview("avaliacoes", rows=50_000).frame
    assert frame["titulo"].n_unique() == 50_000
    bad, good = (frame.filter(frame["nota"] == nota)["comentario"].str.slice(0, 12) for nota in (1, 5))
    assert not set(bad.to_list()) & set(good.to_list())
    assert all(json.loads(text)["versao"] >= 1 for text in frame["dados"].head(100))
