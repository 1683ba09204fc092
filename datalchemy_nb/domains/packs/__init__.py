"""Generators by line of business; importing this package registers them all."""

from datalchemy_nb.domains.packs import crm, finance, logistics

__all__ = ["crm", "finance", "logistics"]
