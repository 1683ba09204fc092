-- Event triggers that would hear of keys being dropped and made.
SELECT evtname AS name FROM pg_catalog.pg_event_trigger
WHERE evtenabled IN ('O', 'A') AND evtevent <> 'login' ORDER BY evtname
