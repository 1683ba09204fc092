SELECT
    t.tgrelid AS relation,
    t.tgname AS name,
    t.tgtype AS bits,
    t.tgenabled::text AS enabled,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) AS function,
    p.prosrc AS body,
    l.lanname::text AS language,
    t.tgqual IS NOT NULL AS conditional
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE t.tgrelid = ANY (%(relations)s) AND NOT t.tgisinternal
