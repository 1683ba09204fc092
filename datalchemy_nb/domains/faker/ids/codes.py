"""Values put together of parts: numbers with check digits (``faker.barcode.raw.*``, ``faker.creditcard.raw.*``,
``faker.finance.raw.*``), colours as CSS writes them (``faker.color.raw.*``), files and versions
(``faker.filesystem.raw.*``).
"""

from __future__ import annotations

import string
from functools import lru_cache

from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.checksums import CardNumbers, Isbn, Isin
from datalchemy_nb.domains.faker.ids.entry import made
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, library
from datalchemy_nb.domains.grammar.counted import ChoiceNode, SequenceNode
from datalchemy_nb.domains.grammar.nodes import MaskNode, Node, WordsNode
from datalchemy_nb.domains.text import LATIN

_CARDS = (
    (50, CardNumbers(4, 4, 16)), (2, CardNumbers(4, 4, 13)), (28, CardNumbers(51, 55, 16)),
    (5, CardNumbers(2221, 2720, 16)), (5, CardNumbers(34, 34, 15)), (5, CardNumbers(37, 37, 15)),
    (5, CardNumbers(6011, 6011, 16)),
)  # fmt: skip
"""Share, first and last prefix, digits: Visa (two lengths), Mastercard (two ranges), American Express, Discover."""


@lru_cache(maxsize=1)
def _countries() -> tuple[str, ...]:
    return tuple(sorted(set(library(DEFAULT_LOCALE).providers["address"].alpha_2_country_codes)))


@lru_cache(maxsize=1)
def _registrants() -> list[tuple[str, str, str, int]]:
    rules = library(DEFAULT_LOCALE).providers["isbn"].rules["978"]
    return [(group, low, high, width) for group in sorted(rules) for low, high, width in sorted(rules[group])]


def _bic(tail: int) -> Node:
    letters = string.ascii_uppercase
    return SequenceNode([MaskNode([letters] * 4), WordsNode(_countries()), MaskNode([letters + string.digits] * tail)])


made(
    ("semantic.barcode.isbn10 faker.barcode.raw.Isbn10",
     "Book numbers of ten digits with hyphens, the last one perhaps X.", lambda: Isbn(_registrants(), short=True)),
    ("semantic.barcode.isbn13 faker.barcode.raw.Isbn13",
     "Book numbers of thirteen digits with hyphens.", lambda: Isbn(_registrants(), short=False)),
    ("faker.barcode.raw.Isbn",
     "Book numbers of ten or thirteen digits, with even odds.",
     lambda: ChoiceNode([Isbn(_registrants(), short=True), Isbn(_registrants(), short=False)], [1, 1])),
    ("faker.creditcard.raw.CreditCardNumber",
     "Card numbers of 13, 15 or 16 digits that pass Luhn's check.",
     lambda: ChoiceNode([card for _, card in _CARDS], [share for share, _ in _CARDS], apart=True), ('pii.payment',)),
    ("semantic.finance.bic faker.finance.raw.Bic",
     "Bank codes of 8 or 11 characters (ISO 9362).", lambda: ChoiceNode([_bic(2), _bic(5)], [1, 1])),
    ("semantic.finance.isin faker.finance.raw.Isin",
     "Security numbers of 12 characters with a right check digit (ISO 6166).", lambda: Isin(_countries())),
)  # fmt: skip


_HEX = "0123456789abcdef"


def _upto(last: int, unit: str = "") -> WordsNode:
    return WordsNode([f"{n}{unit}" for n in range(last + 1)])


def _call(name: str, *arguments: Node) -> Node:
    parts: list[Node] = [WordsNode([f"{name}("])]
    for number, argument in enumerate(arguments):
        parts += [argument] if number == 0 else [WordsNode([", "]), argument]
    return SequenceNode([*parts, WordsNode([")"])])


