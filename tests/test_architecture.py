"""The house keeps its shape: sizes, imports of pages, and words."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "promo").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
SCREEN = sorted((ROOT / "promo" / "ui").rglob("*.py"))
PAGE_IMPORTS = {"streamlit", "promo.workflow", "promo.errors"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_grows_beyond_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_at_most_100_lines_and_computes_nothing(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100
    for name in imports(path):
        assert name.startswith("promo.ui") or any(name.startswith(ok) for ok in PAGE_IMPORTS), name


@pytest.mark.parametrize("path", SCREEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_of_the_screen_is_longer_than_one_look(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name
