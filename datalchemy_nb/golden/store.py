"""Goldens on disk: one ``<name>.golden.json`` each, in a directory."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.run import DIGESTS
from datalchemy_nb.errors import ContractError, GoldenError, did_you_mean
from datalchemy_nb.files import partial, remove, replace, sweep

SUFFIX = ".golden.json"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")


def save(golden: Golden, directory: Path | str, *, force: bool = False, run: Path | None = None) -> Path:
    """Keep a golden in a directory, which is made if missing.

    Args:
        golden: what later runs must reproduce; its name is letters, digits, dot, dash and underscore.
        directory: where goldens live.
        force: replace a golden of that name.
        run: where the files of digests lie that its manifest names; they are copied beside it.

    Returns:
        The file's path.

    Raises:
        GoldenError: the name is not allowed or taken, or the file cannot be written.
    """
    path = _path(golden.name, directory)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not force:
            raise GoldenError(
                f"golden {golden.name!r} exists already", hint="choose another name, or replace it with force"
            )
        sweep(path.parent, SUFFIX)
        if run is not None:
            golden = _with_digests(golden, run, path.parent)
        replace({path: golden.to_json()})
    except OSError as error:
        raise GoldenError(
            f"cannot write {path}: {error.strerror or error}",
            hint="free some space, or name a place you may write to (goldens_dir)",
        ) from None
    return path


def load(name: str, directory: Path | str) -> Golden:
    """Read a golden.

    Raises:
        GoldenError: there is none of that name, or its file is malformed.
    """
    path = _path(name, directory)
    if not path.is_file():
        known = names(directory)
        listed = f"there are: {', '.join(known)}" if known else "`golden save` makes one"
        raise GoldenError(f"no golden {name!r} in {directory}", hint=did_you_mean(name, known) or listed)
    try:
        return Golden.read(path)
    except ContractError as error:
        raise GoldenError(error.message) from None


def delete(name: str, directory: Path | str) -> None:
    """Forget a golden.

    Raises:
        GoldenError: there is none of that name, or its file cannot be removed.
    """
    path = _path(name, directory)
    try:
        beside = digests_of(name, directory)
        path.unlink()
        remove(*beside)
    except FileNotFoundError:
        raise GoldenError(f"no golden {name!r} in {directory}") from None
    except OSError as error:
        raise GoldenError(f"{path}: {error.strerror or error}") from None


def digests_of(name: str, directory: Path | str) -> list[Path]:
    """Files of digests that lie beside a golden, for tables with many blocks."""
    return sorted(path for path in Path(directory).glob(f"{name}.golden.*.{DIGESTS}") if path.is_file())


def _with_digests(golden: Golden, run: Path, directory: Path) -> Golden:
    """Copy the files of digests that a manifest names, and name the copies.

    Raises:
        OSError: they cannot be copied.
    """
    before, tables = set(digests_of(golden.name, directory)), []
    for table in golden.manifest.tables:
        if table.digests is not None:
            copy = directory / f"{golden.name}.golden.{table.digests.file}"
            shutil.copyfile(run / table.digests.file, partial(copy))
            os.replace(partial(copy), copy)
            before.discard(copy)
            table = table.model_copy(update={"digests": table.digests.model_copy(update={"file": copy.name})})
        tables.append(table)
    remove(*before)
    manifest = golden.manifest.model_copy(update={"tables": tuple(tables)})
    return golden.model_copy(update={"manifest": manifest})


def names(directory: Path | str) -> list[str]:
    """Names of the goldens in a directory, sorted; none if there is no such directory."""
    found = (path.name.removesuffix(SUFFIX) for path in Path(directory).glob(f"*{SUFFIX}") if path.is_file())
    return sorted(name for name in found if _NAME.match(name))


def _path(name: str, directory: Path | str) -> Path:
    if not _NAME.match(name):
        raise GoldenError(
            f"{name!r} cannot name a golden",
            hint="use letters, digits, '.', '-' and '_', at most 100, not starting with '.' or '-'",
        )
    return Path(directory) / f"{name}{SUFFIX}"
