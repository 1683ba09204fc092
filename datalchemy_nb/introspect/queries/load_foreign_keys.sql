-- Foreign keys between the tables to load, or between partitions of theirs.
SELECT
    n.nspname AS schema,
    c.relname AS table,
    k.conname AS name,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition,
    pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment,
    k.condeferrable AS is_deferrable,
    k.convalidated AS is_valid,
    coalesce(pg_catalog.pg_partition_root(k.conrelid)::oid, k.conrelid) AS child_root,
    coalesce(pg_catalog.pg_partition_root(k.confrelid)::oid, k.confrelid) AS parent_root
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f'
  AND k.conparentid = 0
  AND $enforced
  AND coalesce(pg_catalog.pg_partition_root(k.conrelid)::oid, k.conrelid) = ANY (%(roots)s)
  AND coalesce(pg_catalog.pg_partition_root(k.confrelid)::oid, k.confrelid) = ANY (%(roots)s)
ORDER BY n.nspname, c.relname, k.conname
