"""Files in, clean tables out: nothing is lost without a reason and a line number."""

from promo.ingest.buyers import customers
from promo.ingest.coverage import Coverage, Gap, coverages
from promo.ingest.datasets import build, open_dataset, open_or_build, quarantine_zip
from promo.ingest.importing import check
from promo.ingest.inspection import Inspection, inspect
from promo.ingest.mapping import OPTIONS, FileMapping
from promo.ingest.panels import panel, panel_by_segment
from promo.ingest.profile import ColumnProfile, TableProfile, profiles
from promo.ingest.questions import Question
from promo.ingest.sales import SALES
from promo.ingest.shipped import shipped
from promo.ingest.sources import SOURCES

__all__ = [
    "OPTIONS",
    "SALES",
    "SOURCES",
    "ColumnProfile",
    "Coverage",
    "FileMapping",
    "Gap",
    "Inspection",
    "Question",
    "TableProfile",
    "build",
    "check",
    "coverages",
    "customers",
    "inspect",
    "open_dataset",
    "open_or_build",
    "panel",
    "panel_by_segment",
    "profiles",
    "quarantine_zip",
    "shipped",
]
