-- The tables to load, as they are in the target.
SELECT
    c.oid,
    n.nspname AS schema,
    c.relname AS name,
    c.relkind::text AS kind,
    coalesce(pg_catalog.pg_partition_root(c.oid)::oid, c.oid) AS root,
    -- Whether it holds anything, without reading a row.
    coalesce(
        (SELECT sum(pg_catalog.pg_relation_size(t.relid)) FROM pg_catalog.pg_partition_tree(c.oid) t WHERE t.isleaf),
        pg_catalog.pg_relation_size(c.oid)
    ) > 0 AS has_pages,
    (
        SELECT coalesce(pg_catalog.array_agg(a.attname::text ORDER BY a.attnum), '{}')
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    ) AS columns
FROM ROWS FROM (pg_catalog.unnest(%(schemas)s::text[]), pg_catalog.unnest(%(names)s::text[])) AS wanted (schema, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
