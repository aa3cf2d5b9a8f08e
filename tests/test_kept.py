"""A study is learned once: what the workspace keeps is what was learned, to the last digit."""

import pytest

from promo import workflow
from promo.store import Workspace
from promo.workflow import kept

NOUNS = ("panel", "customers", "curves", "forecast")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return Workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def sample(workspace):
    return workflow.open_dataset(workspace, workflow.SAMPLE)


@pytest.fixture(scope="module")
def learned(workspace, sample):
    return workflow.kept_study(workspace, sample)


def studies(workspace):
    return sorted((workspace.folder / "studies").glob("*.zip"))


def test_a_kept_study_is_the_study_that_was_learned(workspace, sample, learned, monkeypatch):
    monkeypatch.setattr(kept, "study", lambda *_: pytest.fail("learned again"))
    again = workflow.kept_study(workspace, sample)
    for noun in NOUNS:
        assert getattr(again, noun).fingerprint == getattr(learned, noun).fingerprint
    assert again.customers.as_of == learned.customers.as_of
    assert again.panel.delisted == learned.panel.delisted
    assert again.curves.timing == learned.curves.timing
    assert learned.curves.timing.excess_se > 0
    assert (again.start, again.end, again.stock) == (learned.start, learned.end, learned.stock)


def test_other_assumptions_and_other_code_are_learned_afresh(
    workspace, sample, learned, monkeypatch
):
    other = workflow.kept_study(workspace, sample, workflow.StudySettings(weeks=2))
    assert other.end < learned.end
    before = len(studies(workspace))
    monkeypatch.setattr(kept, "_code", lambda: "another version")
    workflow.kept_study(workspace, sample)
    assert len(studies(workspace)) == before + 1


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
def test_a_broken_file_is_learned_again_and_replaced(
    workspace, sample, learned, monkeypatch, damage
):
    for path in studies(workspace):
        path.unlink()
    workflow.kept_study(workspace, sample)
    (path,) = studies(workspace)
    path.write_bytes(damage(path.read_bytes()))
    again = workflow.kept_study(workspace, sample)
    assert again.curves.fingerprint == learned.curves.fingerprint
    monkeypatch.setattr(kept, "study", lambda *_: pytest.fail("learned a third time"))
    assert workflow.kept_study(workspace, sample).panel.fingerprint == learned.panel.fingerprint


def test_a_workspace_that_takes_no_more_files_still_learns(workspace, sample, monkeypatch, caplog):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(kept, "_write", full)
    found = workflow.kept_study(workspace, sample, workflow.StudySettings(weeks=3))
    assert len(found.forecast.rows["week"].unique()) == 3
    assert "could not be kept" in caplog.text


def test_only_the_newest_studies_are_kept(workspace, sample, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    before = studies(workspace)
    workflow.kept_study(workspace, sample, workflow.StudySettings(weeks=5))
    assert len(studies(workspace)) == 2
    assert set(studies(workspace)) - set(before), "the one just learned is among them"


def test_studies_of_data_that_is_gone_are_dropped(workspace, sample):
    stray = workspace.folder / "studies" / "0123456789abcdef-old.zip"
    stray.write_bytes(b"customers of a dataset that was replaced")
    workflow.kept_study(workspace, sample, workflow.StudySettings(weeks=6))
    assert not stray.exists()
