-- Everything TRUNCATE ... CASCADE empties.
WITH RECURSIVE emptied (oid) AS (
    SELECT pg_catalog.unnest(%(relations)s::oid[])
    UNION
    SELECT next.oid
    FROM emptied
    CROSS JOIN LATERAL (
        SELECT k.conrelid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.confrelid = emptied.oid
        UNION ALL
        SELECT t.relid::oid FROM pg_catalog.pg_partition_tree(emptied.oid) t
    ) next (oid)
)
SELECT
    emptied.oid,
    n.nspname AS schema,
    c.relname AS name,
    NOT emptied.oid = ANY (%(relations)s) AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_partition_ancestors(emptied.oid) a WHERE a.relid = ANY (%(relations)s)
    ) AS is_outside,
    c.relkind <> 'p' AND pg_catalog.pg_relation_size(emptied.oid) > 0 AS has_pages,
    pg_catalog.has_table_privilege(emptied.oid, 'SELECT') AS may_look
FROM emptied
JOIN pg_catalog.pg_class c ON c.oid = emptied.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY n.nspname, c.relname
