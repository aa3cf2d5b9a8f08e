"""Two plans side by side: which products differ, and by how much."""

from collections.abc import Sequence

import pandas as pd

from promo.tables import PLAN_ROWS


def differing_rows(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """The products and segments that two plans treat differently.

    Args:
        left: table PLAN_ROWS.
        right: table PLAN_ROWS.

    Returns:
        One row per product and segment whose promotions differ: `product_id`, `segment`,
        `discount_left`, `discount_right` (share of list price, mean over the weeks, missing where a
        plan does not know the product), `gain_left`, `gain_right` (money), largest difference in
        gain first.
    """
    keys = ["product_id", "segment"]
    both = _by_segment(left).merge(
        _by_segment(right), how="outer", on=keys, suffixes=("_left", "_right")
    )
    apart = both["discount_left"].sub(both["discount_right"]).abs()
    moved = pd.MultiIndex.from_frame(both[keys]).isin(_moved(left, right))
    differs = both[(apart > 1e-9) | apart.isna() | moved].copy()
    size = differs["gain_left"].fillna(0).sub(differs["gain_right"].fillna(0)).abs()
    return differs.iloc[size.argsort(kind="stable")[::-1]].reset_index(drop=True)


def moves(different: pd.DataFrame) -> dict[str, int]:
    """In how many rows of `differing_rows` the right plan does what the left one does not.

    Returns:
        Rows that are promoted on the right only (`added`), on the left only (`dropped`), on both
        at a deeper (`deeper`) or a smaller (`smaller`) mean discount, or on both at the same one
        but another time or in another way (`moved`).
    """
    left, right = (different[f"discount_{side}"].fillna(0.0) for side in ("left", "right"))
    both, apart = (left > 0) & (right > 0), right - left
    kinds = {
        "added": (left <= 0) & (right > 0), "dropped": (left > 0) & (right <= 0),
        "deeper": both & (apart > 1e-9), "smaller": both & (apart < -1e-9),
        "moved": both & (apart.abs() <= 1e-9),
    }  # fmt: skip
    return {kind: int(rows.sum()) for kind, rows in kinds.items()}


def differing_among(plans: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The products and segments that several plans do not all treat alike.

    Args:
        plans: tables PLAN_ROWS, two or more.

    Returns:
        One row per product and segment: `product_id`, `segment`, and per plan `discount_0`,
        `discount_1`, ... (share of list price, mean over the weeks, missing where a plan does not
        know the product) and `gain_0`, ... (money); the widest range of gains first.
    """
    keys = ["product_id", "segment"]
    first, *others = plans
    apart = pd.concat([differing_rows(first, other)[keys] for other in others]).drop_duplicates()
    for at, rows in enumerate(plans):
        named = {"discount": f"discount_{at}", "gain": f"gain_{at}"}
        apart = apart.merge(_by_segment(rows).rename(columns=named), on=keys, how="left")
    gains = apart[[f"gain_{at}" for at in range(len(plans))]].fillna(0.0)
    size = (gains.max(axis=1) - gains.min(axis=1)).to_numpy()
    return apart.iloc[size.argsort(kind="stable")[::-1]].reset_index(drop=True)


def _by_segment(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per product and segment; a split segment or calendar counts at its mean discount."""
    weight = rows["weight"] * rows.get("base_share", 1.0)
    return (
        rows.assign(discount=rows["discount"] * weight)
        .groupby(["product_id", "segment"], as_index=False, sort=True)[["discount", "gain"]]
        .sum()
    )


def _moved(left: pd.DataFrame, right: pd.DataFrame) -> pd.MultiIndex:
    """Products and segments whose promotions are of another time, kind or depth.

    Scenarios that were kept before plans had a calendar know of neither time nor kind.
    """
    key = [name for name in PLAN_ROWS.key if name in left and name in right]
    one, other = (rows.loc[rows["discount"] > 0, key] for rows in (left, right))
    pairs = one.merge(other, how="outer", on=key, indicator="found")
    return pd.MultiIndex.from_frame(pairs.loc[pairs["found"] != "both", key[:2]])


def figures(rows: pd.DataFrame) -> dict[str, float]:
    """What a plan comes to: money, items, and how many products it promotes how deeply.

    `mean_discount` is what a buyer of promoted goods saves of their list value, whoever pays for
    it; `cost` is only what the shop gives away.

    Args:
        rows: table PLAN_ROWS; every money and item column already counts its row's weight.
    """
    promoted = rows[rows["discount"] > 0]
    sums = rows[["profit", "revenue", "units", "cost", "gain"]].sum()
    # A coupon of 20 % that few use is no 20 %: what is paid on average tells.
    saved = float(((promoted["list_price"] - promoted["price"]) * promoted["units"]).sum())
    whole = float((promoted["list_price"] * promoted["units"]).sum())
    return {
        **{str(name): float(value) for name, value in sums.items()},
        "promoted_products": float(promoted["product_id"].nunique()),
        "mean_discount": saved / whole if whole else 0.0,
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
