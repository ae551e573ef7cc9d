"""Going back to a backup: what there is, what is in it and whether it is whole, before anything is done."""

import datetime
import glob
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from pegboard.domain.errors import PegboardError
from pegboard.i18n import tr
from pegboard.storage.integrity import Contents
from pegboard.ui import formats, theme
from pegboard.ui.detail import MarkLabel, section_title
from pegboard.ui.marks import Mark, State

WIDTH, HEIGHT = 820, 460
PATH = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that could be gone back to: when it was made (local time), why and where, in words."""

    path: Path
    made_at: datetime.datetime
    why: str
    where: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a file: its contents, None where it could not be opened, and what is wrong with it."""

    path: Path
    contents: Contents | None
    problem: str


Look = Callable[[Path, Callable[[Looked], None]], None]


def look_into(path: Path) -> Looked:
    """Open a file and check it; takes about a second for a large one."""
    from pegboard.storage.integrity import contents, problems_of

    try:
        found = problems_of(path)
        if found:
            return Looked(path, None, found[0])
        return Looked(path, contents(path), "")
    except PegboardError as error:
        return Looked(path, None, str(error))


def offered(path: Path, folder: Path, second: Path | None) -> tuple[Offered, ...]:
    """Return what could take the place of the workshop `path`, the newest first; nothing is opened yet."""
    from pegboard.storage.automatic_backup import default_folder, saved_copies

    places = {default_folder(path): tr("this disk"), folder: tr("this disk")}
    if second is not None:
        places[second] = tr("second place")
    found = [
        Offered(copy.path, copy.made_at, _why(copy.reason), where)
        for place, where in places.items()
        for copy in saved_copies(place, path.stem)
    ]
    for kept in path.parent.glob(f"{glob.escape(path.stem)} replaced *.pegboard"):
        made = datetime.datetime.fromtimestamp(kept.stat().st_mtime)
        found.append(Offered(kept, made, tr("replaced by going back"), tr("this disk")))
    found += () if found else _under_other_names(path)
    return tuple(sorted(found, key=lambda each: each.made_at, reverse=True))


def _under_other_names(path: Path) -> Iterator[Offered]:
    """Backups beside it of workshops that are there no more: this one may have been called so before."""
    from pegboard.storage.automatic_backup import BESIDE, saved_copies

    for folder in path.parent.glob(f"*{BESIDE}"):
        stem = folder.name.removesuffix(BESIDE)
        if not path.with_name(f"{stem}{path.suffix}").exists():
            for copy in saved_copies(folder, stem):
                yield Offered(copy.path, copy.made_at, _why(copy.reason), folder.name)


def _why(reason: str) -> str:
    return {
        "close": tr("Pegboard was closed"),
        "interval": tr("half an hour of changes"),
        "before import": tr("before an import"),
        "before upgrade": tr("before an upgrade"),
        "before restore": tr("before going back"),
    }[reason]


class Comparison(QWidget):
    """What is in the backup, beside what is in the workshop now."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.MARGIN)
        self._grid.setVerticalSpacing(theme.STEP)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)

    def show_both(self, looked: Looked, now: Contents | None) -> None:
        """Show a file that was looked into; `now` is None where the workshop itself cannot be read."""
        self.clear()
        self._add(0, tr("What is in it"), section_title(tr("This backup")), section_title(tr("Now")) if now else None)
        there = looked.contents
        rows: tuple[tuple[str, str | QWidget, str], ...] = (
            (tr("Check"), MarkLabel(_mark(looked)), ""),
            (tr("Last change"), _instant(there), _instant(now)),
            (tr("by"), there.changed_by if there else "", now.changed_by if now else ""),
            (tr("Orders"), str(there.orders) if there else "", str(now.orders) if now else ""),
            (tr("Newest order"), there.newest_order if there else "", now.newest_order if now else ""),
            (tr("Company"), there.company if there else "", now.company if now else ""),
            (tr("Size"), _size(there), _size(now)),
        )
        for row, (label, left, right) in enumerate(rows, start=1):
            if there is not None or isinstance(left, QWidget):
                self._add(row, label, _label(left), _label(right) if now is not None else None)
        if looked.problem:
            self._grid.addWidget(QLabel(looked.problem, wordWrap=True), len(rows) + 1, 0, 1, 3)

    def clear(self) -> None:
        """Show nothing."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add(self, row: int, label: str, left: QWidget, right: QWidget | None) -> None:
        name = QLabel(label if row else "")
        name.setProperty("secondary", True)
        for column, widget in enumerate((name, left, right)):
            if widget is not None:
                self._grid.addWidget(widget, row, column, Qt.AlignmentFlag.AlignTop)


