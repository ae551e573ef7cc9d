"""The arithmetic of a job: what is good, what is scrap, what is made good, and when all components are used."""

from hypothesis import given
from hypothesis import strategies as st

from pegboard.domain.portions import step_of
from pegboard.domain.quantity import MICRO
from pegboard.domain.work_order import (
    JobFigures,
    WorkOrderState,
    can_move,
    complete,
    good_of,
    start_for,
)


def job(quantity: int, start: int, completed: int = 0, scrapped: int = 0, loss: int = 0) -> JobFigures:
    """A job of an item that is counted in whole units; all in units, the loss in percent."""
    return JobFigures(quantity * MICRO, start * MICRO, completed * MICRO, scrapped * MICRO, loss * MICRO, step_of(True))


def test_ten_of_ten_use_up_all() -> None:
    after = complete(job(10, 10), 10 * MICRO, 0, wanted=0, make_up=True)
    assert (after.used, after.of, after.make_up) == (10 * MICRO, 10 * MICRO, 0)


def test_two_scrapped_of_ten_start_two_more_for_those_who_wait() -> None:
    after = complete(job(10, 10), 8 * MICRO, 2 * MICRO, wanted=2 * MICRO, make_up=True)
    assert (after.quantity, after.start_quantity, after.make_up) == (10 * MICRO, 12 * MICRO, 2 * MICRO)
    assert (after.used, after.of) == (10 * MICRO, 12 * MICRO)


def test_scrap_of_surplus_is_given_up() -> None:
    after = complete(job(10, 10), 8 * MICRO, 2 * MICRO, wanted=0, make_up=True)
    assert (after.quantity, after.make_up, after.given_up) == (8 * MICRO, 0, 2 * MICRO)


def test_scrap_within_the_planned_loss_starts_nothing_more() -> None:
    after = complete(job(10, 12, loss=15), 5 * MICRO, 1 * MICRO, wanted=5 * MICRO, make_up=True)
    assert (after.make_up, after.used, after.of) == (0, 6 * MICRO, 12 * MICRO)


def test_scrap_beyond_the_planned_loss_is_made_good_with_its_own_loss() -> None:
    after = complete(job(10, 12, loss=15), 5 * MICRO, 3 * MICRO, wanted=5 * MICRO, make_up=True)
    assert after.start_quantity == (8 + 6) * MICRO


def test_a_job_that_is_ended_goes_nowhere() -> None:
    assert can_move("planned", WorkOrderState.RELEASED)
    assert not any(can_move(state, target) for state in ("done", "closed", "cancelled") for target in WorkOrderState)


units = st.integers(0, 400).map(lambda count: count * MICRO)


@given(st.integers(1, 400), st.integers(0, 60), units, units, units, st.booleans())
def test_whatever_is_reported_the_figures_stay_sane(
    quantity: int, loss: int, good: int, scrap: int, wanted: int, make_up: bool
) -> None:
    start = start_for(quantity * MICRO, loss * MICRO, MICRO) // MICRO
    after = complete(job(quantity, start, loss=loss), good, scrap, wanted=wanted, make_up=make_up)
    assert 0 <= after.used <= after.of == after.start_quantity
    assert after.quantity >= good
    assert after.start_quantity >= start * MICRO
    still_open = after.quantity - good
    if scrap and still_open:
        left = after.start_quantity - good - scrap
        assert good_of(left, loss * MICRO, MICRO) >= still_open
    if not still_open:
        assert after.used == after.of
    assert after.given_up == 0 or not make_up or still_open >= min(wanted, quantity * MICRO - good)
