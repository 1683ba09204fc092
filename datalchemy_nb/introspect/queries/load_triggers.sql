SELECT n.nspname AS schema, c.relname AS table, t.tgname AS name, t.tgenabled::text AS enabled, t.tgtype & 4 <> 0 AS on_insert
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal
  AND (
      t.tgrelid = ANY (%(relations)s)
      OR EXISTS (
          SELECT FROM pg_catalog.pg_partition_ancestors(t.tgrelid) a
          WHERE a.relid = ANY (%(relations)s)
      )
  )
ORDER BY n.nspname, c.relname, t.tgname
