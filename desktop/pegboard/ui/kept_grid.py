"""An entry grid that is kept in the workshop as soon as all of it is right."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pegboard.domain.errors import ChangedMeanwhile, PegboardError
from pegboard.domain.problem import Problem
from pegboard.i18n import tr
from pegboard.ui import theme
from pegboard.ui.desk import Desk
from pegboard.ui.entry_grid import EntryColumn, EntryGrid, EntryRow
from pegboard.ui.meanwhile import ProblemLine

Texts = Mapping[str, str]


class KeptGrid(QWidget):
    """Keeps the rows as one draft after every change; a line below says why they are not kept yet.

    `texts` writes a draft into rows, `build` reads one from them, `check` says what is wrong with it and `save` keeps
    it in a transaction, given what was `seen`. What is not complete stays with its record while others are shown. A
    list that `holds_money` is closed on a seat that sees none.

    Signals: kept(): a draft is in the workshop; read again what hangs on it.
    """

    kept = Signal()

    def __init__(
        self,
        desk: Desk,
        name: str,
        title: str,
        columns: Sequence[EntryColumn],
        *,
        texts: Callable[[Any], Sequence[Texts]],
        build: Callable[[Sequence[EntryRow]], Any],
        check: Callable[[Any], Sequence[Problem]],
        save: Callable[..., None],
        holds_money: bool = False,
    ) -> None:
        super().__init__()
        # A seat that sees no prices would keep them as blank: there the list is only shown.
        self._is_closed = holds_money and not desk.runner.rights.sees_money
        self._desk = desk
        self._name = name
        self._texts, self._build, self._check, self._save = texts, build, check, save
        self._key: Hashable = None
        self._draft: Any = None
        self._pending = 0
        self._is_filling = False
        # What is not finished outlives the program; by str(key), as JSON has it.
        self._unfinished: dict[str, Sequence[Texts]] = dict(desk.state.get(self._place, {}))
        # What stood there when it was begun: another seat may have changed that since.
        self._begun_on: dict[str, Sequence[Texts]] = dict(desk.state.get(self._begun_place, {}))
        self.grid = EntryGrid(name, title, columns, today=desk.today)
        self.note = ProblemLine(self.keep, self._take_theirs)
        self.note.setContentsMargins(theme.GAP, 0, theme.GAP, theme.STEP)
        self.setFocusProxy(self.grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self.note)
        self.grid.changed.connect(self._on_changed)
        if self._is_closed:
            self.grid.setEnabled(False)
            self.note.say(tr("Prices are hidden on this seat, so that this list cannot be changed here."))

    def show_draft(self, key: Hashable, draft: Any) -> None:
        """Show what the workshop has for `key`; what a person is changing there is left alone."""
        if key == self._key and (draft == self._draft or self._pending or str(self._key) in self._unfinished):
            return
        self._key, self._draft = key, draft
        self._is_filling = True
        self.grid.set_texts(self._unfinished.get(str(key)) or self._texts(draft))
        self._is_filling = False
        if self._is_closed:
            return
        self.note.say("")
        if str(key) in self._unfinished:
            self._go_on()

    def _go_on(self) -> None:
        """Keep what is complete by now; where another seat changed the list since it was begun, a person chooses."""
        if self._begun_on.get(str(self._key), self._stored()) == self._stored():
            self.keep()
        else:
            self.note.ask(tr("Another seat changed this list since you began to change it."))

    def _stored(self) -> Sequence[Texts]:
        return [dict(texts) for texts in self._texts(self._draft)]

    def rows(self) -> Sequence[EntryRow]:
        """Return the rows that are not blank."""
        return self.grid.rows()

    @property
    def is_unfinished(self) -> bool:
        """Whether what is shown is not kept."""
        return str(self._key) in self._unfinished

    @Slot()
    def _on_changed(self) -> None:
        if not self._is_filling and not self._is_closed:
            self.keep()

    def keep(self) -> None:
        """Keep what the grid holds, if all of it is right and something changed."""
        problem = self._problem()
        if problem:
            self._put_aside(tr("{problem} The list is kept as soon as it is complete.", problem=problem))
            return
        draft, before, key = self._build(self.rows()), self._draft, self._key
        if self._unfinished.pop(str(key), None) is not None:
            self._begun_on.pop(str(key), None)
            self._remember()
        self.note.say("")
        if draft == before:
            return
        self._draft = draft
        self._pending += 1
        save = self._save
        self._desk.runner.write(
            f"{self._name}.save",
            lambda tx: save(tx, draft, seen=before),
            partial(self._on_kept, key),
            partial(self._on_refused, key, before),
        )

    def _problem(self) -> str:
        """Say the first thing that is wrong, with its line."""
        places = {row.id: place for place, row in enumerate(self.rows(), 1)}
        for row_id, _key, words in self.grid.problems():
            return tr("Line {line}: {problem}", line=places[row_id], problem=words)
        for found in self._check(self._build(self.rows())):
            return self._say_problem(found)
        return ""

    def _say_problem(self, problem: Problem) -> str:
        parts = problem.field.split(".")
        titles = {column.key: column.title for column in self.grid.model.columns}
        title = titles.get(parts[-1], "")
        text = f"{title}: {problem.message}" if title else problem.message
        if parts[0] == "lines" and len(parts) == 3:
            return tr("Line {line}: {problem}", line=parts[1], problem=text)
        return text

    def _put_aside(self, note: str) -> None:
        self._unfinished[str(self._key)] = [dict(texts) for texts in self.grid.texts()]
        self._begun_on.setdefault(str(self._key), self._stored())
        self._remember()
        self.note.say(note)

    @property
    def _place(self) -> str:
        return f"unfinished.{self._name}.{self._desk.store.path}"

    @property
    def _begun_place(self) -> str:
        return f"begun_on.{self._name}.{self._desk.store.path}"

    def _remember(self) -> None:
        self._desk.state.set(self._place, dict(self._unfinished))
        self._desk.state.set(self._begun_place, dict(self._begun_on))

    def _take_theirs(self) -> None:
        """Show what another seat made of the list instead of what was typed."""
        self._unfinished.pop(str(self._key), None)
        self._begun_on.pop(str(self._key), None)
        self._remember()
        self._is_filling = True
        self.grid.set_texts(self._texts(self._draft))
        self._is_filling = False

    def _on_kept(self, _key: Hashable, _nothing: object) -> None:
        self._pending -= 1
        self.kept.emit()  # a read that began before the write would bring back what was there; a new one drops it

    def _on_refused(self, key: Hashable, before: Any, error: PegboardError) -> None:
        self._pending -= 1
        if key == self._key:
            self._draft = error.now if isinstance(error, ChangedMeanwhile) else before
            self._begun_on.pop(str(key), None)
            self._put_aside(str(error))
            self.note.tell(error)
        else:
            self._desk.messages.error(error)
