"""Cleaning with a choice: what is missing, what is far from usual, what is there twice.

Nothing is cleaned unless she says so. Steps apply in order to the tables as they were imported,
which stay beside the cleaned ones; what a step takes out is kept with its reason. A new rule is one
function that renders SQL and one entry in `RULES`.
"""

from promo.ingest.cleaning.look import Picture, Summary
from promo.ingest.cleaning.rest import clean, cleaning_of, copy
from promo.ingest.cleaning.rules import RULES, Choice
from promo.ingest.cleaning.run import NEW_VALUE, Applied, Preview, preview
from promo.ingest.cleaning.steps import FAR, Step, with_step
from promo.ingest.cleaning.suggest import Review, Suggestion, review

__all__ = [
    "FAR",
    "NEW_VALUE",
    "RULES",
    "Applied",
    "Choice",
    "Picture",
    "Preview",
    "Review",
    "Step",
    "Suggestion",
    "Summary",
    "clean",
    "cleaning_of",
    "copy",
    "preview",
    "review",
    "with_step",
]
