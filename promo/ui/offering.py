"""How the desk is opened, in the words of the session's widgets."""

from collections.abc import Mapping
from typing import Any

from promo import workflow
from promo.workflow import Offering


def of(said: Mapping[str, Any]) -> Offering:
    """What a session says."""
    usual = Offering()
    return Offering(
        weeks=int(said["weeks"]),
        assumed_margin=said["assumed_margin"] / 100,
        step=said["step"] / 100,
        longest=int(said["longest"]),
        mechanics=tuple(sorted(said["mechanics"])) or usual.mechanics,
        reach=tuple((name, share) for name, share in said["reach"] if name in said["mechanics"]),
        ending=float(said["ending"] or 0),
        funding=said["funding"],
        salvage=said["salvage"],
    )


def words(offering: Offering) -> dict[str, Any]:
    """What a session says when its desk is opened so; margin and step in percent."""
    return {
        "weeks": offering.weeks,
        "assumed_margin": round(100 * offering.assumed_margin),
        "step": round(100 * offering.step),
        "longest": offering.longest,
        "mechanics": list(offering.mechanics),
        "reach": offering.reach,
        "ending": ending(offering.ending),
        "funding": offering.funding,
        "salvage": offering.salvage,
    }


def ending(price: float) -> str:
    """What prices end in, as it is chosen."""
    return f"{price:g}" if price else ""


FIRST = words(Offering())
"""What every session begins with."""

STEPS = tuple(round(100 * step) for step in workflow.STEPS)
ENDINGS = tuple(map(ending, workflow.ENDINGS))
