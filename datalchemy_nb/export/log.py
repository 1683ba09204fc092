"""logs.ndjson: run events and warnings, one JSON object a line; never a value of a row or a secret."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from datalchemy_nb.export.datafile import cannot_write


class RunLog:
    """Appends events to a run's log."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file: TextIO = path.open("a", encoding="utf-8")
        except OSError as error:
            raise cannot_write(path, error) from None

    def event(self, name: str, level: str = "INFO", **fields: Any) -> None:
        """Write one event with its time (UTC).

        Raises:
            OutputError: the disk is full, or worse.
        """
        record = {
            "timestamp": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "fields": {"event": name, **fields},
            "target": "datalchemy_nb",
        }
        try:
            self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            raise cannot_write(self._path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # What could not be written was told by the event that failed.
        with contextlib.suppress(OSError):
            self._file.close()
