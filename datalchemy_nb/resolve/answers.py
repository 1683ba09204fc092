"""Questions that only PostgreSQL can answer, and the answers: from the plan, or from a server now."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.base import canonical_sha256
from datalchemy_nb.contracts.feasibility import Unanswered
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ServerAnswer
from datalchemy_nb.records import dataclass

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Question:
    """Which rows satisfy an expression.

    Attributes:
        expression: PostgreSQL's SQL over the quoted columns; null counts as true.
        types: of the columns, as PostgreSQL writes them.
        rows: the candidates, as text.
    """

    expression: str
    types: tuple[str, ...]
    rows: pl.DataFrame

    def sha256(self) -> str:
        """What an answer is known by."""
        return canonical_sha256([self.expression, self.types, self.rows.to_dict(as_series=False)])


Ask = Callable[[Question], Mask | Unanswered]
"""Answers for every row, or says why it cannot."""


class Answers:
    """What a server said, in a plan or now.

    Args:
        known: answers of the plan.
        ask: asks the server; None where there is no connection.

    Attributes:
        consulted: whether anything was asked, of the plan or of a server.
    """

    def __init__(self, known: Iterable[ServerAnswer] = (), ask: Ask | None = None) -> None:
        self._known = {(answer.ref, answer.question_sha256): answer for answer in known}
        self._ask = ask
        self._given: dict[TableRef, list[ServerAnswer]] = {}
        self.consulted = False

    @property
    def given(self) -> tuple[ServerAnswer, ...]:
        """What was answered, table by table."""
        return tuple(answer for found in self._given.values() for answer in found)

    def again(self, ref: TableRef) -> None:
        """A table asks anew; what it was told before is known."""
        before = self._given.get(ref, ())
        self._known.update({(answer.ref, answer.question_sha256): answer for answer in before})
        self._given[ref] = []

    def accepted(self, ref: TableRef, check: str, question: Question) -> Mask | Unanswered:
        """The rows a question's expression accepts, or why nobody knows."""
        self.consulted = True
        digest = question.sha256()
        answer = self._known.get((ref, digest))
        if answer is None:
            if self._ask is None:
                return Unanswered("only PostgreSQL can evaluate it, and there is no connection to ask it")
            found = self._ask(question)
            if isinstance(found, Unanswered):
                return found
            bits = base64.b64encode(np.packbits(found).tobytes()).decode()
            answer = ServerAnswer(
                schema_name=ref.schema, table=ref.table, constraint=check, question_sha256=digest,
                asked=len(found), accepted=int(found.sum()), bits=bits,
            )  # fmt: skip
        self._given.setdefault(ref, []).append(answer)
        packed = np.frombuffer(base64.b64decode(answer.bits), dtype=np.uint8)
        return np.unpackbits(packed, count=answer.asked).astype(bool)
