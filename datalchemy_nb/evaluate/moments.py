"""Dates, times, timestamps and intervals, read in the forms that PostgreSQL writes in ISO style."""

from __future__ import annotations

from datalchemy_nb.evaluate.reading import Cell, Fault, Proof, Reading
from datalchemy_nb.evaluate.typebook import modifiers

_DATE = r"[0-9]{4,7}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
_ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_ENDLESS = "-?infinity"
_USUAL = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}Z?"
_PROOFS = {
    "DATE": Proof(spelled=True, width=10),
    "TIMESTAMP": Proof(pattern=_USUAL),
    "TIMESTAMPTZ": Proof(pattern=_USUAL),
}
_STAMP = f"{_DATE}([T ]{_CLOCK}{_ZONE}?)?( BC)?|{_ENDLESS}"


def date(cell: Cell) -> Reading:
    """``date``: ``YYYY-MM-DD``."""
    return _moment(cell, "DATE", f"{_DATE}( BC)?|{_ENDLESS}", "date")


def time(cell: Cell) -> Reading:
    """``time(p)``: ``HH:MM:SS[.ffffff]``."""
    return _moment(cell, "TIME", _CLOCK, "time", _too_fine(cell))


def timetz(cell: Cell) -> Reading:
    """``time(p) with time zone``; without a zone it is the session's, here UTC."""
    return _moment(cell, "TIMETZ", f"{_CLOCK}{_ZONE}?", "time with a zone", _too_fine(cell))


def timestamp(cell: Cell) -> Reading:
    """``timestamp(p)``: a zone is dropped unread, as PostgreSQL does."""
    return _moment(cell, "TIMESTAMP", _STAMP, "timestamp", _too_fine(cell))


def timestamptz(cell: Cell) -> Reading:
    """``timestamp(p) with time zone``; without a zone it is the session's, here UTC."""
    return _moment(cell, "TIMESTAMPTZ", _STAMP, "timestamp with a zone", _too_fine(cell))


def interval(cell: Cell) -> Reading:
    """``interval``: PostgreSQL's verbose form or ISO 8601."""
    plus = f"TRY_CAST(replace({cell.raw}, '+', '') AS INTERVAL)"
    value = f"coalesce({plus}, TRY_CAST({_spelled(cell.raw)} AS INTERVAL))"
    fault = Fault("type", f"{cell.value} IS NULL", "is no interval")
    return Reading("INTERVAL", "interval", value, (fault,))


def _moment(cell: Cell, sql_type: str, pattern: str, noun: str, *more: Fault) -> Reading:
    bc = f"TRY_CAST(replace({cell.raw}, ' BC', ' (BC)') AS {sql_type})"
    value = f"coalesce({cell.cast(sql_type)}, {bc})" if "BC" in pattern else cell.cast(sql_type)
    if sql_type == "TIMETZ":
        value = f"TRY_CAST(replace({cell.raw}, 'Z', '+00') AS TIMETZ)"
    # There is no year 0 in PostgreSQL.
    wrong = f"{cell.value} IS NULL OR NOT {cell.matches(pattern)} OR regexp_matches({cell.raw}, '^0+-')"
    faults = (Fault("type", wrong, f"is no {noun}"), *more)
    return Reading(sql_type, "moment", value, faults, _plain(cell, sql_type), proof=_PROOFS.get(sql_type))


def _plain(cell: Cell, sql_type: str) -> str | None:
    """The usual form of a year from 1000 to 9999: one pattern in place of three, or none."""
    match sql_type:
        case "DATE":
            return f"strlen({cell.raw}) = 10 AND {cell.canonical}"
        case "TIMESTAMPTZ":
            return f"{cell.value} IS NOT NULL AND (({_as_runs_write(cell.raw)}) OR {cell.matches(_USUAL)})"
        case "TIMESTAMP":
            return f"{cell.value} IS NOT NULL AND {cell.matches(_USUAL)}"
        case _:
            return None


def _as_runs_write(raw: str) -> str:
    """The usual form in whole seconds with a ``Z``, told in half the time that the pattern takes.

    The format allows a year of three digits and blanks at the ends, each of which one of the other conditions excludes.
    """
    ends = f"strlen({raw}) = 20 AND ends_with({raw}, 'Z') AND {raw} > '1'"
    return f"{ends} AND try_strptime({raw}, '%Y-%m-%dT%H:%M:%SZ') IS NOT NULL"


def _too_fine(cell: Cell) -> Fault:
    given = cell.type.datetime_precision
    digits = given if given is not None else next(iter(modifiers(cell.type)), 6)
    finer = f"regexp_matches({cell.raw}, '\\.[0-9]{{{digits}}}[0-9]*[1-9]')"
    return Fault("length", finer, f"has more than {digits} fractional digits of a second")


def _spelled(raw: str) -> str:
    """``P1Y2M3DT4H5M6S`` as words, which DuckDB reads."""
    day, clock = f"split_part({raw}, 'T', 1)", f"split_part({raw}, 'T', 2)"
    for letter, word in (("P", ""), ("Y", " years "), ("M", " months "), ("W", " weeks "), ("D", " days ")):
        day = f"replace({day}, '{letter}', '{word}')"
    for letter, word in (("H", " hours "), ("M", " minutes "), ("S", " seconds ")):
        clock = f"replace({clock}, '{letter}', '{word}')"
    return f"CASE WHEN {raw} LIKE 'P%' THEN {day} || ' ' || {clock} END"
