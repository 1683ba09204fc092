"""How far a long verb is, as a document."""

from __future__ import annotations

from datalchemy_nb.progress import Tick, duration, size
from datalchemy_nb.show import document as doc


def describe_tick(tick: Tick) -> doc.Document:
    """Share, table, amounts, rate and time left; of steps what is done and for how long."""
    if tick.unit == "steps":
        badge = doc.Badge("done", "ok") if tick.last else doc.Badge("running", "info")
        told = doc.facts(("step", None if tick.last else tick.step), ("time", duration(tick.seconds)))
        return doc.Document("Drafting", (badge,), (told,))
    rate: doc.Cell = None
    amount = (
        f"{tick.done:,} of {tick.total:,} rows" if tick.unit == "rows" else f"{size(tick.done)} of {size(tick.total)}"
    )
    if tick.seconds > 0:
        per_second = f"{size(tick.bytes / tick.seconds)}/s"
        rate = f"{tick.done / tick.seconds:,.0f} rows/s, {per_second}" if tick.unit == "rows" else per_second
    left = tick.seconds_left
    known = doc.facts(
        ("all", doc.Bar(tick.fraction, f"{tick.fraction:.0%} · {amount}")),
        ("table", None if tick.last else f"{tick.table} ({tick.table_done:,} of {tick.table_total:,} {tick.unit})"),
        ("step", None if tick.last else tick.step or None),
        ("written" if tick.unit == "rows" else "sent", size(tick.bytes)),
        ("rate", rate),
        ("time", duration(tick.seconds)),
        ("left", duration(left) if left is not None and not tick.last else None),
    )
    verb = "Generating" if tick.unit == "rows" else "Loading"
    finished = tick.done >= tick.total
    state = (
        doc.Badge("done", "ok")
        if finished
        else doc.Badge("stopped", "warn")
        if tick.last
        else doc.Badge("running", "info")
    )
    return doc.Document(verb, (state,), (known,))
