"""Documents name what is there: files, links, verbs and benchmarks."""

import re
from pathlib import Path

import pytest

from promo.cli.main import MODULES
from promo.optimize import RULES

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = (ROOT, ROOT / "promo", ROOT / "promo" / "ingest")


def said(path: Path, pattern: str) -> set[str]:
    return set(re.findall(pattern, path.read_text(encoding="utf-8")))


def verbs() -> set[str]:
    """The verbs of `python -m promo`, all of them."""
    return {verb.name for module in MODULES for verb in module.VERBS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_file_that_a_document_names_is_there(path):
    named = said(path, r"`([\w./]+\.(?:py|toml|txt|lock))`")
    assert not {name for name in named if not any((place / name).is_file() for place in PLACES)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_inside_the_project_leads_somewhere(path):
    links = said(path, r"\]\(([^)#:]+)\)")
    assert not {link for link in links if not (path.parent / link).exists()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_command_that_a_document_shows_is_one_of_the_command_line(path):
    assert said(path, r"python -m promo ([a-z]+)") <= verbs()
    for name in said(path, r"python -m promo bench ([a-z]+)"):
        place = ROOT / "benchmarks" / name
        assert place.is_dir() or place.with_suffix(".py").is_file(), name


def test_the_document_of_the_command_line_has_every_verb():
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert not {verb for verb in verbs() if f"`{verb}`" not in text}


def test_the_document_of_the_rules_has_every_rule_and_its_amounts():
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)$", text, re.MULTILINE))
    assert set(rows) == set(RULES)
    for code, rule in RULES.items():
        named = {name for name in rule.kinds() if name not in ("product", "category", "brand")}
        if code == "forbidden":
            assert "the same" in rows[code]
        elif code != "most_promoted":
            assert not {name for name in named if f"`{name}`" not in rows[code]}, code
