"""What only the tables of a plan need, made at the first of them."""

from promo.domain import Options
from promo.optimize.arrays import Table
from promo.optimize.baselines import Valuation
from promo.optimize.check import Checker
from promo.optimize.gain import GainDraws


class View:
    """The value of other habits, draws of what may come, and the checker, for one table."""

    def __init__(self, table: Table, flat: Options, seed: int) -> None:
        """Make them.

        Args:
            table: the options that plans are made of.
            flat: the same shop with plain discounts over the whole horizon.
            seed: of the draws.
        """
        plain = table if flat is table.options else Table(flat, table.stock)
        self.valuation = Valuation(plain, plain.held)
        self.draws = GainDraws(table, table.held, seed)
        self.checker = Checker(table.options, table.stock, table.brand)
