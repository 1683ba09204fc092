"""Slow, plain checks of Brazilian numbers, written from the published rules and apart from the code under test."""

import re
import unicodedata


def _mod11(values, weights):
    rest = sum(v * w for v, w in zip(values, weights, strict=True)) % 11
    return 0 if rest < 2 else 11 - rest


def cpf(text):
    d = [int(c) for c in re.sub(r"\D", "", text)]
    if len(d) != 11 or len(set(d)) == 1:
        return False
    first = sum((10 - i) * d[i] for i in range(9)) * 10 % 11 % 10
    second = sum((11 - i) * d[i] for i in range(10)) * 10 % 11 % 10
    return d[9:] == [first, second]


def cnpj(text):
    chars = re.sub(r"[./-]", "", text)
    if len(chars) != 14 or not chars[12:].isdigit():
        return False
    values = [ord(c) - 48 for c in chars]
    weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    return values[12:] == [_mod11(values[:12], weights[1:]), _mod11(values[:13], weights)]


def rg(text):
    chars = re.sub(r"[.-]", "", text)
    total = sum(int(c) * w for c, w in zip(chars[:8], range(2, 10), strict=True))
    check = 10 if chars[8] == "X" else int(chars[8])
    return len(chars) == 9 and (total + 100 * check) % 11 == 0


def cnh(text):
    d = [int(c) for c in text]
    if len(d) != 11 or len(set(d)) == 1:
        return False
    first = sum(v * w for v, w in zip(d[:9], range(9, 0, -1), strict=True)) % 11
    discount = 0
    if first == 10:
        first, discount = 0, 2
    second = sum(v * w for v, w in zip(d[:9], range(1, 10), strict=True)) % 11 - discount
    if second < 0:
        second += 11
    if second == 10:
        second = 0
    return d[9:] == [first, second]


def pis(text):
    d = [int(c) for c in re.sub(r"\D", "", text)]
    return len(d) == 11 and d[10] == _mod11(d[:10], [3, 2, 9, 8, 7, 6, 5, 4, 3, 2])


def voter(text):
    d = [int(c) for c in text]
    state = d[8] * 10 + d[9]
    if len(d) != 12 or not 1 <= state <= 28:
        return False

    def digit(total):
        rest = total % 11
        if rest == 10:
            return 0
        return 1 if rest == 0 and state in (1, 2) else rest

    first = digit(sum(d[i] * (i + 2) for i in range(8)))
    return d[10:] == [first, digit(d[8] * 7 + d[9] * 8 + first * 9)]


def _mod10(text):
    total = 0
    for place, c in enumerate(reversed(text)):
        product = int(c) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str((10 - total % 10) % 10)


def boleto(text):
    line = re.sub(r"\D", "", text)
    fields = (line[:9], line[10:20], line[21:31])
    if len(line) != 47 or [_mod10(f) for f in fields] != [line[9], line[20], line[31]]:
        return False
    bar = line[:4] + line[33:47] + line[4:9] + line[10:20] + line[21:31]
    total = sum(int(c) * (2 + i % 8) for i, c in enumerate(reversed(bar)))
    digit = 11 - total % 11
    return int(line[32]) == (1 if digit in (10, 11) else digit)


def fold(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()
