"""What `import datalchemy_nb` offers is a promise: names come and go on purpose."""

from __future__ import annotations

import datalchemy_nb

PUBLIC = """
Cancelled ConnectionFailed ContractError DatabaseSchema DatalchemyError Derivation Domain GenerationError GoldenError
Infeasible IntrospectionError LoadError Offer OutputError Params Plan PlanInvalid RunNotFound Session Slot Transform
UsageError __version__ choices generator inference_rule load_ipython_extension numbered offer pattern step transform
unload_ipython_extension vocabulary
""".split()


def test_names_are_pinned() -> None:
    assert sorted(datalchemy_nb.__all__) == sorted(PUBLIC)


def test_every_name_is_there() -> None:
    assert all(getattr(datalchemy_nb, name) is not None for name in PUBLIC)


def test_extending_exports_the_same() -> None:
    from datalchemy_nb import extending

    assert set(extending.__all__) <= set(PUBLIC)
