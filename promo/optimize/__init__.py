"""The best promotion plan under the rules, live and proven; the only room that knows a solver."""

from promo.optimize.arrays import OBJECTIVES, Objective
from promo.optimize.baselines import last_year
from promo.optimize.check import violations
from promo.optimize.choose import Choice, choose
from promo.optimize.explain import REASONS
from promo.optimize.gain import BAD
from promo.optimize.options import build_options
from promo.optimize.plan_model import PlanModel
from promo.optimize.price_tests import YEAR, price_tests
from promo.optimize.rules import (
    Budget,
    CategoryBudget,
    Limits,
    MarginFloor,
    MaxDiscount,
    MinDiscount,
    MostPromoted,
    Row,
    Rule,
    Stock,
)

__all__ = [
    "BAD",
    "OBJECTIVES",
    "REASONS",
    "YEAR",
    "Budget",
    "CategoryBudget",
    "Choice",
    "Limits",
    "MarginFloor",
    "MaxDiscount",
    "MinDiscount",
    "MostPromoted",
    "Objective",
    "PlanModel",
    "Row",
    "Rule",
    "Stock",
    "build_options",
    "choose",
    "last_year",
    "price_tests",
    "violations",
]
