"""Simulated shops as panels, and odd weeks planted in them."""

from dataclasses import replace

import numpy as np
import pandas as pd

from promo.domain import EVERYONE, Panel
from promo.ingest.simulate import World, simulate
from promo.tables import PANEL, PRODUCTS


def shop_panel(world: World) -> tuple[Panel, np.ndarray]:
    """The panel of a simulated shop, and what each week was due to sell; (products, weeks)."""
    shop = simulate(world)
    rows = shop.panel.assign(
        week=pd.to_datetime(shop.panel["week"]), place=EVERYONE, segment=EVERYONE
    ).sort_values(["product_id", "week"], ignore_index=True)
    rows, products = (
        frame[table.names].astype(table.empty().dtypes.to_dict())
        for frame, table in ((rows, PANEL), (shop.products, PRODUCTS))
    )
    past = shop.truth.history.sort_values(["product_id", "week"])["base"].to_numpy()
    slope = pd.Series(shop.truth.shop.elasticity, index=shop.products["product_id"])
    deal = rows["price"].to_numpy() / rows["list_price"].to_numpy()
    due = past * deal ** slope.reindex(rows["product_id"]).to_numpy()
    return Panel(rows, products), due.reshape(len(products), -1)


def units_of(panel: Panel) -> np.ndarray:
    """Items by product and week; rows are sorted by both."""
    return panel.rows["units"].to_numpy().reshape(panel.rows["product_id"].nunique(), -1).copy()


def with_units(panel: Panel, units: np.ndarray) -> Panel:
    """The same panel with other items sold."""
    return replace(panel, rows=panel.rows.assign(units=units.ravel().astype(float)))


def keys(panel: Panel) -> np.ndarray:
    """Product keys in the order of `units_of`."""
    return panel.rows["product_id"].unique().astype(str)


def weeks(panel: Panel) -> pd.DatetimeIndex:
    """Mondays in the order of `units_of`."""
    return pd.DatetimeIndex(np.sort(panel.rows["week"].unique()))


def told(rows: pd.DataFrame, kind: str, product: str, first, last) -> bool:
    """Whether a finding of this kind lies on these weeks of this product."""
    own = rows[(rows["product_id"] == product) & (rows["kind"] == kind)]
    return bool(((own["first"] <= last) & (own["last"] >= first)).any())
