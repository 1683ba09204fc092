SELECT
    i.indrelid AS relation,
    c.relname AS name,
    i.indisunique AS is_unique,
    i.indisprimary AS is_primary,
    i.indisvalid AS is_valid,
    am.amname AS method,
    pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    $nulls_not_distinct AS nulls_not_distinct,
    i.indnkeyatts AS key_count,
    parts.columns,
    parts.expressions,
    k.conname AS constraint
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_constraint k
    ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
CROSS JOIN LATERAL (
    SELECT
        pg_catalog.array_agg(a.attname::text ORDER BY u.position) AS columns,
        pg_catalog.array_agg(
            CASE WHEN u.attnum = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, u.position::int, false) END
            ORDER BY u.position
        ) AS expressions
    FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS u (attnum, position)
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum > 0
) parts
WHERE i.indrelid = ANY (%(relations)s)
