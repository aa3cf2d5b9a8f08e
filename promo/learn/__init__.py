"""Panels in, beliefs out: segments, forecasts, response curves."""

from promo.learn.segments import SEGMENTS, rfm, segment_summary

__all__ = ["SEGMENTS", "rfm", "segment_summary"]
