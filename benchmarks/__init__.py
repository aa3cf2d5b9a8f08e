"""Measurements with their floors; `python -m promo bench NAME` prints them."""
