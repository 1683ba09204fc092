"""Texts by purpose: of the right language, varied, whole at every length, in agreement with their row."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.domains.base import Derivation, Domain
from datalchemy_nb.domains.grammar.counted import build
from datalchemy_nb.domains.limits import Cased, Length, NoneOf
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.domains.text import LATIN
from datalchemy_nb.domains.texts import language_of, languages, purposes
from datalchemy_nb.domains.texts.compose import TextDomain
from datalchemy_nb.domains.texts.generators import recipe_of
from datalchemy_nb.domains.texts.grammar import grammar
from datalchemy_nb.domains.texts.purpose import URGENCIES, Purpose
from tests.domains.ambiguity import ambiguity
from tests.domains.domain_laws import assert_laws, slot, words

LOCALES = {"pt": "pt_BR", "en": "en_US", "es": "es_ES", "fr": "fr_FR", "de": "de_DE"}
MARKS = {
    "pt": "não são para com está até você uma pelo",
    "en": "the and with of for is this you from",
    "es": "el los las con está para una desde usted",
    "fr": "le les des avec est pour une dans vous",
    "de": "der die das und mit ist für nicht von",
}
"""Small words that tell a language; those that two languages share are not looked for in the other."""
JOINTS = {
    "pt": r"(?i)\b(de|em|por) (os?|as?) |\ba (o|os|as) ",
    "en": r"\b[Aa] [aeiouAEIO](?:[^nsu]|n[^ei])|\b[Aa]n [^aeiouhAEIOUH8]",
    "es": r"(?i)\b(de|a) el |\by (i|hi[^e])",
    "fr": r"(?i)\b(de|je|que|la) [aeiouéèêâîô]|\bà les? ",
    "de": r"\b(in|an|von|zu|bei) dem\b|\bzu der\b",
}
"""Words that a language runs together or changes where they meet."""
SHARED = {("pt", "es"): "para está", ("es", "pt"): "com para está uma", ("fr", "es"): "las los", ("de", "fr"): "des"}


def text(purpose: str, language: str = "pt", **given: object) -> Domain | Derivation:
    spec = find_generator(f"text.{purpose}")
    assert spec is not None
    facts = {key: given.pop(key) for key in ("max_length", "unique", "rows") if key in given}
    built = spec.build(spec.params.model_validate(given), slot(locale=LOCALES[language], **facts))
    assert isinstance(built, Domain | Derivation)
    return built


def drawn(domain: Domain | Derivation, count: int) -> pl.Series:
    assert isinstance(domain, Domain)
    return domain.take(domain.draw(words(count)))


def kinds_of(purpose: Purpose) -> Iterator[str | None]:
    yield from purpose.kinds or (None,)


@pytest.mark.parametrize("language", languages())
def test_no_text_can_be_read_in_two_ways(language: str) -> None:
    """What the counted nodes are told of these grammars: else a unique column would repeat."""
    known = grammar(language)
    for purpose in purposes():
        for kind in kinds_of(purpose):
            rule = f"{purpose.name}/{kind}" if kind else purpose.name
            assert ambiguity(build(recipe_of(purpose, language, {"kind": kind}).form(), apart=True)) is None, rule
            for name in (rule + "@", rule + "~", purpose.name + "~"):
                if name in known:
                    assert ambiguity(build(known.form(name), apart=True)) is None, name
        if purpose.sentences in (None, (1, 1)):
            assert ambiguity(build(recipe_of(purpose, language, {}).form(), apart=True)) is None, purpose.name
    for urgency in URGENCIES:
        assert ambiguity(build(known.form(f"urgency/{urgency}"), apart=True)) is None


@pytest.mark.parametrize("language", languages())
def test_ten_thousand_rows_hardly_repeat(language: str) -> None:
    for purpose in purposes():
        texts = drawn(text(purpose.name, language), 10_000 if purpose.sentences else 2_000)
        share = texts.n_unique() / len(texts)
        few = purpose.name in ("tag", "word", "label", "brand_name", "visit_reason")  # names of things repeat
        assert share > (0.97 if purpose.sentences else 0.0 if few else 0.85), f"{purpose.name}: {share:.3f}"


@pytest.mark.parametrize("language", languages())
def test_texts_are_of_their_language(language: str) -> None:
    """No Latin, no small words of another language, no loose ends of the grammar."""
    latin = {word for word in LATIN if len(word) > 6} - {"laborum", "tempore"}
    for purpose in purposes():
        for kind in kinds_of(purpose):
            texts = drawn(TextDomain(recipe_of(purpose, language, {"kind": kind})), 200)
            odd = texts.filter(texts.str.contains(r"  |[<>{}|\[\]]|^ | $| [,.]|\.\.|,,| \n"))
            assert odd.is_empty(), (purpose.name, kind, odd.to_list()[:3])
            unjoined = texts.filter(texts.str.contains(JOINTS[language]))
            assert unjoined.is_empty(), (purpose.name, kind, unjoined.to_list()[:3])
            tokens = set(re.findall(r"\w+", " ".join(texts.to_list()).lower()))
            assert not tokens & latin, (purpose.name, tokens & latin)
            for other in set(MARKS) - {language}:
                foreign = set(MARKS[other].split()) - set(MARKS[language].split())
                foreign -= set(SHARED.get((language, other), "").split())
                assert len(tokens & foreign) < 2, (purpose.name, kind, other, tokens & foreign)
            if purpose.sentences:
                assert texts.str.contains(r"(?s)^[\p{Lu}¿¡].*[.!?]$").all(), (purpose.name, kind)


@pytest.mark.parametrize("language", languages())
def test_texts_fit_columns_and_stay_whole(language: str) -> None:
    for purpose in purposes():
        for length in (1, 40, 160):
            domain = text(purpose.name, language, max_length=length)
            texts = drawn(domain, 100)
            assert int(texts.str.len_chars().max()) <= length  # type: ignore[arg-type]
            assert int(texts.str.len_chars().min()) >= 1  # type: ignore[arg-type]
            if length >= 160 and purpose.sentences and "email" not in purpose.kinds:
                assert texts.str.contains(r"[.!?]$").all(), (purpose.name, length)


def test_laws_and_limits() -> None:
    every = sorted(purposes(), key=lambda one: one.name)
    for number, purpose in enumerate(every):
        language = languages()[number % len(languages())]
        assert_laws(text(purpose.name, language))
    long = text("description")
    assert isinstance(long, Domain)
    least = long.narrow(Length(200, 400))
    assert least is not None
    lengths = drawn(least, 500).str.len_chars()
    assert (lengths.min(), lengths.max()) >= (200, 0)
    assert int(lengths.max()) <= 400  # type: ignore[arg-type]
    assert long.narrow(NoneOf(("", "x"))) is long
    slug = text("slug")
    assert isinstance(slug, Domain)
    assert slug.narrow(Cased(upper=False)) is slug


@pytest.mark.parametrize("purpose", ["title", "slug", "description", "product_name"])
def test_a_unique_column_of_fifty_thousand(purpose: str) -> None:
    domain = text(purpose, "pt")
    assert isinstance(domain, Domain)
    assert domain.injective
    wide = domain if domain.size >= 50_000 else domain.widen(50_000)
    assert wide is not None
    assert wide.take(np.arange(50_000, dtype=np.uint64)).n_unique() == 50_000


# --- with the row ------------------------------------------------------------------------------------------------


def computed(purpose: str, columns: dict[str, pl.Series], language: str = "pt", **given: object) -> pl.Series:
    made = text(purpose, language, **given)
    assert isinstance(made, Derivation)
    count = len(next(iter(columns.values())))
    rows = np.arange(count, dtype=np.uint64)
    values = made.compute(columns, words(count), rows)
    half = count // 2
    later = made.compute({n: c[half:] for n, c in columns.items()}, words(count)[half:], rows[half:])
    assert values[half:].to_list() == later.to_list(), "a value depends on its neighbours"
    return values


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("purpose", ["review", "review_title"])
def test_reviews_agree_with_their_rating(purpose: str, language: str) -> None:
    ratings = pl.Series([5, 4, 3, 2, 1, None] * 200)
    texts = computed(purpose, {"nota": ratings}, language, rating_column="nota")
    of_kind = {
        kind: set(drawn(text(purpose, language, kind=kind, max_len=400), 4000).str.slice(0, 9).to_list())
        for kind in ("positive", "neutral", "negative")
    }
    for rating, kind in ((5, "positive"), (4, "positive"), (3, "neutral"), (2, "negative"), (1, "negative")):
        starts = texts.filter(ratings == rating).str.slice(0, 9)
        assert starts.is_in(pl.Series(sorted(of_kind[kind])).implode()).all()
    tens = pl.Series([10.0, 9.0, 1.0, 0.0] * 50)
    texts = computed(purpose, {"nota": tens}, language, rating_column="nota", worst=0, best=10)
    assert texts.filter(tens > 8).str.slice(0, 9).is_in(pl.Series(sorted(of_kind["positive"])).implode()).all()
    said = pl.Series(["positive", "negativo"] * 50)
    texts = computed(purpose, {"nota": said}, language, rating_column="nota")
    assert (
        texts.filter(said == "negativo").str.slice(0, 9).is_in(pl.Series(sorted(of_kind["negative"])).implode()).all()
    )


def test_descriptions_name_their_product_and_fit() -> None:
    names = pl.Series(["Sofá Norvia azul", "Cabo $1 \\2", None, "x" * 90] * 100)
    texts = computed("product_description", {"nome": names}, name_column="nome", max_length=160)
    assert all(name in told for name, told in zip(names[:2], texts[:2], strict=True))
    assert texts.null_count() == 0
    assert int(texts.str.len_chars().max()) <= 160  # type: ignore[arg-type]
    told = computed("biography", {"cargo": pl.Series(["Enfermeira", "Piloto"] * 50)}, role_column="cargo")
    assert told.gather_every(2).str.starts_with("Enfermeira").all()


def test_tickets_speak_of_their_kind_and_priority() -> None:
    kind = pl.Series(["cobrança", "Entrega", "outro"] * 60)
    priority = pl.Series(["Alta", "baixa", None, "média"] * 45)
    texts = computed(
        "ticket_description", {"tipo": kind, "prioridade": priority}, kind_column="tipo", priority_column="prioridade"
    )
    urgent = texts.filter(priority == "Alta")
    assert urgent.str.contains("parada|balcão|vence hoje|perdendo vendas").all()
    assert texts.filter(priority == "baixa").str.contains("urgente|pressa|detalhe").all()
    assert texts.filter(kind == "Entrega").str.contains("pedido|encomenda").all()


def test_texts_of_the_row_can_be_unique() -> None:
    made = text("review", rating_column="nota", unique=True, rows=20_000)
    assert isinstance(made, Derivation)
    assert made.unique_by_row
    ratings = pl.Series(np.arange(20_000) % 5 + 1)
    rows = np.arange(20_000, dtype=np.uint64)
    assert made.compute({"nota": ratings}, words(20_000), rows).n_unique() == 20_000


def test_unknown_languages_are_written_in_english() -> None:
    assert (language_of("ja_JP"), language_of("pt_PT"), language_of("en-GB")) == ("en", "pt", "en")


def test_every_purpose_is_asked_for_by_some_column() -> None:
    for purpose in purposes():
        for language in LOCALES:
            assert all(word == word.lower() and word.isascii() for word in purpose.columns[language]), purpose.name
        assert set(purpose.kind_tables) <= set(purpose.kinds)
