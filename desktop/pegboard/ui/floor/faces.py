"""What the screen says in each state: a prompt or a result, the job, and at most six targets."""

from collections.abc import Callable

from pegboard.domain.configuration import is_configuration
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.floor import left_of
from pegboard.queries.job_detail import JobDetail
from pegboard.ui import formats
from pegboard.ui.floor.state import MOST_TARGETS, Face, JobFacts, Mode, State, Target, Tone, here

BACK = "BACK"


def face_of(state: State) -> Face:
    """Return what to show."""
    made = _FACES[state.mode](state)
    result = state.result
    if result is not None:
        made = Face(result.tone, result.title, result.lines or made.lines, made.job, made.figure, made.targets)
    return Face(made.tone, made.title, made.lines, made.job, made.figure, made.targets, state.person, state.can_undo)


def _ready(state: State) -> Face:
    if not state.person and state.people:
        return _sign_in(state)
    targets = tuple(
        Target(f"WORK:{place}", f"{work.number} / {work.operation}", work.item, is_main=place == 0)
        for place, work in enumerate(state.work[: MOST_TARGETS - 1])
    )
    lines = (tr("You are at work on this:"),) if targets else ()
    return Face(Tone.PLAIN, tr("Scan a traveler, card or bin"), lines, targets=targets)


def _sign_in(state: State) -> Face:
    people = state.touchable
    has_more = len(people) > MOST_TARGETS
    shown = people[state.first_person : state.first_person + MOST_TARGETS - int(has_more)]
    targets = [Target(f"PERSON:{worker.name}", worker.name) for worker in shown]
    if has_more:
        targets.append(Target("MORE", tr("More names")))
    title = tr("Scan your badge, or touch your name") if targets else tr("Scan your badge")
    return Face(Tone.PLAIN, title, targets=tuple(targets))


def _job(state: State) -> Face:
    detail = state.detail
    assert detail is not None
    step = state.step
    if step is None:
        title = tr("What do you report?") if detail.job.is_open else tr("This job has ended")
    else:
        title = tr("Step {operation}: {what}", operation=step.sequence, what=step.description or step.place)
    return Face(Tone.PLAIN, title, _notes(state), _facts(state), targets=_verbs(state))


def _verbs(state: State) -> tuple[Target, ...]:
    detail, step = state.detail, state.step
    assert detail is not None
    if not detail.job.is_open:
        return (Target(BACK, tr("Back")),)
    problem = Target("PROBLEM", tr("Problem"))
    parts = (Target("PARTS", tr("Parts"), _parts_detail(state)),) if state.to_pick else ()
    steps = (Target("STEPS", tr("Other step")),) if len(detail.operations) > 1 else ()
    scrap = Target("SCRAP", tr("Scrap"))
    if step is None:
        stock = Target("DONE", tr("Into stock"), _open_words(detail), is_main=True)
        return (stock, scrap, *parts, problem, *steps)
    if step.is_subcontracted:
        send = Target("SEND", tr("Send out"), step.place, is_main=True)
        return ((send,) if step.state == "waiting" else ()) + (*parts, problem, *steps)
    if step.state == "finished":
        return (scrap, *parts, problem, *steps, Target(BACK, tr("Back")))
    if state.is_at_it:
        return (Target("DONE", tr("Done"), is_main=True), Target("STOP", tr("Stop")), scrap, *parts, problem, *steps)
    return (Target("START", tr("Start"), is_main=True), Target("DONE", tr("Done")), scrap, *parts, problem, *steps)


def _parts_detail(state: State) -> str:
    count = len(state.to_pick)
    return tr("1 to pick") if count == 1 else tr("{count} to pick", count=count)


def _open_words(detail: JobDetail) -> str:
    return tr("{open} open", open=formats.quantity(detail.job.open_quantity))


