"""States and the ways between them, drawn in layers from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datalchemy_nb.show.escape import clip, escape, visible, width

_CHAR, _PAD, _HIGH, _GAP_X, _GAP_Y = 7.3, 8, 24, 56, 12
_MOST_CHARS = 24
Way = tuple[str, str, str]
"""From, to, and what stands at the arrow."""


def states_svg(states: Sequence[str], ways: Iterable[Way], *, title: str = "States") -> str:
    """Draw states; the first stands on the left, each other one step behind the one it is first reached from.

    Args:
        states: their names, the first one first.
        ways: from which to which; what stands at an arrow is told when the pointer rests on it.
        title: of the drawing, for those who do not see it.
    """
    known = [way for way in ways if way[0] in states and way[1] in states]
    layers = _layers(states, known)
    boxes: dict[str, tuple[float, float, float]] = {}
    x = 2.0
    for layer in range(max(layers.values(), default=0) + 1):
        here = [state for state in states if layers[state] == layer]
        wide = max((_wide(state) for state in here), default=0.0)
        for i, state in enumerate(here):
            boxes[state] = (x, 2 + i * (_HIGH + _GAP_Y), wide)
        x += wide + _GAP_X
    high = max((y for _, y, _ in boxes.values()), default=0) + _HIGH + 14
    arrows = "".join(_arrow(boxes[source], boxes[target], told) for source, target, told in known)
    drawn = "".join(_box(state, *boxes[state]) for state in states)
    size = f"width='{x:.0f}' height='{high:.0f}' viewBox='0 0 {x:.0f} {high:.0f}'"
    return f"<svg class='e' role='img' {size}><title>{escape(title)}</title>{arrows}{drawn}</svg>"


def _layers(states: Sequence[str], ways: Sequence[Way]) -> dict[str, int]:
    layers = {states[0]: 0} if states else {}
    waiting = list(layers)
    while waiting:
        state = waiting.pop(0)
        for source, target, _ in ways:
            if source == state and target not in layers:
                layers[target] = layers[state] + 1
                waiting.append(target)
    return {state: layers.get(state, 0) for state in states}


def _wide(state: str) -> float:
    return width(clip(visible(state), _MOST_CHARS)) * _CHAR + 2 * _PAD


def _box(state: str, x: float, y: float, wide: float) -> str:
    text = escape(clip(visible(state), _MOST_CHARS))
    rect = f"<rect class='h' x='{x:.0f}' y='{y:.0f}' width='{wide:.0f}' height='{_HIGH}' rx='4'/>"
    return f"{rect}<text x='{x + _PAD:.0f}' y='{y + 16:.0f}'>{text}</text>"


def _arrow(source: tuple[float, float, float], target: tuple[float, float, float], told: str) -> str:
    (x1, y1, wide), (x2, y2, other) = source, target
    middle = _HIGH // 2
    if x2 > x1:
        begin, end, bend, head = x1 + wide, x2, 26, "l-7 -4v8z"
    else:
        # Backwards and within a layer: around the right side.
        begin, end, bend, head = x1 + wide, x2 + other, 26, "l7 -4v8z"
    into = -bend if x2 > x1 else bend
    y1, y2 = y1 + middle, y2 + middle + (0 if x2 > x1 else 5)
    path = f"M{begin:.0f} {y1:.0f}C{begin + bend:.0f} {y1:.0f} {end + into:.0f} {y2:.0f} {end:.0f} {y2:.0f}"
    drawn = f"<path d='{path}'/><path class='a' d='M{end:.0f} {y2:.0f}{head}'/>"
    return f"<g><title>{escape(told)}</title>{drawn}</g>" if told else drawn
