"""Files in, clean tables out: nothing is lost without a reason and a line number."""

from promo.ingest.datasets.adopt import adopt, tables_in
from promo.ingest.datasets.build import build, open_dataset, open_or_build, quarantine_zip
from promo.ingest.datasets.importing import check
from promo.ingest.datasets.manifest import let_go
from promo.ingest.datasets.shipped import shipped
from promo.ingest.scratch import sweep_scratch
from promo.ingest.sources import SOURCES
from promo.ingest.task import Task
from promo.ingest.values.inspection import Inspection, inspect
from promo.ingest.values.mapping import OPTIONS, FileMapping, unused_columns
from promo.ingest.values.questions import Question
from promo.ingest.views.arrivals import arrivals
from promo.ingest.views.baskets import baskets
from promo.ingest.views.buyers import customers
from promo.ingest.views.coverage import Coverage, Gap, coverages
from promo.ingest.views.panels import history, panel, panel_by_segment
from promo.ingest.views.profile import ColumnProfile, TableProfile, profiles
from promo.ingest.views.sales import SALES

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
    "Task",
    "adopt",
    "arrivals",
    "baskets",
    "build",
    "check",
    "coverages",
    "customers",
    "history",
    "inspect",
    "let_go",
    "open_dataset",
    "open_or_build",
    "panel",
    "panel_by_segment",
    "profiles",
    "quarantine_zip",
    "shipped",
    "sweep_scratch",
    "tables_in",
    "unused_columns",
]
