"""What a profile of a real database says to a draft: figures of columns, families, relations, and rows per table."""

from __future__ import annotations

from datalchemy_nb.drafting.learned.columns import learned_suggestion
from datalchemy_nb.drafting.learned.known import Known
from datalchemy_nb.drafting.learned.relations import claim_found, families, without_guesses
from datalchemy_nb.drafting.learned.rows import learned_rows

__all__ = ["Known", "claim_found", "families", "learned_rows", "learned_suggestion", "without_guesses"]
