"""docs/plan_reference.md and docs/schema_reference.md, made from the models; docs/python_api.md, from docstrings.

python -m tests.docs.references
"""

from __future__ import annotations

import ast
import inspect
import re
import types
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from datalchemy_nb.contracts import distributions, plan, relations, schema
from tests.docs.python_api import python_api

DOCS = Path(__file__).resolve().parents[2] / "docs"
_HEAD = "This page is made from the models by `make docs`; a test fails when they differ.\n"
_PAGES: dict[str, tuple[str, str, tuple[ModuleType, ...], type[BaseModel]]] = {
    "plan_reference.md": (
        "Plan reference",
        "Every field of a plan, format 0.3. A guide with examples is in [plans](plan_generators.md); a JSON Schema\n"
        "lies in [schemas/plan.schema.json](schemas/plan.schema.json). Fields marked *extended* are additions to the\n"
        "original 0.2, with defaults. Format 0.3 adds [relations](relations.md); 0.2 plans are\n"
        "read as they are.",
        (plan, distributions, relations),
        plan.Plan,
    ),
    "schema_reference.md": (
        "Schema reference",
        "Every field of `schema.json`, as introspection writes it. A JSON Schema lies in\n"
        "[schemas/schema.schema.json](schemas/schema.schema.json).",
        (schema,),
        schema.DatabaseSchema,
    ),
}


_EVERYWHERE = {
    "schema": "schema of the table",
    "table": "the table",
    "column": "the column",
    "columns": "the columns, in order",
    "type": "which kind of rule",
    "kind": "which kind",
    "name": "its name",
    "comment": "a remark for readers; nothing else reads it",
    "evidence": "why a draft wrote the rule",
}
"""What fields of these names mean, where a model says no more."""


def pages() -> dict[str, str]:
    """Return the text of each page by file name."""
    return {name: _page(*parts) for name, parts in _PAGES.items()} | {"python_api.md": python_api()}


def write() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


def _page(title: str, intro: str, modules: tuple[ModuleType, ...], root: type[BaseModel]) -> str:
    told = {name: docs for module in modules for name, docs in _attribute_docs(module)}
    models = [m for module in modules for m in _models(module) if m is not root]
    sections = [_section(model, told.get(model.__name__, {})) for model in (root, *models) if model.model_fields]
    return "\n".join([f"# {title}\n", intro + "\n", _HEAD, *sections])


def _models(module: ModuleType) -> list[type[BaseModel]]:
    own = (v for v in vars(module).values() if inspect.isclass(v) and v.__module__ == module.__name__)
    return [found for found in own if issubclass(found, BaseModel)]


def _section(model: type[BaseModel], told: dict[str, str]) -> str:
    summary = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    rows = [_row(name, field, told.get(name, "")) for name, field in model.model_fields.items()]
    table = "\n".join(["| field | type | default | meaning |", "|---|---|---|---|", *rows])
    return f"## {model.__name__}\n\n{summary}\n\n{table}\n"


def _row(name: str, field: FieldInfo, told: str) -> str:
    default = "required" if field.is_required() else f"`{_plain(field.get_default(call_default_factory=True))}`"
    kind = _type(field.annotation) + _bounds(field)
    meaning = told or field.description or _EVERYWHERE.get(field.alias or name, "")
    return f"| `{field.alias or name}` | {kind} | {default} | {meaning} |"


def _plain(value: Any) -> str:
    return {"None": "null", "()": "[]", "True": "true", "False": "false"}.get(repr(value), repr(value)).replace(
        "'", '"'
    )


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [f"{signs[k]} {getattr(m, k)}" for m in field.metadata for k in signs if getattr(m, k, None) is not None]
    return f", {' and '.join(found)}" if found else ""


def _type(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _type(inner[0])
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_type(part) for part in inner if part is not type(None)))
    if origin is Literal:
        return " or ".join(f'`"{value}"`' if isinstance(value, str) else f"`{value}`" for value in inner)
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return f"list of {_type(inner[0])}"
    if origin is not None and inner:
        return " of ".join(
            ["object" if "dict" in str(origin) or "Mapping" in str(origin) else "list", _type(inner[-1])]
        )
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    names = {"str": "text", "int": "integer", "float": "number", "bool": "boolean", "Any": "any", "NoneType": "null"}
    name = getattr(kind, "__name__", str(kind))
    return names.get(name, name)


def _attribute_docs(module: ModuleType) -> Iterator[tuple[str, dict[str, str]]]:
    """The text under each field, and under *Attributes* in the class's docstring."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            found = dict(_listed(ast.get_docstring(node) or ""))
            for field, after in zip(node.body, node.body[1:], strict=False):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(after):
                    found[field.target.id] = " ".join(after.value.value.split())  # type: ignore[attr-defined]
            yield node.name, found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _listed(docstring: str) -> Iterator[tuple[str, str]]:
    _, _, attributes = docstring.partition("Attributes:\n")
    for match in re.finditer(r"^    (\w+): (.*(?:\n {6,}.*)*)", attributes, re.MULTILINE):
        yield match[1], " ".join(match[2].split())


if __name__ == "__main__":
    write()
