"""The independent judge: a dataset's CSV files against a schema and a plan, sharing no code with generation."""

from datalchemy_nb.evaluate.judge import evaluate

__all__ = ["evaluate"]
