"""The data page: the account of what is in use, and the way in for her own files."""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Dataset, FileReport
from promo.ui import formats, state, uploads
from promo.ui.state import t
from promo.ui.widgets import Kpi, card, download, findings, kpis
from promo.workflow import FileMapping

# --- what is in use -------------------------------------------------------------------------


def account(dataset: Dataset) -> None:
    """Rows read, in use and set aside; per file what was noticed."""
    reports, lang = dataset.reports, state.language()
    rows, clean = sum(r.rows_in for r in reports), dataset.rows_in_use
    aside = rows - clean
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
                t("data.kpi.clean_said", share=formats.percent(clean / max(rows, 1), 1)),
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


# --- her own files --------------------------------------------------------------------------


def drop_zone() -> None:
    """Where files are dropped, several at once."""
    with st.container(key="uploader"):
        st.file_uploader(
            t("data.drop"), accept_multiple_files=True, key=uploads.uploader_key(),
            on_change=uploads.take,
        )  # fmt: skip


def waiting() -> None:
    """Every dropped file with what was recognised, then the import."""
    seen = [_file(file) for file in uploads.waiting()]
    if not seen:
        return
    files = [item for item in seen if isinstance(item, tuple)]
    with st.container(border=True, key="card_import"):
        name = st.text_input(
            t("data.name"), value=Path(_first_used(seen).name).stem, key="dataset_name",
            max_chars=80,
        )  # fmt: skip
        if UNFINISHED in seen:
            st.caption(t("data.waiting"))
        if out := seen.count(LEFT_OUT):
            st.caption(t("data.left_out", count=out))
        blocked = not files or UNFINISHED in seen or not name.strip()
        if st.button(t("data.import"), key="import", type="primary", disabled=blocked):
            _import(name.strip(), files)


def _first_used(seen: list[Any]) -> uploads.Waiting:
    """The file that names the dataset: the first one that is not left out."""
    files = uploads.waiting()
    return next((f for f, one in zip(files, seen, strict=True) if one != LEFT_OUT), files[0])


def _file(file: uploads.Waiting) -> tuple[Path, FileMapping] | Literal["unfinished", "left out"]:
    """One dropped file: its kind, its columns, its first rows."""
    with card(f"file_{file.number}", formats.plain(file.name)):
        mapping = _mapping(file)
        missing = workflow.missing_fields(mapping) if mapping else ()
        if missing:
            said = ", ".join(_field(field) for field in missing)
            st.warning(t("data.needed", fields=said), icon=":material/warning:")
        left, right = st.columns(2)
        right.button(
            t("data.remove"), key=f"remove_{file.number}", type="tertiary",
            on_click=uploads.drop, args=([file.number],),
        )  # fmt: skip
        if mapping is None:
            return LEFT_OUT
        if left.button(t("data.check"), key=f"check_{file.number}", disabled=bool(missing)):
            _check(file, mapping)
    return UNFINISHED if missing else (file.path, mapping)


def _field(name: str) -> str:
    """A field, or a choice of fields written `a | b`, as a reader calls it."""
    return " / ".join(t(f"field.{part}") for part in name.split(" | "))


UNFINISHED: Literal["unfinished"] = "unfinished"
LEFT_OUT: Literal["left out"] = "left out"
NEAR = 0.2
"""From this score on a file is taken for one of that kind whose columns have other names: order
files with one needed column renamed score 0.24 and more, a list of places 0.11."""

SAID_ELSEWHERE = ("field_unmapped", "source_unknown")
"""Findings of the first look that the mapping on the screen answers at once."""


def _mapping(file: uploads.Waiting) -> FileMapping | None:
    """The mapping as confirmed on the screen; None for a file that is no table she can use."""
    chosen = state.recall(f"source_{file.number}")
    found = workflow.inspect_file(state.workspace(), file.path, chosen)
    findings(one for one in found.findings if one.code not in SAID_ELSEWHERE)
    if not found.header:
        return None
    sources = sorted(found.scores, key=lambda source: -found.scores[source])
    known = found.source in sources
    said = t("data.recognised", source=t(f"source.{found.source}")) if known else ""
    near = 0 if found.scores[sources[0]] >= NEAR else None
    if not known and near is not None:
        said = t("data.nearly", source=t(f"source.{sources[near]}"))
    st.markdown(said or t("data.not_recognised"))
    source = st.selectbox(
        t("data.source"), sources, key=f"source_{file.number}", required=near is not None,
        index=sources.index(found.source) if known else near, placeholder=t("data.left_out_so_far"),
        format_func={name: t(f"source.{name}") for name in sources}.__getitem__,
    )  # fmt: skip
    if source is None:
        return None
    if source != found.suggestion.source:
        found = workflow.inspect_file(state.workspace(), file.path, source)
    columns = _columns(file, found, source)
    options = _options(file, found.suggestion)
    with st.expander(t("data.sample"), key=f"sample_{file.number}"):
        st.dataframe(pd.DataFrame(found.sample), hide_index=True, alt=t("data.sample"))
    return FileMapping(source, columns, options)


