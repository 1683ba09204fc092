-- Every index of the tables, with all that a new one must be given, and what depends on it.
SELECT
    i.indexrelid AS oid,
    i.indrelid AS relation,
    n.nspname AS schema,
    t.relname AS table,
    x.relname AS name,
    k.contype::text AS constraint_type,
    k.condeferrable AS is_deferrable,
    k.condeferred AS is_deferred,
    pg_catalog.obj_description(k.oid, 'pg_constraint') AS constraint_comment,
    pg_catalog.obj_description(i.indexrelid, 'pg_class') AS comment,
    pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
    coalesce(s.spcname, '') AS tablespace,
    i.indisclustered AS is_clustered,
    i.indisreplident AS is_replica_identity,
    i.indisunique AS is_unique,
    $nulls_not_distinct AS nulls_not_distinct,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    ARRAY(
        SELECT pg_catalog.pg_get_indexdef(i.indexrelid, part, true)
        FROM pg_catalog.generate_series(1, i.indnkeyatts) part
    ) AS keys,
    ARRAY(
        SELECT ARRAY[a.attnum::text, a.attstattarget::text]
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0
        ORDER BY a.attnum
    ) AS statistics,
    NOT i.indisvalid OR NOT i.indisready AS is_invalid,
    i.indisexclusion OR $period AS is_exclusion,
    -- What an index calls while it is built runs with a search path of its own, so that it may fail where a row does not.
    EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid
          AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          AND d.refobjid >= 16384
    ) AS calls_function,
    EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.deptype IN ('e', 'x') AND d.objid IN (i.indexrelid, k.oid)
          AND d.classid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_constraint'::pg_catalog.regclass)
    ) AS of_extension,
    ARRAY(
        SELECT d.objid
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_constraint f ON f.oid = d.objid AND f.contype = 'f'
        WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refobjid = i.indexrelid
    ) AS foreign_keys,
    (
        SELECT min(pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid))
        FROM pg_catalog.pg_depend d
        LEFT JOIN pg_catalog.pg_constraint f
            ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND f.oid = d.objid AND f.contype = 'f'
        WHERE (
            (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indexrelid)
            OR (d.refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.refobjid = k.oid)
        )
        AND f.oid IS NULL
        AND NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = i.indexrelid)
        -- A deferrable constraint is checked by a trigger of its own.
        AND NOT (
            d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
            AND EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.oid = d.objid AND g.tgisinternal)
        )
    ) AS dependent
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = x.reltablespace
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE i.indrelid = ANY (%(relations)s)
ORDER BY i.indexrelid
