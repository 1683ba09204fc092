"""Databases for tests: filled once by a plan, and cloned for each test (the pytest plugin)."""
