"""The clocks of the world: which zones there are."""

from zoneinfo import available_timezones

_AREAS = (
    "Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip

ZONES = ("UTC", *sorted(zone for zone in available_timezones() if zone.startswith(_AREAS)))
"""Names of zones as `Area/City`; the old names that some systems still know are left out."""
