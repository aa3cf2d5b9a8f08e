"""The frame around every page: router, navigation, side bar."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from promo.ui import asking, running, state
from promo.ui.state import t
from promo.words import LANGUAGES

_ASSETS = Path(__file__).parent / "assets"
_ROOT = Path(__file__).parent.parent.parent

SECTIONS = {
    "start": (("overview", "space_dashboard"),),
    "prepare": (("data", "database"), ("quality", "fact_check")),
    "understand": (("customers", "groups"), ("demand", "monitoring")),
    "decide": (("plan", "tune"), ("scenarios", "compare_arrows"), ("campaign", "campaign")),
}


def configure() -> None:
    """Name and icon of the window; a local file, so that no browser asks a font server for one."""
    st.set_page_config("Promodesk", str(_ASSETS / "icon.svg"), layout="wide")


def page_of(name: str) -> Page:
    """The page called `name`, with its title in the reader's language."""
    icon = next(icon for pages in SECTIONS.values() for page, icon in pages if page == name)
    return st.Page(
        _ROOT / "pages" / f"{name}.py",
        title=t(f"app.pages.{name}"),
        icon=f":material/{icon}:",
        url_path=name,
        default=name == "overview",
    )


def navigation() -> Page:
    """The menu; returns the page that was asked for."""
    return st.navigation(
        {
            t(f"app.sections.{section}"): [page_of(name) for name, _ in pages]
            for section, pages in SECTIONS.items()
        }
    )


def sidebar(page: Page) -> None:
    """Name, dataset and language, always in the same place; and what is under way elsewhere."""
    st.logo(_ASSETS / "mark.svg", size="large", icon_image=_ASSETS / "icon.svg")
    names = {name: dataset_name(name) for name in state.datasets()}
    with st.sidebar:
        st.selectbox(
            t("app.dataset"),
            list(names),
            key="dataset",
            format_func=names.__getitem__,
        )
        if state.on_sample():
            st.badge(t("app.sample_badge"), icon=":material/science:", color="orange")
        st.segmented_control(
            t("app.language"),
            list(LANGUAGES),
            key="lang",
            format_func=lambda code: LANGUAGES[code],
            required=True,
            label_visibility="collapsed",
            on_change=asking.carry,
        )
        if (busy := running.elsewhere(page.url_path)) is not None:
            _under_way(busy)
    state.link_language()


@st.fragment(run_every=1)
def _under_way(page: str) -> None:
    """The work that goes on while she looks at other pages, and the way to its result."""
    if running.elsewhere("") == page:
        st.caption(running.said())
        st.page_link(page_of(page))


def dataset_name(name: str) -> str:
    """What a dataset is called in lists and tables, which show text as it is."""
    return t("app.sample_name") if name == "sample" else name


def header(title: str, lead: str = "") -> None:
    """The top of a page: its name and what it is for, in one sentence."""
    st.title(title, anchor=False)
    if lead:
        st.caption(lead)
