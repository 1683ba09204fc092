"""How the judge's findings beyond constraints are shown: the plan, a profile, children per parent."""

from __future__ import annotations

import json
from collections.abc import Iterator

from datalchemy_nb.contracts.metrics import Conformance, Metrics, RelationStat
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.show import document as doc


def depth(metrics: Metrics) -> Iterator[doc.Block]:
    """Yield what there is to say."""
    if metrics.conformance:
        yield from _against_plan(metrics.conformance)
    if metrics.fidelity is not None and metrics.fidelity.score is not None:
        yield doc.Note(f"likeness to {metrics.fidelity.profile}: {metrics.fidelity.score:.3f} (1 is alike)")
    if metrics.foreign_key_stats:
        yield _fan_out(metrics)


def relations(metrics: Metrics) -> Iterator[doc.Block]:
    """Yield which relations of the plan rows keep, and those that they do not."""
    if not metrics.relations:
        return
    doubtful = [entry for entry in metrics.relations if entry.status != "holds"]
    yield doc.Note(f"relations: {metrics.relations_told}", "warn" if doubtful else "ok")
    if doubtful:
        ordered = sorted(doubtful, key=lambda entry: (entry.status != "deviates", entry.rule))
        yield doc.Findings(tuple(map(_relation, ordered)), "Relations")


def _relation(entry: RelationStat) -> doc.Finding:
    place = f"{TableRef(entry.schema_name, entry.table)}.{entry.column}"
    badge = doc.Badge(f"{entry.status.replace('_', ' ')}: {entry.relation}", "warn")
    rows = "; ".join(
        (f"row {example.row_index:,}: " if example.row_index is not None else "")
        + json.dumps(example.cells, ensure_ascii=False)
        for example in entry.examples
    )
    return doc.Finding(badge, place, f"{entry.expected}: {entry.outcome}", detail=rows)


def _against_plan(found: tuple[Conformance, ...]) -> Iterator[doc.Block]:
    deviating = [entry for entry in found if entry.status == "deviates"]
    yield doc.Note(matching(len(found) - len(deviating), len(found)), "warn" if deviating else "ok")
    if deviating:
        yield doc.Findings(tuple(map(_deviation, deviating)), "Against the plan")


def matching(held: int, asked: int) -> str:
    """How many questions about the plan's columns were answered as it tells."""
    return f"{held:,} of {doc.plural(asked, 'column check')} {'matches' if held == 1 else 'match'} the plan"


def _deviation(entry: Conformance) -> doc.Finding:
    place = f"{TableRef(entry.schema_name, entry.table)}.{show_ident(entry.column)}"
    sample = doc.plural(entry.sample, "value")
    detail = sample if entry.p_value is None else f"{sample}, {entry.test}, p = {entry.p_value:.2g}"
    badge = doc.Badge(f"deviates: {entry.what.replace('_', ' ')}", "warn")
    return doc.Finding(badge, place, f"expected {entry.expected}, found {entry.found}", detail=detail)


def _fan_out(metrics: Metrics) -> doc.Block:
    rows: list[list[doc.Cell]] = [
        [
            doc.Code(f"{TableRef(f.schema_name, f.table)}.{','.join(map(show_ident, f.columns))}"),
            doc.Code(str(TableRef(f.referenced_schema, f.referenced_table))),
            f.min,
            f"{f.median:g}",
            f.max,
            doc.Bar(f.childless_share, f"{f.childless_share:.1%}") if f.childless_share else doc.Dim("none"),
        ]
        for f in metrics.foreign_key_stats
    ]
    names = ["reference", "to", "min>", "median>", "max>", "childless"]
    return doc.grid(names, rows, "Children per parent", fold=True)
