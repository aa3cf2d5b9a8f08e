"""The kinds of files the desk knows; a new kind is one file beside these and one entry here."""

from promo.ingest.sources.audience import AUDIENCE
from promo.ingest.sources.campaigns import CAMPAIGNS
from promo.ingest.sources.category_log import CATEGORY_LOG
from promo.ingest.sources.competitor_prices import COMPETITOR_PRICES
from promo.ingest.sources.coupons import COUPONS
from promo.ingest.sources.displays import DISPLAYS
from promo.ingest.sources.events import EVENTS
from promo.ingest.sources.exposures import EXPOSURES
from promo.ingest.sources.metrics import METRICS
from promo.ingest.sources.orders import ORDERS
from promo.ingest.sources.outcomes import OUTCOMES
from promo.ingest.sources.panel import PRICE_PANEL
from promo.ingest.sources.places import PLACES
from promo.ingest.sources.products import PRODUCT_LIST
from promo.ingest.sources.profiles import PROFILES
from promo.ingest.sources.redemptions import REDEMPTIONS
from promo.ingest.sources.reviews import REVIEWS
from promo.ingest.sources.sessions import SESSIONS
from promo.ingest.sources.source import Field, Rule, Source
from promo.ingest.sources.stock import STOCK
from promo.ingest.sources.users import USER_LIST

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        EVENTS,
        ORDERS,
        PRICE_PANEL,
        PRODUCT_LIST,
        USER_LIST,
        PROFILES,
        CATEGORY_LOG,
        CAMPAIGNS,
        AUDIENCE,
        COUPONS,
        REDEMPTIONS,
        OUTCOMES,
        REVIEWS,
        STOCK,
        COMPETITOR_PRICES,
        DISPLAYS,
        PLACES,
        EXPOSURES,
        SESSIONS,
        METRICS,
    )
}

__all__ = ["SOURCES", "Field", "Rule", "Source"]
