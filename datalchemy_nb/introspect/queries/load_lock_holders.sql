-- Sessions that hold locks on the tables, those of a prepared transaction too; never what they are running.
-- Where the tables are not known yet, those that let nobody even read one.
SELECT
    n.nspname AS schema,
    c.relname AS table,
    l.pid,
    coalesce(s.usename, '') AS role,
    coalesce(s.application_name, '') AS application,
    coalesce(s.state, 'prepared transaction') AS state,
    coalesce(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - s.xact_start), 0)::bigint AS seconds,
    pg_catalog.bool_or(l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) AS strong
FROM pg_catalog.pg_locks l
JOIN pg_catalog.pg_class c ON c.oid = l.relation
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_stat_activity s ON s.pid = l.pid
WHERE l.locktype = 'relation'
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  AND l.granted
  AND (l.relation = ANY (%(relations)s::oid[])
       OR %(relations)s::oid[] = '{}' AND l.mode = 'AccessExclusiveLock' AND n.nspname !~ '^pg_')
  AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
GROUP BY n.nspname, c.relname, l.pid, s.usename, s.application_name, s.state, s.xact_start
ORDER BY strong DESC, s.xact_start, l.pid
