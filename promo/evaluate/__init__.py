"""What a plan promises and what it was worth."""

from promo.evaluate.campaign import campaign_csv, make_campaign, neutral
from promo.evaluate.compare import differing_among, differing_rows, figures, moves, supported_share
from promo.evaluate.parts import (
    Added,
    added,
    by_week,
    parts_by_product,
    parts_by_row,
    week_sums,
)
from promo.evaluate.trials import calendar_csv, draw_calendar, said_calendar

__all__ = [
    "Added",
    "added",
    "by_week",
    "calendar_csv",
    "campaign_csv",
    "differing_among",
    "differing_rows",
    "draw_calendar",
    "figures",
    "make_campaign",
    "moves",
    "neutral",
    "parts_by_product",
    "parts_by_row",
    "said_calendar",
    "supported_share",
    "week_sums",
]
