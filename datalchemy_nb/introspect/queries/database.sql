SELECT
    pg_catalog.current_database() AS database,
    pg_catalog.current_setting('server_version') AS version,
    (SELECT pg_catalog.array_agg(n.nspname::text) FROM pg_catalog.pg_namespace n) AS schemas,
    (SELECT coalesce(pg_catalog.array_agg(e.extname::text), '{}') FROM pg_catalog.pg_extension e) AS extensions
