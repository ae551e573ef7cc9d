"""Who sits at this seat and may see what: asked when a workshop is opened in which people sign in."""

from PySide6.QtCore import QObject, Signal

from pegboard.queries import people
from pegboard.queries.settings import settings
from pegboard.services.rights import keep_rights, sign_in_at
from pegboard.storage.store import Store
from pegboard.ui import formats
from pegboard.ui.messages import run_modal
from pegboard.ui.runner import Runner
from pegboard.ui.sign_in import SeatLock, SignInForm


class Seat(QObject):
    """The seat of this program; made once.

    Attributes: is_kept: whether people sign in here.
    Signals: idle(): nobody touched it for as long as the setting says.
    """

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_kept = False
        self._lock: SeatLock | None = None

    def take(self, runner: Runner, *, asks: bool) -> bool:
        """Let a person sign in where that is needed; False where nobody did.

        Without `asks`, nobody is there to be asked: the usual name counts where nobody signs in, else nobody's (the
        floor station asks for badges itself).
        """
        keep_rights(runner.store)
        if self.keeps(runner, locks=asks) and asks:
            return self.ask(runner)
        self._use(runner, "" if self.is_kept else runner.actor)
        return True

    def keeps(self, runner: Runner, *, locks: bool = True) -> bool:
        """Whether people sign in here, also where an owner got the first PIN after the workshop was opened.

        From then on the seat `locks` itself when nobody touches it.
        """
        if not self.is_kept:
            with runner.store.read(today=runner.today()) as reading:
                self.is_kept = people.roles_are_on(reading)
                minutes = settings(reading).lock_minutes if self.is_kept else 0
            if self.is_kept and locks:
                self._begin_lock(minutes)
        return self.is_kept

    def follow(self, runner: Runner) -> bool:
        """Take over what an owner has changed of the rights here, and of the lock; whether the rights are others."""
        if not self.is_kept:
            return False
        with runner.store.read(today=runner.today()) as reading:
            found = people.rights(reading, runner.actor)
            minutes = settings(reading).lock_minutes
        if self._lock is not None and self._lock.minutes != minutes:
            self._begin_lock(minutes)
        if found == runner.rights:
            return False
        self._use(runner, runner.actor)
        return True

    def _begin_lock(self, minutes: int) -> None:
        if self._lock is not None:
            self._lock.stop()
        self._lock = SeatLock(minutes, self)
        self._lock.idle.connect(self.idle)

    def ask(self, runner: Runner, *, locked: bool = False) -> bool:
        """Ask for a name and a PIN until they fit; False where the person gave up."""
        store = runner.store
        with store.read(today=runner.today()) as reading:
            names = tuple(person.name for person in people.people(reading) if person.has_pin and person.is_active)
        form = SignInForm(names, runner.actor, lambda name, pin: _verify(store, name, pin), locked=locked)
        if not run_modal(form):
            return False
        self._use(runner, form.person)
        return True

    def leave(self) -> None:
        """Forget who sat here."""
        if self._lock is not None:
            self._lock.stop()
            self._lock = None
        self.is_kept = False
        formats.hide_money(False)

    @staticmethod
    def _use(runner: Runner, person: str) -> None:
        with runner.store.read(today=runner.today()) as reading:
            runner.rights = people.rights(reading, person)
        runner.actor = person
        formats.hide_money(not runner.rights.sees_money)


def _verify(store: Store, name: str, pin: str) -> None:
    sign_in_at(store, name, pin)
