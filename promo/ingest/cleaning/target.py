"""What a rule is asked about: a column of a table as the earlier steps left it."""

from dataclasses import dataclass

from promo.ingest.cleaning.shape import Shape
from promo.ingest.cleaning.steps import Step
from promo.ingest.engine import name

ROW = "_row"
"""The position of a row in the imported table, the name by which steps know it."""


@dataclass(frozen=True)
class Target:
    """One step and the relation it looks at, which has `ROW` beside the table's columns."""

    rows: str
    step: Step
    shape: Shape

    @property
    def column(self) -> str:
        """The column, as SQL."""
        return name(self.step.columns[0])

    @property
    def whole(self) -> bool:
        """Whether the column takes whole numbers only."""
        return self.shape.kinds[self.step.columns[0]] == "count"

    @property
    def group(self) -> str:
        """The column that makes rows comparable, as SQL; empty when the table has none."""
        return name(self.shape.group) if self.shape.group else ""

    def rounded(self, value: str) -> str:
        """SQL of a value that fits the column."""
        return f"round({value})" if self.whole else value
