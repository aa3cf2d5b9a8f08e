"""Latest wins: a storm of moves starts a handful of solves, a single move waits for nothing."""

from math import inf
from threading import Event, Lock
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner import RerunData, StopException
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

from promo import workflow
from promo.errors import Cancelled, Infeasible
from promo.ui import answering, live, saving, state
from promo.ui.live import CLOSE, PAUSE, REST, SETTLED, Hand, turn
from tests.small_desk import small_shop


class Solve:
    """A solve that only remembers whether it was given up."""

    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


def play(hand: Hand, moves: list[float], until: float) -> list[tuple[float, str, object]]:
    """Run the desk's loop on a clock of its own: each move is a new request."""
    done, now = [], 0.0
    while now < until:
        asked = sum(1 for move in moves if move <= now)
        step = hand.step(asked, now, settled=False) if asked else "wait"
        if step in ("quick", "exact"):
            done.append((now, step, asked))
            hand.succeed(asked, exact=step == "exact")
            now += 0.01
            hand.drawn(now)
        now += PAUSE
    return done


def test_a_storm_of_30_moves_starts_at_most_3_solves_and_ends_on_the_last():
    moves = [1.0 + 0.05 * i for i in range(30)]
    solves = play(Hand(), moves, until=5.0)
    assert len(solves) <= 3
    assert solves[-1][1:] == ("exact", 30)
    assert solves[-2][1:] == ("quick", 30)


def test_the_last_move_of_a_storm_is_answered_within_a_second():
    moves = [1.0 + 0.05 * i for i in range(30)]
    quick = [at for at, step, asked in play(Hand(), moves, until=5.0) if asked == 30]
    assert quick[0] - moves[-1] <= REST + 2 * PAUSE
    assert quick[-1] - moves[-1] <= SETTLED + 3 * PAUSE


def test_a_single_move_after_a_pause_is_answered_at_once():
    hand = Hand()
    hand.step("first", 0.0, settled=True)
    hand.succeed("first", exact=True)
    hand.drawn(0.1)
    assert hand.step("second", 0.1 + CLOSE + 0.01, settled=False) == "quick"


def test_where_the_plan_to_run_is_made_as_quickly_no_other_comes_before_it():
    moves = [1.0, *(3.0 + 0.05 * i for i in range(30))]
    swift = Hand()
    swift.swift = True
    solves = play(swift, moves, until=6.0)
    assert {step for _, step, _ in solves} == {"exact"}
    assert solves[0][2] == 1
    assert solves[-1][2] == 31
    assert len(solves) <= 3


def test_nobody_waits_long_before_seeing_anything():
    hand = Hand()
    hand.step("first", 0.0, settled=False)
    assert hand.patience("quick") == inf, "there is nothing sooner"
    assert 1.0 <= hand.patience("exact") <= 5.0
    hand.opening = True
    assert hand.patience("exact") <= 1.0, "a page that opens shows something soon"
    hand.opening = False
    hand.succeed("first", exact=False)
    assert hand.patience("exact") == inf, "the quick plan is on the screen meanwhile"


def test_a_job_tells_how_long_it_is_at_work_and_not_how_long_it_waits():
    model, done = Lock(), Event()
    with model:
        job = workflow.Job(lambda task: sum(range(300_000)) + done.wait(10), turn(model, "exact"))
        assert not job.wait(0.05)
        assert job.at_work < 0
    while job.at_work < 0.02:
        assert not job.wait(0.02)
    done.set()
    job.result()
    assert 0 < job.spent < 5


def test_a_session_draws_when_its_turn_does_not_come(monkeypatch):
    monkeypatch.setattr(live, "PATIENCE", 0.02)
    monkeypatch.setattr(answering, "_go_on", lambda: None)
    drawing = answering.drawing
    with drawing(), drawing(), drawing():
        pass  # two draw at a time; the third has waited long enough
    with drawing(), drawing():
        assert not live.DRAWING.acquire(blocking=False), "nobody gave back what he did not have"


