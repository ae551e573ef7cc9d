"""What the floor station does: each verb is one transaction under its own name, answered with words for the screen."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.floor import CardState, card_state, stock_id_of
from pegboard.services import counts, floor
from pegboard.services.floor import Begun, StepDone
from pegboard.services.floor_reports import TakenBack
from pegboard.services.inventory import Adjusted
from pegboard.services.picking import Picked, ShortPick
from pegboard.services.production import Completion
from pegboard.storage.store import Transaction
from pegboard.ui import formats
from pegboard.ui.floor.faces import done_words
from pegboard.ui.floor.state import Mode, Result, Tone
from pegboard.ui.runner import Runner

if TYPE_CHECKING:
    from pegboard.ui.floor.session import Session

Done = TypeVar("Done")


class Writes:
    """The verbs, for the person who is signed in."""

    def __init__(self, runner: Runner, session: "Session") -> None:
        self._runner = runner
        self._session = session

    def _run(self, name: str, work: Callable[[Transaction], Done], answer: Callable[[Done], None]) -> None:
        self._runner.write(name, work, answer, self._session.refuse)

    @property
    def _person(self) -> str:
        return self._session.state.person

    def start(self, number: str, operation: int, anyway: str = "") -> None:
        """Begin work on a step."""
        work = partial(floor.start, job=number, operation=operation, person=self._person, anyway=anyway)
        self._run("operation.start", work, self._started)

    def _started(self, begun: Begun) -> None:
        lines = [tr("Stopped: {number} step {operation}", number=job, operation=step) for job, step in begun.paused]
        lines += [
            tr("{number} step {operation} was never stopped; its time ends after a working day.", **_named(job, step))
            for job, step in begun.forgotten
        ]
        title = tr("Started {number} step {operation}", number=begun.number, operation=begun.operation)
        self._session.did(Result(Tone.GOOD, title, tuple(lines)), operation=begun.operation)

    def stop(self, number: str, operation: int) -> None:
        """Pause work on a step."""
        work = partial(floor.stop, job=number, operation=operation, person=self._person)
        title = tr("Stopped {number} step {operation}", number=number, operation=operation)
        self._run("operation.stop", work, lambda _done: self._session.did(Result(Tone.GOOD, title)))

    def send_out(self, number: str, operation: int) -> None:
        """Send pieces to a supplier."""
        work = partial(floor.send_to_supplier, job=number, operation=operation, person=self._person)
        self._run("operation.send_out", work, self._sent)

    def _sent(self, line: str) -> None:
        self._session.did(Result(Tone.GOOD, tr("Sent out"), (tr("It comes back on {line}.", line=line),)))

    def done(self, number: str, operation: int, good: Quantity) -> None:
        """Report good pieces of a step."""
        work = partial(floor.done, job=number, operation=operation, person=self._person, good=good)
        self._run("operation.finish", work, self._reported)

    def _reported(self, report: StepDone) -> None:
        title = tr("Done: {number} step {operation}", number=report.number, operation=report.operation)
        lines = done_words(report.good, report.left, is_last=report.is_last)
        self._session.did(Result(Tone.GOOD, title, lines))

    def scrap(self, number: str, operation: int | None, quantity: Quantity, reason: str) -> None:
        """Report scrap with its reason; it is made up."""
        work = partial(
            floor.scrap, job=number, operation=operation, person=self._person, quantity=quantity, reason=reason
        )
        title = tr("{quantity} scrap: {reason}", quantity=formats.quantity(quantity), reason=reason)
        lines = (tr("What is needed is started again."),)
        self._run("operation.scrap", work, lambda _done: self._session.did(Result(Tone.GOOD, title, lines)))

    def complete(self, number: str, good: Quantity) -> None:
        """Take good pieces into stock, under proposed lots where the item has some."""
        person = self._person

        def work(tx: Transaction) -> Completion:
            return floor.complete(tx, number, person, good, lot=floor.proposed_lots(tx, number, good))

        self._run("job.complete", work, self._completed)

    def _completed(self, completion: Completion) -> None:
        title = tr("{quantity} into stock", quantity=formats.quantity(completion.quantity))
        words = (
            tr("{number} is done.", number=completion.number)
            if completion.is_done
            else tr("{open} are still to come.", open=formats.quantity(completion.open))
        )
        self._session.did(Result(Tone.GOOD, title, (words,)))

    def raise_problem(self, number: str, operation: int | None, reason: str) -> None:
        """Say that something is wrong."""
        work = partial(floor.raise_problem, job=number, operation=operation, person=self._person, reason=reason)
        title = tr("Problem noted: {reason}", reason=reason)
        lines = (tr("The office sees it now."),)
        self._run("floor.problem", work, lambda _done: self._session.did(Result(Tone.WARN, title, lines)))

    def hand_out_all(self, number: str) -> None:
        """Hand out all parts that lie here for a job."""
        work = partial(floor.hand_out_all, job=number, person=self._person)
        self._run("job.issue", work, self._picked)

    def _picked(self, picked: Picked) -> None:
        lines = [f"{formats.quantity(part.quantity)} {part.item} {part.lot}".strip() for part in picked.issued[:4]]
        if picked.waiting:
            lines.append(tr("Still to come: {items}", items=", ".join(picked.waiting[:5])))
        self._session.did(Result(Tone.GOOD, tr("Parts handed out"), tuple(lines)))

    def hand_out(self, number: str, line: int, quantity: Quantity, lot: tuple[str, str] | None = None) -> None:
        """Hand out so much of one part, out of one lot (item, lot) where its label was scanned."""
        person = self._person

        def work(tx: Transaction) -> None:
            stock_id = None if lot is None else stock_id_of(tx, *lot)
            floor.hand_out(tx, number, person, line, quantity, stock_id)

        title = tr("{quantity} handed out", quantity=formats.quantity(quantity))
        self._run("job.issue", work, lambda _done: self._session.did(Result(Tone.GOOD, title), mode=Mode.PICK))

    def hand_out_short(self, number: str, line: int, found: Quantity) -> None:
        """Hand out what was found; the rest is short."""
        work = partial(floor.hand_out_short, job=number, person=self._person, line=line, found=found)
        self._run("floor.short", work, self._was_short)

    def _was_short(self, pick: ShortPick) -> None:
        title = tr("Only {found} {item}", found=formats.quantity(pick.issued), item=pick.item)
        lines = (tr("{short} are short; the office sees it now.", short=formats.quantity(pick.short)),)
        self._session.did(Result(Tone.WARN, title, lines), mode=Mode.PICK)

    def use_alternate(self, number: str, line: int, alternate: str) -> None:
        """Take another part in place of the one on the list."""
        work = partial(floor.use_alternate, job=number, person=self._person, line=line, alternate=alternate)

        def answer(quantity: Quantity) -> None:
            title = tr("{quantity} {item} instead", quantity=formats.quantity(quantity), item=alternate)
            self._session.did(Result(Tone.GOOD, title), mode=Mode.PICK)

        self._run("job.substitute", work, answer)

    def count_now(self, item: str, counted: Quantity) -> None:
        """Book what lies there, so that the job can go on."""
        work = partial(counts.count_now, item=item, counted=counted)
        self._run("floor.count", work, self._counted)

    def _counted(self, done: Adjusted) -> None:
        title = tr("Counted: {after} in place of {before}", after=str(done.after), before=str(done.before))
        self._session.did(Result(Tone.GOOD, title, (tr("Go on where you were: DONE."),)))

    def undo(self) -> None:
        """Take back what this person reported last."""
        self._run("floor.undo", partial(floor.undo_last, person=self._person), self._taken_back)

    def _taken_back(self, back: TakenBack) -> None:
        words = {
            "start": tr("the start"),
            "stop": tr("the stop"),
            "finish": tr("the report"),
            "scrap": tr("the scrap"),
            "complete": tr("the pieces in stock"),
            "issue": tr("the parts"),
            "short": tr("the short part"),
            "substitute": tr("the other part"),
            "problem": tr("the problem"),
            "send_out": tr("the sending out"),
            "rework": tr("the rework"),
        }
        title = tr("Taken back: {what}", what=words.get(back.kind, back.kind))
        lines = (
            tr("{number} step {operation}", number=back.number, operation=back.operation)
            if back.operation is not None
            else back.number,
        )
        self._session.did(Result(Tone.GOOD, title, lines))

    def scan_card(self, name: str) -> None:
        """Pull one container with a card; scanning it again changes nothing and says when it comes."""
        from pegboard.services.card_pulls import pull

        def work(tx: Transaction) -> tuple[bool, CardState | None]:
            return pull(tx, name).scanned.did == "pulled", card_state(tx, name)

        self._run("card.scan", work, lambda done: self._session.did(_card_result(*done)))


def _card_result(pulls: bool, card: CardState | None) -> Result:
    if card is None:
        return Result(Tone.GOOD, tr("Ordered"))
    quantity = f"{formats.quantity(card.quantity)} {card.unit} {card.item}"
    lines = [quantity]
    if card.since is not None and not pulls:
        lines.append(tr("since {time}", time=formats.instant(card.since)))
    if card.due is not None:
        lines.append(tr("due {date}", date=formats.day(card.due)))
    return Result(Tone.GOOD, tr("Ordered") if pulls else tr("Ordered already"), tuple(lines))


def _named(job: str, step: int) -> dict[str, object]:
    return {"number": job, "operation": step}
