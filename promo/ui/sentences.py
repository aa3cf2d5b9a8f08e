"""Codes into words: errors, findings, rules and columns in the reader's language."""

from collections.abc import Iterable

from promo import words
from promo.domain import Finding
from promo.errors import PromoError
from promo.ui import formats, state
from promo.ui.state import t


def explain(error: PromoError) -> str:
    """What went wrong, where, and the mend."""
    return words.explain(state.language(), error, _say)


def finding(found: Finding) -> str:
    """What was noticed in a file, with how many rows and where."""
    return words.finding_sentence(state.language(), found, _say)


def rule(code: str) -> str:
    """The name of a rule."""
    known = f"rule.name.{code}"
    return t(known) if state.said(known) else formats.plain(code)


def column(name: str) -> str:
    """A column, or a choice of columns written `a | b`, as a reader calls it."""
    if " | " in name:
        return " / ".join(map(column, name.split(" | ")))
    known = f"field.{name}"
    return t(known) if state.said(known) else name


def listed(parts: Iterable[str]) -> str:
    """Several words in a row, with what a reader's language puts between them."""
    return words.listed(state.language(), parts)


def together(sentences: Iterable[str]) -> str:
    """Sentences one after the other; Chinese puts no space between them."""
    return ("" if state.language() == "zh" else " ").join(filter(None, sentences))


def _say(value: object) -> str:
    """A fact that is no code: numbers in the reader's form, texts so that they show as typed."""
    if isinstance(value, int):
        return formats.count(value)
    if isinstance(value, float):
        return formats.number(state.language(), value, 2)
    return formats.plain(value)
