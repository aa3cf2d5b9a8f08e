"""The independent checker: re-reads a finished plan with plain arrays and finds what it breaks.

It shares no code with the models, on purpose: it starts from the rows as they leave the package,
from the rules as the manager said them, and from the options table.
"""

from promo.optimize.check.checker import Checker, violations

__all__ = ["Checker", "violations"]
