"""Curves that a product has from its kin: from whom, why, and what would give it its own."""

import numpy as np
import pandas as pd

from promo.domain import Panel, ResponseCurves
from promo.learn.elasticity import FAIR_FROM


def main_curves(curves: ResponseCurves) -> pd.DataFrame:
    """The curve of each product's largest segment, one row per product."""
    rows = curves.rows
    return rows.loc[rows.groupby("product_id")["share"].idxmax()].reset_index(drop=True)


def borrowed_curves(curves: ResponseCurves, panel: Panel) -> pd.DataFrame:
    """The products whose curve is mostly their kin's, those that sell most first.

    Returns:
        `product_id`, `name`, `category`, `evidence` (weak or borrowed), `units_per_week`,
        `lender` ("category", or "shop" where no other product of the category has a slope of its
        own), `kin` (other products of the category with one), `trust` (share of the slope that its
        own weeks decide), `price_weeks`, `deepest`, `why` ("never" seen at a reduced price, in too
        "few" weeks, or in weeks that scatter too much to be "clear"), `weeks_missing` (weeks at a
        reduced price until a fair grade can be had).
    """
    main = main_curves(curves)
    own = main["evidence"] != "borrowed"
    kin = own.groupby(main["category"]).transform("sum") - own
    known = panel.products.set_index("product_id")["name"]
    sold = panel.rows.groupby("product_id")["units"].sum() / max(panel.rows["week"].nunique(), 1)
    few = main["price_weeks"] < FAIR_FROM
    table = main.assign(
        name=known.reindex(main["product_id"]).to_numpy(),
        units_per_week=sold.reindex(main["product_id"]).fillna(0.0).to_numpy(),
        lender=np.where(kin > 0, "category", "shop"),
        kin=kin.astype(np.int64),
        deepest=main["deepest"].clip(lower=0.0) + 0.0,
        why=np.select([main["price_weeks"] == 0, few], ["never", "few"], default="clear"),
        weeks_missing=(FAIR_FROM - main["price_weeks"]).clip(lower=0),
    )
    names = [
        "product_id", "name", "category", "evidence", "units_per_week", "lender", "kin", "trust",
        "price_weeks", "deepest", "why", "weeks_missing",
    ]  # fmt: skip
    poor = table.loc[main["evidence"].isin(["weak", "borrowed"]), names]
    return poor.sort_values("units_per_week", ascending=False, ignore_index=True)