def test_a_swift_plan_that_was_not_is_no_longer_waited_for(monkeypatch):
    hand, steps = Hand(swift=True), []
    assert hand.step("hard", 0.0, settled=False) == "exact"
    monkeypatch.setattr(answering, "_pursued", lambda place, hand, step: hand.pursue(step, Solve))
    monkeypatch.setattr(answering, "_ended", lambda job, patience: patience == inf)
    monkeypatch.setattr(answering, "_take", lambda place, hand, step, *_: steps.append(step))
    answering._solve(None, hand, "exact", hand.patience("exact"))
    assert steps == ["quick"]
    assert hand.step("harder", 9.0, settled=False) == "quick"


def test_the_plan_for_an_earlier_request_never_stands_for_a_later_one(monkeypatch):
    monkeypatch.setattr(answering, "_go_on", lambda: None)
    hand = Hand()
    hand.step("old", 0.0, settled=True)
    job = hand.pursue("exact", lambda: workflow.Job(lambda task: "the old plan"))
    job.wait(10)
    hand.step("new", 0.1, settled=True)
    answering._take(None, hand, "exact", job, inf)
    assert (hand.plan, hand.done, hand.settled) == (None, "nothing", None)


def test_only_the_plan_to_run_is_kept(monkeypatch):
    kept = []
    monkeypatch.setattr(workflow, "save_scenario", lambda *_, **__: kept.append("a plan"))
    monkeypatch.setattr(answering, "t", lambda key: key)
    quick, exact = (SimpleNamespace(exact=one) for one in (False, True))
    saving._save(None, Hand(plan=quick, good=quick, done="quick"))
    saving._save(None, Hand(plan=exact, good=exact, done="exact", error=Infeasible(rules=())))
    assert not kept


def test_a_page_that_opens_gets_the_exact_plan_straight_away():
    hand = Hand()
    assert hand.step("first", 0.0, settled=True) == "exact"


def test_an_answer_is_not_made_twice():
    hand = Hand()
    hand.step("first", 0.0, settled=True)
    hand.succeed("first", exact=True)
    assert hand.step("first", 9.0, settled=False) == "show"
    assert hand.step("first", 9.0, settled=True) == "show"


def test_a_request_that_cannot_be_met_keeps_the_last_good_plan():
    hand = Hand()
    hand.step("first", 0.0, settled=True)
    hand.plan = "the plan"
    hand.succeed("first", exact=True)
    hand.step("second", 1.0, settled=False)
    hand.fail(Infeasible(rules=("budget",)))
    assert (hand.good, hand.good_for) == ("the plan", "first")
    assert hand.step("second", 1.1, settled=False) == "show"


def test_a_solve_goes_on_while_nothing_moves_and_is_given_up_for_a_newer_move():
    hand = Hand()
    hand.step("first", 0.0, settled=True)
    first = hand.pursue("exact", Solve)
    assert hand.pursue("exact", Solve) is first
    assert not first.cancelled
    hand.step("second", 0.1, settled=True)
    second = hand.pursue("exact", Solve)
    assert first.cancelled
    assert second is not first
    assert not second.cancelled


def test_a_solve_is_given_up_when_its_session_ends():
    hand = Hand()
    hand.step("first", 0.0, settled=True)
    solve = hand.pursue("exact", Solve)
    del hand
    assert solve.cancelled


def test_a_plan_made_aside_is_the_plan_itself():
    desk = small_shop(1)
    request = workflow.PlanRequest(budget=40.0)
    job = workflow.start_plan(desk, request, turn(Lock(), "exact"), exact=True)
    assert job.result().fingerprint == workflow.exact_plan(desk, request).fingerprint


def test_a_plan_that_is_given_up_before_its_turn_is_never_begun():
    desk, model = small_shop(1), Lock()
    with model:
        job = workflow.start_plan(
            desk, workflow.PlanRequest(budget=40.0), turn(model, "exact"), exact=True
        )
        job.cancel()
        assert not job.wait(0.05)
    with pytest.raises(Cancelled):
        job.result()
    assert not desk.model._ready


