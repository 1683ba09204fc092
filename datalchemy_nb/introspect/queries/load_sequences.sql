SELECT
    d.refobjid AS relation,
    a.attname AS column,
    n.nspname AS schema,
    c.relname AS name,
    s.seqincrement > 0 AS ascends,
    s.seqmin AS minimum,
    s.seqmax AS maximum
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.refobjid = ANY (%(relations)s)
  AND d.deptype IN ('a', 'i')
ORDER BY n.nspname, c.relname
