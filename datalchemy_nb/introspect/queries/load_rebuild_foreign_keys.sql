-- Foreign keys that begin at the tables, with all that a new one must be given.
SELECT
    k.oid,
    k.conrelid AS relation,
    k.confrelid AS referenced,
    n.nspname AS schema,
    c.relname AS table,
    k.conname AS name,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition,
    pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment,
    k.convalidated AS is_valid,
    $enforced AS is_enforced,
    $period AS is_temporal,
    k.confmatchtype = 'f' AS matches_full,
    k.conparentid <> 0 AS is_inherited,
    pg_catalog.has_table_privilege(k.confrelid, 'REFERENCES') AS may_refer,
    NOT EXISTS (
        SELECT FROM pg_catalog.pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O'
    ) AS fires,
    (SELECT pn.nspname FROM pg_catalog.pg_namespace pn WHERE pn.oid = p.relnamespace) AS referenced_schema,
    p.relname AS referenced_table,
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
    ) AS operators
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
WHERE k.contype = 'f' AND k.conrelid = ANY (%(relations)s)
ORDER BY k.oid
