"""How a connection and the demo are shown."""

from __future__ import annotations

from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import Connected, DemoResult, SessionList
from datalchemy_nb.show import document as doc


def describe_connected(result: Connected) -> doc.Document:
    """Where the session is connected to; no secret."""
    place = ":".join(str(part) for part in (result.host, result.port) if part)
    mode = doc.Badge("read-only", "info") if result.read_only else doc.Badge("may write", "warn")
    known = doc.facts(
        ("database", result.database),
        ("user", result.user),
        ("host", place),
        ("server", f"PostgreSQL {result.server_version}"),
        ("connection", result.redacted),
    )
    return doc.Document("Connected", (doc.Badge("reachable", "ok"), mode), (known, *doc.remarks(result.note)))


def describe_demo(result: DemoResult) -> doc.Document:
    """Every step with its outcome, and where everything lies."""
    rows: list[list[doc.Cell]] = [
        [doc.yes_no(step.ok, "done", "failed"), step.title, step.outcome, duration(step.seconds)]
        for step in result.steps
    ]
    places = doc.facts(*((name, place) for name, place in result.places.items()))
    steps = doc.grid(["", "step", "outcome", "time>"], rows)
    return doc.Document("The demo", (doc.yes_no(result.ok, "all went well", "something failed"),), (steps, places))


def describe_sessions(result: SessionList) -> doc.Document:
    """One row a session; the one in use is marked."""
    rows: list[list[doc.Cell]] = [
        [
            doc.Badge("in use", "ok") if line.current else None,
            doc.Code(line.name),
            line.database or doc.Dim("not connected"),
            line.tables or None,
            line.planned or None,
        ]
        for line in result.sessions
    ]
    names = ["", "session", "database", "tables>", "in the plan>"]
    return doc.Document(doc.plural(len(rows), "session"), (), (doc.grid(names, rows),))
