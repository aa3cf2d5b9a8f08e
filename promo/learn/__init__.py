"""Panels in, beliefs out: segments, forecasts, response curves."""

from promo.learn.elasticity import Coefficients, ResponseConfig, fit_response, fixed_effects
from promo.learn.forecast import ForecastConfig, forecast
from promo.learn.segments import SEGMENTS, rfm, segment_summary

__all__ = [
    "SEGMENTS",
    "Coefficients",
    "ForecastConfig",
    "ResponseConfig",
    "fit_response",
    "fixed_effects",
    "forecast",
    "rfm",
    "segment_summary",
]
