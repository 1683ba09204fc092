"""Text to plain values: JSON and YAML, with nothing lost or guessed on the way.

YAML is read by the rules of YAML 1.2: only ``true`` and ``false`` are booleans, ``18:30:00`` and ``2026-01-01`` stay
text, and a key may not appear twice. What JSON could not hold (sets, bytes, infinities) is refused for both."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from datalchemy_nb.errors import ContractError

MAX_DEPTH = 100
MAX_NODES = 2_000_000
MAX_NUMBER_BITS = 1024
_LONG_LINE = 4096
_HALF_OF_A_PAIR = re.compile("[\ud800-\udfff]")

Language = Literal["json", "yaml"]


class Unreadable(ContractError):
    """A document that is no JSON or YAML; the message says where."""


class Document(NamedTuple):
    """A document's plain values, and where they come from."""

    name: str
    language: Language
    values: Any


def load_document(source: Path | str | bytes | Mapping[str, Any]) -> Document:
    """Return the plain values of a file, a text or a mapping.

    Args:
        source: a path, the text itself (JSON or YAML), or a mapping. A string is a path unless it holds a line break
            or begins with a brace.

    Raises:
        Unreadable: the text is neither; the message gives line and column.
        ContractError: the file is missing or unreadable.
    """
    name = document_name(source)
    if isinstance(source, Mapping):
        return Document(name, "json", _Plain().copy(source, 0))
    if isinstance(source, bytes):
        return Document(name, *parse_text(_decode(source)))
    if isinstance(source, str) and _is_text(source):
        return Document(name, *parse_text(source))
    path = Path(source)
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as reason:
        raise ContractError(f"{name}: {getattr(reason, 'strerror', None) or reason}") from None
    return Document(name, *parse_text(_decode(data), _language(path)))


def document_name(source: Path | str | bytes | Mapping[str, Any]) -> str:
    """Return what to call a document in messages: its path, or ``plan``."""
    inline = isinstance(source, bytes | Mapping) or (isinstance(source, str) and _is_text(source))
    return "plan" if inline else str(source)


def parse_text(text: str, language: Language | None = None) -> tuple[Language, Any]:
    """Return the language and plain values of a text; where no language is given, a leading brace means JSON.

    Raises:
        Unreadable: it does not parse.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("the document is empty")
    if language is None:
        language = "json" if text.lstrip()[0] in "{[" else "yaml"
    return language, _Plain().copy(_json(text) if language == "json" else _yaml(text), 0)


def _is_text(source: str) -> bool:
    return (
        "\n" in source or source.lstrip("\ufeff \t")[:1] in ("{", "[") or len(source) > _LONG_LINE or not source.strip()
    )


def _language(path: Path) -> Language | None:
    known: dict[str, Language] = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}
    return known.get(path.suffix.lower())


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as reason:
        raise Unreadable(f"byte {reason.start} is not UTF-8", hint="save the file as UTF-8") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as reason:
        raise Unreadable(f"line {reason.lineno}, column {reason.colno}: {reason.msg}") from None
    except RecursionError:
        raise Unreadable(f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as reason:
        raise Unreadable(str(reason)) from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} appears twice in one object")
    return found


def _yaml(text: str) -> Any:
    from datalchemy_nb.planning.yaml12 import UnreadableYaml, read_yaml

    try:
        return read_yaml(text)
    except UnreadableYaml as reason:
        raise Unreadable(str(reason)) from None


class _Plain:
    """Copies values into what JSON can hold, and counts them: YAML aliases can unfold to more than memory holds."""

    def __init__(self) -> None:
        self.nodes = 0

    def copy(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH} levels")
        if self.nodes > MAX_NODES:
            raise Unreadable(f"more than {MAX_NODES:,} values")
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {self._key(key): self.copy(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.copy(item, depth + 1) for item in value]
        if value is None or isinstance(value, bool | int | float | dt.date | dt.time):
            return self._leaf(value)
        if isinstance(value, Mapping):
            return self.copy(dict(value), depth)
        return self._leaf(value)

    def _key(self, key: Any) -> str:
        if not isinstance(key, str):
            raise Unreadable(f"the key {key!r} is not text", hint="put it in quotes")
        return self._text(key)

    def _leaf(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dt.date | dt.time):
            return value.isoformat()
        if isinstance(value, float) and math.isfinite(value):
            return float(value)
        if isinstance(value, int) and value.bit_length() <= MAX_NUMBER_BITS:
            return int(value)
        kind = "a number too large" if isinstance(value, int | float) else f"a {type(value).__name__}"
        raise Unreadable(f"{kind} cannot stand in a plan", hint="use text, numbers, true, false, null, lists, objects")

    def _text(self, text: str) -> str:
        if not text.isascii() and _HALF_OF_A_PAIR.search(text):
            raise Unreadable(f"{text!r} holds half of a surrogate pair, which is no character")
        return str(text)
