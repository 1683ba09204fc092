"""A profile of a real database: read, its relations ticked, drafted from, and held beside what the plan makes."""

from __future__ import annotations

from typing import Any

from traitlets import Any as AnyTrait
from traitlets import Bool, Dict, Float, Tuple, Unicode, observe

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.profile import FoundRelation
from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.show.document import plural
from datalchemy_nb.widgets.models.workbench import Notice, PanelModel, Workbench, magic

SAMPLE = 1_000
"""Rows of the plan that are held beside the profile."""


class ProfileModel(PanelModel):
    """A profile and the plan beside it.

    Attributes:
        values: also read values and histograms of columns that are not personal.
        profile: the `Profile`, or None.
        kept: for each of its relations, whether the draft holds it.
        scale: how many times the profile's rows.
        table: the table whose columns are shown, as text; empty for none.
        tables: those there are, as text.
        made: rows of the table as the plan makes them (`Preview`), or None.
    """

    values = Bool(True)
    profile = AnyTrait(None, allow_none=True)
    kept = Dict()
    scale = Float(1.0)
    table = Unicode("")
    tables = Tuple()
    made = AnyTrait(None, allow_none=True)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        bench.observe(lambda _: self._sample(), ["plan"])

    @property
    def relations(self) -> tuple[FoundRelation, ...]:
        """What was counted, all of it."""
        return self.profile.relations if self.profile is not None else ()

    def read(self) -> None:
        """Count on the connected server."""
        values = self.values
        self.start("counting", lambda job: self.session.profile(allow_histograms=values), self._read)

    def keep(self, index: int, keep: bool) -> None:
        """Hold a relation in the draft, or leave it out."""
        self.kept = {**self.kept, str(index): keep}

    def draft(self) -> None:
        """Draft a plan that follows the profile and the relations that are ticked."""
        if self.profile is None:
            self.notice = Notice("no profile yet", "warn", "read one first")
            return
        kept = tuple(one for at, one in enumerate(self.relations) if self.kept.get(str(at), True))
        profile, scale = self.profile.model_copy(update={"relations": kept}), self.scale
        self.start(
            "drafting",
            lambda job: self.session.show_plan(draft=True, profile=profile, scale=scale),
            lambda plan: self._drafted(plan, len(kept)),
        )

    def magic_line(self) -> str:
        """``profile``."""
        return magic("profile", allow_histograms=self.values)

    def _read(self, result: Any) -> None:
        self.kept = {}
        self.profile = result.profile
        self.tables = tuple(str(one.ref) for one in self.profile.tables if one.columns)
        self.table = self.tables[0] if self.tables else ""
        counted = plural(len(self.relations), "relation")
        self.notice = Notice(f"{plural(len(self.profile.tables), 'table')}, {counted}; no row was read", "ok")
        self._sample()

    def _drafted(self, plan: Any, kept: int) -> None:
        self.bench.take_plan(plan)
        self.notice = Notice(f"a plan of {plural(len(plan.targets), 'table')} with {plural(kept, 'relation')}", "ok")
        self._sample()

    def _sample(self) -> None:
        """Make rows of the table as the plan is now; a plan that cannot make them shows nothing beside the profile."""
        self.made = None
        if self.bench.plan is None or not self.table or self.profile is None:
            return
        ref = next(one.ref for one in self.profile.tables if str(one.ref) == self.table)
        rows = self.bench.plan.counts().get(TableRef(ref.schema, ref.table), 0)
        if rows:
            try:
                self.made = self.session.preview(ref, rows=min(rows, SAMPLE))
            except DatalchemyError as error:
                self.notice = Notice.of(error)

    @observe("table")
    def _chosen(self, _: Any) -> None:
        self._sample()

    @observe("values")
    def _asked(self, _: Any) -> None:
        self.magic = self.magic_line()
