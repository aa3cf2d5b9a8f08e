"""What was saved is there again, exactly, and nothing else can be reached by a name."""

import pandas as pd
import pytest

from promo.errors import NotFound
from promo.store import MIGRATIONS, Workspace, migrate

ROWS = pd.DataFrame(
    {"product_id": ["a", "b"], "segment": "all", "discount": [0.1, 0.30000000000000004]}
)


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "desk")


def save(workspace, name="spring", rows=ROWS):
    return workspace.save_scenario(name, "sample", "f00d", {"budget": 1e3}, {"gain": 1 / 3}, rows)


def test_a_scenario_comes_back_to_the_last_digit(workspace):
    number = save(workspace)
    kept = workspace.scenario(number)
    pd.testing.assert_frame_equal(kept.rows, ROWS, check_exact=True)
    assert (kept.name, kept.request, kept.figures) == ("spring", {"budget": 1e3}, {"gain": 1 / 3})
    assert kept.saved_at.tzinfo is not None


def test_saving_twice_keeps_both_and_lists_the_newest_first(workspace):
    first, second = save(workspace), save(workspace)
    assert [scenario.id for scenario in workspace.scenarios()] == [second, first]


def test_a_deleted_scenario_leaves_the_list_and_can_be_put_back(workspace):
    number = save(workspace)
    workspace.set_deleted(number, deleted=True)
    assert workspace.scenarios() == []
    workspace.set_deleted(number, deleted=False)
    assert [scenario.id for scenario in workspace.scenarios()] == [number]


def test_an_unknown_scenario_is_said_to_be_missing(workspace):
    with pytest.raises(NotFound):
        workspace.scenario(99)


def test_the_mapping_confirmed_last_is_the_one_remembered(workspace):
    assert workspace.recall_mapping("header") is None
    workspace.remember_mapping("header", "{}")
    workspace.remember_mapping("header", '{"a": 1}')
    assert workspace.recall_mapping("header") == '{"a": 1}'


@pytest.mark.parametrize("name", ["../../etc", "/etc/passwd", "a/b", "..", "", "C:\\x"])
def test_a_dataset_name_cannot_leave_the_workspace(workspace, name):
    folder = workspace.dataset_folder(name).resolve()
    assert folder.parent == (workspace.folder / "datasets").resolve()


def test_a_chinese_dataset_name_stays_readable(workspace):
    assert workspace.dataset_folder("春季 促销").name.startswith("春季-促销-")


def test_names_that_differ_in_any_sign_have_folders_of_their_own(workspace):
    names = ("Spring 2026", "Spring/2026", "Spring-2026", "spring 2026", "春季 2026")
    folders = {workspace.dataset_folder(name).name.casefold() for name in names}
    assert len(folders) == len(names)


def test_an_unfinished_import_is_not_listed(workspace):
    workspace.dataset_folder("half").mkdir()
    assert workspace.dataset_names() == []


def test_opening_a_workspace_again_changes_nothing(workspace):
    number = save(workspace)
    again = Workspace(workspace.folder)
    assert again.scenario(number).name == "spring"
    migrate(again._engine)
    with again._engine.connect() as connection:
        applied = connection.exec_driver_sql("select count(*) from migrations").scalar_one()
        erases = connection.exec_driver_sql("pragma secure_delete").scalar_one()
    assert applied == len(MIGRATIONS)
    assert erases == 1


def test_a_workspace_from_before_weeks_could_be_left_out_learns_to_keep_them(workspace):
    number = save(workspace)
    with workspace._engine.begin() as connection:
        connection.exec_driver_sql("drop table left_out")
        connection.exec_driver_sql("delete from migrations where version > 1")
    again = Workspace(workspace.folder)
    assert again.left_out("spring") is None
    span = {"product_id": "茶-1", "kind": "spike", "first": "2026-06-01", "last": "2026-06-01"}
    again.leave_out("spring", [span])
    again.leave_out("spring", [])
    again.leave_out("autumn", [span])
    assert again.left_out("spring") == []
    again.undo_left_out("spring")
    assert again.left_out("spring") == [span]
    again.undo_left_out("spring")
    again.undo_left_out("spring")
    assert (again.left_out("spring"), again.left_out("autumn")) == (None, [span])
    assert again.scenario(number).name == "spring"
