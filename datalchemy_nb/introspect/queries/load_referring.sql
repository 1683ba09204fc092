-- Foreign keys that refer to the tables, or to the tables they are partitions of.
SELECT
    k.conrelid AS relation,
    k.confrelid AS referenced,
    n.nspname AS schema,
    c.relname AS table,
    k.conname AS name,
    pg_catalog.has_table_privilege(c.oid, 'SELECT') AS may_look,
    ARRAY(
        SELECT a.attname::text FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u (num, nth)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.nth
    ) AS columns,
    ARRAY(
        SELECT a.attname::text FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY u (num, nth)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.nth
    ) AS referenced_columns,
    ARRAY(
        SELECT pg_catalog.format('OPERATOR(%%I.%%s)', m.nspname, o.oprname)
        FROM pg_catalog.unnest(k.conpfeqop) WITH ORDINALITY u (operator, nth)
        JOIN pg_catalog.pg_operator o ON o.oid = u.operator
        JOIN pg_catalog.pg_namespace m ON m.oid = o.oprnamespace ORDER BY u.nth
    ) AS operators,
    ARRAY(
        SELECT r.oid FROM ROWS FROM (pg_catalog.unnest(%(relations)s::oid[])) AS r (oid)
        WHERE r.oid = k.confrelid
           OR k.confrelid IN (SELECT a.relid FROM pg_catalog.pg_partition_ancestors(r.oid) a)
           OR r.oid IN (SELECT a.relid FROM pg_catalog.pg_partition_ancestors(k.confrelid) a)
    ) AS parents
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f'
  AND k.conparentid = 0
  AND $enforced
ORDER BY n.nspname, c.relname, k.conname
