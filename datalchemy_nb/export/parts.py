"""A part: some blocks of one table, made by a worker that knows nothing but where plan and schema lie.

A part is a file per format, and behind them a record of its blocks, written last. A part that has its record is not
made again, so that a task that runs twice, or again after everything was killed, changes nothing.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import xxhash
from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import BLOCK_ROWS, BlockDigest, DataFileManifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import OutputError, UsageError
from datalchemy_nb.export import heap
from datalchemy_nb.export.checkpoint import Head
from datalchemy_nb.export.datafile import Mark
from datalchemy_nb.export.formats import Format
from datalchemy_nb.export.making import make
from datalchemy_nb.export.place import Place
from datalchemy_nb.export.rundir import PLAN, SCHEMA
from datalchemy_nb.export.tablefile import Lying, Made, TableFile
from datalchemy_nb.export.versions import differences, head_of
from datalchemy_nb.export.writers import WRITERS
from datalchemy_nb.generate.engine import Chunk, chunks_of
from datalchemy_nb.generate.redrawing import Counters
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.plan import ResolvedPlan

PART_ROWS = 16 * BLOCK_ROWS
"""Rows of a part: about a second of work, and a tenth of a gigabyte."""

_PARTS_AT_MOST = 1 << 16


def part_rows(rows: int, least: int) -> int:
    """Return the rows of a table's parts: so many that a scheduler need not count millions of parts."""
    return max(least, -(-rows // (_PARTS_AT_MOST * BLOCK_ROWS)) * BLOCK_ROWS)


@dataclass(frozen=True)
class Task:
    """Rows ``first`` to ``stop - 1`` of a table, to be made at a place.

    Attributes:
        head: of the process that asks; a worker that would make other bytes refuses.
        resolved: where the plan lies resolved, and the SHA-256 of the file; None = the worker resolves it.
    """

    place: str
    ref: TableRef
    first: int
    stop: int
    formats: tuple[Format, ...]
    head: Head
    resolved: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """Name of the part's files, without suffix; in the order of the rows."""
        return f"{self.ref.file_stem}-{self.first:015}"


class PartBlock(Contract):
    """One block of a part.

    Attributes:
        bytes: per format, how long its piece of the file is.
        checksums: XXH3-64 of the piece.
        records: per format, what belongs to the piece and stands elsewhere in the file: of Parquet its record in the
            footer as if it were the first, in base64.
    """

    block: BlockDigest
    bytes: dict[str, int]
    checksums: dict[str, str]
    records: dict[str, str] = {}
    retries: int = 0
    unmet: dict[str, int] = {}


class Part(Contract):
    """The record of a part.

    Attributes:
        begin: per format, where the first block's piece begins.
        files: per format.
        probe: digests of the table's first rows, when it holds them.
        marks: of a part that is a whole table, per block and format, where its file had come to. Only who has just made
            the part tells them: they are in no file, so that a part found later is read and checked.
    """

    schema_name: str = Field(alias="schema")
    table: str
    first_row: int
    rows: int
    begin: dict[str, int]
    files: dict[str, DataFileManifest]
    blocks: tuple[PartBlock, ...]
    probe: tuple[str, ...] = ()
    marks: tuple[dict[str, Mark], ...] = Field(default=(), exclude=True)

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)

    @property
    def bytes(self) -> int:
        """Of all its files."""
        return sum(file.bytes for file in self.files.values())

    @property
    def unmarked(self) -> Part:
        """The same, to be read and checked: another machine's word for what lies on a shared disk is not taken."""
        return self.model_copy(update={"marks": ()})


def make_part(task: Task) -> Part:
    """Make a part, or find that it is made; runs on a worker.

    Raises:
        UsageError: this worker would make other bytes.
        OutputError: the place cannot be written.
        GenerationError: a row could not be made.
    """
    place = Place(task.place)
    engine = _engine(task.place, task.formats, task.head.model_dump_json(), task.resolved)
    with heap.kept():
        return found(place, task) or _made(place, task, engine)


def found(place: Place, task: Task) -> Part | None:
    """Return the record of a part that was made before and is all there."""
    text = place.read_text(f"{task.name}.json")
    if text is None:
        return None
    part = Part.from_json(text)
    same = (part.first_row, part.rows, set(part.files)) == (task.first, task.stop - task.first, set(task.formats))
    there = all(place.size(file.file) == file.bytes for file in part.files.values())
    return part if same and there else None


def _made(place: Place, task: Task, engine: Engine) -> Part:
    columns = [(column.name, column.dtype) for column in engine.plan.tables[task.ref].columns]
    blocks: list[PartBlock] = []
    marks: list[dict[str, Mark]] = []
    probe: tuple[str, ...] = ()
    whole = (task.first, task.stop) == (0, engine.plan.tables[task.ref].rows)
    with place.room() as room:
        table = TableFile(task.ref, columns, room, task.formats, header=task.first == 0)
        begin = table.sizes
        for chunk in chunks_of(task.ref, task.stop, BLOCK_ROWS, task.first):
            made, counters = make(engine, chunk, task.formats)
            table.add(made, chunk.stop - chunk.start, last=chunk.stop == task.stop)
            blocks.append(_block(chunk, made, counters))
            probe = probe or made.probe
            if whole:
                # What stands behind the last row must be hashed behind the rest.
                marks.append({name: mark for name, mark in table.marks.items() if name not in blocks[-1].records})
        written = table.finish()
        own = DataFileManifest(file=written.file, bytes=written.bytes, sha256=written.sha256 or "")
        files = {
            suffix: _taken(place, task, suffix, room, file)
            for suffix, file in zip(task.formats, (own, *written.others), strict=True)
        }
    part = Part(
        schema_name=task.ref.schema,
        table=task.ref.table,
        first_row=task.first,
        rows=task.stop - task.first,
        begin=begin,
        files=files,
        blocks=tuple(blocks),
        probe=probe,
        marks=tuple(marks),
    )
    place.write_text(f"{task.name}.json", part.to_json())
    return part


def _taken(place: Place, task: Task, suffix: Format, room: Path, file: DataFileManifest) -> DataFileManifest:
    name = f"{task.name}.{suffix}"
    place.take(room / file.file, name)
    return file.model_copy(update={"file": name})


def _block(chunk: Chunk, made: Made, counters: Counters) -> PartBlock:
    pieces = {suffix: WRITERS[suffix].packed(part) for suffix, part in made.parts.items()}
    return PartBlock(
        block=BlockDigest(first_row=chunk.start, rows=chunk.stop - chunk.start, columns=made.digests or ()),
        bytes={suffix: sum(map(len, own)) for suffix, (own, _) in pieces.items()},
        checksums={suffix: _checksum(own) for suffix, (own, _) in pieces.items()},
        records={suffix: record for suffix, (_, record) in pieces.items() if record},
        retries=counters.retries[chunk.ref],
        unmet={name: count for (_, name), count in counters.unmet.items()},
    )


def _checksum(pieces: Iterable[bytes]) -> str:
    """XXH3-64 of the pieces behind one another."""
    hasher = xxhash.xxh3_64()
    for piece in pieces:
        hasher.update(piece)
    return hasher.hexdigest()


@lru_cache(maxsize=4)
def _engine(url: str, formats: tuple[Format, ...], head: str, ready: tuple[str, str] | None) -> Engine:
    """Read plan and schema where they lie, and resolve them; once for all parts of a run."""
    resolved = (_ready(*ready) if ready is not None else None) or _resolved(url)
    wanted = Head.from_json(head)
    other = differences(wanted, head_of(resolved, formats, wanted.parts))
    if other:
        raise UsageError(
            f"a worker would make other bytes: its {' and '.join(other)} differ from this process's",
            hint="install the same versions of datalchemy_nb, polars, numpy and faker on every worker",
        )
    return Engine(resolved)


def laid(plan: ResolvedPlan, room: Path) -> tuple[str, str] | None:
    """Lay a resolved plan where workers of this machine take it from; None where something of it is no data.

    Args:
        plan: the plan.
        room: a directory of this user alone.

    Returns:
        Where it lies, and the SHA-256 of the file: pickles can do harm, so workers take no other than this one.
    """
    try:
        body = pickle.dumps(plan, protocol=5)
    except Exception:  # noqa: BLE001  # pickling raises whatever its objects raise; workers resolve the plan instead
        return None
    path = room / "resolved"
    path.write_bytes(body)
    return str(path), hashlib.sha256(body).hexdigest()


def _ready(path: str, sha256: str) -> ResolvedPlan | None:
    """Return the plan that was laid; None where it is not what was told."""
    try:
        body = Path(path).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest() != sha256:
        return None
    found = pickle.loads(body)  # noqa: S301  # who sent the task, and with it this function, made it
    return found if isinstance(found, ResolvedPlan) else None


def _resolved(url: str) -> ResolvedPlan:
    from datalchemy_nb.generate.known import settled

    place = Place(url)
    texts = [place.read_text(name) for name in (PLAN, SCHEMA)]
    if None in texts:
        raise OutputError(
            f"a worker finds no {PLAN} in {url}",
            hint="parts must lie where this process and all workers can write (--parts)",
        )
    plan, schema = (text or "" for text in texts)
    return settled(Plan.from_json(plan), DatabaseSchema.from_json(schema))


def blocks_of(place: Place, part: Part, *, read: bool) -> Iterator[tuple[Chunk, tuple[Made, Counters]]]:
    """Yield a part's blocks as if they had been made here.

    Args:
        place: where the part lies.
        part: its record.
        read: bring the pieces of its files; otherwise they stay where they are. Those of a part just made that is a
            whole table are brought only where its file cannot be taken over.

    Raises:
        OutputError: the files are not what the record says.
    """
    at = dict(part.begin)
    lies = _lies(place, part) if read else {}
    marks, probe = iter(part.marks), part.probe
    for block in part.blocks:
        first, rows = block.block.first_row, block.block.rows
        told = next(marks, {})
        pieces: dict[str, Any] = {}
        for suffix in part.files if read else ():
            bring = partial(_piece, place, part, suffix, at[suffix], block)
            pieces[suffix] = Lying(bring, told[suffix]) if suffix in told else bring()
        counters = Counters()
        counters.retries[part.ref] += block.retries
        counters.unmet.update({(part.ref, name): count for name, count in block.unmet.items()})
        elsewhere = 0 if read else sum(block.bytes.values())
        made = Made(pieces, None, block.block.columns, elsewhere, probe, lies)
        lies, probe = {}, ()
        yield Chunk(part.ref, first, first + rows), (made, counters)
        at = {suffix: offset + block.bytes[suffix] for suffix, offset in at.items()}


def _lies(place: Place, part: Part) -> dict[Format, tuple[Path, int]]:
    """Where files lie that a table's own can go on from: those of its first part, on a disk of this machine."""
    if part.first_row:
        return {}
    paths = {suffix: place.local(file.file) for suffix, file in part.files.items()}
    sizes = {suffix: begin + sum(block.bytes[suffix] for block in part.blocks) for suffix, begin in part.begin.items()}
    return {suffix: (path, sizes[suffix]) for suffix, path in paths.items() if path is not None}


def _piece(place: Place, part: Part, suffix: str, offset: int, block: PartBlock) -> Any:
    name = part.files[suffix].file
    with place.reading(name) as file:
        file.seek(offset)
        data = file.read(block.bytes[suffix])
    if _checksum([data]) != block.checksums[suffix]:
        place.remove(names_of(part)["record"])
        raise OutputError(f"{place.url}/{name} is not what a worker wrote", hint="resume the run: it is made again")
    return WRITERS[suffix].unpacked(data, block.records.get(suffix, ""))


def names_of(part: Part) -> Mapping[str, str]:
    """Names of a part's files, its record included."""
    suffix, file = next(iter(part.files.items()))
    return {
        "record": f"{file.file.removesuffix(suffix)}json",
        **{suffix: file.file for suffix, file in part.files.items()},
    }
