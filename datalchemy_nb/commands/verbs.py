"""The one table of verbs. Magic, command line, completion, help and docs/verbs.md are made from it.

A verb is a method of `datalchemy_nb.session.Session` with words for its parameters. Adding one is an entry here and the
method it names; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.commands.verb import Option, Verb
from datalchemy_nb.export.formats import OUTPUTS, described

_SOURCES = ("schema_file", "conninfo", "ddl")
PANELS = ("connect", "schema", "plan", "preview", "run", "load", "report", "golden", "profile")
_PLAN = Option("plan", "a plan file (JSON or YAML), or the name of an example plan", "path", completes="plan")
_RUN = Option("run", "a run's directory or the beginning of its id; the newest if left out", completes="run")
_WORKERS = Option("workers", "threads; one per core if left out. Bytes do not depend on it", "int")
_TABLE_HELP = "schema.table, or the table's name where only one schema has it"
_OUT_DIR = Option("out_dir", "where run directories lie (default runs)", "path", aliases=("--out",), completes="path")


def _switch(name: str, default: bool, text: str) -> Option:
    return Option(name, text, "flag", default)


_CONNINFO = Option(
    "conninfo", "URL or key=value string; the connection in use if left out", aliases=("--conn",), metavar="URL"
)
_GOLDEN_NAME = Option("name", "the golden's name", required=True, completes="golden")

_FILES = Option("run", "a run, or any directory of CSV or Parquet files; the newest run if left out", completes="run")
_GOLDEN_CONTEXT = ("schema_file", "goldens_dir", "out_dir")

_GOLDEN = (
    Verb(
        "save",
        "Keep a run's hashes under a name.",
        doc="Works on runs, and with `--schema-file` on any directory of `<schema>.<table>.csv` or `.parquet` files.",
        arguments=(_GOLDEN_NAME, _FILES),
        options=(
            Option("tables", "only these tables", multiple=True, completes="table", metavar="TABLE"),
            Option("rows", "only the first rows of each table", "int"),
            _switch("force", False, "replace a golden of this name"),
        ),
        session_method="golden_save",
        context=_GOLDEN_CONTEXT,
        examples=("golden save nightly", "golden save leads --tables crm.leads --rows 1000"),
    ),
    Verb(
        "check",
        "Compare a run with a golden: equal or not.",
        doc="The command ends with exit code 1 if any file differs.",
        arguments=(_GOLDEN_NAME, _FILES),
        session_method="golden_check",
        context=_GOLDEN_CONTEXT,
        examples=("golden check nightly",),
    ),
    Verb(
        "diff",
        "Show where a run differs from a golden: tables, columns, rows.",
        doc="The command ends with exit code 1 if any file differs.",
        arguments=(_GOLDEN_NAME, _FILES),
        session_method="golden_check",
        context=_GOLDEN_CONTEXT,
        examples=("golden diff nightly",),
    ),
    Verb(
        "update",
        "Replace a golden by what a run gives now.",
        doc="Look at `golden diff` first: this says once more what changes, and changes it.",
        arguments=(_GOLDEN_NAME, _FILES),
        session_method="golden_update",
        context=_GOLDEN_CONTEXT,
        examples=("golden update nightly",),
    ),
    Verb("list", "List the goldens.", session_method="golden_list", context=("goldens_dir",)),
)

VERBS: tuple[Verb, ...] = (
    Verb(
        "demo",
        "Start a PostgreSQL of your own with a CRM or a shop, for a full walkthrough.",
        doc=(
            "Starts an embedded PostgreSQL, introspects it, validates the example plans, previews rows, generates, "
            "evaluates, checks the goldens, and loads every table into PostgreSQL inside a transaction that is rolled "
            "back. Needs the `demo` extra."
        ),
        options=(
            _switch("shop", False, "of a shop, in English; otherwise of a CRM, in Portuguese"),
            Option("rows", "at most this many rows a table, in proportion; lists stay whole", "int"),
            _switch("story", True, "tell the story; --no-story only starts the server and connects to it"),
            _OUT_DIR,
        ),
        session_method="demo",
        context=("keep",),
        progress=True,
        examples=("demo", "demo --shop", "demo --rows 1000 --out /tmp/demo", "demo --no-story --keep"),
    ),
    Verb(
        "connect",
        "Try a connection and keep it.",
        doc="Read-only. Without a connection string: DATABASE_URL, PG* variables, service file, ~/.pgpass.",
        arguments=(Option("conninfo", "URL or key=value string", aliases=("--conn",), metavar="URL"),),
        options=(Option("env", "take DATABASE_URL from this .env file", "path", completes="path"),),
        session_method="connect",
        examples=("connect postgresql://app@localhost/shop", "connect --env .env"),
    ),
    Verb(
        "introspect",
        "Read a database's catalog into a schema.",
        doc="Reads PostgreSQL's catalog only, never a row of a table. Without a database at hand, `--ddl`, "
        "`--ddl-command`, `--sqlalchemy` or `--django` make the schema in a new one first: on the embedded PostgreSQL "
        "(the `demo` extra), or for a moment on the server that is named, which DATABASE_URL does not do here.",
        arguments=(_CONNINFO,),
        options=(
            Option(
                "ddl",
                "schema files, or directories of them, to make the schema from; rows in them are left out, and so "
                "is what the server refuses, with a warning",
                "path",
                multiple=True,
                greedy=True,
                completes="path",
                metavar="FILE...",
            ),
            Option("ddl_command", "a shell command that makes the schema where DATABASE_URL says", metavar="COMMAND"),
            Option("sqlalchemy", "make the tables of these SQLAlchemy models", metavar="MODULE:NAME"),
            Option("django", "run the migrations of these Django settings", metavar="MODULE"),
            Option("schemas", "only these schemas", flag="schema", multiple=True, completes="schema", metavar="NAME"),
            Option("out", "also write schema.json to this file", "path", completes="path", metavar="FILE"),
            Option("run_dir", "write a run directory (schema, metrics, config, log) in here", "path", completes="path"),
            _switch("include_system_schemas", False, "also pg_catalog and information_schema"),
            _switch("include_views", True, "also views"),
            _switch("include_materialized_views", True, "also materialized views"),
            _switch("include_foreign_tables", True, "also foreign tables"),
            _switch("include_indexes", True, "read indexes; unique ones shape data"),
            _switch("include_comments", True, "read comments"),
        ),
        session_method="introspect",
        examples=(
            "introspect --schema crm --out schema.json",
            "introspect --ddl schema.sql more.sql --out schema.json",
            "introspect --ddl-command 'alembic upgrade head' --out schema.json",
            "introspect --sqlalchemy shop.models:Base --out schema.json",
            "introspect --django mysite.settings --out schema.json",
        ),
    ),
    Verb(
        "profile",
        "Read aggregates of a real database, never a row.",
        doc="Asks PostgreSQL's own statistics for row estimates, null fractions, distinct counts, widths and "
        "correlations; then counts on the server what holds in the rows: shapes of texts, children per parent, and "
        "relations (orders, sums, products, copies, columns empty in some states, one column deciding another). Only "
        "counts, means and values of at least k rows are told. Every query is in the profile's audit log.",
        arguments=(_CONNINFO,),
        options=(
            Option("schemas", "only these schemas", flag="schema", multiple=True, completes="schema", metavar="NAME"),
            Option("out", "also write the profile to this file", "path", completes="path", metavar="FILE"),
            _switch("allow_histograms", False, "also how numbers are spread, and values that many rows have"),
            Option("k", "counts of rows below it are not told; 5 or more", "int", 10),
            _switch("statistics_only", False, "count nothing: only what the server's planner keeps"),
            Option("seconds", "time limit of each query that counts", "int", 60),
            Option("queries", "write the queries that come next, for somebody else to run", "path", completes="path"),
            Option(
                "results", "what those queries answered", "path", (), multiple=True, completes="path", metavar="FILE"
            ),
            Option("dump", "read a file of pg_dump --statistics-only", "path", completes="path", metavar="FILE"),
        ),
        session_method="profile",
        context=_SOURCES,
        examples=(
            "profile --schema crm --out profile.json",
            "profile --schema crm --allow-histograms --out profile.json",
            "profile --queries first.sql --schema-file schema.json",
            "profile --results first.jsonl --queries second.sql --schema-file schema.json",
            "profile --dump statistics.sql --schema-file schema.json --out profile.json",
        ),
    ),
    Verb(
        "schema",
        "Show the schema, or one table of it.",
        arguments=(Option("table", _TABLE_HELP, completes="table"),),
        session_method="show_schema",
        context=_SOURCES,
        examples=("schema", "schema crm.usuarios"),
    ),
    Verb(
        "plan",
        "Show the plan, read one, or draft one from the schema.",
        doc="A draft fills every table; each rule says on what evidence. In a notebook, `%%datalchemy plan NAME` takes "
        "the plan itself, as YAML or JSON, in the cell below.",
        arguments=(_PLAN,),
        options=(
            Option("draft", "draft a plan for every table of the schema", "flag", False),
            Option("rows", "rows of an ordinary table in a draft", "int", 1000),
            Option("seed", "seed of a draft", "int", 42),
            Option(
                "locale",
                "locale of a draft, or several: pt_BR=0.7,en_US=0.3; by default, that of the schema's words",
                completes="locale",
            ),
            Option(
                "base_date",
                "what today means in a draft (YYYY-MM-DD); today by default",
                completes="date",
                metavar="DATE",
            ),
            Option(
                "profile",
                "a draft follows this profile: rows, figures of columns, relations",
                "path",
                completes="path",
            ),
            Option("scale", "times the profile's rows; lookups stay as they are", "float", 1.0),
            Option("out", "also write the plan here (.json, .yaml)", "path", completes="path"),
            Option("explain", "say why a column is filled as it is", completes="place", metavar="TABLE.COLUMN"),
            Option(
                "rebase",
                "carry the plan over to the schema: take out what no longer fits, fill what is new, and tell all of it",
                "flag",
                False,
            ),
            Option("append", "a draft adds rows to tables that hold some, counted in the database", "flag", False),
        ),
        session_method="show_plan",
        context=("strict", *_SOURCES),
        progress=True,
        examples=(
            "plan plans/examples/minimal.json",
            "plan --draft --out plan.yaml",
            "plan --explain crm.usuarios.email",
            "plan plan.yaml --rebase --out plan.yaml",
        ),
    ),
    Verb(
        "validate",
        "Check a plan against the schema, and prove that it can be met.",
        doc=(
            "With `--explain` every key, CHECK and foreign key is listed, worst first: how it is met, how many "
            "distinct values there are for the rows asked, what share of a sample's draws holds where rows are "
            "redrawn, and what cannot be met or is not checked, and why."
        ),
        arguments=(_PLAN,),
        options=(
            _switch("explain", False, "report on every constraint: how it is met, and what is not"),
            _switch("fix", False, "mend what can be mended, and tell every step"),
            Option("out", "with --fix: write the mended plan here (.json, .yaml)", "path", completes="path"),
        ),
        session_method="validate",
        context=(*_SOURCES, "strict"),
        examples=(
            "validate plan.json --schema-file schema.json",
            "validate --explain",
            "validate plan.json --fix --out plan.json",
        ),
    ),
    Verb(
        "generators",
        "List generators, their parameters and what they produce.",
        arguments=(Option("search", "words to look for in ids and descriptions", completes="generator"),),
        session_method="generators",
        examples=("generators", "generators cpf"),
    ),
    Verb(
        "preview",
        "Compute rows of one table, at any place, without a run; or show a run's.",
        doc="Rows are functions of their number: row a billion is as near as row zero, and equal to a full run's. With "
        "`--run` the run's file is read instead. Each column is summed up over at most 1,000 rows from all over the "
        "table.",
        arguments=(Option("table", _TABLE_HELP, required=True, completes="table"),),
        options=(
            Option("rows", "how many", "int", 20),
            Option("offset", "number of the first row", "int", 0),
            Option("columns", "only these columns", multiple=True, completes="column", metavar="NAME"),
            Option(
                "run",
                "rows of this run's file instead (its directory, the beginning of its id, or latest)",
                completes="run",
                metavar="RUN",
            ),
            Option("where", "only rows of the run for which this SQL condition holds", metavar="SQL"),
            Option("sort", "sort the run's rows by this column", completes="column", metavar="NAME"),
            _switch("descending", False, "largest first"),
            _PLAN,
        ),
        session_method="preview",
        context=(*_SOURCES, "strict", "out_dir"),
        examples=(
            "preview crm.usuarios",
            "preview crm.usuarios --offset 9990 --rows 10 --columns nome,email",
            "preview crm.usuarios --run latest --where ativo --sort data_criacao --descending",
        ),
    ),
    Verb(
        "generate",
        "Stream every table of the plan to files in a new run directory.",
        doc=(
            "Interrupting it keeps what was written, under `*.partial` names; `--resume` goes on from there, also "
            "after a kill or a full disk, and ends with the same files. A run holds its plan, its schema, the data "
            "files, `manifest.json` with their hashes and `generation_report.json`."
        ),
        arguments=(_PLAN,),
        options=(
            _OUT_DIR,
            Option(
                "resume",
                "go on with this stopped run (its directory, the beginning of its id, or latest)",
                completes="run",
                metavar="RUN",
            ),
            Option(
                "formats",
                described(),
                default="csv",
                flag="format",
                choices=tuple(OUTPUTS),
            ),
            Option("chunk_rows", "rows made at a time. Bytes do not depend on it", "int", 65_536),
            _WORKERS,
            Option(
                "dask",
                "let the workers of this Dask scheduler make the rows; local starts worker processes here",
                metavar="ADDRESS",
            ),
            Option(
                "parts",
                "where Dask workers write: a directory they share, or a URL that fsspec opens (default the run)",
                completes="path",
                metavar="URL",
            ),
            Option(
                "skip_unmet",
                "go on without the tables that cannot be met, and those that need their rows; the report says why",
                "flag",
                False,
            ),
            _switch("merge", True, "one file a table; --no-merge leaves the parts that Dask workers wrote"),
            Option(
                "violate",
                "also a row for each of these that breaks it and nothing else, confirmed by PostgreSQL: constraint "
                "(all), check, unique, primary_key, foreign_key, not_null, exclusion, tables or names",
                multiple=True,
                metavar="WHAT",
            ),
            _switch(
                "read_existing",
                False,
                "read the keys of rows that the database holds, for targets that keep them or append to them",
            ),
            Option(
                "existing",
                "take those keys from this run instead (its directory, the beginning of its id, or latest)",
                completes="run",
                metavar="RUN",
            ),
        ),
        session_method="generate",
        context=(*_SOURCES, "strict"),
        progress=True,
        examples=(
            "generate plan.json --schema-file schema.json --out runs",
            "generate --resume latest",
            "generate plan.yaml --ddl schema.sql --violate constraint",
        ),
    ),
    Verb(
        "evaluate",
        "Judge a run: keys, foreign keys, CHECKs, types, statistics.",
        doc=(
            "Writes metrics.json, report.md and report.html into the run. With `--strict` the command ends with exit "
            "code 1 if any constraint is broken, after all are written."
        ),
        arguments=(_RUN,),
        options=(
            Option("against", "score the run's likeness to this profile", "path", completes="path", metavar="PROFILE"),
            Option("max_examples", "violations listed", "int", 20),
            Option("plan", "judge by this plan, not by the run's own", "path", completes="plan"),
        ),
        session_method="evaluate",
        context=("schema_file", "out_dir", "strict"),
        examples=("evaluate", "evaluate 4f1c --strict"),
    ),
    Verb(
        "golden",
        "Keep a run's hashes, and compare later runs with them.",
        subverbs=_GOLDEN,
    ),
    Verb(
        "ci",
        "Check a plan's data in CI: validate, generate, judge, compare with the golden, and report.",
        doc="Takes ./plan.json or ./plan.yaml, ./schema.json and the only golden where none is named. The command ends "
        "with exit code 1 if a constraint is broken or a file differs, and with 2 if there are no data to compare; the "
        "reports are written all the same.",
        arguments=(_PLAN,),
        options=(
            Option("golden", "the golden's name; the only one if left out", completes="golden"),
            _switch("update", False, "save the run as the golden (called ci if no name is given) instead of comparing"),
            Option("report", "write a report for people here, as Markdown", "path", completes="path", metavar="FILE"),
            Option(
                "junit",
                "write a report for test collectors here, as JUnit XML",
                "path",
                completes="path",
                metavar="FILE",
            ),
        ),
        session_method="ci",
        context=(*_SOURCES, "out_dir", "goldens_dir", "strict"),
        examples=("ci --report ci.md --junit ci.xml", "ci plan.yaml --golden nightly", "ci --update"),
    ),
    Verb(
        "verify",
        "Generate a run again, without a file, and compare every digest.",
        doc="The command ends with exit code 1 if any digest differs, or with `--files` a file.",
        arguments=(_RUN,),
        options=(
            _WORKERS,
            _switch("files", False, "also compare the run's files with its manifest, byte for byte"),
        ),
        session_method="verify",
        context=("out_dir",),
        examples=("verify --workers 2", "verify --files"),
    ),
    Verb(
        "evidence",
        "Write a Markdown page about a run, for review.",
        doc="Evaluates and verifies the run first. The command ends with exit code 1 if a constraint is broken, a "
        "digest differs, or the run differs from the golden.",
        arguments=(_RUN,),
        options=(
            Option("why", "the reason for the change", default=""),
            Option("notes", "anything else", default=""),
            Option("plan_name", "how the plan file is called in the page's commands", default="plan.json"),
            Option("golden", "also compare with this golden", completes="golden"),
            Option("page", "where to write it; evidence.md in the run if left out", "path", completes="path"),
        ),
        session_method="evidence",
        context=("schema_file", "out_dir", "goldens_dir"),
        examples=("evidence --why 'larger tables' --golden nightly",),
    ),
    Verb(
        "load",
        "Copy a run into the real tables in one transaction, every row checked.",
        doc=(
            "All is rolled back at the end unless `--commit` is given: PostgreSQL's own verdict, without a trace. Keys "
            "and indexes of empty tables are dropped and built again behind the rows, where nothing stands against it; "
            "the result says what stayed on, and why. With `--stream` the rows of a plan are "
            "made while they are sent, and no file is written; the sha256 shown are those of the run's files."
        ),
        arguments=(
            _RUN,
            Option("conninfo", "the database; the connection in use if left out", aliases=("--conn",), metavar="URL"),
        ),
        options=(
            Option(
                "stream",
                "send the rows of this plan, not a run; the target's schema is read where none is known",
                "path",
                completes="plan",
                metavar="PLAN",
            ),
            Option("tables", "only these tables, divided by commas", multiple=True, completes="table", metavar="TABLE"),
            _switch("commit", False, "keep the rows"),
            _switch("truncate", False, "empty the tables first"),
            _switch("append", False, "add to tables that hold rows"),
            Option(
                "after",
                "send only the rows behind those of this run, with which the files must begin (see capacity)",
                completes="run",
                metavar="RUN",
            ),
            _switch("cascade", False, "with --truncate: also tables outside the load that refer to them and hold rows"),
            _switch("rebuild", True, "let keys and indexes of empty tables give way; --no-rebuild leaves them on"),
            Option("connections", "over how many connections tables go that no foreign key joins", "int", 1),
            _switch("disable_triggers", False, "switch user triggers off meanwhile"),
            Option("schema_map", "a schema's name in the target", "pairs", multiple=True, metavar="FROM=TO"),
            Option("lock_timeout", "seconds to wait for another session's lock; 0 = for ever", "int", 30),
            Option("statement_timeout", "seconds for each statement; 0 = for ever", "int", 0),
            _WORKERS,
            _switch("read_existing", False, "with --stream: read the keys of existing rows, as generate does"),
        ),
        session_method="load",
        context=("schema_file", "ddl", "out_dir"),
        progress=True,
        examples=("load", "load --commit --truncate", "load --tables crm.leads", "load --stream plan.json --commit"),
    ),
    Verb(
        "unload",
        "Delete exactly the rows that a committed load of a run made.",
        doc=(
            "Rows are found by their keys, in one transaction, which is rolled back unless `--commit` is given. "
            "Nothing is deleted if a row that the run did not make refers to one of them, whatever the foreign key "
            "says of deletion. Rows that are gone already are counted."
        ),
        arguments=(
            _RUN,
            Option("conninfo", "the database; the connection in use if left out", aliases=("--conn",), metavar="URL"),
        ),
        options=(
            _switch("commit", False, "delete for good"),
            Option("lock_timeout", "seconds to wait for another session's lock; 0 = for ever", "int", 30),
            Option("statement_timeout", "seconds for each statement; 0 = for ever", "int", 0),
        ),
        session_method="unload",
        context=("schema_file", "out_dir"),
        examples=("unload 4f1c", "unload --commit"),
    ),
    Verb(
        "runs",
        "List runs, newest first.",
        arguments=(_OUT_DIR,),
        session_method="runs",
        examples=("runs",),
    ),
    Verb(
        "studio",
        "Open the panels: connect, schema, plan, preview, run, load, report, golden, profile.",
        doc="In a notebook. What a panel changes is the session's plan, run and schema, which the next cell sees.",
        arguments=(Option("panel", "only this panel; all as tabs if left out", choices=PANELS),),
        options=(
            Option(
                "language", "of buttons and headings: en or pt_BR; by LC_ALL or LANG if left out", metavar="LANGUAGE"
            ),
        ),
        session_method="studio",
        examples=("studio", "studio plan", "studio --language pt_BR"),
    ),
)

BY_NAME: dict[str, Verb] = {verb.name: verb for verb in VERBS}


def leaves() -> Iterator[tuple[str, Verb]]:
    """Yield every verb that does something, by its full name (``golden save``)."""
    for verb in VERBS:
        if verb.subverbs:
            yield from ((f"{verb.name} {sub.name}", sub) for sub in verb.subverbs)
        else:
            yield verb.name, verb
