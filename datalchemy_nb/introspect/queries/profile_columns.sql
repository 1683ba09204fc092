SELECT DISTINCT ON (s.schemaname, s.tablename, a.attnum)
    s.schemaname AS schema, s.tablename AS "table", s.attname AS "column",
    s.null_frac::float8 AS null_fraction, s.n_distinct::float8 AS "distinct", s.avg_width AS average_width,
    s.correlation::float8 AS correlation
FROM pg_catalog.pg_stats AS s
JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schemaname
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = s.attname
WHERE c.relkind IN ('r', 'p') AND s.schemaname = ANY(%(schemas)s)
ORDER BY s.schemaname, s.tablename, a.attnum, s.inherited DESC
