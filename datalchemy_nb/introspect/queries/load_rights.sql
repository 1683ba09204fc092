-- What the role may not do with the tables, a row per table; `columns` are those that rows are sent for.
SELECT
    c.oid,
    n.nspname AS schema,
    c.relname AS name,
    o.rolname AS owner,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned,
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS may_enter,
    pg_catalog.has_table_privilege(c.oid, 'TRUNCATE') AS may_truncate,
    pg_catalog.has_table_privilege(c.oid, 'DELETE') AS may_delete,
    pg_catalog.has_table_privilege(c.oid, 'SELECT') AS may_select,
    pg_catalog.has_table_privilege(c.oid, 'REFERENCES') AS may_refer,
    pg_catalog.has_any_column_privilege(c.oid, 'INSERT') AS may_insert_some,
    pg_catalog.row_security_active(c.oid) AS row_security,
    ARRAY(
        SELECT a.attname::text
        FROM ROWS FROM (pg_catalog.unnest(%(of)s::oid[]), pg_catalog.unnest(%(columns)s::text[])) AS sent (relation, name)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = sent.relation AND a.attname = sent.name
        WHERE sent.relation = c.oid AND NOT pg_catalog.has_column_privilege(c.oid, a.attnum, 'INSERT')
        ORDER BY a.attnum
    ) AS not_insertable
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
WHERE c.oid = ANY (%(relations)s)
ORDER BY n.nspname, c.relname
