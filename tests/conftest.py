"""What every test shares: Hypothesis profiles, the folder of public data, and thrift."""

import gc
import os
import shutil
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

if "PYTEST_XDIST_WORKER" in os.environ:
    # As many threads as cores in each of as many processes: they spin while they wait for each
    # other, and a fit of 0.3 s takes 20. Read by numpy when it is first imported, further on.
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

from promo import workflow  # after the threads are counted
from promo.store import Workspace

settings.register_profile("fast", max_examples=25, derandomize=True, deadline=None)
settings.register_profile(
    "deep", max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

ROOT = Path(__file__).parent.parent


def pytest_collection_finish():
    """Spare every desk that a test opens what would be the same each time.

    Streamlit reads the metadata of every installed package when a desk is opened, and collects
    garbage among the objects of every library after each run of a page.
    """
    if "streamlit.testing.v1" in sys.modules:
        from streamlit.components.v2 import manifest_scanner as scanner

        scanner.scan_component_manifests = cache(scanner.scan_component_manifests)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def public_data():
    """The folder of public data sets beside the project; the test skips where it is absent."""

    def folder(name: str) -> Path:
        path = ROOT.parent / "shared" / "data" / name
        if not path.is_dir():
            pytest.skip(f"public data set {name} is not on this machine")
        return path

    return folder


@pytest.fixture
def plan_page(sample_workspace, monkeypatch):
    """Opens the Plan page of the sample in a language, with what the session holds already."""
    from tests.desk_driver import opened, prepare  # most tests open no page

    prepare(monkeypatch, sample_workspace.folder)

    def page(language="en", **held):
        desk = opened(language, workflow.SAMPLE)
        for key, value in held.items():
            desk.session_state[key] = value
        desk.switch_page(str(ROOT / "pages" / "plan.py")).run()
        assert not desk.exception, desk.exception
        return desk

    return page


@pytest.fixture(scope="session")
def learned_sample(tmp_path_factory):
    """A folder with a workspace whose sample is imported and learned, to be copied, not used.

    It is made once for all processes of a run; of two that make it at once, one is first.
    """
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "learned-sample"
    if not place.is_dir():
        making = tmp_path_factory.mktemp("making")
        workspace = Workspace(making)
        workflow.kept_study(workspace, workflow.open_dataset(workspace, workflow.SAMPLE))
        with suppress(OSError):
            making.rename(place)
    return place


@pytest.fixture(scope="module")
def sample_workspace(learned_sample, tmp_path_factory):
    """A workspace of the module's own, in which the sample is imported and learned."""
    folder = tmp_path_factory.mktemp("workspace")
    shutil.copytree(learned_sample, folder, dirs_exist_ok=True)
    return Workspace(folder)


@pytest.fixture(scope="module")
def workspace_with_prices(sample_workspace):
    """The same with a dataset `prices` beside it, which knows no customers and no costs."""
    panel = ROOT / "sample_data" / "panel.csv"
    mapping = workflow.inspect_file(sample_workspace, panel).suggestion
    workflow.import_files(sample_workspace, "prices", [(panel, mapping)])
    return sample_workspace
