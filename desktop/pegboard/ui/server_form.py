"""Asks where on a server a workshop lies or shall lie, and tries the connection before anything is done there."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.ui.button import Button
from pegboard.ui.fields import TextField, WholeField
from pegboard.ui.form import Form
from pegboard.ui.runner import Runner

if TYPE_CHECKING:  # the driver of the server costs a fifth of a second
    from pegboard.storage.postgres.trial import Address, Tried

USUAL_PORT = 5432
KEY = "server_form.try"


class ServerForm(Form):
    """Its verb first tries the connection, off the GUI thread; the form closes once the server answered well.

    `wants_workshop` says whether the database must hold a workshop (to open it) or none (to move one there).
    """

    def __init__(self, runner: Runner, title: str, verb: str, explain: str, *, wants_workshop: bool) -> None:
        super().__init__(title, verb, explain=explain)
        self._runner = runner
        self._wants_workshop = wants_workshop
        self._closes = False
        self.host = TextField(tr("Server"))
        self.host.setPlaceholderText(tr("its name or address, as 192.168.1.20"))
        self.port = WholeField(tr("Port"), least=1, most=65_535)
        self.port.set_value(USUAL_PORT)
        self.database = TextField(tr("Database"))
        self.database.set_value("workshop")
        self.user = TextField(tr("Login"))
        self.user.set_value(runner.actor.lower() if runner.actor.isidentifier() else "")
        self.password = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.encrypted = QCheckBox(tr("Only over an encrypted connection (TLS)"))
        self.keep = QCheckBox(tr("Keep the password on this computer"))
        self.keep.setToolTip(tr("In PostgreSQL's own file of passwords, which only you may read."))
        for field in (self.host, self.port, self.database, self.user):
            self.add(field.title, field)
        self.add(tr("Password"), self.password)
        self.add_wide(self.encrypted)
        self.add_wide(self.keep)
        self.test = Button(tr("Test the connection"))
        self.test.clicked.connect(self._test)
        self.answer = QLabel(wordWrap=True)
        self.answer.setMinimumHeight(3 * self.answer.fontMetrics().height())
        self.add_wide(self.test)
        self.add_wide(self.answer)

    def propose(self, known: str) -> None:
        """Fill in an address that was used before, all but its password, which the keys go to."""
        url = urlsplit(known)
        self.host.set_value(url.hostname)
        self.port.set_value(url.port or USUAL_PORT)
        self.database.set_value(unquote(url.path.removeprefix("/")) or None)
        self.user.set_value(unquote(url.username) if url.username else None)
        self.encrypted.setChecked("sslmode=require" in url.query)
        self.password.setFocus()

    def address(self) -> "Address":
        """Return what was typed; the fields are right."""
        from pegboard.storage.postgres.trial import Address

        return Address(
            host=str(self.host.value()).strip(),
            port=int(self.port.value()),
            database=str(self.database.value()).strip(),
            user=str(self.user.value()).strip(),
            password=self.password.text(),
            encrypted=self.encrypted.isChecked(),
        )

    @Slot()
    def accept(self) -> None:
        """Qt: the verb; it goes on once the server answered well."""
        if not self.problems():
            self._closes = True
            self._try()
        else:
            super().accept()  # which shows what is wrong

    @Slot()
    def _test(self) -> None:
        if self.problems():
            super().accept()
            return
        self._closes = False
        self._try()

    def _try(self) -> None:
        from pegboard.storage.postgres.trial import try_address

        address = self.address()
        self._say(tr("Asking the server…"), is_problem=False)
        work: Callable[[], Tried] = lambda: try_address(address)  # noqa: E731  the type is said
        self._runner.compute(KEY, work, self._answered, self._failed)

    def _failed(self, error: PegboardError) -> None:
        self._say(str(error), is_problem=True)

    def _answered(self, found: "Tried") -> None:
        problem = self._problem_of(found)
        said = tr("The server answers: PostgreSQL {version}.", version=found.version)
        self._say(f"{said} {problem}" if problem else f"{said} {self._good()}", is_problem=bool(problem))
        if self._closes and not problem:
            if self.keep.isChecked() and self.password.text():
                from pegboard.storage.postgres.trial import keep_password

                keep_password(self.address())
            super().accept()

    def _problem_of(self, found: "Tried") -> str:
        if self._wants_workshop:
            return (
                ""
                if found.holds_workshop
                else tr(
                    "There is no workshop in this database yet. Open yours from its file, then File > Move the workshop"
                    " puts it there."
                )
            )
        if found.holds_workshop:
            return tr("There is a workshop in this database already: open it, or choose an empty database.")
        return "" if found.may_make else tr("This login may make nothing in the database: let it belong to the login.")

    def _good(self) -> str:
        return tr("The workshop is there.") if self._wants_workshop else tr("The database is empty, as it should be.")

    def _say(self, text: str, *, is_problem: bool) -> None:
        self.answer.setText(text)
        self.answer.setProperty("problem", is_problem)
        self.answer.style().unpolish(self.answer)
        self.answer.style().polish(self.answer)
