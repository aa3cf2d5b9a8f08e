"""The customers of a simulated shop: who they are, what they like, what they buy."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.ingest.simulate.demand import Catalogue, Drive
from promo.ingest.simulate.halo import Halo
from promo.ingest.simulate.names import AGE_BANDS, GENDERS, REGIONS
from promo.ingest.simulate.world import Flags, Floats, Ints, World


@dataclass(frozen=True, eq=False)
class Crowd:
    """Customers as arrays of shape (customers,), and their share of every product's demand."""

    customer_id: list[str]
    share: Floats  # (products, customers); a row sums to 1 over the active ones of a week
    sensitivity: Floats  # multiplies every answer to prices; 1 for the average item sold
    visit: Floats  # probability of an order in a week
    joined: Ints  # week of history; negative: before it
    left: Ints  # first week without her
    chinese: Flags
    users: pd.DataFrame

    def active(self, week: int) -> Flags:
        """Who is a customer in a week of history."""
        alive: Flags = (self.joined <= week) & (week < self.left)
        return alive

    def shares(self, week: int) -> Floats:
        """Each active customer's share of demand at list price, rows summing to 1."""
        weight = self.share * self.active(week)
        part: Floats = weight / weight.sum(axis=1, keepdims=True)
        return part


def everyone() -> Crowd:
    """One average customer who stands for all: the shop without customer files."""
    one, always = np.ones(1), np.zeros(1, dtype=np.int64)
    users = pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    never = np.full(1, np.iinfo(np.int64).max)
    return Crowd(["all"], np.ones((1, 1)), one, one, always, never, np.zeros(1, dtype=bool), users)


def draw_crowd(world: World, shop: Catalogue) -> Crowd:
    """Customers whose frequency, spend and price sensitivity go together."""
    if world.customers == 0:
        return everyone()
    rng = world.stream("crowd")
    n = world.customers
    often, large, own = rng.normal(0, 1, (3, n))
    fit = world.sensitivity_fit
    nature = fit * (0.8 * often + 0.6 * large) + np.sqrt(1 - fit**2) * own
    odds = np.log(world.visit_rate / (1 - world.visit_rate)) + world.visit_sd * often
    visit = 1 / (1 + np.exp(-odds))
    taste = np.exp(world.taste * rng.normal(0, 1, (world.categories, n)))
    # the price-minded buy the cheap half of the shelf, the others the dear half
    leaning = np.outer(0.5 - shop.tier, nature) * world.taste
    share = visit * np.exp(world.basket_sd * large) * taste[shop.group] * np.exp(leaning)
    joined, left = _stays(world, rng)
    present = share * ((joined < world.weeks) & (left >= world.weeks))
    # bounded: the tail of a log-normal would empty the shop at every deep discount
    sensitivity = 1 + 0.85 * np.tanh(world.sensitivity * nature)
    items = shop.base @ (present / present.sum(axis=1, keepdims=True))
    sensitivity /= (items * sensitivity).sum() / items.sum()
    users = _users(world, rng, nature, joined)
    chinese = rng.random(n) < world.chinese
    return Crowd(
        list(users["customer_id"]), share, sensitivity, visit, joined, left, chinese, users
    )


