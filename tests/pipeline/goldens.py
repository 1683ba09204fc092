"""Write the goldens of the example plans again: ``make goldens``, after a change of bytes was reviewed."""

from __future__ import annotations

import tempfile

from datalchemy_nb.demo.examples import examples, goldens_directory
from datalchemy_nb.session import Session


def save_goldens() -> None:
    """Run every example plan on the demo database and keep its hashes as the committed golden."""
    with tempfile.TemporaryDirectory() as out, Session(out_dir=out, goldens_dir=goldens_directory()) as session:
        session.start_demo()
        session.introspect()
        for name, path in examples().items():
            run = session.generate(path)
            known = name in session.golden_list().names
            if known and (diff := session.golden_check(name, run).diff).equal and not diff.reasons:
                continue
            session.golden_save(name, run, force=True)
            print(name)


if __name__ == "__main__":
    save_goldens()
