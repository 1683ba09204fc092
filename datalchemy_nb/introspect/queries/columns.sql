-- Columns of the chosen relations and of every free-standing composite type.
SELECT
    a.attrelid AS relation,
    a.attnum AS position,
    a.attname AS name,
    a.atttypid AS type,
    a.atttypmod AS typmod,
    a.attndims AS dimensions,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS formatted,
    a.attcollation AS collation,
    a.attnotnull AS not_null,
    a.attidentity::text AS identity,
    a.attgenerated::text AS generated,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
    pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
    s.sequence
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN LATERAL (
    SELECT pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(sc.relname) AS sequence
    FROM pg_catalog.pg_depend o
    JOIN pg_catalog.pg_class sc ON sc.oid = o.objid AND sc.relkind = 'S'
    JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
    WHERE o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND o.refobjid = a.attrelid
      AND o.refobjsubid = a.attnum
      AND o.deptype IN ('a', 'i')
    -- An identity's own sequence before any other that happens to be OWNED BY the column.
    ORDER BY o.deptype DESC, sn.nspname, sc.relname
    LIMIT 1
) s ON c.relkind IN ('r', 'p', 'f')
WHERE a.attnum > 0
  AND NOT a.attisdropped
  AND (a.attrelid = ANY (%(relations)s) OR c.relkind = 'c')
