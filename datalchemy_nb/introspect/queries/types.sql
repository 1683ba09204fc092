-- Types of the chosen schemas, and all types the columns reach: through arrays, domains, ranges and composites.
WITH RECURSIVE reached (oid) AS (
    SELECT a.atttypid
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = ANY (%(relations)s) AND a.attnum > 0 AND NOT a.attisdropped
    UNION
    SELECT t.oid
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE n.nspname = ANY (%(schemas)s)
      AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e'
      )
    UNION
    SELECT part.oid
    FROM reached
    JOIN pg_catalog.pg_type t ON t.oid = reached.oid
    CROSS JOIN LATERAL (
        SELECT t.typbasetype
        UNION ALL SELECT t.typelem
        UNION ALL SELECT r.rngsubtype FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid
        UNION ALL SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE $range_of_multirange
        UNION ALL
        SELECT a.atttypid
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'c'
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) part (oid)
    WHERE part.oid <> 0
)
SELECT
    t.oid,
    n.nspname AS schema,
    t.typname AS name,
    t.typtype::text AS kind,
    CASE WHEN c.relkind = 'c' THEN t.typrelid ELSE 0 END AS fields_of,
    t.typbasetype AS base,
    t.typtypmod AS typmod,
    t.typndims AS dimensions,
    CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS formatted_base,
    -- int2vector and the like have elements without being arrays.
    CASE WHEN e.typarray = t.oid THEN t.typelem ELSE 0 END AS element,
    t.typcollation AS collation,
    t.typnotnull AS not_null,
    pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS default_expression,
    coalesce(r.rngsubtype, 0) AS subtype,
    $multirange_name AS multirange,
    (
        SELECT pg_catalog.array_agg(l.enumlabel::text ORDER BY l.enumsortorder)
        FROM pg_catalog.pg_enum l
        WHERE l.enumtypid = t.oid
    ) AS labels
FROM reached
JOIN pg_catalog.pg_type t ON t.oid = reached.oid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid $or_multirange
LEFT JOIN pg_catalog.pg_type m ON m.oid = $multirange_oid
