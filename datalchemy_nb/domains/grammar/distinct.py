"""The largest part of a node of which every ordinal is known to give another text."""

from __future__ import annotations

import numpy as np

from datalchemy_nb.domains.grammar.counted import ChoiceNode, SequenceNode, disjoint, splits_one_way
from datalchemy_nb.domains.grammar.nodes import Node, WordsNode

_LISTED = 1 << 16


def distinct(node: Node) -> Node:
    """Return a node without repeated texts: the whole of it where it is small, else the parts that can be told apart.

    The result may still not be `injective` where nothing could be shown.
    """
    if node.injective:
        return node
    if node.size <= _LISTED:
        return _listed(node)
    found = _of_choice(node) if isinstance(node, ChoiceNode) else _of_sequence(node)
    found.separator = node.separator
    return found


def _listed(node: Node) -> Node:
    values = node.take(np.arange(node.size, dtype=np.uint64)).unique(maintain_order=True)
    listed = WordsNode(values.to_list())
    listed.separator = node.separator
    return listed


def _of_choice(node: ChoiceNode) -> Node:
    """Keep the options, the largest first, that have nothing in common with those kept already."""
    options = [(distinct(o), share) for o, share in zip(node.options, node.shares, strict=True)]
    kept: list[tuple[Node, float]] = []
    for option, share in sorted(options, key=lambda item: -item[0].size):
        if option.injective and all(disjoint(option, other) for other, _ in kept):
            kept.append((option, share))
    if not kept:
        return node
    return kept[0][0] if len(kept) == 1 else ChoiceNode([node for node, _ in kept], [share for _, share in kept])


def _of_sequence(node: Node) -> Node:
    """Leave out the words that hide where a part ends."""
    if not isinstance(node, SequenceNode):
        return node
    parts = [distinct(part) for part in node.parts]
    for number, part in enumerate(parts[:-1]):
        following = parts[number + 1].shape
        if isinstance(part, WordsNode) and following.least:
            clear = [not (set(label) & following.first) for label in part.labels]
            if sum(clear) * 2 >= part.size:
                parts[number] = part.only(clear)
    if not splits_one_way(parts):
        parts = _told_from_the_end(parts)
    return SequenceNode(parts)


def _told_from_the_end(parts: list[Node]) -> list[Node]:
    """Make a last word list in which no word ends another one: then the end tells the word."""
    *before, last = parts
    if isinstance(last, WordsNode) and len(before) == 1:
        labels = sorted(last.labels, key=len)
        kept: list[str] = []
        for label in labels:
            if label and not any(label.endswith(shorter) for shorter in kept):
                kept.append(label)
        if kept:
            return [SequenceNode([before[0], WordsNode(kept)], apart=True)] if before[0].injective else parts
    return parts
