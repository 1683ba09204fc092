"""Looking at the schema: search, one table, its neighbours."""

from __future__ import annotations

from typing import Any

from traitlets import Any as AnyTrait
from traitlets import Tuple, Unicode, observe

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.results.base import TableResult
from datalchemy_nb.widgets.models.choose import matching_tables
from datalchemy_nb.widgets.models.workbench import PanelModel, Workbench, magic


class SchemaModel(PanelModel):
    """Which tables are found, and which is looked at.

    Attributes:
        search: words; a table is found by its name or those of its columns.
        found: tables that fit.
        table: the one that is shown.
    """

    search = Unicode("")
    found = Tuple()
    table = AnyTrait(None, allow_none=True)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        bench.observe(self._look, ["schema"])
        self._look(None)

    @property
    def result(self) -> TableResult | None:
        """The chosen table."""
        return TableResult(self.table, self.bench.schema) if self.table and self.bench.schema else None

    def choose(self, table: TableRef | None) -> None:
        """Show a table."""
        self.table = table

    def magic_line(self) -> str:
        """``schema`` of the table."""
        return magic("schema", self.table) if self.table else magic("schema")

    @observe("search")
    def _look(self, change: Any) -> None:
        schema = self.bench.schema
        self.found = tuple(matching_tables(schema, self.search)) if schema else ()
        if self.table not in self.found:
            self.table = self.found[0] if self.found else None

    @observe("table")
    def _chosen(self, change: Any) -> None:
        self.magic = self.magic_line()
