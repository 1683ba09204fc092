"""The net: ``faker.internet.raw.*``, ``faker.http.raw.*``. Addresses belong to networks that are not routed."""

from __future__ import annotations

from typing import Literal

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.brazil.network import IpAddress
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.composed import attribute, from_faker
from datalchemy_nb.domains.faker.ids.entry import Range, TextParams, entry, span_of
from datalchemy_nb.domains.grammar.counted import SequenceNode
from datalchemy_nb.domains.grammar.nodes import MaskNode, Node, WordsNode
from datalchemy_nb.domains.parameters import Bounds, Int
from datalchemy_nb.domains.text import CharsDomain

_NETWORK = ("pii.network",)
_HEX = "0123456789abcdef"
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#$%&*+-=?@_"
_STATUS = {
    100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints",
    200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content",
    205: "Reset Content", 206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
    300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
    305: "Use Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect",
    400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout",
    409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
    414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable", 417: "Expectation Failed",
    421: "Misdirected Request", 422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency",
    425: "Too Early", 426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout", 505: "HTTP Version Not Supported", 506: "Variant Also Negotiates",
    507: "Insufficient Storage", 508: "Loop Detected", 511: "Network Authentication Required",
}  # fmt: skip
"""IANA's registry of status codes (RFC 9110)."""
_USUAL = {200: 600, 201: 60, 204: 40, 301: 30, 302: 40, 304: 60, 400: 25, 401: 20, 403: 15, 404: 70, 500: 15, 503: 8}


class IpParams(TextParams):
    """``network``: ``private`` (10.0.0.0/8) or ``documentation`` (762 addresses that no one has)."""

    network: Literal["private", "documentation"] = "private"


class PasswordParams(TextParams):
    """``length``: characters, a number or [least, most]."""

    length: Range = (10, 20)


class StatusParams(Bounds):
    """``min`` to ``max``: which codes."""

    min: Int | None = None
    max: Int | None = None


@entry(
    "semantic.internet.ipv4", "faker.internet.raw.IPv4", "faker.internet.raw.IP",
    params=IpParams, produces=("text", "network"), tags=_NETWORK,
)  # fmt: skip
def ipv4(params: IpParams, slot: Slot) -> Domain:
    """IPv4 addresses of networks that are not routed (RFC 1918, RFC 5737)."""
    return IpAddress(params.network, "network" if slot.category == "network" else "text")


@entry("semantic.internet.ipv6", "faker.internet.raw.IPv6", produces=("text", "network"), tags=_NETWORK)
def ipv6(slot: Slot) -> Domain:
    """IPv6 addresses of the documentation network 2001:db8::/32 (RFC 3849)."""
    groups = WordsNode([f":{n:x}" for n in range(1, 1 << 16)])
    return _network(SequenceNode([WordsNode(["2001:db8"]), *[groups] * 6], apart=True), slot)


@entry("semantic.internet.mac", "faker.internet.raw.MACAddress", produces=("text", "network"), tags=_NETWORK)
def mac(slot: Slot) -> Domain:
    """MAC addresses of the locally administered range, which no maker assigns."""
    return _network(MaskNode(["0", "2", *[":", _HEX, _HEX] * 5]), slot)


def _network(node: Node, slot: Slot) -> Node:
    node.category = "network" if slot.category == "network" else "text"
    return node


@entry("semantic.internet.domain_suffix", "faker.internet.raw.DomainSuffix", locale_aware=True)
def domain_suffix(slot: Slot) -> Domain:
    """Top-level domains."""
    return from_faker(slot, "tld")


@entry("semantic.internet.free_email_provider", "faker.internet.raw.FreeEmailProvider", locale_aware=True)
def free_email_provider(slot: Slot) -> Domain:
    """Hosts of free e-mail."""
    return WordsNode(list(dict.fromkeys(attribute(slot, "internet", "free_email_domains"))))


@entry("semantic.internet.user_agent", "faker.internet.raw.UserAgent")
def user_agent(slot: Slot) -> Domain:
    """How browsers announce themselves."""
    return from_faker(slot, "user_agent")


@entry("semantic.internet.password", "faker.internet.raw.Password", params=PasswordParams, tags=("pii.secret",))
def password(params: PasswordParams, slot: Slot) -> Domain:
    """Random passwords of `length` characters, fewer where the column is short."""
    least, most = span_of(params.length)
    if slot.max_length is not None and "length" not in params.model_fields_set:
        most = min(most, slot.max_length)
    return CharsDomain(_SIGNS, min(least, most), most)


@entry("faker.http.raw.RfcStatusCode", params=StatusParams, produces=("integer", "text"))
def rfc_status_code(params: StatusParams, slot: Slot) -> Domain:
    """HTTP status codes, evenly: `404`, or `404 Not Found` where the column is text."""
    return _status(params, slot, {})


@entry("semantic.http.status_code", "faker.http.raw.ValidStatusCode", params=StatusParams, produces=("integer", "text"))
def status_code(params: StatusParams, slot: Slot) -> Domain:
    """HTTP status codes as a server gives them, mostly 200: `404`, or `404 Not Found` where the column is text."""
    return _status(params, slot, _USUAL)


def _status(params: StatusParams, slot: Slot, weights: dict[int, int]) -> Domain:
    low, high = params.min or 0, params.max or 999
    codes = [code for code in _STATUS if low <= code <= high]
    if not codes:
        raise ValueError(f"no status code lies between {low} and {high}")
    shares = [weights.get(code, 1) for code in codes]
    if slot.category in ("integer", "decimal", "float"):
        return ChoiceDomain(codes, shares, category="integer")
    return ChoiceDomain([f"{code} {_STATUS[code]}" for code in codes], shares)
