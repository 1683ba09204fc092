"""Inference rules, in the order they are asked; the first that has an idea decides."""

from __future__ import annotations

from collections.abc import Callable

from datalchemy_nb.drafting.rules.beside import beside_default
from datalchemy_nb.drafting.rules.brazil import recognise_brazil
from datalchemy_nb.drafting.rules.business import recognise_company, recognise_product
from datalchemy_nb.drafting.rules.constraints import fall_back_on_type, follow_pattern, follow_range, leave_to_engine
from datalchemy_nb.drafting.rules.defaults import recognise_defaults
from datalchemy_nb.drafting.rules.kinds import recognise_kinds
from datalchemy_nb.drafting.rules.numbers import recognise_money, recognise_numbers
from datalchemy_nb.drafting.rules.people import (
    recognise_documents,
    recognise_email,
    recognise_person_name,
    recognise_phone,
    recognise_username,
)
from datalchemy_nb.drafting.rules.places import recognise_culture, recognise_place
from datalchemy_nb.drafting.rules.reference import recognise_reference
from datalchemy_nb.drafting.rules.states import (
    choose_listed_values,
    read_values_of_comment,
    recognise_flags,
    recognise_states,
)
from datalchemy_nb.drafting.rules.technical import recognise_files, recognise_internet, recognise_secrets
from datalchemy_nb.drafting.rules.texts import recognise_documents_of_json, recognise_texts
from datalchemy_nb.drafting.rules.timestamps import order_moments, recognise_dates, write_moments
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView

Rule = Callable[[ColumnView], Suggestion | None]

BY_CONSTRAINT: tuple[Rule, ...] = (leave_to_engine, choose_listed_values, read_values_of_comment)
BY_NAME: tuple[Rule, ...] = (
    recognise_flags, order_moments, recognise_defaults, recognise_brazil, recognise_kinds, recognise_documents,
    recognise_email,
    recognise_username, recognise_phone, recognise_secrets, recognise_company, recognise_internet, recognise_files,
    recognise_place, recognise_product, recognise_person_name, recognise_reference, recognise_culture,
    recognise_dates, recognise_numbers, recognise_money, recognise_states, write_moments,
    recognise_texts, recognise_documents_of_json,
)  # fmt: skip
BY_TYPE: tuple[Rule, ...] = (follow_pattern, follow_range, beside_default(BY_NAME), fall_back_on_type)
RULES = (*BY_CONSTRAINT, *BY_NAME, *BY_TYPE)
