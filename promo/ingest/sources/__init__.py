"""The kinds of files the desk knows; a new kind is one file beside these and one entry here."""

from promo.ingest.sources.events import EVENTS
from promo.ingest.sources.orders import ORDERS
from promo.ingest.sources.panel import PRICE_PANEL
from promo.ingest.sources.products import PRODUCT_LIST
from promo.ingest.sources.source import Field, Rule, Source
from promo.ingest.sources.users import USER_LIST

SOURCES: dict[str, Source] = {
    source.name: source for source in (EVENTS, ORDERS, PRICE_PANEL, PRODUCT_LIST, USER_LIST)
}

__all__ = ["SOURCES", "Field", "Rule", "Source"]
