"""What a plan promises and what it was worth."""

from promo.evaluate.campaign import campaign_csv, make_campaign
from promo.evaluate.compare import differing_rows, figures, supported_share

__all__ = ["campaign_csv", "differing_rows", "figures", "make_campaign", "supported_share"]
