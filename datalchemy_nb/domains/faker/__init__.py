"""Faker as domains: its word lists composed and counted, its methods as pools, its named generators."""

from datalchemy_nb.domains.faker import ids

__all__ = ["ids"]
