"""The shipped example of every kind of file is taken for what it is, whole and without a word."""

import pytest

from promo.ingest import SOURCES, build, inspect
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    paths = [ROOT / "sample_data" / f"{name}.csv" for name in SOURCES]
    files = [(path, inspect(path).suggestion) for path in paths]
    return build(files, tmp_path_factory.mktemp("samples") / "d", "all")


@pytest.mark.parametrize("name", SOURCES)
def test_an_example_is_recognised_before_all_other_kinds(name):
    found = inspect(ROOT / "sample_data" / f"{name}.csv")
    assert found.source == name
    others = [score for other, score in found.scores.items() if other != name]
    assert found.scores[name] > max(others)


def test_nothing_of_the_examples_is_set_aside(dataset):
    assert set(dataset.tables) == set(SOURCES)
    for report in dataset.reports:
        assert report.rows_quarantined == 0
        assert {f.code for f in report.findings} <= {"returns", "columns_unused"}


def test_the_examples_speak_of_the_same_shop(dataset):
    assert dataset.links
    assert {link.child for link in dataset.links} >= {"orders", "reviews", "stock", "redemptions"}
    assert [link for link in dataset.links if link.orphan_rows] == []