def around_itself(desk, request, stop):
    return workflow.improved_plan(desk, request, workflow.exact_plan(desk, request), stop=stop)


def by_hand(desk, request, stop):
    table = workflow.edit_table(desk, workflow.exact_plan(desk, request))
    return workflow.judged_by_hand(desk, request, table, table, stop=stop)


@pytest.mark.parametrize(
    "ask",
    [workflow.quick_plan, workflow.exact_plan, workflow.ways_out, around_itself, by_hand],
)
def test_a_question_that_is_given_up_has_no_answer(ask):
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        ask(small_shop(1), workflow.PlanRequest(budget=40.0), stop=stop)


@pytest.fixture
def run(monkeypatch):
    """A run of the fragment as Streamlit knows it; `anew` is set when it is started again."""
    found = SimpleNamespace(
        fragment_ids_this_run=["planner"], script_requests=ScriptRequests(), anew=False
    )

    def again(scope):
        found.anew = scope == "fragment"
        raise StopException

    kept = {"_planner": ("planner",)}
    monkeypatch.setattr(state, "recall", lambda key, default=None: kept.get(key, default))
    monkeypatch.setattr(answering, "get_script_run_ctx", lambda: found)
    monkeypatch.setattr(answering.st, "rerun", again)
    return found


def test_long_work_is_given_up_for_a_newer_move_and_only_then(run):
    begun, stopped = Event(), Event()

    def work(task):
        begun.set()
        stopped.set() if task.stopped.wait(10) else None

    job = workflow.Job(work)
    begun.wait(10)
    answering._go_on()
    run.script_requests.request_rerun(RerunData(fragment_id="a timer"))
    answering._go_on()
    assert not run.anew, "nobody asked for another plan"
    run.script_requests.request_rerun(RerunData(fragment_id="planner"))
    with pytest.raises(StopException):
        answering.awaited(job)
    assert run.anew
    assert stopped.wait(10)


def test_a_run_of_the_whole_page_lets_a_move_on_a_slider_wait(run):
    run.fragment_ids_this_run = []
    run.script_requests.request_rerun(RerunData(fragment_id="planner"))
    assert answering.awaited(workflow.Job(lambda task: "done")) == "done"
    answering._go_on()
    assert not run.anew


def test_every_longer_look_is_a_look_of_its_own():
    hand = Hand()
    hand.step("first", 0.0, settled=True)
    looks = [hand.pursue("exact", Solve)]
    for _ in range(2):
        hand.look_again(60.0)
        looks.append(hand.pursue("exact", Solve))
    assert len(set(map(id, looks))) == 3
    assert [look.cancelled for look in looks] == [True, True, False]


def test_a_plan_made_anew_by_hand_is_the_one_that_later_plans_are_held_against():
    hand = Hand()
    hand.step("first", 0.0, settled=True)
    hand.plan = "a plan"
    hand.succeed("first", exact=True)
    hand.replace("a better one")
    assert (hand.plan, hand.good, hand.settled.plan) == ("a better one",) * 3


def test_a_solve_is_given_up_on_a_page_that_asks_for_none(monkeypatch):
    hand, kept = Hand(), {}
    hand.step("first", 0.0, settled=True)
    solve = hand.pursue("exact", Solve)
    kept["_hands"] = {"desk": hand}
    kept["_search"] = SimpleNamespace(job=Solve())
    search = kept["_search"].job
    monkeypatch.setattr(state, "recall", lambda key, default=None: kept.get(key, default))
    monkeypatch.setattr(state, "take", lambda key, default=None: kept.pop(key, default))
    for page in answering.ASKING:
        answering.leave(page)
    assert not solve.cancelled
    answering.leave("data")
    assert solve.cancelled
    assert search.cancelled
