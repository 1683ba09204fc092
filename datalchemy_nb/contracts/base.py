"""What every contract model shares: immutable, strict about types where JSON is, dumped as stable JSON."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Self

import pydantic_core
from pydantic import BaseModel, ConfigDict, ValidationError

from datalchemy_nb.errors import ContractError

_EXPONENT = re.compile(rb"(?m)(?:^| )-?(?:\d[\d.]*e[-+]?\d+|0\.0000\d*),?$")
"""A number that Python writes with an exponent, alone at the end of a line; a text would end with its quote."""


def pretty(values: object) -> str:
    """Return JSON with two spaces a level, as `json.dumps` writes it, which takes ten times as long.

    Args:
        values: plain JSON values. Numbers with an exponent are written by `json.dumps`: others spell them differently.
    """
    text = pydantic_core.to_json(values, indent=2, inf_nan_mode="constants")
    return json.dumps(values, indent=2, ensure_ascii=False) if _EXPONENT.search(text) else text.decode()


class Contract(BaseModel):
    """Base of all models. Unknown fields are ignored on reading; writers never produce them."""

    # A model is built when it is first used: most commands use few.
    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, ser_json_inf_nan="constants", defer_build=True
    )

    def to_json(self) -> str:
        """Return pretty JSON with a final newline, fields in declared order."""
        return pretty(self.to_dict()) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values under the serialised field names."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_json(cls, text: str | bytes, *, source: str = "document") -> Self:
        """Parse a document.

        Raises:
            ContractError: not JSON, or not of this shape; the message names the JSON Pointer.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            pointer = "/" + "/".join(str(part) for part in first["loc"])
            raise ContractError(f"{source}: {pointer}: {first['msg'].removeprefix('Value error, ')}") from None

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Read a document from a file.

        Raises:
            ContractError: the file is missing, unreadable or not of this shape.
        """
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise ContractError(f"{path}: {error.strerror or error}") from None
        return cls.from_json(data, source=str(path))


def canonical_sha256(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of a plain value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
