"""What a plan promises and what it was worth."""

from promo.evaluate.campaign import campaign_csv, make_campaign, neutral
from promo.evaluate.compare import differing_rows, figures, supported_share

__all__ = [
    "campaign_csv",
    "differing_rows",
    "figures",
    "make_campaign",
    "neutral",
    "supported_share",
]
