"""People: ``faker.name.*``, e-mail addresses, user names, phones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.faker import composed
from datalchemy_nb.domains.faker.composed import from_faker
from datalchemy_nb.domains.faker.ids.entry import PersonTextParams, entry, shown_by_faker
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE

_NAME, _EMAIL, _PHONE = ("pii.name",), ("pii.email",), ("pii.phone",)


class NameParams(composed.NameParams, PersonTextParams):
    """How names are written, and which of them are wanted."""


class EmailParams(composed.EmailParams, PersonTextParams):
    """Where addresses are, and which of them are wanted."""


entry("semantic.person.name", "faker.name.raw.Name", params=NameParams, tags=_NAME, locale_aware=True)(composed.name)
entry("faker.name.raw.NameWithTitle", params=PersonTextParams, tags=_NAME, locale_aware=True)(composed.titled_name)
entry("semantic.person.first_name", "faker.name.raw.FirstName", params=PersonTextParams, tags=_NAME, locale_aware=True)(
    composed.first_name
)
entry("semantic.person.last_name", "faker.name.raw.LastName", params=PersonTextParams, tags=_NAME, locale_aware=True)(
    composed.last_name
)
entry(
    "semantic.person.username",
    "faker.internet.raw.Username",
    params=PersonTextParams,
    tags=("pii.username",),
    locale_aware=True,
)(composed.username)
entry("semantic.person.email", "faker.internet.raw.SafeEmail", params=EmailParams, tags=_EMAIL, locale_aware=True)(
    composed.email
)
entry("semantic.person.free_email", "faker.internet.raw.FreeEmail", params=EmailParams, tags=_EMAIL, locale_aware=True)(
    composed.free_email
)


entry("semantic.person.sex", params=composed.SexParams, tags=("pii.profile",), locale_aware=True)(composed.sex)


@entry("semantic.person.suffix", "faker.name.raw.Suffix", locale_aware=True)
def suffix(slot: Slot) -> Domain:
    """Suffixes that stand after a name; those of the default locale where the locale has none."""
    found = from_faker(slot, "suffix")
    nothing = found.size == 1 and found.take(np.zeros(1, dtype=np.uint64))[0] == ""
    return from_faker(replace(slot, locale=DEFAULT_LOCALE), "suffix") if nothing else found


@entry("semantic.person.cell", "faker.phone_number.raw.CellNumber", tags=_PHONE, locale_aware=True)
def cell(slot: Slot) -> Domain:
    """Mobile phone numbers; any phone numbers where the locale does not tell them apart."""
    methods = ("cellphone_number", "mobile_number", "phone_number")
    return from_faker(slot, *methods)


shown_by_faker(
    ("semantic.person.title faker.name.raw.Title", "prefix", "Titles that stand before a name."),
    ("semantic.person.phone faker.phone_number.raw.PhoneNumber",
     "phone_number", "Phone numbers in the locale's formats.", _PHONE),
)  # fmt: skip
