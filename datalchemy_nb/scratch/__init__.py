"""Schemas that are not in a database yet: made in one of our own from files, commands or models, and introspected."""
