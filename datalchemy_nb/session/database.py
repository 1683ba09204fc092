"""The verbs that talk to a server: connect, introspect, profile, load."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.names import TableRef, names_of, pick
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import LoadError, OutputError, UsageError
from datalchemy_nb.export.rundir import LOADS, RunDirectory, write_atomic
from datalchemy_nb.results.base import (
    Connected,
    LoadResult,
    ProfileResult,
    Run,
    SchemaResult,
    TableResult,
    UnloadResult,
)
from datalchemy_nb.session.state import Place, PlanSource, State, threads, whole

if TYPE_CHECKING:
    from datalchemy_nb.contracts.load import LoadHistory, LoadRecord, LoadReport
    from datalchemy_nb.introspect.connection import ConnectionInfo
    from datalchemy_nb.introspect.options import IntrospectOptions
    from datalchemy_nb.load.source import FileSource, RowSource


_SourceParts = tuple[Path | str | Sequence[Path | str] | None, str | None, str | None, str | None]
"""Schema files, a command, models of SQLAlchemy, a settings module of Django."""


def _joined(*told: str) -> str:
    """Remarks as one; empty ones say nothing."""
    return "; ".join(text for text in told if text)


def _text_of(path: Path | str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text"
        raise UsageError(f"{path} cannot be read: {reason}") from None


def _place(info: ConnectionInfo) -> Place:
    return (info.host, str(info.port), info.database)


class DatabaseVerbs(State):
    """Connect, introspect, profile, load."""

    def connect(
        self, conninfo: str | Mapping[str, object] | None = None, *, env: Path | str | None = None
    ) -> Connected:
        """Try a connection (read-only) and keep it as the session's database.

        A schema read from another database is put aside, and the result says so.

        Args:
            conninfo: URL or key=value string, as any client writes it, or a mapping of settings (libpq's keywords, or
                an entry of Django's DATABASES); None = DATABASE_URL, PG* variables, service file, ~/.pgpass.
            env: take DATABASE_URL from this .env file instead; nothing else in it is used.

        Raises:
            ConnectionFailed: no answer, or refused.
            UsageError: a connection and a file were both named, or the file does not say DATABASE_URL.
        """
        from datalchemy_nb.introspect.connection import ConnectionInfo, Target, connect
        from datalchemy_nb.introspect.conninfo import database_url, written

        if isinstance(conninfo, Mapping):
            conninfo = written(conninfo)
        if env is not None:
            if conninfo is not None:
                raise UsageError("connect takes a connection or a file that tells it, not both")
            conninfo = database_url(Path(env))
        with connect(conninfo) as connection:
            info = ConnectionInfo.of(connection)
        target = Target.resolve(conninfo)
        self._conninfo, self.database = conninfo, target.redacted.redacted
        note = _joined(target.remark, self._leave(_place(info)))
        return Connected(
            redacted=self.database,
            user=info.user,
            host=info.host,
            port=info.port,
            database=info.database,
            server_version=info.server_version,
            note=note,
        )

    def introspect(
        self,
        conninfo: str | None = None,
        *,
        ddl: Path | str | Sequence[Path | str] | None = None,
        ddl_command: str | None = None,
        sqlalchemy: str | None = None,
        django: str | None = None,
        schemas: str | Sequence[str] | None = None,
        out: Path | str | None = None,
        run_dir: Path | str | None = None,
        include_system_schemas: bool = False,
        include_views: bool = True,
        include_materialized_views: bool = True,
        include_foreign_tables: bool = True,
        include_indexes: bool = True,
        include_comments: bool = True,
    ) -> SchemaResult:
        """Read the catalog; the result becomes the session's schema.

        A plan for other tables, of another database, is put aside, and the result says so. With a source (`ddl` and the
        three after it) the schema is made first, in a new database: of the embedded server, which runs on until the
        session is closed, and to which the session is connected then; or, where `conninfo` is given, of that server,
        and it is dropped again.

        Args:
            conninfo: as for `connect`; None = the session's connection, or with a source the embedded server.
            ddl: schema files, or directories of them, run in this order; statements that the server refuses are tried
                again after the last, and then left out and named, unless no table is left.
            ddl_command: a shell command that makes the schema in the database that DATABASE_URL and PG* name.
            sqlalchemy: ``package.module:name`` of a MetaData or a declarative base, whose tables are made.
            django: a settings module, whose migrations are run.
            schemas: only these database schemas; a text is one name.
            out: also write schema.json here.
            run_dir: also write a run directory (schema, metrics, config, log) in here.
            include_system_schemas: also pg_catalog and information_schema.
            include_views: also views.
            include_materialized_views: also materialized views.
            include_foreign_tables: also foreign tables.
            include_indexes: read indexes; unique indexes shape data.
            include_comments: read comments.

        Raises:
            ConnectionFailed: no answer, or refused.
            IntrospectionError: a named schema does not exist, or what makes the schema failed.
            ContractError: a schema file is missing, or cannot be read.
        """
        from datalchemy_nb.export.rundir import write_out
        from datalchemy_nb.introspect.options import IntrospectOptions

        started = time.perf_counter()
        options = IntrospectOptions(
            include_system_schemas=include_system_schemas,
            include_views=include_views,
            include_materialized_views=include_materialized_views,
            include_foreign_tables=include_foreign_tables,
            include_indexes=include_indexes,
            include_comments=include_comments,
            schemas=names_of(schemas) or None,
        )
        source = (ddl, ddl_command, sqlalchemy, django)
        note, left_out = "", tuple[str, ...]()
        if source == (None, None, None, None):
            note = self._read_catalog(conninfo if conninfo is not None else self._conninfo, options)
        else:
            note, left_out = self._read_made(source, conninfo, options)
        schema = self._need_schema()
        seconds = time.perf_counter() - started
        if out is not None:
            write_out(Path(out), schema.to_json())
        directory = self._record(options, seconds, run_dir) if run_dir is not None else None
        return SchemaResult(schema, directory, seconds, note, left_out)

    def _read_catalog(self, where: str | None, options: IntrospectOptions) -> str:
        """Introspect a database and make it the session's; return what is to be said about the plan."""
        from datalchemy_nb.introspect.catalog import introspect
        from datalchemy_nb.introspect.connection import ConnectionInfo, Target, connect

        with connect(where) as connection:
            place, schema = _place(ConnectionInfo.of(connection)), introspect(connection, options)
        target = Target.resolve(where)
        self._conninfo, self.database = where, target.redacted.redacted
        return _joined(target.remark, self._adopt(schema, place, introspected=True))

    def _read_made(
        self, parts: _SourceParts, conninfo: str | None, options: IntrospectOptions
    ) -> tuple[str, tuple[str, ...]]:
        """Make a schema from its source, and introspect it; also what was left out."""
        from datalchemy_nb.demo import EmbeddedServer
        from datalchemy_nb.introspect.catalog import introspect
        from datalchemy_nb.introspect.connection import connect
        from datalchemy_nb.scratch.making import Source, made_on, make_on_embedded

        ddl, command, sqlalchemy, django = parts
        files = () if ddl is None else (ddl,) if isinstance(ddl, Path | str) else tuple(ddl)
        source = Source(tuple(map(Path, files)), command, sqlalchemy, django)
        if conninfo is None:
            self._demo = self._demo or EmbeddedServer()
            url, left_out = make_on_embedded(self._demo, source)
            return self._read_catalog(url, options), left_out
        with made_on(conninfo, source) as (url, left_out), connect(url) as connection:
            schema = introspect(connection, options)
        return self._adopt(schema, ("made", source.told), introspected=False), left_out

    def profile(
        self,
        conninfo: str | None = None,
        *,
        schemas: str | Sequence[str] | None = None,
        out: Path | str | None = None,
        allow_histograms: bool = False,
        k: int = 10,
        statistics_only: bool = False,
        seconds: int = 60,
        queries: Path | str | None = None,
        results: Sequence[Path | str] | Path | str = (),
        dump: Path | str | None = None,
    ) -> ProfileResult:
        """Read aggregates of a real database: its own statistics, and what holds in it, counted on the server.

        No row leaves the server: counts, means and, where asked for, values that many rows have.

        Args:
            conninfo: as for `connect`; None = the session's connection.
            schemas: only these database schemas; a text is one name.
            out: also write the profile here, with the audit log of every query.
            allow_histograms: also means of buckets of numbers and moments, and values that at least k rows have; never
                of personal columns.
            k: counts of rows below it are not told; 5 or more.
            statistics_only: count nothing: only what PostgreSQL's planner keeps of itself.
            seconds: time limit of each query that counts; one that takes longer is told as not counted.
            queries: connect to nothing: write here the queries that come next, for somebody else to run with psql. They
                come in three rounds, each of which needs the answers of those before.
            results: files with the answers so far.
            dump: connect to nothing: read statistics that `pg_dump --statistics-only` of PostgreSQL 18 wrote.

        Raises:
            UsageError: `queries`, `results` or `dump` without a schema, or a file of another kind.
            ConnectionFailed: no answer, or refused.
            IntrospectionError: the server refused a query.
        """
        from datalchemy_nb.export.rundir import write_out
        from datalchemy_nb.introspect.catalog import introspect
        from datalchemy_nb.introspect.connection import Target, connect
        from datalchemy_nb.introspect.options import IntrospectOptions
        from datalchemy_nb.introspect.profile import profile

        whole("k", k, 1)
        whole("seconds", seconds, 1)
        given = (results,) if isinstance(results, Path | str) else tuple(results)
        if queries is not None or given or dump is not None:
            return self._profile_of_files(queries, given, dump, out, k=k, seconds=seconds, values=allow_histograms)
        where = conninfo if conninfo is not None else self._conninfo
        target = Target.resolve(where)
        with connect(where) as connection:
            only = names_of(schemas) or None
            options = IntrospectOptions(schemas=tuple(only) if only else None, include_views=False)
            found = profile(
                connection,
                source=target.redacted.redacted,
                schemas=only,
                allow_histograms=allow_histograms,
                k=k,
                schema=None if statistics_only else introspect(connection, options),
                seconds=seconds,
            )
        if out is not None:
            write_out(Path(out), found.to_json())
        return ProfileResult(found, Path(out) if out is not None else None, target.remark)

    def _profile_of_files(
        self,
        queries: Path | str | None,
        results: Sequence[Path | str],
        dump: Path | str | None,
        out: Path | str | None,
        *,
        k: int,
        seconds: int,
        values: bool,
    ) -> ProfileResult:
        """A profile from answers or statistics in files; or the queries that come next."""
        from datalchemy_nb.export.rundir import write_out
        from datalchemy_nb.introspect.offline import Offline, from_dump

        schema = self._need_schema()
        if dump is not None:
            found = from_dump(_text_of(dump), schema, source=Path(dump).name, k=k, allow_histograms=values)
            note = ""
        else:
            lines = [line for path in results for line in _text_of(path).splitlines()]
            offline = Offline(schema, k=k, values=values, lines=lines)
            left = offline.open()
            if queries is not None:
                write_out(Path(queries), offline.script(seconds))
            found = offline.profile(", ".join(Path(path).name for path in results) or "nothing yet")
            todo = f"{len(left)} questions come next"
            note = (
                f"{todo}: psql -XAtq -f {queries} DATABASE > answers.jsonl"
                if left and queries
                else todo
                if left
                else ""
            )
        if out is not None:
            write_out(Path(out), found.to_json())
        return ProfileResult(found, Path(out) if out is not None else None, note)

    def use_schema(self, source: DatabaseSchema | Path | str) -> SchemaResult:
        """Take a schema from a file or object instead of a server.

        Raises:
            ContractError: the file is missing or no schema.json.
        """
        if isinstance(source, DatabaseSchema):
            schema, place = source, ("given", str(id(source)))
        else:
            schema, place = DatabaseSchema.read(source), ("file", str(Path(source).absolute()))
        return SchemaResult(schema, note=self._adopt(schema, place, introspected=False))

    def show_schema(self, table: str | TableRef | None = None) -> SchemaResult | TableResult:
        """Return the session's schema, or one table of it.

        Raises:
            UsageError: no schema yet, or no such table.
        """
        schema = self._need_schema()
        return SchemaResult(schema) if table is None else TableResult(pick(table, schema.tables, "the schema"), schema)

    def load(
        self,
        run: Run | Path | str | None = None,
        conninfo: str | None = None,
        *,
        stream: PlanSource | None = None,
        tables: str | TableRef | Sequence[str | TableRef] | None = None,
        commit: bool = False,
        truncate: bool = False,
        append: bool = False,
        after: Run | Path | str | None = None,
        cascade: bool = False,
        rebuild: bool = True,
        connections: int = 1,
        disable_triggers: bool = False,
        lock_timeout: int = 30,
        statement_timeout: int = 0,
        schema_map: Mapping[str, str] | None = None,
        workers: int | None = None,
        read_existing: bool = False,
        on_progress: Callable[..., None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> LoadResult:
        """COPY a run into the real tables in one transaction, every row checked; roll back unless ``commit``.

        Keys and indexes of tables that are empty are dropped first and built again, hence checked, behind the rows,
        where nothing stands against it; the result says what stayed on, and why.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            conninfo: the database; None = the session's connection.
            stream: a plan whose rows are made while they are sent, instead of a run: no file is written, and the bytes
                sent are those of the run's files. Without a schema, the target's own is read.
            tables: only these of the run.
            commit: keep the rows.
            truncate: empty the tables first.
            append: add to tables that hold rows; otherwise such tables are refused.
            after: an earlier run whose rows are there already. Its files must be how those of this run begin, byte for
                byte (see ``capacity`` in a plan's target); only the rows behind them are sent.
            cascade: with `truncate`, also empty tables outside the load that refer to these and hold rows.
            connections: over how many connections tables go that no foreign key joins. Each has a transaction of its
                own, and none commits before all have come to their end.
            rebuild: let keys and indexes of empty tables give way; otherwise they stay on.
            disable_triggers: switch user triggers off meanwhile.
            lock_timeout: seconds to wait for another session's lock; 0 = for ever.
            statement_timeout: seconds for each statement; 0 = for ever.
            schema_map: where a schema is called otherwise in the target.
            workers: threads that make rows; None = one per core.
            read_existing: with `stream`: read the keys of existing rows from the session's database, as `generate`
                does.
            on_progress: called after every block.
            cancelled: asked ten times a second.

        Raises:
            LoadError: a right is missing, a lock was not given, or PostgreSQL refused a row; nothing is kept.
            ConnectionFailed: no answer, refused, or lost.
            PlanInvalid: the plan to stream is not valid, or cannot be met.
            UsageError: a run and a plan to stream were both named, or a table is in neither.
            Cancelled: stopped; nothing is kept.
        """
        from datalchemy_nb.introspect.connection import Target
        from datalchemy_nb.load.load import load

        if cascade and not truncate:
            raise UsageError("cascade says what truncate may empty", hint="add --truncate")

        where = conninfo if conninfo is not None else self._conninfo
        if read_existing and stream is None:
            raise UsageError("a run was made with the keys it needs", hint="leave out --read-existing")
        if append and truncate:
            raise UsageError("rows are added to those there, or these go first, not both", hint="leave one out")
        if after is not None and (truncate or stream is not None):
            raise UsageError("a top-up sends the rest of a run's files", hint="leave out --truncate and --stream")
        sources: Mapping[TableRef, RowSource]
        behind: dict[str, tuple[int, int]] = {}
        if after is not None:
            behind = self._behind(run, after)
        if stream is None:
            sources, schema = self._files(run, behind)
        elif run is not None:
            raise UsageError("load takes a run or a plan to stream, not both", hint="name the database with --conninfo")
        else:
            sources, schema = self._streams(stream, where, workers, cancelled, read_existing)
        if tables is not None:
            where_from = "the run" if stream is None else "the plan"
            sources = {ref: sources[ref] for ref in [pick(table, sources, where_from) for table in names_of(tables)]}
        report = load(
            where,
            sources,
            schema,
            commit=commit,
            truncate=truncate,
            append=append or after is not None,
            cascade=cascade,
            rebuild=rebuild,
            connections=whole("connections", connections, 1, 64),
            disable_triggers=disable_triggers,
            lock_timeout_s=lock_timeout,
            statement_timeout_s=statement_timeout,
            schema_map=schema_map,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        report = report.model_copy(update={"streamed": stream is not None})
        if commit and stream is None:
            before = None if after is None else self._finished(after)[0].run_id
            self._remember(run, report, schema_map or {}, before, behind)
        target = Target.resolve(where)
        return LoadResult(report, target.redacted.redacted, target.remark)

    def unload(
        self,
        run: Run | Path | str | None = None,
        conninfo: str | None = None,
        *,
        commit: bool = False,
        lock_timeout: int = 30,
        statement_timeout: int = 0,
        cancelled: Callable[[], bool] | None = None,
    ) -> UnloadResult:
        """Delete exactly the rows that a committed load of a run made, by key; roll back unless ``commit``.

        Nothing is deleted if a row that the run did not make refers to one of them.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            conninfo: the database; None = the session's connection.
            commit: delete for good.
            lock_timeout: seconds to wait for another session's lock; 0 = for ever.
            statement_timeout: seconds for each statement; 0 = for ever.
            cancelled: asked between tables.

        Raises:
            LoadError: the run has no committed load into this database, a table has no key, a right is missing, or
                other rows refer to these; nothing is deleted.
            ConnectionFailed: no answer, refused, or lost.
            Cancelled: stopped; nothing is deleted.
        """
        from datalchemy_nb.introspect.connection import ConnectionInfo, Target, connect
        from datalchemy_nb.load.unload import unload

        where = conninfo if conninfo is not None else self._conninfo
        directory, schema, _ = self._finished(run)
        history = _history(directory)
        with connect(where) as connection:
            database = ConnectionInfo.of(connection).database
        open_ = [r for r in history.loads if r.database == database and r.unloaded_at is None]
        if not open_:
            raise LoadError(
                f"{directory.path} remembers no committed load into {database} whose rows are still there",
                hint="name the run and the database that were loaded",
            )
        record = open_[-1]
        loaded = {table.ref for table in record.tables}
        report = unload(
            where,
            {
                ref: source
                for ref, source in self._files(directory.path, record.behind)[0].items()
                if TableRef(record.schema_map.get(ref.schema, ref.schema), ref.table) in loaded
            },
            schema,
            record,
            commit=commit,
            lock_timeout_s=lock_timeout,
            statement_timeout_s=statement_timeout,
            cancelled=cancelled,
        )
        if commit:
            done = record.model_copy(update={"unloaded_at": _now()})
            _write_history(directory, tuple(done if r is record else r for r in history.loads))
        return UnloadResult(report, Target.resolve(where).redacted.redacted)

    def _remember(
        self,
        run: Run | Path | str | None,
        report: LoadReport,
        schema_map: Mapping[str, str],
        after: str | None,
        behind: dict[str, tuple[int, int]],
    ) -> None:
        from datalchemy_nb.contracts.load import LoadRecord

        directory = self._finished(run)[0]
        record = LoadRecord(
            at=_now(),
            database=report.database,
            schema_map=dict(schema_map),
            tables=report.tables,
            after=after,
            behind=behind,
        )
        try:
            _write_history(directory, (*_history(directory).loads, record))
        except OutputError as error:
            raise OutputError(
                f"the rows are committed, but `unload` will not find them: {error.message}",
                hint=error.hint,
            ) from None

    def _behind(self, run: Run | Path | str | None, after: Run | Path | str) -> dict[str, tuple[int, int]]:
        """Rows and bytes of each file that an earlier run had already, which it must begin with."""
        from datalchemy_nb.session.regression import begins_with

        directory, before = self._finished(run)[0], self._finished(after)[0]
        found: dict[str, tuple[int, int]] = {}
        for ref, table in before.manifest.by_ref.items():
            now = directory.manifest.by_ref.get(ref)
            if now is None or not begins_with(now.path(directory.path), table.path(before.path)):
                raise LoadError(
                    f"{ref}: its rows in run {before.run_id[:8]} are not the first of run {directory.run_id[:8]}; "
                    "nothing was sent",
                    hint="give the table a capacity in the plan of both runs, and ask for as many rows or more",
                )
            found[str(ref)] = (table.rows, table.path(before.path).stat().st_size)
        return found

    def _files(
        self, run: Run | Path | str | None, behind: Mapping[str, tuple[int, int]] | None = None
    ) -> tuple[dict[TableRef, FileSource], DatabaseSchema]:
        from datalchemy_nb.load.source import FileSource
        from datalchemy_nb.session.regression import damaged, refuse_damaged

        directory, schema, _ = self._finished(run)
        tables = directory.manifest.tables
        if not all(t.file.endswith(".csv") for t in tables):
            raise UsageError(f"{directory.path} holds no CSV, and COPY reads no Parquet", hint="generate --format both")
        refuse_damaged(directory.path, damaged(directory.path, directory.manifest, ".csv"))
        left_out = behind or {}
        return {
            t.ref: FileSource(t.path(directory.path), left_out.get(str(t.ref), (0, 0)))
            for t in tables
            if t.rows > left_out.get(str(t.ref), (0, 0))[0]
        }, schema

    def _streams(
        self,
        plan: PlanSource,
        where: str | None,
        workers: int | None,
        cancelled: Callable[[], bool] | None,
        read_existing: bool,
    ) -> tuple[dict[TableRef, RowSource], DatabaseSchema]:
        from datalchemy_nb.export.rowstream import RowStream
        from datalchemy_nb.generate.engine import default_workers

        asked = threads(workers)
        if self.schema is None:
            self.introspect(where)
        plan = self._with_existing(plan, read_existing, None, self.out_dir)
        resolved, count = self._runnable(plan), asked or default_workers()
        stop = cancelled or (lambda: False)
        made = [ref for ref, table in resolved.tables.items() if table.rows]
        return {ref: RowStream(resolved, ref, count, stop) for ref in made}, self._need_schema()

    def _record(self, options: IntrospectOptions, seconds: float, run_dir: Path | str) -> Path:
        from datalchemy_nb.constraints.graph import fk_graph
        from datalchemy_nb.export.introspection import IntrospectionRecord, write_introspection
        from datalchemy_nb.introspect.connection import Target
        from datalchemy_nb.introspect.metrics import measure

        schema = self._need_schema()
        report = fk_graph(schema).report()
        graph = {
            "edges": report["summary"]["edges"],
            "has_cycle": report["cycle"] is not None,
            "cycle": report["cycle"],
            "topo_order": report["topo_order"],
        }
        record = IntrospectionRecord(
            schema=schema,
            metrics=measure(schema).to_dict() | {"fk_graph": graph, "warnings": []},
            connection=Target.resolve(self._conninfo).redacted.to_dict(),
            options=asdict(options),
            strict=self.strict,
            seconds=seconds,
        )
        return write_introspection(record, run_dir)


def _history(directory: RunDirectory) -> LoadHistory:
    from datalchemy_nb.contracts.load import LoadHistory

    path = directory.path / LOADS
    return LoadHistory.read(path) if path.is_file() else LoadHistory()


def _write_history(directory: RunDirectory, loads: tuple[LoadRecord, ...]) -> None:
    from datalchemy_nb.contracts.load import LoadHistory

    write_atomic(directory.path / LOADS, LoadHistory(loads=loads).to_json())


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
