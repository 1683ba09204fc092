"""What a comment on a column says of its values: a list of codes, a range, an example.

A comment is read where its form leaves no doubt: ``A=Active, I=Inactive``, ``1 - Aberto; 2 - Pago``, ``S/N``, ``one of:
low, medium, high``, ``between 0 and 10``, ``e.g. BR-0001``. What explains in sentences says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache

from datalchemy_nb.records import dataclass

_AND = r"(?:e|and|ou|or|y|o|et|und|oder)"
_SIGN = r"(?:=>?|->|→|:(?!/))"
_PAIR = re.compile(rf"(?<![\w-])(?P<quote>['\"]?)(?P<code>\w{{1,20}})(?P=quote)\s*(?P<sign>{_SIGN})\s*")
_DASH = re.compile(
    r"(?<![\w-])(?P<quote>['\"]?)(?P<code>[A-Z]{1,3}|\d{1,4})(?P=quote)(?P<sign>\s+[-–—]\s+|[-–—]|\)\s*)"
)
_WIDE_DASH = re.compile(
    r"(?<![\w-])(?P<quote>['\"]?)(?P<code>[a-z]\w{0,19}|[A-Z]\w{0,3})(?P=quote)(?P<sign>\s+[-–—]\s+)"
)
_PARENTHESES = re.compile(r"(?<![\w-])(?P<quote>['\"]?)(?P<code>[A-Z]{1,3}|\d{1,4})(?P=quote)(?P<sign>\s*\()")
_TRAILING = re.compile(rf"[\s,;|/.]*(?:\b{_AND}\s*)?$", re.IGNORECASE)
_END = re.compile(r"[.;)\n]|\s\(")
_BETWEEN = re.compile(rf"^.*[,;|/)\n.]\s*(?:{_AND}\s+)?$|^.*\s{_AND}\s+$", re.DOTALL)
_NO_CODES = frozenset(
    "min max default padrao padrão example exemplo ex eg ie format formato note nota obs unit unidade from to de a ate "
    "http https type tipo see ver ref required obrigatorio values valores valor value status".split()
)
_MOST, _LONGEST = 30, 60
_BARE = re.compile(r"\b([A-Z]{1,2}|\d)(?:\s*[/|]\s*([A-Z]{1,2}|\d)){1,5}(?=\s*(?:$|[)\].,;]))")
_EITHER = re.compile(rf"(?:^|[(:])\s*'?([A-Z])'?\s+{_AND}\s+'?([A-Z])'?\s*(?:$|[).])")
_LISTED = re.compile(
    r"\b(?:(?:possible |allowed |valid |accepted )?values?(?: are)?|one of|enum|options?|either|"
    r"(?:valores?|op[cç][oõ]es|op[cç][aã]o)(?: poss[ií]ve(?:is|l)| aceitos?| v[aá]lidos?)?|um de|uma de|"
    r"valores posibles|uno de|werte|valeurs(?: possibles)?)\s*[:=(]?\s*(?P<list>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(r"^['\"]?([\w.+-]{1,30}(?: [\w.+-]+){0,2})['\"]?$")
_QUOTED = re.compile(r"'([\w -]{1,30})'|\"([\w -]{1,30})\"")
_JOINT = re.compile(rf"\s*[,;|/\n]\s*(?:{_AND}\s+)?|\s+{_AND}\s+", re.IGNORECASE)
_PIPES = re.compile(r"^\s*[\w-]{1,20}(?:\s*\|\s*[\w-]{1,20})+\s*$")
_RANGE = re.compile(
    r"(?:\b(?:between|entre|from|de|von|zwischen|scale of|escala de|score|notas?|grade|rating|percent\w*|"
    r"scale|escala|pontua[cç][aã]o)\s+|^|[(\[:]\s*)"
    r"(?P<low>-?\d+(?:[.,]\d+)?)\s*%?\s*(?:\b(?:to|and|a|à|até|ate|e|y|bis|und|et)\b|\.\.\.?|[-–—])\s*(?P<high>\d+(?:[.,]\d+)?)"
    r"(?![\w.]|\s*[-–—=:])",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:e\.?\s?g\.?|ex(?:emplo|ample)?s?\b\.?|p\.?\s?ex\.?|for example|por exemplo|por ejemplo|ej\.|z\.\s?B\.|"
    r"like|como|formato?)\s*[:,]?\s*['\"]?(?P<text>[A-Z0-9][A-Z0-9./-]*\d[A-Z0-9./-]*)",
    re.IGNORECASE,
)
_CODE = re.compile(r"^(?:[A-Z]{1,6}[-/.]?)?\d+(?:[-/.][A-Z0-9]+)*$")
_ADDRESS = re.compile(r"\bhttps?://\S+")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_FEWEST_DIGITS = 2


@dataclass(frozen=True)
class Said:
    """What a comment says of the values of its column.

    Attributes:
        codes: values with what each stands for, in their order; a value that is not explained stands for itself.
        between: the least and the greatest value.
        example: a regular expression of codes that look like the one given.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    between: tuple[float, float] | None = None
    example: str | None = None


