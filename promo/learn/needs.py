"""What learning needs of a history: the very figures by which the learners refuse one."""

from promo.domain import Need, Panel
from promo.learn.design import build
from promo.learn.elasticity import ResponseConfig
from promo.learn.forecast import ForecastConfig
from promo.learn.grid import grid_of
from promo.learn.slopes import price_needs


def demand_needs(panel: Panel | None) -> tuple[Need, ...]:
    """What response curves and forecast need, each with what `panel` has; None is no history.

    Raises:
        NotEnoughData: when no row has a price, sold anything or was in stock.
    """
    response = ResponseConfig()
    if panel is None:
        none = ("weeks", response.min_weeks), ("price_weeks", response.min_price_weeks)
        return tuple(Need(what, need, 0) for what, need in none)
    design = build(panel)
    return (
        Need("weeks", response.min_weeks, design.weeks),
        *price_needs(design, response.min_price_weeks),
        Need("weeks", ForecastConfig.min_weeks, grid_of(panel).units.shape[1]),
    )
