"""Two plans side by side: which products differ, and by how much."""

import pandas as pd


def differing_rows(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """The products and segments that two plans treat differently.

    Args:
        left: table PLAN_ROWS.
        right: table PLAN_ROWS.

    Returns:
        One row per product and segment whose discount differs: `product_id`, `segment`,
        `discount_left`, `discount_right` (share of list price, missing where a plan does not know
        the product), `gain_left`, `gain_right` (money), largest difference in gain first.
    """
    keys = ["product_id", "segment"]
    both = _by_segment(left).merge(
        _by_segment(right), how="outer", on=keys, suffixes=("_left", "_right")
    )
    apart = both["discount_left"].sub(both["discount_right"]).abs()
    differs = both[(apart > 1e-9) | apart.isna()].copy()
    size = differs["gain_left"].fillna(0).sub(differs["gain_right"].fillna(0)).abs()
    return differs.iloc[size.argsort(kind="stable")[::-1]].reset_index(drop=True)


def _by_segment(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per product and segment; a split segment counts at its mean discount."""
    weighted = rows.assign(discount=rows["discount"] * rows["weight"])
    return weighted.groupby(["product_id", "segment"], as_index=False, sort=True)[
        ["discount", "gain"]
    ].sum()


def figures(rows: pd.DataFrame) -> dict[str, float]:
    """What a plan comes to: money, items, and how many products it promotes.

    Args:
        rows: table PLAN_ROWS; every money and item column already counts its row's weight.
    """
    promoted = rows[rows["discount"] > 0]
    sums = rows[["profit", "revenue", "units", "cost", "gain"]].sum()
    list_value = float((promoted["list_price"] * promoted["units"]).sum())
    return {
        **{str(name): float(value) for name, value in sums.items()},
        "promoted_products": float(promoted["product_id"].nunique()),
        "mean_discount": float(promoted["cost"].sum()) / list_value if list_value else 0.0,
    }


def supported_share(rows: pd.DataFrame, curves: pd.DataFrame) -> float:
    """Share of the gain of promoted rows whose response has strong or fair evidence, 0 to 1.

    Args:
        rows: table PLAN_ROWS.
        curves: table CURVES.
    """
    keys = ["product_id", "segment"]
    promoted = rows.loc[rows["discount"] > 0, [*keys, "gain"]]
    promoted = promoted.merge(curves[[*keys, "evidence"]], on=keys)
    total = float(promoted["gain"].sum())
    known = promoted["evidence"].isin(["strong", "fair"])
    return float(promoted.loc[known, "gain"].sum()) / total if total > 0 else 0.0
