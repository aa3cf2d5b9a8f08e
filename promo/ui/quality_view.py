"""The quality page: which pages the data carry, what was found in them, which days they cover."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Dataset, Finding, Level, Need, week_number
from promo.ui import formats, shell, state
from promo.ui.charts import quality as pictures
from promo.ui.sentences import finding
from promo.ui.state import t
from promo.ui.widgets import Kpi, chart, download, kpis
from promo.workflow import Coverage, Gap, Gate

_OPENS = {"segments": "plan"}
"""The page behind an entry of the gate that is no page of its own."""

MOST_GAPS = 3
"""Gaps that are told one by one; the picture shows all."""


# --- the gate -------------------------------------------------------------------------------


def headline(gates: tuple[Gate, ...]) -> str:
    """How many pages the data carry, in one sentence."""
    met = sum(gate.met for gate in gates)
    said = "all" if met == len(gates) else "some" if met else "none"
    return t(f"quality.headline.{said}", met=met, all=len(gates))


def gate_line() -> None:
    """What the data carry in one line, with the way to what is missing, for the data page."""
    gates = state.gates()
    icon = _MET if all(gate.met for gate in gates) else _SHORT
    st.markdown(f"{icon} {headline(gates)}")
    st.page_link(shell.page_of("quality"), label=t("quality.open"))


_MET, _SHORT = ":green[:material/check_circle:]", ":orange[:material/cancel:]"


def gate(gates: tuple[Gate, ...]) -> None:
    """Each page with a check or a cross, what it gives or lacks, and the way there."""
    with st.container(key="gate"):
        st.markdown("## " + headline(gates), anchors=False)
    for column, one in zip(st.columns(len(gates), gap="small"), gates, strict=True):
        with column, st.container(border=True, height="stretch", key=f"gate_{one.page}"):
            name = t(f"quality.page.{one.page}")
            st.markdown(f"{_MET if one.met else _SHORT} **{name}**")
            if one.short is None:
                st.caption(t(f"quality.gives.{one.page}"))
                page = shell.page_of(_OPENS.get(one.page, one.page))
                st.page_link(page, label=t("quality.go"))
            else:
                name = t(f"quality.need.{one.short.what}")
                st.caption(t("quality.lacks", name=name, **_counts(one.short)))
    mends(gates)


def mends(gates: tuple[Gate, ...]) -> None:
    """Once for everything that is missing: how much of it is needed, and the file that helps."""
    short = dict.fromkeys(one.short for one in gates if one.short is not None)
    if not short:
        return
    with st.container(border=True, key="mends"):
        for need in short:
            said = t("quality.short", what=t(f"need.{need.what}"), **_counts(need))
            st.markdown(f"{said} **{t(f'quality.help.{need.what}')}**")
        st.page_link(shell.page_of("data"), label=t("app.bring_data"))


def _counts(need: Need) -> dict[str, str]:
    lang = state.language()
    return {"need": formats.number(lang, need.need), "have": formats.number(lang, need.have)}


def needs(gates: tuple[Gate, ...]) -> None:
    """The figures behind the gate: of each thing what is there and how much is needed by whom."""
    asked: dict[Need, list[str]] = {}
    for one in gates:
        for need in one.needs:
            asked.setdefault(need, []).append(t(f"quality.page.{one.page}"))
    lang = state.language()
    kpis(
        Kpi(
            f"need_{need.what}", t(f"quality.need.{need.what}"),
            formats.number(lang, need.have),
            t(
                "quality.needed", need=formats.number(lang, need.need),
                pages=t("quality.between").join(pages),
            ),
            ":material/check:" if need.met else ":material/close:",
        )
        for need, pages in asked.items()
    )  # fmt: skip


# --- what was found -------------------------------------------------------------------------

_LEVELS: dict[Level, str] = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "info": ":blue[:material/info:]",
}


def account(dataset: Dataset) -> None:
    """How many rows are in use, and everything that was noticed, the gravest first."""
    reports, lang = dataset.reports, state.language()
    use = dataset.rows_in_use
    rows = use + dataset.rows_aside
    aside, removed = sum(r.rows_quarantined for r in reports), dataset.rows_removed
    said = t(
        "quality.rows" if rows > use else "quality.rows_all", rows=formats.number(lang, rows),
        use=formats.number(lang, use), aside=formats.number(lang, aside),
        share=formats.percent(use / max(rows, 1), 1),
    )  # fmt: skip
    taken = t("quality.rows_removed", rows=formats.number(lang, removed)) if removed else ""
    st.markdown(f"{said} {taken}")
    several = len(reports) > 1
    found = [
        (one, Path(report.path).name if several else "")
        for report in reports
        for one in report.findings
    ]
    for level in _LEVELS:
        _group(level, [pair for pair in found if pair[0].level == level])
    if aside:
        download(
            "quality_quarantine", t("data.quarantine"), workflow.quarantine_zip(dataset),
            f"{dataset.name}-set-aside.zip", "application/zip",
        )  # fmt: skip
        st.caption(t("data.quarantine_said"))


def _group(level: Level, found: list[tuple[Finding, str]]) -> None:
    if not found:
        return
    title = t(f"quality.level.{level}", count=len(found))
    with st.expander(
        f"{_LEVELS[level]} {title}", expanded=level != "info", key=f"findings_{level}"
    ):
        for one, file in sorted(found, key=lambda pair: -pair[0].rows):
            said = finding(one)
            st.markdown(f"{said} :gray[· {formats.plain(file)}]" if file else said)


# --- links ----------------------------------------------------------------------------------


def links(dataset: Dataset) -> None:
    """How the tables fit together: rows that name something which no other table describes."""
    lang = state.language()
    lost = [link for link in dataset.links if link.orphan_rows]
    if not lost:
        st.markdown(f"{_MET} {t('quality.all_linked')}")
    for link in lost:
        facts = {
            "child": t(f"source.{link.child}"), "parent": t(f"source.{link.parent}"),
            "field": t(f"field.{link.child_field}"),
            "rows": formats.number(lang, link.orphan_rows),
            "keys": formats.number(lang, link.orphan_keys),
            "share": formats.percent(link.orphan_rows / link.rows, 1),
        }  # fmt: skip
        st.markdown(f"{_SHORT} {t('quality.orphans', **facts)}")
    st.dataframe(
        pd.DataFrame(
            {
                "child": [t(f"source.{link.child}") for link in dataset.links],
                "field": [t(f"field.{link.child_field}") for link in dataset.links],
                "parent": [t(f"source.{link.parent}") for link in dataset.links],
                "found": [100 * (1 - link.orphan_rows / link.rows) for link in dataset.links],
                "orphans": [link.orphan_rows for link in dataset.links],
                "unused": [link.unused for link in dataset.links],
            }
        ),
        hide_index=True, key="links", alt=t("quality.links"), column_config=_link_heads(),
    )  # fmt: skip


def _link_heads() -> dict[str, Any]:
    word, said = st.column_config, state.labels("quality.link")
    counts = {
        name: word.NumberColumn(said[name], format="localized") for name in ("orphans", "unused")
    }
    found = word.ProgressColumn(said["found"], format="%.3g%%", min_value=0, max_value=100)
    return {**said, **counts, "found": found}


# --- coverage -------------------------------------------------------------------------------


def days(found: Coverage, dataset: Dataset) -> None:
    """Rows per day of one table as a picture, and what it shows in sentences."""
    at = found.days["day"]
    rows = pd.DataFrame({"at": week_number(at) if dataset.undated else at})
    rows = rows.assign(rows=found.days["rows"], cut=False)
    rows.loc[rows.index[:1], "cut"] = found.cut_first
    if found.cut_last:
        rows.loc[rows.index[-1:], "cut"] = True
    gaps = [_along(gap, dataset, weekly=found.weekly) for gap in found.gaps]
    labels = state.labels("chart.days") | {
        "rows": t("quality.rows_per_week" if found.weekly else "quality.rows_per_day")
    }
    said = list(_said(found, dataset))
    if len(rows) > 1:
        chart(pictures.days(rows, gaps, labels, state.language()), f"days_{found.table}", said[0])
    st.markdown("\n".join(f"- {sentence}" for sentence in said))


def _along(gap: Gap, dataset: Dataset, *, weekly: bool) -> tuple[object, object]:
    """First and last place of a gap on the axis; a week stands on its Monday."""
    ends = pd.to_datetime(pd.Series([gap.first, gap.last])).astype("datetime64[us]")
    if weekly:
        ends = ends.dt.to_period("W").dt.start_time
    first, last = week_number(ends) if dataset.undated else ends
    return first, last


def _said(found: Coverage, dataset: Dataset) -> Iterable[str]:
    ends = {"first": when(found.first, dataset), "last": when(found.last, dataset)}
    lang = state.language()
    if len(found.days) == 1:
        rows = formats.number(lang, int(found.days["rows"].iloc[0]))
        yield t("quality.covered_once", day=ends["first"], rows=rows)
        return
    yield t("quality.covered", **ends, weeks=formats.number(lang, found.whole_weeks))
    if found.gaps:
        longest = sorted(found.gaps, key=lambda gap: -gap.days)[:MOST_GAPS]
        listed = t("quality.between").join(
            _gap(gap, dataset) for gap in sorted(longest, key=lambda gap: gap.first)
        )
        more = len(found.gaps) - len(longest)
        yield t("quality.gaps_more" if more else "quality.gaps", count=len(found.gaps), gaps=listed)
    if found.rests and len(found.rests) < 7:
        yield t(
            "quality.rests",
            days=t("quality.between").join(t(f"quality.weekday.{day}") for day in found.rests),
        )
    if found.cut_first:
        yield t("quality.cut_first", day=ends["first"])
    if found.cut_last:
        yield t("quality.cut_last", day=ends["last"])


def _gap(gap: Gap, dataset: Dataset) -> str:
    first, last = when(gap.first, dataset), when(gap.last, dataset)
    if first == last:
        return first
    return t("quality.gap", first=first, last=last, days=gap.days)


def when(day: date, dataset: Dataset) -> str:
    """A day, or the number of its week where no date is known."""
    if dataset.undated:
        monday = pd.Series([pd.Timestamp(day) - pd.Timedelta(days=day.weekday())])
        return t("quality.week", number=int(week_number(monday).iloc[0]))
    return formats.day(state.language(), day)
