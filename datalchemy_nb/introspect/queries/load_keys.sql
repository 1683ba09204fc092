-- What tells a row of each table from all others: the primary key, else the smallest unique key without nulls.
SELECT DISTINCT ON (i.indrelid)
    i.indrelid AS relation,
    ARRAY(
        SELECT a.attname::text
        FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY part (num, nth)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.num
        WHERE part.nth <= i.indnkeyatts
        ORDER BY part.nth
    ) AS columns
FROM pg_catalog.pg_index i
WHERE i.indrelid = ANY (%(relations)s)
  AND i.indisunique AND i.indisvalid AND i.indimmediate
  AND i.indpred IS NULL AND i.indexprs IS NULL
  AND NOT EXISTS (
      SELECT FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY part (num, nth)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = part.num
      WHERE part.nth <= i.indnkeyatts AND (NOT a.attnotnull OR a.attgenerated <> '')
  )
ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, i.indexrelid
