"""The products of a simulated shop and what moves their demand."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo.ingest.simulate.halo import Halo, draw_halo
from promo.ingest.simulate.names import SHELVES, product_name
from promo.ingest.simulate.world import Flags, Floats, Ints, World, leave_one_out

SPRING_FESTIVALS = tuple(
    pd.Timestamp(day)
    for day in (
        "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
        "2028-01-26", "2029-02-13", "2030-02-03",
    )
)  # fmt: skip
HOLIDAYS = ((1, 1), (6, 18), (9, 25), (11, 11), (11, 27), (12, 20))
LEVELS = np.array([0.10, 0.15, 0.20, 0.25, 0.30, 0.40])
LEVEL_SHARES = np.array([0.28, 0.22, 0.22, 0.14, 0.10, 0.04])


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The products: arrays of shape (products,)."""

    product_id: list[str]
    name: list[str]
    brand: list[str]
    category: list[str]
    group: Ints  # number of the category
    list_price: Floats  # money per item, at the end of history
    step_week: Ints  # week in which the list price rose to it; 0: never rose
    step: Floats  # log of that rise
    unit_cost: Floats  # money per item
    base: Floats  # items per week at the end of history
    elasticity: Floats  # log items per log price
    cross: Floats  # log items per mean log price of the rest of the category
    pantry: Floats  # log items per log price of the week before
    lift: Floats  # log items of being promoted at all
    quality: Floats  # mean stars of its reviews
    tier: Floats  # 0 for cheap in its category, 1 for dear
    halo: Halo  # none unless the world has some


def charm(price: Floats, step: float) -> Floats:
    """The nearest price that is one cent short of a multiple of `step`.

    >>> charm(np.array([13.2, 4.6]), 0.5).tolist()
    [12.99, 4.49]
    """
    return np.round(np.maximum(np.round(price / step), 1.0) * step - 0.01, 2)


