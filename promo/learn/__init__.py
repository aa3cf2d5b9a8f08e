"""Panels in, beliefs out: segments, forecasts, response curves."""

from promo.learn.elasticity import Coefficients, ResponseConfig, fit_response, fixed_effects
from promo.learn.forecast import ForecastConfig, expected_history, forecast
from promo.learn.segments import SEGMENTS, rfm, segment_summary

__all__ = [
    "SEGMENTS",
    "Coefficients",
    "ForecastConfig",
    "ResponseConfig",
    "expected_history",
    "fit_response",
    "fixed_effects",
    "forecast",
    "rfm",
    "segment_summary",
]
