-- Of the tables to load: whether this role may drop their keys and build them again, and what stands in the way.
SELECT
    c.oid,
    pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owned,
    pg_catalog.has_schema_privilege(c.relnamespace, 'CREATE') AS may_create,
    c.relkind = 'p' OR c.relispartition AS partitioned,
    EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE c.oid IN (h.inhrelid, h.inhparent)) AS inherits,
    EXISTS (
        SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 32 <> 0
    ) AS truncate_trigger,
    ARRAY(
        SELECT k.oid FROM pg_catalog.pg_constraint k
        WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.conrelid <> c.oid
    ) AS referred_by
FROM pg_catalog.pg_class c
WHERE c.oid = ANY (%(relations)s)
