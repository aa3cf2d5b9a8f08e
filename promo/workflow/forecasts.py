"""Use cases about the forecast: draw it, trust it or not, look at one product closely."""

from __future__ import annotations

import pandas as pd

from promo import ingest, learn
from promo.domain import EVERYONE, Dataset, Forecast, Panel
from promo.workflow.studies import Study, ahead

MODELS = learn.MODELS
Note = learn.Note
SeriesInspection = learn.SeriesInspection
Trust = learn.Trust
Level = learn.Level
Model = learn.Model
Glass = learn.Glass


def forecast_demand(
    dataset: Dataset, weeks: int, left_out: tuple[learn.LeftOut, ...] = ()
) -> tuple[Forecast, Panel]:
    """What each product would sell in the coming weeks without promotion, and its history."""
    panel = ingest.panel(dataset)
    return ahead(learn.without(panel, left_out), panel, weeks), panel


def history_of(dataset: Dataset) -> Panel:
    """The weekly history of every product.

    Raises:
        NotEnoughData: there is no sales history.
    """
    return ingest.panel(dataset)


def outlook(study: Study, level: learn.Level, name: str = EVERYONE) -> pd.DataFrame:
    """History and forecast of a product, a category or the whole shop, to be drawn.

    Returns:
        `week`, `units` (items sold; NaN in the future), `mean`, `low_80`, `high_80`, `low_95`,
        `high_95` (items at list price without promotion; NaN in the past).

    Raises:
        NotFound: there is no such product or category.
    """
    return learn.outlook(study.panel, study.forecast, level, name)


def forecast_trust(panel: Panel, forecast: Forecast, product_id: str | None = None) -> Trust:
    """How far the forecast of one product, or of all by the items they sold, can be trusted."""
    return learn.trust(panel, forecast, product_id)


def no_better_than_naive(forecast: Forecast) -> list[str]:
    """Products whose forecast is no better than the same weeks before."""
    table = forecast.backtest
    return [str(name) for name in table.loc[learn.no_better(forecast), "product_id"]]


def trust_by_kind(study: Study) -> dict[str, tuple[int, Trust]]:
    """How many products sell smoothly, erratically, now and then or in lumps; trust in each."""
    return learn.trust_by_kind(study.panel, study.forecast)


def glass(study: Study) -> learn.Glass:
    """What a study learns from, laid out for `inspect_product`."""
    return learn.glass(learn.without(study.panel, study.settings.left_out))


def inspect_product(
    history: Panel | Glass, product_id: str, model: learn.Model = "ar", weeks: int = 4
) -> SeriesInspection:
    """One classical model of one product: coefficients, diagnostics, forecast, back-test.

    Takes one to three seconds; from a panel of a thousand products, which has to be laid out, 20.

    Raises:
        BadRequest: the model is not known, or these sales cannot carry it.
        NotFound: the product has no history.
        NotEnoughData: its history is too short or always the same.
    """
    return learn.inspect_series(history, product_id, model, weeks)
