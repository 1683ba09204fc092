"""A small parser of regular expressions, for making texts rather than matching them.

Understood: literals and escapes, ``.``, classes (negated, ranges, ``[:digit:]``), ``\\d \\w \\s`` and their opposites,
groups, alternation, ``? * + {m} {m,} {m,n}`` (lazy too), anchors at the ends. Everything is ASCII except literals.
"""

from __future__ import annotations

import string

from datalchemy_nb.domains.grammar.forms import Chars, Choice, Form, Repeat, Sequence

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_DIGITS, _UPPER, _LOWER = string.digits, string.ascii_uppercase, string.ascii_lowercase
_WORD = _UPPER + _LOWER + _DIGITS + "_"
_SHORTHAND = {"d": _DIGITS, "w": _WORD, "s": " "}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_POSIX = {
    "alpha": _UPPER + _LOWER,
    "digit": _DIGITS,
    "alnum": _UPPER + _LOWER + _DIGITS,
    "upper": _UPPER,
    "lower": _LOWER,
    "space": " ",
    "blank": " ",
    "punct": string.punctuation,
    "xdigit": _DIGITS + "abcdefABCDEF",
    "word": _WORD,
}
_MAX_COUNT = 10_000


def parse(pattern: str, max_repeat: int = 32) -> Form:
    """Parse a regular expression.

    Args:
        pattern: the expression.
        max_repeat: what ``*``, ``+`` and ``{m,}`` may reach at most (or m, if that is more).

    Raises:
        ValueError: the expression is malformed or uses what cannot be generated (lookaround, back-references, ...).
    """
    return _Parser(pattern, max_repeat).parse()


class _Parser:
    def __init__(self, pattern: str, max_repeat: int) -> None:
        self.text, self.at, self.max_repeat = pattern, 0, max_repeat

    def parse(self) -> Form:
        for flag in ("(?i)", "(?s)", "(?a)"):
            self._accept(flag)
        node = self._alternation()
        if self.at < len(self.text):
            raise self._error("unbalanced ')'")
        return node

    def _error(self, problem: str) -> ValueError:
        return ValueError(f"pattern {self.text!r}: {problem} at position {self.at + 1}")

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise self._error("it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def _accept(self, token: str) -> bool:
        found = self.text.startswith(token, self.at)
        self.at += len(token) if found else 0
        return found

    def _alternation(self) -> Form:
        options = [self._sequence()]
        while self._accept("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple((1, option) for option in options))

    def _sequence(self) -> Form:
        while self._accept("^") or self._accept("\\A"):
            pass
        parts: list[Form] = []
        while self._peek() not in ("", "|", ")"):
            if self._accept("$") or self._accept("\\Z") or self._accept("\\z"):
                if self._peek() not in ("", "|", ")", "$"):
                    raise self._error("'$' before the end cannot be generated")
                continue
            parts.append(self._quantified(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _quantified(self, part: Form) -> Form:
        while True:
            bounds = self._quantifier()
            if bounds is None:
                return part
            least, most = bounds
            if self._accept("+"):
                raise self._error("possessive quantifiers are not supported, found one")
            self._accept("?")
            part = Repeat(part, least, most)

    def _quantifier(self) -> tuple[int, int] | None:
        if self._accept("?"):
            return 0, 1
        if self._accept("*"):
            return 0, self.max_repeat
        if self._accept("+"):
            return 1, max(1, self.max_repeat)
        if self._peek() == "{" and self.text[self.at + 1 : self.at + 2].isdigit():
            return self._counts()
        if self.text[self.at : self.at + 2] == "{,":
            raise self._error("'{,n}' means different things to different engines, write {0,n},")
        return None

    def _counts(self) -> tuple[int, int]:
        end = self.text.find("}", self.at)
        if end < 0:
            raise self._error("'{' is not closed")
        first, comma, second = self.text[self.at + 1 : end].partition(",")
        if not first.isdigit() or (second and not second.isdigit()):
            raise self._error("a count must be {m}, {m,} or {m,n}, which is not so")
        least = int(first)
        most = int(second) if second else max(least, self.max_repeat) if comma else least
        if least > most or most > _MAX_COUNT:
            raise self._error(f"count {{{least},{most}}} is out of order or above {_MAX_COUNT},")
        self.at = end + 1
        return least, most

    def _atom(self) -> Form:
        char = self._next()
        match char:
            case "(":
                return self._group()
            case "[":
                return _one_of(self._class())
            case ".":
                return _one_of(PRINTABLE)
            case "\\":
                return _one_of(self._escape())
            case "*" | "+" | "?":
                raise self._error(f"nothing to repeat before {char!r},")
            case "^":
                raise self._error("'^' after the start cannot be generated,")
        return _one_of(char)

    def _group(self) -> Form:
        if self._accept("?"):
            if self._peek() in ("=", "!") or self.text[self.at : self.at + 2] in ("<=", "<!"):
                raise self._error("lookaround is not supported, found")
            if self._accept("P<") or self._accept("<"):
                self.at = self.text.find(">", self.at) + 1 or len(self.text)
            elif not self._accept(":"):
                raise self._error("this kind of group is not supported,")
        node = self._alternation()
        if not self._accept(")"):
            raise self._error("'(' is not closed")
        return node

    def _escape(self) -> str:
        char = self._next()
        if char in _SHORTHAND:
            return _SHORTHAND[char]
        if char.lower() in _SHORTHAND:
            return _without(_SHORTHAND[char.lower()])
        if char in _CONTROL:
            return _CONTROL[char]
        if char in ("x", "u"):
            size = 2 if char == "x" else 4
            digits, self.at = self.text[self.at : self.at + size], self.at + size
            if len(digits) < size or any(d not in string.hexdigits for d in digits):
                raise self._error(f"\\{char} needs {size} hexadecimal digits")
            return chr(int(digits, 16))
        if char.isdigit():
            raise self._error("back-references are not supported, found one")
        if char.isalpha():
            raise self._error(f"\\{char} is not supported, found")
        return char

    def _class(self) -> str:
        negated = self._accept("^")
        members: list[str] = []
        while not self._accept("]") or not members:
            if members == [] and self.text[self.at - 1] == "]" and self.text[self.at - 2] in "[^":
                members.append("]")
                continue
            members.append(self._member())
        kept = "".join(dict.fromkeys("".join(members)))
        kept = _without(kept) if negated else kept
        if not kept:
            raise self._error("no printable character is left in a class")
        return kept

    def _member(self) -> str:
        if self._accept("[:"):
            end = self.text.find(":]", self.at)
            name, self.at = self.text[self.at : end], end + 2
            if name not in _POSIX:
                raise self._error(f"class [:{name}:] is unknown")
            return _POSIX[name]
        low = self._escape() if (char := self._next()) == "\\" else char
        if len(low) != 1 or self._peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self._escape() if (char := self._next()) == "\\" else char
        if len(high) != 1 or high < low:
            raise self._error(f"range {low}-{high} is out of order")
        return "".join(map(chr, range(ord(low), ord(high) + 1)))


def _one_of(characters: str) -> Form:
    """Characters of one class, those of each width in UTF-8 apart."""
    by_bytes: dict[int, str] = {}
    for char in characters:
        by_bytes[len(char.encode())] = by_bytes.get(len(char.encode()), "") + char
    classes = [Chars(one) for one in by_bytes.values()]
    return classes[0] if len(classes) == 1 else Choice(tuple((1, one) for one in classes))


def _without(characters: str) -> str:
    return "".join(c for c in PRINTABLE if c not in characters)
