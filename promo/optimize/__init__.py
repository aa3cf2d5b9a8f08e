"""The best promotion plan under the rules, live and proven; the only room that knows a solver."""

from promo.optimize.arrays import MEASURES, Measure
from promo.optimize.baselines import last_year
from promo.optimize.check import violations
from promo.optimize.choose import Choice, choose
from promo.optimize.compiling import use_everywhere
from promo.optimize.exactly import Exact, Ground, exactly, improved
from promo.optimize.explain import REASONS
from promo.optimize.gain import BAD
from promo.optimize.infeasible import Relaxation, WayOut
from promo.optimize.limits import Limits
from promo.optimize.mechanics import MECHANICS, Mechanic
from promo.optimize.objective import Objective, weighted
from promo.optimize.offer import Offer
from promo.optimize.options import build_options
from promo.optimize.plan_model import PlanModel
from promo.optimize.price_tests import YEAR, price_tests
from promo.optimize.rules import RULES, Rule, rule_from
from promo.optimize.scene import Scene

__all__ = [
    "BAD",
    "MEASURES",
    "MECHANICS",
    "REASONS",
    "RULES",
    "YEAR",
    "Choice",
    "Exact",
    "Ground",
    "Limits",
    "Measure",
    "Mechanic",
    "Objective",
    "Offer",
    "PlanModel",
    "Relaxation",
    "Rule",
    "Scene",
    "WayOut",
    "build_options",
    "choose",
    "exactly",
    "improved",
    "last_year",
    "price_tests",
    "rule_from",
    "use_everywhere",
    "violations",
    "weighted",
]
