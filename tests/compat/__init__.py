"""Schemas of other people's applications, made by their own migrations, filled and judged by PostgreSQL."""
