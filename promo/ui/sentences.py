"""Codes into sentences: errors, findings, reasons and rules in the reader's language."""

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


def _say(value: object) -> str:
    """A fact that is no code: numbers in the reader's form, texts so that they show as typed."""
    if isinstance(value, int):
        return formats.number(state.language(), value)
    if isinstance(value, float):
        return formats.number(state.language(), value, 2)
    return formats.plain(value)
