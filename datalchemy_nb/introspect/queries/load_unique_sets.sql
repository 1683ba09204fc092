-- Unique sets of the tables: what is compared, and whether the role may read it and keep it in a temporary table.
SELECT
    i.indrelid AS relation,
    x.relname AS name,
    ARRAY(
        SELECT pg_catalog.pg_get_indexdef(i.indexrelid, part, true)
        FROM pg_catalog.generate_series(1, i.indnkeyatts) part
    ) AS keys,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    $nulls_not_distinct AS nulls_not_distinct,
    ARRAY(
        SELECT a.attname::text
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum > 0 AND a.attnum = ANY (read.numbers)
    ) AS columns,
    pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP') AND coalesce((
        SELECT bool_and(pg_catalog.has_column_privilege(i.indrelid, a.attnum, 'SELECT'))
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum > 0 AND a.attnum = ANY (read.numbers)
    ), false) AS may_compare
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
CROSS JOIN LATERAL (
    -- Those of its keys, and those that expressions and the predicate read.
    SELECT ARRAY(
        SELECT pg_catalog.unnest(i.indkey::smallint[])
        UNION
        SELECT d.refobjsubid::smallint
        FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid
    ) AS numbers
) read
WHERE i.indrelid = ANY (%(relations)s) AND i.indisunique AND i.indisvalid AND NOT i.indisexclusion AND NOT $period
ORDER BY i.indrelid, i.indexrelid
