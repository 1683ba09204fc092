SELECT DISTINCT ON (s.schemaname, s.tablename, a.attnum)
    s.schemaname AS schema, s.tablename AS "table", s.attname AS "column",
    s.histogram_bounds::pg_catalog.text::pg_catalog.text[] AS bounds,
    (SELECT coalesce(pg_catalog.sum(f), 0)::float8 FROM pg_catalog.unnest(s.most_common_freqs) AS f) AS apart
FROM pg_catalog.pg_stats AS s
JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schemaname
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = s.attname
WHERE c.relkind IN ('r', 'p') AND s.schemaname = ANY(%(schemas)s) AND s.histogram_bounds IS NOT NULL
    AND a.atttypid IN (
        'pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype,
        'pg_catalog.int8'::pg_catalog.regtype, 'pg_catalog.numeric'::pg_catalog.regtype,
        'pg_catalog.float4'::pg_catalog.regtype, 'pg_catalog.float8'::pg_catalog.regtype,
        'pg_catalog.date'::pg_catalog.regtype, 'pg_catalog.time'::pg_catalog.regtype,
        'pg_catalog.timestamp'::pg_catalog.regtype, 'pg_catalog.timestamptz'::pg_catalog.regtype
    )
ORDER BY s.schemaname, s.tablename, a.attnum, s.inherited DESC
