"""Quantities, shares, scores, positions, durations and other numbers with a usual size."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.domains.base import Category
from datalchemy_nb.planning.suggest.meaning import NUMBERS, Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, Offers, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import singular, vocabulary

_WHOLE: tuple[Category, ...] = ("integer",)
_BROKEN: tuple[Category, ...] = ("decimal", "float")


def recognise_numbers(view: ColumnView) -> Suggestion | None:
    """Suggest ranges of the size a name promises, within the column's own."""
    return first_meaning(view, "recognise_numbers", MEANINGS)


def _range(low: int, high: int) -> Offers:
    def offers(view: ColumnView) -> Sequence[Offer]:
        if view.category == "integer":
            return [offer("primitive.int", min=low, max=high)]
        if view.category == "decimal":
            room = (view.slot.precision or 38) - (view.slot.scale or 0)
            if view.slot.precision is not None and high >= 10**room:
                return [offer("primitive.decimal.numeric", min=min(low, 0), max=10**room - 1)] if room > 0 else []
            return [offer("primitive.decimal.numeric", min=low, max=high)]
        return [offer("primitive.float", min=low, max=high)]

    return offers


def _year(view: ColumnView) -> Sequence[Offer]:
    year = view.slot.base_date.year
    return [offer("primitive.int", min=max(year - 10, 1), max=year)]


def _http(view: ColumnView) -> Sequence[Offer]:
    codes = {200: 60, 201: 8, 204: 4, 301: 3, 302: 4, 400: 4, 401: 3, 403: 2, 404: 8, 422: 2, 500: 1, 503: 1}
    return [offer("primitive.choice", values=list(codes), weights=list(codes.values()))]


def _sized(
    what: str, english: str, portuguese: str, low: int, high: int,
    holds: tuple[Category, ...] = NUMBERS, confidence: float = 0.8,
) -> Meaning:  # fmt: skip
    return Meaning(what, vocabulary(english, portuguese), _range(low, high), holds, confidence)


MEANINGS = (
    Meaning("a year", vocabulary("year", "ano, exercicio"), _year, _WHOLE),
    _sized(
        "a percentage", "percent, percentage, pct, discount percent, progress",
        "percentual, porcentagem, probabilidade, progresso", 0, 100, NUMBERS, 0.9,
    ),
    _sized(
        "a rate", "rate, tax rate, ratio, exchange rate",
        "taxa, aliquota, cotacao, taxa juros", 0, 30, _BROKEN, 0.7,
    ),
    _sized("an age", "age", "idade", 18, 90, _WHOLE, 0.9),
    _sized("a month", "month", "mes, mes referencia", 1, 12, _WHOLE, 0.9),
    _sized("a day", "day, day month", "dia, dia vencimento", 1, 28, _WHOLE, 0.8),
    _sized(
        "a number of instalments", "installments, instalments",
        "parcelas, numero parcelas, quantidade parcelas", 1, 12, _WHOLE, 0.9,
    ),
    _sized("a score", "score, points", "pontuacao, pontos, score", 0, 100, NUMBERS, 0.7),
    _sized("a rating", "rating, stars", "avaliacao, estrelas", 1, 5, NUMBERS, 0.8),
    _sized("a priority", "priority", "prioridade", 1, 5, _WHOLE, 0.8),
    _sized("a quantity", "quantity, units", "quantidade", 1, 50, NUMBERS, 0.9),
    _sized(
        "a stock level", "stock, stock level, inventory, on hand, quantity stock",
        "estoque, saldo estoque, quantidade estoque, estoque minimo", 0, 500, NUMBERS, 0.85,
    ),
    _sized(
        "minutes", "minutes, duration minutes, duration min",
        "minutos, duracao minutos, duracao", 5, 180, _WHOLE, 0.85,
    ),
    _sized(
        "milliseconds", "ms, duration ms, elapsed ms, latency, milliseconds",
        "milissegundos", 1, 5000, NUMBERS, 0.8,
    ),
    _sized(
        "a duration in seconds", "duration, seconds, elapsed, ttl, timeout",
        "segundos, tempo", 1, 3600, NUMBERS, 0.75,
    ),
    _sized("hours", "hours, hour", "horas", 1, 12, NUMBERS, 0.7),
    _sized(
        "a size in bytes", "file size, bytes, size bytes, content length",
        "tamanho, tamanho bytes", 1000, 5000000, _WHOLE, 0.8,
    ),
    _sized("pixels", "width, height, focal point x, focal point y", "largura, altura", 64, 2048, _WHOLE, 0.75),
    _sized(
        "a weight or a measure", "weight, height, width, length, volume",
        "peso, altura, largura, comprimento, profundidade, volume", 1, 200, _BROKEN, 0.7,
    ),
    _sized(
        "a position", "position, sort order, order, sort, rank, ordering, sequence, index, line number",
        "ordem, posicao, sequencia, ordenacao, numero linha", 0, 20, _WHOLE, 0.85,
    ),
    _sized("a level", "depth, level, tier", "nivel, profundidade", 1, 5, _WHOLE, 0.8),
    _sized(
        "a count", "count, numchild, attempts, retries, views, hits, likes, number, total",
        "contagem, tentativas, visitas, acessos, total", 0, 100, _WHOLE, 0.75,
    ),
    _sized("a version counter", "version, revision", "versao, revisao", 1, 10, _WHOLE, 0.75),
    _sized("a network port", "port", "porta", 1024, 49151, _WHOLE, 0.7),
    Meaning(
        "a number of things", vocabulary("", "num, total, nb, qtd, quantidade"), _range(0, 100), _WHOLE, 0.8,
        when=lambda view: any(word != singular(word) or word.endswith("ed") for word in view.words[1:]),
    ),
    _sized(
        "a limit", "threshold, limit, maximum, minimum, max, min", "limite, maximo, minimo, max, min",
        1, 1000, NUMBERS, 0.6,
    ),
    Meaning("an HTTP status", vocabulary("status code, http status, response code"), _http, _WHOLE),
)  # fmt: skip
