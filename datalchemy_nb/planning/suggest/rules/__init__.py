"""Inference rules, in the order they are asked; the first that has an idea decides."""

from __future__ import annotations

from collections.abc import Callable

from datalchemy_nb.planning.suggest.rules.choose_listed_values import choose_listed_values
from datalchemy_nb.planning.suggest.rules.fall_back_on_type import fall_back_on_type
from datalchemy_nb.planning.suggest.rules.follow_checks import follow_pattern, follow_range
from datalchemy_nb.planning.suggest.rules.leave_to_engine import leave_to_engine
from datalchemy_nb.planning.suggest.rules.order_moments import order_moments
from datalchemy_nb.planning.suggest.rules.recognise_company import recognise_company
from datalchemy_nb.planning.suggest.rules.recognise_culture import recognise_culture
from datalchemy_nb.planning.suggest.rules.recognise_dates import recognise_dates
from datalchemy_nb.planning.suggest.rules.recognise_documents import recognise_documents
from datalchemy_nb.planning.suggest.rules.recognise_email import recognise_email
from datalchemy_nb.planning.suggest.rules.recognise_files import recognise_files
from datalchemy_nb.planning.suggest.rules.recognise_flags import recognise_flags
from datalchemy_nb.planning.suggest.rules.recognise_internet import recognise_internet
from datalchemy_nb.planning.suggest.rules.recognise_money import recognise_money
from datalchemy_nb.planning.suggest.rules.recognise_numbers import recognise_numbers
from datalchemy_nb.planning.suggest.rules.recognise_person_name import recognise_person_name
from datalchemy_nb.planning.suggest.rules.recognise_phone import recognise_phone
from datalchemy_nb.planning.suggest.rules.recognise_place import recognise_place
from datalchemy_nb.planning.suggest.rules.recognise_product import recognise_product
from datalchemy_nb.planning.suggest.rules.recognise_secrets import recognise_secrets
from datalchemy_nb.planning.suggest.rules.recognise_states import recognise_states
from datalchemy_nb.planning.suggest.rules.recognise_texts import recognise_texts
from datalchemy_nb.planning.suggest.rules.recognise_username import recognise_username
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView

Rule = Callable[[ColumnView], Suggestion | None]

BY_CONSTRAINT: tuple[Rule, ...] = (leave_to_engine, choose_listed_values)
BY_NAME: tuple[Rule, ...] = (
    recognise_flags, order_moments, recognise_documents, recognise_email, recognise_username, recognise_phone,
    recognise_secrets, recognise_company, recognise_internet, recognise_files, recognise_place, recognise_product,
    recognise_person_name, recognise_culture, recognise_dates, recognise_numbers, recognise_money, recognise_states,
    recognise_texts,
)  # fmt: skip
BY_TYPE: tuple[Rule, ...] = (follow_pattern, follow_range, fall_back_on_type)
RULES = (*BY_CONSTRAINT, *BY_NAME, *BY_TYPE)
