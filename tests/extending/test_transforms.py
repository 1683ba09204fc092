"""Transforms of one's own."""

from __future__ import annotations

import pytest

from datalchemy_nb import Infeasible, Params, Session, Slot, Transform, UsageError, step, transform
from tests.extending.conftest import plan


class Dotted(Params):
    """``mark``: put between the characters."""

    mark: str = "."


def define(*, injective: bool) -> None:
    @transform("acme.dotted", params=Dotted, accepts=("text",))
    def dotted(params: Dotted, slot: Slot) -> Transform:
        """Put a `mark` at the end."""
        return step(lambda values: values + params.mark, injective=injective)


def rule(**params: object) -> dict[str, object]:
    letters = {"id": "primitive.text.pattern", "params": {"pattern": "[A-Z]{4}"}}
    return {"column": "badge", "generator": letters, "transforms": [{"transform": "acme.dotted", "params": params}]}


def test_changes_the_finished_values(session: Session) -> None:
    define(injective=True)
    badges = session.preview("staff", rows=200, plan=plan(rule(mark="!"))).frame["badge"]
    assert badges.str.contains("^[A-Z]{4}!$").all()
    assert badges.n_unique() == 200


def test_parameters_are_validated(session: Session) -> None:
    define(injective=True)
    issues = session.validate(plan(rule(mrk="!"))).issues
    assert [i.code for i in issues] == ["invalid_transform_params"]


def test_one_that_may_join_values_cannot_be_unique(session: Session) -> None:
    define(injective=False)
    with pytest.raises(Infeasible, match="badge"):
        session.generate(plan(rule()))


def test_built_in_ids_stay() -> None:
    with pytest.raises(UsageError, match="is built in"):
        transform("transform.mask")(lambda params, slot: step(lambda values: values))
