"""How countries write telephone numbers, and which numbers there are besides those kept for films."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_LAYOUTS: Final = {
    "US": "(ddd) ddd-dddd", "CA": "(ddd) ddd-dddd", "FR": "0d dd dd dd dd", "ES": "ddd dd dd dd", "PT": "ddd ddd ddd",
    "MX": "dd dddd dddd", "IT": "ddd ddddddd", "NL": "0dd ddd dddd", "AR": "dd dddd-dddd", "AU": "0d dddd dddd",
    "BR10": "(dd) dddd-dddd", "BR11": "(dd) ddddd-dddd", "DE": "0ddd ddddddddd", "DE30": "0dd ddddddddd",
    "JP10": "0dd-dddd-dddd", "GB": "0dddd dddddd",
    "GB20": "0dd dddd dddd", "GB11": "0ddd ddd dddd", "CO": "ddd ddd dddd", "PE": "ddd ddd ddd", "CL": "d dddd dddd",
    "IN": "ddddd ddddd", "JP": "0d-dddd-dddd", "PL": "dd ddd dd dd", "BE": "0d ddd dd dd", "CH": "0dd ddd dd dd",
}  # fmt: skip
"""`d` takes the next digit of the national number; what is left stands behind."""
_TRUNK: Final = frozenset(
    {"AT", "SE", "FI", "IE", "NZ", "ZA", "TR", "UA", "RO", "BG", "HR", "SI", "SK", "TH", "VN", "ID"}
)
_ANY: Final = "#########"
_WIDE: Final = {
    "GB": ("7400######", "7500######"), "FR": ("61#######", "62#######"), "DE": ("1512#######", "1713######"),
}  # fmt: skip


def national_layout(country: str, number: str, prefix: str, form: str) -> str:
    """Return a number, or the pattern of one, as it is written.

    Args:
        country: two letters.
        number: national digits, or their signs.
        prefix: of the country, such as ``+55``.
        form: ``e164``, ``national`` or ``digits``.
    """
    if form == "digits":
        return number
    if form == "e164":
        return f"+{''.join(c for c in prefix if c.isdigit())}{number}"
    layout = _LAYOUTS.get(_layout_name(country, number))
    if layout is None:
        return ("0" if country in _TRUNK else "") + number
    digits = iter(number)
    written = "".join(next(digits, "") if sign == "d" else sign for sign in layout)
    return (written + "".join(digits)).strip(" -")


def numbers_of(country: str, local: str, usual: Mapping[str, str], *, mobile: bool) -> tuple[list[str], list[str]]:
    """Return patterns of a place's numbers, and wider ones for columns where no two may be the same.

    Args:
        country: two letters.
        local: patterns of its landlines, apart by ``|``; may be empty.
        usual: the country's common ``fixed`` and ``mobile`` pattern; may be empty.
        mobile: whether mobile numbers are asked for.
    """
    landlines = [one for one in local.split("|") if one] or [usual["fixed"] or usual["mobile"] or _ANY]
    if country == "BR":
        found = [f"{one[:2]}99#######" for one in landlines] if mobile else landlines
        return found, found
    # In North America and Mexico a mobile number looks like any other of its area.
    shared = not mobile or country in ("US", "CA", "MX")
    found = landlines if shared else [usual["mobile"] or landlines[0]]
    if country in _WIDE:
        return found, list(_WIDE[country])
    if country in ("US", "CA"):
        return found, [f"{area}{digit}######" for area in sorted({one[:3] for one in found}) for digit in "234"]
    return found, found


def _layout_name(country: str, number: str) -> str:
    if country == "BR":
        return f"BR{len(number)}"
    if country == "GB" and number[0] == "2":
        return "GB20"
    if country == "GB" and number[0] == "1" and "1" in (number[1], number[2]):
        return "GB11"
    if country == "DE" and number[:2] in ("30", "40", "69", "89"):
        return "DE30"
    if country == "JP" and len(number) == 10:
        return "JP10"
    return country
