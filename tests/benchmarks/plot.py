"""A small SVG: peak memory over rows, both with their target."""

from __future__ import annotations

import math
from collections.abc import Sequence

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 24, 48
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#333}path,line{fill:none;stroke:#888}"
    ".v{stroke:#1f6feb;stroke-width:2}.p{fill:#1f6feb}.t{stroke:#c0392b;stroke-dasharray:5 4}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}"
)


def memory_svg(points: Sequence[tuple[float, float]], limit: float) -> str:
    """Return the drawing.

    Args:
        points: rows and megabytes.
        limit: the target, drawn as a line.
    """
    lows, highs = math.log10(points[0][0]), math.log10(points[-1][0])
    top = max(limit, *(mb for _, mb in points)) * 1.15

    def x(rows: float) -> float:
        share = (math.log10(rows) - lows) / ((highs - lows) or 1)
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(megabytes: float) -> float:
        return HEIGHT - _BOTTOM - megabytes / top * (HEIGHT - _TOP - _BOTTOM)

    line = " ".join(f"{'L' if i else 'M'}{x(rows):.1f} {y(mb):.1f}" for i, (rows, mb) in enumerate(points))
    dots = "".join(
        f'<circle class="p" cx="{x(rows):.1f}" cy="{y(mb):.1f}" r="3.5"/>'
        f'<text x="{x(rows):.1f}" y="{y(mb) - 9:.1f}" text-anchor="middle">{mb:.0f}</text>'
        f'<text x="{x(rows):.1f}" y="{HEIGHT - _BOTTOM + 18}" text-anchor="middle">{rows:,.0f}</text>'
        for rows, mb in points
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>Peak memory of a run over its rows</title><style>{_STYLE}</style>"
        f'<path d="M{_LEFT} {_TOP}V{HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}"/>'
        f'<line class="t" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(limit):.1f}" y2="{y(limit):.1f}"/>'
        f'<text x="{_LEFT + 6}" y="{y(limit) - 5:.1f}">target {limit:.0f} MB</text>'
        f'<path class="v" d="{line}"/>{dots}'
        f'<text x="{(WIDTH + _LEFT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">rows</text>'
        f'<text x="8" y="{_TOP - 8}">peak resident memory, MB</text></svg>\n'
    )
