"""Plans that draft themselves: inference rules over a schema, each leaving its evidence."""

from datalchemy_nb.planning.suggest.draft import draft_plan
from datalchemy_nb.planning.suggest.explain import explain
from datalchemy_nb.planning.suggest.suggestion import Draft, RowCount, Suggestion

__all__ = ["Draft", "RowCount", "Suggestion", "draft_plan", "explain"]
