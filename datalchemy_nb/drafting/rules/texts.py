"""Titles, descriptions, codes, and names of things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datalchemy_nb.drafting.meaning import Meaning, first_meaning
from datalchemy_nb.drafting.offers import Offer, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import Words, singular, vocabulary

_PREFIX = 3
_NAME_WORDS = 2
_AUXILIARY = frozenset("auth core app tb tbl tab cad base main common django wagtail".split())
_LAST = frozenset("name nome code codigo number numero reference ref key".split())
_ADJECTIVES = frozenset("display verbose printable short long full code numero nome codigo external".split())


def recognise_texts(view: ColumnView) -> Suggestion | None:
    """Suggest words for prose, numbered names for things, and lettered numbers for codes."""
    if view.literal_default:
        return None
    return first_meaning(view, "recognise_texts", MEANINGS)


def _prose(view: ColumnView) -> Sequence[Offer]:
    return [
        offer("primitive.text.lorem", min_words=6, max_words=14),
        offer("primitive.text.lorem", min_words=3, max_words=6),
        offer("primitive.text.lorem", min_words=1, max_words=3),
    ]


def _line(view: ColumnView) -> Sequence[Offer]:
    return [
        offer("primitive.text.lorem", min_words=2, max_words=5),
        offer("primitive.text.lorem", min_words=1, max_words=2),
        *numbered_codes(view),
    ]


def numbered_codes(view: ColumnView) -> Sequence[Offer]:
    """Letters of the thing and a number, shorter where the column is short."""
    letters = "".join(_thing(view)).upper()[:_PREFIX] or "COD"
    patterns: tuple[str, ...] = (
        rf"{letters}-\d{{6}}",
        rf"{letters}\d{{5}}",
        r"[A-Z]{2}\d{3}",
        r"[A-Z]\d{2}",
        r"[A-Z]{2}",
        r"[A-Z0-9]",
    )
    length = view.slot.max_length
    if length is not None and view.slot.type_name.startswith("character("):
        patterns = (rf"[A-Z0-9]{{{length}}}",)
    return [offer("primitive.text.pattern", pattern=pattern) for pattern in patterns]


def _numbered(view: ColumnView) -> Sequence[Offer]:
    """`Group 12`, `Fonte lead 7`: named after the table."""
    name = re.escape(" ".join(_thing(view)).capitalize()).replace(r"\ ", " ")
    numbered = offer("primitive.text.pattern", pattern=rf"{name} [1-9]\d{{0,4}}")
    return [numbered, offer("primitive.text.pattern", pattern=rf"{name[:8]} ?[1-9]\d{{0,3}}"), *_line(view)]


def _thing(view: ColumnView) -> Words:
    """What the name or code is of: the words before it, else the table's."""
    named = view.words[-1:] and view.words[-1] in _LAST and view.words[0] not in _ADJECTIVES
    own = view.words[:-1] if named else ()
    words = own or view.table.noun
    return tuple(singular(word) for word in words if word not in _AUXILIARY)[:_NAME_WORDS] or ("item",)


MEANINGS = (
    Meaning(
        "prose",
        vocabulary(
            "description, comment, comments, note, notes, body, content, message, bio, biography, summary, abstract, "
            "text, details, remarks, feedback, excerpt, reason, instructions, search description, introduction, intro, "
            "question, answer, review, about, help text, caption, html, richtext, rich text, template",
            "descricao, observacao, observacoes, comentario, comentarios, nota, notas, mensagem, conteudo, texto, "
            "resumo, motivo, justificativa, detalhes, anotacao, historico, biografia, parecer, pergunta, resposta",
        ),
        _prose,
        confidence=0.85,
    ),
    Meaning(
        "a title",
        vocabulary(
            "title, subject, headline, heading, label, subtitle, short description, seo title, object repr, tagline, "
            "query, query string, search term, keyword, keywords, tag, "
            "alt text, menu label, change message",
            "titulo, assunto, rotulo, subtitulo, tema, legenda, local",
        ),
        _line,
        confidence=0.8,
    ),
    Meaning(
        "the name of a thing",
        vocabulary("name, display name, verbose name", "nome, denominacao"),
        _numbered,
        confidence=0.6,
    ),
    Meaning(
        "a code",
        vocabulary(
            "code, codename, number, reference, ref, external id, identifier, serial, serial number, order number, "
            "invoice number, account number, key",
            "codigo, numero, num, referencia, protocolo, matricula, numero serie, sigla, inscricao, chave",
        ),
        numbered_codes,
        confidence=0.7,
    ),
    Meaning(
        "a row's number kept as text",
        vocabulary("id"),
        lambda view: [offer("primitive.text.pattern", pattern=r"[1-9]\d{0,4}"), *numbered_codes(view)],
        confidence=0.5,
    ),
)