def draw_catalogue(world: World) -> Catalogue:
    """The products of `world`, spread evenly over its categories."""
    rng = world.stream("catalogue")
    n = world.products
    group = np.sort(np.arange(n) % world.categories)
    ids, names, brands, categories, level = _labels(group)
    list_price = charm(world.price * level * np.exp(rng.normal(0, 0.35, n)), 0.5)
    stepped = rng.random(n) < world.list_price_steps
    mean = rng.normal(world.elasticity, world.elasticity_category_sd, world.categories)
    slopes = rng.normal(mean[group], world.elasticity_product_sd)
    dearness = np.log(list_price / level)
    return Catalogue(
        ids, names, brands, categories, group,
        list_price=list_price,
        step_week=np.where(stepped, rng.integers(world.weeks // 5, world.weeks, n), 0),
        step=np.where(stepped, rng.uniform(0.03, 0.07, n), 0.0),
        unit_cost=np.round(list_price * (1 - rng.uniform(*world.margin, n)), 2),
        base=world.base_units * np.exp(rng.normal(0, world.base_sd, n)),
        elasticity=np.clip(slopes, *world.elasticity_range),
        cross=rng.uniform(*world.cross, world.categories)[group],
        pantry=rng.uniform(*world.pantry, n),
        lift=np.full(n, world.lift),
        quality=np.clip(rng.normal(4.1, 0.5, n), 2.2, 4.9),
        tier=dearness.argsort(kind="stable").argsort() / max(n - 1, 1),
        halo=draw_halo(world, group),
    )  # fmt: skip


def _labels(group: Ints) -> tuple[list[str], list[str], list[str], list[str], Floats]:
    """Ids, names, brands, categories and price levels, category by category."""
    shelves = list(SHELVES.items())
    used: Counter[str] = Counter()  # categories beyond the shelves' number share a shelf's names
    rows = []
    for category in group:
        title, shelf = shelves[category % len(shelves)]
        again = category // len(shelves)
        name, brand = product_name(shelf, used[shelf.code])
        used[shelf.code] += 1
        key = f"{shelf.code}-{used[shelf.code]:03d}"
        rows.append((key, name, brand, title + f" {again + 1}" * bool(again), shelf.price_level))
    ids, names, brands, titles, level = zip(*rows, strict=True)
    return list(ids), list(names), list(brands), list(titles), np.array(level)


@dataclass(frozen=True, eq=False)
class Weather:
    """Demand at list price, history and future in one: arrays of shape (products, weeks)."""

    log_base: Floats  # log items per week at list price and no shock
    holiday: Floats  # share of a holiday in the week, shape (weeks,)
    shock: Floats  # log items, history only


def holidays(mondays: pd.DatetimeIndex) -> Floats:
    """1 for a week that holds a holiday or the start of the Spring Festival, else 0."""
    days = [monday + pd.Timedelta(days=d) for monday in mondays for d in range(7)]
    festive = [(day.month, day.day) in HOLIDAYS or day in SPRING_FESTIVALS for day in days]
    return np.array(festive).reshape(-1, 7).any(axis=1).astype(float)


def draw_weather(world: World, shop: Catalogue, mondays: pd.DatetimeIndex) -> Weather:
    """Trend, season, holidays for all `mondays`, and the shocks of the weeks of history."""
    rng = world.stream("weather")
    k = world.categories
    size, phase = rng.uniform(0.3, 1.0, (2, k)) * world.season, rng.uniform(0, 2 * np.pi, (2, k))
    angle = 2 * np.pi * mondays.day_of_year.to_numpy() / 365.25
    waves = [size[h][:, None] * np.cos((h + 1) * angle - phase[h][:, None]) for h in (0, 1)]
    festive = holidays(mondays)
    answer = rng.uniform(0, 2 * world.holiday, k)
    years = (np.arange(len(mondays)) - world.weeks) / 52
    trend = rng.normal(0, world.trend_sd, world.products)
    by_category = waves[0] + 0.4 * waves[1] + answer[:, None] * festive
    log_base = np.log(shop.base)[:, None] + trend[:, None] * years + by_category[shop.group]
    return Weather(log_base, festive, draw_shock(world, rng))


def draw_shock(world: World, rng: np.random.Generator) -> Floats:
    """A stationary AR(1) path per product: x_t = memory x_{t-1} + noise."""
    noise = rng.normal(0, world.shock_sd, (world.products, world.weeks))
    shock = noise.copy()
    for week in range(1, world.weeks):
        fresh = np.sqrt(1 - world.shock_memory**2) * noise[:, week]
        shock[:, week] = world.shock_memory * shock[:, week - 1] + fresh
    return shock


@dataclass(frozen=True, eq=False)
class Prices:
    """What the manager did: arrays of shape (products, weeks)."""

    listed: Floats  # money per item
    paid: Floats  # money per item
    promoted: Flags
    feature: Flags
    display: Flags
    tested: Flags  # shape (weeks,): prices drawn by lot

    @property
    def log_ratio(self) -> Floats:
        """log(paid / listed), 0 without a promotion."""
        return np.log(self.paid / self.listed)


def set_prices(world: World, shop: Catalogue, weather: Weather) -> Prices:
    """Past prices by a manager who promotes when she expects demand to be good.

    What she expects is the season, the holidays and - as far as `endogeneity` goes - the shock,
    which no file records.
    """
    rng = world.stream("prices")
    shape = (world.products, world.weeks)
    habit = rng.random(world.products)
    rate = np.full(world.products, world.promo_rate)
    rate[habit < world.never_promoted + world.rarely_promoted] *= 0.1
    rate[habit < world.never_promoted] = 0.0
    chance = rng.random(shape) < _urge(world, weather, rate)
    level = rng.choice(LEVELS, shape, p=LEVEL_SHARES)
    tested = np.zeros(world.weeks, dtype=bool)
    tested[np.linspace(world.weeks // 2, world.weeks - 1, world.test_weeks).astype(int)] = True
    promoted = np.where(tested, rng.random(shape) < 0.5, chance)
    before_step = np.arange(world.weeks) < shop.step_week[:, None]
    old = np.where(shop.step > 0, charm(shop.list_price * np.exp(-shop.step), 0.1), shop.list_price)
    listed = np.where(before_step, old[:, None], shop.list_price[:, None])
    paid = np.where(promoted, charm(listed * (1 - level), 0.1), listed)
    mailed = promoted & ~tested & (rng.random(shape) < 0.45)
    shown = np.where(promoted & ~tested, rng.random(shape) < 0.35, rng.random(shape) < 0.01)
    return Prices(listed, np.minimum(paid, listed), promoted, mailed, shown, tested)


def _urge(world: World, weather: Weather, rate: Floats) -> Floats:
    """Probability of a promotion, shape (products, weeks)."""
    past = weather.log_base[:, : world.weeks]
    expected = (past - past.mean(axis=1, keepdims=True)) / max(world.season, 0.05)
    shock = weather.shock / max(world.shock_sd, 1e-9)
    odds = np.log(np.maximum(rate, 1e-12) / (1 - np.minimum(rate, 1 - 1e-9)))
    logit = odds[:, None] + 0.4 * expected + 1.5 * world.endogeneity * shock
    chance: Floats = 1 / (1 + np.exp(-logit))
    return chance


@dataclass(frozen=True, eq=False)
class Drive:
    """Log demand of history in two parts: arrays of shape (products, weeks).

    A customer of sensitivity s demands exp(plain + s * response) times her share.
    """

    plain: Floats
    response: Floats


def drive(world: World, shop: Catalogue, weather: Weather, prices: Prices) -> Drive:
    """What moved demand in every week of history."""
    ratio = prices.log_ratio
    before = np.hstack([np.zeros((world.products, 1)), ratio[:, :-1]])
    risen = np.log(prices.listed / shop.list_price[:, None])
    response = (
        shop.elasticity[:, None] * (ratio + risen)
        + shop.cross[:, None] * leave_one_out(ratio, shop.group)
        + shop.pantry[:, None] * before
        + shop.halo.pull(ratio)
    )
    plain = (
        weather.log_base[:, : world.weeks]
        + weather.shock
        + shop.lift[:, None] * prices.promoted
        + world.feature_lift * prices.feature
        + world.display_lift * prices.display
    )
    return Drive(plain, response)