def _label(value: str | QWidget) -> QWidget:
    return QLabel(value, wordWrap=True) if isinstance(value, str) else value


def _mark(looked: Looked) -> Mark:
    return Mark(State.LATE, tr("cannot be relied on")) if looked.problem else Mark(State.READY, tr("whole"))


def _instant(found: Contents | None) -> str:
    return formats.instant(found.changed_at) if found is not None and found.changed_at is not None else ""


def _size(found: Contents | None) -> str:
    return tr("{size} kB", size=-(-found.size // 1024)) if found is not None else ""


class RestoreForm(QDialog):
    """Shows what could be gone back to; `chosen` is the file once the dialog was accepted.

    `look` opens a file and answers, now or later. `choose_other` asks for any other file. With `salvages` there is a
    second way out, and `is_salvage_wanted` says that it was taken.
    """

    def __init__(
        self,
        title: str,
        explain: str,
        files: Sequence[Offered],
        now: Contents | None,
        look: Look,
        choose_other: Callable[[], Path | None],
        *,
        salvages: bool = False,
    ) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.resize(WIDTH, HEIGHT)
        self.chosen: Path | None = None
        self.is_salvage_wanted = False
        self._now, self._look, self._choose_other = now, look, choose_other
        self._facts = Comparison()
        self._list = self._files(files)
        self._go = QPushButton(tr("Go back to this"))
        self._go.setProperty("primary", True)
        self._go.setEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.MARGIN)
        layout.addWidget(QLabel(explain, wordWrap=True))
        layout.addLayout(self._halves(), 1)
        layout.addWidget(self._buttons(salvages=salvages))
        self._list.currentItemChanged.connect(self._show_current)
        newest = self._list.topLevelItem(0)
        if newest is not None:
            self._list.setCurrentItem(newest)

    def _files(self, files: Sequence[Offered]) -> QTreeWidget:
        made = QTreeWidget()
        made.setRootIsDecorated(False)
        made.setAccessibleName(tr("Backups"))
        made.setHeaderLabels([tr("Made"), tr("Why"), tr("Where")])
        for each in files:
            item = QTreeWidgetItem(made, [formats.instant(each.made_at), each.why, each.where])
            item.setData(0, PATH, str(each.path))
            item.setToolTip(0, str(each.path))
            item.setSizeHint(2, QSize(0, theme.COMPACT_ROW_HEIGHT))  # the last column stretches
        for column in range(2):
            made.resizeColumnToContents(column)
        return made

    def _halves(self) -> QHBoxLayout:
        right = QVBoxLayout()
        right.addWidget(self._facts)
        right.addStretch(1)
        halves = QHBoxLayout()
        halves.setSpacing(theme.MARGIN)
        halves.addWidget(self._list, 3)
        halves.addLayout(right, 2)
        return halves

    def _buttons(self, *, salvages: bool) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        buttons.addButton(self._go, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        other = buttons.addButton(tr("Another file…"), QDialogButtonBox.ButtonRole.ResetRole)
        other.clicked.connect(self._take_other)
        if salvages:
            salvage = buttons.addButton(tr("Save what can be read…"), QDialogButtonBox.ButtonRole.ResetRole)
            salvage.clicked.connect(self._take_salvage)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def choose(self, path: Path) -> None:
        """Choose a file of the list."""
        for place in range(self._list.topLevelItemCount()):
            item = self._list.topLevelItem(place)
            if item is not None and item.data(0, PATH) == str(path):
                self._list.setCurrentItem(item)

    @Slot()
    def _show_current(self) -> None:
        item = self._list.currentItem()
        self.chosen = None
        self._go.setEnabled(False)
        if item is not None:
            self._look(Path(item.data(0, PATH)), self._show)

    def _show(self, looked: Looked) -> None:
        item = self._list.currentItem()
        if item is None or item.data(0, PATH) != str(looked.path):
            return  # another one was chosen meanwhile
        self._facts.show_both(looked, self._now)
        self._go.setEnabled(looked.contents is not None)
        self._go.setDefault(looked.contents is not None)
        self.chosen = looked.path if looked.contents is not None else None

    @Slot()
    def _take_other(self) -> None:
        path = self._choose_other()
        if path is not None:
            made = datetime.datetime.fromtimestamp(path.stat().st_mtime)
            item = QTreeWidgetItem([formats.instant(made), path.name, str(path.parent)])
            item.setData(0, PATH, str(path))
            self._list.insertTopLevelItem(0, item)
            self._list.setCurrentItem(item)

    @Slot()
    def _take_salvage(self) -> None:
        self.is_salvage_wanted = True
        self.reject()
