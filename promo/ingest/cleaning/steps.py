"""A cleaning step: one choice about some columns of one table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from promo.errors import BadRequest

Kind = Literal["missing", "outliers", "duplicates"]
KINDS: tuple[Kind, ...] = get_args(Kind)

FAR = 5.0
"""Robust standard deviations beyond which a value counts as far from usual. At the customary 3.5 a
good promotion is an outlier, and promotions are what the desk learns from."""

LEAST, MOST = 1.0, 100.0
"""The thresholds that can be asked for."""


@dataclass(frozen=True)
class Step:
    """What is done about one thing in one table.

    `rule` is one of `RULES[kind]`; `threshold` is about outliers only: robust standard deviations,
    `FAR` where she does not say. Duplicates are rows that agree in all of `columns`, the other
    kinds look at one column.
    """

    table: str
    kind: Kind
    columns: tuple[str, ...]
    rule: str
    threshold: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no table can make sense of; `rules.check` knows the table.

        Raises:
            BadRequest: with facts `field`, `value` and the mend.
        """
        if self.kind not in KINDS:
            raise BadRequest(field="cleaning", value=self.kind, known=list(KINDS))
        if not self.columns or (self.kind != "duplicates" and len(self.columns) > 1):
            raise BadRequest(field="column", value=", ".join(self.columns), must="one_column")
        asked = self.threshold
        if asked is not None and not (self.kind == "outliers" and LEAST <= asked <= MOST):
            raise BadRequest(field="threshold", value=asked, must="threshold")

    @property
    def far(self) -> float:
        """The threshold in force."""
        return FAR if self.threshold is None else self.threshold

    def to_json(self) -> str:
        """One line of JSON that `from_json` reads back as an equal step."""
        facts: dict[str, object] = {
            "table": self.table, "kind": self.kind, "columns": list(self.columns),
            "rule": self.rule,
        }  # fmt: skip
        if self.threshold is not None:
            facts["threshold"] = self.threshold
        return json.dumps(facts, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Step":
        """The step that `to_json` wrote.

        >>> step = Step("orders", "outliers", ("price",), "cap", 4.0)
        >>> Step.from_json(step.to_json()) == step
        True
        """
        facts = json.loads(text)
        return cls(**{**facts, "columns": tuple(facts["columns"])})


def with_step(steps: Sequence[Step], step: Step) -> tuple[Step, ...]:
    """The steps with one more; a step about the same thing gives way to it, in its place.

    >>> first = Step("orders", "missing", ("price",), "drop")
    >>> len(with_step([first], Step("orders", "missing", ("price",), "median")))
    1
    """

    def about(one: Step) -> tuple[str, Kind, tuple[str, ...]]:
        return one.table, one.kind, one.columns

    if about(step) in map(about, steps):
        return tuple(step if about(one) == about(step) else one for one in steps)
    return (*steps, step)
