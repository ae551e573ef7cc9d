"""The verbs of the floor station: what a target or a code of the command sheet means in the state that is shown."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.floor import left_of
from pegboard.ui.floor.state import Mode, Result, Tone, here

if TYPE_CHECKING:
    from pegboard.ui.floor.session import Session


def start(session: "Session", _value: str) -> None:
    """Begin the step that is meant."""
    step = session.state.step
    if has_job(session) and step is not None and session.require_person(partial(start, session, "")):
        session.writes.start(session.job_number(), step.sequence)


def stop(session: "Session", _value: str) -> None:
    """Pause the step that is meant."""
    step = session.state.step
    if has_job(session) and step is not None and session.require_person(partial(stop, session, "")):
        session.writes.stop(session.job_number(), step.sequence)


def send(session: "Session", _value: str) -> None:
    """Send the step's pieces to its supplier."""
    step = session.state.step
    if has_job(session) and step is not None and session.require_person(partial(send, session, "")):
        session.writes.send_out(session.job_number(), step.sequence)


def done(session: "Session", _value: str) -> None:
    """Ask how many; a second time, all of them."""
    state = session.state
    if state.mode is Mode.QUANTITY and state.doing in ("done", "complete"):
        ok(session, "")
        return
    if not has_job(session) or not session.require_person(partial(done, session, "")):
        return
    detail, step = state.detail, state.step
    assert detail is not None
    if step is not None and step.state == "finished" and detail.next_operation() is None:
        state.operation, step = None, None
    left = detail.job.open_quantity if step is None else left_of(detail, step)
    ask(session, "complete" if step is None else "done", left)


def scrap(session: "Session", _value: str) -> None:
    """Ask how many are scrap; the reason comes after."""
    if has_job(session) and session.require_person(partial(scrap, session, "")):
        ask(session, "scrap", Quantity(1_000_000))


def problem(session: "Session", _value: str) -> None:
    """Ask what is wrong."""
    if has_job(session) and session.require_person(partial(problem, session, "")):
        session.state.doing = "problem"
        session.go(Mode.REASON)()


def parts(session: "Session", _value: str) -> None:
    """Show what is to be picked, part by part."""
    if has_job(session) and session.require_person(partial(parts, session, "")):
        session.state.line = 0
        session.read_alternates()
        session.go(Mode.PICK)()


def short(session: "Session", _value: str) -> None:
    """Ask how many were found of the part that is shown."""
    if session.state.mode is Mode.PICK and session.state.pick_line is not None:
        ask(session, "short", Quantity(0))


def all_parts(session: "Session", _value: str) -> None:
    """Hand out all parts that lie here."""
    if has_job(session) and session.require_person(partial(all_parts, session, "")):
        session.writes.hand_out_all(session.job_number())


def next_part(session: "Session", _value: str) -> None:
    """Show the next part to pick."""
    session.state.line += 1
    session.state.result = None
    session.read_alternates()
    session.show()


def alternate(session: "Session", _value: str) -> None:
    """Show what may be taken in place of the part."""
    if session.state.mode is Mode.PICK and session.state.alternates:
        session.go(Mode.ALTERNATES)()


def use(session: "Session", value: str) -> None:
    """Take the alternate `value` in place of the part."""
    line = session.state.pick_line
    if line is not None and value in session.state.alternates:
        session.writes.use_alternate(session.job_number(), line.key, value)


def anyway(session: "Session", _value: str) -> None:
    """Ask why it is right to begin out of order."""
    if session.state.mode is Mode.OUT_OF_ORDER:
        session.state.doing = "anyway"
        session.go(Mode.REASON)()


def count(session: "Session", _value: str) -> None:
    """Ask how many lie there of what the books do not know."""
    if session.state.mode is Mode.MISSING and session.state.missing:
        ask(session, "count", Quantity(0))


def undo(session: "Session", _value: str) -> None:
    """Take back what this person reported last."""
    if session.require_person(partial(undo, session, "")):
        session.writes.undo()


def print_new(session: "Session", _value: str) -> None:
    """Print the job's traveler anew."""
    if session.job_number():
        session.print_asked.emit(session.job_number())


def back(session: "Session", _value: str) -> None:
    """Go back one step; from the job to waiting for any scan."""
    state = session.state
    state.result, state.figure = None, ""
    if state.mode in (Mode.JOB, Mode.READY, Mode.OLD_PAPER) or state.detail is None:
        session.clear()
    else:
        state.mode = Mode.JOB
    session.show()


def clear_figure(session: "Session", _value: str) -> None:
    """Begin the number anew."""
    session.state.figure, session.state.is_proposed = "", False
    session.show()


