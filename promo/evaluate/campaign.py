"""A plan as the shop will run it, and the file that carries it there."""

import pandas as pd

from promo.domain import Campaign, Plan
from promo.tables import CAMPAIGN

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""First characters that make a spreadsheet evaluate a cell (OWASP, CSV injection), with the
full-width forms that East Asian editions accept."""

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060 \"'"


def make_campaign(
    plan: Plan, products: pd.DataFrame, name: str, start: pd.Timestamp, weeks: int
) -> Campaign:
    """One row per product and segment, for every product promoted in at least one segment.

    Segments of such a product that get no discount are listed at discount 0, so that the file
    holds the whole of what each promoted product is expected to sell.

    Args:
        plan: an exact plan.
        products: table PRODUCTS; gives the names.
        name: what the campaign is called.
        start: its first day.
        weeks: how long it runs; the last day is a day before the same weekday.
    """
    chosen = plan.rows
    promoted = chosen.loc[chosen["discount"] > 0, "product_id"].unique()
    kept = chosen[chosen["product_id"].isin(promoted)]
    names = products.set_index("product_id")["name"]
    day = start.normalize()
    rows = pd.DataFrame(
        {
            "product_id": kept["product_id"],
            "name": kept["product_id"].map(names).astype("str"),
            "segment": kept["segment"],
            "list_price": kept["list_price"],
            "discount": kept["discount"],
            "promotional_price": kept["price"].round(2),
            "start": day,
            "end": day + pd.DateOffset(weeks=weeks) - pd.DateOffset(days=1),
            "expected_units": kept["units"],
            "units_low": kept["units_low"],
            "units_high": kept["units_high"],
            "expected_cost": kept["cost"],
        }
    )
    return Campaign(name, rows[CAMPAIGN.names].reset_index(drop=True))


def campaign_csv(campaign: Campaign, *, for_spreadsheets: bool) -> bytes:
    """The campaign as a CSV file.

    Args:
        campaign: what to write.
        for_spreadsheets: neutralise cells that start a formula with an apostrophe and begin with
            a byte order mark, so that Excel reads Chinese; otherwise the cells are as they are.
    """
    rows = campaign.rows.assign(
        start=campaign.rows["start"].dt.strftime("%Y-%m-%d"),
        end=campaign.rows["end"].dt.strftime("%Y-%m-%d"),
    )
    rows[_ROUNDED] = rows[_ROUNDED].round(2)
    rows["discount"] = rows["discount"].round(4)
    texts = ["product_id", "name", "segment"]
    return csv_file(rows, texts, for_spreadsheets=for_spreadsheets)


def csv_file(rows: pd.DataFrame, texts: list[str], *, for_spreadsheets: bool) -> bytes:
    """Rows as a file for a shop system, or for a spreadsheet with its `texts` made harmless."""
    if for_spreadsheets:
        rows = rows.assign(**{name: rows[name].map(neutral) for name in texts})
    text = rows.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig" if for_spreadsheets else "utf-8")


_ROUNDED = ["list_price", "expected_units", "units_low", "units_high", "expected_cost"]


def neutral(cell: str) -> str:
    """The cell, with an apostrophe before it when a spreadsheet would run it.

    >>> neutral("=1+1"), neutral("tea")
    ("'=1+1", 'tea')
    """
    return f"'{cell}" if cell.lstrip(_INVISIBLE).startswith(FORMULA_STARTS) else cell
