SELECT n.nspname AS schema, c.relname AS "table", c.reltuples::float8 AS estimate
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY(%(schemas)s)
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
