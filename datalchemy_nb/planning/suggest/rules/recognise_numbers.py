"""Quantities, shares, scores, positions, durations and other numbers with a usual size."""

from __future__ import annotations

from collections.abc import Sequence

from datalchemy_nb.planning.suggest.meaning import NUMBERS, Meaning, first_meaning
from datalchemy_nb.planning.suggest.offers import Offer, Offers, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView
from datalchemy_nb.planning.suggest.words import vocabulary

_WHOLE = ("integer",)


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


MEANINGS = (
    Meaning("a percentage", vocabulary("percent, percentage, pct, discount percent, progress", "percentual, porcentagem, probabilidade, desconto percentual, progresso"), _range(0, 100), NUMBERS),
    Meaning("a rate", vocabulary("rate, tax rate, ratio, exchange rate", "taxa, aliquota, cotacao, taxa juros"), _range(0, 30), ("decimal", "float"), 0.7),
    Meaning("an age", vocabulary("age", "idade"), _range(18, 90), _WHOLE),
    Meaning("a year", vocabulary("year, model year, fiscal year", "ano, exercicio, ano modelo, ano fabricacao"), _year, _WHOLE),
    Meaning("a month", vocabulary("month", "mes, mes referencia"), _range(1, 12), _WHOLE),
    Meaning("a day", vocabulary("day, day month", "dia, dia vencimento"), _range(1, 28), _WHOLE),
    Meaning("a number of instalments", vocabulary("installments, instalments", "parcelas, numero parcelas, quantidade parcelas"), _range(1, 12), _WHOLE),
    Meaning("a score", vocabulary("score, points", "pontuacao, pontos, score"), _range(0, 100), NUMBERS, 0.7),
    Meaning("a rating", vocabulary("rating, stars", "avaliacao, estrelas"), _range(1, 5), NUMBERS, 0.8),
    Meaning("a priority", vocabulary("priority", "prioridade"), _range(1, 5), _WHOLE, 0.8),
    Meaning("a quantity", vocabulary("quantity, units", "quantidade, qtd"), _range(1, 50), NUMBERS),
    Meaning("a stock level", vocabulary("stock, stock level, inventory, on hand, quantity stock", "estoque, saldo estoque, quantidade estoque, estoque minimo"), _range(0, 500), NUMBERS, 0.85),
    Meaning("minutes", vocabulary("minutes, duration minutes, duration min", "minutos, duracao minutos, duracao"), _range(5, 180), _WHOLE, 0.85),
    Meaning("a duration in milliseconds", vocabulary("ms, duration ms, elapsed ms, latency, milliseconds", "milissegundos"), _range(1, 5000), NUMBERS, 0.8),
    Meaning("a duration", vocabulary("duration, seconds, elapsed, duration seconds, ttl, timeout", "segundos, tempo"), _range(1, 3600), NUMBERS, 0.75),
    Meaning("hours", vocabulary("hours, hour", "horas"), _range(1, 12), NUMBERS, 0.7),
    Meaning("a file's size in bytes", vocabulary("file size, bytes, size bytes, content length", "tamanho, tamanho bytes"), _range(1_000, 5_000_000), _WHOLE, 0.8),
    Meaning("pixels", vocabulary("width, height, image width, image height, focal point x, focal point y, focal point width, focal point height", "largura, altura"), _range(64, 2048), _WHOLE, 0.75),
    Meaning("a weight or a measure", vocabulary("weight, height, width, length, depth cm, volume", "peso, altura, largura, comprimento, profundidade, volume"), _range(1, 200), ("decimal", "float"), 0.7),
    Meaning("a position", vocabulary("position, sort order, order, sort, rank, ordering, sequence, index, line number, sort index, display order, row number", "ordem, posicao, sequencia, ordenacao, numero linha"), _range(0, 20), _WHOLE, 0.85),
    Meaning("a level", vocabulary("depth, level, tier", "nivel, profundidade"), _range(1, 5), _WHOLE, 0.8),
    Meaning("a count", vocabulary("count, numchild, total count, attempts, retries, views, hits, likes, number", "contagem, tentativas, visitas, acessos, total"), _range(0, 100), _WHOLE, 0.75),
    Meaning("a version counter", vocabulary("version, revision, lock version", "versao, revisao"), _range(1, 10), _WHOLE, 0.75),
    Meaning("a network port", vocabulary("port", "porta"), _range(1024, 49151), _WHOLE, 0.7),
    Meaning("an HTTP status", vocabulary("status code, http status, response code", ""), lambda view: [offer("primitive.choice", values=[200, 201, 204, 301, 302, 400, 401, 403, 404, 422, 500, 503], weights=[60, 8, 4, 3, 4, 4, 3, 2, 8, 2, 1, 1])], _WHOLE, 0.85),
)  # fmt: skip
