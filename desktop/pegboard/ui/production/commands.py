"""What can be done with jobs: release, print, report, complete."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from pegboard.domain.errors import InvalidInput, PegboardError
from pegboard.i18n import tr
from pegboard.queries.dispatch import busy_centers
from pegboard.queries.job_detail import JobDetail
from pegboard.queries.production import JobRow, job_keys, jobs
from pegboard.services import floor, production
from pegboard.services.counts import count_now
from pegboard.services.issues import MissingParts
from pegboard.storage.store import Transaction
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk, Paper
from pegboard.ui.papers import drawn, print_papers, show_papers
from pegboard.ui.production.floor_forms import Counted, CountNowForm
from pegboard.ui.production.forms import CompleteForm, FinishForm, Report
from pegboard.ui.production.job_pane import JobPane
from pegboard.ui.runner import Progress

SCOPE = "production"


class JobsOnScreen(Protocol):
    """What the commands are about."""

    @property
    def pane(self) -> JobPane:
        """The job in full."""

    def chosen(self) -> tuple[JobRow, ...]:
        """Return the selected jobs, from the top."""


class JobCommands:
    """The commands of the page; each works on the jobs that are chosen."""

    def __init__(self, desk: Desk, page: JobsOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Job"))

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._moving(), *self._printing())

    def _moving(self) -> tuple[Command, ...]:
        return (
            self._command(
                "job.release",
                tr("Release"),
                self.release,
                "release",
                "F8; Ctrl+Return",
                self.can_release,
                tr("Gives the chosen jobs to the floor and prints their travelers; Space does it in list and board."),
                primary=True,
            ),
            self._command(
                "job.start_operation",
                tr("Start operation"),
                self.start,
                "start",
                "Ctrl+F8",
                self.can_start,
                tr("Starts the job's next operation, or the one chosen; its time runs."),
            ),
            self._command(
                "job.finish_operation",
                tr("Finish operation…"),
                self.finish,
                "done",
                "Ctrl+Shift+F8",
                self.can_report,
                tr("Reports good pieces and scrap of the operation that is under way."),
            ),
            self._command(
                "job.complete",
                tr("Complete…"),
                self.complete,
                "confirm",
                "Shift+F8",
                self.can_complete,
                tr("Reports finished pieces: parts are taken from stock, the output goes to those who wait for it."),
            ),
        )

    def _printing(self) -> tuple[Command, ...]:
        return (
            self._command(
                "job.print_traveler",
                tr("Print traveler"),
                self.print_travelers,
                "print",
                "Ctrl+P",
                self.has_chosen,
                tr("Prints the travelers of the chosen jobs; P does it in list and board."),
                toolbar=True,
            ),
            self._command(
                "job.print_pick_list",
                tr("Print pick list"),
                self.print_pick_lists,
                "list",
                "Ctrl+Shift+L",
                self.has_chosen,
                tr("Prints what is to be picked, by bin; one list for all jobs that are chosen."),
            ),
            self._command(
                "job.print_released",
                tr("Print all released"),
                self.print_released,
                "print",
                "Ctrl+Shift+R",
                lambda: True,
                tr("Prints the travelers of all jobs that are released and not done."),
            ),
            self._command(
                "job.dispatch",
                tr("Dispatch lists"),
                self.print_dispatch,
                "list",
                "Ctrl+J",
                lambda: True,
                tr("Shows for each work center what it does next, in the order in which demand pulls it."),
            ),
        )

    # --- when

    def has_chosen(self) -> bool:
        """Whether there is a job to work on."""
        return bool(self._page.chosen())

    def can_release(self) -> bool:
        """Whether one of the chosen jobs is planned."""
        return any(job.state == "planned" for job in self._page.chosen())

    def can_complete(self) -> bool:
        """Whether the job shown is open."""
        detail = self._page.pane.detail
        return detail is not None and detail.job.is_open

    def can_report(self) -> bool:
        """Whether the job shown has an operation that is not finished and done in the house."""
        step = self._page.pane.current_operation()
        return self.can_complete() and step is not None and not step.is_subcontracted

    def can_start(self) -> bool:
        """Whether the operation meant has not been started."""
        step = self._page.pane.current_operation()
        return self.can_report() and step is not None and step.state == "waiting"

    # --- release and print

    def release(self) -> None:
        """Release the chosen planned jobs and print their travelers."""
        chosen = [job for job in self._page.chosen() if job.state == "planned"]
        if not chosen:
            self._say_nothing_to_release()
            return
        numbers = tuple(job.number for job in chosen)
        progress = Progress(tr("Releasing {count} jobs", count=len(numbers)))
        self._desk.runner.write(
            "job.release",
            lambda tx: released(tx, numbers, progress),
            partial(self._released, chosen),
            progress=progress,
        )

    def _say_nothing_to_release(self) -> None:
        chosen = self._page.chosen()
        if chosen:
            self._desk.messages.notice(
                tr("{number} is released already. Ctrl+F8 starts its next operation.", number=chosen[0].number)
            )

    def _released(self, chosen: Sequence[JobRow], papers: Sequence[Paper]) -> None:
        short = [job for job in chosen if job.cover.kind == "short"]
        if short:
            items = ", ".join(dict.fromkeys(item for job in short for item in job.cover.short[:3]))
            numbers = ", ".join(job.number for job in short[:5])
            self._desk.messages.warn(
                tr("Released, though parts are short: {numbers} lack {items}.", numbers=numbers, items=items)
            )
        elif len(chosen) == 1:
            self._desk.messages.notice(tr("Released {number}.", number=chosen[0].number))
        else:
            self._desk.messages.notice(tr("Released {count} jobs.", count=len(chosen)))
        show_papers(self._desk, _traveler_title([job.number for job in chosen]), papers)

    def print_travelers(self) -> None:
        """Print the travelers of the chosen jobs."""
        numbers = [job.number for job in self._page.chosen()]
        print_papers(self._desk, "traveler", numbers, _traveler_title(numbers))

    def print_pick_lists(self) -> None:
        """Print the pick list of the chosen job, or one for all of them by bin."""
        numbers = [job.number for job in self._page.chosen()]
        if len(numbers) == 1:
            print_papers(self._desk, "pick-list", numbers, tr("Pick list {number}", number=numbers[0]))
        else:
            print_papers(self._desk, "pick-wave", numbers, tr("Pick list of {count} jobs", count=len(numbers)))

    def print_released(self) -> None:
        """Print the travelers of all released jobs, with progress and a way to cancel."""
        progress = Progress(tr("Printing the released jobs"))
        self._desk.runner.write(
            "document.traveler",
            lambda tx: drawn(tx, "traveler", released_numbers(tx), progress),
            self._show_released,
            progress=progress,
        )

    def _show_released(self, papers: Sequence[Paper]) -> None:
        if not papers:
            self._desk.messages.notice(tr("No job is released."))
        show_papers(self._desk, tr("Travelers of the released jobs"), papers)

    def print_dispatch(self) -> None:
        """Show the dispatch list of every work center at which released jobs wait."""
        self._desk.runner.read("production.centers", busy_centers, self._print_dispatch)

    def _print_dispatch(self, centers: Sequence[str]) -> None:
        if not centers:
            self._desk.messages.notice(tr("No released job has an operation left at a work center."))
        print_papers(self._desk, "dispatch-list", centers, tr("Dispatch lists"))

    # --- what the floor reports

    def start(self) -> None:
        """Start the operation that is next, or chosen."""
        detail, step = self._page.pane.detail, self._page.pane.current_operation()
        if detail is None or step is None:
            return
        number, sequence, person = detail.job.number, step.sequence, self._desk.runner.actor
        self._desk.runner.write(
            "operation.start",
            lambda tx: floor.start(tx, number, sequence, person, anyway=tr("started by the office")),
            lambda _done: self._desk.messages.notice(
                tr("Started operation {sequence} of {number}.", sequence=sequence, number=number)
            ),
        )

    def finish(self) -> None:
        """Ask what the operation has done, and report it."""
        detail, step = self._page.pane.detail, self._page.pane.current_operation()
        if detail is None or step is None:
            return
        form = FinishForm(detail, step)
        if not self._desk.messages.run_dialog(form):
            return
        number, sequence, person, report = detail.job.number, step.sequence, self._desk.runner.actor, form.report()
        self._desk.runner.write(
            "operation.finish",
            lambda tx: floor.done(tx, number, sequence, person, report.good, report.scrap, report.reason),
            lambda _done: self._desk.messages.notice(
                tr("Reported operation {sequence} of {number}.", sequence=sequence, number=number)
            ),
        )

    def complete(self) -> None:
        """Ask how many are good, and take them into stock."""
        detail = self._page.pane.detail
        if detail is None:
            return
        form = CompleteForm(detail)
        if self._desk.messages.run_dialog(form):
            self._complete(detail, form.report())

    def _complete(self, detail: JobDetail, report: Report, counted: Sequence[Counted] = ()) -> None:
        number, person = detail.job.number, self._desk.runner.actor

        def work(tx: Transaction) -> production.Completion:
            for part in counted:
                count_now(tx, part.item, part.quantity)
            return floor.complete(
                tx,
                number,
                person,
                report.good,
                report.scrap,
                report.reason,
                report.lot,
                make_up=report.make_up,
                surplus=report.surplus,
            )

        self._desk.runner.write("job.complete", work, self._completed, partial(self._not_completed, detail, report))

    def _not_completed(self, detail: JobDetail, report: Report, error: PegboardError) -> None:
        """Parts that the books do not know can be counted at once; anything else is told."""
        if not isinstance(error, MissingParts):
            self._desk.messages.error(error)
            return
        title = tr("Parts for {number} are missing in the books", number=detail.job.number)
        form = CountNowForm(title, tr("Book the count and complete"), error.missing)
        if self._desk.messages.run_dialog(form):
            self._complete(detail, report, form.counted())
        else:
            self._desk.messages.error(error)

    def _completed(self, completion: production.Completion) -> None:
        if completion.is_done:
            self._desk.messages.notice(tr("{number} is done.", number=completion.number))
        else:
            self._desk.messages.notice(
                tr("{number}: {open} still open.", number=completion.number, open=str(completion.open))
            )


def released(tx: Transaction, numbers: Sequence[str], progress: Progress) -> list[Paper]:
    """Release jobs and print their travelers, all or none."""
    for place, number in enumerate(numbers):
        if place % 20 == 0:
            progress.step(place, 2 * len(numbers), number)
        production.release_work_order(tx, number)
    return drawn(tx, "traveler", numbers, progress)


MOST_AT_ONCE = 2_000  # travelers in one go; more is a mistake rather than a wish


def released_numbers(tx: Transaction) -> list[str]:
    """Return the numbers of all released jobs, by due date; InvalidInput where there are too many for one go."""
    keys = job_keys(tx, "released")
    if len(keys) > MOST_AT_ONCE:
        raise InvalidInput(
            tr("{count} jobs are released: too many to print at once.", count=len(keys)),
            hint=tr("Choose some of them in the list and print those."),
        )
    return [job.number for job in jobs(tx, keys)]


def _traveler_title(numbers: Sequence[str]) -> str:
    if len(numbers) == 1:
        return tr("Traveler {number}", number=numbers[0])
    return tr("{count} travelers", count=len(numbers))
