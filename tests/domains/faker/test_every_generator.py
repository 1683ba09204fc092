"""What every generator of the catalogue promises, tried on all of them, in random and in unique use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from datalchemy_nb.domains.base import Built, Derivation, Domain, Facet
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.faker.catalogue import is_counted
from datalchemy_nb.domains.faker.methods import methods_of
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.registry import generators
from tests.docs.generators_page import _EXAMPLES, is_method, slot_of
from tests.domains.faker.faker_checks import drawn, spec_of, words


def each(ids: Iterable[str], check: Callable[[str], None]) -> None:
    """Try every id, and name all that fail."""
    failed: dict[str, str] = {}
    for id_ in ids:
        try:
            check(id_)
        except Exception as error:  # noqa: BLE001 - what went wrong with one id must not hide the others
            failed[id_] = f"{type(error).__name__}: {error}"[:400]
    assert not failed


PARTS = 8
"""So many tests share the generators: one a part, not one an id or family, so that collecting takes a moment."""


@lru_cache
def ids() -> list[str]:
    """Those that can be tried, by locale: what Faker knows of one is read by one test."""
    known = [
        id_ for id_, spec in generators().items()
        if id_ in _EXAMPLES or not any(field.is_required() for field in spec.params.model_fields.values())
    ]  # fmt: skip
    return sorted(known, key=lambda id_: (locale_of(id_), id_))


NEEDING = {
    "derive.email_from_name", "derive.end_after_start", "derive.money_total", "derive.updated_after_created",
}  # fmt: skip
"""They read other columns."""
MAY_REPEAT_WHERE_UNIQUE = {
    f"faker.address.{name}_address" for name in
    ("line", "luzon_province", "metro_manila", "mindanao_province", "visayas_province")
}  # fmt: skip
"""Nothing shows that all their texts differ: a plan that wants them unique is refused before the run."""
MANY = 600
DTYPES: dict[str, type[pl.DataType]] = {
    "boolean": pl.Boolean, "integer": pl.Int64, "float": pl.Float64, "decimal": pl.Decimal, "date": pl.Date,
    "time": pl.Time, "timestamp": pl.Datetime, "timestamptz": pl.Datetime,
}  # fmt: skip


def locale_of(id_: str) -> str:
    if not is_method(id_):
        return "en_US"
    _, provider, name = id_.split(".")
    locales = methods_of(provider)[name].locales or ("en_US",)
    lacking = {"faker.bank.bank": "pl_PL"}
    return "en_US" if "en_US" in locales else lacking.get(id_, locales[0])


def build(id_: str, *, unique: bool = False) -> Built:
    spec = spec_of(id_)
    params: dict[str, Any] = dict(_EXAMPLES.get(id_, {}))
    locale = locale_of(id_)
    if is_method(id_) and not is_counted(id_, locale):
        params["pool"] = 40
    return spec.build(spec.params.model_validate(params), slot_of(spec, locale, unique=unique))


def ordinals(domain: Domain) -> U64:
    """All ordinals of a small domain; both ends and some between of a large one."""
    if domain.size <= MANY:
        return np.arange(domain.size, dtype=np.uint64)
    edge = np.arange(MANY // 3, dtype=np.uint64)
    return np.unique(np.concatenate([edge, np.uint64(domain.size - 1) - edge, domain.draw(words(MANY // 3))]))


def assert_typed(domain: Domain, values: pl.Series, produces: tuple[str, ...]) -> None:
    family = domain.category
    assert not produces or family in produces or (family, "timestamptz") == ("timestamp", produces[0])
    assert values.dtype.base_type() == DTYPES.get(family, pl.String)
    assert values.null_count() == 0


def check_values(id_: str) -> None:
    domain = build(id_)
    if not isinstance(domain, Domain):
        assert isinstance(domain, Derivation) or id_ in NEEDING | {"derive.fk", "derive.parent_value"}
        return
    assert 1 <= domain.size <= 1 << 64
    taken = ordinals(domain)
    found = domain.take(taken)
    assert len(found) == len(taken)
    assert_typed(domain, found, spec_of(id_).produces)
    if domain.injective:
        assert found.n_unique() == len(taken), "two ordinals gave one value"
    assert domain.take(taken[::-1]).to_list() == found.to_list()[::-1], "a value depends on the others taken"
    assert len(domain.take(taken[:0])) == 0
    bits = np.concatenate([words(300), np.array([0, 2**64 - 1], dtype=np.uint64)])
    assert int(domain.draw(bits).max()) < domain.size
    if isinstance(domain, Facet):
        assert int(domain.entity.draw(bits).max()) < domain.entity.size


def check_parameters(id_: str) -> None:
    spec = spec_of(id_)
    assert spec.doc.endswith((".", "`")), spec.doc
    for name in (*spec.params.model_fields, "nonsense"):
        with pytest.raises(ValidationError):
            spec.params.model_validate({**_EXAMPLES.get(id_, {}), name: {"no": "such"}})


def check_unique_use(id_: str) -> None:
    domain = build(id_, unique=True)
    if not isinstance(domain, Domain):
        return
    taken = ordinals(domain)
    found = domain.take(taken)
    assert_typed(domain, found, spec_of(id_).produces)
    if domain.injective:
        assert found.n_unique() == len(taken)
    else:
        apart = isinstance(domain, Facet) and domain.own_injective
        # The page of generators says of the others which may repeat; a plan that wants them unique is refused.
        assert apart or id_ in MAY_REPEAT_WHERE_UNIQUE or not is_method(id_), "may repeat"
    if domain.category != "text":
        return
    try:
        short = domain.narrow(Length(0, 20))
    except EmptyDomainError:
        return
    if short is not None:
        found = pl.concat([short.take(ordinals(short)), drawn(short, 200)])
        assert int(str(found.str.len_chars().max())) <= 20
        if short.injective:
            taken = ordinals(short)
            assert short.take(taken).n_unique() == len(taken)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_id(part: int) -> None:
    """Values, parameters, and that values are distinct or said not to be, and never too long."""
    first, end = (len(ids()) * at // PARTS for at in (part, part + 1))
    for check in (check_values, check_parameters, check_unique_use):
        each(ids()[first:end], check)


DIGEST = """
import hashlib, warnings
warnings.simplefilter("ignore")
import numpy as np
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.bits import mix
from tests.docs.generators_page import built
from datalchemy_nb.domains.registry import generators

