"""Both languages say everything, with the same facts."""

import inspect
import re
import string
from pathlib import Path

import pytest

from promo import errors
from promo.domain import Finding
from promo.words import LANGUAGES, catalogue, explain, finding_sentence, translate

ROOT = Path(__file__).parent.parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key(language):
    assert set(catalogue(language)) == set(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_uses_the_same_facts(language):
    for key, text in catalogue("en").items():
        assert placeholders(catalogue(language)[key]) == placeholders(text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_sentence(language):
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        assert f"error.{kind.code}" in catalogue(language)


def test_an_error_is_explained_with_its_facts():
    error = errors.Infeasible(rules=("budget", "margin_floor"))
    assert "Budget, Margin floor" in explain("en", error)


def test_an_unknown_key_is_an_error_and_not_an_empty_label():
    with pytest.raises(KeyError):
        translate("en", "plan.no_such_word")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_among_the_facts_is_named_in_the_readers_language(language):
    rules = explain(language, errors.Infeasible(rules=("budget", "margin_floor")))
    assert translate(language, "rule.name.margin_floor") in rules
    short = explain(language, errors.NotEnoughData(what="weeks", need=8, have=5))
    assert translate(language, "need.weeks") in short
    assert "8" in short
    assert "5" in short


def test_every_need_and_kind_that_is_raised_has_words():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "promo").rglob("*.py"))
    for fact, area in (("what", "need"), ("kind", "kind")):
        raised = set(re.findall(rf'(?:NotEnoughData|NotFound)\(\s*{fact}="(\w+)"', source))
        assert raised
        assert {f"{area}.{code}" for code in raised} <= set(catalogue("en"))


def test_a_refused_file_is_explained_by_its_finding():
    finding = Finding("no_rows", "error")
    error = errors.FileRefused(file="empty.csv", reason="no_rows")
    error.finding = finding
    assert finding_sentence("en", finding) in explain("en", error)
