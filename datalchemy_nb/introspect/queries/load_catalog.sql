-- All that the catalog says of the tables, their columns, keys, indexes and triggers; numbers that a new object gets anew are left out.
WITH related AS (
    SELECT c.oid, c.oid AS relation FROM pg_catalog.pg_class c WHERE c.oid = ANY (%(relations)s)
    UNION ALL
    SELECT i.indexrelid, i.indrelid FROM pg_catalog.pg_index i WHERE i.indrelid = ANY (%(relations)s)
), keys AS (
    SELECT k.* FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = ANY (%(relations)s) OR k.confrelid = ANY (%(relations)s)
), facts (relation, name, fact) AS (
    SELECT
        r.relation,
        c.relname::text,
        'relation ' || (pg_catalog.to_jsonb(c) - '{oid,relfilenode,reltype,relpages,reltuples,relallvisible,relallfrozen,
            relfrozenxid,relminmxid,relhasindex,relhastriggers,relhasrules,relacl}'::text[])::text
        || coalesce(c.relacl::text, '') || coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '')
    FROM related r JOIN pg_catalog.pg_class c USING (oid)
    UNION ALL
    SELECT
        r.relation,
        -- A column of an index keeps the name that the table's column once had; nothing reads it.
        c.relname || '.' || CASE WHEN c.relkind IN ('i', 'I') THEN a.attnum::text ELSE a.attname::text END,
        'column ' || (
            pg_catalog.to_jsonb(a)
            - CASE WHEN c.relkind IN ('i', 'I') THEN '{attrelid,attname}'::text[] ELSE '{attrelid}'::text[] END
        )::text
        || coalesce(pg_catalog.col_description(a.attrelid, a.attnum), '')
    FROM related r
    JOIN pg_catalog.pg_class c USING (oid)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
    UNION ALL
    SELECT
        i.indrelid,
        c.relname::text,
        'index ' || (pg_catalog.to_jsonb(i) - '{indexrelid,indcheckxmin,indexprs,indpred}'::text[])::text
        || pg_catalog.pg_get_indexdef(i.indexrelid)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY (%(relations)s)
    UNION ALL
    SELECT
        k.conrelid,
        k.conname::text,
        'constraint ' || (pg_catalog.to_jsonb(k) - '{oid,conindid}'::text[])::text
        || coalesce((SELECT c.relname FROM pg_catalog.pg_class c WHERE c.oid = k.conindid), '')
        || pg_catalog.pg_get_constraintdef(k.oid) || coalesce(pg_catalog.obj_description(k.oid, 'pg_constraint'), '')
    FROM keys k
    UNION ALL
    SELECT
        t.tgrelid,
        CASE WHEN t.tgisinternal THEN coalesce(k.conname::text, '') ELSE t.tgname::text END,
        'trigger ' || (pg_catalog.to_jsonb(t) - '{oid,tgname,tgconstraint,tgconstrindid,tgparentid}'::text[])::text
    FROM pg_catalog.pg_trigger t LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
    WHERE t.tgrelid = ANY (%(relations)s) OR k.oid IN (SELECT oid FROM keys)
    UNION ALL
    SELECT
        s.stxrelid,
        s.stxname::text,
        'statistics ' || pg_catalog.to_jsonb(s)::text
    FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = ANY (%(relations)s)
)
SELECT relation, name, pg_catalog.md5(fact) AS fact FROM facts ORDER BY relation, name, fact