def has_job(session: "Session") -> bool:
    """Whether there is a job to report on; old paper stops all but its own verbs."""
    if session.state.detail is None or session.state.mode is Mode.OLD_PAPER:
        if session.state.mode is not Mode.OLD_PAPER:
            session.say(Result(Tone.WARN, tr("Scan a traveler first")))
        else:
            session.sounded.emit(Tone.BAD)
        return False
    return True


def ask(session: "Session", doing: str, proposed: Quantity) -> None:
    """Ask for a number, with a proposal; a number that was scanned before the verb counts at once."""
    state = session.state
    if state.mode is not Mode.QUANTITY and state.figure and not state.is_proposed:  # scanned before the verb
        state.doing = doing
        take_figure(session)
        return
    state.doing, state.figure, state.is_proposed = doing, str(proposed), True
    session.go(Mode.QUANTITY)()


def add(session: "Session", step: int) -> None:
    """Add a number that was scanned or touched."""
    state = session.state
    if state.detail is None:
        session.say(Result(Tone.WARN, tr("Scan a traveler first")))
        return
    now = Quantity(0) if state.is_proposed or not state.figure else Quantity.parse(state.figure)
    state.figure, state.is_proposed = str(now + Quantity(step * 1_000_000)), False
    state.result = None
    if state.mode is not Mode.QUANTITY:
        words = tr("{figure}, and now DONE, SCRAP or ONLY SOME", figure=state.figure)
        session.say(Result(Tone.PLAIN, words))
        return
    session.show()


def ok(session: "Session", _value: str) -> None:
    """Take the number that was asked for, or the part as picked."""
    state = session.state
    if state.mode is Mode.PICK and state.pick_line is not None:
        session.writes.hand_out(session.job_number(), state.pick_line.key, here(state.pick_line))
    elif state.mode is Mode.QUANTITY:
        take_figure(session)


def take_figure(session: "Session") -> None:
    """Take the number as it stands."""
    state = session.state
    try:
        state.quantity = Quantity.parse(state.figure or "0")
    except ValueError:
        session.say(Result(Tone.WARN, tr("Type a number"), (state.figure,)))
        return
    state.figure = ""
    use_quantity(session, state.quantity)


def use_quantity(session: "Session", quantity: Quantity) -> None:
    """Do what the number was asked for."""
    state, number, line = session.state, session.job_number(), session.state.pick_line
    if state.doing == "done" and state.step is not None:
        session.writes.done(number, state.step.sequence, quantity)
    elif state.doing == "complete":
        session.writes.complete(number, quantity)
    elif state.doing == "scrap":
        session.go(Mode.REASON)()
    elif state.doing == "short" and line is not None:
        session.writes.hand_out_short(number, line.key, quantity)
    elif state.doing == "count" and state.missing:
        session.writes.count_now(state.missing[0].item, quantity)


def reason(session: "Session", place: int) -> None:
    """Take the reason at a place, from 1."""
    state = session.state
    reasons = state.reasons()
    if state.mode is not Mode.REASON or not 1 <= place <= len(reasons):
        session.say(Result(Tone.WARN, tr("Scan SCRAP or PROBLEM first, then the reason")))
        return
    number, reason = session.job_number(), reasons[place - 1]
    if state.doing == "problem":
        session.writes.raise_problem(number, state.operation, reason)
    elif state.doing == "anyway" and state.step is not None:
        session.writes.start(number, state.step.sequence, reason)
    else:
        session.writes.scrap(number, state.operation, state.quantity, reason)


def picked_label(session: "Session", name: str) -> None:
    """A label was scanned while picking: the part of that name, out of that lot."""
    item, _, lot = name.partition(":")
    places = [place for place, line in enumerate(session.state.to_pick) if line.item == item]
    if not places:
        session.say(Result(Tone.BAD, tr("{item} is not for this job", item=name)))
        return
    session.state.line = places[0]
    line = session.state.to_pick[places[0]]
    session.writes.hand_out(session.job_number(), line.key, here(line), (item, lot) if lot else None)


VERBS: dict[str, Callable[["Session", str], None]] = {
    "START": start,
    "STOP": stop,
    "SEND": send,
    "DONE": done,
    "SCRAP": scrap,
    "PROBLEM": problem,
    "PARTS": parts,
    "SHORT": short,
    "ALL": all_parts,
    "NEXT": next_part,
    "ALTERNATE": alternate,
    "USE": use,
    "ANYWAY": anyway,
    "COUNT": count,
    "UNDO": undo,
    "PRINT": print_new,
    "BACK": back,
    "CLEAR": clear_figure,
    "OK": ok,
    "STEPS": lambda session, _value: session.go(Mode.STEPS)() if has_job(session) else None,
    "STEP": lambda session, value: session.step(value),
    "WORK": lambda session, value: session.work(value),
    "PERSON": lambda session, value: session.touch_name(value) if value else session.other_person(""),
    "MORE": lambda session, value: session.more_people(value),
}
