"""The parts of a world run in turn, and the files that the shop would export."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from promo.ingest.simulate import customers, demand, events
from promo.ingest.simulate.beside import beside
from promo.ingest.simulate.customers import Crowd, Sales
from promo.ingest.simulate.demand import Catalogue, Prices
from promo.ingest.simulate.know import know
from promo.ingest.simulate.truth import HORIZON, Truth
from promo.ingest.simulate.world import World

SOURCES = ("events", "orders", "panel", "products", "users", "displays")

DECIMALS = {
    "price": 2, "unit_price": 2, "list_price": 2, "unit_cost": 2, "discount": 4, "in_stock": 2,
    "quantity": 0, "rating": 0, "stock": 0, "units": 0,
}  # fmt: skip

SAMPLE = World(
    seed=8, products=46, categories=8, weeks=104, customers=1500, event_weeks=3,
    base_units=15.0, base_sd=0.6, units_per_line=2.0, shock_sd=0.18, stock_cover=(1.02, 2.8),
    elasticity=-2.6, elasticity_product_sd=0.9, elasticity_range=(-4.2, -0.5), sensitivity=0.4,
    margin=(0.25, 0.68), endogeneity=0.2, lift=0.02, feature_lift=0.06, display_lift=0.03,
)  # fmt: skip
"""The world of `sample_data/`: a tea, coffee and pantry shop."""


@dataclass(frozen=True, eq=False)
class Shop:
    """The raw files of a shop as data frames; without customers three of them are empty.

    `displays` is the calendar of a price test, empty without one.
    """

    world: World
    events: pd.DataFrame
    orders: pd.DataFrame
    panel: pd.DataFrame
    products: pd.DataFrame
    users: pd.DataFrame
    displays: pd.DataFrame
    truth: Truth


def simulate(world: World) -> Shop:
    """Run the shop from its first week to its last.

    >>> shop = simulate(World(products=6, categories=2, weeks=8, customers=40))
    >>> len(shop.panel), int(shop.panel["units"].sum()) == int(shop.orders["quantity"].sum())
    (48, True)
    """
    shop = demand.draw_catalogue(world)
    mondays = world.mondays.union(world.mondays_ahead(HORIZON))
    weather = demand.draw_weather(world, shop, mondays)
    prices = demand.set_prices(world, shop, weather)
    moved = demand.drive(world, shop, weather, prices)
    crowd = customers.draw_crowd(world, shop)
    past = weather.log_base[:, : world.weeks]
    sales = customers.sell(world, moved, crowd, past, shop.halo)
    truth = know(world, shop, weather, prices, crowd, sales)
    nobody = world.customers == 0
    return Shop(
        world,
        pd.DataFrame() if nobody else events.events(world, shop, prices, crowd, sales),
        pd.DataFrame() if nobody else _orders(world, shop, prices, crowd, sales),
        _panel(world, shop, prices, sales),
        _products(shop, truth),
        crowd.users,
        _displays(world, shop, prices),
        truth,
    )


def _orders(
    world: World, shop: Catalogue, prices: Prices, crowd: Crowd, sales: Sales
) -> pd.DataFrame:
    lines = customers.order_lines(world, crowd, sales)
    product, week = lines["product"].to_numpy(), lines["week"].to_numpy()
    return pd.DataFrame(
        {
            "order_id": lines["order_id"],
            "order_time": lines["order_time"],
            "customer_id": np.array(crowd.customer_id, dtype=object)[lines["customer"]],
            "product_id": np.array(shop.product_id, dtype=object)[product],
            "quantity": lines["quantity"],
            "unit_price": prices.paid[product, week],
            "list_price": prices.listed[product, week],
        }
    )


def _panel(world: World, shop: Catalogue, prices: Prices, sales: Sales) -> pd.DataFrame:
    """One row per product and week, by week."""
    weeks = world.mondays.strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "week": np.repeat(weeks, world.products),
            "product_id": np.tile(np.array(shop.product_id, dtype=object), world.weeks),
            "units": sales.units.T.ravel(),
            "price": prices.paid.T.ravel(),
            "list_price": prices.listed.T.ravel(),
            "feature": prices.feature.T.ravel().astype(int),
            "display": prices.display.T.ravel().astype(int),
            "in_stock": sales.in_stock.T.ravel(),
        }
    )


def _displays(world: World, shop: Catalogue, prices: Prices) -> pd.DataFrame:
    """The calendar of the price test: every product in every week whose prices were drawn."""
    weeks = world.mondays.strftime("%Y-%m-%d")[prices.tested]
    product = np.array(shop.product_id, dtype=object)
    paid, listed = prices.paid[:, prices.tested], prices.listed[:, prices.tested]
    return pd.DataFrame(
        {
            "product_id": np.repeat(product, len(weeks)),
            "week": np.tile(weeks, len(product)),
            "price": paid.ravel(),
            "list_price": listed.ravel(),
            "discount": np.round(1 - paid / listed, 4).ravel(),
            "randomised": 1,
        }
    )


def _products(shop: Catalogue, truth: Truth) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "product_id": shop.product_id,
            "name": shop.name,
            "category": shop.category,
            "brand": shop.brand,
            "list_price": shop.list_price,
            "unit_cost": shop.unit_cost,
            "stock": truth.stock,
        }
    )


def write(shop: Shop, folder: Path) -> dict[str, Path]:
    """Write one CSV per source and `truth.json`; source names (and `truth`) to their files.

    Sources the shop does not have are not written. Equal worlds give equal bytes.
    """
    paths = write_sources(shop, folder)
    paths["truth"] = folder / "truth.json"
    paths["truth"].write_text(
        json.dumps(shop.truth.parameters(), ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
        newline="\n",
    )
    return paths


def write_sources(shop: Shop, folder: Path, sources: Sequence[str] = SOURCES) -> dict[str, Path]:
    """Write only what a shop would export, or some of it."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for source in sources:
        frame: pd.DataFrame = getattr(shop, source)
        if len(frame):
            paths[source] = _write(frame, folder / f"{source}.csv")
    return paths


def _write(frame: pd.DataFrame, path: Path) -> Path:
    _as_text(frame).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return path


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers at fixed decimals and times in ISO form, so that no library decides the bytes."""
    text = frame.copy()
    for name, values in frame.items():
        if pd.api.types.is_datetime64_dtype(values.dtype):
            stamps = np.datetime_as_string(values.to_numpy(), unit="s")
            text[name] = pd.Series(stamps, index=frame.index).str.replace("T", " ")
        elif name in DECIMALS:
            code, seen = pd.factorize(values)  # prices repeat: format each but once
            shown = [f"{value:.{DECIMALS[str(name)]}f}" for value in seen]
            text[name] = np.array([*shown, ""], dtype=object)[code]
    return text


def write_sample(folder: Path) -> dict[str, Path]:
    """Write the shipped sample files again: what the shop sold, and what it keeps beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    shop = simulate(SAMPLE)
    others = {name: _write(frame, folder / f"{name}.csv") for name, frame in beside(shop).items()}
    return write_sources(shop, folder) | others
