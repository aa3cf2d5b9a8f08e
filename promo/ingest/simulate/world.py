"""The simulated shop's settings: one frozen `World`, each default with its unit beside it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from promo.errors import BadRequest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

Range = tuple[float, float]


@dataclass(frozen=True)
class World:
    """A shop whose truth is known; equal worlds give equal files, byte for byte.

    `sd` fields are standard deviations on the log scale unless said otherwise.

    Raises:
        BadRequest: when a field is out of its range.
    """

    seed: int = 1
    # size
    products: int = 100
    categories: int = 10
    weeks: int = 78  # of history
    last_week: date = date(2026, 11, 9)  # Monday of the last week of history
    customers: int = 2000  # 0: no customers; only the panel and the products are made
    event_weeks: int = 4  # last weeks for which behaviour events exist

    # demand at list price
    base_units: float = 30.0  # items per week of the median product
    base_sd: float = 0.7  # between products
    trend_sd: float = 0.08  # log items per year, between products
    season: float = 0.25  # largest yearly amplitude of a category, log items
    holiday: float = 0.20  # mean lift of a holiday week, log items
    shock_sd: float = 0.25  # stationary sd of the weekly demand shock nobody records
    shock_memory: float = 0.6  # correlation of the shock with last week's

    # answer to prices
    elasticity: float = -2.5  # mean of the category means, log items per log price
    elasticity_category_sd: float = 0.5  # of category means
    elasticity_product_sd: float = 0.9  # around the category mean
    elasticity_range: Range = (-6.0, -0.4)
    cross: Range = (0.2, 0.8)  # log items per mean log price of the rest of the category
    pantry: Range = (0.1, 0.5)  # log items per log price of the week before
    halo_pairs: int = 0  # products that sell another one of a different category
    halo: Range = (-1.2, -0.6)  # log items of the other per log price of the promoted
    together: float = 0.3  # share of the other's lines that go to buyers of the promoted
    lift: float = 0.10  # log items of being promoted at all
    feature_lift: float = 0.15  # log items of a mailed week
    display_lift: float = 0.10  # log items of a displayed week

    # the manager who set past prices
    promo_rate: float = 0.12  # share of weeks a normal product was promoted
    never_promoted: float = 0.08  # share of products
    rarely_promoted: float = 0.12  # share of products, at a tenth of the rate
    endogeneity: float = 0.3  # 0: blind to the shock; 1: promotes when it is high
    test_weeks: int = 0  # past weeks in which prices were randomised
    list_price_steps: float = 0.15  # share of products whose list price rose once
    stockout_rate: float = 0.10  # share of product-weeks with a thin delivery

    # money and stock
    price: float = 9.0  # median list price, money per item
    margin: Range = (0.25, 0.65)  # share of the list price
    stock_cover: Range = (1.0, 2.6)  # stock on hand / expected items of the campaign
    campaign_weeks: int = 4  # weeks the stock on hand is meant for

    # customers
    visit_rate: float = 0.35  # orders per customer and week, median
    visit_sd: float = 0.9  # log odds, between customers
    basket_sd: float = 0.6  # items per visit, between customers
    taste: float = 1.0  # 0: all customers like the same things
    sensitivity: float = 0.6  # spread of price sensitivity between customers; 0: all alike
    sensitivity_fit: float = -0.7  # correlation of sensitivity with frequency and spend
    leaving: float = 0.004  # share of customers lost per week
    units_per_line: float = 1.5  # mean items on an order line, at most
    chinese: float = 0.4  # share of customers who write in Chinese
    return_rate: float = 0.03  # share of order lines
    review_rate: float = 0.12  # share of order lines

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        shares = (
            "endogeneity", "promo_rate", "never_promoted", "rarely_promoted", "visit_rate",
            "together",
        )  # fmt: skip
        ones = ("products", "categories", "campaign_weeks", "units_per_line")
        low = dict.fromkeys(ones, 1) | {"weeks": 2}
        zeros = ("customers", "event_weeks", "shock_sd", "test_weeks", "halo_pairs")
        high = dict.fromkeys(shares, 1.0) | {
            "categories": self.products, "test_weeks": self.weeks, "halo_pairs": self.products // 2,
        }  # fmt: skip
        for name in (*low, *zeros, *high):
            value = getattr(self, name)
            if not low.get(name, 0) <= value <= high.get(name, np.inf):
                raise BadRequest(field=name, value=value)
        if self.last_week.weekday() != 0:
            raise BadRequest(field="last_week", value=self.last_week.isoformat())

    @property
    def mondays(self) -> pd.DatetimeIndex:
        """The weeks of history, oldest first."""
        first = self.last_week - timedelta(weeks=self.weeks - 1)
        return pd.date_range(first, periods=self.weeks, freq="7D", unit="us")

    def mondays_ahead(self, weeks: int) -> pd.DatetimeIndex:
        """The first `weeks` weeks after history."""
        first = self.last_week + timedelta(weeks=1)
        return pd.date_range(first, periods=weeks, freq="7D", unit="us")

    def stream(self, name: str) -> np.random.Generator:
        """A generator of its own for each part, so that one part's size never moves another."""
        return np.random.default_rng([self.seed, *name.encode()])


def leave_one_out(values: Floats, groups: Ints) -> Floats:
    """The mean over the other members of each row's group; 0 for a group of one.

    >>> leave_one_out(np.array([[1.0], [2.0], [6.0], [5.0]]), np.array([0, 0, 0, 1])).ravel()
    array([4. , 3.5, 1.5, 0. ])
    """
    size = np.bincount(groups)
    total = np.zeros((len(size), values.shape[1]))
    np.add.at(total, groups, values)
    others = (size[groups] - 1)[:, None]
    mean: Floats = (total[groups] - values) / np.maximum(others, 1)
    return np.where(others > 0, mean, 0.0)
