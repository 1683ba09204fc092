"""Expressions that a schema file from someone else may hold; none may read, write, connect, hang or crash."""

from __future__ import annotations


def expressions(secret: str, target: str, port: int) -> list[str]:
    """Return hostile CHECK expressions over ``id int, x text, n int, at timestamptz, j jsonb``.

    Args:
        secret: a file that must not be read.
        target: a directory in which nothing may appear.
        port: of a listener on this machine that nothing may reach.
    """
    return [*_reading(secret), *_writing(target), *_connecting(port), *ENDLESS, *_ENVIRONMENT, *_SHAPES]


def _reading(secret: str) -> list[str]:
    readers = ("read_text", "read_blob", "read_csv", "read_csv_auto", "read_json", "read_json_auto", "read_ndjson")
    return [
        *(f"(SELECT count(*) FROM {reader}('{secret}')) > 0" for reader in readers),
        f"x = (SELECT content FROM read_text('{secret}'))",
        f"x <> (SELECT string_agg(content, '') FROM read_text('{secret}'))",
        f"EXISTS (SELECT 1 FROM '{secret}')",
        f"x IN (SELECT content FROM read_text('{secret}'))",
        f"x = ANY (SELECT content FROM read_text('{secret}'))",
        f"x LIKE (SELECT error(content)::text FROM read_text('{secret}'))",
        f"n = (SELECT count(*) FROM glob('{secret}*'))",
        f"n = (SELECT count(*) FROM sniff_csv('{secret}'))",
        f"n = (SELECT count(*) FROM parquet_metadata('{secret}'))",
        f"length(read_text('{secret}')) > 0",
        f"read_blob('{secret}') IS NOT NULL",
        f"pg_read_file('{secret}') <> ''",
        f"pg_read_binary_file('{secret}') IS NOT NULL",
        "pg_ls_dir('/') IS NOT NULL",
        "(TABLE duckdb_settings) IS NOT NULL",
        "(SELECT value FROM duckdb_settings() LIMIT 1) <> ''",
        "(WITH a AS (SELECT 1 AS b) SELECT b FROM a) = n",
        "(VALUES (1)) = n",
        "n = (SELECT 1)",
    ]


def _writing(target: str) -> list[str]:
    return [
        f"(SELECT count(*) FROM enable_logging(storage = 'file', storage_config = {{'path': '{target}/log'}})) > 0",
        "write_log('x', level := 'error', log_type := 'a') IS NULL",
        f"write_log('x', scope := '{target}') IS NULL",
        f"true); COPY (SELECT 1) TO '{target}/copied.csv'; SELECT (true",
        f"true; COPY (SELECT 1) TO '{target}/copied.csv'",
        f"true); ATTACH '{target}/attached.db'; SELECT (true",
        f"true); EXPORT DATABASE '{target}/exported'; --",
        f"true) /* */; INSTALL httpfs; SET extension_directory = '{target}' --",
        f"lo_export(1, '{target}/exported') = 1",
        f"lo_import('{target}/x') = 1",
        f"query('COPY (SELECT 1) TO ''{target}/queried.csv''') IS NULL",
        f"query_table('{target}/x') IS NULL",
        f"(FROM query('COPY (SELECT 1) TO ''{target}/queried.csv''')) IS NULL",
        "set_config('log_statement', 'all', false) = 'all'",
        "pg_notify('a', 'b') IS NULL",
        "nextval('seq') > 0",
        "setval('seq', 9) > 0",
        "txid_current() > 0",
        "pg_advisory_lock(1) IS NULL",
        "pg_terminate_backend(1)",
        "dblink_exec('dbname=x', 'DROP TABLE y') = ''",
    ]


def _connecting(port: int) -> list[str]:
    there = f"http://127.0.0.1:{port}/x"
    return [
        f"(SELECT count(*) FROM read_csv('{there}')) > 0",
        f"(SELECT count(*) FROM read_text('{there}')) > 0",
        f"(SELECT count(*) FROM read_parquet('{there}')) > 0",
        f"(SELECT count(*) FROM '{there}.csv') > 0",
        "(SELECT count(*) FROM read_csv('s3://bucket/x.csv')) > 0",
        f"http_get('{there}') IS NOT NULL",
        f"(SELECT count(*) FROM postgres_scan('host=127.0.0.1 port={port}', 'a', 'b')) > 0",
        f"dblink('host=127.0.0.1 port={port}', 'SELECT 1') IS NOT NULL",
        "load_aws_credentials() IS NOT NULL",
        "which_secret('x', 's3') IS NOT NULL",
    ]


