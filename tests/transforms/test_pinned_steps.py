"""Bytes are a promise: a change here needs a new OUTPUT_VERSION."""

from __future__ import annotations

import pytest

from tests.transforms.steps import run

PINNED = [
    ("transform.truncate", {"max_len": 4}, ["Ana ", "Mari", "João"]),
    ("transform.format", {"template": "<{value}>"}, ["<Ana Júlia>", "<Maria>", "<João>"]),
    ("transform.prefix_suffix", {"prefix": "a", "suffix": "z"}, ["aAna Júliaz", "aMariaz", "aJoãoz"]),
    ("transform.casing", {"mode": "upper"}, ["ANA JÚLIA", "MARIA", "JOÃO"]),
    ("transform.weighted_choice", {"choices": [{"value": v, "weight": 1} for v in "abcdef"]}, ["a", "c", "f"]),
    ("transform.null_rate", {"rate": 0.5}, ["Ana Júlia", "Maria", "João"]),
    ("transform.mask", {"mode": "format_preserving"}, ["A*******a", "M***a", "J**o"]),
    ("transform.mask", {"mode": "redact"}, ["***", "***", "***"]),
]


@pytest.mark.parametrize(("id_", "params", "expected"), PINNED)
def test_steps(id_, params, expected):
    assert run(id_, ["Ana Júlia", "Maria", "João"], **params).to_list() == expected
