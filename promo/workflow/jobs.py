"""Long work aside, in a thread of its own, with its progress and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, nullcontext
from math import inf
from pathlib import Path
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakSet

from threadpoolctl import threadpool_limits

from promo.domain import Dataset, FileReport, ImportProgress, Plan
from promo.errors import BadRequest
from promo.ingest import FileMapping, Task
from promo.optimize import WayOut, use_everywhere
from promo.store import Workspace
from promo.workflow.cleaning import CleaningStep, clean_dataset
from promo.workflow.desks import (
    SECONDS,
    Desk,
    default_request,
    exact_plan,
    open_desk,
    quick_plan,
    ways_out,
)
from promo.workflow.features import make_features
from promo.workflow.files import adopt_tables, check_file, import_files, query_database
from promo.workflow.offering import Offering
from promo.workflow.requests import PlanRequest
from promo.workflow.studies import Study

if TYPE_CHECKING:
    from promo.ingest.features import Made  # narwhals is not needed to open the desk

T = TypeVar("T")


class Job(Generic[T]):
    """Work under way in a thread; it ends well, by its own error, or cancelled."""

    def __init__(
        self, work: Callable[[Task], T], turn: AbstractContextManager[object] | None = None
    ) -> None:
        """Start `work`, which reports to its task and stops when the task is stopped.

        It begins when it is its `turn`, and not at all when it was cancelled before. `spent` are
        the CPU seconds of its thread, once it has ended.
        """
        self._task, self._work, self._turn = Task(), work, turn or nullcontext()
        self._begun, self.spent = inf, 0.0
        # A pool of one: a future carries the result or the error, and an exit waits for the end.
        pool = ThreadPoolExecutor(1, thread_name_prefix="promo-job")
        self._future: Future[T] = pool.submit(self._done)
        pool.shutdown(wait=False)
        _JOBS.add(self)

    def _done(self) -> T:
        with self._turn:
            self._task.go_on()
            self._begun, since = monotonic(), thread_time()
            try:
                return self._work(self._task)
            finally:
                self.spent = thread_time() - since

    @property
    def at_work(self) -> float:
        """Seconds since it was its turn; below 0 while it waits."""
        return monotonic() - self._begun

    @property
    def progress(self) -> ImportProgress:
        """How far it is now."""
        return self._task.progress

    def cancel(self) -> None:
        """Ask it to end; within a second it has, and has left nothing behind."""
        self._task.stop()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end, at most so long; whether it has ended."""
        wait([self._future], seconds)
        return self._future.done()

    def result(self) -> T:
        """What the work gave; waits for it.

        Raises:
            Cancelled: it was cancelled in time.
            PromoError: whatever else the work raised.
        """
        return self._future.result()


_JOBS: WeakSet[Job[Any]] = WeakSet()


def start_import(
    workspace: Workspace,
    name: str,
    files: Sequence[tuple[Path, FileMapping]],
    *,
    replace: bool = False,
) -> Job[Dataset]:
    """Start what `import_files` does, aside."""
    return Job(lambda task: import_files(workspace, name, files, task, replace=replace))


def start_adoption(workspace: Workspace, name: str, folder: Path) -> Job[Dataset]:
    """Start what `adopt_tables` does, aside."""
    return Job(lambda task: adopt_tables(workspace, name, folder, task))


def start_cleaning(
    workspace: Workspace, name: str, steps: Sequence[CleaningStep], **options: str
) -> Job[Dataset]:
    """Start what `clean_dataset` does, aside."""
    return Job(lambda task: clean_dataset(workspace, name, steps, task, **options))


def start_check(
    files: Sequence[tuple[Path, FileMapping]], quarantine: Path | None = None
) -> Job[list[FileReport]]:
    """Start what `check_file` does, aside, for one file after the other.

    Raises:
        BadRequest: one quarantine for several files, of which it could hold only the last.
    """
    if quarantine and len(files) > 1:
        raise BadRequest(field="quarantine", value=len(files), must="single")

    def work(task: Task) -> list[FileReport]:
        return [check_file(path, mapping, quarantine, task) for path, mapping in files]

    return Job(work)


def start_features(source: Path, out: Path, **options: Any) -> Job[list[Made]]:
    """Start what `make_features` does, aside."""
    return Job(lambda task: make_features(source, out, **options, task=task))


def start_query(url: str, select: str, folder: Path) -> Job[Path]:
    """Start what `query_database` does, aside."""
    return Job(lambda task: query_database(url, select, folder, task))


def start_ways_out(
    desk: Desk, request: PlanRequest, turn: AbstractContextManager[object]
) -> Job[tuple[WayOut, ...]]:
    """Start what `ways_out` does, aside, when it is its turn."""
    return Job(lambda task: ways_out(desk, request, stop=task.stopped), turn)


def start_plan(
    desk: Desk, request: PlanRequest, turn: AbstractContextManager[object], *, exact: bool,
    seconds: float = SECONDS,
) -> Job[Plan]:  # fmt: skip
    """Start what `exact_plan` or `quick_plan` does, aside, when it is its turn.

    `seconds` is the time of an exact plan.
    """

    def work(task: Task) -> Plan:
        if exact:
            return exact_plan(desk, request, seconds=seconds, stop=task.stopped)
        return quick_plan(desk, request, stop=task.stopped)

    return Job(work, turn)


def load_kernels(study: Study) -> None:
    """Have the optimiser's loops compiled at hand, for small plans too, by planning a calendar.

    It takes a second or two, on a new machine half a minute; plans go on meanwhile as they were.
    """
    desk = open_desk(study, offer=Offering(longest=2).offer(study))
    request = default_request(desk)
    quick_plan(desk, request)
    exact_plan(desk, request)
    use_everywhere()


def spare_cores() -> None:
    """Let one thread multiply each matrix, for as long as this program runs.

    The plan's are small, and threads that wait for each other spin: a plan of 1,000 products took
    75 ms of CPU with two and 39 with one, in the same 38 ms of the clock.
    """
    threadpool_limits(1, user_api="blas")


def cancel_jobs() -> None:
    """Ask everything under way to end, because the desk closes."""
    for job in list(_JOBS):
        job.cancel()
