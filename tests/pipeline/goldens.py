"""Write the goldens of the example plans again: ``make goldens``, after a change of bytes was reviewed."""

from __future__ import annotations

import tempfile

from datalchemy_nb.demo import EmbeddedServer
from datalchemy_nb.demo.examples import examples, goldens_directory, plans_directory
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.session import Session


def save_goldens() -> None:
    """Run every example plan on the demo database and keep its hashes as the committed golden."""
    with tempfile.TemporaryDirectory() as out, Session(out_dir=out, goldens_dir=goldens_directory()) as session:
        session.start_demo()
        session.introspect()
        for name, path in examples().items():
            _save(session, name, path)


def save_goldens_of_relations() -> None:
    """The same of the plans that have a schema of their own."""
    for directory in sorted((plans_directory() / "relations").iterdir()):
        with (
            tempfile.TemporaryDirectory() as out,
            EmbeddedServer() as server,
            Session(out_dir=out, goldens_dir=directory) as session,
        ):
            with connect(server.conninfo, read_only=False) as connection:
                connection.execute((directory / "schema.sql").read_text(encoding="utf-8"))
            session.introspect(server.conninfo)
            _save(session, directory.name, directory / "plan.yaml")


def _save(session: Session, name: str, plan: object) -> None:
    run = session.generate(plan)  # type: ignore[arg-type]
    known = name in session.golden_list().names
    if known and (diff := session.golden_check(name, run).diff).equal and not diff.reasons:
        return
    session.golden_save(name, run, force=True)
    print(name)


if __name__ == "__main__":
    save_goldens()
    save_goldens_of_relations()