@lru_cache(maxsize=4096)
def read_comment(text: str) -> Said:
    """Return what a comment says of values.

    Args:
        text: the comment, in any of the languages of drafts.
    """
    text = _ADDRESS.sub("", text)
    codes = next((found for found in _codes(text) if found), {})
    if codes:
        return Said(codes)
    example = _EXAMPLE.search(text)
    return Said({}, _range(text), None if example is None else _alike(example["text"].rstrip(".,;/-")))


# --- codes ------------------------------------------------------------------------------------------------------------


def _codes(text: str) -> Iterator[dict[str, str]]:
    for form in (_PAIR, _DASH, _PARENTHESES, _WIDE_DASH):
        yield _explained(text, form)
    yield _bare(text)
    yield _in_a_list(text)


def _explained(text: str, form: re.Pattern[str]) -> dict[str, str]:
    """Codes with their labels; what a code is told from its label by stands behind each."""
    found: dict[str, str] = {}
    places = [one for one in form.finditer(text) if _is_code(one["code"])]
    # What introduces the list is no code: `Status: A: active`.
    while len(places) > 1 and not text[places[0].end() : places[1].start()].strip(" ('\"[{\n"):
        del places[0]
    for at, place in enumerate(places):
        last = at + 1 == len(places)
        label = text[place.end() : None if last else places[at + 1].start()]
        if not last and not _BETWEEN.match(label) and not (place["code"].isupper() or place["code"].isdigit()):
            return {}
        cut = _END.search(label)
        label = _TRAILING.sub("", label[: cut.start()] if cut else label).strip(" '\"")
        if not any(map(str.isalpha, label)) or len(label) > _LONGEST or place["code"] in found:
            return {}
        found[place["code"]] = label
    return found if 2 <= len(found) <= _MOST and _are_alike(found) else {}


def _is_code(word: str) -> bool:
    """Whether a word may be a value: a capital among small letters begins a sentence, unless it is short."""
    if word.lower() in _NO_CODES:
        return len(word) == 1 and word.isupper()
    return word.isdigit() or word.islower() or word.isupper() or len(word) <= 2


def _are_alike(codes: Iterable[str]) -> bool:
    """Whether codes are all numbers, or all of letters; `9` may stand for the unknown among letters."""
    told = list(codes)
    numbers = sum(code.isdigit() for code in told)
    return numbers in (0, len(told)) or max(map(len, told)) <= 2


def _bare(text: str) -> dict[str, str]:
    """``S/N``, ``M/F``, ``0/1``: the whole of a clause, of letters that are no word."""
    either = _EITHER.search(text)
    if either is not None:
        return {one: one for one in either.groups()}
    for found in _BARE.finditer(text):
        before = text[: found.start()].rstrip()
        told = [one.strip() for one in re.split(r"[/|]", found[0])]
        begins = not before or before[-1] in ":(-=[,.;?" or before.split()[-1].islower()
        if found[0] != "N/A" and len(set(told)) == len(told) and begins:
            if all(one.isdigit() for one in told) and before and before[-1] not in ":([=?":
                continue
            return {one: one for one in told}
    return {}


def _in_a_list(text: str) -> dict[str, str]:
    """Values behind an announcement, quoted ones, or words between bars."""
    quoted = [one or other for one, other in _QUOTED.findall(text)]
    announced = _LISTED.search(text)
    if announced is not None:
        inside = [one or other for one, other in _QUOTED.findall(announced["list"])]
        told = inside or _JOINT.split(re.split(r"[.)\]]\s*(?:$|[A-Z])", announced["list"].strip())[0])
        items = [_ITEM.match(one.strip()) for one in told]
        if all(items) and 2 <= len(items) <= _MOST:
            return {one[1]: one[1] for one in items if one}
        return {}
    if len(quoted) >= 2 and len(set(quoted)) == len(quoted) and _only_quotes(text):
        return {one: one for one in quoted}
    if _PIPES.match(text):
        return {one.strip(): one.strip() for one in text.split("|")}
    return {}


def _only_quotes(text: str) -> bool:
    """Whether little but quoted values stands in the text, behind what introduces them."""
    first = _QUOTED.search(text)
    rest = "" if first is None else _QUOTED.sub("", text[first.start() :])
    return not re.sub(rf"[\s,;|/.)\]]|\b{_AND}\b", "", rest)


# --- ranges and examples ----------------------------------------------------------------------------------------------


def _range(text: str) -> tuple[float, float] | None:
    found = _RANGE.search(text)
    if found is None:
        return None
    low, high = (float(found[name].replace(",", ".")) for name in ("low", "high"))
    return (low, high) if low < high and not _YEAR.match(found["low"]) else None


def _alike(example: str) -> str | None:
    """A regular expression of codes like the example: other digits, the same letters."""
    code = example.upper()
    if code != example or not _CODE.match(code) or sum(one.isdigit() for one in code) < _FEWEST_DIGITS:
        return None
    if not any(one.isalpha() for one in code):
        return None  # a number may be anything: a telephone, a document, a year
    parts = re.findall(r"\d+|[A-Z]+|[-/.]", code)
    return "".join(_form(part) for part in parts)


def _form(part: str) -> str:
    if _YEAR.match(part):
        return rf"{part[:2]}(2[0-6])" if part.startswith("20") else part
    if part.isdigit():
        return rf"\d{{{len(part)}}}"
    return part if part.isalpha() or part in "-/" else rf"\{part}"
