"""A study is learned once: what the workspace keeps is what was learned, to the last digit."""

from pathlib import Path

import pandas as pd
import pytest

from promo import workflow
from promo.store import Workspace
from promo.workflow import kept

PANEL = Path(__file__).parent.parent / "sample_data" / "panel.csv"
NOUNS = ("panel", "customers", "curves", "forecast", "associations", "acquisition")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return Workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def shop(workspace, tmp_path_factory):
    """A small shop that knows its customers, so that every noun is learned."""
    made = workflow.simulate_shop(
        tmp_path_factory.mktemp("shop"), products=8, categories=2, weeks=40, customers=80
    )
    files = [(made[name], workflow.inspect_file(workspace, made[name]).suggestion)
             for name in ("orders", "products", "users")]  # fmt: skip
    return workflow.import_files(workspace, "small", files)


@pytest.fixture(scope="module")
def learned(workspace, shop):
    return workflow.kept_study(workspace, shop)


def studies(workspace):
    return sorted((workspace.folder / "studies").glob("*.zip"))


def test_a_kept_study_is_the_study_that_was_learned(workspace, shop, learned, monkeypatch):
    monkeypatch.setattr(kept, "study", lambda *_: pytest.fail("learned again"))
    again = workflow.kept_study(workspace, shop)
    for noun in NOUNS:
        assert getattr(again, noun).fingerprint == getattr(learned, noun).fingerprint
    assert again.customers.as_of == learned.customers.as_of
    assert again.panel.delisted == learned.panel.delisted
    assert again.curves.timing == learned.curves.timing
    assert learned.curves.timing.excess_se > 0
    assert again.associations.tried == learned.associations.tried > 0
    assert (again.acquisition.away, again.acquisition.burn_in) == (
        learned.acquisition.away, learned.acquisition.burn_in)  # fmt: skip
    assert len(learned.acquisition.rows)
    assert (again.start, again.end, again.stock) == (learned.start, learned.end, learned.stock)


def test_other_assumptions_and_other_code_are_learned_afresh(workspace, shop, learned, monkeypatch):
    other = workflow.kept_study(workspace, shop, workflow.StudySettings(weeks=2))
    assert other.end < learned.end
    before = len(studies(workspace))
    monkeypatch.setattr(kept, "_code", lambda: "another version")
    workflow.kept_study(workspace, shop)
    assert len(studies(workspace)) == before + 1


def test_another_margin_is_what_it_would_teach_and_is_not_learned_again(workspace, monkeypatch):
    panel = pd.read_csv(PANEL)
    few = panel[panel["product_id"].isin(panel["product_id"].unique()[:6])]
    path = workspace.inbox / "prices.csv"
    few.to_csv(path, index=False)
    mapping = workflow.inspect_file(workspace, path).suggestion
    prices = workflow.import_files(workspace, "prices", [(path, mapping)])
    thin = workflow.StudySettings(assumed_margin=0.2)
    direct = workflow.study(prices, thin)
    usual = workflow.kept_study(workspace, prices)
    assert direct.curves.rows["cost_assumed"].all()
    assert usual.curves.fingerprint != direct.curves.fingerprint
    monkeypatch.setattr(kept, "study", lambda *_: pytest.fail("learned again"))
    again = workflow.kept_study(workspace, prices, thin)
    for noun in ("panel", "curves", "forecast", "associations", "acquisition"):
        assert getattr(again, noun).fingerprint == getattr(direct, noun).fingerprint
    assert again.settings == thin


def half(content):
    return content[: len(content) // 2]


def listed_with(content, at, value):
    """The zip with one byte of every entry of its list of members changed."""
    start = content.index(b"PK\x01\x02")
    entries = content[start:].split(b"PK\x01\x02")[1:]
    changed = (entry[: at - 4] + bytes([value]) + entry[at - 3 :] for entry in entries)
    return content[:start] + b"".join(b"PK\x01\x02" + entry for entry in changed)


def of_unknown_compression(content):
    return listed_with(content, 10, 99)


def under_a_password(content):
    return listed_with(content, 8, 1)


@pytest.mark.parametrize("damage", [half, of_unknown_compression, under_a_password])
def test_a_broken_file_is_learned_again_and_replaced(workspace, shop, learned, monkeypatch, damage):
    for path in studies(workspace):
        path.unlink()
    workflow.kept_study(workspace, shop)
    (path,) = studies(workspace)
    path.write_bytes(damage(path.read_bytes()))
    again = workflow.kept_study(workspace, shop)
    assert again.curves.fingerprint == learned.curves.fingerprint
    monkeypatch.setattr(kept, "study", lambda *_: pytest.fail("learned a third time"))
    assert workflow.kept_study(workspace, shop).panel.fingerprint == learned.panel.fingerprint


def test_a_workspace_that_takes_no_more_files_still_learns(workspace, shop, monkeypatch, caplog):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(kept, "_write", full)
    found = workflow.kept_study(workspace, shop, workflow.StudySettings(weeks=3))
    assert len(found.forecast.rows["week"].unique()) == 3
    assert "could not be kept" in caplog.text


def test_only_the_newest_studies_are_kept(workspace, shop, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    before = studies(workspace)
    workflow.kept_study(workspace, shop, workflow.StudySettings(weeks=5))
    assert len(studies(workspace)) == 2
    assert set(studies(workspace)) - set(before), "the one just learned is among them"


def test_studies_of_data_that_is_gone_are_dropped(workspace, shop):
    stray = workspace.folder / "studies" / "0123456789abcdef-old.zip"
    stray.write_bytes(b"customers of a dataset that was replaced")
    workflow.kept_study(workspace, shop, workflow.StudySettings(weeks=6))
    assert not stray.exists()
