"""A meaning a name can have, and how a rule turns the first that holds into a suggestion."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from datalchemy_nb.contracts.pg_types import MOMENTS as MOMENTS
from datalchemy_nb.contracts.pg_types import NUMBERS as NUMBERS
from datalchemy_nb.domains.base import Category
from datalchemy_nb.drafting.offers import Offer, Offers, first_fitting
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import Vocabulary
from datalchemy_nb.records import dataclass

TEXT: tuple[Category, ...] = ("text",)
COMMENT_DOUBT = 0.8
_GUARDED = 0.5
"""A condition on the table tells something, but less than a second word."""


@dataclass(frozen=True)
class Meaning:
    """What a column holds when its name says so.

    Attributes:
        what: the thing, with its article: "an e-mail address".
        words: phrases that name it.
        offers: generators, best first.
        holds: families of columns that can hold it.
        confidence: how often the name is right.
        when: what else must be true.
        null_rate: share of nulls where the column takes them; None = the plan's.
    """

    what: str
    words: Vocabulary
    offers: Offers
    holds: tuple[Category, ...] = TEXT
    confidence: float = 0.9
    when: Callable[[ColumnView], bool] | None = None
    null_rate: float | None = None


def first_meaning(view: ColumnView, rule: str, meanings: Iterable[Meaning]) -> Suggestion | None:
    """Return a suggestion for the meaning that the name says and whose generator fits.

    The one with the longest phrase goes first (`rental duration` before `duration`), of those alike the first listed.
    """
    said = []
    for rank, meaning in enumerate(meanings):
        if view.category not in meaning.holds:
            continue
        phrase = view.says(meaning.words)
        if phrase is None or (meaning.when is not None and not meaning.when(view)):
            continue
        said.append((-len(phrase.split()) - (meaning.when is not None) * _GUARDED, rank, meaning, phrase))
    for _, _, meaning, phrase in sorted(said, key=lambda one: one[:2]):
        found = first_fitting(view, meaning.offers(view))
        if found is not None:
            told = f"{source_of(view)} says {meaning.what} ({phrase})"
            return suggest(view, rule, found, (told,), meaning.confidence, meaning.null_rate)
    return None


def suggest(
    view: ColumnView,
    rule: str,
    found: Offer | None,
    evidence: tuple[str, ...],
    confidence: float,
    null_rate: float | None = None,
) -> Suggestion | None:
    """Return a suggestion of an offer, or None where there is none; the column's type joins the evidence."""
    if found is None:
        return None
    about = [] if view.comment_words is None else [f'comment "{view.column.comment}"']
    return Suggestion(
        ref=view.table.ref,
        column=view.name,
        generator_id=found.id,
        params=found.params,
        rule=rule,
        evidence=(*evidence, *about, f"type {view.column.column_type.data_type}"),
        confidence=round(confidence * (1 if view.comment_words is None else COMMENT_DOUBT), 2),
        null_rate=null_rate if view.may_be_null else None,
        distribution=found.distribution,
    )


def source_of(view: ColumnView) -> str:
    """Say where the words came from."""
    return "name" if view.comment_words is None else "comment"


def left_alone(view: ColumnView, rule: str, *evidence: str, confidence: float = 1.0) -> Suggestion:
    """Return a suggestion to write no rule."""
    return Suggestion(view.table.ref, view.name, None, {}, rule, evidence, confidence)