def _notes(state: State) -> tuple[str, ...]:
    detail, step = state.detail, state.step
    assert detail is not None
    lines = []
    if step is not None and step.at_work:
        lines.append(tr("At work: {people}", people=", ".join(step.at_work)))
    lines += [
        tr("Problem since {time}: {reason}", time=formats.instant(problem.at), reason=problem.reason)
        for problem in (state.loaded.problems if state.loaded is not None else ())[:2]
    ]
    return tuple(lines)


def _facts(state: State) -> JobFacts:
    detail, step = state.detail, state.step
    assert detail is not None
    job = detail.job
    words = ""
    if step is not None:
        words = tr(
            "Step {operation} at {place}: {good} good, {left} left",
            operation=step.sequence,
            place=step.place,
            good=formats.quantity(step.good),
            left=formats.quantity(left_of(detail, step)),
        )
    elif detail.operations:
        done = job.finished_operations
        words = tr("{done} of {all} steps are finished", done=done, all=len(detail.operations))
    quantity = f"{formats.quantity(job.quantity)} {job.unit}"
    notes = (tr("for {who}", who=detail.pulled.demands[0].name),) if detail.pulled.demands else ()
    due = tr("due {date}", date=formats.day(job.due))
    return JobFacts(job.number, job.item, job.description, quantity, words, (due, *notes))


def _steps(state: State) -> Face:
    detail = state.detail
    assert detail is not None
    steps = sorted(detail.operations, key=lambda step: (step.state == "finished", step.sequence))
    shown = steps[: MOST_TARGETS - 1]
    targets = [
        Target(f"STEP:{step.sequence}", f"{step.sequence}  {step.place}", _state_word(step.state)) for step in shown
    ]
    return Face(Tone.PLAIN, tr("Which step?"), (), _facts(state), targets=(*targets, Target(BACK, tr("Back"))))


def _state_word(state: str) -> str:
    return {"waiting": tr("waiting"), "started": tr("started"), "finished": tr("finished")}[state]


def _quantity(state: State) -> Face:
    titles: dict[str, Callable[[], str]] = {
        "done": lambda: tr("How many are good?"),
        "complete": lambda: tr("How many go into stock?"),
        "scrap": lambda: tr("How many are scrap?"),
        "pick": lambda: tr("How many did you take?"),
        "short": lambda: tr("How many did you find?"),
        "count": lambda: tr("How many lie there?"),
    }
    ok = Target("OK", tr("OK"), is_main=True)
    targets = (*(Target(f"+{step}", f"+{step}") for step in (1, 5, 10, 50)), Target("CLEAR", tr("Clear")), ok)
    lines: tuple[str, ...] = (tr("Scan or type a number, then OK."),)
    if state.doing == "count" and state.missing:
        lines = (tr("Count {item}.", item=state.missing[0].item), *lines)
    elif state.doing in ("pick", "short") and state.pick_line is not None:
        lines = (_pick_words(state), *lines)
    job = _facts(state) if state.detail is not None else None
    return Face(Tone.PLAIN, titles[state.doing](), lines, job, state.figure or "0", targets)


def _reason(state: State) -> Face:
    title = {"problem": tr("What is wrong?"), "anyway": tr("Why is that right?")}.get(
        state.doing, tr("Why are they scrap?")
    )
    reasons = state.reasons()[: MOST_TARGETS - 1]
    targets = [Target(f"R{place}", reason) for place, reason in enumerate(reasons, 1)]
    figure = formats.quantity(state.quantity) if state.doing == "scrap" else ""
    return Face(Tone.PLAIN, title, (), _facts(state), figure, (*targets, Target(BACK, tr("Back"))))


def _pick(state: State) -> Face:
    line = state.pick_line
    if line is None:
        title = tr("All parts are handed out")
        return Face(Tone.GOOD, title, _waiting_words(state), _facts(state), targets=(Target(BACK, tr("Back")),))
    others = (Target("NEXT", tr("Next part")),) if len(state.to_pick) > 1 else ()
    everything = (Target("ALL", tr("All parts"), _parts_detail(state)),) if len(state.to_pick) > 1 else ()
    instead = (Target("ALTERNATE", tr("Another part")),) if state.alternates else ()
    targets = (
        Target("OK", tr("Picked"), formats.quantity(here(line)), is_main=True),
        Target("SHORT", tr("Only some")),
        *everything,
        *others,
        *instead,
        Target(BACK, tr("Back")),
    )
    title = tr(
        "Take {quantity} {unit} of {item}", quantity=formats.quantity(here(line)), unit=line.unit, item=line.item
    )
    return Face(
        Tone.PLAIN, title, (_pick_words(state), line.description), _facts(state), targets=targets[:MOST_TARGETS]
    )


