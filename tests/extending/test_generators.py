"""A generator of one's own is validated, documented, completed, unique and deterministic like a built-in one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from datalchemy_nb import (
    Domain,
    Infeasible,
    Params,
    PlanInvalid,
    Session,
    Slot,
    UsageError,
    choices,
    generator,
    numbered,
    pattern,
)
from datalchemy_nb.commands.completion import Known, complete
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.registry import find_generator, generators
from tests.extending.conftest import plan

BADGE = {"column": "badge", "generator": {"id": "acme.badge"}}


class Badge(Params):
    """``letter``: what badges begin with."""

    letter: str = "B"
    digits: int = 5


def define(expression: str = r"-\d{{{digits}}}") -> None:
    @generator("acme.badge", params=Badge, tags=("pii.name",))
    def badge(params: Badge, slot: Slot) -> Domain:
        """Badges: a `letter`, a dash, digits.

        More that nobody reads in a list.
        """
        return pattern(params.letter + expression.format(digits=params.digits))


class TestTakesWhatItUses:
    def test_any_of_the_four_forms(self) -> None:
        def both(p: Badge, s: Slot) -> Domain:
            return pattern(f"{p.letter}{s.locale}")

        builders = {
            "acme.both": both,
            "acme.params": lambda p: pattern(f"{p.letter}en_US"),
            "acme.slot": lambda slot: pattern(f"B{slot.locale}"),
            "acme.nothing": lambda: pattern("Ben_US"),
            "acme.more": lambda *given: both(*given),
        }
        for id_, build in builders.items():
            generator(id_, params=Badge)(build)
            spec = find_generator(id_)
            assert spec is not None
            domain = spec.build(Badge(), Slot(TableRef("shop", "staff"), "badge", "text", pl.String(), "text"))
            assert domain.take(np.zeros(1, dtype=np.uint64))[0] == "Ben_US", id_


class TestLikeABuiltIn:
    def test_is_documented_and_completed(self, session: Session) -> None:
        define()
        assert session.generators("badges letter").ids == ("acme.badge",)
        assert "acme.badge" in session.generators("acme")._repr_html_()
        assert find_generator("acme.badge").doc == "Badges: a `letter`, a dash, digits."  # type: ignore[union-attr]
        found = complete(" generators ac", Known(generator_ids=lambda: generators().keys()))
        assert found is not None
        assert found.candidates == ("acme.badge",)

    @pytest.mark.parametrize(
        ("params", "message", "hint"),
        [
            ({"leter": "C"}, "there is no parameter 'leter'", "did you mean 'letter'"),
            ({"digits": "five"}, "digits", "its parameters"),
        ],
    )
    def test_parameters_are_validated(self, session: Session, params: dict, message: str, hint: str) -> None:
        define()
        issues = session.validate(plan({"column": "badge", "generator": {"id": "acme.badge", "params": params}})).issues
        assert [i.code for i in issues] == ["invalid_generator_params"]
        assert message in issues[0].message
        assert hint in (issues[0].hint or "")

    def test_unique_columns_are_unique(self, session: Session) -> None:
        define()
        found = session.preview("staff", rows=1000, plan=plan(BADGE)).frame["badge"]
        assert found.n_unique() == 1000
        assert found.str.contains(r"^B-\d{5}$").all()

    def test_too_small_a_domain_is_refused_before_the_run(self, session: Session) -> None:
        define()
        rule = {"column": "badge", "generator": {"id": "acme.badge", "params": {"digits": 2}}}
        with pytest.raises(Infeasible, match="100"):
            session.generate(plan(rule))

    def test_length_and_checks_narrow_it(self, session: Session) -> None:
        @generator("acme.room")
        def room(params: Params, slot: Slot) -> Domain:
            """Rooms."""
            return numbered(900, lambda n: pl.Series(n + np.uint64(100)).cast(pl.String))

        frame = session.preview(
            "staff", rows=500, plan=plan({"column": "room", "generator": {"id": "acme.room"}})
        ).frame
        assert set(frame["room"].drop_nulls().str.slice(0, 1)) == set("1234")

    def test_same_bytes_in_any_chunks(self, session: Session) -> None:
        define()
        one = session.generate(plan(BADGE, rows=3000), chunk_rows=65_536, workers=1)
        two = session.generate(plan(BADGE, rows=3000), chunk_rows=700, workers=2)
        assert [t.sha256 for t in one.manifest.tables] == [t.sha256 for t in two.manifest.tables]
        assert session.evaluate(one).ok
        assert session.verify(one).ok

    def test_values_are_pinned(self, session: Session) -> None:
        define()
        assert session.preview("staff", rows=3, plan=plan(BADGE)).frame["badge"].to_list() == PINNED


PINNED = ["B-31915", "B-67140", "B-21745"]


class TestDefiningItAgain:
    def test_replaces_it_and_what_was_resolved(self, session: Session) -> None:
        define()
        mine = session.use_plan(plan(BADGE))
        assert session.preview("staff", rows=1).frame["badge"][0].startswith("B-")
        define(r"/\d{{{digits}}}")
        assert session.plan is mine
        assert session.preview("staff", rows=1).frame["badge"][0].startswith("B/")

    def test_another_function_may_not_take_the_id(self) -> None:
        define()
        with pytest.raises(UsageError, match=r"taken by .*define\.<locals>\.badge"):

            @generator("acme.badge")
            def other(params: Params, slot: Slot) -> Domain:
                """Other."""
                return choices(["x"])

    @pytest.mark.parametrize("id_", ["primitive.int", "faker.name.raw.Name", "semantic.br.cpf"])
    def test_built_in_ids_stay(self, id_: str) -> None:
        if find_generator(id_) is None:
            pytest.skip("no such id in this catalogue")
        with pytest.raises(UsageError, match="is built in"):
            generator(id_)(lambda params, slot: choices(["x"]))

    @pytest.mark.parametrize("id_", ["badge", "acme badge", "acme.", ""])
    def test_ids_are_dotted_names(self, id_: str) -> None:
        with pytest.raises(UsageError, match="cannot be the id"):
            generator(id_)(lambda params, slot: choices(["x"]))

    def test_an_id_registered_for_the_first_time_is_known_at_once(self, session: Session) -> None:
        assert session.validate(plan(BADGE)).issues[0].code == "unknown_generator"
        define()
        assert session.validate(plan(BADGE)).ok


class TestBrokenPromises:
    """A domain that would make wrong data is refused with the reason, before the run."""

    @pytest.mark.parametrize(
        ("domain", "reason"),
        [
            (lambda: "B-1", "returned str, not a Domain"),
            (lambda: numbered(0, lambda n: n), "size is 0"),
            (lambda: numbered(10, lambda n: ["x"] * len(n)), "two ordinals gave one value"),
            (lambda: numbered(10, lambda n: ["x"]), "returned 1 values for 10"),
            (lambda: numbered(10, lambda n: [None] * len(n)), "nulls"),
            (lambda: numbered(10, lambda n: [f"{i}" for i, _ in enumerate(n)]), "depends on the ordinals around it"),
            (lambda: pattern("(a"), "(a"),
            (lambda: 1 / 0, "ZeroDivisionError"),
        ],
    )
    def test_is_an_issue_with_the_reason(self, session: Session, domain: object, reason: str) -> None:
        @generator("acme.badge")
        def badge(params: Params, slot: Slot) -> Domain:
            """Badges."""
            return domain()  # type: ignore[operator,no-any-return]

        with pytest.raises(PlanInvalid) as caught:
            session.generate(plan(BADGE, rows=5))
        assert reason in caught.value.message
        assert "shop.staff.badge" in caught.value.message
