"""A PostgreSQL server of one's own with the CRM schema, for the tutorial and the tests."""

from datalchemy_nb.demo.crm import crm_sql, start_demo
from datalchemy_nb.demo.server import EmbeddedServer

__all__ = ["EmbeddedServer", "crm_sql", "start_demo"]
