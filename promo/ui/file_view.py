"""One kind of file on its way in: what it is, its columns, its questions, its first rows."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import FileReport, Finding
from promo.ui import formats, question_view, running, sentences, state, uploads
from promo.ui.state import t
from promo.ui.widgets import card, explained, findings
from promo.workflow import FileMapping, Inspection

State = Literal["ready", "unfinished", "asking", "left_out"]

NEAR = 0.2
"""From this score on a file is taken for one of that kind whose columns have other names: order
files with one needed column renamed score 0.24 and more, a list of places 0.11."""

SAID_ELSEWHERE = ("field_unmapped", "source_unknown", "encoding_guessed", "weeks_numbered")
"""Findings that the mapping and the questions on the screen answer at once."""

SAID_BY_NOW = (*SAID_ELSEWHERE, "columns_unused", "weeks_across")
"""Findings of a check that stand above it on the card already."""


@dataclass(frozen=True)
class Choice:
    """The files of one header, how they are understood, and whether she asked for a check."""

    group: Sequence[uploads.Waiting]
    state: State
    mapping: FileMapping | None = None
    wants_check: bool = False

    @property
    def label(self) -> str:
        """The first file's name, and how many more there are; as a table shows it."""
        more, first = len(self.group) - 1, self.group[0].name
        return t("data.and_more", file=first, count=more) if more else first


def file_card(group: Sequence[uploads.Waiting], *, folded: bool) -> Choice:
    """What the desk makes of the files of one header, for her to confirm or correct."""
    choice = Choice(group, "left_out")
    with _frame(choice, folded=folded), explained():
        choice = _understood(group)
    return choice  # noqa: RET504 # after a failure that was explained: the file is left out


def _frame(choice: Choice, *, folded: bool) -> AbstractContextManager[object]:
    first, label = choice.group[0], formats.plain(choice.label)
    if not folded:
        return card(f"file_{first.number}", label)
    found = uploads.look(first)
    clear = bool(found.source) and all(one.decided for one in found.questions)
    return st.expander(label, key=f"fold_{first.number}", expanded=not clear)


def _understood(group: Sequence[uploads.Waiting]) -> Choice:
    first = group[0]
    mapping, asking = _mapping(group)
    missing = workflow.missing_fields(mapping) if mapping else ()
    if missing:
        said = sentences.listed(map(sentences.column, missing))
        st.warning(t("data.needed", fields=said), icon=":material/warning:")
    blocked = bool(missing) or running.busy()
    pressed = False
    with st.container(horizontal=True):
        if mapping is not None:
            pressed = st.button(t("data.check"), key=f"check_{first.number}", disabled=blocked)
        st.button(
            t("data.remove"), key=f"remove_{first.number}", type="tertiary",
            on_click=uploads.drop, args=([file.number for file in group],),
            disabled=running.busy(),
        )  # fmt: skip
    if mapping is None:
        return Choice(group, "left_out")
    if not running.shown(f"check_{first.number}"):
        _checked(first, mapping)
    return Choice(
        group, "unfinished" if missing else "asking" if asking else "ready", mapping, pressed
    )


def _mapping(group: Sequence[uploads.Waiting]) -> tuple[FileMapping | None, bool]:
    """The mapping on the screen, None for files left out; and whether a question is open."""
    file = group[0]
    encoding = question_view.other_encoding(file.number, uploads.look(file).questions)
    found = uploads.look(file, state.recall(f"source_{file.number}"), encoding)
    findings(one for one in found.findings if one.code not in SAID_ELSEWHERE)
    if not found.header:
        return None, False
    source = _source(file, found)
    if source is None:
        return None, False
    if source != found.suggestion.source:
        found = uploads.look(file, source, encoding)
    columns = _columns(file, found, source)
    if unused := workflow.unused_columns(found.header, FileMapping(source, columns)):
        st.caption(t("finding.columns_unused", columns=formats.plain(", ".join(unused))))
    looks = [uploads.look(one, source, encoding) for one in group]
    letters = (one for one in uploads.look(file).questions if encoding and one.option == "encoding")
    questions = [*letters, *(one for look in looks for one in look.questions)]
    asked = question_view.by_option(questions, columns)
    answers = question_view.answers(file.number, asked)
    options = _options(file, found.suggestion, set(asked))
    with st.expander(t("data.sample"), key=f"sample_{file.number}"):
        st.dataframe(pd.DataFrame(found.sample), hide_index=True, alt=t("data.sample"))
    given = {option: value for option, value in answers.items() if value}
    return FileMapping(source, columns, {**options, **given}), None in answers.values()