def _stays(world: World, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """First week and first week after the last of every customer."""
    n, weeks = world.customers, world.weeks
    early = rng.random(n) < 0.6
    joined = np.where(early, -rng.integers(1, 60, n), rng.integers(0, weeks, n))
    stay = rng.geometric(max(world.leaving, 1e-9), n) + 1
    left = np.minimum(np.maximum(joined, 0) + stay, 10 * weeks)
    faithful = np.arange(n) < max(1, n // 10)  # so that no week is without customers
    long_ago = -rng.integers(1, 60, n)
    return np.where(faithful, long_ago, joined), np.where(faithful, 10 * weeks, left)


def _users(world: World, rng: np.random.Generator, nature: Floats, joined: Ints) -> pd.DataFrame:
    """The attribute file; the young are a little more price-minded."""
    n = world.customers
    rank = (-0.5 * nature + rng.normal(0, 1, n)).argsort().argsort()
    ages = np.array(AGE_BANDS)[rank * len(AGE_BANDS) // n]
    weeks = pd.to_timedelta(7 * joined + rng.integers(0, 7, n), unit="D")
    return pd.DataFrame(
        {
            "customer_id": [f"C{number:05d}" for number in range(1, n + 1)],
            "age_band": ages,
            "gender": rng.choice(GENDERS, n, p=[0.52, 0.40, 0.08]),
            "region": rng.choice(REGIONS, n, p=[0.26, 0.30, 0.18, 0.14, 0.12]),
            "consent": np.where(rng.random(n) < 0.78, "yes", "no"),
            "joined": (world.mondays[0] + weeks).strftime("%Y-%m-%d"),
        }
    )


@dataclass(frozen=True, eq=False)
class Sales:
    """What was sold: shape (products, weeks), and the lines as arrays of equal length."""

    demand: Ints  # items wanted
    units: Ints  # items sold
    in_stock: Floats  # share of the week it could be bought
    week: Ints
    product: Ints
    customer: Ints
    quantity: Ints


def sell(world: World, moved: Drive, crowd: Crowd, log_base: Floats, halo: Halo) -> Sales:
    """Draw demand, censor it by what was delivered, and hand the items to customers."""
    rng = world.stream("sales")
    means, owners = np.empty(moved.plain.shape), []
    choosing, joining = world.stream("choices"), world.stream("together")
    caps = _deliveries(world, log_base)
    units = np.empty(moved.plain.shape, dtype=np.int64)
    demand = units.copy()
    for week in range(world.weeks):
        answer = np.exp(np.outer(moved.response[:, week], crowd.sensitivity))
        weight = crowd.shares(week) * answer
        means[:, week] = np.exp(moved.plain[:, week]) * weight.sum(axis=1)
        demand[:, week] = rng.poisson(means[:, week])
        units[:, week] = np.minimum(demand[:, week], caps[:, week])
        if world.customers:
            bought = _hand_out(world, choosing, crowd, weight, units[:, week])
            owners.append(_together(world, joining, halo, bought, len(crowd.visit)))
    lines = [
        np.concatenate(part) if owners else np.empty(0, dtype=np.int64)
        for part in (zip(*owners, strict=True) if owners else ((), (), ()))
    ]
    weeks = np.repeat(np.arange(len(owners)), [len(owner[0]) for owner in owners])
    in_stock: Floats = np.minimum(1.0, caps / np.maximum(demand, 1)).round(2)
    return Sales(demand, units, in_stock, weeks, *lines)


def _deliveries(world: World, log_base: Floats) -> Floats:
    """Items there were to sell; infinite but for the thin deliveries."""
    rng = world.stream("deliveries")
    thin = rng.random(log_base.shape) < world.stockout_rate
    room = np.ceil(np.exp(log_base) * rng.uniform(0.4, 1.2, log_base.shape))
    return np.where(thin, room, np.inf)


def _hand_out(
    world: World, rng: np.random.Generator, crowd: Crowd, weight: Floats, units: Ints
) -> tuple[Ints, Ints, Ints]:
    """Split each product's items of a week into lines; products, customers, quantities.

    The number of items is given, so that lines and panel agree; a line goes to a customer with
    the probability of her share of the week's demand, among those who come this week.
    """
    product = np.repeat(np.arange(len(units)), units)
    first = np.r_[True, product[1:] != product[:-1]] if len(product) else np.zeros(0, dtype=bool)
    starts = first | (rng.random(len(product)) < 1 / world.units_per_line)
    quantity = np.diff(np.r_[np.flatnonzero(starts), len(product)])
    product = product[starts]
    comes = rng.random(len(crowd.visit)) < crowd.visit
    comes[0] = True  # the first of the faithful, so that nothing is sold to nobody
    among = np.cumsum(weight * comes / crowd.visit, axis=1)
    among = among / among[:, -1:] + np.arange(len(units))[:, None]
    spot = np.searchsorted(among.ravel(), rng.random(len(product)) + product, side="right")
    customer = np.minimum(spot - product * len(crowd.visit), len(crowd.visit) - 1)
    return _merge(product, customer, quantity, len(crowd.visit))


def _together(
    world: World, rng: np.random.Generator, halo: Halo, lines: tuple[Ints, Ints, Ints], n: int
) -> tuple[Ints, Ints, Ints]:
    """The lines of a week, some of a complement's now in the basket of who bought its partner.

    How much is sold stays as it is. The truth's shares of customers do not follow, so that what a
    segment buys of a complement is only about true.
    """
    product, customer, quantity = lines
    moved = customer.copy()
    for promoted, other in zip(halo.promoted, halo.other, strict=True):
        buyers = customer[product == promoted]
        if len(buyers):
            mine = np.flatnonzero(product == other)
            mine = mine[rng.random(len(mine)) < world.together]
            moved[mine] = rng.choice(buyers, len(mine))
    return _merge(product, moved, quantity, n)


def _merge(product: Ints, customer: Ints, quantity: Ints, n: int) -> tuple[Ints, Ints, Ints]:
    """One line per customer and product."""
    key, where = np.unique(product * n + customer, return_inverse=True)
    total = np.bincount(where, weights=quantity, minlength=len(key)).astype(np.int64)
    return key // n, key % n, total


def order_lines(world: World, crowd: Crowd, sales: Sales) -> pd.DataFrame:
    """Lines with their order and its time; all lines of a customer and week are one order.

    Columns: week, product, customer (numbers), quantity, order_time, order_id; sorted by time.
    """
    rng = world.stream("orders")
    lines = pd.DataFrame(
        {"week": sales.week, "product": sales.product, "customer": sales.customer,
         "quantity": sales.quantity}
    )  # fmt: skip
    order, where = np.unique(sales.week * len(crowd.visit) + sales.customer, return_inverse=True)
    day = rng.choice(7, len(order), p=[0.12, 0.11, 0.12, 0.13, 0.16, 0.19, 0.17])
    hour = rng.choice(np.arange(8, 23), len(order), p=_HOURS)
    second = (day * 24 + hour) * 3600 + rng.integers(0, 3600, len(order))
    when = world.mondays[order // len(crowd.visit)] + pd.to_timedelta(second, unit="s")
    rank = when.argsort(kind="stable").argsort(kind="stable")
    lines["order_time"] = when[where]
    lines["order"] = rank[where]
    lines = lines.sort_values(["order", "product"], ignore_index=True)
    lines["order_id"] = "O" + (lines.pop("order") + 1).astype("str").str.zfill(6)
    return lines


_HOURS = np.array([2, 3, 5, 6, 7, 6, 5, 5, 6, 7, 10, 13, 12, 8, 5]) / 100
