"""Types of generator parameters: JSON numbers and ISO dates, checked and named clearly."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StrictStr, WithJsonSchema, model_validator
from pydantic import StrictFloat as _StrictFloat

from datalchemy_nb.domains.registry import Params

Bool = StrictBool
Int = StrictInt
Str = StrictStr
Num = StrictInt | _StrictFloat
Count = Annotated[StrictInt, Field(ge=0)]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?\Z", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})?\Z", re.ASCII)


def _reader(form: re.Pattern[str], kind: type[Any], words: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, str) and form.match(value):
            try:
                return kind.fromisoformat(value)
            except ValueError as error:
                raise ValueError(f"{value!r} is not {words}: {error}") from None
        if type(value) is kind:
            return value
        raise ValueError(f"{value!r} is not {words}")

    return read


def _utc(value: Any) -> Any:
    moment = _reader(_MOMENT, dt.datetime, "a timestamp like 2024-12-31T23:59:59 or 2024-12-31T23:59:59Z")(value)
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


read_date = _reader(_DATE, dt.date, "a date like 2024-12-31")
read_time = _reader(_TIME, dt.time, "a time like 23:59:59")
read_moment = _utc
"""Readers of text; a ValueError says what the text should be."""

Date = Annotated[
    dt.date,
    BeforeValidator(read_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Time = Annotated[
    dt.time,
    BeforeValidator(read_time),
    WithJsonSchema({"type": "string", "format": "time"}),
]
Moment = Annotated[dt.datetime, BeforeValidator(_utc), WithJsonSchema({"type": "string", "format": "date-time"})]


class Bounds(Params):
    """Base of parameters with ``min`` and ``max``: max may not be below min."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = getattr(self, "min", None), getattr(self, "max", None)
        if low is not None and high is not None and low > high:
            raise ValueError(f"min {low} is above max {high}")
        return self
