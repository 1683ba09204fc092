"""Inference rules of one's own: they come before the built-in names and after the constraints."""

from __future__ import annotations

from typing import Any

from datalchemy_nb import Domain, Params, Session, Slot, generator, inference_rule, offer, pattern, vocabulary
from datalchemy_nb.contracts.plan import Plan

WORDS = vocabulary("badge, badge number", "cracha")


def define() -> None:
    @generator("acme.badge")
    def badge(params: Params, slot: Slot) -> Domain:
        """Badges."""
        return pattern(r"B-\d{5}")

    @inference_rule(confidence=0.99)
    def recognise_badge(column: Any) -> Any:
        """A badge, by its name."""
        return [offer("acme.badge")] if column.says(WORDS) else None


def rule_of(plan: Plan, column: str) -> Any:
    return next((rule for _, rule in plan.column_rules if rule.column == column), None)


def test_a_draft_uses_it_and_says_so(session: Session) -> None:
    assert rule_of(session.show_plan(draft=True), "badge").generator_id != "acme.badge"  # type: ignore[arg-type]
    define()
    drafted = rule_of(session.show_plan(draft=True), "badge")  # type: ignore[arg-type]
    assert drafted.generator_id == "acme.badge"
    assert drafted.evidence.startswith("A badge, by its name; ")
    assert drafted.evidence.endswith("[recognise_badge]")
    assert session.validate().ok


def test_an_offer_that_does_not_fit_is_passed_over(session: Session) -> None:
    @inference_rule
    def everything_is_a_badge(column: Any) -> Any:
        """Everything."""
        return offer("acme.no_such") if column.name == "badge" else offer("primitive.uuid")

    drafted = session.show_plan(draft=True)
    assert rule_of(drafted, "badge").generator_id not in ("acme.no_such", "primitive.uuid")  # type: ignore[arg-type]
    assert session.validate().ok


def test_keys_are_left_to_the_engine(session: Session) -> None:
    @inference_rule
    def ids_are_badges(column: Any) -> Any:
        """Ids."""
        return offer("primitive.int") if column.name == "id" else None

    assert session.validate(session.show_plan(draft=True)).ok  # type: ignore[arg-type]
