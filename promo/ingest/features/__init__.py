"""One definition of every feature, for DuckDB in this process and for Apache Spark."""

from promo.ingest.features.make import FEATURES, Feature, Made, make_features
from promo.ingest.features.seam import ENGINES, Engine, open_engine
from promo.ingest.features.tables import canonical_tables

__all__ = [
    "ENGINES",
    "FEATURES",
    "Engine",
    "Feature",
    "Made",
    "canonical_tables",
    "make_features",
    "open_engine",
]
