"""``python -m tests.compat``: install, migrate, introspect, generate, judge, load; then write docs/compatibility.md.

    python -m tests.compat                       every application
    python -m tests.compat wagtail mlflow        some of them
    python -m tests.compat --rows 10000          more rows
    python -m tests.compat --cached              from the schemas kept by an earlier run, without a server: no loading
    python -m tests.compat --page                only write the page again

Lines of applications that were not run here stay in the page as they are. Environments, logs, schemas
(``schemas/NAME.json.gz``) and results are kept in ``$DATALCHEMY_HOME/compat`` (or the user's cache directory). With
TEST_DATABASE_URL set, databases are made on that server and kept, so that migrations run once.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from datalchemy_nb.contracts.plan import DEFAULT_BASE_DATE, Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.demo import EmbeddedServer
from datalchemy_nb.session import Session
from tests.compat import page
from tests.compat.assess import Assessment, Finding, assess
from tests.compat.recipes import Application, RecipeFailed, applications, home, migrate
from tests.compat.survey import bare_plan, ordinary, survey

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"


def main() -> int:
    """Run what the command line asks for."""
    arguments = _arguments()
    known = applications()
    wanted = [known[name] for name in arguments.names or known]
    if not arguments.page:
        with _server(arguments.cached) as url:
            for app in wanted:
                _one(app, url, arguments.rows)
    PAGE.parent.mkdir(exist_ok=True)
    before = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    PAGE.write_text(page.render(list(known.values()), _results(known), before), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.compat", description=__doc__.split("\n", 1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="applications; none = all")
    parser.add_argument("--rows", type=int, default=100, help="rows per table (default 100)")
    parser.add_argument("--cached", action="store_true", help="use kept schemas, load nothing")
    parser.add_argument("--page", action="store_true", help="only write the page again")
    return parser.parse_args()


@contextmanager
def _server(cached: bool) -> Iterator[str | None]:
    given = os.environ.get("TEST_DATABASE_URL")
    if cached or given:
        yield None if cached else given
        return
    with EmbeddedServer() as server:
        yield server.conninfo


def _one(app: Application, server: str | None, rows: int) -> None:
    result: dict[str, Any] = {"name": app.name, "version": app.version}
    started = time.perf_counter()
    try:
        url = _database(app, server) if server else None
        schema = _schema(app, url)
    except RecipeFailed as error:
        result["failed"] = str(error)
    except Exception as error:  # noqa: BLE001 - one application must not stop the others
        result["failed"] = f"{type(error).__name__}: {error}"
    else:
        result |= {"prepare_s": time.perf_counter() - started, "survey": survey(schema), "rows": rows, "plans": {}}
        result["server"] = schema.server_version or ""
        for name, make in PLANS.items():
            result["plans"][name] = _assessed(schema, make, rows, url).to_dict()
    place = home() / "results" / f"{app.name}.{rows}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(page.line(result), flush=True)


def _database(app: Application, server: str) -> str:
    """Return the URL of the application's migrated database."""
    url = make_url(server, app.database)
    ready = f"ready {app.digest}"
    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", (app.database,)
        ).fetchone()
        if found and found[0] == ready:
            return url
        name = sql.Identifier(app.database)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        migrate(app, url)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(ready)))
    return url


def make_url(server: str, database: str) -> str:
    """Return the server's URL with another database."""
    from urllib.parse import urlsplit, urlunsplit

    if "://" not in server:
        return make_conninfo(server, dbname=database)
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


def _schema(app: Application, url: str | None) -> DatabaseSchema:
    kept = home() / "schemas" / f"{app.name}.json.gz"
    if url is None:
        if not kept.is_file():
            raise RecipeFailed("no schema is kept; run once with a server")
        return DatabaseSchema.model_validate_json(gzip.decompress(kept.read_bytes()))
    schema = Session().introspect(url).schema
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(gzip.compress(schema.to_json().encode(), mtime=0))
    return schema


def _draft(schema: DatabaseSchema, rows: int) -> Plan:
    """What `plan --draft` gives, tried and mended."""
    session = Session()
    session.use_schema(schema)
    drafted = session.show_plan(draft=True, rows=rows, base_date=str(DEFAULT_BASE_DATE))
    assert isinstance(drafted, Plan)
    return drafted


PLANS: dict[str, Callable[[DatabaseSchema, int], Plan]] = {"bare": bare_plan, "draft": _draft}


def _assessed(
    schema: DatabaseSchema, make: Callable[[DatabaseSchema, int], Plan], rows: int, url: str | None
) -> Assessment:
    try:
        plan = make(schema, rows)
    except Exception as error:  # noqa: BLE001 - a plan that cannot be drafted is a finding
        finding = Finding("draft", "", f"crash {type(error).__name__}", str(error))
        return Assessment(tables=len(ordinary(schema)), findings=[finding])
    return assess(schema, plan, url)


def _results(known: dict[str, Application]) -> dict[str, list[dict[str, Any]]]:
    """Kept results by application, fewest rows first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name in known:
        files = sorted((home() / "results").glob(f"{name}.*.json"), key=lambda p: int(p.stem.rpartition(".")[2]))
        found[name] = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return found


if __name__ == "__main__":
    sys.exit(main())
