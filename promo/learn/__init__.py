"""Panels in, beliefs out: segments, forecasts, response curves."""
