"""A shop with known truth: the files it would export, and beside them what is really so.

    World -> simulate -> Shop(events, orders, panel, products, users, truth)

Nothing that learns may read `truth`; `benchmarks/truth.py` holds plans against it.
"""

from promo.ingest.simulate.shop import (
    SAMPLE,
    SOURCES,
    Shop,
    simulate,
    write,
    write_sample,
    write_sources,
)
from promo.ingest.simulate.truth import Truth
from promo.ingest.simulate.world import World

__all__ = [
    "SAMPLE",
    "SOURCES",
    "Shop",
    "Truth",
    "World",
    "simulate",
    "write",
    "write_sample",
    "write_sources",
]
