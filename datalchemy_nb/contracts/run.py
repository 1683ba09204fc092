"""What a run leaves behind: generation_report.json and manifest.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from datalchemy_nb.contracts.base import Contract, canonical_sha256
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import OutputError

MANIFEST_VERSION = "1"
BLOCK_ROWS = 65_536
"""Rows per block of a manifest's digests; row 0 starts block 0."""


MANY_BLOCKS = 4_096
"""A table with more blocks than this (268 million rows) has their digests in a file of its own."""
DIGEST_BYTES = 16
"""Of a column and block in such a file: the columns of a block in file order, block after block, nothing else."""
DIGESTS = "digests"
"""What the names of such files end in, behind a dot."""


def _plain_name(name: str) -> str:
    """A manifest may come from anyone: what it names lies beside it."""
    if name in ("", ".", "..") or set(name) & set("/\\:\0"):
        raise ValueError(f"{name!r} is no name of a file in the run's own directory")
    return name


PROBED = 256
"""Rows of a table's probe."""
FileName = Annotated[str, AfterValidator(_plain_name)]
"""The name of a file beside the document that names it."""


def _is_none(value: object) -> bool:
    return value is None


SEAL = "seal"
"""The field of a manifest that holds the hash of the others."""
RunStatus = Literal["complete", "partial", "failed"]


class TableReport(Contract):
    """Counters of one finished table."""

    schema_name: str = Field(alias="schema")
    table: str
    rows_requested: int
    rows_generated: int
    retries: int = 0
    """Rows redrawn, summed over attempts."""
    bytes_written: int = 0
    duration_ms: int = 0


class ReportIssue(Contract):
    """A warning or an unsupported feature met by a run; absent keys are omitted."""

    level: Literal["warning", "error"]
    code: str
    message: str
    path: str | None = None
    schema_name: str | None = Field(default=None, alias="schema")
    table: str | None = None
    column: str | None = None
    generator_id: str | None = None
    hint: str | None = None

    @model_serializer(mode="wrap")
    def _omit_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {k: v for k, v in handler(self).items() if v is not None or k == "path"}


class GenerationReport(Contract):
    """generation_report.json: truthful counters of one run."""

    run_id: str
    status: RunStatus = "complete"
    tables: tuple[TableReport, ...]
    retries_total: int = 0
    generator_usage: dict[str, int] = {}
    """Cells made per generator id."""
    transform_usage: dict[str, int] = {}
    fallback_count: int = 0
    """Columns without a rule, filled by their type's default generator."""
    heuristic_count: int = 0
    unknown_generator_id_count: int = 0
    pii_columns_touched: dict[str, int] = {}
    """Columns (not values) per tag."""
    warnings_by_code: dict[str, int] = {}
    duration_ms: int = 0
    bytes_written: int = 0
    throughput_bytes_per_sec: float = 0.0
    peak_memory_bytes: int | None = None
    chunk_rows: int | None = None
    workers: int | None = None
    warnings: tuple[ReportIssue, ...] = ()
    unsupported: tuple[ReportIssue, ...] = ()


class BlockDigest(Contract):
    """Digest of up to 65,536 consecutive rows: the whole block, and each column of it."""

    first_row: int
    rows: int
    columns: tuple[str, ...]
    """One digest per column, in file order (see datalchemy_nb.export.digest)."""


class DataFileManifest(Contract):
    """A further file with the same rows, in another format."""

    file: FileName
    bytes: int
    sha256: str


class PartManifest(Contract):
    """Some rows of a table, in a file of their own."""

    file: str
    """A path, within the run directory or absolute, or a URL as ``s3://bucket/runs/...``."""
    first_row: int
    rows: int
    bytes: int
    sha256: str


class TableManifest(Contract):
    """One table's data: its file (CSV, unless the run made Parquet only), or the parts it lies in."""

    schema_name: str = Field(alias="schema")
    table: str
    file: str
    rows: int
    bytes: int
    sha256: str | None
    """Of the whole file, equal to ``sha256sum FILE``; null where the table lies in parts that were not merged."""
    columns: tuple[str, ...]
    blocks: tuple[BlockDigest, ...]
    others: tuple[DataFileManifest, ...] = ()
    """Parquet beside CSV."""
    parts: tuple[PartManifest, ...] = ()
    """In the order of the rows; CSV parts put behind one another are the whole file."""
    probe: tuple[str, ...] = ()
    """Digest of the first `PROBED` rows of each column: what feeds bytes, pinned by what it gives. It is made again
    before the next run, and tells then which columns will differ."""
    digests: DataFileManifest | None = None
    """Where a table has more than 4,096 blocks, the file that holds their digests in place of ``blocks``: 16 bytes a
    column, the columns of a block in file order, block after block."""

    @model_serializer(mode="wrap")
    def _omit_no_parts(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {k: v for k, v in handler(self).items() if k not in ("parts", "probe", "digests") or v}

    @model_validator(mode="after")
    def _names_own_files(self) -> Self:
        if not self.parts:
            _plain_name(self.file)
        elif self.file != self.parts[0].file:
            raise ValueError(f"{self.file!r} is not the first of the parts")
        return self

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)

    def path(self, directory: Path) -> Path:
        """Return where the table's file lies.

        Raises:
            OutputError: the table lies in parts, so that no file holds it.
        """
        if self.parts:
            raise OutputError(
                f"{self.ref} lies in {len(self.parts)} parts, not in one file",
                hint="generate without --no-merge",
            )
        return directory / self.file


class Manifest(Contract):
    """manifest.json: everything needed to tell whether two runs made the same bytes, and where they differ."""

    manifest_version: str = MANIFEST_VERSION
    output_version: int
    run_id: str
    seed: int
    plan_sha256: str
    schema_fingerprint: str
    existing_sha256: str | None = Field(default=None, exclude_if=_is_none)
    """Of the keys of rows that the database held (existing.json), where the plan keeps or appends to some."""
    package_version: str
    dependencies: dict[str, str] = {}
    """Versions of the packages that could change bytes."""
    block_rows: int = BLOCK_ROWS
    tables: tuple[TableManifest, ...]

    @model_validator(mode="before")
    @classmethod
    def _is_as_written(cls, document: Any) -> Any:
        """A seal is the hash of all the rest; documents of earlier versions have none."""
        if isinstance(document, dict) and SEAL in document:
            rest = {key: value for key, value in document.items() if key != SEAL}
            if canonical_sha256(rest) != document[SEAL]:
                raise ValueError("the manifest is not as it was written: its seal does not fit; copy it again")
        return document

    @model_serializer(mode="wrap")
    def _sealed(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        plain: dict[str, Any] = handler(self)
        return plain | {SEAL: canonical_sha256(plain)} if info.mode == "json" and info.by_alias else plain

    @property
    def by_ref(self) -> dict[TableRef, TableManifest]:
        """Tables by reference."""
        return {table.ref: table for table in self.tables}
