"""Codes into sentences: errors, findings, reasons and rules in the reader's language."""

from promo.domain import Finding
from promo.errors import PromoError
from promo.ui import formats, state
from promo.ui.state import t


def explain(error: PromoError) -> str:
    """What went wrong, where, and the mend."""
    facts = {name: _spoken(name, value) for name, value in error.facts.items()}
    return t(f"error.{error.code}", **facts)


def finding(found: Finding) -> str:
    """What was noticed in a file, with how many rows and where."""
    facts: dict[str, object] = {"rows": formats.number(state.language(), found.rows)}
    facts |= {"line": found.line or "", "column": formats.plain(found.column or "")}
    facts |= {name: _spoken(name, value) for name, value in found.facts.items()}
    return t(f"finding.{found.code}", **facts)


def rule(code: str) -> str:
    """The name of a rule."""
    known = f"rule.name.{code}"
    return t(known) if state.said(known) else formats.plain(code)


def _spoken(name: str, value: object) -> str:
    """A fact as a reader says it: rules by name, lists with commas, files as they are called."""
    if isinstance(value, list | tuple | set | frozenset):
        return ("、" if state.language() == "zh" else ", ").join(_spoken(name, v) for v in value)
    if name in ("rules", "rule"):
        return rule(str(value))
    if name in ("field", "source") and state.said(f"{name}.{value}"):
        return t(f"{name}.{value}")
    if isinstance(value, float):
        return formats.number(state.language(), value, 2)
    return formats.plain(value)
