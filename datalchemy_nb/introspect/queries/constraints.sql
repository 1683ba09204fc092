-- Constraints of the chosen relations, and those of domains.
SELECT
    k.conrelid AS relation,
    k.contypid AS type,
    k.contype::text AS kind,
    k.conname AS name,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition,
    k.condeferrable AS is_deferrable,
    k.condeferred AS initially_deferred,
    NOT k.convalidated AS not_valid,
    $enforced AS enforced,
    $period AS period,
    $nulls_not_distinct AS nulls_not_distinct,
    (
        SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.position)
        FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u (attnum, position)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
    ) AS columns,
    rn.nspname AS referenced_schema,
    rc.relname AS referenced_table,
    (
        SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.position)
        FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u (attnum, position)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum
    ) AS referenced_columns,
    k.confupdtype::text AS on_update,
    k.confdeltype::text AS on_delete,
    k.confmatchtype::text AS match_type,
    am.amname AS method,
    CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END AS predicate,
    x.columns AS element_columns,
    x.expressions AS element_expressions,
    x.operators AS element_operators
FROM pg_catalog.pg_constraint k
LEFT JOIN pg_catalog.pg_class rc ON rc.oid = k.confrelid AND k.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN LATERAL (
    SELECT
        pg_catalog.array_agg(a.attname::text ORDER BY u.position) AS columns,
        pg_catalog.array_agg(pg_catalog.pg_get_indexdef(i.indexrelid, u.position::int, false) ORDER BY u.position)
            AS expressions,
        pg_catalog.array_agg(o.oprname::text ORDER BY u.position) AS operators
    FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY AS u (operator, position)
    JOIN pg_catalog.pg_operator o ON o.oid = u.operator
    LEFT JOIN pg_catalog.pg_attribute a
        ON a.attrelid = k.conrelid AND a.attnum = (i.indkey::int2[])[u.position - 1] AND a.attnum > 0
) x ON k.contype = 'x'
WHERE (k.conrelid = ANY (%(relations)s) OR k.contypid = ANY (%(domains)s))
  AND k.contype IN ('p', 'u', 'c', 'f', 'x')
  -- A foreign key to a partitioned table has a hidden twin for every partition it may point to.
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_constraint twin
      WHERE twin.oid = k.conparentid AND twin.conrelid = k.conrelid AND k.contype = 'f'
  )
