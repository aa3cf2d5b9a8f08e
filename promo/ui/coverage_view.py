"""The days a table covers: rows per day as a picture, gaps and ends in sentences."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from promo.domain import week_number
from promo.ui import formats, sentences, state
from promo.ui.charts import quality as pictures
from promo.ui.state import t
from promo.ui.widgets import chart
from promo.workflow import Coverage, Gap

MOST_GAPS = 3
"""Gaps that are told one by one; the picture shows all."""


def days(found: Coverage, *, undated: bool) -> None:
    """Rows per day of one table as a picture, and what it shows in sentences."""
    at = found.days["day"]
    rows = pd.DataFrame({"at": week_number(at) if undated else at})
    rows = rows.assign(rows=found.days["rows"], cut=False)
    rows.loc[rows.index[:1], "cut"] = found.cut_first
    if found.cut_last:
        rows.loc[rows.index[-1:], "cut"] = True
    gaps = [_along(gap, undated=undated, weekly=found.weekly) for gap in found.gaps]
    labels = state.labels("chart.days") | {
        "rows": t("quality.rows_per_week" if found.weekly else "quality.rows_per_day")
    }
    said = list(_said(found, undated=undated))
    if len(rows) > 1:
        chart(pictures.days(rows, gaps, labels, state.language()), f"days_{found.table}", said[0])
    st.markdown("\n".join(f"- {sentence}" for sentence in said))


def _along(gap: Gap, *, undated: bool, weekly: bool) -> tuple[object, object]:
    """First and last place of a gap on the axis; a week stands on its Monday."""
    ends = pd.to_datetime(pd.Series([gap.first, gap.last])).astype("datetime64[us]")
    if weekly:
        ends = ends.dt.to_period("W").dt.start_time
    first, last = week_number(ends) if undated else ends
    return first, last


def _said(found: Coverage, *, undated: bool) -> Iterable[str]:
    say = partial(when, undated=undated)
    ends = {"first": say(found.first), "last": say(found.last)}
    if len(found.days) == 1:
        rows = formats.count(int(found.days["rows"].iloc[0]))
        yield t("quality.covered_once", day=ends["first"], rows=rows)
        return
    yield t("quality.covered", **ends, weeks=formats.count(found.whole_weeks))
    if found.gaps:
        longest = sorted(found.gaps, key=lambda gap: -gap.days)[:MOST_GAPS]
        listed = sentences.listed(
            _gap(gap, say) for gap in sorted(longest, key=lambda gap: gap.first)
        )
        more = len(found.gaps) - len(longest)
        yield t("quality.gaps_more" if more else "quality.gaps", count=len(found.gaps), gaps=listed)
    if found.rests and len(found.rests) < 7:
        yield t(
            "quality.rests",
            days=sentences.listed(t(f"quality.weekday.{day}") for day in found.rests),
        )
    if found.cut_first:
        yield t("quality.cut_first", day=ends["first"])
    if found.cut_last:
        yield t("quality.cut_last", day=ends["last"])


def _gap(gap: Gap, say: Callable[[date], str]) -> str:
    first, last = say(gap.first), say(gap.last)
    if first == last:
        return first
    return t("quality.gap", first=first, last=last, days=gap.days)


def when(day: date, *, undated: bool) -> str:
    """A day, or the number of its week where no date is known."""
    if undated:
        monday = pd.Series([pd.Timestamp(day) - pd.Timedelta(days=day.weekday())])
        return t("quality.week", number=int(week_number(monday).iloc[0]))
    return formats.day(state.language(), day)
