"""Files in, clean tables out: nothing is lost without a reason and a line number."""

from promo.ingest.buyers import customers
from promo.ingest.datasets import build, open_dataset, open_or_build, quarantine_zip
from promo.ingest.importing import check
from promo.ingest.inspection import Inspection, inspect
from promo.ingest.mapping import OPTIONS, FileMapping
from promo.ingest.panels import panel, panel_by_segment
from promo.ingest.questions import Question
from promo.ingest.shipped import shipped
from promo.ingest.sources import SOURCES

__all__ = [
    "OPTIONS",
    "SOURCES",
    "FileMapping",
    "Inspection",
    "Question",
    "build",
    "check",
    "customers",
    "inspect",
    "open_dataset",
    "open_or_build",
    "panel",
    "panel_by_segment",
    "quarantine_zip",
    "shipped",
]