def _lot_words(lot: str) -> str:
    if not lot or is_configuration(lot):
        return f", {lot}" if lot else ""
    return tr(", lot {lot}", lot=lot)


def _pick_words(state: State) -> str:
    line = state.pick_line
    assert line is not None
    places = [
        tr("{quantity} at {location}", quantity=formats.quantity(source.quantity), location=source.name)
        + _lot_words(source.lot)
        for source in line.sources
        if source.kind == "stock"
    ]
    return f"{line.item}: {'; '.join(places)}"


def _waiting_words(state: State) -> tuple[str, ...]:
    """What of the parts is still to come."""
    detail = state.detail
    assert detail is not None
    waiting = [line for line in detail.components if line.open_quantity]
    return tuple(
        tr("{quantity} {item} still to come", quantity=formats.quantity(line.open_quantity), item=line.item)
        for line in waiting[:3]
    )


def _alternates(state: State) -> Face:
    targets = [Target(f"USE:{item}", item) for item in state.alternates[: MOST_TARGETS - 1]]
    line = state.pick_line
    title = tr("What do you take instead of {item}?", item=line.item if line is not None else "")
    return Face(Tone.PLAIN, title, (), _facts(state), targets=(*targets, Target(BACK, tr("Back"))))


def _old_paper(state: State) -> Face:
    words = state.loaded.old_words if state.loaded is not None else ""
    lines = (words, tr("The job has changed since. Do not work from this paper."))
    targets = (Target("PRINT", tr("Print the new one"), is_main=True), Target(BACK, tr("Back")))
    return Face(Tone.BAD, tr("OLD PAPER"), lines, _facts(state), targets=targets)


def _out_of_order(state: State) -> Face:
    targets = (Target(BACK, tr("Go back"), is_main=True), Target("ANYWAY", tr("Do it anyway")))
    return Face(Tone.WARN, tr("An earlier step is not done"), (), _facts(state), targets=targets)


def _missing(state: State) -> Face:
    lines = tuple(
        tr("{quantity} {item}, waits for {supply}", quantity=part.quantity, item=part.item, supply=part.waits_for)
        if part.waits_for
        else tr("{quantity} {item}", quantity=part.quantity, item=part.item)
        for part in state.missing[:3]
    )
    targets = (
        Target("COUNT", tr("Count now"), state.missing[0].item if state.missing else "", is_main=True),
        Target("PROBLEM", tr("Problem")),
        Target(BACK, tr("Back")),
    )
    return Face(Tone.WARN, tr("Parts are missing in the books"), lines, _facts(state), targets=targets)


_FACES: dict[Mode, Callable[[State], Face]] = {
    Mode.READY: _ready,
    Mode.SIGN_IN: _sign_in,
    Mode.JOB: _job,
    Mode.STEPS: _steps,
    Mode.QUANTITY: _quantity,
    Mode.REASON: _reason,
    Mode.PICK: _pick,
    Mode.ALTERNATES: _alternates,
    Mode.OLD_PAPER: _old_paper,
    Mode.OUT_OF_ORDER: _out_of_order,
    Mode.MISSING: _missing,
}


def done_words(good: Quantity, left: Quantity, *, is_last: bool) -> tuple[str, ...]:
    """What to say after pieces were reported."""
    lines = [tr("{good} good.", good=formats.quantity(good))]
    if left:
        lines.append(tr("{left} are left for this step.", left=formats.quantity(left)))
    elif is_last:
        lines.append(tr("That was the last step. DONE takes them into stock."))
    return tuple(lines)
