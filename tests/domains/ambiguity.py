"""Whether a counted text can be read in two ways: then two ordinals would give one text."""

from __future__ import annotations

from bisect import bisect_left

from datalchemy_nb.domains.grammar.counted import ChoiceNode, SequenceNode
from datalchemy_nb.domains.grammar.nodes import MaskNode, Node, WordsNode

Edge = tuple[tuple[str, ...], int]


class Automaton:
    """States with edges of words; a text is a path from the first state to the last."""

    def __init__(self, node: Node) -> None:
        self.edges: list[list[Edge]] = [[]]
        self.end = self._add(node, 0)

    def _add(self, node: Node, start: int, end: int | None = None) -> int:
        if isinstance(node, SequenceNode):
            for part in node.parts[:-1]:
                start = self._add(part, start)
            return self._add(node.parts[-1], start, end)
        if end is None:
            self.edges.append([])
            end = len(self.edges) - 1
        if isinstance(node, ChoiceNode):
            for option in node.options:
                self._add(option, start, end)
        elif isinstance(node, WordsNode):
            self.edges[start].append((tuple(sorted(node.labels)), end))
        else:
            assert isinstance(node, MaskNode)
            for characters in node.classes[:-1]:
                self.edges.append([])
                self.edges[start].append((tuple(sorted(characters)), len(self.edges) - 1))
                start = len(self.edges) - 1
            self.edges[start].append((tuple(sorted(node.classes[-1])), end))
        return end


def ambiguity(node: Node) -> str | None:
    """Return the end of a text with two readings, or None where there is none.

    Two readings are followed at once, from each place where they part; the one behind must catch up with the other.
    """
    graph = Automaton(node)
    seen: set[tuple[int, int, str]] = set()
    todo: list[tuple[int, int, str, str]] = []

    def put(behind: int, ahead: int, rest: str, told: str) -> None:
        if (behind, ahead, rest) not in seen:
            seen.add((behind, ahead, rest))
            todo.append((behind, ahead, rest, told))

    for edges in graph.edges:
        every = sorted((word, number) for number, (words, _) in enumerate(edges) for word in words)
        for place, (word, number) in enumerate(every):
            for other, second in every[place + 1 :]:
                if not other.startswith(word):
                    break
                put(edges[number][1], edges[second][1], other[len(word) :], f"{word}|{other}")
    while todo:
        behind, ahead, rest, told = todo.pop()
        if not rest:
            if behind == ahead == graph.end:
                return told
            if behind == ahead:
                return f"{told} (meet again)"
        for words, end in graph.edges[behind]:
            for at in range(len(rest) + 1):
                place = bisect_left(words, rest[:at])
                if at < len(rest) and place < len(words) and words[place] == rest[:at]:
                    put(end, ahead, rest[at:], f"{told}+{rest[:at]!r}")
            for word in words[bisect_left(words, rest) :]:
                if not word.startswith(rest):
                    break
                put(ahead, end, word[len(rest) :], f"{told}~{word!r}")
    return None
