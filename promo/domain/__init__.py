"""The nouns of the desk, in the order data meets them.

    files -> Dataset -> Panel, Customers -> Forecast, ResponseCurves -> Options -> Plan -> Campaign

Each noun is a frozen dataclass around data frames whose shape is declared in `promo.tables`.
Building one checks the shape, so code that receives one never checks again. Frames are never
changed in place.

Words: *discount* is a share of the list price (0.20 = 20 % off). *cost* is money given away:
list price x discount x units. A *week* is named by its Monday. Money is in the data's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

import pandas as pd

from promo.domain.files import FIRST_WEEK as FIRST_WEEK
from promo.domain.files import Dataset as Dataset
from promo.domain.files import FileReport as FileReport
from promo.domain.files import Finding as Finding
from promo.domain.files import ImportProgress as ImportProgress
from promo.domain.files import Level as Level
from promo.domain.files import Link as Link
from promo.domain.files import Verdict as Verdict
from promo.domain.files import week_number as week_number
from promo.errors import NotEnoughData
from promo.schema import Table, fingerprint
from promo.tables import (
    ACQUISITION,
    ARRIVALS,
    ASSOCIATIONS,
    BACKTEST,
    BASELINES,
    BASKETS,
    CAMPAIGN,
    CURVES,
    CUSTOMERS,
    FORECAST,
    GROUP_FORECAST,
    MARKET,
    OPTIONS,
    PANEL,
    PLAN_ROWS,
    PRODUCTS,
    RULE_USE,
)


class _Noun:
    """Frames that were checked against their tables when the noun was built."""

    TABLES: ClassVar[Mapping[str, Table]]

    def __post_init__(self) -> None:
        """Check every frame; nobody downstream checks again."""
        for name, table in self.TABLES.items():
            table.check(getattr(self, name))

    @cached_property
    def fingerprint(self) -> str:
        """A short name for exactly this content."""
        return fingerprint(*(getattr(self, name) for name in self.TABLES))


EVERYONE = "all"
"""The one place or segment of data that knows none."""

ANONYMOUS = "anonymous"
"""The segment of buyers without a customer key, where the others have segments. The shop cannot
tell them apart, so whoever it does not recognise gets this segment's price."""

# --- what a result rests on ------------------------------------------------------------------


@dataclass(frozen=True)
class Need:
    """How much of something a result needs, and how much of it the data hold.

    `what` is a code of the catalogue's area `need`; `need` and `have` are counts of it.
    """

    what: str
    need: int
    have: int

    @property
    def met(self) -> bool:
        """Whether there is enough."""
        return self.have >= self.need

    def check(self) -> None:
        """Go on only with enough of it.

        Raises:
            NotEnoughData: there is less than is needed.
        """
        if not self.met:
            raise NotEnoughData(what=self.what, need=self.need, have=self.have)


# --- history ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Panel(_Noun):
    """Weekly sales history and the products it is about.

    A week in which a product was on sale and sold nothing is a row with 0 units when the source
    is orders or events; a price panel keeps the gaps it came with. `delisted` names the products
    that the data know but that have not been sold for so long that they are in neither frame.
    `tiered` says that large orders pay less per item, so that a price is told by its quantity.
    `by_sales` says that only sales tell prices, so that the price of a week without any is a guess.
    `market` is what moved prices and demand from outside, as far as files say: costs that changed,
    competitors' prices, weeks whose price a test drew by lot.
    """

    rows: pd.DataFrame
    products: pd.DataFrame
    delisted: tuple[str, ...] = ()
    tiered: bool = False
    by_sales: bool = False
    market: pd.DataFrame = field(default_factory=MARKET.empty)

    TABLES: ClassVar = {"rows": PANEL, "products": PRODUCTS, "market": MARKET}


@dataclass(frozen=True, eq=False)
class Customers(_Noun):
    """Who bought, as seen on `as_of`; nothing after that day was looked at."""

    rows: pd.DataFrame
    as_of: pd.Timestamp

    TABLES: ClassVar = {"rows": CUSTOMERS}


@dataclass(frozen=True, eq=False)
class Baskets(_Noun):
    """Which products were bought together, by pairs in `LEAST` baskets or more.

    `total` counts the baskets they were looked for in.
    """

    LEAST: ClassVar = 5

    rows: pd.DataFrame
    total: int = 0

    TABLES: ClassVar = {"rows": BASKETS}


@dataclass(frozen=True, eq=False)
class Arrivals(_Noun):
    """How many customers came with what was sold: for the first time, or back after a long pause.

    One customer is split evenly among the products of her order. A pause of more than `away` days
    is long; the first `burn_in` days of history are left out, as everybody is new in them.
    `line_share` is the part of a customer that one product of such an order gets, on average over
    customers.
    """

    rows: pd.DataFrame
    away: int = 0
    burn_in: int = 0
    line_share: float = 1.0

    TABLES: ClassVar = {"rows": ARRIVALS}