ENDLESS = [
    "(SELECT count(*) FROM range(100000000000)) > 0",
    "(SELECT count(*) FROM generate_series(1, 100000000000)) > 0",
    "length(repeat('x', 3000000000)) > 0",
    "length(repeat(x, 1000000000)) > 0",
    "length(repeat(x, n)) > 0",
    "length(repeat(repeat('x', 9999), 9999)) > 0",
    "length(lpad(x, 2000000000)) > 0",
    "length(lpad(x, 2000000000, 'ab')) > 0",
    "length(rpad(x, 2000000000, 'ab')) > 0",
    "length(rpad(x, n, 'ab')) > 0",
    "length(rpad(lpad(x, 9999, 'ab'), n * 1000, 'ab')) > 0",
    "length(pg_catalog.repeat('x', 3000000000)) > 0",
    "length(x.repeat(3000000000)) > 0",
    "length('x'.repeat(3000000000)) > 0",
    "length(printf('%3000000000d', n)) > 0",
    "length(format('{:>3000000000}', x)) > 0",
    "length(bar(n, 0, 100, 1000000000)) > 0",
    f"length(replace(replace(replace(x, '', '{'a' * 60}'), 'a', '{'b' * 60}'), 'b', '{'a' * 60}')) > 0",
    f"length(regexp_replace(regexp_replace(x, '', '{'a' * 200}', 'g'), '', '{'b' * 200}', 'g')) > 0",
    "length(replace(replace(x, 'a', x), 'b', x)) > 0",
    "length(bitstring('1', 3000000000)) > 0",
    "length(array_to_string(array_fill(1, ARRAY[1000000000]), '')) > 0",
    "len(range(100000000000)) > 0",
    "len(generate_series(1, 100000000000)) > 0",
    "len(list_resize([1], 3000000000)) > 0",
    "len([a FOR a IN range(1000000000)]) > 0",
    "list_sum(list_transform(range(1000000000), a -> a * 2)) > 0",
    "list_reduce(range(1000000000), (a, b) -> a + b) > 0",
    "unnest(range(1000000000)) > 0",
    "sleep_ms(100000000) IS NULL",
    "pg_sleep(100000000) IS NULL",
    "pg_sleep_for('9 years') IS NULL",
    "(WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t) > 0",
    "length(gen_random_bytes(1000000000)) > 0",
    f"{'(' * 3000}n{')' * 3000} > 0",
    f"{'NOT ' * 3000}(n > 0)",
    f"{'-'.join(['n'] * 5_000)} > 0",
    f"length('{'x' * 200_000}' || x) > 0",
    f"n IN ({', '.join(map(str, range(25_000)))}) OR x = 'a'",
    "bomb(bomb(bomb(bomb(bomb(bomb(bomb(bomb(x)))))))) = x",
    "loops(x) = x",
]

_ENVIRONMENT = [
    "getenv('SECRET') <> ''",
    "getvariable('x') IS NULL",
    "current_setting('memory_limit') <> ''",
    "current_setting('data_directory') <> ''",
    "current_database() <> ''",
    "current_user <> ''",
    "session_user <> ''",
    "version() <> ''",
    "inet_server_addr() IS NULL",
    "pg_backend_pid() > 0",
    "current_query() <> ''",
    "error(x) IS NULL",
    "random() > 0.5",
    "gen_random_uuid()::text <> x",
    "uuid() IS NOT NULL",
    "clock_is_wrong(x)",
    "get_current_time() IS NOT NULL",
    "sql_auto_complete('SEL') IS NULL",
    "json_execute_serialized_sql(json_serialize_sql('SELECT 1')) IS NULL",
    "json_serialize_sql('SELECT 1') IS NOT NULL",
    "pg_get_viewdef('x') <> ''",
    "has_table_privilege('x', 'SELECT')",
    "to_regclass('pg_class') IS NOT NULL",
    "query_to_xml('SELECT 1', true, true, '') IS NOT NULL",
    "xpath('/a', x::xml) IS NOT NULL",
]

_SHAPES = [
    "count(*) > 0",
    "sum(n) > 0",
    "max(x) OVER () = x",
    "row_number() OVER (ORDER BY n) > 0",
    "COLUMNS(*) IS NOT NULL",
    "* IS NOT NULL",
    "unnest(ARRAY[1, 2]) > 0",
    "$1 > 0",
    "?::int > 0",
    "{'a': x}.a = x",
    "struct_pack(a := x) IS NOT NULL",
    "other.secret.f(x)",
]
