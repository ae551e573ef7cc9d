"""The files on a record: drop them in, paste a picture, look at them, hand them out, take them away."""

import shutil
import weakref
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QPixmap,
)
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pegboard.domain.attachment import MAY_TELL_AMOUNTS, MOST_PNG_PIXELS, PRINTED, Owner
from pegboard.domain.errors import InvalidInput
from pegboard.exchange.attached_files import extract, read_file, save
from pegboard.i18n import tr
from pegboard.queries.attachments import AttachmentRow, attachments, content_of, stored
from pegboard.services import attachments as service
from pegboard.storage.store import Reading, Transaction
from pegboard.ui import formats, theme
from pegboard.ui.button import Button
from pegboard.ui.columns import Column, text_column
from pegboard.ui.desk import Desk
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.fields import TextField
from pegboard.ui.flow import FlowLayout
from pegboard.ui.form import Form

PICTURE = 240  # pixels of the item's picture, at most
Files = Sequence[tuple[str, bytes]]


class AttachmentsPart(QWidget):
    """Shows the files of a record; `name` is unique in the program and remembers the columns.

    Signals: chosen(): another file is current, or there are other files; the commands of the page may differ.
    """

    chosen = Signal()

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self.owner: Owner | None = None
        self.rows: tuple[AttachmentRow, ...] = ()
        self._desk = desk
        self._name = name
        self._folder: Path | None = None  # of what is being looked at
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Files"))
        self.picture = QLabel()
        self.picture.hide()
        self.table: DetailTable[AttachmentRow] = DetailTable(desk, name, tr("Files"), _columns(), key=_key)
        self.table.row_opened.connect(self._open_row)
        self.table.row_changed.connect(self._note_current)
        self._hint = QLabel(tr("Drop files here, or paste a picture with Ctrl+V."), wordWrap=True)
        self._hint.setProperty("secondary", True)
        self._buttons = self._make_buttons()
        self._lay_out()
        self._refresh_buttons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        desk.bus.changed.connect(self._note_change)

    def _make_buttons(self) -> tuple[tuple[Button, Callable[[], bool]], ...]:
        made = []
        for title, act, may, help_ in (
            (tr("Attach files…"), self.add, self.can_add, tr("Keeps files with this record.")),
            (tr("Open"), self.open, self.has_current, tr("Shows the file in its own program. Nothing is ever run.")),
            (tr("Save as…"), self.save, self.has_current, tr("Writes the file to the disk.")),
            (
                tr("Print with traveler"),
                self.toggle_prints,
                self.can_print,
                tr("Prints it behind each traveler from now on, or no more."),
            ),
            (tr("Revision…"), self.ask_revision, self.can_change, tr("Says which revision of the drawing it is.")),
            (tr("Replace…"), self.replace, self.can_change, tr("Puts the next revision in its place.")),
            (tr("Show first"), self.show_first, self.can_change, tr("The first picture stands for the item.")),
            (tr("Remove"), self.remove, self.can_change, tr("Takes the file from this record. Can be undone.")),
        ):
            button = Button(title)
            button.setToolTip(help_)
            button.setAccessibleDescription(help_)
            button.clicked.connect(act)
            made.append((button, may))
        return tuple(made)

    def _lay_out(self) -> None:
        bar = QWidget()
        flow = FlowLayout(bar, theme.GAP)
        flow.setContentsMargins(0, 0, 0, 0)
        for button, _may in self._buttons:
            flow.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self.table)
        layout.addWidget(self._hint)
        layout.addWidget(bar)
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    # --- what is shown

    def show_owner(self, owner: Owner | None) -> None:
        """Show the files of a record; read again where it is the one that is shown.

        Who may not see money is shown none of an order or a purchase: what others wrote there may tell prices.
        """
        if owner is not None and owner.kind in MAY_TELL_AMOUNTS and not self._desk.runner.rights.sees_money:
            owner = None
        self.setEnabled(owner is not None)
        if owner != self.owner:
            self._show_rows(())
            self._show_picture(b"")
        self.owner = owner
        if owner is not None:
            self._desk.runner.read(f"{self._name}.files", partial(_read, owner=owner), partial(self._take, owner))

    @Slot(object)
    def _note_change(self, nouns: frozenset[str]) -> None:
        if "attachment" in nouns and self.owner is not None:
            self.show_owner(self.owner)

    def _take(self, owner: Owner, found: tuple[tuple[AttachmentRow, ...], bytes]) -> None:
        if owner == self.owner:
            self._show_rows(found[0])
            self._show_picture(found[1])

    def _show_rows(self, rows: tuple[AttachmentRow, ...]) -> None:
        self.rows = rows
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))
        self.setFocusProxy(self.table if rows else None)  # type: ignore[arg-type]  # Qt takes none
        for place, (button, _may) in enumerate(self._buttons):
            button.setVisible(place == 0 or bool(rows))
        self._note_current()

    def _show_picture(self, small: bytes) -> None:
        shown = QPixmap()
        if small and shown.loadFromData(small):
            self.picture.setPixmap(
                shown.scaled(
                    PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
            )
            self.picture.setAccessibleName(tr("Picture of {item}", item=self.owner.number if self.owner else ""))
        self.picture.setVisible(not shown.isNull())

    def current(self) -> AttachmentRow | None:
        """The file that is chosen."""
        return self.table.current() if self.rows else None

    @Slot()
    def _note_current(self) -> None:
        self._refresh_buttons()
        self.chosen.emit()

    def _refresh_buttons(self) -> None:
        for button, may in self._buttons:
            button.setEnabled(may())

    # --- when

    def can_add(self) -> bool:
        """Whether files may be hung on this record."""
        return self.owner is not None and self._desk.runner.rights.may("attachment.add")

    def has_current(self) -> bool:
        """Whether a file is chosen."""
        return self.current() is not None

    def can_change(self) -> bool:
        """Whether the chosen file may be changed or taken away."""
        return self.has_current() and self._desk.runner.rights.may("attachment.change")

    def can_print(self) -> bool:
        """Whether the chosen file can follow a traveler."""
        row = self.current()
        return row is not None and row.form in PRINTED and self.can_change() and row.owner.kind != "purchase_order"

    # --- what is done

    @Slot()
    def add(self) -> None:
        """Ask for a file and attach it."""
        path = self._desk.messages.open_file(tr("Attach a file"), tr("All files (*)")) if self.can_add() else None
        if path is not None:
            self.add_paths([path])

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Attach files from the disk, all of them or none."""
        self._attach(partial(_read_files, tuple(paths)), len(paths))

    def add_picture(self, image: QImage) -> None:
        """Attach a picture from the clipboard or from another program."""
        name = tr("Picture {day}.png", day=self._desk.today().isoformat())
        try:
            files = ((name, _png(image)),)
        except InvalidInput as error:
            self._desk.messages.error(error)
            return
        self._attach(lambda: files, 1)

    def _attach(self, read: Callable[[], Files], count: int) -> None:
        owner = self.owner
        if owner is None or not self.can_add():
            return

        def act(tx: Transaction) -> list[int]:
            return [service.attach(tx, owner, name, content) for name, content in read()]

        said = tr("Attached to {record}.", record=owner.number)
        if count > 1:
            said = tr("{count} files attached to {record}.", count=count, record=owner.number)
        self._desk.runner.write("attachment.add", act, lambda _keys: self._say(said))

    def _say(self, said: str) -> None:
        self._desk.messages.notice(said, tr("Undo"), partial(self._desk.shell.run_command, "entry.undo"))

    @Slot()
    def open(self) -> None:
        """Show the chosen file in its own program, from a copy that nobody can change."""
        row = self.current()
        if row is None:
            return
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="pegboard-"))
            weakref.finalize(
                self, shutil.rmtree, self._folder, ignore_errors=True
            )  # at the latest when the program ends
        folder, key = self._folder, row.key
        self._desk.runner.read(
            f"{self._name}.open", lambda reading: extract(content_of(reading, key), folder), self._opened
        )

    def _opened(self, path: Path) -> None:
        if not open_outside(path):
            self._desk.messages.warn(tr("No program for {name} was found. Save it instead.", name=path.name))

    @Slot(object)
    def _open_row(self, _row: AttachmentRow) -> None:
        self.open()

    @Slot()
    def save(self) -> None:
        """Write the chosen file where the person wants it."""
        row = self.current()
        path = (
            self._desk.messages.save_file(tr("Save file"), tr("All files (*)"), row.name) if row is not None else None
        )
        if row is None or path is None:
            return
        key, said = row.key, tr("{name} is saved to {path}.", name=row.name, path=path)
        self._desk.runner.read(
            f"{self._name}.save",
            lambda reading: save(content_of(reading, key), path),
            lambda _nothing: self._desk.messages.notice(said),
        )

    @Slot()
    def toggle_prints(self) -> None:
        """Print the chosen file behind each traveler from now on, or no more."""
        row = self.current()
        if row is None or not self.can_print():
            return
        key, prints = row.key, not row.prints
        said = tr("{name} is printed with travelers.", name=row.name)
        if not prints:
            said = tr("{name} is printed no more.", name=row.name)
        self._write("attachment.change", lambda tx: service.mark(tx, key, prints=prints), said)

    @Slot()
    def ask_revision(self) -> None:
        """Ask which revision of the drawing the chosen file is."""
        row = self.current()
        if row is None or not self.can_change():
            return
        form = Form(tr("Revision of {name}", name=row.name), tr("Keep revision"))
        field = TextField(tr("Revision"), is_needed=False)
        field.set_value(row.revision)
        form.add(field.title, field)
        if self._desk.messages.run_dialog(form):
            key, revision = row.key, str(field.value() or "")
            said = tr("{name} is revision {revision}.", name=row.name, revision=revision or "-")
            self._write("attachment.change", lambda tx: service.mark(tx, key, revision=revision), said)

    @Slot()
    def replace(self) -> None:
        """Ask for the file that takes the place of the chosen one."""
        row = self.current()
        if row is None or not self.can_change():
            return
        path = self._desk.messages.open_file(tr("Replace {name}", name=row.name), tr("All files (*)"))
        if path is not None:
            key, said = row.key, tr("{old} is replaced by {name}.", old=row.name, name=path.name)
            self._write("attachment.change", lambda tx: service.replace(tx, key, *read_file(path)), said)

    @Slot()
    def show_first(self) -> None:
        """Put the chosen file before the others."""
        row = self.current()
        if row is not None and self.can_change():
            key, said = row.key, tr("{name} comes first.", name=row.name)
            self._write("attachment.change", lambda tx: service.show_first(tx, key), said)

    @Slot()
    def remove(self) -> None:
        """Take the chosen file from the record."""
        row = self.current()
        if row is not None and self.can_change():
            key, said = row.key, tr("{name} is removed.", name=row.name)
            self._write("attachment.remove", lambda tx: service.detach(tx, key), said)

    def _write(self, command: str, act: Callable[[Transaction], None], said: str) -> None:
        self._desk.runner.write(command, act, lambda _nothing: self._say(said))

    # --- drop and paste

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Ctrl+V attaches what is on the clipboard, Del removes."""
        if event.key() == Qt.Key.Key_V and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.take(QGuiApplication.clipboard().mimeData())
        elif event.key() == Qt.Key.Key_Delete:
            self.remove()
        else:
            super().keyPressEvent(event)

    def take(self, offered: QMimeData) -> bool:
        """Attach the files or the picture that were dropped or pasted; say whether there were any."""
        paths = local_files(offered)
        if paths:
            self.add_paths(paths)
        elif offered.hasImage():
            image = offered.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.add_picture(image)
        else:
            return False
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: files and pictures may be dropped here."""
        if self.can_add() and (local_files(event.mimeData()) or event.mimeData().hasImage()):
            event.acceptProposedAction()
            self._hint.setText(tr("Let go to attach it."))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Qt: nothing was dropped."""
        self._show_hint()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: attach what was dropped."""
        self._show_hint()
        if self.take(event.mimeData()):
            event.acceptProposedAction()

    def _show_hint(self) -> None:
        self._hint.setText(tr("Drop files here, or paste a picture with Ctrl+V."))


def local_files(offered: QMimeData) -> list[Path]:
    """The files on this computer that are offered; what lies on the web is not fetched."""
    return [Path(url.toLocalFile()) for url in offered.urls() if url.isLocalFile()] if offered.hasUrls() else []


def open_outside(path: Path) -> bool:
    """Open a file with the program that the computer has for it; False where there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _png(image: QImage) -> bytes:
    """A picture as a PNG file. Raises InvalidInput for one of absurd dimensions."""
    if image.width() * image.height() > MOST_PNG_PIXELS:
        raise InvalidInput(
            tr("The picture has {wide} × {high} points.", wide=image.width(), high=image.height()),
            hint=tr("Paste a smaller part of it."),
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, which Qt refuses
    return bytes(buffer.data().data())


def _read(reading: Reading, owner: Owner) -> tuple[tuple[AttachmentRow, ...], bytes]:
    """The files of a record, and a small form of the picture that stands for it."""
    from pegboard.documents.pictures import thumbnail

    rows = attachments(reading, owner)
    picture = next((row for row in rows if row.is_picture), None)
    return rows, thumbnail(stored(reading, picture.content_hash)) if picture is not None else b""


def read_picture(reading: Reading, owner: Owner) -> bytes:
    """A small form of the picture that stands for an item, b"" without one."""
    return _read(reading, owner)[1]


def _read_files(paths: tuple[Path, ...]) -> Files:
    return [read_file(path) for path in paths]


def _key(row: AttachmentRow) -> int:
    return row.key


def _columns() -> tuple[Column[AttachmentRow], ...]:
    return (
        text_column("name", tr("File"), lambda row: row.name, width=190),
        text_column("revision", tr("Revision"), lambda row: row.revision, width=66),
        text_column("use", tr("Use"), _use, width=116),
        Column("size", tr("Size"), _size, sort=lambda row: row.size, width=64),
        text_column("added", tr("Attached"), _added, width=150),
    )


def _use(row: AttachmentRow) -> str:
    if row.is_picture:
        return tr("the item's picture")
    return tr("with the traveler") if row.prints else ""


def _size(row: AttachmentRow) -> str:
    if row.size < 1_000_000:
        return tr("{size} kB", size=max(1, round(row.size / 1_000)))
    return tr("{size} MB", size=formats.decimal(Decimal(round(row.size / 100_000)) / 10))


def _added(row: AttachmentRow) -> str:
    day = formats.day(row.added_at.astimezone().date())
    return tr("{day} by {person}", day=day, person=row.added_by) if row.added_by else day
