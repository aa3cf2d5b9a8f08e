"""Response curves and a forecast become the table of everything she could do."""

from functools import cached_property

import numpy as np
import pandas as pd

from promo.domain import Options
from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.mechanics import NONE
from promo.optimize.priced import Priced
from promo.optimize.scene import Scene


def build_options(scene: Scene, around: pd.DataFrame | None = None) -> Options:
    """Price every deal of the offer for every product and segment, in every period.

    In the first week of a promotion items = base x (1 - d)^elasticity x e^lift; each further week
    and the first week after it follow a promoted week and are scaled by (1 - d)^pull_forward. The
    week after is charged wherever it lies, beyond the horizon too: the last week is no free lunch.
    `profit` is own profit less what other products lose (`cannibalised`) and the week after loses
    (`pulled_forward`), and with what others gain (`halo`); a unit sold below cost that is lost is
    never counted as a gain. Other mechanics than a plain discount: see `promo.optimize.mechanics`.

    Amounts of several promotions of one line add up: a row's amount less `base_share` of what no
    promotion has of it is the difference to no promotion over the whole horizon if only this
    promotion ran. They are exact for one promotion alone; `promo.optimize.exactly` tells what they
    miss of a whole plan, and with `around` they are what each promotion adds while the plan's
    promotions of all other lines run.

    The forecast mean is already a mean. The response factor is taken at its median, not at its
    log-normal mean, which would be e^(variance/2) higher: that term grows with ignorance, and an
    optimiser that is paid for ignorance promotes what it knows least about.

    `demand` is what is asked for, `units` what is sold of it: as demand is uncertain, stock runs
    out before expected demand reaches it (`sold_share`), the more the deeper the discount. A
    promotion answers for what the whole horizon sells less because of it. All segments of a
    product draw on one stock and are taken to get the same promotion here.

    Args:
        scene: what the shop knows and is ready to do.
        around: rows of a plan, PLAN_ROWS; None is no promotion anywhere.

    Returns:
        Rows by product and segment: no promotion, then by first week, weeks, discount, mechanic.

    References:
        Cohen, M. C. et al. (2017). The impact of linear optimization on promotion planning.
        Operations Research 65(2), 446-468.
    """
    return Options(_Rows(scene, Priced(scene, around)).frame(), scene.weeks, scene.start)


class _Rows:
    """Arrays of shape (lines, periods, deals), and no promotion of each line, as option rows."""

    def __init__(self, scene: Scene, priced: Priced) -> None:
        self.scene, self.priced = scene, priced

    @cached_property
    def kept(self) -> Flags:
        """The rows there are: no promotion, and each deal no deeper than may be."""
        deals, scene = self.priced.deals, self.scene
        deepest = scene.facts["deepest"][:, None] + scene.reach + 1e-12
        fine = deals.open & (deals.felt * deals.discount <= deepest)
        rows = np.ones((len(fine), 1 + len(self.priced.periods) * fine.shape[1]), dtype=bool)
        rows[:, 1:] = np.broadcast_to(fine[:, None, :], self.shape).reshape(len(fine), -1)
        return rows

    @cached_property
    def _all_kept(self) -> bool:
        return bool(self.kept.all())

    @property
    def shape(self) -> tuple[int, int, int]:
        """Lines, periods, deals."""
        lines, deals = len(self.scene.product), self.priced.deals.discount.shape[1]
        return lines, len(self.priced.periods), deals

    def column(self, plain: Floats | float, promoted: Floats) -> Floats:
        """One column of the table from its amounts by line, period and deal."""
        cells = np.empty(self.kept.shape)
        cells[:, 0] = plain
        cells[:, 1:].reshape(self.shape)[:] = promoted
        return cells.ravel() if self._all_kept else np.asarray(cells[self.kept])

    def frame(self) -> pd.DataFrame:
        """The open deals as option rows."""
        scene = self.scene
        line = np.repeat(np.arange(len(scene.product)), self.kept.sum(axis=1))
        named = {name: scene.rows[name].array.take(line) for name in
                 ("product_id", "segment", "category")}  # fmt: skip
        first = self._counts(0, self.priced.periods.first)
        mondays = pd.date_range(scene.start, periods=scene.weeks, freq="7D").as_unit("us")
        ways = pd.array([NONE, *(one.name for one in scene.offer.ordered)], dtype="str")
        way = self.column(0, np.asarray(self.priced.deals.mechanic[:, None, :] + 1.0)).astype(
            np.int64
        )
        return pd.DataFrame(
            {
                **named,
                "mechanic": ways.take(way),
                "first": mondays.to_numpy()[first],
                "weeks": self._counts(scene.weeks, self.priced.periods.length),
                "list_price": scene.facts["list_price"][line],
            }
            | {name: self.column(*values) for name, values in self.priced.numbers.items()},
            copy=False,
        )

    def _counts(self, plain: int, by_period: Ints) -> Ints:
        return self.column(plain, by_period[None, :, None].astype(np.float64)).astype(np.int64)
