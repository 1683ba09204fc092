SELECT c.oid, n.nspname AS schema, c.collname AS name
FROM pg_catalog.pg_collation c
JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE c.oid = ANY (%(collations)s)