def _columns(file: uploads.Waiting, found: workflow.Inspection, source: str) -> dict[str, str]:
    st.markdown(f"**{t('data.columns')}**")
    st.caption(t("data.columns_said"))
    columns: dict[str, str] = {}
    names: dict[str | None, str] = {None: t("data.unused")}
    names |= {name: name for name in found.header}
    options = list(names)
    grid = st.columns(3)
    for place, (field, required) in enumerate(workflow.canonical_fields(source)):
        suggested = found.suggestion.columns.get(field)
        column = grid[place % 3].selectbox(
            t(f"field.{field}") + (" *" if required else ""),
            options,
            index=options.index(suggested) if suggested in options else 0,
            key=f"map_{file.number}_{source}_{field}",
            format_func=names.__getitem__,
        )
        if column is not None:
            columns[field] = column
    return columns


def _options(file: uploads.Waiting, suggestion: FileMapping) -> dict[str, str]:
    """How dates and numbers are written, where she knows better than the file shows."""
    chosen: dict[str, str] = {}
    with st.expander(t("data.options"), key=f"options_{file.number}"):
        st.caption(t("data.options_said"))
        grid = st.columns(2)
        for place, (option, values) in enumerate(workflow.MAPPING_OPTIONS.items()):
            key, column = f"option_{file.number}_{option}", grid[place % 2]
            label, now = t(f"field.option.{option}"), suggestion.options.get(option)
            value: str | None
            if values:
                words: dict[str | None, str] = {None: t("data.as_read")}
                words |= {value: _choice(option, value) for value in values}
                options = list(words)
                value = column.selectbox(
                    label, options, key=key, index=options.index(now) if now in values else 0,
                    format_func=words.__getitem__,
                )  # fmt: skip
            else:
                day = column.date_input(
                    label, key=key, value=date.fromisoformat(now) if now else None,
                    format="YYYY-MM-DD",
                )  # fmt: skip
                value = day.isoformat() if isinstance(day, date) else None
            if value is not None:
                chosen[option] = value
    return chosen


def _choice(option: str, value: str) -> str:
    """A value of an option in words; the name of a time zone stands for itself."""
    known = f"data.option.{option}.{value}"
    return t(known) if state.said(known) else value


def _check(file: uploads.Waiting, mapping: FileMapping) -> None:
    """Read the whole file by this mapping and say what would be used."""
    with st.spinner(t("data.checking", name=formats.plain(file.name)), show_time=True):
        report = workflow.check_file(file.path, mapping)
    lang = state.language()
    facts = {
        "rows": formats.number(lang, report.rows_in),
        "clean": formats.number(lang, report.rows_clean),
        "set_aside": formats.number(lang, report.rows_quarantined),
    }
    if report.rows_quarantined:
        st.warning(t("data.checked", **facts), icon=":material/warning:")
    else:
        st.success(t("data.checked_all", rows=facts["rows"]), icon=":material/check:")
    findings(report.findings)


def _import(name: str, files: list[tuple[Path, FileMapping]]) -> None:
    bar = st.progress(0.0, t("data.importing"))

    def progress(share: float, step: str) -> None:
        word = f"source.step.{step}"
        bar.progress(min(share, 1.0), t(word) if state.said(word) else t("data.importing"))

    dataset = workflow.import_files(state.workspace(), name, files, progress)
    uploads.drop(file.number for file in uploads.waiting())
    state.forget("dataset_name")
    state.choose_dataset(dataset.name)
    state.keep("_imported", dataset.name)
    st.rerun()


def imported() -> None:
    """Say once that an import is done."""
    if name := state.recall("_imported"):
        st.success(t("data.imported", name=formats.plain(name)), icon=":material/check:")
        state.forget("_imported")
