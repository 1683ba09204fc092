-- Tables, views and partitions of the chosen schemas. The others start from these.
SELECT
    c.oid,
    n.nspname AS schema,
    c.relname AS name,
    c.relkind::text AS kind,
    pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
    p.partstrat::text AS partition_strategy,
    CASE WHEN p.partrelid IS NOT NULL THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
    (
        SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.position)
        FROM pg_catalog.unnest(p.partattrs::int2[]) WITH ORDINALITY AS k (attnum, position)
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum AND k.attnum > 0
    ) AS partition_columns,
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_partition_constraintdef(c.oid) END AS partition_constraint,
    c.relispartition AS is_partition,
    parents.oids AS parent_oids,
    parents.schemas AS parent_schemas,
    parents.names AS parent_names
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = c.oid
LEFT JOIN LATERAL (
    SELECT
        pg_catalog.array_agg(pc.oid ORDER BY i.inhseqno) AS oids,
        pg_catalog.array_agg(pn.nspname::text ORDER BY i.inhseqno) AS schemas,
        pg_catalog.array_agg(pc.relname::text ORDER BY i.inhseqno) AS names
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
    JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
    WHERE i.inhrelid = c.oid
) parents ON true
WHERE n.nspname = ANY (%(schemas)s)
  AND c.relkind = ANY (%(kinds)s::"char"[])
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
