"""Faker as domains: its word lists composed and counted, its methods as pools, its named generators."""
