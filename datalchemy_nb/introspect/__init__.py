"""Reading a PostgreSQL database's schema, and loading a run into it: the only place that talks to a server."""
