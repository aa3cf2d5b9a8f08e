"""How discounts may be given, as the session says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promo import workflow

FIRST: dict[str, Any] = {"step": 5, "longest": 0, "mechanics": ["percent"], "ending": ""}
"""First values: steps in percent, weeks that a promotion may run at most (0 is one campaign over
all weeks), ways to give a discount, what prices end in."""


@dataclass(frozen=True)
class Offering:
    """The distance between two discounts as a share, and the offer without its ladder."""

    step: float
    longest: int
    mechanics: tuple[str, ...]
    ending: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Offering":
        """What a session says."""
        chosen = tuple(sorted(said["mechanics"])) or tuple(FIRST["mechanics"])
        return cls(float(said["step"]) / 100, int(said["longest"]), chosen, str(said["ending"]))

    @property
    def offer(self) -> workflow.Offer:
        """The same as the optimiser says it."""
        return workflow.Offer(
            lengths=tuple(range(1, self.longest + 1)) or None,
            mechanics=tuple(workflow.MECHANICS[name] for name in self.mechanics),
            endings=(float(self.ending),) if self.ending else (),
        )
