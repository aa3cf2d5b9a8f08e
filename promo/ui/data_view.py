"""The account of what is in use: rows read, used and set aside, and what was noticed."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from promo.domain import Dataset, FileReport
from promo.ui import formats, sentences, state
from promo.ui.rows import rows_of, unused
from promo.ui.state import t
from promo.ui.widgets import Kpi, findings, kpis


def account(dataset: Dataset) -> None:
    """Rows read, in use and set aside; per file what was noticed."""
    reports, rows = dataset.reports, rows_of(dataset)
    clean_said = t(
        "data.kpi.clean_said" if rows.read is None else "data.kpi.clean_split", share=rows.share
    )
    kpis(
        [
            Kpi(
                "rows", t("data.kpi.rows"), formats.count(sum(r.rows_in for r in reports)),
                t(
                    "data.kpi.rows_said", files=len(reports),
                    lines=formats.count(sum(r.lines for r in reports)),
                ),
            ),
            Kpi(
                "clean", t("data.kpi.clean"), formats.count(rows.used),
                sentences.together([clean_said, rows.removed_said]),
            ),
            Kpi(
                "aside", t("data.kpi.aside"), formats.count(rows.aside),
                t("data.kpi.aside_said" if rows.aside else "data.kpi.aside_none"),
            ),
        ]
    )  # fmt: skip
    _files(reports)
    for place, report in enumerate(reports):
        if report.findings:
            with st.expander(_title(report), key=f"findings_{place}"):
                findings(report.findings)
    unused(dataset, "quarantine")


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
