"""What a person types into a field, read: rows, shares, factors, seeds, relations."""

from __future__ import annotations

import re

import yaml
from pydantic import TypeAdapter, ValidationError

from datalchemy_nb.contracts.plan import MAX_U64
from datalchemy_nb.contracts.relations import RelationRule
from datalchemy_nb.errors import UsageError
from datalchemy_nb.planning.read import explain
from datalchemy_nb.planning.yaml12 import PlanLoader

_COUNT = re.compile(r"([0-9][0-9_,. ]*)\s*([kKmM]?)")
_TIMES = {"k": 1_000, "m": 1_000_000}
_RELATION: TypeAdapter[RelationRule] = TypeAdapter(RelationRule)


def read_rows(text: str) -> int | None:
    """Read a number of rows: ``1,000``, ``10k``, ``2.5M``; nothing is None.

    Raises:
        UsageError: it is none.
    """
    if not text.strip():
        return None
    found = _COUNT.fullmatch(text.strip())
    number = found[1].replace("_", "").replace(" ", "") if found else ""
    try:
        if found and found[2]:
            return round(float(number.replace(",", ".")) * _TIMES[found[2].lower()])
        return int(number.replace(",", "").replace(".", ""))
    except ValueError:
        raise UsageError(f"{text[:20]!r} is no number of rows", hint="write 1000, 10k or 2.5M") from None


def read_share(text: str) -> float | None:
    """Read a share: ``0.2``, ``20 %``; nothing is None.

    Raises:
        UsageError: it is none, or not from 0 to 1.
    """
    if not text.strip():
        return None
    bare = text.strip().removesuffix("%").strip()
    try:
        share = float(bare.replace(",", ".")) / (100 if bare != text.strip() else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"{text[:20]!r} is no share", hint="write 0.2 or 20 %")
    return share


def read_factor(text: str) -> float | None:
    """Read by how much rows are multiplied: ``10``, ``x 0.5``; nothing is None.

    Raises:
        UsageError: it is no positive number.
    """
    bare = text.strip().lstrip("x×* ").replace(",", ".")
    if not bare:
        return None
    try:
        factor = float(bare)
    except ValueError:
        factor = -1.0
    if not 0 < factor <= 1e9:
        raise UsageError(f"{text[:20]!r} is nothing to multiply rows by", hint="write 10, or 0.1")
    return factor


def read_seed(text: str) -> int:
    """Read a seed.

    Raises:
        UsageError: it is no whole number from 0 to 2**64 - 1.
    """
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) > MAX_U64:
        raise UsageError(f"{text[:24]!r} is no seed", hint="write a whole number, 0 or more")
    return int(text)


def read_relation(text: str) -> RelationRule:
    """Read a relation rule as a plan writes it, in YAML or JSON.

    Raises:
        UsageError: it is none; what is wrong stands in it.
    """
    try:
        return _RELATION.validate_python(yaml.load(text, Loader=PlanLoader))  # noqa: S506 - it makes plain values only
    except yaml.YAMLError as error:
        raise UsageError(f"no YAML: {str(error).splitlines()[0]}") from None
    except ValidationError as error:
        told = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in told["loc"][1:])
        raise UsageError(
            f"{place or 'the relation'} {explain(told)}", hint="see Relations in the documentation"
        ) from None
