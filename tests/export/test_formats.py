"""Every word of ``--format`` is one entry of a table: whatever stands there works everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.commands.verbs import VERBS
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.errors import Cancelled
from datalchemy_nb.export.formats import OUTPUTS, Output
from datalchemy_nb.export.parts import Task, blocks_of, make_part
from datalchemy_nb.export.place import Place
from datalchemy_nb.export.run import formats_of
from datalchemy_nb.export.rundir import PLAN, SCHEMA
from datalchemy_nb.export.stream import Progress
from datalchemy_nb.export.tablefile import TableFile
from datalchemy_nb.export.versions import head_of
from datalchemy_nb.export.writers import WRITERS, Writer
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.run import RunModel
from datalchemy_nb.widgets.models.workbench import Workbench
from datalchemy_nb.widgets.panels.run import RunPanel


@pytest.fixture
def lines() -> Iterator[str]:
    """A format of a newcomer, with something behind the last row: an entry, and a writer."""

    class Lines(Writer):
        suffix = "ndjson"

        @staticmethod
        def encode(ref: TableRef, frame: pl.DataFrame, *, plain: bool) -> bytes:
            return frame.write_ndjson().encode()

        def finish(self, rows: int) -> Any:
            self.file.write(f"{rows}\n".encode())
            return super().finish(rows)

    OUTPUTS["lines"] = Output(("csv", "ndjson"), "CSV and lines of JSON", "CSV, JSON")
    yield "lines"
    del OUTPUTS["lines"], WRITERS["ndjson"]


def content(directory: Path, word: str) -> dict[str, bytes]:
    files = [path for suffix in OUTPUTS[word].files for path in directory.glob(f"crm.*.{suffix}")]
    return {path.name: path.read_bytes() for path in files}


def assert_same_however_made(session: Session, plan: Any, tmp_path: Path, word: str) -> None:
    """In one go, stopped and resumed, and in parts as Dask workers and the process that merges them do it."""
    fewer = {"contatos": 70_000, "oportunidades": 700}
    plan["targets"] = [t | {"rows": fewer.get(t["table"], t["rows"])} for t in plan["targets"]]
    whole = session.generate(plan, out_dir=tmp_path / "whole", formats=word)
    files = content(whole.directory, word)
    # A sheet's name ends as a CSV's does.
    assert len(files) == len(whole.manifest.tables) * len(OUTPUTS[word].files)
    assert formats_of(whole.manifest) == OUTPUTS[word].files

    def stop(progress: Progress) -> None:
        if progress.all_rows >= 67_000:
            raise KeyboardInterrupt

    with pytest.raises(Cancelled):
        session.generate(plan, out_dir=tmp_path / "halves", formats=word, on_progress=stop, chunk_rows=9_000, workers=1)
    halves = session.generate(out_dir=tmp_path / "halves", resume="latest", workers=2)
    assert content(halves.directory, word) == files

    resolved, suffixes, url = session.resolved(plan), OUTPUTS[word].files, str(tmp_path / "parts")
    place, ref = Place(url), max(resolved.tables, key=lambda ref: resolved.tables[ref].rows)
    assert session.schema is not None
    place.write_text(PLAN, resolved.plan.to_json())
    place.write_text(SCHEMA, session.schema.to_json())
    columns = [(column.name, column.dtype) for column in resolved.tables[ref].columns]
    (tmp_path / "joined").mkdir()
    joined = TableFile(ref, columns, tmp_path / "joined", suffixes)
    for first, stop_row in ((0, BLOCK_ROWS), (BLOCK_ROWS, 70_000)):
        part = make_part(Task(url, ref, first, stop_row, suffixes, head_of(resolved, suffixes)))
        assert len({file.file for file in part.files.values()}) == len(suffixes)
        for chunk, (made, _) in blocks_of(place, part, read=True):
            joined.add(made, chunk.stop - chunk.start, last=chunk.stop == 70_000)
    joined.finish()
    merged = content(tmp_path / "joined", word)
    assert len(merged) == len(suffixes)
    assert merged.items() <= files.items()


def widest() -> list[str]:
    """Words whose files are not among those of another word."""
    sets = {word: set(output.files) for word, output in OUTPUTS.items()}
    return [word for word, files in sets.items() if not any(files < other for other in sets.values())]


@pytest.mark.parametrize("word", widest())
def test_every_kind_of_file_is_the_same_however_it_is_made(
    session: Session, plan: Any, tmp_path: Path, word: str
) -> None:
    assert_same_however_made(session, plan, tmp_path, word)


def test_every_word_is_offered_everywhere(session: Session) -> None:
    assert {suffix for output in OUTPUTS.values() for suffix in output.files} == set(WRITERS)
    option = next(o for verb in VERBS if verb.name == "generate" for o in verb.options if o.name == "formats")
    assert option.choices == tuple(OUTPUTS)
    assert all(f"{word}" in option.help and output.help in option.help for word, output in OUTPUTS.items())
    panel = RunPanel(RunModel(Workbench(session)))
    assert [value for _, value in panel.formats.options] == list(OUTPUTS)


def test_a_new_one_is_an_entry_and_a_writer(session: Session, plan: Any, tmp_path: Path, lines: str) -> None:
    assert_same_however_made(session, plan, tmp_path, lines)
    panel = RunPanel(RunModel(Workbench(session)))
    panel.formats.value = lines
    assert "lines" in panel.model.magic_line()
