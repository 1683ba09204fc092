"""What texts are for: the purposes, the kinds they come in, and the words of columns and tables that ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

Words = Mapping[str, tuple[str, ...]]
"""Language -> words."""


@dataclass(frozen=True)
class Purpose:
    """One kind of text, ``text.<name>``.

    Attributes:
        name: the last part of the generator's id.
        doc: what it makes, one sentence or two.
        sentences: fewest and most sentences; None = it is no prose, and takes no number of sentences.
        paragraphs: fewest and most paragraphs.
        kinds: the kinds it comes in, the usual one first, with their shares where no kind is given.
        mixed: without a kind all of them come up; else the first.
        reads: parameter that names a column whose value decides the kind.
        names: parameter that names a column whose text is part of this one.
        urgent: a last sentence says how much hurry there is, by the column that ``priority_column`` names.
        columns: names of columns that ask for it, by language: nouns, in ASCII, parted by spaces.
        tables: words of table names that make it this purpose rather than another one with the same columns.
        kind_tables: kind -> words of table or column names that ask for this kind.
    """

    name: str
    doc: str
    sentences: tuple[int, int] | None = None
    paragraphs: tuple[int, int] = (1, 1)
    kinds: Mapping[str, float] = field(default_factory=dict)
    mixed: bool = True
    reads: str | None = None
    names: str | None = None
    urgent: bool = False
    separator: str | None = " "
    columns: Words = field(default_factory=dict)
    tables: Words = field(default_factory=dict)
    kind_tables: Mapping[str, Words] = field(default_factory=dict)


def _even(kinds: str) -> Mapping[str, float]:
    return dict.fromkeys(kinds.split(), 1.0)


RATINGS = {"positive": 0.65, "neutral": 0.2, "negative": 0.15}
TOPICS = _even("access billing bug delivery equipment request")
CATEGORIES = _even("electronics home clothing food drink beauty tools toys sports office")
URGENCIES = {"normal": 0.55, "high": 0.25, "low": 0.2}
PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        "description",
        "What a thing is, in sentences that fit anything.",
        sentences=(1, 2),
    ),
    Purpose(
        "product_name",
        "Names of products: what it is, its make and its variant; of the kind `kind`, or the category that the column "
        "`category_column` names.",
        kinds=CATEGORIES,
        reads="category_column",
    ),
    Purpose(
        "product_description",
        "What a product is like; of the product that the column `name_column` names.",
        sentences=(2, 3),
        names="name_column",
    ),
    Purpose(
        "category_description",
        "What a category holds.",
        sentences=(1, 2),
    ),
    Purpose(
        "review",
        "What a customer writes about a purchase; agrees with the column `rating_column`.",
        sentences=(2, 3),
        kinds=RATINGS,
        reads="rating_column",
    ),
    Purpose(
        "review_title",
        "The line above a review; agrees with the column `rating_column`.",
        kinds=RATINGS,
        reads="rating_column",
    ),
    Purpose(
        "comment",
        "A remark of a reader or colleague.",
        sentences=(1, 2),
    ),
    Purpose(
        "note",
        "A note for oneself or the team: what was said, what is to do.",
        sentences=(1, 2),
    ),
    Purpose(
        "reason",
        "Why: of a cancellation, a return, an absence, a refusal, a change (`kind`).",
        kinds=_even("cancellation return absence refusal change"),
    ),
    Purpose(
        "subject",
        "The subject line of an e-mail or a ticket (`kind`).",
        kinds=_even("email ticket"),
        mixed=False,
    ),
    Purpose(
        "ticket_description",
        "What a customer reports, of the kind `kind` or the column `kind_column`; as urgent as the column "
        "`priority_column` says.",
        sentences=(2, 2),
        kinds=TOPICS,
        reads="kind_column",
        urgent=True,
    ),
    Purpose(
        "message",
        "A message between people: a line of a chat or the body of an e-mail (`kind`).",
        kinds=_even("chat email"),
        mixed=False,
    ),
    Purpose(
        "biography",
        "A person in a few sentences; of the occupation that the column `role_column` names.",
        sentences=(2, 3),
        names="role_column",
    ),
    Purpose(
        "title",
        "The title of an article, a post, a task, a project, an event or a course (`kind`).",
        kinds=_even("article post task project event course"),
        mixed=False,
    ),
    Purpose(
        "headline",
        "A headline of the news.",
    ),
    Purpose(
        "article_body",
        "Paragraphs of an article.",
        sentences=(3, 4),
        paragraphs=(2, 3),
        separator=None,
    ),
    Purpose(
        "task_description",
        "What is to be done, and how one knows that it is.",
        sentences=(1, 2),
    ),
    Purpose(
        "job_description",
        "A vacancy: the tasks, the profile, what is offered.",
        sentences=(3, 4),
    ),
    Purpose(
        "clinical_note",
        "A physician's note of a visit.",
        sentences=(2, 3),
    ),
    Purpose(
        "diagnosis_note",
        "A finding and what follows from it.",
        sentences=(1, 1),
    ),
    Purpose(
        "address_complement",
        "What a delivery needs besides street and number: flat, block, floor.",
    ),
    Purpose(
        "instruction",
        "What a courier should know.",
        sentences=(1, 2),
    ),
    Purpose(
        "question",
        "A question of a customer.",
        sentences=(1, 1),
    ),
    Purpose(
        "answer",
        "An answer to a customer.",
        sentences=(1, 2),
    ),
    Purpose(
        "company_description",
        "What a company does.",
        sentences=(2, 2),
    ),
    Purpose(
        "slogan",
        "A line that advertises.",
    ),
    Purpose(
        "event_name",
        "Names of events.",
    ),
    Purpose(
        "project_name",
        "Names of projects.",
    ),
    Purpose(
        "campaign_name",
        "Names of campaigns.",
    ),
    Purpose(
        "course_name",
        "Names of courses.",
    ),
    Purpose(
        "team_name",
        "Names of teams at work.",
    ),
    Purpose(
        "song_title",
        "Titles of songs.",
    ),
    Purpose(
        "album_title",
        "Titles of albums.",
    ),
    Purpose(
        "film_title",
        "Titles of films.",
    ),
    Purpose(
        "book_title",
        "Titles of books.",
    ),
    Purpose(
        "recipe_name",
        "Names of recipes.",
    ),
    Purpose(
        "dish_name",
        "Dishes of a menu.",
    ),
    Purpose(
        "file_name",
        "Names of files, with their extension.",
        separator=None,
    ),
    Purpose(
        "tag",
        "One word that sorts things.",
        separator="-",
    ),
    Purpose(
        "brand_name",
        "Names of brands.",
    ),
    Purpose(
        "visit_reason",
        "Why somebody sees a doctor.",
    ),
    Purpose(
        "label",
        "A short name for a thing of any kind: `Annual report`.",
    ),
    Purpose(
        "word",
        "A plain noun.",
    ),
    Purpose(
        "slug",
        "Words for an address: `spring-sale`.",
        separator="-",
    ),
    Purpose(
        "snake",
        "Words for a key: `spring_sale`.",
        separator="_",
    ),
    Purpose(
        "log_message",
        "A line of a program's log.",
    ),
    Purpose(
        "error_message",
        "What went wrong.",
    ),
    Purpose(
        "search_query",
        "What people type into a search.",
    ),
    Purpose(
        "commit_message",
        "The message of a commit.",
    ),
    Purpose(
        "changelog",
        "An entry of a list of changes.",
    ),
    Purpose(
        "policy",
        "Paragraphs of terms: delivery, returns, privacy.",
        sentences=(2, 3),
        paragraphs=(1, 2),
        separator=None,
    ),
)
"""All of them, without their words."""


@lru_cache(maxsize=1)
def purposes() -> tuple[Purpose, ...]:
    """Return all purposes, each with the words that ask for it in the names of columns and tables."""
    words = _vocabulary()
    return tuple(replace(one, **_words_of(words[one.name])) for one in PURPOSES)


@lru_cache(maxsize=1)
def keywords() -> Mapping[str, str]:
    """Return, by kind, what the value of a column must hold for it: a regular expression over folded text."""
    return {line[0]: "|".join(line[1:]) for line in _vocabulary()["keywords"]}


def _vocabulary() -> Mapping[str, list[list[str]]]:
    return parts_of("vocabulary.txt")


@lru_cache(maxsize=4)
def parts_of(name: str) -> Mapping[str, list[list[str]]]:
    """Return the parts of a file of words, each line cut at its bars."""
    parts: dict[str, list[list[str]]] = {}
    text = files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("= "):
            parts[line[2:]] = lines = []
        elif not line.startswith("#"):
            lines.append([piece.strip() for piece in line.split("|")])
    return parts


def _words_of(lines: list[list[str]]) -> dict[str, Any]:
    columns: dict[str, tuple[str, ...]] = {}
    tables: dict[str, tuple[str, ...]] = {}
    kinds: dict[str, dict[str, tuple[str, ...]]] = {}
    for what, language, words in lines:
        named = {"columns": columns, "tables": tables}.get(what)
        into = kinds.setdefault(what.removeprefix("kind "), {}) if named is None else named
        into[language] = tuple(word.strip() for word in words.split(","))
    return {"columns": columns, "tables": tables, "kind_tables": kinds}
