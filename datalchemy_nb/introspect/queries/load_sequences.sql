-- Sequences that the tables' columns own, or take their defaults from, be they shared or named by text alone.
WITH uses (relation, num, sequence, by_default) AS (
    SELECT d.refobjid, d.refobjsubid, d.objid, false
    FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refobjid = ANY (%(relations)s)
      AND d.deptype IN ('a', 'i')
    UNION ALL
    SELECT f.adrelid, f.adnum, d.refobjid, true
    FROM pg_catalog.pg_attrdef f
    JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'n'
    WHERE f.adrelid = ANY (%(relations)s)
    UNION ALL
    SELECT f.adrelid, f.adnum, pg_catalog.to_regclass(named.part[1]), true
    FROM pg_catalog.pg_attrdef f
    CROSS JOIN LATERAL pg_catalog.regexp_match(
        pg_catalog.pg_get_expr(f.adbin, f.adrelid), 'nextval\(\(?''([^'']+)''::text\)'
    ) named (part)
    WHERE f.adrelid = ANY (%(relations)s) AND named.part IS NOT NULL
)
SELECT
    u.relation,
    a.attname AS column,
    c.oid,
    n.nspname AS schema,
    c.relname AS name,
    s.seqincrement > 0 AS ascends,
    s.seqmin AS minimum,
    s.seqmax AS maximum,
    pg_catalog.bool_or(u.by_default) AS by_default,
    pg_catalog.has_sequence_privilege(c.oid, 'USAGE, UPDATE') AS may_draw,
    pg_catalog.has_sequence_privilege(c.oid, 'SELECT') AS may_read,
    pg_catalog.has_sequence_privilege(c.oid, 'UPDATE') AS may_set,
    pg_catalog.has_column_privilege(u.relation, a.attnum, 'SELECT') AS may_look
FROM uses u
JOIN pg_catalog.pg_class c ON c.oid = u.sequence AND c.relkind = 'S'
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
JOIN pg_catalog.pg_attribute a ON a.attrelid = u.relation AND a.attnum = u.num
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typcategory = 'N'
GROUP BY u.relation, a.attname, a.attnum, c.oid, n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax
ORDER BY n.nspname, c.relname, u.relation, a.attnum
