"""Both languages say everything, with the same facts."""

import ast
import inspect
import re
import string
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from promo import errors
from promo.domain import Finding
from promo.schema import Problem
from promo.tables import PANEL
from promo.words import _VOCABULARY, LANGUAGES, catalogue, explain, finding_sentence, translate

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
def test_bold_words_end_where_markdown_sees_it(language):
    """Two stars between a full stop and a letter are shown as stars."""
    for key, text in catalogue(language).items():
        for bold in re.finditer(r"\*\*.+?([^\w\s}])\*\*(?=\w)", text):
            pytest.fail(f"{key}: {bold.group()}")


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


def test_what_was_found_among_several_files_in_one_says_in_which():
    found = Finding("returns", "warning", 2, 7, "quantity", {"member": "may/1.csv"})
    assert finding_sentence("en", found).endswith("The first is in “may/1.csv”.")
    assert finding_sentence("zh", found).endswith("首次出现在文件“may/1.csv”中。")


def test_one_file_is_not_called_one_files():
    facts = {"files": 1, "lines": "1,204"}
    assert translate("en", "data.kpi.rows_said", **facts) == "From 1 file with 1,204 lines."
    assert "1 week " in translate("en", "demand.weeks_said", weeks=1, deepest="20% off")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_is_written_once_in_a_sentence(language):
    for key, text in catalogue(language).items():
        counted = [
            name for _, name, form, _ in string.Formatter().parse(text) if "|" in (form or "")
        ]
        assert len(counted) == len(set(counted)), key


def test_one_rule_alone_is_not_said_to_contradict_others():
    said = explain("en", errors.Infeasible(rules=("margin_floor",)))
    assert said == "No plan keeps this rule: Margin floor. Relax it."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_that_is_not_in_order_is_explained_in_words(language):
    with pytest.raises(errors.SchemaError) as caught:
        PANEL.check(PANEL.empty().drop(columns="week"))
    said = explain(language, caught.value)
    assert translate(language, "problem.missing", column="week") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_a_table_can_be_wrong_has_words(language):
    codes = get_args(get_type_hints(Problem)["code"])
    assert {f"problem.{code}" for code in codes} <= set(catalogue(language))


@pytest.mark.parametrize(
    "other",
    [
        "客户", "客群", "单独存放", "原价", "毛利底线", "利润率下限", "最大折扣", "最小折扣",
        "增益", "促销形式", "促销方式", "召回", "八成把握", "围绕自身", "拖动",
    ],
)  # fmt: skip
def test_one_thing_has_one_word_in_chinese(other):
    assert not [key for key, text in catalogue("zh").items() if other in text]


def test_money_given_away_is_one_word_in_chinese():
    spent = [key for key, text in catalogue("zh").items() if "花费" in text]
    assert spent == ["field.cost"], "a campaign of a file has a cost; a plan gives away"


def test_bold_words_end_before_the_full_stop_in_chinese():
    assert not [key for key, text in catalogue("zh").items() if "。**" in text]


@pytest.mark.parametrize(
    "other", ["largest discount", "Most promoted", "full price", "to be had", "around itself"]
)
def test_one_thing_has_one_word_in_english(other):
    assert not [key for key, text in catalogue("en").items() if other in text]


SOURCES = [*(ROOT / "promo").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]


def spoken() -> tuple[set[str], set[str]]:
    """The texts that the code holds, and its patterns with `(.+)` for what is filled in."""
    texts, patterns = set(), set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                patterns.add(
                    "".join(
                        re.escape(part.value) if isinstance(part, ast.Constant) else "(.+)"
                        for part in node.values
                    )
                )
    return texts, patterns


def listed() -> set[str]:
    """The tables of words that the code takes as a whole, by `labels`."""
    calls = (
        node
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "labels"
    )
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def test_no_key_is_kept_that_nothing_says():
    texts, patterns = spoken()
    patterns |= {rf"{area}\.(.+)" for area in _VOCABULARY.values()}
    made = [re.compile(pattern) for pattern in patterns]
    taken = listed()
    whole = tuple(f"{text}." for text in texts if text.startswith("chart.") or text in taken)
    # A word of a docstring asks for no key; a code stands alone, or quoted in SQL.
    words = {word for text in texts for word in re.findall(r"(?<=')\w+(?=')|\A\w+\Z", text)}

    def known(word: str) -> bool:
        return word.isdigit() or word in words or said(word)

    def said(text: str) -> bool:
        found = [match for pattern in made if (match := pattern.fullmatch(text))]
        return any(all(map(known, match.groups())) for match in found)

    def used(key: str) -> bool:
        if key in texts:
            return True
        if key.startswith(whole):
            return known(key.rpartition(".")[2])
        return said(key)

    assert [key for key in catalogue("en") if not used(key)] == []
