"""A plan as the shop will run it, and the file that carries it there."""

from collections.abc import Mapping

import pandas as pd

from promo.domain import Campaign, Plan
from promo.tables import CAMPAIGN

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""First characters that make a spreadsheet evaluate a cell (OWASP, CSV injection), with the
full-width forms that East Asian editions accept."""

ON_THE_TAG = ("percent",)
"""Mechanics whose price everybody pays; all others reach some, and the price tag stays."""

HANDED_OVER = ("gift", "points")
"""Mechanics that leave the price at the till as it is too."""

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060 \"'"


def make_campaign(plan: Plan, products: pd.DataFrame, name: str, start: pd.Timestamp) -> Campaign:
    """One row per promotion of a product and segment, for every product that has one.

    Segments of such a product that get none are listed at discount 0 from the first to the last
    day, so that the file holds the whole of what each promoted product costs whom. Prices are those
    that somebody pays, and no means over who is reached and who is not: `shelf_price` is
    everybody's in the segment, `promotional_price` that of those whom the promotion reaches (of a
    spend-and-save, at its threshold), and `handed_over` is what they get instead of a lower price.

    Args:
        plan: an exact plan.
        products: table PRODUCTS; gives the names.
        name: what the campaign is called.
        start: its first day; the plan's first week begins with it.
    """
    chosen, begin = plan.rows, plan.rows["first"].min()
    on = chosen["discount"] > 0
    promoted = chosen["product_id"].isin(chosen.loc[on, "product_id"].unique())
    line = pd.MultiIndex.from_frame(chosen[["product_id", "segment"]])
    kept = chosen[promoted & (on | ~line.isin(line[on]))]
    names = products.set_index("product_id")["name"]
    first = start.normalize() + (kept["first"] - begin)
    rows = pd.DataFrame(
        {
            "product_id": kept["product_id"],
            "name": kept["product_id"].map(names).astype("str"),
            "segment": kept["segment"],
            "mechanic": kept["mechanic"],
            "discount": kept["discount"],
            **_prices(kept),
            "start": first,
            "end": first + pd.to_timedelta(7 * kept["weeks"] - 1, unit="D"),
            "expected_units": kept["units"],
            "units_low": kept["units_low"],
            "units_high": kept["units_high"],
            "expected_cost": kept["cost"],
        }
    )
    return Campaign(name, rows[CAMPAIGN.names].reset_index(drop=True))


def _prices(rows: pd.DataFrame) -> dict[str, "pd.Series[float]"]:
    """What is paid and handed over per item, in money of two decimals."""
    usual, off = rows["list_price"], rows["list_price"] * rows["discount"]
    reduced, way = usual - off, rows["mechanic"]
    found = {
        "list_price": usual,
        "shelf_price": reduced.where(way.isin(ON_THE_TAG), usual),
        "promotional_price": usual.where(way.isin(HANDED_OVER), reduced),
        "handed_over": off.where(way.isin(HANDED_OVER), 0.0),
    }
    return {name: money.round(2) for name, money in found.items()}


def campaign_csv(
    campaign: Campaign, *, for_spreadsheets: bool, words: Mapping[str, str] | None = None
) -> bytes:
    """The campaign as a CSV file.

    Args:
        campaign: what to write.
        for_spreadsheets: neutralise cells that start a formula with an apostrophe and begin with
            a byte order mark, so that Excel reads Chinese; otherwise the cells are as they are.
        words: what a reader calls columns, segments and kinds of offers, by `segment.new` and the
            like; what is not named keeps its code.
    """
    rows = campaign.rows.assign(
        start=campaign.rows["start"].dt.strftime("%Y-%m-%d"),
        end=campaign.rows["end"].dt.strftime("%Y-%m-%d"),
    )
    rows[_ROUNDED] = rows[_ROUNDED].round(2)
    rows["discount"] = rows["discount"].round(4)
    called = words or {}
    for name in ("segment", "mechanic"):
        rows[name] = [called.get(f"{name}.{code}", code) for code in rows[name]]
    texts = [called.get(name, name) for name in ("product_id", "name", "segment", "mechanic")]
    return csv_file(rows.rename(columns=called), texts, for_spreadsheets=for_spreadsheets)


def csv_file(rows: pd.DataFrame, texts: list[str], *, for_spreadsheets: bool) -> bytes:
    """Rows as a file for a shop system, or for a spreadsheet with its `texts` made harmless."""
    if for_spreadsheets:
        rows = rows.assign(**{name: rows[name].map(neutral) for name in texts})
    text = rows.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig" if for_spreadsheets else "utf-8")


_ROUNDED = ["expected_units", "units_low", "units_high", "expected_cost"]


def neutral(cell: str) -> str:
    """The cell, with an apostrophe before it when a spreadsheet would run it.

    >>> neutral("=1+1"), neutral("tea")
    ("'=1+1", 'tea')
    """
    return f"'{cell}" if cell.lstrip(_INVISIBLE).startswith(FORMULA_STARTS) else cell
