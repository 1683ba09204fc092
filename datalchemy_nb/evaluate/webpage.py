"""A page as one HTML file: its own style for light and dark, no script, nothing from a network."""

from __future__ import annotations

import html

from datalchemy_nb.evaluate.page import Block, Items, Page, Section, Table

_FOLDED_ROWS = 40
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5a6069; --line: #d4d8de; --back: #ffffff; --band: #f3f5f8;
  --good: #14622d; --bad: #a31621; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --soft: #a5acb6; --line: #3b4048; --back: #16181c; --band: #1f2228; --good: #7fd49a;
    --bad: #ff9c9c; }
}
body { background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
h3, summary { font-size: 1rem; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; margin: 0.5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.75rem 0.25rem 0; text-align: left;
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; } tbody tr:nth-child(even) { background: var(--band); }
.r { text-align: right; font-variant-numeric: tabular-nums; }
.good, .bad { font-weight: 700; } .good { color: var(--good); } .bad { color: var(--bad); }
"""


def webpage(page: Page) -> str:
    """Return the page as a complete HTML document; everything in it is text, never markup."""
    word = {True: ("PASS", "good"), False: ("FAIL", "bad"), None: None}[page.passed]
    lead = f'<span class="{word[1]}">{word[0]}</span>: ' if word else ""
    body = "".join(_section(section) for section in page.sections)
    title = _plain(page.title)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<p>{lead}{_plain(page.verdict)}</p>\n{body}</body>\n</html>\n"
    )


def _plain(text: str) -> str:
    return html.escape(" ".join(text.split()))


def _section(section: Section) -> str:
    return f"<h2>{_plain(section.title)}</h2>\n" + "".join(_block(block) for block in section.blocks)


def _block(block: Block) -> str:
    if isinstance(block, Items):
        return "<ul>" + "".join(f"<li>{_plain(line)}</li>" for line in block.lines) + "</ul>\n"
    if isinstance(block, Table):
        return _table(block)
    return f"<p>{_plain(block)}</p>\n"


def _table(table: Table) -> str:
    first_right = len(table.heading) - table.right
    head = _row(table.heading, "th", first_right)
    rows = "\n".join(_row(row, "td", first_right) for row in table.rows)
    body = f'<div class="scroll"><table><thead>{head}</thead><tbody>\n{rows}\n</tbody></table></div>\n'
    if table.caption or len(table.rows) > _FOLDED_ROWS:
        caption = _plain(table.caption or f"{len(table.rows)} rows")
        return f"<details><summary>{caption}</summary>\n{body}</details>\n"
    return body


def _row(cells: tuple[str, ...], tag: str, first_right: int) -> str:
    marks = ['class="r"' if i >= first_right else "" for i in range(len(cells))]
    return (
        "<tr>"
        + "".join(f"<{f'{tag} {m}'.strip()}>{_plain(c)}</{tag}>" for c, m in zip(cells, marks, strict=True))
        + "</tr>"
    )
