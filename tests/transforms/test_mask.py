from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.transforms.steps import build, run

SHAPES = {
    "ana.lima@x.com": "a******a@x.com",
    "ab@x.com": "**@x.com",
    "a@b@c": "a*b@c",
    "12345678901": "***.***.***-01",
    "123.456.789-01": "***.***.***-01",
    "12345678000199": "**.***.***/****-99",
    "12.345.678/0001-99": "**.***.***/****-99",
    "(11) 98888-7777": "(**) *****-**77",
    "Maria": "M***a",
    "çãé": "ç*é",
    "ab": "**",
    "a": "*",
    "": "",
}


@given(st.lists(st.none() | st.text(max_size=12)), st.text(max_size=4))
def test_hash_is_salted_sha256(texts, salt):
    expected = [t if t is None else hashlib.sha256((salt + t).encode()).hexdigest() for t in texts]
    assert run("transform.mask", texts, mode="hash", salt=salt).to_list() == expected


def test_hash_needs_room():
    with pytest.raises(ValueError, match="64 characters, the column holds 20"):
        build("transform.mask", mode="hash", max_length=20)


def test_redact():
    assert run("transform.mask", ["secret", None], mode="redact").to_list() == ["***", None]


@pytest.mark.parametrize(("value", "masked"), SHAPES.items())
def test_shapes(value, masked):
    assert run("transform.mask", [value, None], mode="format_preserving").to_list() == [masked, None]


def test_mask_char_is_taken_literally():
    assert run("transform.mask", ["Maria", "12345678901"], mode="format_preserving", mask_char="$x").to_list() == [
        "M$$$a",
        "$$$.$$$.$$$-01",
    ]


def test_points_are_left_out_where_they_do_not_fit():
    assert run("transform.mask", ["12345678901"], mode="format_preserving", max_length=11).to_list() == ["*********01"]


def test_numbers_are_masked_as_text():
    assert run("transform.mask", [12345, None], category="integer", mode="format_preserving").to_list() == [
        "1***5",
        None,
    ]


def test_only_the_hash_is_injective():
    assert [build("transform.mask", mode=m).injective for m in ("hash", "redact", "format_preserving")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("params", [{}, {"mode": "blur"}, {"mode": "hash", "mask_char": ""}])
def test_wrong_params(params):
    with pytest.raises(ValidationError):
        build("transform.mask", **params)
