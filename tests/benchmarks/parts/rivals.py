"""Rows per second against what people use today: loops over Faker and Mimesis, and factories made from types."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Gt, Le, MultipleOf

from datalchemy_nb.errors import UsageError
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, rates
from tests.benchmarks.plans import PEOPLE_DDL, people

FAKER_ROWS, MIMESIS_ROWS, FACTORY_ROWS = 3_000, 10_000, 1_000
Row = Callable[[int], Sequence[Any]]


def rivals(bench: Bench) -> Iterator[Figure]:
    """The same twelve columns, to CSV, everybody in their usual way."""
    session = bench.session("people", PEOPLE_DDL)
    session.resolved(people(bench.rows))
    faker, mimesis, factory = faker_row(), mimesis_row(), factory_row()
    with bench.scratch() as here:
        spent = bench.rounds(
            {
                "datalchemy_nb": lambda: session.generate(out_dir=here / "runs"),
                "Faker": lambda: write(faker, FAKER_ROWS, here / "faker.csv"),
                "Mimesis": lambda: write(mimesis, MIMESIS_ROWS, here / "mimesis.csv"),
                "polyfactory": lambda: write(factory, FACTORY_ROWS, here / "factory.csv"),
            }
        )
    ours = rates(spent["datalchemy_nb"], bench.rows, "datalchemy_nb")
    for name, rows, limit, what in (
        ("Faker", FAKER_ROWS, 50.0, "a loop over Faker"),
        ("Mimesis", MIMESIS_ROWS, 15.0, "a loop over Mimesis"),
        ("polyfactory", FACTORY_ROWS, 50.0, "polyfactory, which reads a schema of types"),
    ):
        theirs = rates(spent[name], rows, name)
        yield Figure(
            part="rivals",
            title=f"rows per second against {what}",
            value=Sample(
                label="clock", unit="x", values=tuple(a / b for a, b in zip(ours.values, theirs.values, strict=True))
            ),
            limit=limit,
            better="large",
            details=(ours, theirs),
            note=f"twelve columns to CSV; {bench.rows:,} rows against {rows:,}",
        )


def write(row: Row, rows: int, path: Path) -> None:
    """Make rows one by one."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(map(row, range(rows)))


def faker_row() -> Row:
    """Return a function that makes a row as Faker's documentation does."""
    from faker import Faker

    fake = Faker("pt_BR")
    fake.seed_instance(1)
    return lambda number: (
        fake.uuid4(),
        fake.name(),
        fake.cpf(),
        fake.unique.email(),
        fake.phone_number(),
        fake.street_address(),
        fake.company(),
        fake.city(),
        fake.date_of_birth(minimum_age=20, maximum_age=75).isoformat(),
        fake.date_time_between("-6y").isoformat(),
        fake.pydecimal(left_digits=5, right_digits=2, positive=True),
        fake.boolean(),
    )


def mimesis_row() -> Row:
    """Return a function that makes a row with Mimesis' providers; it knows no CPF, so eleven digits stand for one.

    Raises:
        UsageError: Mimesis is not installed.
    """
    try:
        from mimesis import Generic, Locale
    except ImportError:
        raise UsageError("mimesis is not installed", hint="pip install 'datalchemy_nb[bench]'") from None
    make = Generic(Locale.PT_BR, seed=1)
    numbers = itertools.count()
    return lambda number: (
        make.cryptographic.uuid(),
        make.person.full_name(),
        make.code.pin(mask="###########"),
        f"{next(numbers)}.{make.person.email()}",
        make.person.phone_number(),
        make.address.address(),
        make.finance.company(),
        make.address.city(),
        make.datetime.date(1950, 2005).isoformat(),
        make.datetime.datetime(2020, 2025).isoformat(),
        round(make.numeric.float_number(1, 99999), 2),
        make.development.boolean(),
    )


@dataclass
class Person:
    """The columns of the table of people."""

    id: uuid.UUID
    name: str
    cpf: str
    email: str
    phone: str
    address: str
    company: str
    city: str
    born: dt.date
    joined: dt.datetime
    amount: Annotated[Decimal, Le(99_999), Gt(0), MultipleOf(Decimal("0.01"))]
    active: bool


def factory_row() -> Row:
    """Return a function that makes a row with polyfactory, from the types and Faker's texts.

    Raises:
        UsageError: polyfactory is not installed.
    """
    try:
        from polyfactory.factories import DataclassFactory
    except ImportError:
        raise UsageError("polyfactory is not installed", hint="pip install 'datalchemy_nb[bench]'") from None
    from faker import Faker

    fake = Faker("pt_BR")
    texts = {
        "name": fake.name, "cpf": fake.cpf, "email": fake.unique.email, "phone": fake.phone_number,
        "address": fake.street_address, "company": fake.company, "city": fake.city,
    }  # fmt: skip
    makers = {name: staticmethod(maker) for name, maker in texts.items()}
    factory: Any = type("People", (DataclassFactory,), {"__model__": Person, "__random_seed__": 1, **makers})
    return lambda number: astuple(factory.build())
