"""A run's files read back: cells of CSV as values of the schema's types."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from datalchemy_nb.constraints.types import dtype_of
from datalchemy_nb.contracts.run import TableManifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import UsageError


def scan(directory: Path, table: TableManifest, schema: DatabaseSchema | None) -> pl.LazyFrame:
    """Scan a table of a run, lazily: nothing is read before rows are asked for.

    Args:
        directory: the run's.
        table: its entry in the run's manifest.
        schema: the types of the cells of a CSV; None = text. A Parquet file has the same types itself, and is taken
            where there is one.

    Returns:
        Columns in the file's order. A cell that is no value of its type is an error when it is read.

    Raises:
        UsageError: the table lies in parts that this machine cannot see.
    """
    if table.parts:
        frame = _parts(directory, table)
    else:
        names = [table.file, *(other.file for other in table.others)]
        typed_file = next((name for name in names if name.endswith(".parquet")), None)
        if typed_file is not None:
            return pl.scan_parquet(directory / typed_file)
        frame = pl.scan_csv(directory / table.file, infer_schema=False)
    if schema is None or table.ref not in schema.tables or table.file.endswith(".parquet"):
        return frame
    by_name = schema.tables[table.ref].by_name
    dtypes = {name: dtype_of(by_name[name].column_type, schema) for name in table.columns if name in by_name}
    return frame.with_columns(
        _reading(pl.col(name), dtype, strict=True) for name, dtype in dtypes.items() if not isinstance(dtype, pl.String)
    )


def _parts(directory: Path, table: TableManifest) -> pl.LazyFrame:
    paths = [directory / part.file for part in table.parts if "://" not in part.file]
    if len(paths) < len(table.parts) or not all(path.is_file() for path in paths):
        raise UsageError(
            f"{table.ref} lies in parts that were not merged, and not all are here",
            hint="read them where they lie: the run's manifest names them",
        )
    if table.file.endswith(".parquet"):
        return pl.scan_parquet(paths)
    # The first part of a CSV alone has the header.
    first, *others = paths
    head = pl.scan_csv(first, infer_schema=False)
    text = dict.fromkeys(table.columns, pl.String())
    return pl.concat([head, *(pl.scan_csv(path, has_header=False, schema=text) for path in others)])


def typed(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Cells as values of the column's type; as they stand where one of them does not fit."""
    if values.dtype == dtype or isinstance(dtype, pl.String):
        return values.cast(pl.String) if isinstance(dtype, pl.String) else values
    if not isinstance(values.dtype, pl.String):
        read = values.cast(dtype, strict=False)
    else:
        read = pl.select(_reading(pl.lit(values), dtype, strict=False)).to_series()
    return read.alias(values.name) if read.null_count() == values.null_count() else values.cast(pl.String)


def _reading(cell: pl.Expr, dtype: pl.DataType, *, strict: bool) -> pl.Expr:
    """A cell of text read as a value; a cell that is none is null, or an error where reading is strict."""
    if isinstance(dtype, pl.Boolean):
        word = cell.str.to_lowercase()
        words = {"true": True, "t": True, "false": False, "f": False}
        if strict:
            return word.replace_strict(words, return_dtype=pl.Boolean)
        return word.replace_strict(words, default=None, return_dtype=pl.Boolean)
    if isinstance(dtype, pl.Datetime):
        plain = cell.str.replace(" ", "T", literal=True).str.replace(r"(Z|[+-]00(:?00)?)$", "")
        moment = plain.str.strptime(pl.Datetime("us"), "%Y-%m-%dT%H:%M:%S%.f", strict=strict)
        if not dtype.time_zone:
            return moment
        if strict:
            return moment.dt.replace_time_zone("UTC")
        zoned = cell.str.strptime(pl.Datetime("us", "UTC"), "%Y-%m-%d %H:%M:%S%.f%#z", strict=False)
        return pl.coalesce(moment.dt.replace_time_zone("UTC"), zoned)
    if isinstance(dtype, pl.Date):
        return cell.str.strptime(pl.Date, "%Y-%m-%d", strict=strict)
    if isinstance(dtype, pl.Time):
        return cell.str.strptime(pl.Time, "%H:%M:%S%.f", strict=strict)
    return cell.cast(dtype, strict=strict)
