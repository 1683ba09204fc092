"""Every verb as a plain method: the Python API. No IPython here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from datalchemy_nb.session.ci import CheckVerbs
from datalchemy_nb.session.database import DatabaseVerbs
from datalchemy_nb.session.state import PlanSource

if TYPE_CHECKING:
    from datalchemy_nb.results.base import Connected, DemoResult
    from datalchemy_nb.widgets.studio import Studio


__all__ = ["PlanSource", "Session"]


class Session(DatabaseVerbs, CheckVerbs):
    """One user's work: a connection, a schema, a plan, and the runs they lead to.

    Args:
        out_dir: where run directories go.
        goldens_dir: where goldens lie.
        strict: unknown fields in plans and violations in evaluations are errors.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the demo server, if this session started one."""
        if self._demo is not None:
            self._demo.stop()
            self._demo = None

    def start_demo(self, *, shop: bool = False) -> Connected:
        """Start the embedded PostgreSQL with the CRM schema, and connect to it.

        Args:
            shop: with the shop in English instead.

        Raises:
            ConnectionFailed: the server does not start, or its package is missing.
        """
        from datalchemy_nb.demo import EmbeddedServer, crm
        from datalchemy_nb.demo import shop as shops

        demo = shops if shop else crm
        if self._demo is None:
            self._demo = EmbeddedServer()
        if demo.DATABASE not in self._demo.databases:
            url = self._demo.create_database(demo.DATABASE)
            shops.apply_shop(url) if shop else crm.apply_crm(url)
        self._demo.database = demo.DATABASE
        return self.connect(self._demo.conninfo)

    def demo(
        self,
        *,
        shop: bool = False,
        rows: int | None = None,
        story: bool = True,
        out_dir: Path | str | None = None,
        show: Callable[[str, Any], None] | None = None,
        on_progress: Callable[[Any], None] | None = None,
    ) -> DemoResult | Connected:
        """Give a full walkthrough on an embedded PostgreSQL: introspect, validate, preview, generate, judge, load.

        The server runs on until the session is closed, and the session stays connected to it.

        Args:
            rows: at most this many a table, in proportion; None = as the example plans say.
            story: give it; without, only start the server and connect.
            out_dir: parent of the run directories.
            show: called with a title and a result after every step.
            on_progress: called while generating and loading.

        Raises:
            ConnectionFailed: the server does not start, or its package is missing.
        """
        from datalchemy_nb.session.story import tell

        if not story:
            return self.start_demo(shop=shop)
        return tell(self, shop=shop, rows=rows, out_dir=out_dir, show=show, on_progress=on_progress)

    def studio(self, panel: str | None = None, *, language: str | None = None) -> Studio:
        """Open the panels: they show and change this session.

        Args:
            panel: only this one (connect, schema, plan, preview, run, load, report, golden, profile); None = all, as
                tabs.
            language: of their buttons and headings, ``en`` or ``pt_BR``; None = the one in use, at first that of
                ``LC_ALL`` or ``LANG``.

        Raises:
            UsageError: there is no such panel, or there are no words of that language.
        """
        from datalchemy_nb.widgets.studio import Studio

        return Studio(self, panel, language=language)
