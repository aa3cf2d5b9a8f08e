"""Panels in, beliefs out: segments, forecasts, response curves."""

from promo.learn.acquisition import acquisition
from promo.learn.anomalies import (
    ANOMALY_KINDS,
    NO_CHOICE,
    SHOP,
    Anomalies,
    AnomalyKind,
    LeftOut,
    find_anomalies,
    without,
)
from promo.learn.associations import associations
from promo.learn.by_segment import shared_items
from promo.learn.elasticity import (
    Coefficients,
    ResponseConfig,
    fit_demand,
    fit_response,
    fixed_effects,
)
from promo.learn.forecast import ForecastConfig, expected_history, forecast
from promo.learn.inspect_series import (
    MODELS,
    Glass,
    Model,
    Note,
    SeriesInspection,
    glass,
    inspect_series,
)
from promo.learn.kin import borrowed_curves, main_curves
from promo.learn.needs import demand_needs
from promo.learn.outlook import Level, Trust, no_better, outlook, trust, trust_by_kind
from promo.learn.segments import SEGMENTS, rfm, segment_summary, segments_before
from promo.learn.views import (
    backtest_summary,
    curve_points,
    history,
    observed_points,
    shallowest,
    shown_depths,
)

__all__ = [
    "ANOMALY_KINDS",
    "MODELS",
    "NO_CHOICE",
    "SEGMENTS",
    "SHOP",
    "Anomalies",
    "AnomalyKind",
    "Coefficients",
    "ForecastConfig",
    "Glass",
    "LeftOut",
    "Level",
    "Model",
    "Note",
    "ResponseConfig",
    "SeriesInspection",
    "Trust",
    "acquisition",
    "associations",
    "backtest_summary",
    "borrowed_curves",
    "curve_points",
    "demand_needs",
    "expected_history",
    "find_anomalies",
    "fit_demand",
    "fit_response",
    "fixed_effects",
    "forecast",
    "glass",
    "history",
    "inspect_series",
    "main_curves",
    "no_better",
    "observed_points",
    "outlook",
    "rfm",
    "segment_summary",
    "segments_before",
    "shallowest",
    "shared_items",
    "shown_depths",
    "trust",
    "trust_by_kind",
    "without",
]