def _alpha() -> WordsNode:
    return WordsNode(["0", *(f"0.{n:02d}".rstrip("0") for n in range(1, 100)), "1"])


def _hex() -> Node:
    return MaskNode(["#", *[_HEX] * 6])


def _rgb(*more: Node) -> Node:
    return _call("rgba" if more else "rgb", _upto(255), _upto(255), _upto(255), *more)


def _hsl(*more: Node) -> Node:
    return _call("hsla" if more else "hsl", _upto(359), _upto(100, "%"), _upto(100, "%"), *more)


made(
    ("semantic.color.hex faker.color.raw.HexColor", "Colours like `#4a90d9`.", _hex),
    ("semantic.color.rgb faker.color.raw.RgbColor", "Colours like `rgb(74, 144, 217)`.", lambda: _rgb()),
    ("faker.color.raw.RgbaColor", "Colours like `rgba(74, 144, 217, 0.5)`.", lambda: _rgb(_alpha())),
    ("semantic.color.hsl faker.color.raw.HslColor", "Colours like `hsl(211, 65%, 57%)`.", lambda: _hsl()),
    ("faker.color.raw.HslaColor", "Colours like `hsla(211, 65%, 57%, 0.5)`.", lambda: _hsl(_alpha())),
    ("faker.color.raw.Color",
     "Colours in one of the five forms.",
     lambda: ChoiceNode([_hex(), _rgb(), _rgb(_alpha()), _hsl(), _hsl(_alpha())], [1] * 5)),
)  # fmt: skip


_ROOTS = ("/home", "/var/lib", "/var/log", "/opt", "/srv", "/usr/share", "/tmp", "/data")  # noqa: S108 - not opened
_NAMES = tuple(word for word in LATIN if len(word) > 3)


def _lists(attribute: str) -> list[str]:
    groups = getattr(library(DEFAULT_LOCALE).providers["file"], attribute).values()
    return sorted({item for group in groups for item in group})


def _extensions() -> Node:
    return WordsNode([extension for extension in _lists("file_extensions") if extension])


def _folders() -> Node:
    slash = WordsNode(["/"])
    return SequenceNode([WordsNode(_ROOTS), slash, WordsNode(_NAMES), slash, WordsNode(_NAMES)])


def _file() -> Node:
    return SequenceNode([WordsNode(_NAMES), WordsNode(["_"]), WordsNode(_NAMES), WordsNode(["."]), _extensions()])


def _numbers(last: int) -> Node:
    return WordsNode([str(n) for n in range(last + 1)])


def _stable() -> Node:
    dot = WordsNode(["."])
    return SequenceNode([_numbers(19), dot, _numbers(49), dot, _numbers(99)])


def _unstable() -> Node:
    return SequenceNode(
        [_stable(), WordsNode(["-alpha.", "-beta.", "-rc."]), WordsNode([str(n) for n in range(1, 10)])]
    )


made(
    ("faker.filesystem.raw.DirPath", "Directories like `/var/lib/magnam/quia`.", _folders),
    ("faker.filesystem.raw.FileExtension", "Extensions without the dot.", _extensions),
    ("faker.filesystem.raw.FileName", "File names like `magnam_quia.pdf`.", _file),
    ("faker.filesystem.raw.FilePath",
     "Directory and file name.", lambda: SequenceNode([_folders(), WordsNode(["/"]), _file()], apart=True)),
    ("faker.filesystem.raw.MimeType",
     "Media types like `application/pdf`.", lambda: ChoiceDomain(_lists("mime_types"))),
    ("faker.filesystem.raw.SemverStable", "Released versions like `2.14.3`.", _stable),
    ("faker.filesystem.raw.SemverUnstable", "Versions before a release, like `2.14.3-rc.1`.", _unstable),
    ("faker.filesystem.raw.Semver",
     "Versions; one in ten is before a release.", lambda: ChoiceNode([_stable(), _unstable()], [9, 1])),
)  # fmt: skip
