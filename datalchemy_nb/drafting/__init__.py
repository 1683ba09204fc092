"""Plans that draft themselves: inference rules over a schema, each leaving its evidence."""

from datalchemy_nb.drafting.draft import draft_plan
from datalchemy_nb.drafting.explain import explain
from datalchemy_nb.drafting.suggestion import Draft, RowCount, Suggestion

__all__ = ["Draft", "RowCount", "Suggestion", "draft_plan", "explain"]
