"""The plan's tables and the columns of one, as grids to edit."""

from __future__ import annotations

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.show.document import Code, Dim
from datalchemy_nb.show.escape import visible
from datalchemy_nb.widgets.front.grid import Actions, Chip, Column, Entry, Grid, Row
from datalchemy_nb.widgets.models.plan import PlanModel

HEIGHT = "206px"
_COLUMNS = (
    Column("column"),
    Column("type"),
    Column("made by"),
    Column("samples"),
    Column("nulls", right=True, size=5, title="share of rows without a value"),
    Column("relations"),
    Column("constraints"),
    Column("why"),
)


class TablesGrid:
    """All tables with their rows."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self._refs: dict[str, TableRef] = {}
        actions = Actions(choose=self._chosen, edit=self._edited, query=self._searched)
        self.grid = Grid(
            "Tables of the plan",
            actions,
            height=HEIGHT,
            find="Find",
            find_hint="tables or columns",
            pinned=1,
            empty="No table fits.",
        )

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        lines = model.table_lines
        self._refs = {str(line.ref): line.ref for line in lines}
        one = len({ref.schema for ref in model.bench.schema.tables}) == 1 if model.bench.schema else False
        rows = []
        for line in lines:
            hint = f"{line.planned:,}" if line.planned else "none"
            entry = Entry("" if line.rows is None else f"{line.rows:,}", hint, usable=model.plan is not None)
            name = Code(line.ref.table if one else str(line.ref))
            rows.append(Row(str(line.ref), (name, entry), "bad" if line.wrong else ""))
        columns = (Column("table"), Column("rows", right=True, size=10))
        total = sum(target.rows for target in model.plan.targets) if model.plan else 0
        note = f"{len(lines):,} tables" + (f", {total:,} rows asked" if model.plan else "")
        chosen = str(model.table) if model.table is not None else ""
        self.grid.show(columns, rows, selected=chosen, view={"query": model.words, "note": note})

    def _chosen(self, key: str) -> None:
        if key in self._refs:
            self.model.choose(self._refs[key], self.model.column)

    def _edited(self, key: str, column: str, text: str) -> None:
        if key in self._refs:
            self.model.set_rows_of(self._refs[key], text)
            self.refresh()

    def _searched(self, text: str) -> None:
        self.model.words = text


class ColumnsGrid:
    """The columns of the chosen table: what each is, what makes it, and what it looks like."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        actions = Actions(choose=self._chosen, edit=self._edited)
        self.grid = Grid("Columns", actions, height="256px", pinned=1, empty="No schema yet: connect to a database.")

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        rows = []
        for line in model.column_lines:
            made = Code(line.generator) if line.generator else Dim(line.source)
            nulls = "" if line.nulls is None else f"{line.nulls:g}"
            rate = model.plan.null_rate if model.plan else 0.0
            entry = Entry(nulls, f"{rate:g}" if line.may_be_null else "", usable=line.editable)
            cells = (
                Code(("✗ " if line.wrong else "") + line.name),
                line.type,
                made,
                Dim(" · ".join(line.samples)),
                entry,
                "; ".join(line.relations),
                tuple(Chip(word) for word in line.badges) or None,
                Dim(line.why),
            )
            rows.append(Row(line.name, cells, "bad" if line.wrong else ""))
        label = f"Columns of {visible(model.table)}" if model.table is not None else "Columns"
        said = [i for i, column in enumerate(_COLUMNS) if column.name not in ("relations", "why") or _says(rows, i)]
        shown = [Row(row.key, tuple(row.cells[i] for i in said), row.mark) for row in rows]
        self.grid.show([_COLUMNS[i] for i in said], shown, selected=model.column, label=label)

    def _chosen(self, key: str) -> None:
        self.model.choose(self.model.table, key)

    def _edited(self, key: str, column: str, text: str) -> None:
        self.model.set_nulls_of(key, text)
        self.refresh()


def _says(rows: list[Row], place: int) -> bool:
    return any(row.cells[place] not in ("", Dim("")) for row in rows)
