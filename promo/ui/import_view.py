"""The way of her own files into the desk: dropped or fetched, understood, confirmed, imported."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Dataset, FileReport
from promo.ui import formats, running, sentences, state, uploads
from promo.ui.file_view import Choice, file_card
from promo.ui.state import t
from promo.workflow import FileMapping

SEVERAL = 2
"""From so many kinds of files on each is folded, and a list above them says how they stand."""


def drop_zone() -> None:
    """Where files or a folder are dropped, and the inbox for what is too large for that."""
    whole_folder = bool(state.recall("whole_folder"))
    with st.container(key="uploader"):
        st.file_uploader(
            t("data.drop_folder" if whole_folder else "data.drop"),
            accept_multiple_files="directory" if whole_folder else True,
            key=uploads.uploader_key(),
            on_change=uploads.take,
        )
    if names := uploads.again():
        listed = sentences.listed(map(formats.plain, dict.fromkeys(names)))
        st.info(t("data.again", files=listed), icon=":material/content_copy:")
    st.checkbox(t("data.whole_folder"), key="whole_folder")
    _inbox()


def _inbox() -> None:
    """Files that lie beside the desk already; any size, no upload."""
    taken = {file.path for file in uploads.waiting()}
    files = [path for path in workflow.inbox_files(state.workspace()) if path not in taken]
    place = formats.plain(state.workspace().inbox)
    if not files:
        limit = st.get_option("server.maxUploadSize")
        st.caption(t("data.inbox_empty", limit=limit, folder=place))
        return
    with st.container(border=True, key="card_inbox"):
        chosen = st.multiselect(
            t("data.inbox", count=len(files)), files, key="inbox",
            format_func=lambda path: path.name, placeholder=t("data.inbox_all"),
        )  # fmt: skip
        st.caption(t("data.inbox_said", folder=place))
        st.button(
            t("data.inbox_use", count=len(chosen or files)), key="inbox_use",
            on_click=uploads.borrow, args=(chosen or files,),
        )  # fmt: skip


def under_way() -> None:
    """Say on her return to the page that an import goes on, further down."""
    if running.busy() and running.elsewhere("data") is None:
        st.info(t("data.under_way"), icon=":material/hourglass_top:")


def waiting() -> None:
    """Every file that was brought, with what was recognised; and above them the import."""
    groups = uploads.groups()
    if not groups:
        running.shown("import")
        return
    summary, many = st.container(border=True, key="card_import"), len(groups) >= SEVERAL
    choices = [file_card(group, folded=many) for group in groups]
    for choice in choices:
        if choice.wants_check:
            _check(choice)
    with summary:
        if many:
            _list(choices)
        _import(choices)


def _list(choices: Sequence[Choice]) -> None:
    shown = pd.DataFrame(
        {
            "file": [choice.label for choice in choices],
            "source": [_kind(choice) for choice in choices],
            "state": [t(f"data.state.{choice.state}") for choice in choices],
        }
    )
    words = {name: t(f"data.column.{name}") for name in ("file", "source", "state")}
    st.dataframe(shown, hide_index=True, alt=t("data.waiting_files"), column_config=words)


def _kind(choice: Choice) -> str:
    return t(f"source.{choice.mapping.source}") if choice.mapping else "–"


def _import(choices: Sequence[Choice]) -> None:
    """Name and start, or how far it is."""
    if running.shown("import"):
        return
    used = [choice for choice in choices if choice.mapping]
    first = (used or choices)[0].group[0]
    name = st.text_input(
        t("data.name"),
        value=workflow.name_from(Path(first.name)),
        key="dataset_name",
        max_chars=80,
    )
    states = [choice.state for choice in choices]
    for state_of_file in ("unfinished", "asking"):
        if state_of_file in states:
            st.caption(t(f"data.waiting_{state_of_file}"))
    if out := sum(len(choice.group) for choice in choices if choice.state == "left_out"):
        st.caption(t("data.left_out", count=out))
    blocked = "ready" not in states or "unfinished" in states or "asking" in states
    blocked = blocked or running.busy() or not name.strip()
    if st.button(t("data.import"), key="import", type="primary", disabled=blocked):
        job = workflow.start_import(state.workspace(), name.strip(), _files(used))
        running.start("import", job, _imported)


def _files(choices: Sequence[Choice]) -> list[tuple[Path, FileMapping]]:
    return [
        (file.path, choice.mapping) for choice in choices if choice.mapping for file in choice.group
    ]


def _imported(dataset: Dataset) -> None:
    """The desk works on the new data from now on."""
    uploads.drop([file.number for file in uploads.waiting()])
    state.forget("dataset_name")
    state.choose_dataset(dataset.name)
    state.keep("_imported", dataset.name)


def _check(choice: Choice) -> None:
    """Start to read the files of one card to their end, to say what would be used."""
    place = f"check_{choice.group[0].number}"

    def checked(reports: list[FileReport]) -> None:
        state.keep(f"_{place}", (choice.mapping, reports))

    running.start(place, workflow.start_check(_files([choice])), checked)
