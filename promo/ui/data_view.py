"""The account of what is in use: rows read, used and set aside, and what was noticed."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Dataset, FileReport
from promo.ui import formats, state
from promo.ui.state import t
from promo.ui.widgets import Kpi, download, findings, kpis


def account(dataset: Dataset) -> None:
    """Rows read, in use and set aside; per file what was noticed."""
    reports, lang = dataset.reports, state.language()
    rows = sum(r.rows_in for r in reports)
    clean, aside = dataset.rows_in_use, dataset.rows_aside
    kpis(
        [
            Kpi(
                "rows", t("data.kpi.rows"), formats.number(lang, rows),
                t(
                    "data.kpi.rows_said", files=len(reports),
                    lines=formats.number(lang, sum(r.lines for r in reports)),
                ),
            ),
            Kpi(
                "clean", t("data.kpi.clean"), formats.number(lang, clean),
                t("data.kpi.clean_said", share=formats.percent(clean / max(clean + aside, 1), 1)),
            ),
            Kpi(
                "aside", t("data.kpi.aside"), formats.number(lang, aside),
                t("data.kpi.aside_said" if aside else "data.kpi.aside_none"),
            ),
        ]
    )  # fmt: skip
    _files(reports)
    for place, report in enumerate(reports):
        if report.findings:
            with st.expander(_title(report), key=f"findings_{place}"):
                findings(report.findings)
    if aside:
        download(
            "quarantine", t("data.quarantine"), workflow.quarantine_zip(dataset),
            f"{dataset.name}-set-aside.zip", "application/zip",
        )  # fmt: skip
        st.caption(t("data.quarantine_said"))


def _title(report: FileReport) -> str:
    verdict = t(f"data.verdict.{report.verdict}")
    return f"{formats.plain(Path(report.path).name)} · {verdict}"


def _files(reports: tuple[FileReport, ...]) -> None:
    shown = pd.DataFrame(
        {
            "file": [Path(report.path).name for report in reports],
            "source": [t(f"source.{report.source}") for report in reports],
            "rows": [report.rows_in for report in reports],
            "clean": [report.rows_clean for report in reports],
            "aside": [report.rows_quarantined for report in reports],
            "verdict": [t(f"data.verdict.{report.verdict}") for report in reports],
        }
    )
    number: dict[str, Any] = {
        name: st.column_config.NumberColumn(t(f"data.column.{name}"), format="localized")
        for name in ("rows", "clean", "aside")
    }
    words = {name: t(f"data.column.{name}") for name in ("file", "source", "verdict")}
    st.dataframe(
        shown, hide_index=True, key="files", alt=t("data.in_use"), column_config={**words, **number}
    )


def imported() -> None:
    """Say once that an import is done."""
    if name := state.recall("_imported"):
        st.success(t("data.imported", name=formats.plain(name)), icon=":material/check:")
        state.forget("_imported")
