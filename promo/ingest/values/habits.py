"""How one file writes what can be written in two ways, and how a text is read under it."""

from dataclasses import dataclass

from promo.domain import FIRST_WEEK
from promo.ingest.engine import text
from promo.ingest.records.traits import ANYTHING, Traits


@dataclass(frozen=True)
class Habits:
    """How one file writes what can be written in two ways.

    See `evidence` and `conventions` beside this module. `week_middle` is the days from the
    day that names a week to the middle of the week; `paid_of` is what a discount column writes for
    the full price (1, 10 or 100) where it holds what is paid, None where it holds what is taken
    off; `percent` are the share fields that write 20 for a fifth; `zone` is the shop's clock, None
    where times stay as they are written and UTC where they name a zone; `latest` is the day after
    which nothing can have happened, None where the file knows better.
    """

    decimal: str = "point"
    thousands: bool = False
    day_first: bool | None = None
    epoch: str | None = None
    first_week: str = FIRST_WEEK
    drop_point_zero: frozenset[str] = frozenset()
    traits: Traits = ANYTHING
    week_middle: int | None = None
    paid_of: float | None = None
    percent: frozenset[str] = frozenset()
    zone: str | None = None
    latest: str | None = None


@dataclass(frozen=True)
class Reading:
    """How a text is read, in two steps so that the costly one is done once.

    `parsed` is SQL over the text; `value` and `fault` (the reason where the value is NULL) are SQL
    over the text and the name `parsed` is given. A kind that reads every text has no `fault`.
    """

    parsed: str
    value: str
    fault: str = ""


def fits(raw: str, pattern: str) -> str:
    """SQL of whether a whole text has a pattern."""
    return f"regexp_full_match({raw}, {text(pattern)})"
