"""What the office does for the floor: hand parts out, replace them, pause, scrap, rework, send out, close, revise."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.job_cover import Component
from pegboard.queries.job_detail import JobDetail, OperationProgress
from pegboard.queries.production import JobRow, revisions_at_start
from pegboard.queries.settings import settings
from pegboard.services import floor, production, purchasing, revisions
from pegboard.services.consequences import ChangeResult
from pegboard.services.picking import Picked, ShortPick, approved_alternates
from pegboard.services.work_times import correct_time
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import formats
from pegboard.ui.command import Command, page_command
from pegboard.ui.consequences_form import ConsequencesForm
from pegboard.ui.desk import Desk
from pegboard.ui.production.floor_forms import (
    AlternateForm,
    CloseForm,
    ReceiveStepForm,
    RevisionForm,
    ReworkForm,
    ScrapForm,
    ShortForm,
    TimeForm,
)
from pegboard.ui.production.job_pane import JobPane

SCOPE = "production"
NOTHING = Quantity(0)


class JobsOnScreen(Protocol):
    """What the commands are about."""

    @property
    def pane(self) -> JobPane:
        """The job in full."""

    def chosen(self) -> tuple[JobRow, ...]:
        """Return the selected jobs, from the top."""


class FloorCommands:
    """The commands for the job that is shown, its operation and its component."""

    def __init__(self, desk: Desk, page: JobsOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Job"))

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._parts(), *self._operations(), *self._whole_jobs())

    def _parts(self) -> tuple[Command, ...]:
        issue_help = tr("Takes all components that lie here for this job out of the stock.")
        short_help = tr("Fewer of the chosen component lie there than the books say: what is missing is pulled anew.")
        other_help = tr("Takes an approved alternate in place of the chosen component.")
        make = self._command
        return (
            make("job.issue", tr("Hand out parts"), self.issue, "transfer", "Ctrl+Shift+I", self.is_open, issue_help),
            make("job.short", tr("Only some of a part…"), self.short, "warning", "", self.can_pick, short_help),
            make(
                "job.substitute", tr("Another part instead…"), self.substitute, "change", "", self.can_pick, other_help
            ),
        )

    def _operations(self) -> tuple[Command, ...]:
        make = self._command
        stop_help = tr("Ends your time on the operation; it stays under way.")
        scrap_help = tr("Reports pieces that are lost, with the reason.")
        rework_help = tr("Adds an operation that mends pieces.")
        out_help = tr("Says that the pieces went to the supplier of the operation.")
        back_help = tr("Takes pieces back from the supplier of the operation.")
        return (
            make("operation.stop", tr("Stop operation"), self.stop, "pause", "Ctrl+F9", self.can_stop, stop_help),
            make("operation.scrap", tr("Scrap…"), self.scrap, "scrap", "Shift+F9", self.is_open, scrap_help),
            make("operation.rework", tr("Add rework…"), self.rework, "routing", "", self.has_step, rework_help),
            make("operation.send_out", tr("Send out"), self.send_out, "send", "", self.can_send, out_help),
            make(
                "operation.receive", tr("Back from supplier…"), self.receive, "receive", "", self.can_receive, back_help
            ),
        )

    def _whole_jobs(self) -> tuple[Command, ...]:
        make = self._command
        time_help = tr("Says how long somebody really was at work, such as when a stop was forgotten.")
        close_help = tr("Ends the job with what it has delivered.")
        revise_help = tr(
            "Lets the chosen jobs be made by the BOM revision that holds at their start; others keep theirs."
        )
        return (
            make("operation.correct_time", tr("Correct time…"), self.correct, "clock", "", self.has_time, time_help),
            make("job.close_short", tr("Close short…"), self.close_short, "close", "", self.is_open, close_help),
            make("job.update_revision", tr("Update revision…"), self.revise, "bom", "", self.has_open, revise_help),
        )

    # --- when

    @property
    def _detail(self) -> JobDetail | None:
        return self._page.pane.detail

    def _shown(self) -> JobDetail:
        detail = self._detail
        assert detail is not None
        return detail

    def _step(self) -> OperationProgress | None:
        return self._page.pane.current_operation()

    def _line(self) -> Component | None:
        return self._page.pane.components.current()

    def is_open(self) -> bool:
        """Whether the job shown is open."""
        return self._detail is not None and self._detail.job.is_open

    def has_open(self) -> bool:
        """Whether one of the chosen jobs is open."""
        return any(job.is_open for job in self._page.chosen())

    def has_step(self) -> bool:
        """Whether the job shown is open and has an operation that is meant."""
        return self.is_open() and bool(self._shown().operations)

    def can_pick(self) -> bool:
        """Whether a component is chosen of which something is still to be handed out."""
        line = self._line()
        return self.is_open() and line is not None and bool(line.open_quantity)

    def can_stop(self) -> bool:
        """Whether this person is at the operation."""
        step = self._step()
        return self.is_open() and step is not None and self._desk.runner.actor in step.at_work

    def can_send(self) -> bool:
        """Whether the operation is done outside and its pieces are still here."""
        step = self._step()
        return self.is_open() and step is not None and step.is_subcontracted and step.state == "waiting"

    def can_receive(self) -> bool:
        """Whether the operation is done outside and was ordered."""
        step = self._step()
        return self.is_open() and step is not None and step.is_subcontracted and bool(step.purchase)

    def has_time(self) -> bool:
        """Whether a time that has ended is chosen."""
        row = self._page.pane.times.current()
        return self._detail is not None and row is not None and row.minutes is not None

    # --- parts

    def issue(self) -> None:
        """Hand out all parts that are here."""
        number, person = self._shown().job.number, self._desk.runner.actor
        self._write("job.issue", partial(floor.hand_out_all, job=number, person=person), self._issued)

    def _issued(self, picked: Picked) -> None:
        text = tr("{count} parts handed out to {number}.", count=len(picked.issued), number=picked.number)
        if picked.waiting:
            text += " " + tr("Still to come: {items}.", items=", ".join(picked.waiting[:5]))
        self._desk.messages.notice(text, tr("Undo"), self._undo)

    def short(self) -> None:
        """Ask how many were found."""
        line, detail = self._line(), self._shown()
        if line is None:
            return
        form = ShortForm(line, is_whole=_is_counted(line))
        if not self._desk.messages.run_dialog(form):
            return
        work = partial(
            floor.hand_out_short,
            job=detail.job.number,
            person=self._desk.runner.actor,
            line=line.key,
            found=form.found.value(),
            reason=str(form.reason.value() or ""),
        )
        self._write("floor.short", work, self._was_short)

    def _was_short(self, pick: ShortPick) -> None:
        words = {"found": formats.quantity(pick.issued), "item": pick.item, "short": formats.quantity(pick.short)}
        self._desk.messages.warn(tr("{found} {item} handed out, {short} short until the next explosion.", **words))

    def substitute(self) -> None:
        """Look up the alternates, then ask which one."""
        line, number = self._line(), self._shown().job.number
        if line is not None:
            self._desk.runner.read(
                "production.alternates",
                lambda reading: approved_alternates(reading, number, line.key),
                lambda names: self._ask_alternate(number, line, names),
            )

    def _ask_alternate(self, number: str, line: Component, names: Sequence[str]) -> None:
        if not names:
            self._desk.messages.notice(tr("The BOM names no alternate of {item}.", item=line.item))
            return
        form = AlternateForm(line, names, is_whole=_is_counted(line))
        if not self._desk.messages.run_dialog(form):
            return
        alternate, quantity, person = str(form.alternate.value()), form.quantity.value(), self._desk.runner.actor
        self._write(
            "job.substitute",
            lambda tx: floor.use_alternate(tx, number, person, line.key, alternate, quantity),
            lambda done: self._desk.messages.notice(
                tr(
                    "{quantity} {item} instead of {component}.", quantity=str(done), item=alternate, component=line.item
                ),
                tr("Undo"),
                self._undo,
            ),
        )

    # --- operations

    def stop(self) -> None:
        """Pause the operation for this person."""
        step, number, person = self._step(), self._shown().job.number, self._desk.runner.actor
        if step is not None:
            sequence = step.sequence
            self._write(
                "operation.stop",
                lambda tx: floor.stop(tx, number, sequence, person),
                lambda _done: self._desk.messages.notice(tr("Stopped.")),
            )

    def scrap(self) -> None:
        """Read the usual reasons, then ask."""
        detail, step = self._shown(), self._step()
        self._desk.runner.read("production.reasons", _reasons, lambda reasons: self._ask_scrap(detail, step, reasons))

    def _ask_scrap(self, detail: JobDetail, step: OperationProgress | None, reasons: Sequence[str]) -> None:
        inside = step if step is not None and not step.is_subcontracted else None
        form = ScrapForm(detail, inside, reasons)
        if not self._desk.messages.run_dialog(form):
            return
        quantity, reason, make_up = form.quantity.value(), str(form.reason.value()), form.make_up.isChecked()
        number, person, sequence = detail.job.number, self._desk.runner.actor, inside.sequence if inside else None
        self._write(
            "operation.scrap",
            lambda tx: floor.scrap(tx, number, sequence, person, quantity, reason, make_up=make_up),
            lambda _done: self._desk.messages.notice(
                tr("{quantity} scrap: {reason}.", quantity=formats.quantity(quantity), reason=reason),
                tr("Undo"),
                self._undo,
            ),
        )

    def rework(self) -> None:
        """Ask what is to be mended, and add an operation."""
        detail = self._shown()
        finished = [step for step in detail.operations if step.state != "waiting"]
        chosen = self._page.pane.operations.current()
        step = chosen or (finished[-1] if finished else detail.operations[0])
        form = ReworkForm(detail, step)
        if not self._desk.messages.run_dialog(form):
            return
        work = partial(
            floor.order_rework,
            job=detail.job.number,
            person=self._desk.runner.actor,
            after=step.sequence,
            reason=str(form.reason.value()),
            description=str(form.words.value() or ""),
            minutes=form.minutes.value(),
        )
        self._write(
            "operation.rework",
            work,
            lambda sequence: self._desk.messages.notice(tr("Operation {sequence} is added.", sequence=sequence)),
        )

    def send_out(self) -> None:
        """Say that the pieces went out."""
        step, number, person = self._step(), self._shown().job.number, self._desk.runner.actor
        if step is not None:
            sequence = step.sequence
            self._write(
                "operation.send_out",
                lambda tx: floor.send_to_supplier(tx, number, sequence, person),
                lambda line: self._desk.messages.notice(tr("Sent out; it comes back on {line}.", line=line)),
            )

    def receive(self) -> None:
        """Ask how many came back."""
        step, detail = self._step(), self._shown()
        if step is None:
            return
        form = ReceiveStepForm(detail, step)
        if not self._desk.messages.run_dialog(form):
            return
        line, good = step.purchase, form.good.value()
        rejected, reason = form.returned.value() or NOTHING, str(form.reason.value() or "")
        self._write(
            "purchase_line.receive",
            lambda tx: purchasing.receive(tx, line, good, rejected=rejected, reason=reason),
            lambda _done: self._desk.messages.notice(tr("{good} are back.", good=formats.quantity(good))),
        )

    def correct(self) -> None:
        """Ask how long somebody really was at work."""
        row = self._page.pane.times.current()
        if row is None or row.minutes is None:
            return
        form = TimeForm(row)
        if not self._desk.messages.run_dialog(form):
            return
        key, minutes, reason, seen = row.key, form.minutes.value(), str(form.reason.value()), (row.note,)
        self._write(
            "operation.correct_time",
            lambda tx: correct_time(tx, key, minutes, reason, seen=seen),
            lambda _done: self._desk.messages.notice(tr("The time is corrected.")),
        )

    # --- whole jobs

    def close_short(self) -> None:
        """Ask why, and end the job."""
        detail = self._shown()
        form = CloseForm(detail)
        if not self._desk.messages.run_dialog(form):
            return
        number, reason = detail.job.number, str(form.reason.value())
        self._write(
            "job.close_short",
            lambda tx: production.close_short(tx, number, reason),
            lambda _short: self._desk.messages.notice(tr("{number} is closed short.", number=number)),
        )

    def revise(self) -> None:
        """Ask which of the chosen jobs are updated, show what it does, and do it."""
        numbers = tuple(job.number for job in self._page.chosen() if job.is_open)
        form = RevisionForm(numbers)
        if not numbers or not self._desk.messages.run_dialog(form):
            return
        work = partial(updated, numbers=numbers, only_if_nothing_issued=form.untouched.isChecked())

        def decide(answer: tuple[tuple[str, ...], ChangeResult]) -> None:
            found, result = answer
            if not found:
                self._desk.messages.notice(tr("No job has changed."))
                return
            title = tr("Update {numbers}", numbers=", ".join(found[:4]) + (" …" if len(found) > 4 else ""))
            shown = ConsequencesForm(title, tr("Update"), result, sees_money=self._desk.runner.rights.sees_money)
            if self._desk.messages.run_dialog(shown):
                self._write("job.update_revision", partial(work, decide=shown.choices()), self._revised)

        self._write("job.look_at_revision", partial(work, dry_run=True), decide)

    def _revised(self, answer: tuple[tuple[str, ...], ChangeResult]) -> None:
        numbers, _result = answer
        self._desk.messages.notice(
            tr("Updated: {numbers}. Print their travelers anew, and explode.", numbers=", ".join(numbers))
        )

    # --- both ways

    def _write(self, name: str, work: Callable[[Transaction], Any], answer: Callable[[Any], None]) -> None:
        self._desk.runner.write(name, work, answer)

    def _undo(self) -> None:
        person = self._desk.runner.actor
        self._write(
            "floor.undo",
            lambda tx: floor.undo_last(tx, person),
            lambda _back: self._desk.messages.notice(tr("Taken back.")),
        )


def updated(
    tx: Transaction,
    numbers: Sequence[str],
    *,
    only_if_nothing_issued: bool,
    decide: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> tuple[tuple[str, ...], ChangeResult]:
    """Update jobs to the revision that holds when they start; return those that it is about, and what it does."""
    jobs = revisions.to_update(tx, revisions_at_start(tx, numbers), only_if_nothing_issued=only_if_nothing_issued)
    result = revisions.update_jobs(tx, jobs, decide=decide or "", dry_run=dry_run)
    return tuple(number for number, _revision in jobs), result


def _reasons(reading: Reading) -> tuple[str, ...]:
    return tuple(part.strip() for part in settings(reading).scrap_reasons.split(";") if part.strip())


def _is_counted(line: Component) -> bool:
    """Whether a part is counted in whole units, as far as its unit tells."""
    return line.unit == "ea"
