"""The torture schema, introspected once."""

from pathlib import Path

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import ConnectionInfo, connect

HERE = Path(__file__).parent


def torture_ddl(server_version_num: int) -> str:
    files = ["torture.sql"] + (["torture_18.sql"] if server_version_num >= 180000 else [])
    return "\n".join((HERE / name).read_text() for name in files)


class Torture:
    """Short ways into the introspected schema."""

    def __init__(self, url: str, schema: DatabaseSchema) -> None:
        self.url = url
        self.schema = schema

    def table(self, name: str, schema: str = "Torture Test") -> Table:
        return self.schema.tables[TableRef(schema, name)]

    def constraint(self, table: str, name: str):
        return next(c for c in self.table(table).constraints if c.name == name)

    def index(self, table: str, name: str):
        return next(i for i in self.table(table).indexes if i.name == name)


@pytest.fixture(scope="session")
def torture(postgres_url: str, database) -> Torture:
    with connect(postgres_url) as connection:
        version = ConnectionInfo.of(connection).server_version_num
    url = database(torture_ddl(version))
    with connect(url) as connection:
        return Torture(url, introspect(connection))
