"""What was found in the files of a dataset, and how its tables fit together."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from promo.domain import Dataset, Finding, Level
from promo.ui import formats, sentences, state
from promo.ui.rows import rows_of, unused
from promo.ui.state import t

_LEVELS: dict[Level, str] = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "info": ":blue[:material/info:]",
}


def account(dataset: Dataset) -> None:
    """How many rows are in use, and everything that was noticed, the gravest first."""
    reports, rows = dataset.reports, rows_of(dataset)
    part = "quality.rows" if rows.read is None else "quality.rows_split"
    said = t(
        part if rows.all > rows.used else "quality.rows_all",
        rows=formats.count(rows.all), use=formats.count(rows.used),
        aside=formats.count(rows.aside), share=rows.share,
    )  # fmt: skip
    st.markdown(sentences.together([said, rows.removed_said]))
    several = len(reports) > 1
    found = [
        (one, Path(report.path).name if several else "")
        for report in reports
        for one in report.findings
    ]
    for level in _LEVELS:
        _group(level, [pair for pair in found if pair[0].level == level])
    unused(dataset, "quality_quarantine")


def _group(level: Level, found: list[tuple[Finding, str]]) -> None:
    if not found:
        return
    title = t(f"quality.level.{level}", count=len(found))
    with st.expander(
        f"{_LEVELS[level]} {title}", expanded=level != "info", key=f"findings_{level}"
    ):
        for one, file in sorted(found, key=lambda pair: -pair[0].rows):
            said = sentences.finding(one)
            st.markdown(f"{said} :gray[· {formats.plain(file)}]" if file else said)


def links(dataset: Dataset) -> None:
    """How the tables fit together: rows that name something which no other table describes."""
    lost = [link for link in dataset.links if link.orphan_rows]
    if not lost:
        st.markdown(f":green[:material/check_circle:] {t('quality.all_linked')}")
    else:
        st.caption(t("quality.links_said"))
    for link in lost:
        facts = {
            "child": t(f"source.{link.child}"), "parent": t(f"source.{link.parent}"),
            "field": sentences.column(link.child_field),
            "rows": formats.count(link.orphan_rows),
            "keys": formats.count(link.orphan_keys),
            "share": formats.percent(link.orphan_rows / link.rows, 1),
        }  # fmt: skip
        st.markdown(f":orange[:material/link_off:] {t('quality.orphans', **facts)}")
    st.dataframe(
        pd.DataFrame(
            {
                "child": [t(f"source.{link.child}") for link in dataset.links],
                "field": [sentences.column(link.child_field) for link in dataset.links],
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
