"""Companies, jobs and money: ``faker.company.raw.*``, ``faker.job.raw.*``, ``faker.currency.raw.*``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.composed import from_faker
from datalchemy_nb.domains.faker.ids.entry import entry, made, shown_by_faker
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, library
from datalchemy_nb.domains.grammar.counted import SequenceNode
from datalchemy_nb.domains.grammar.nodes import Node, WordsNode


@lru_cache(maxsize=1)
def _words() -> Mapping[str, list[list[str]]]:
    return parts_of("datalchemy_nb.domains.faker", "data/work.txt")


def listed(kind: str, locale: str) -> tuple[str, ...]:
    """Return the words of a kind: Portuguese for ``pt_*``, else English."""
    language = "pt" if locale.startswith("pt") else "en"
    return tuple(_words()[f"{kind} {language}"][0])


def _jargon(attribute: str, index: int) -> Node:
    words = getattr(library(DEFAULT_LOCALE).providers["company"], attribute)[index]
    return WordsNode(list(dict.fromkeys(words)))


def _listed(kind: str, slot: Slot) -> Node:
    return WordsNode(listed(kind, slot.locale))


@entry("semantic.company.bs", "faker.company.raw.Bs")
def bs(slot: Slot) -> Domain:
    """What companies claim to do: verb, adjective, noun."""
    return from_faker(slot, "bs")


@entry("faker.job.raw.Title", locale_aware=True)
def job_title(slot: Slot) -> Domain:
    """Job titles: seniority, field and position, in the order of the language."""
    seniority, field, position = (_listed(kind, slot) for kind in ("seniority", "field", "position"))
    space = WordsNode([" "])
    if slot.locale.startswith("pt"):
        return SequenceNode([position, WordsNode([" de "]), field, space, seniority], apart=True)
    # Neither a level nor a position ends or begins with another one, so a title shows its parts.
    return SequenceNode([seniority, space, field, space, position], apart=True)


@entry("semantic.finance.currency_code", "faker.currency.raw.CurrencyCode")
def currency_code() -> Domain:
    """Currency codes of three letters (ISO 4217)."""
    return ChoiceDomain(sorted({code for code, _ in library(DEFAULT_LOCALE).providers["currency"].currencies}))


@entry("semantic.finance.currency_symbol", "faker.currency.raw.CurrencySymbol")
def currency_symbol() -> Domain:
    """Signs of currencies."""
    symbols = library(DEFAULT_LOCALE).providers["currency"].currency_symbols
    return ChoiceDomain(sorted({sign for sign in symbols.values() if sign}))


shown_by_faker(
    ("semantic.company.name faker.company.raw.CompanyName", "company", "Names of companies, in the locale's forms."),
    ("semantic.company.suffix faker.company.raw.CompanySuffix",
     "company_suffix", "Legal forms and other ends of company names."),
    ("semantic.company.profession faker.company.raw.Profession", "job", "Names of occupations."),
    ("semantic.company.catch_phrase faker.company.raw.CatchPhrase", "catch_phrase", "Slogans."),
    ("semantic.finance.currency_name faker.currency.raw.CurrencyName", "currency_name", "Names of currencies."),
)  # fmt: skip


made(
    ("semantic.company.industry faker.company.raw.Industry",
     "Branches of industry, in English or Portuguese.", lambda slot: _listed("industry", slot)),
    ("faker.job.raw.Field", "Fields of work, in English or Portuguese.", lambda slot: _listed("field", slot)),
    ("faker.job.raw.Position", "Positions, in English or Portuguese.", lambda slot: _listed("position", slot)),
    ("faker.job.raw.Seniority",
     "Levels of seniority, in English or Portuguese.", lambda slot: _listed("seniority", slot)),
    locale_aware=True,
)  # fmt: skip


made(
    ("semantic.company.bs_verb faker.company.raw.BsVerb", "Verbs of such claims.", lambda: _jargon("bsWords", 0)),
    ("semantic.company.bs_adj faker.company.raw.BsAdj", "Adjectives of such claims.", lambda: _jargon("bsWords", 1)),
    ("semantic.company.bs_noun faker.company.raw.BsNoun", "Nouns of such claims.", lambda: _jargon("bsWords", 2)),
    ("semantic.company.buzzword faker.company.raw.Buzzword",
     "First words of slogans.", lambda: _jargon("catch_phrase_words", 0)),
    ("faker.company.raw.BuzzwordMiddle", "Middle words of slogans.", lambda: _jargon("catch_phrase_words", 1)),
    ("faker.company.raw.BuzzwordTail", "Last words of slogans.", lambda: _jargon("catch_phrase_words", 2)),
)  # fmt: skip
