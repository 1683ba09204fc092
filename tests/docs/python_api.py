"""docs/python_api.md, made from the docstrings of what `datalchemy_nb` offers."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import Any

import datalchemy_nb
from datalchemy_nb import demo

_HEAD = """\
# Python API

Every name that `from datalchemy_nb import ...` gives. This page is made from their docstrings by `make docs`; a test
fails when they differ. The verbs of a session are those of the [command line](verbs.md), with the same options.
Fixtures for pytest are on [a page of their own](testing.md).
"""
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("A session", ("Session",)),
    ("Documents", ("Plan", "DatabaseSchema")),
    (
        "Generators of your own",
        ("generator", "Params", "Slot", "Domain", "pattern", "choices", "numbered", "Derivation"),
    ),
    ("Transforms of your own", ("transform", "Transform", "step")),
    ("Inference rules of your own", ("inference_rule", "offer", "Offer", "vocabulary")),
)
_SECTION = re.compile(r"^(Args|Attributes|Raises|Returns|Yields|Source):(?: (.*))?$")
_TITLES = {
    "Args": "Arguments",
    "Attributes": "Attributes",
    "Raises": "Raises",
    "Returns": "Returns",
    "Yields": "Yields",
}
_OWN = {"__version__", "load_ipython_extension", "unload_ipython_extension"}


def python_api() -> str:
    """Return the page."""
    names = [name for _, group in _GROUPS for name in group]
    errors = sorted(name for name in datalchemy_nb.__all__ if inspect.isclass(_of(name)) and _is_error(name))
    left = set(datalchemy_nb.__all__) - set(names) - set(errors) - _OWN
    if left:
        raise ValueError(f"no group of the page has {', '.join(sorted(left))}")
    parts = [_HEAD]
    for title, group in _GROUPS:
        parts += [f"## {title}\n", *(text for name in group for text in _entry(name, _of(name)))]
    parts += ["## A server of your own\n", *_entry("demo.start_demo", demo.start_demo)]
    parts += ["## Errors\n", "All are `DatalchemyError`; `hint` says what to do, and `exit_code` is the command's.\n"]
    parts += ["| error | exit code | when |\n|---|---|---|", *map(_error, errors)]
    return "\n".join(parts).rstrip() + "\n"


def _of(name: str) -> Any:
    return getattr(datalchemy_nb, name)


def _is_error(name: str) -> bool:
    return issubclass(_of(name), datalchemy_nb.DatalchemyError)


def _error(name: str) -> str:
    first = (inspect.getdoc(_of(name)) or "").split("\n\n")[0].replace("\n", " ")
    return f"| `{name}` | {_of(name).exit_code} | {_inline(first)} |"


def _entry(name: str, value: Any) -> Iterator[str]:
    yield f"### `{name}`\n"
    if not inspect.isclass(value):
        yield _signature(name, value)
    yield from _described(inspect.getdoc(value) or "")
    if inspect.isclass(value):
        for own, member in _public(value):
            yield f"#### `{name}.{own}`\n"
            if inspect.isroutine(member):
                yield _signature(own, member)
            yield from _described(inspect.getdoc(member) or "")


def _public(value: type) -> Iterator[tuple[str, Any]]:
    """Methods and properties that the package itself documents."""
    for name in sorted(dir(value)):
        member = inspect.getattr_static(value, name)
        home = next((c for c in value.__mro__ if name in vars(c)), object)
        if name.startswith("_") or not home.__module__.startswith("datalchemy_nb"):
            continue
        if isinstance(member, staticmethod | classmethod | property) or inspect.isfunction(member):
            yield name, member if isinstance(member, property) else getattr(value, name)


def _signature(name: str, value: Any) -> str:
    signature = inspect.signature(value)
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    line = _plain(f"{name}{signature.replace(parameters=parameters)}")
    if len(line) > 100:
        inside = ",\n    ".join(_plain(str(p)) for p in _with_star(parameters))
        returns = signature.return_annotation
        line = f"{name}(\n    {inside},\n)" + (f" -> {returns}" if returns is not signature.empty else "")
    return f"```text\n{line}\n```\n"


def _plain(text: str) -> str:
    """Annotations without quotes, empty texts with them, and no address of a function."""
    text = text.replace("''", '""').replace("'", "")
    return re.sub(r"<function .*?<lambda> at 0x[0-9a-f]+>", "...", text)


def _with_star(parameters: list[inspect.Parameter]) -> list[Any]:
    found: list[Any] = []
    for one in parameters:
        if one.kind is one.KEYWORD_ONLY and "*" not in found:
            found.append("*")
        found.append(one)
    return found


def _described(doc: str) -> Iterator[str]:
    """A docstring in Markdown: its sections as lists."""
    prose: list[str] = []
    lines = doc.splitlines()
    at = 0
    while at < len(lines):
        section = _SECTION.match(lines[at])
        if section is None:
            prose.append(lines[at])
            at += 1
            continue
        if "\n".join(prose).strip():
            yield _inline("\n".join(prose).strip()) + "\n"
        prose = []
        block = []
        at += 1
        while at < len(lines) and (not lines[at].strip() or lines[at].startswith(" ")):
            block.append(lines[at])
            at += 1
        yield f"*{_TITLES.get(section[1], section[1])}*\n"
        yield "\n".join(_points(section[2], textwrap.dedent("\n".join(block)).strip())) + "\n"
    if "\n".join(prose).strip():
        yield _inline("\n".join(prose).strip()) + "\n"


def _points(same_line: str | None, block: str) -> Iterator[str]:
    if same_line:
        yield f"- {_inline(same_line)}"
    entry = ""
    for line in block.splitlines():
        if line.startswith(" ") or not line.strip():
            entry += " " + line.strip()
            continue
        if entry:
            yield _point(entry)
        entry = line
    if entry:
        yield _point(entry)


def _point(entry: str) -> str:
    name, colon, text = entry.partition(": ")
    return f"- `{name}`: {_inline(text.strip())}" if colon and " " not in name else f"- {_inline(entry.strip())}"


def _inline(text: str) -> str:
    """Markdown's single quotes of code, and no html."""
    return text.replace("``", "`").replace("<", "&lt;")
