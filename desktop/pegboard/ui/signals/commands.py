"""What can be done on the page Signals: explode, accept, decline, withdraw, build for stock."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.inference import Suggestion
from pegboard.queries.signals import Buildable, SignalRow, SignalState, buildable
from pegboard.services.inference import Pulls, accept, decline
from pegboard.services.inference_ends import withdraw_inference
from pegboard.services.stock_builds import build_for_stock
from pegboard.storage.store import Transaction
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.runner import Progress
from pegboard.ui.signals.forms import BuildForm

SCOPE = "signals"


class SignalsOnScreen(Protocol):
    """What the commands are about."""

    def signal(self) -> SignalRow | None:
        """Return the demand that is chosen, where demands are shown."""

    def suggestion(self) -> Suggestion | None:
        """Return the suggestion that is chosen, where suggestions are shown."""

    def acceptance(self) -> str:
        """Return the number of the accepted inference that is chosen, "" for none."""

    def pulls(self) -> Pulls | None:
        """Return what the suggestion would pull, once it is known."""

    def rows(self) -> Sequence[SignalRow]:
        """Return all that is in the list."""

    def turn_to(self, place: int) -> None:
        """Show another view."""


class SignalCommands:
    """The commands of the page."""

    def __init__(self, desk: Desk, page: SignalsOnScreen) -> None:
        self._desk = desk
        self._page = page
        self._command = partial(page_command, SCOPE, tr("Signal"))

    def commands(self) -> tuple[Command, ...]:
        """Return them all."""
        return (*self._inference_commands(), *self._other_commands(), *self._views())

    def _inference_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "inference.accept",
                tr("Accept in whole"),
                self.accept,
                "confirm",
                "Ctrl+Return",
                self.can_accept,
                tr("Raises demand for all of the suggestion, within the cash cap; the next explosion pulls it."),
                primary=True,
            ),
            self._command(
                "inference.accept_parts",
                tr("Accept long-lead parts"),
                self.accept_parts,
                "buy",
                "Ctrl+Shift+Return",
                self.can_accept_parts,
                tr("Raises demand for the parts alone that take long to come: no job, no labour."),
            ),
            self._command(
                "inference.decline",
                tr("Decline"),
                self.decline,
                "close",
                "Del",
                self.has_suggestion,
                tr("Does not suggest it again before its last day has passed."),
            ),
            self._command(
                "inference.withdraw",
                tr("Withdraw acceptance"),
                self.withdraw,
                "revert",
                "Ctrl+Del",
                self.can_withdraw,
                tr("Takes an acceptance back: planned jobs and drafts follow, what was sent becomes surplus."),
            ),
        )

    def _other_commands(self) -> tuple[Command, ...]:
        return (
            self._command(
                "demand.explode",
                tr("Explode what is open"),
                self.explode,
                "explode",
                "F8",
                self.has_new,
                tr("Works out jobs, purchases and promise dates for all demand that pulls nothing yet."),
                toolbar=True,
            ),
            self._command(
                "stock.build",
                tr("Build for stock…"),
                self.build,
                "make",
                "Ctrl+B",
                _always,
                tr("Makes or buys without demand: the one exception, signed and with a reason."),
                toolbar=True,
            ),
        )

    def _views(self) -> tuple[Command, ...]:
        titles = (
            ("signals.pulls", tr("What pulls"), tr("Every open demand in pull order.")),
            ("signals.suggestions", tr("Suggestions"), tr("What customers will probably order.")),
            ("signals.decided", tr("Decided"), tr("Suggestions accepted or declined, and what became of them.")),
            ("signals.backtest", tr("Backtest"), tr("Whether believing the suggestions would have paid.")),
        )
        return tuple(
            self._command(name, title, partial(self._page.turn_to, place), "list", f"Alt+{place + 1}", _always, help)
            for place, (name, title, help) in enumerate(titles)
        )

    # --- when

    def has_suggestion(self) -> bool:
        """Whether a suggestion is chosen."""
        return self._page.suggestion() is not None

    def can_accept(self) -> bool:
        """Whether the chosen suggestion can be accepted in whole."""
        pulls = self._page.pulls()
        return self.has_suggestion() and pulls is not None and not pulls.choices and not pulls.is_nothing

    def can_accept_parts(self) -> bool:
        """Whether something in the chosen suggestion takes long."""
        pulls = self._page.pulls()
        return self.has_suggestion() and pulls is not None and bool(pulls.long_lead) and not pulls.is_nothing

    def can_withdraw(self) -> bool:
        """Whether the chosen demand is an accepted inference."""
        return bool(self._page.acceptance())

    def has_new(self) -> bool:
        """Whether an explosion would pull or end something."""
        return any(row.state in (SignalState.NEW, SignalState.EXPIRED) for row in self._page.rows())

    # --- what they do

    def accept(self) -> None:
        """Accept the chosen suggestion in whole."""
        self._accept(long_lead_only=False)

    def accept_parts(self) -> None:
        """Accept the long-lead parts of the chosen suggestion."""
        self._accept(long_lead_only=True)

    def _accept(self, *, long_lead_only: bool) -> None:
        chosen = self._page.suggestion()
        if chosen is not None:
            work = partial(accept, suggestion=chosen, long_lead_only=long_lead_only)
            self._desk.runner.write("inference.accept", work, self._say_accepted)

    def _say_accepted(self, number: str) -> None:
        text = tr("Accepted as {number}. The next explosion pulls it.", number=number)
        self._desk.messages.notice(text, tr("Explode"), self.explode)

    def decline(self) -> None:
        """Decline the chosen suggestion."""
        chosen = self._page.suggestion()
        if chosen is not None:
            said = partial(self._say, tr("Declined: {key} is not suggested before its last day.", key=chosen.key))
            self._desk.runner.write("inference.decline", partial(decline, suggestion=chosen), said)

    def withdraw(self) -> None:
        """Take the acceptance of the chosen inference back."""
        number = self._page.acceptance()
        if number:
            said = partial(self._say, tr("Withdrew {number}.", number=number))
            self._desk.runner.write("inference.withdraw", partial(withdraw_inference, number=number), said)

    def _say(self, text: str, _result: object) -> None:
        self._desk.messages.notice(text)

    def explode(self) -> None:
        """Explode all demand that pulls nothing yet."""
        progress = Progress(tr("Exploding what is open"))
        self._desk.runner.write(
            "demand.explode", partial(_explode, progress=progress), self._say_exploded, progress=progress
        )

    def _say_exploded(self, pulled: tuple[int, int]) -> None:
        jobs = tr("1 job") if pulled[0] == 1 else tr("{count} jobs", count=pulled[0])
        lines = tr("1 purchase line") if pulled[1] == 1 else tr("{count} purchase lines", count=pulled[1])
        self._desk.messages.notice(tr("Pulled {jobs} and {lines}.", jobs=jobs, lines=lines))

    def build(self) -> None:
        """Ask what is to be built for stock."""
        self._desk.runner.read("signals.buildable", buildable, self._ask_build)

    def _ask_build(self, items: Sequence[Buildable]) -> None:
        row = self._page.signal()
        form = BuildForm(items, self._desk.runner.actor, row.item if row is not None else "")
        if self._desk.messages.run_dialog(form):
            item, quantity, reason = form.wanted()
            self._desk.runner.write("stock.build", partial(_build, item, quantity, reason), self._say_built)

    def _say_built(self, numbers: tuple[str, ...]) -> None:
        self._desk.messages.notice(tr("For stock, signed: {numbers}.", numbers=", ".join(numbers)))


def _build(item: str, quantity: Quantity, reason: str, tx: Transaction) -> tuple[str, ...]:
    return build_for_stock(tx, item, quantity, reason)


def _explode(tx: Transaction, progress: Progress) -> tuple[int, int]:
    """Explode, and return how many jobs and purchase lines that made."""
    from pegboard.services.explosion import explode

    plan = explode(tx, progress=progress).plan
    return len(plan.jobs), len(plan.lines)


def _always() -> bool:
    return True
