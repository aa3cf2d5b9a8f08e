"""From a history that has run to the truth about it and about the weeks to come."""

import numpy as np
import pandas as pd

from promo.ingest.simulate.customers import Crowd, Sales
from promo.ingest.simulate.demand import Catalogue, Prices, Weather
from promo.ingest.simulate.truth import HORIZON, Truth
from promo.ingest.simulate.world import Floats, World

PATHS = 32
"""Paths of the coming shocks over which stock limits are averaged."""


def know(
    world: World, shop: Catalogue, weather: Weather, prices: Prices, crowd: Crowd, sales: Sales
) -> Truth:
    """Collect what is true after history has run."""
    expected, shocks = _future_shocks(world, weather)
    base = np.exp(weather.log_base[:, world.weeks :]) * expected
    campaign = base[:, : world.campaign_weeks].sum(axis=1)
    cover = world.stream("stock").uniform(*world.stock_cover, world.products)
    return Truth(
        world,
        shop,
        crowd,
        share=crowd.shares(world.weeks - 1),
        base=base,
        shocks=shocks,
        stock=np.ceil(cover * campaign).astype(np.int64),
        last_ratio=prices.log_ratio[:, -1],
        history=_history(world, shop, weather, prices, sales),
    )


def _future_shocks(world: World, weather: Weather) -> tuple[Floats, Floats]:
    """E exp(x) given the last week's shock, and paths of exp(x) / E exp(x).

    x_h = memory^h x_0 + e_h with Var e_h = sd^2 (1 - memory^2h). Paths come in pairs of opposite
    sign and are scaled to mean 1, so that without stock limits the average is exact.
    """
    rng = world.stream("future")
    fade = world.shock_memory ** np.arange(1, HORIZON + 1)
    spread = world.shock_sd**2 * (1 - fade**2)
    expected = np.exp(weather.shock[:, -1:] * fade + spread / 2)
    noise = rng.normal(0, 1, (PATHS // 2, world.products, HORIZON))
    noise *= world.shock_sd * np.sqrt(1 - world.shock_memory**2)
    for week in range(1, HORIZON):
        noise[..., week] += world.shock_memory * noise[..., week - 1]
    paths = np.exp(np.concatenate([noise, -noise]))
    return expected, paths / paths.mean(axis=0)


def _history(
    world: World, shop: Catalogue, weather: Weather, prices: Prices, sales: Sales
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "product_id": np.repeat(np.array(shop.product_id, dtype=object), world.weeks),
            "week": np.tile(world.mondays, world.products),
            "base": np.exp(weather.log_base[:, : world.weeks]).ravel(),
            "shock": weather.shock.ravel(),
            "promoted": prices.promoted.ravel(),
            "demand": sales.demand.ravel(),
        }
    )
