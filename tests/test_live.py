"""Latest wins: a storm of moves starts a handful of solves, a single move waits for nothing."""

from promo.errors import Infeasible
from promo.ui.live import CLOSE, PAUSE, REST, SETTLED, Hand


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
