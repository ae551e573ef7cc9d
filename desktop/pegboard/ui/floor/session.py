"""What happens at the floor station: a scan, a touch or a key goes in, work runs off the screen, a face comes out.

Every scan is answered at once and committed by itself; an error is shown and the next scan just works.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from pegboard.domain import codes
from pegboard.domain.errors import InvalidInput, PegboardError
from pegboard.i18n import tr
from pegboard.queries.floor import Worker
from pegboard.services.floor import OutOfOrder
from pegboard.services.issues import MissingParts
from pegboard.ui.floor import reads, verbs
from pegboard.ui.floor.faces import face_of
from pegboard.ui.floor.state import Loaded, Mode, Result, State, Tone
from pegboard.ui.floor.writes import Writes
from pegboard.ui.runner import Runner

MOST_DIGITS = 9


class Session(QObject):
    """The station's mind.

    Signals: shown(Face): there is something new to show; sounded(Tone): a scan was answered, good or not;
    print_asked(str number): the job's traveler is to be printed anew.
    """

    shown = Signal(object)
    sounded = Signal(object)
    print_asked = Signal(str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State()
        self.runner = runner
        self._own_name = runner.actor
        self.writes = Writes(runner, self)

    # --- what the station knows of the workshop

    def begin(self) -> None:
        """Read people, codes and reasons; the first face comes when they are there."""
        self.runner.read("floor.house", reads.house, self._know)

    @Slot(object)
    def _know(self, house: reads.House) -> None:
        state = self.state
        state.prefix, state.people = house.prefix, house.people
        state.scrap_reasons, state.problem_reasons = house.scrap_reasons, house.problem_reasons
        if not state.people and not state.person:
            state.person = self._own_name
        self.refresh()

    def refresh(self) -> None:
        """Read again what is on the screen: somebody else may have changed it."""
        person = self.state.person
        now = self.runner.now()
        self.runner.read("floor.work", partial(reads.work_of, person=person, now=now), self._show_work)
        if self.state.detail is not None:
            self._read_job(self.state.detail.job.number, keep=True)

    def _show_work(self, work: reads.Work) -> None:
        self.state.work, self.state.can_undo = work.at, work.can_undo
        self.show()

    def show(self) -> None:
        """Show the state as it is."""
        self.shown.emit(face_of(self.state))

    # --- what comes in

    def scan(self, text: str) -> None:
        """Take a code of this shop's paper, or a number that was typed."""
        state = self.state
        text = text.strip()
        if not text:
            return
        if not codes.is_scan_code(text, state.prefix):
            self._typed(text)
            return
        try:
            code = codes.parse_code(text, state.prefix)
        except InvalidInput as error:
            self.refuse(error)
            return
        self._coded(code)

    def _coded(self, code: codes.ScanCode) -> None:
        if code.kind == codes.COMMAND:
            self.press(code.number)
        elif code.kind == codes.PERSON:
            self.sign_in(code.number)
        elif code.kind == codes.WORK_ORDER:
            self._open_job(code.number, code.operation, code.print_code)
        elif code.kind == codes.KANBAN_CARD:
            self._scan_card(f"KANBAN:{code.number}")
        elif code.kind == codes.LOCATION:
            self._look("floor.bin", partial(reads.bin_words, location=code.number))
        elif code.kind == codes.ITEM and self.state.mode is Mode.PICK:
            verbs.picked_label(self, code.number)
        elif code.kind == codes.ITEM:
            self._look("floor.item", partial(reads.item_words, name=code.number))
        else:
            self._look("floor.found", partial(reads.found_words, number=code.number))

    def _scan_card(self, name: str) -> None:
        """A card needs nobody's name, unless people here have PINs."""
        self.clear()
        is_guarded = any(worker.needs_badge for worker in self.state.people)
        if not is_guarded or self.require_person(partial(self._scan_card, name)):
            self.writes.scan_card(name)

    def _typed(self, text: str) -> None:
        number, _, operation = text.rpartition("/")
        if number and operation.isdecimal():
            self._open_job(number, int(operation), "")
        elif text.startswith("KANBAN:"):
            self._scan_card(text)
        else:
            self.runner.read("floor.typed", partial(reads.is_job, number=text), partial(self._typed_job, text))

    def _typed_job(self, text: str, is_job: bool) -> None:
        if is_job:
            self._open_job(text, None, "")
        else:
            self._look("floor.found", partial(reads.found_words, number=text))

    def digit(self, text: str) -> None:
        """Take a digit or decimal point from the keyboard, while a number is asked for."""
        state = self.state
        if state.mode is not Mode.QUANTITY:
            return
        state.result = None
        figure = "" if state.is_proposed else state.figure
        if len(figure) < MOST_DIGITS and not (text == "." and "." in figure):
            state.figure, state.is_proposed = figure + text, False
        self.show()

    def press(self, code: str) -> None:
        """Take a verb: a target that was touched, or a code of the command sheet."""
        name, _, value = code.partition(":")
        if name.startswith("+") and name[1:].isdecimal():
            verbs.add(self, int(name[1:]))
        elif name.startswith("R") and name[1:].isdecimal():
            verbs.reason(self, int(name[1:]))
        else:
            verb = verbs.VERBS.get(name)
            if verb is None:
                self.say(Result(Tone.BAD, tr("The station does not know this code"), (code,)))
            else:
                verb(self, value)

    # --- people

    def sign_out(self) -> None:
        """Nobody has touched the station for a while: the next one says who they are."""
        if self.state.people and self.state.person:
            self.clear()
            self.state.person = ""
            self.runner.actor = self._own_name
            self.refresh()

    def sign_in(self, badge: str) -> None:
        state = self.state
        worker = next((each for each in state.people if badge and badge == each.badge), None)
        if worker is None:
            self.say(Result(Tone.BAD, tr("Nobody here has this badge"), (badge,)))
            return
        self._signed_in(worker)

    def touch_name(self, name: str) -> None:
        """Sign in by touching a name; who has a PIN needs the badge."""
        worker = next((each for each in self.state.touchable if each.name == name), None)
        if worker is not None:
            self._signed_in(worker)

    def _signed_in(self, worker: Worker) -> None:
        state = self.state
        state.person = self.runner.actor = worker.name
        state.result = None
        waiting, state.after_sign_in = state.after_sign_in, None
        if state.mode is Mode.SIGN_IN:
            state.mode = Mode.JOB if state.detail is not None else Mode.READY
        if waiting is not None:
            waiting()
        self.refresh()
        self.sounded.emit(Tone.GOOD)

    def other_person(self, _value: str) -> None:
        self.state.mode, self.state.result = Mode.SIGN_IN, None
        self.state.first_person = 0
        self.show()

    def more_people(self, _value: str) -> None:
        state = self.state
        following = state.first_person + 5
        state.first_person = following if following < len(state.touchable) else 0
        self.show()

    def require_person(self, then: Callable[[], None]) -> bool:
        """Whether somebody is signed in; else ask who, and go on with `then`."""
        if self.state.person:
            return True
        self.state.after_sign_in = then
        self.state.mode, self.state.result = Mode.SIGN_IN, None
        self.show()
        return False

    # --- jobs

    def _open_job(self, number: str, operation: int | None, print_code: str) -> None:
        self.state.result = None
        self.runner.read(
            "floor.job",
            partial(reads.job, number=number, print_code=print_code),
            partial(self._show_job, number, operation),
            self.refuse,
        )

    def _read_job(self, number: str, *, keep: bool) -> None:
        """Read the job again after something was done to it; `keep` the step that is meant."""
        operation = self.state.operation if keep else None
        self.runner.read(
            "floor.job.again", partial(reads.job, number=number, print_code=""), partial(self._show_again, operation)
        )

    def _show_job(self, number: str, operation: int | None, loaded: Loaded) -> None:
        state = self.state
        if loaded.detail is None:
            self.say(Result(Tone.BAD, tr("There is no job {number}", number=number)))
            return
        state.loaded, state.figure, state.line = loaded, "", 0
        state.operation = operation
        following = loaded.detail.next_operation()
        if operation is None and following is not None:
            state.operation = following.sequence
        state.mode = Mode.OLD_PAPER if loaded.is_old else Mode.JOB
        if loaded.is_old:
            self.sounded.emit(Tone.BAD)
        elif operation is not None and state.step is None:
            words = tr("{number} has no step {operation}", number=number, operation=operation)
            self.say(Result(Tone.BAD, words))
            return
        elif operation is not None and self._begins_at_once():
            verbs.start(self, "")
            return
        self.show()

    def _begins_at_once(self) -> bool:
        """The code of a step begins it, where nobody is asked anything else first."""
        step = self.state.step
        return step is not None and step.state == "waiting" and not step.is_subcontracted

    def _show_again(self, operation: int | None, loaded: Loaded) -> None:
        state = self.state
        if loaded.detail is None or state.detail is None or loaded.detail.job.number != state.detail.job.number:
            return
        state.loaded, state.operation = loaded, operation
        self.show()

    def step(self, value: str) -> None:
        if value.isdecimal():
            self.state.operation, self.state.mode, self.state.result = int(value), Mode.JOB, None
        self.show()

    def work(self, value: str) -> None:
        if value.isdecimal() and int(value) < len(self.state.work):
            work = self.state.work[int(value)]
            self._open_job(work.number, work.operation, "")

    def job_number(self) -> str:
        return self.state.detail.job.number if self.state.detail is not None else ""

    def go(self, mode: Mode) -> Callable[[], None]:
        """A step that shows another mode of the same job."""

        def go() -> None:
            self.state.mode, self.state.result = mode, None
            self.show()

        return go

    def read_alternates(self) -> None:
        line = self.state.pick_line
        self.state.alternates = ()
        if line is not None:
            work = partial(reads.alternates, number=self.job_number(), line=line.key)
            self.runner.read("floor.alternates", work, self._show_alternates)

    def _show_alternates(self, names: tuple[str, ...]) -> None:
        self.state.alternates = names
        self.show()

    # --- answers

    def did(self, result: Result, *, mode: Mode = Mode.JOB, operation: int | None = None) -> None:
        """Something was done: say so, and read the job anew."""
        state = self.state
        state.mode = mode if state.detail is not None else Mode.READY
        state.figure = ""
        if operation is not None:
            state.operation = operation
        self.say(result)
        if mode is Mode.PICK:
            self.read_alternates()
        self.refresh()

    def refuse(self, error: PegboardError) -> None:
        """Say what does not go, and what to do; the next scan just works."""
        state = self.state
        state.figure = ""
        tone = Tone.BAD
        if isinstance(error, OutOfOrder):
            state.mode, tone = Mode.OUT_OF_ORDER, Tone.WARN
        elif isinstance(error, MissingParts):
            state.mode, state.missing = Mode.MISSING, error.missing
            self.state.result = None
            self.show()
            self.sounded.emit(Tone.WARN)
            return
        elif state.mode in (Mode.QUANTITY, Mode.REASON):
            state.mode = Mode.JOB if state.detail is not None else Mode.READY
        self.say(Result(tone, error.message, (error.hint,) if error.hint else ()))

    def fault(self, _name: str = "", _error: object = None) -> None:
        """A fault of the program: nothing was changed, it is in the log, and the station stays open."""
        self.state.mode = Mode.JOB if self.state.detail is not None else Mode.READY
        self.say(Result(Tone.BAD, tr("That went wrong"), (tr("Nothing was changed. Scan again, or ask the office."),)))

    def _look(self, key: str, work: Callable[..., Result]) -> None:
        """Only say something; the job on the screen stays."""
        self.runner.read(key, work, self.say, self.refuse)

    def say(self, result: Result) -> None:
        self.state.result = result
        self.show()
        if result.tone is not Tone.PLAIN:
            self.sounded.emit(result.tone)

    def clear(self) -> None:
        """Wait for any scan."""
        state = self.state
        state.mode, state.loaded, state.operation, state.result, state.figure = Mode.READY, None, None, None, ""
        state.after_sign_in = None