for locale in ("en_US", "el_GR"):
    for id_, spec in generators().items():
        if not id_.startswith(("faker.", "semantic.")) or (locale != "en_US" and id_.count(".") != 2):
            continue
        try:
            domain = built(spec, {"pool": 12} if "pool" in spec.params.model_fields else {}, locale=locale)
        except ValueError:
            continue
        if isinstance(domain, Domain) and id_ != "faker.misc.binary":
            found = domain.take(domain.draw(mix(np.arange(40, dtype=np.uint64))))
            print(locale, id_, domain.size, hashlib.sha256(repr(found.to_list()).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def digests() -> list[list[str]]:
    """The same digests in two fresh processes, far apart in time zone and in the order of sets."""
    surroundings = [{"PYTHONHASHSEED": "1", "TZ": "UTC"}, {"PYTHONHASHSEED": "4242", "TZ": "America/Noronha"}]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", DIGEST], env={**os.environ, **env}, stdout=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[3],
        )
        for env in surroundings
    ]  # fmt: skip
    return [run.communicate()[0].splitlines() for run in runs]


def test_same_bytes_in_every_process(digests: list[list[str]]) -> None:
    assert len(digests[0]) > 700
    assert digests[0] == digests[1]


def test_numbers_are_numbers_where_the_column_is_numeric() -> None:
    latitude = spec_of("faker.address.raw.Latitude")
    domain = latitude.build(latitude.params(), slot_of(latitude))
    assert isinstance(domain, Domain)
    assert all(isinstance(value, Decimal) for value in drawn(domain, 5).to_list())
