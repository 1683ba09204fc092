"""How a connection and the demo are shown."""

from __future__ import annotations

from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import Connected, DemoResult, SessionList
from datalchemy_nb.show.document import Badge, Cell, Code, Dim, Document, facts, grid, plural, remarks, yes_no


def describe_connected(result: Connected) -> Document:
    """Where the session is connected to; no secret."""
    place = ":".join(str(part) for part in (result.host, result.port) if part)
    mode = Badge("read-only", "info") if result.read_only else Badge("may write", "warn")
    known = facts(
        ("database", result.database),
        ("user", result.user),
        ("host", place),
        ("server", f"PostgreSQL {result.server_version}"),
        ("connection", result.redacted),
    )
    return Document("Connected", (Badge("reachable", "ok"), mode), (known, *remarks(result.note)))


def describe_demo(result: DemoResult) -> Document:
    """Every step with its outcome, and where everything lies."""
    rows: list[list[Cell]] = [
        [yes_no(step.ok, "done", "failed"), step.title, step.outcome, duration(step.seconds)] for step in result.steps
    ]
    places = facts(*((name, place) for name, place in result.places.items()))
    steps = grid(["", "step", "outcome", "time>"], rows)
    return Document("The demo", (yes_no(result.ok, "all went well", "something failed"),), (steps, places))


def describe_sessions(result: SessionList) -> Document:
    """One row a session; the one in use is marked."""
    rows: list[list[Cell]] = [
        [
            Badge("in use", "ok") if line.current else None,
            Code(line.name),
            line.database or Dim("not connected"),
            line.tables or None,
            line.planned or None,
        ]
        for line in result.sessions
    ]
    names = ["", "session", "database", "tables>", "in the plan>"]
    return Document(plural(len(rows), "session"), (), (grid(names, rows),))
