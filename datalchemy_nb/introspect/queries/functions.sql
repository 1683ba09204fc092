-- SQL-language functions outside the system schemas, and those of other languages that are used, without their bodies; `is_used` marks those that CHECKs, index expressions, generated
-- columns and domain checks depend on. Bodies given as text leave no trace in pg_depend: their calls are found by name.
WITH users (classid, objid) AS (
    SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid
    FROM pg_catalog.pg_constraint k
    WHERE k.contype IN ('c', 'x') AND (k.conrelid = ANY (%(relations)s) OR k.contypid = ANY (%(domains)s))
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, i.indexrelid
    FROM pg_catalog.pg_index i
    WHERE i.indrelid = ANY (%(relations)s)
    UNION ALL
    SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass::oid, d.oid
    FROM pg_catalog.pg_attrdef d
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.adrelid = ANY (%(relations)s) AND a.attgenerated <> ''
),
used (oid) AS (
    SELECT d.refobjid
    FROM users u
    JOIN pg_catalog.pg_depend d ON d.classid = u.classid AND d.objid = u.objid
    WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
)
SELECT
    p.oid,
    n.nspname AS schema,
    p.proname AS name,
    p.oid IN (SELECT used.oid FROM used) AS is_used,
    (
        SELECT coalesce(pg_catalog.array_agg(coalesce(p.proargnames[a.position], '') ORDER BY a.position), '{}')
        FROM pg_catalog.generate_subscripts(coalesce(p.proallargtypes, p.proargtypes::oid[]), 1) AS s (subscript)
        CROSS JOIN LATERAL (SELECT s.subscript + (p.proallargtypes IS NULL)::int AS position) a
        WHERE coalesce(p.proargmodes[a.position], 'i') IN ('i', 'b', 'v')
    ) AS arguments,
    (
        SELECT coalesce(pg_catalog.array_agg(pg_catalog.format_type(t.type, NULL) ORDER BY t.position), '{}')
        FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (type, position)
    ) AS argument_types,
    pg_catalog.pg_get_function_result(p.oid) AS returns,
    p.provolatile::text AS volatility,
    l.lanname::text AS language,
    CASE WHEN l.lanname = 'sql' THEN $function_body ELSE '' END AS body,
    (
        SELECT coalesce(pg_catalog.array_agg(d.refobjid), '{}')
        FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND d.objid = p.oid
          AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    ) AS calls
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE (l.lanname = 'sql' OR p.oid IN (SELECT used.oid FROM used))
  AND p.prokind = 'f'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