# --- beliefs ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Forecast(_Noun):
    """Sales to expect without promotion, and how the method did on weeks it had not seen.

    `delisted` names the products that are not sold any more and get no forecast. `groups` are the
    sums over categories and the whole shop, with intervals of their own.
    """

    rows: pd.DataFrame
    backtest: pd.DataFrame
    delisted: tuple[str, ...] = ()
    groups: pd.DataFrame = field(default_factory=GROUP_FORECAST.empty)

    TABLES: ClassVar = {"rows": FORECAST, "backtest": BACKTEST, "groups": GROUP_FORECAST}


Evidence = Literal["strong", "fair", "weak", "borrowed"]
EVIDENCE: tuple[Evidence, ...] = ("strong", "fair", "weak", "borrowed")


@dataclass(frozen=True)
class Timing:
    """When the shop promotes, and how its promotions were told apart from good weeks.

    Attributes:
        excess: log items by which a promoted week would have sold more than usual anyway; negative
            where promotions were set in poor weeks. It is taken out of every curve.
        excess_se: its standard error, log items; 0 where nothing can be told.
        random_weeks: promoted product-weeks that a price test drew by lot; nobody chose them.
        strength: F statistic of unit costs as a cause of prices; 0 where costs do not change. From
            `STRONG` on, slopes rest on price moves that costs caused.
    """

    STRONG: ClassVar = 10.0

    excess: float = 0.0
    excess_se: float = 0.0
    random_weeks: int = 0
    strength: float = 0.0

    @property
    def by_cost(self) -> bool:
        """Whether costs move prices enough to tell demand's answer from what demand caused."""
        return self.strength >= self.STRONG


@dataclass(frozen=True, eq=False)
class ResponseCurves(_Noun):
    """How demand answers a discount.

    items = base x (1 - discount)^elasticity, times e^lift where discount > 0.
    """

    rows: pd.DataFrame
    timing: Timing = Timing()

    TABLES: ClassVar = {"rows": CURVES}

    @property
    def costs_assumed(self) -> int:
        """Products whose cost is not known, so that an assumed margin stands in for it."""
        return int(self.rows.loc[self.rows["cost_assumed"], "product_id"].nunique())


@dataclass(frozen=True, eq=False)
class Associations(_Noun):
    """Products whose sales answer the price of another one unlike the rest does.

    items of the other = usual x (price / list price of the product)^effect. For a pair of one
    category that stands in the place of the category's `cross` / (products - 1); all pairs that
    are not listed keep that, or 0 between categories. `tried` counts the pairs that were looked
    at; of the listed ones a share of `FALSE_SHARE` may be chance.
    """

    FALSE_SHARE: ClassVar = 0.05

    rows: pd.DataFrame
    tried: int = 0

    TABLES: ClassVar = {"rows": ASSOCIATIONS}


@dataclass(frozen=True, eq=False)
class Acquisition(_Noun):
    """How many customers an item brings, for the first time or back; empty without customer keys.

    Times items sold and summed over products, every customer counts once. `away` and `burn_in` as
    in `Arrivals`, in days.
    """

    rows: pd.DataFrame
    away: int = 0
    burn_in: int = 0

    TABLES: ClassVar = {"rows": ACQUISITION}


# --- decision --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Options(_Noun):
    """Everything she could do, one row each; a plan is a subset of these rows.

    Rows are sorted by product, segment, discount; every product and segment has a row at
    discount 0.
    """

    rows: pd.DataFrame
    weeks: int
    start: pd.Timestamp

    TABLES: ClassVar = {"rows": OPTIONS}

    @cached_property
    def fingerprint(self) -> str:
        """A short name for exactly this content and these weeks."""
        return f"{super().fingerprint}-{self.weeks}-{self.start:%Y%m%d}"


Status = Literal["optimal", "feasible", "infeasible", "out_of_time"]


@dataclass(frozen=True)
class Interval:
    """An estimate with the range that holds it with probability `level`."""

    estimate: float
    low: float
    high: float
    level: float = 0.8


@dataclass(frozen=True, kw_only=True)
class Gain(Interval):
    """What a plan gains, its mean in the worst fifth of cases, and the chance to lose money."""

    bad_fifth: float = 0.0
    loses: float = 0.0


@dataclass(frozen=True, eq=False)
class Plan(_Noun):
    """The chosen options, what the solver proved about them, and what they are compared with.

    `rows`, `baselines` and `gain` say what is expected. `objective`, `bound` and the shadow prices
    of `rules` count each option at what the choice was made by, which may be more cautious; they
    are in the objective's unit, the first two include products left unpromoted;
    `gap` is (bound - objective) as a share of the uplift over no promotion, never of the total.
    `exact` says whether every row is a whole decision (MILP); in an LP plan a product and segment
    may be split over two discounts, each row then carries its `weight`.
    """

    rows: pd.DataFrame
    rules: pd.DataFrame
    baselines: pd.DataFrame
    status: Status
    exact: bool
    objective: float
    bound: float
    gap: float
    gain: Gain
    solve_ms: float

    TABLES: ClassVar = {"rows": PLAN_ROWS, "rules": RULE_USE, "baselines": BASELINES}


@dataclass(frozen=True, eq=False)
class Campaign(_Noun):
    """A plan as the shop will run it: one row per product and segment."""

    name: str
    rows: pd.DataFrame

    TABLES: ClassVar = {"rows": CAMPAIGN}
