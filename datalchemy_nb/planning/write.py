"""Plans to text: JSON with one rule a line, or YAML; what `read_plan` reads back is the same plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from datalchemy_nb.contracts.plan import Plan, Rule
from datalchemy_nb.errors import OutputError
from datalchemy_nb.files import replace
from datalchemy_nb.planning.yaml12 import PlanLoader

_LISTS = ("targets", "rules", "rules_unsupported")
_YAML = (".yaml", ".yml")
_LINE_BREAKS = "\r\x85\u2028\u2029"


def write_plan(plan: Plan, path: Path | str) -> Path:
    """Write a plan, as YAML where the name ends in .yaml or .yml, else as JSON; an old file stays until it is done.

    Raises:
        OutputError: the file cannot be written.
    """
    path = Path(path)
    if not path.name or path.is_dir():
        raise OutputError(f"cannot write {path}: it is a directory", hint="name a file in it, say plan.yaml")
    text = plan_yaml(plan) if path.suffix.lower() in _YAML else plan_json(plan)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace({path: text})
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from None
    return path


def plan_json(plan: Plan) -> str:
    """Return the plan as JSON, one target, one rule and one table of `written_for` a line."""
    fields = [f"  {_compact(key)}: {_value(key, value)}" for key, value in _plain(plan).items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def plan_yaml(plan: Plan) -> str:
    """Return the plan as YAML, in the scalars of YAML 1.2."""
    return yaml.dump(_plain(plan), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def rule_yaml(rule: Rule) -> str:
    """Return one rule as YAML, without absent optional fields."""
    fields = {key: _pruned(value) for key, value in rule.to_dict().items() if value is not None}
    return yaml.dump(fields, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _plain(plan: Plan) -> dict[str, Any]:
    """The document, without absent optional fields; nulls inside params are the user's and stay."""
    return {key: _pruned(value) for key, value in plan.to_dict().items() if not _is_absent(key, value)}


def _pruned(value: Any) -> Any:
    if isinstance(value, list):
        return [_pruned(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: item for key, item in value.items() if item is not None and not (key == "transforms" and not item)}
    return {key: item if key == "params" else _pruned(item) for key, item in kept.items()}


def _is_absent(key: str, value: Any) -> bool:
    return value is None or (key == "rules_unsupported" and not value)


def _value(key: str, value: Any) -> str:
    if key == "written_for":
        tables = ",\n".join(f"      {_compact(name)}: {_compact(shape)}" for name, shape in value["tables"].items())
        rest = "".join(f",\n    {_compact(part)}: {_compact(value[part])}" for part in value if part != "tables")
        return f'{{\n    "tables": {{\n{tables}\n    }}{rest}\n  }}'
    if key not in _LISTS or not value:
        return _compact(value)
    return "[\n" + ",\n".join(f"    {_compact(item)}" for item in value) + "\n  ]"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class _Dumper(yaml.SafeDumper):
    """SafeDumper that quotes what `PlanLoader` would not read as text, or YAML 1.1 would take for a number."""

    yaml_implicit_resolvers = PlanLoader.yaml_implicit_resolvers

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out each time."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key."""
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Line breaks that YAML 1.1 knows and 1.2 does not are written as escapes; `20:00:00` and `no` are quoted."""
    escaped = any(character in text for character in _LINE_BREAKS)
    other = _ELSEWHERE.resolve(yaml.ScalarNode, text, (True, False)) in _MISREAD  # type: ignore[no-untyped-call]
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if escaped else "'" if other else None)


_ELSEWHERE = yaml.SafeLoader("")
_MISREAD = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null"))
"""What a reader of YAML 1.1 makes of some words and times: 20:00:00 is 72,000 to it."""


_Dumper.add_representer(str, _text)
