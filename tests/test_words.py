"""Both languages say everything, with the same facts."""

import inspect
import string

import pytest

from promo import errors
from promo.words import LANGUAGES, catalogue, explain, translate


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
    assert "budget, margin_floor" in explain("en", error)


def test_an_unknown_key_is_an_error_and_not_an_empty_label():
    with pytest.raises(KeyError):
        translate("en", "plan.no_such_word")
