"""Domains of text that know their shape."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from datalchemy_nb.domains.base import FILTER_SIZE, Category, Domain
from datalchemy_nb.domains.limits import Length, Limit
from datalchemy_nb.domains.text import widened


@dataclass(frozen=True)
class Shape:
    """What is known of all texts of a node without making them.

    Attributes:
        least: characters of the shortest.
        most: characters of the longest.
        first: characters one can begin with.
        last: characters one can end with.
        alphabet: characters one can hold.
        needs: characters each one holds.
    """

    least: int
    most: int
    first: frozenset[str]
    last: frozenset[str]
    alphabet: frozenset[str]
    needs: frozenset[str]


class Node(Domain):
    """A domain of texts that knows its shape.

    Attributes:
        separator: what goes before the number of a widened value; None = it is not widened.
    """

    category: Category = "text"
    shape: Shape
    separator: str | None = None

    @abstractmethod
    def within(self, least: int, most: int) -> Node:
        """Return the part that has ``least`` to ``most`` characters.

        Raises:
            EmptyDomainError: nothing is left.
        """

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length):
            return super().narrow(limit)
        most = self.shape.most if limit.at_most is None else limit.at_most
        if limit.at_least <= self.shape.least and self.shape.most <= most:
            return self
        if self.size <= FILTER_SIZE:
            return super().narrow(limit)
        narrowed = self.within(limit.at_least, most)
        narrowed.separator = self.separator
        return narrowed

    def widen(self, size: int) -> Domain | None:
        return None if self.separator is None else widened(self, size, self.separator)