def _source(file: uploads.Waiting, found: Inspection) -> str | None:
    """What kind of file it is: recognised, near to one, or for her to say."""
    sources = sorted(found.scores, key=lambda source: -found.scores[source])
    known, recognised = found.source in sources, uploads.look(file).source
    said = t("data.recognised", source=t(f"source.{recognised}")) if recognised else ""
    near = 0 if found.scores[sources[0]] >= NEAR else None
    if not recognised and near is not None:
        said = t("data.nearly", source=t(f"source.{sources[near]}"))
    st.markdown(said or t("data.not_recognised"))
    return st.selectbox(
        t("data.source"), sources, key=f"source_{file.number}", required=near is not None,
        index=sources.index(found.source) if known else near, placeholder=t("data.left_out_so_far"),
        format_func={name: t(f"source.{name}") for name in sources}.__getitem__,
        persist_state="session",
    )  # fmt: skip


def _columns(file: uploads.Waiting, found: Inspection, source: str) -> dict[str, str]:
    st.markdown(f"**{t('data.columns')}**")
    st.caption(t("data.columns_said"))
    fields = dict(workflow.canonical_fields(source))
    lacking = workflow.missing_fields(found.suggestion)
    choices = {field for choice in lacking for field in choice.split(" | ")}
    shown = [
        field
        for field, required in fields.items()
        if required or field in choices or field in found.suggestion.columns
    ]
    more = [field for field in fields if field not in shown]
    names: dict[str | None, str] = {None: t("data.unused")}
    names |= {name: name for name in found.header}
    columns = _grid(file, found.suggestion, shown, fields, names)
    if more:
        with st.expander(t("data.more_columns", count=len(more)), key=f"more_{file.number}"):
            columns |= _grid(file, found.suggestion, more, fields, names)
    return columns


def _grid(
    file: uploads.Waiting,
    suggestion: FileMapping,
    shown: Sequence[str],
    fields: Mapping[str, bool],
    names: Mapping[str | None, str],
) -> dict[str, str]:
    """A choice of column for each field, needed ones starred; the fields that have one."""
    columns: dict[str, str] = {}
    options = list(names)
    # Other letters are other headers, and what was chosen among them is no choice among these.
    letters = filter(None, [suggestion.options.get("encoding")])
    read_as = "_".join([str(file.number), suggestion.source, *letters])
    grid = st.columns(3)
    for place, field in enumerate(shown):
        suggested = suggestion.columns.get(field)
        column = grid[place % 3].selectbox(
            sentences.column(field) + (" *" if fields[field] else ""),
            options,
            index=options.index(suggested) if suggested in options else 0,
            key=f"map_{read_as}_{field}",
            persist_state="session",
            format_func=names.__getitem__,
        )
        if column is not None:
            columns[field] = column
    return columns


def _options(file: uploads.Waiting, suggestion: FileMapping, asked: set[str]) -> dict[str, str]:
    """How dates and numbers are written, where she knows better than the file shows."""
    chosen: dict[str, str] = {}
    with st.expander(t("data.options"), key=f"options_{file.number}"):
        st.caption(t("data.options_said"))
        grid = st.columns(2)
        open_options = [option for option in workflow.MAPPING_OPTIONS if option not in asked]
        for place, option in enumerate(open_options):
            value = _option(file, option, suggestion.options.get(option), grid[place % 2])
            if value is not None:
                chosen[option] = value
    return chosen


def _option(
    file: uploads.Waiting, option: str, now: str | None, column: st.delta_generator.DeltaGenerator
) -> str | None:
    key, label = f"option_{file.number}_{option}", t(f"field.option.{option}")
    if values := workflow.MAPPING_OPTIONS[option]:
        words: dict[str | None, str] = {None: t("data.as_read")}
        words |= {value: question_view.choice(option, value) for value in values}
        options = list(words)
        return column.selectbox(
            label, options, key=key, index=options.index(now) if now in values else 0,
            format_func=words.__getitem__, persist_state="session",
        )  # fmt: skip
    with column:
        return question_view.day(label, key, now)


def _checked(file: uploads.Waiting, mapping: FileMapping) -> None:
    """What a check of the files found, as long as it is about this mapping."""
    checked_as, reports = state.recall(f"_check_{file.number}", (None, ()))
    if checked_as != mapping:
        return
    rows, clean = sum(r.rows_in for r in reports), sum(r.rows_clean for r in reports)
    facts = {
        "rows": formats.count(rows),
        "clean": formats.count(clean),
        "set_aside": formats.count(rows - clean),
    }
    if rows > clean:
        st.warning(t("data.checked", **facts), icon=":material/warning:")
    elif rows:
        st.success(t("data.checked_all", rows=facts["rows"]), icon=":material/check:")
    findings(one for one in _together(reports) if one.code not in SAID_BY_NOW)


def _together(reports: Iterable[FileReport]) -> list[Finding]:
    """The findings of several files, each kind once with the rows of all."""
    found: dict[object, Finding] = {}
    for one in (one for report in reports for one in report.findings):
        key = (one.code, one.column)
        seen = found.get(key)
        found[key] = replace(seen, rows=seen.rows + one.rows) if seen else one
    return list(found.values())
