"""The rules of one move: what the sliders say, and every further rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from promo.errors import BadRequest
from promo.optimize.arrays import Table
from promo.optimize.rules import (
    Budget,
    CategoryBudget,
    MarginFloor,
    MaxDiscount,
    MinDiscount,
    MostPromoted,
    Rule,
    Stock,
)
from promo.optimize.terms import Terms


@dataclass(frozen=True)
class Limits:
    """How far each rule goes at one move of the sliders; None leaves a rule out.

    `stock_share` scales every known stock (0.9 keeps a tenth in reserve); money is in the data's
    currency; discounts and the margin are shares. `more` are all the rules without a slider.
    """

    budget: float | None = None
    category_budget: Mapping[str, float] = field(default_factory=dict)
    stock_share: float = 1.0
    min_discount: float | None = None
    max_discount: float | None = None
    max_promoted: int | None = None
    margin_floor: float | None = None
    more: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no slider can mean.

        Raises:
            BadRequest: a limit is negative, not finite, or a share above 1.
        """
        given: dict[str, float] = {
            "stock_share": self.stock_share, "budget": self.budget or 0.0,
            "min_discount": self.min_discount or 0.0, "max_discount": self.max_discount or 0.0,
            "max_promoted": self.max_promoted or 0, "margin_floor": self.margin_floor or 0.0,
        }  # fmt: skip
        given |= {f"category_budget {name}": value for name, value in self.category_budget.items()}
        for name, value in given.items():
            share = name in ("min_discount", "max_discount", "margin_floor")
            if not 0 <= value < (1 + 1e-12 if share else np.inf):
                must = "share" if share else "not_negative" if np.isfinite(value) else "number"
                raise BadRequest(field=name, value=value, must=must)

    @property
    def sellable(self) -> float:
        """The share of every known stock that may be sold: the least that a rule says."""
        return sellable(self.rules)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule in force, the sliders' first."""
        return (
            *((Budget(self.budget),) if self.budget is not None else ()),
            *(CategoryBudget(name, money) for name, money in self.category_budget.items()),
            Stock(self.stock_share),
            *((MinDiscount(share=self.min_discount),) if self.min_discount else ()),
            *((MaxDiscount(share=self.max_discount),) if self.max_discount is not None else ()),
            *((MostPromoted(count=self.max_promoted),) if self.max_promoted is not None else ()),
            *((MarginFloor(self.margin_floor),) if self.margin_floor else ()),
            *self.more,
        )


def sellable(rules: Iterable[object], none: float = 1.0) -> float:
    """The share of every known stock that these rules let be sold; `none` where no rule says."""
    return min((rule.share for rule in rules if isinstance(rule, Stock)), default=none)


def said(rules: tuple[Rule, ...], table: Table) -> Terms:
    """What rules mean on a table of options."""
    return Terms(rules, tuple(tuple(rule.says(table)) for rule in rules))
