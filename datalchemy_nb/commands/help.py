"""Help texts and docs/verbs.md, made from the table of verbs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from datalchemy_nb.commands.verb import COMMON, Option, Verb
from datalchemy_nb.commands.verbs import BY_NAME, VERBS, leaves

WIDTH = 100


def overview(command: str) -> str:
    """All verbs, a line each. ``command`` is ``datalchemy`` or ``%datalchemy``."""
    lines = [f"usage: {command} VERB ...", "", "verbs:"]
    lines += _columns((name, verb.summary) for name, verb in leaves())
    return "\n".join([*lines, "", f"`{command} VERB --help` explains one."])


def verb_help(name: str, command: str) -> str:
    """The help of one verb (``golden save`` or ``golden`` too)."""
    verb = next((verb for full, verb in leaves() if full == name), None) or BY_NAME[name]
    parts = [f"usage: {command} {_usage(name, verb)}", "", *_wrapped(verb.summary)]
    if verb.doc:
        parts += ["", *_wrapped(verb.doc)]
    if verb.subverbs:
        parts += ["", "verbs:", *_columns((f"{name} {sub.name}", sub.summary) for sub in verb.subverbs)]
        return "\n".join(parts)
    for title, options in (("arguments", verb.arguments), ("options", _options(verb)), ("every verb", COMMON)):
        if options:
            parts += ["", f"{title}:", *_columns(_entry(option, title) for option in options)]
    if verb.examples:
        parts += ["", "examples:", *(f"  {command} {example}" for example in verb.examples)]
    return "\n".join(parts)


def _options(verb: Verb) -> tuple[Option, ...]:
    return (*verb.options, *verb.settings)


def _usage(name: str, verb: Verb) -> str:
    if verb.subverbs:
        return f"{name} {{{','.join(sub.name for sub in verb.subverbs)}}} ..."
    places = [option.placeholder if option.required else f"[{option.placeholder}]" for option in verb.arguments]
    return " ".join([name, *places, "[options]"])


def _entry(option: Option, title: str) -> tuple[str, str]:
    if title == "arguments":
        return option.placeholder, option.help
    return spelled(option), f"{option.help}{_default(option)}"


def spelled(option: Option) -> str:
    """The option with its aliases and the place of its value: ``--out-dir, --out PATH``."""
    if option.kind == "flag":
        name = option.long if option.turns_off is False else option.long.replace("--", "--[no-]", 1)
        return ", ".join((name, *option.aliases))
    return f"{', '.join((option.long, *option.aliases))} {option.placeholder}"


def _default(option: Option) -> str:
    if option.kind == "flag":
        return " (default: yes)" if option.default else ""
    if option.default is None:
        return ""
    return f" (default {option.default:_})" if isinstance(option.default, int) else f" (default {option.default})"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _columns(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    listed = list(entries)
    width = min(max((len(left) for left, _ in listed), default=0), 34)
    for left, right in listed:
        first, *rest = textwrap.wrap(right, WIDTH - width - 4) or [""]
        if len(left) > width:
            yield f"  {left}"
            left = ""
        yield f"  {left:<{width}}  {first}"
        yield from (f"  {'':<{width}}  {line}" for line in rest)


def verbs_markdown() -> str:
    """The text of docs/verbs.md."""
    lines = [
        "# Verbs",
        "",
        "The same verbs as a magic (`%datalchemy VERB ...`), as a command (`datalchemy VERB ...`) and as methods of",
        "`Session`. This page is made from the table in `datalchemy_nb/commands/verbs.py`; a test fails when they "
        "differ.",
        "",
        "| verb | method | what it does |",
        "|---|---|---|",
        *(f"| [`{name}`](#{_anchor(name)}) | `{verb.session_method}` | {verb.summary} |" for name, verb in leaves()),
        "",
    ]
    for verb in VERBS:
        group = [(f"{verb.name} {sub.name}", sub) for sub in verb.subverbs] or [(verb.name, verb)]
        for name, leaf in group:
            lines += _section(name, leaf)
    lines += ["## Options of every verb", "", *_option_table(COMMON), "", *_closing()]
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, verb: Verb) -> list[str]:
    lines = [f"## {name}", "", verb.summary + (f" {verb.doc}" if verb.doc else ""), ""]
    lines += ["```", f"datalchemy {_usage(name, verb)}", "```", ""]
    if verb.arguments:
        lines += ["| argument | meaning |", "|---|---|"]
        lines += [f"| `{option.placeholder}` (or `{option.long}`) | {option.help} |" for option in verb.arguments]
        lines.append("")
    if options := _options(verb):
        lines += [*_option_table(options), ""]
    if verb.examples:
        lines += ["```", *(f"datalchemy {example}" for example in verb.examples), "```", ""]
    return lines


def _option_table(options: Iterable[Option]) -> list[str]:
    rows = [f"| `{spelled(option)}` | {option.help}{_default(option)} |" for option in options]
    return ["| option | meaning |", "|---|---|", *rows]


def _closing() -> list[str]:
    return [
        "## Exit codes of the command",
        "",
        "| code | meaning |",
        "|---|---|",
        "| 0 | done |",
        "| 1 | `golden check`, `golden diff`, `verify` or `evidence` found a difference; "
        "`evaluate --strict` found a violation; `ci` found either |",
        "| 2 | an error: two to five lines on stderr say what, where and what to do; `ci` could not "
        "make the data, and its reports say why |",
        "| 130 | interrupted; what was written is kept under `*.partial` names |",
    ]


def _anchor(name: str) -> str:
    return name.replace(" ", "-")
