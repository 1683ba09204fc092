from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.grammar.regex import parse
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Matches
from datalchemy_nb.domains.pattern import PatternDomain, plainer
from tests.domains.domain_laws import assert_laws, assert_narrows_exactly, words

SIZES = {
    r"[A-Z]{3}-\d{4}": 26**3 * 10**4,
    r"SKU-\d{8}": 10**8,
    r"\(\d{2}\) 9\d{4}-\d{4}": 10**10,
    r"^[A-Z0-9]{20}$": 36**12,
    r"(foo|bar|ba)\d{1,3}": 3 * 1110,
    r"[^a-z\s]{2}": 68**2,
    r"x{0}": 1,
    r"a|ab|(?:abc)": 3,
    r"(?P<n>x)?y": 2,
    r"caf[ée]\d": 20,
    r"[]a]": 2,
    r"[^]a-zA-Z0-9\s]": 31,
    r"[a\-z]": 3,
    r"a.c": 95,
    r"\x41é": 1,
    r"[+\-*]a{2,}?": 93,
    r"(\d{2}:){3}x?": 2 * 10**6,
}
UNAMBIGUOUS = [*SIZES, r"[a-z]{3,8}@[a-z]+\.com", r"\w+", r"(a|b)*", r"([0-9a-f]{4}-){1,3}[g-z]", r"-?\d+(\.\d+)?",
               r"[a-z]{1,5}[a-z][0-9]{1,3}"]  # fmt: skip
AMBIGUOUS = [r"a*a*", r"[\w.]+[a-z]*", r"(a|aa)(a|aa)", r"(x|x)", r"(ab?)*b*"]


@pytest.mark.parametrize(("pattern", "size"), SIZES.items())
def test_sizes_are_exact(pattern, size):
    assert PatternDomain(pattern).size == size


@pytest.mark.parametrize("pattern", UNAMBIGUOUS)
def test_values_match_and_differ(pattern):
    domain = PatternDomain(pattern)
    assert domain.injective
    assert all(re.fullmatch(pattern, value, re.ASCII) for value in assert_laws(domain))
    drawn = domain.take(domain.draw(words(200)))
    assert all(re.fullmatch(pattern, value, re.ASCII) for value in drawn)


@pytest.mark.parametrize("pattern", AMBIGUOUS)
def test_ambiguous_expressions_are_flagged(pattern):
    domain = PatternDomain(pattern)
    assert not domain.injective
    assert all(re.fullmatch(pattern, value) for value in assert_laws(domain))


def test_posix_classes():
    values = assert_laws(PatternDomain("[[:upper:]][[:digit:]_]"))
    assert all(re.fullmatch("[A-Z][0-9_]", value) for value in values)


@given(st.from_regex(r"([abc]|\[xy\]|\d)([?*+]|\{[0-3]\})?(\|[a-c]{1,2})?", fullmatch=True))
def test_any_simple_expression(pattern):
    values = assert_laws(PatternDomain(pattern, max_repeat=4))
    assert all(re.fullmatch(pattern, value) for value in values.head(50))


@pytest.mark.parametrize("pattern", [r"[ab]{1,4}c?", r"(ab|c){1,3}", r"x*y"])
@pytest.mark.parametrize("limit", [Length(2, 3), Length(0, 2), Length(3), Matches("^a"), Length(50)])
def test_small_domains_are_narrowed_exactly(pattern, limit):
    domain = PatternDomain(pattern, 5)
    assert domain.injective
    assert_narrows_exactly(domain, limit)


@pytest.mark.parametrize("pattern", [r"\w+", r"[a-z]{3,8}@[a-z]+\.com", r"(ab|cd){1,30}-(x|yy)+", r"\d{4,40}"])
@pytest.mark.parametrize(("least", "most"), [(8, 12), (9, 9), (20, 30)])
def test_large_domains_keep_the_lengths(pattern, least, most):
    narrowed = PatternDomain(pattern).narrow(Length(least, most))
    sizes = assert_laws(narrowed).str.len_chars()
    assert least <= sizes.min()
    assert sizes.max() <= most
    assert all(re.fullmatch(pattern, value) for value in narrowed.take(narrowed.draw(words(200))))


def test_short_alternatives_leave_their_room_to_others():
    narrowed = PatternDomain(r"(ab|abcdefghij)-\d{1,12}").narrow(Length(0, 12))
    widths = narrowed.take(np.arange(narrowed.size - 50, narrowed.size, dtype=np.uint64)).str.len_chars()
    assert widths.max() == 12


def test_impossible_lengths_are_empty():
    with pytest.raises(EmptyDomainError):
        PatternDomain(r"[a-z]{20}").narrow(Length(0, 12))


def test_digits_are_ascii():
    values = "".join(PatternDomain(r"\d\w").take(np.arange(630, dtype=np.uint64)))
    assert values.isascii()


def test_repeats_are_drawn_evenly():
    domain = PatternDomain("x[ab]{0,9}y")
    counts = domain.take(domain.draw(words(10_000))).str.len_chars().value_counts()["count"]
    assert len(counts) == 10
    assert counts.min() > 850


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        (r"(a)\1", "back-references"),
        (r"(?=a)b", "lookaround"),
        (r"(?<!a)b", "lookaround"),
        (r"a)", "unbalanced"),
        (r"(a", "not closed"),
        (r"*a", "nothing to repeat"),
        (r"a{3,1}", "out of order"),
        (r"a{,3}", "write {0,n}"),
        (r"a{99999}", "above 10000"),
        (r"\bword", r"\\b is not supported"),
        (r"[z-a]", "out of order"),
        (r"a$b", "before the end"),
        (r"a^b", "after the start"),
        (r"a++", "possessive"),
        (r"[a", "ends too early"),
        (r"[[:nope:]]", "unknown"),
        (r"\xZZ", "hexadecimal"),
        (r"[^ -~]", "no printable character"),
    ],
)
def test_what_cannot_be_generated_is_named(pattern, problem):
    with pytest.raises(ValueError, match=problem) as error:
        parse(pattern)
    assert repr(pattern) in str(error.value)


@pytest.mark.parametrize("pattern", ["(a|b).*", "[A-Z]{2}.*", "(x|y)[a-z]*$"])
def test_what_may_be_anything_makes_texts_differ(pattern):
    domain = PatternDomain(pattern)
    texts = domain.take(np.arange(5000, dtype=np.uint64))
    assert texts.n_unique() == 5000
    assert texts.str.contains(f"^(?:{pattern})").all()
    assert domain.narrow(Length(0, 4)).take(np.arange(300, dtype=np.uint64)).str.len_chars().max() <= 4


PLAINER = {
    "^ID-.*$": "^ID-[a-z0-9]{0,12}$",
    r"^\d{3}\..{2,}$": r"^\d{3}\.[a-z0-9]{2,14}$",
    "^[.a].+@.$": "^[.a][a-z0-9]{1,13}@[a-z0-9]$",
    r"^[^]\]]\.[A-Z]$": None,
}


@pytest.mark.parametrize(("pattern", "written"), PLAINER.items())
def test_what_a_dot_stands_for_is_a_letter_or_a_digit(pattern, written):
    assert plainer(pattern) == written
    texts = PatternDomain(written or pattern).take(np.arange(0, 3000, 7, dtype=np.uint64))
    assert all(re.search(pattern, text) for text in texts)


def test_a_very_long_pattern_is_left_as_it_is():
    assert plainer("[" * 1001 + ".") is None
