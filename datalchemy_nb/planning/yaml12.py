"""A YAML loader for plans: the scalars of YAML 1.2, the safety of PyYAML's SafeLoader, and no duplicate keys.

Apart from the other documents: PyYAML is loaded where there is YAML to read or write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any

import yaml

_REASONS = (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


class UnreadableYaml(ValueError):
    """A text that is no YAML, or has a key twice; the message says where."""


class PlanLoader(yaml.SafeLoader):
    """SafeLoader that takes ``no`` for text, ``18:30:00`` and ``2026-01-01`` too, and refuses a key given twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Construct a mapping; the duplicates are looked for before merge keys bring in more."""
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else None
            if name in seen:
                problem = f"the key {key.value!r} appears twice in one mapping"
                raise yaml.constructor.ConstructorError(problem=problem, problem_mark=key.start_mark)
            if name is not None:
                seen.add(name)
        return super().construct_mapping(node, deep=deep)


def _scalar(convert: Callable[[str], Any]) -> Callable[[PlanLoader, yaml.ScalarNode], Any]:
    def construct(loader: PlanLoader, node: yaml.ScalarNode) -> Any:
        return convert(str(loader.construct_scalar(node)))

    return construct


def _register(tag: str, pattern: str, first: str, convert: Callable[[str], Any]) -> None:
    PlanLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z"), list(first))
    PlanLoader.add_constructor(f"tag:yaml.org,2002:{tag}", _scalar(convert))


def _whole(text: str) -> int:
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


# A leading zero makes text, not a number: postal codes and document numbers keep theirs.
_DIGITS = "(?:0|[1-9][0-9]*)"
_register("bool", "true|True|TRUE|false|False|FALSE", "tTfF", lambda text: text.lower() == "true")
_register("int", rf"[-+]?{_DIGITS}|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789", _whole)
_register("float", rf"[-+]?(?:\.[0-9]+|{_DIGITS}(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789", float)
PlanLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
PlanLoader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<\Z"), ["<"])
PlanLoader.add_constructor("tag:yaml.org,2002:timestamp", _scalar(str))


def read_yaml(text: str) -> Any:
    """Return the values of a document.

    Raises:
        UnreadableYaml: it is none; the message gives line and column.
    """
    try:
        return yaml.load(text, Loader=PlanLoader)  # noqa: S506 (a SafeLoader)
    except yaml.MarkedYAMLError as reason:
        mark = reason.problem_mark or reason.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise UnreadableYaml(f"{where}{reason.problem or reason.context}") from None
    except _REASONS as reason:
        raise UnreadableYaml(" ".join(str(reason).split()) or "not a YAML document") from None
