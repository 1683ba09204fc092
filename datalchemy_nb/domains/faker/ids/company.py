"""Companies, jobs and money: ``faker.company.raw.*``, ``faker.job.raw.*``, ``faker.currency.raw.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.composed import from_faker
from datalchemy_nb.domains.faker.ids.entry import TextParams, entry
from datalchemy_nb.domains.faker.ids.wordlists import listed
from datalchemy_nb.domains.faker.leaves import WordsNode
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, library
from datalchemy_nb.domains.faker.node import Node
from datalchemy_nb.domains.faker.nodes import SequenceNode


def _jargon(attribute: str, index: int) -> Node:
    words = getattr(library(DEFAULT_LOCALE).providers["company"], attribute)[index]
    return WordsNode(list(dict.fromkeys(words)))


def _listed(kind: str, slot: Slot) -> Node:
    return WordsNode(listed(kind, slot.locale))


@entry("semantic.company.name", "faker.company.raw.CompanyName", locale_aware=True)
def company(params: TextParams, slot: Slot) -> Domain:
    """Names of companies, in the locale's forms."""
    del params
    return from_faker(slot, "company")


@entry("semantic.company.suffix", "faker.company.raw.CompanySuffix", locale_aware=True)
def company_suffix(params: TextParams, slot: Slot) -> Domain:
    """Legal forms and other ends of company names."""
    del params
    return from_faker(slot, "company_suffix")


@entry("semantic.company.industry", "faker.company.raw.Industry", locale_aware=True)
def industry(params: TextParams, slot: Slot) -> Domain:
    """Branches of industry, in English or Portuguese."""
    del params
    return _listed("industry", slot)


@entry("semantic.company.profession", "faker.company.raw.Profession", locale_aware=True)
def profession(params: TextParams, slot: Slot) -> Domain:
    """Names of occupations."""
    del params
    return from_faker(slot, "job")


@entry("semantic.company.catch_phrase", "faker.company.raw.CatchPhrase", locale_aware=True)
def catch_phrase(params: TextParams, slot: Slot) -> Domain:
    """Slogans."""
    del params
    return from_faker(slot, "catch_phrase")


@entry("semantic.company.bs", "faker.company.raw.Bs")
def bs(params: TextParams, slot: Slot) -> Domain:
    """What companies claim to do: verb, adjective, noun."""
    del params
    return from_faker(slot, "bs")


@entry("semantic.company.bs_verb", "faker.company.raw.BsVerb")
def bs_verb(params: TextParams, slot: Slot) -> Domain:
    """Verbs of such claims."""
    del params, slot
    return _jargon("bsWords", 0)


@entry("semantic.company.bs_adj", "faker.company.raw.BsAdj")
def bs_adj(params: TextParams, slot: Slot) -> Domain:
    """Adjectives of such claims."""
    del params, slot
    return _jargon("bsWords", 1)


@entry("semantic.company.bs_noun", "faker.company.raw.BsNoun")
def bs_noun(params: TextParams, slot: Slot) -> Domain:
    """Nouns of such claims."""
    del params, slot
    return _jargon("bsWords", 2)


@entry("semantic.company.buzzword", "faker.company.raw.Buzzword")
def buzzword(params: TextParams, slot: Slot) -> Domain:
    """First words of slogans."""
    del params, slot
    return _jargon("catch_phrase_words", 0)


@entry("faker.company.raw.BuzzwordMiddle")
def buzzword_middle(params: TextParams, slot: Slot) -> Domain:
    """Middle words of slogans."""
    del params, slot
    return _jargon("catch_phrase_words", 1)


@entry("faker.company.raw.BuzzwordTail")
def buzzword_tail(params: TextParams, slot: Slot) -> Domain:
    """Last words of slogans."""
    del params, slot
    return _jargon("catch_phrase_words", 2)


@entry("faker.job.raw.Field", locale_aware=True)
def job_field(params: TextParams, slot: Slot) -> Domain:
    """Fields of work, in English or Portuguese."""
    del params
    return _listed("field", slot)


@entry("faker.job.raw.Position", locale_aware=True)
def job_position(params: TextParams, slot: Slot) -> Domain:
    """Positions, in English or Portuguese."""
    del params
    return _listed("position", slot)


@entry("faker.job.raw.Seniority", locale_aware=True)
def job_seniority(params: TextParams, slot: Slot) -> Domain:
    """Levels of seniority, in English or Portuguese."""
    del params
    return _listed("seniority", slot)


@entry("faker.job.raw.Title", locale_aware=True)
def job_title(params: TextParams, slot: Slot) -> Domain:
    """Job titles: seniority, field and position, in the order of the language."""
    del params
    seniority, field, position = (_listed(kind, slot) for kind in ("seniority", "field", "position"))
    space = WordsNode([" "])
    if slot.locale.startswith("pt"):
        return SequenceNode([position, WordsNode([" de "]), field, space, seniority], apart=True)
    # Neither a level nor a position ends or begins with another one, so a title shows its parts.
    return SequenceNode([seniority, space, field, space, position], apart=True)


@entry("semantic.finance.currency_code", "faker.currency.raw.CurrencyCode")
def currency_code(params: TextParams, slot: Slot) -> Domain:
    """Currency codes of three letters (ISO 4217)."""
    del params, slot
    return ChoiceDomain(sorted({code for code, _ in library(DEFAULT_LOCALE).providers["currency"].currencies}))


@entry("semantic.finance.currency_name", "faker.currency.raw.CurrencyName", locale_aware=True)
def currency_name(params: TextParams, slot: Slot) -> Domain:
    """Names of currencies."""
    del params
    return from_faker(slot, "currency_name")


@entry("semantic.finance.currency_symbol", "faker.currency.raw.CurrencySymbol")
def currency_symbol(params: TextParams, slot: Slot) -> Domain:
    """Signs of currencies."""
    del params, slot
    symbols = library(DEFAULT_LOCALE).providers["currency"].currency_symbols
    return ChoiceDomain(sorted({sign for sign in symbols.values() if sign}))
