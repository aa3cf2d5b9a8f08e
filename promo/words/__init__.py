"""Every sentence a user reads, in every language: `words/<language>/<area>.toml`.

A key is `area.word` or `area.table.word`, as in `plan.title` or `error.infeasible`. Texts hold
`{facts}` that the caller fills; numbers and dates arrive already formatted. A fact written
`{weeks:week|weeks}` is a count with its noun, the first form for exactly one.
"""

import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from promo.domain import Finding, ImportProgress
from promo.errors import Infeasible, PromoError
from promo.schema import Problem

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "简体中文"}

_HERE = Path(__file__).parent


def _flatten(prefix: str, table: Mapping[str, object]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for word, value in table.items():
        key = f"{prefix}.{word}"
        flat |= _flatten(key, value) if isinstance(value, Mapping) else {key: str(value)}
    return flat


class _Sentences(string.Formatter):
    """Fills in facts, and puts the right form of the noun beside a count."""

    def format_field(self, value: object, format_spec: str) -> str:
        """The fact, followed by its noun where the text gives one."""
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        one, more = format_spec.split("|")
        return f"{value} {one if str(value) == '1' else more}"


_SENTENCES = _Sentences()


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every key of one language with its text."""
    words: dict[str, str] = {}
    for path in sorted((_HERE / language).glob("*.toml")):
        words |= _flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    return words


def translate(language: str, key: str, **facts: object) -> str:
    """The text of `key` with its facts filled in.

    Raises:
        KeyError: the catalogue has no such key, or the text needs a fact that was not given.
    """
    return _SENTENCES.vformat(catalogue(language)[key], (), facts)


OFFERED = 20
"""Names that a sentence offers to choose from; how many more there are is said."""


def explain(language: str, error: PromoError, say: Callable[[object], str] = str) -> str:
    """The sentence for a failure: what happened, where, and the mend.

    Args:
        language: one of `LANGUAGES`.
        error: what failed; when it was made from a finding, the finding's sentence is the reason.
        say: how a fact that is no code is written, for a screen that escapes or formats.
    """
    facts = {name: _spoken(language, name, value, say) for name, value in error.facts.items()}
    if (left := len(_several(error.facts.get("known"))) - OFFERED) > 0:
        first = _several(error.facts["known"])[:OFFERED]
        shown = _spoken(language, "known", first, say)
        facts["known"] = translate(language, "error.known_more", known=shown, more=say(left))
    if (found := getattr(error, "finding", None)) is not None:
        facts["reason"] = finding_sentence(language, found, say)
    form = _form(error)
    key = f"error.{error.code}_{form}" if form else f"error.{error.code}"
    return translate(language, key, **facts)


def _form(error: PromoError) -> str:
    """Which of its sentences fits an error, by the facts it has."""
    if isinstance(error, Infeasible) and "limits" in error.facts:
        return "limits"
    if isinstance(error, Infeasible):
        return "alone" if len(_several(error.facts.get("rules"))) == 1 else ""
    return next((mend for mend in ("must", "known") if mend in error.facts), "")


def _several(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def finding_sentence(language: str, finding: Finding, say: Callable[[object], str] = str) -> str:
    """The sentence for something noticed in a file: what, where, and the mend."""
    place = {"rows": finding.rows, "line": finding.line, "column": finding.column}
    facts = {**place, **finding.facts}
    spoken = {name: _spoken(language, name, value, say) for name, value in facts.items()}
    said = translate(language, f"finding.{finding.code}", **spoken)
    if "member" in finding.facts and finding.line is not None:
        first = translate(language, "data.first_in", member=spoken["member"])
        said += first if language == "zh" else f" {first}"
    return said


def anomaly_sentence(
    language: str,
    finding: Mapping[str, Any],
    product: str,
    week: Callable[[Any], str],
    number: Callable[[float], str],
) -> str:
    """The sentence for something odd in the sales: what sold, when, and what was due.

    Args:
        language: one of `LANGUAGES`.
        finding: a row of the table `anomalies`.
        product: what the product is called; empty for the whole shop.
        week: how a Monday is written.
        number: how items and times are written.
    """
    first, last = week(finding["first"]), week(finding["last"])
    span = "week" if first == last else "weeks"
    return translate(
        language, f"anomaly.said.{finding['kind']}",
        product=product or translate(language, "anomaly.shop"), first=first,
        when=translate(language, f"anomaly.when.{span}", first=first, last=last),
        days=finding["days"], weeks=finding["weeks"],
        **{fact: number(finding[fact]) for fact in ("sold", "expected", "times")},
    )  # fmt: skip


def note_sentence(language: str, code: str, facts: Mapping[str, float]) -> str:
    """What one diagnostic of a classical model says of it: a code of `forecast.note`."""
    form = {"wape": ".0%", "wape_naive": ".0%", "p": ".2g", "weeks": ".0f"}
    told = {name: format(value, form[name]) for name, value in facts.items()}
    return translate(language, f"forecast.note.{code}", **told)


def progress_sentence(
    language: str, progress: ImportProgress, say: Callable[[object], str] = "{:,}".format
) -> str:
    """How far an import is: the file, what was read of it, and the rows so far."""
    told = progress.bytes_total is not None
    facts = {"file": progress.file, "read": _size(progress.bytes_read), "rows": say(progress.rows)}
    if told:
        facts["total"] = _size(progress.bytes_total or 0)
    key = "reading_packed" if progress.step == "reading" and not told else progress.step
    return translate(language, f"progress.{key}", **facts)


def _size(count: int) -> str:
    """Bytes as a file manager shows them.

    >>> _size(412_300_000), _size(4_560_000_000), _size(1_234)
    ('412 MB', '4.56 GB', '1 KB')
    """
    if count >= 1e9:
        return f"{count / 1e9:,.2f} GB"
    return f"{count / 1e6:,.0f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} KB"


_VOCABULARY: Mapping[str, str] = {
    "what": "need", "kind": "kind", "rules": "rule.name", "field": "field", "must": "must",
    "source": "source", "weekday": "source.weekday", "preset": "source.preset",
}  # fmt: skip
"""Facts whose values are codes, and the area of the catalogue that names them."""

_BETWEEN = {"en": ", ", "zh": "、"}


def listed(language: str, parts: Iterable[str]) -> str:
    """Several words in a row, with what the language puts between them."""
    return _BETWEEN[language].join(parts)


def _spoken(language: str, fact: str, value: object, say: Callable[[object], str]) -> str:
    if isinstance(value, Problem):
        facts = {"column": say(value.column), "rows": say(value.rows), "first": say(value.first)}
        return translate(language, f"problem.{value.code}", **facts)
    if isinstance(value, list | tuple | set | frozenset):
        return listed(language, (_spoken(language, fact, item, say) for item in value))
    named = f"{_VOCABULARY.get(fact, '')}.{value}"
    known = catalogue(language)
    return known[named] if named in known else say("" if value is None else value)
