"""What a file may mean in two ways: the guess in words with her own values, and her answer."""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from promo.ui import formats, sentences, state
from promo.ui.state import t
from promo.workflow import Question

SHOWN = 3
"""Examples per question."""


def by_option(
    questions: Sequence[Question], columns: Mapping[str, str]
) -> dict[str, list[Question]]:
    """The questions about columns in use, those of one option together, proven ones first.

    An answer holds for the whole file, and where the rows of one column or one file of a set prove
    how it is written, the others are written so too.
    """
    used = {"", *columns.values()}
    found: dict[str, list[Question]] = {}
    for question in sorted(questions, key=lambda one: not one.decided):
        if question.column in used:
            found.setdefault(question.option, []).append(question)
    return found


def answers(number: int, asked: Mapping[str, Sequence[Question]]) -> dict[str, str | None]:
    """Her answer per option: None while it is open, "" where the rows prove it."""
    found: dict[str, str | None] = {}
    for option, questions in asked.items():
        if questions[0].decided:
            facts = {"option": t(f"field.option.{option}"), "said": _said(questions)}
            st.caption(t("data.question.proven", **facts))
            found[option] = ""
        else:
            with st.container(border=True, key=f"question_{number}_{option}"):
                found[option] = _answer(number, option, questions)
    return found


def other_encoding(number: int, questions: Sequence[Question]) -> str | None:
    """The encoding she chose instead of the guess; the file is then looked at again."""
    guess = next((one.guess for one in questions if one.option == "encoding"), None)
    chosen: str | None = state.recall(f"answer_{number}_encoding")
    return chosen if guess and chosen != guess else None


def _answer(number: int, option: str, questions: Sequence[Question]) -> str | None:
    """The question with its choice; a guess counts once she has said that it is right."""
    first = questions[0]
    said = st.empty()
    value = _choice(option, first, f"answer_{number}_{option}")
    # What the guess makes of her values is no news about another answer.
    reading = "" if value and value != first.guess and first.guess else f"  \n{_said(questions)}"
    said.markdown(f"**{t(f'field.option.{option}')}**{reading}")
    if first.optional:
        return value or ""
    if not value or value != first.guess:
        return value or None
    right = st.checkbox(
        t("data.question.right"), key=f"right_{number}_{option}", persist_state="session"
    )
    return value if right else None


def _choice(option: str, question: Question, key: str) -> str | None:
    start = question.guess
    if question.choices:
        choices = list(question.choices)
        words = {value: choice(option, value) for value in choices}
        return st.selectbox(
            t("data.question.choose"), choices, key=key,
            index=choices.index(start) if start in choices else None,
            format_func=words.__getitem__, placeholder=t("data.question.open"),
            persist_state="session",
        )  # fmt: skip
    return day(t(f"field.option.{option}"), key, start)


def day(label: str, key: str, start: str | None) -> str | None:
    """A date she may give, as the mapping keeps it."""
    given = st.date_input(
        label, key=key, value=date.fromisoformat(start) if start else None, format="YYYY-MM-DD",
        persist_state="session",
    )  # fmt: skip
    return given.isoformat() if isinstance(given, date) else None


def _said(questions: Sequence[Question]) -> str:
    """What the guess makes of her own values; without a guess one value stands for all."""
    if questions[0].optional:
        return t("data.question.week_numbers")
    said = []
    for question in questions:
        for text, reading in question.examples[: SHOWN if question.guess else 1]:
            facts = {"text": formats.plain(text), "column": formats.plain(question.column)}
            key = "read" if question.column else "read_file"
            if reading:
                facts["reading"] = formats.plain(reading)
            else:
                key = "unclear"
            said.append(t(f"data.question.{key}", **facts))
    return sentences.together(dict.fromkeys(said))


def choice(option: str, value: str) -> str:
    """A value of an option in words; a name such as that of an encoding stands for itself."""
    known = f"data.option.{option}.{value}"
    return t(known) if state.said(known) else value
