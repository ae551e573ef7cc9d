"""Paper on the screen: PDFs previewed inside the window, printed at the printer's own resolution, or saved.

The PDF is the truth. pypdfium2 draws it off the GUI thread; one lock serves all of it, since pdfium is not thread-safe.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPageLayout, QPageSize, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from pegboard.documents.drawings import PDFIUM
from pegboard.domain.errors import PegboardError, Refused
from pegboard.i18n import tr
from pegboard.storage.store import Reading
from pegboard.ui import icons, theme
from pegboard.ui.desk import Desk, Paper

POINTS = 72  # to the inch
ZOOMS = (50, 75, 100, 125, 150, 200, 300)  # per cent
SCREEN_DPI = 96
MOST_PRINTER_DPI = 600  # finer only costs memory


@dataclass(frozen=True, slots=True)
class Drawn:
    """All papers of a preview as PDFs.

    Attributes: files: the PDFs, in order; pages: (file, page in it) of each page.
    """

    files: tuple[bytes, ...]
    pages: tuple[tuple[int, int], ...]


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return len(document)
        finally:
            document.close()


def page_image(pdf: bytes, page: int, dpi: float) -> QImage:
    """Draw one page on white at `dpi`; may be called on any thread."""
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            bitmap = document[page].render(scale=dpi / POINTS, rev_byteorder=True, prefer_bgrx=True)
            form = QImage.Format.Format_RGBX8888
            image = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, form)
            return image.copy()
        finally:
            document.close()


def page_size(pdf: bytes, page: int) -> QSizeF:
    """Return the size of a page in points."""
    import pypdfium2

    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return QSizeF(*document[page].get_size())
        finally:
            document.close()


def print_pdfs(pdfs: Sequence[bytes], printer: object) -> int:
    """Print PDFs page by page at actual size, at the printer's resolution; returns the number of pages."""
    from PySide6.QtPrintSupport import QPrinter

    assert isinstance(printer, QPrinter)
    printer.setFullPage(True)
    painter = QPainter()
    printed = 0
    for pdf in pdfs:
        for page in range(page_count(pdf)):
            _set_page(printer, page_size(pdf, page))
            if printed == 0 and not painter.begin(printer):
                raise Refused(tr("The printer does not answer."), hint=tr("Check it, or save the paper as PDF."))
            if printed:
                printer.newPage()
            dpi = min(printer.resolution(), MOST_PRINTER_DPI)
            image = page_image(pdf, page, dpi)
            scale = printer.resolution() / dpi
            painter.drawImage(QRectF(0, 0, image.width() * scale, image.height() * scale), image)
            printed += 1
    painter.end()
    return printed


def _set_page(printer: object, size: QSizeF) -> None:
    """Give the printer the paper's own size, so that nothing is scaled to fit."""
    from PySide6.QtPrintSupport import QPrinter

    assert isinstance(printer, QPrinter)
    is_wide = size.width() > size.height()
    upright = size.transposed() if is_wide else size
    orientation = QPageLayout.Orientation.Landscape if is_wide else QPageLayout.Orientation.Portrait
    paper = QPageSize(upright, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    printer.setPageLayout(QPageLayout(paper, orientation, QMarginsF(0, 0, 0, 0)))


class PageView(QWidget):
    """One page on a grey ground."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Page"))

    def show_image(self, image: QImage) -> None:
        """Show a page drawn at the screen's own density."""
        self._image = image
        size = image.deviceIndependentSize().toSize()
        self.setMinimumSize(size.width() + 2 * theme.MARGIN, size.height() + 2 * theme.MARGIN)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: the page in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.colours().sidebar))
        if self._image.isNull():
            return
        size = self._image.deviceIndependentSize()
        left, top = max((self.width() - size.width()) / 2, 0), theme.MARGIN
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
        painter.setPen(QColor(theme.colours().line))
        painter.drawRect(QRectF(left, top, size.width(), size.height()))


class PreviewPage(QWidget):
    """Papers page by page: Enter prints with the last settings, Ctrl+S saves, Esc goes back.

    Signals: closed(): the person is done with it.
    """

    closed = Signal()

    def __init__(self, desk: Desk, title: str, papers: Sequence[Paper]) -> None:
        super().__init__()
        self._desk = desk
        self._title_text = title
        self._papers = tuple(papers)
        self._drawn: Drawn | None = None
        self._page = 0
        self._zoom = 0  # per cent; 0 fits the page into the window
        self.setAccessibleName(tr("Preview: {title}", title=title))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._where = QLabel()
        self._view = PageView()
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._bar(title))
        layout.addWidget(self._scroll, 1)
        self._draw()

    def _bar(self, title: str) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        bar.setSpacing(theme.GAP)
        name = QLabel(title)
        name.setObjectName("detail_title")
        bar.addWidget(name, 1)
        bar.addWidget(self._where)
        for icon, text, action in (
            ("back", tr("Previous page"), self.previous_page),
            ("forward", tr("Next page"), self.next_page),
            ("zoom-out", tr("Smaller"), self.zoom_out),
            ("zoom-in", tr("Larger"), self.zoom_in),
        ):
            bar.addWidget(self._button(icon, "", text, action))
        bar.addWidget(self._button("save", tr("Save as PDF…"), tr("Save as PDF"), self.save))
        bar.addWidget(self._button("settings", tr("Print with…"), tr("Choose printer and copies"), self.print_with))
        primary = self._button("print", tr("Print   Enter"), tr("Print with the last settings"), self.print_now)
        primary.setProperty("primary", True)
        bar.addWidget(primary)
        bar.addWidget(self._button("close", "", tr("Close the preview (Esc)"), self.close_preview))
        return bar

    def _button(self, icon: str, text: str, help_text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        if not text:
            button.setIcon(icons.icon(icon))
        button.setAccessibleName(help_text)
        button.setToolTip(help_text)
        button.clicked.connect(action)
        return button

    # --- drawing

    def _draw(self) -> None:
        self._where.setText(tr("Drawing…"))
        draws = [paper.draw for paper in self._papers]

        def work(reading: Reading) -> Drawn:
            files = tuple(draw(reading) for draw in draws)
            pages = [(place, page) for place, pdf in enumerate(files) for page in range(page_count(pdf))]
            return Drawn(files, tuple(pages))

        self._desk.runner.read("preview", work, self._show_drawn, self._refuse)

    def _show_drawn(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._page = 0
        self._show_page()

    def _refuse(self, error: PegboardError) -> None:
        self._desk.messages.error(error)
        self.closed.emit()

    def _show_page(self) -> None:
        if self._drawn is None or not self._drawn.pages:
            return
        file, page = self._drawn.pages[self._page]
        number = self._papers[file].number
        self._where.setText(
            tr("{number}, page {page} of {pages}", number=number, page=self._page + 1, pages=len(self._drawn.pages))
        )
        pdf, ratio = self._drawn.files[file], self.devicePixelRatioF()
        dpi = self._dpi(page_size(pdf, page))

        def work() -> QImage:
            image = page_image(pdf, page, dpi * ratio)
            image.setDevicePixelRatio(ratio)
            return image

        self._desk.runner.compute("preview.page", work, self._view.show_image)

    def _dpi(self, size: QSizeF) -> float:
        """Return the resolution for the zoom; at 0 the whole page fits."""
        if self._zoom:
            return SCREEN_DPI * self._zoom / 100
        room = self._scroll.viewport().size()
        wide = (room.width() - 2 * theme.MARGIN) / size.width()
        high = (room.height() - 2 * theme.MARGIN) / size.height()
        return float(max(min(wide, high) * POINTS, SCREEN_DPI / 4))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: a page that fits goes on fitting."""
        super().resizeEvent(event)
        if not self._zoom:
            self._show_page()

    # --- what a person does

    @Slot()
    def next_page(self) -> None:
        """Turn the page."""
        self._turn(1)

    @Slot()
    def previous_page(self) -> None:
        """Turn back."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        if self._drawn is not None and 0 <= self._page + step < len(self._drawn.pages):
            self._page += step
            self._scroll.verticalScrollBar().setValue(0)
            self._show_page()

    @Slot()
    def zoom_in(self) -> None:
        """Show the page larger."""
        self._zoom = next((zoom for zoom in ZOOMS if zoom > (self._zoom or 75)), ZOOMS[-1])
        self._show_page()

    @Slot()
    def zoom_out(self) -> None:
        """Show the page smaller, at last so that it fits."""
        self._zoom = next((zoom for zoom in reversed(ZOOMS) if zoom < self._zoom), 0)
        self._view.setMinimumSize(0, 0)
        self._show_page()

    @Slot()
    def save(self) -> None:
        """Save as one PDF file."""
        if self._drawn is None:
            return
        first = self._papers[0]
        path = self._desk.messages.save_file(tr("Save as PDF"), tr("PDF (*.pdf)"), f"{first.number or first.kind}.pdf")
        if path is not None:
            files = self._drawn.files
            self._desk.runner.compute("preview.save", lambda: save_pdfs(path, files), self._say_saved)

    def _say_saved(self, path: Path) -> None:
        self._desk.messages.notice(tr("Saved as {path}.", path=path))

    @Slot()
    def print_now(self) -> None:
        """Print with the last settings of this kind of paper."""
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

        chosen = self._desk.state.get(f"printer.{self._papers[0].kind}", "")
        known = QPrinterInfo.availablePrinterNames()
        if not known:
            self._desk.messages.warn(tr("This computer has no printer."), tr("Save as PDF…"), self.save)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if chosen in known:
            printer.setPrinterName(chosen)
        self._print(printer)

    @Slot()
    def print_with(self) -> None:
        """Choose a printer first; it is remembered for this kind of paper."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if self._desk.messages.run_dialog(dialog):
            self._desk.state.set(f"printer.{self._papers[0].kind}", printer.printerName())
            self._print(printer)

    def _print(self, printer: object) -> None:
        if self._drawn is None:
            return
        try:
            pages = print_pdfs(self._drawn.files, printer)
        except PegboardError as error:
            self._desk.messages.error(error)
            return
        for paper in self._papers:
            if paper.printed is not None:
                paper.printed()
        said = (
            tr("1 page sent to the printer.") if pages == 1 else tr("{count} pages sent to the printer.", count=pages)
        )
        self._desk.messages.notice(said)
        self.closed.emit()

    @Slot()
    def close_preview(self) -> None:
        """Go back to the page before."""
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the keys of a preview."""
        action = {
            Qt.Key.Key_Escape: self.close_preview,
            Qt.Key.Key_Return: self.print_now,
            Qt.Key.Key_Enter: self.print_now,
            Qt.Key.Key_PageDown: self.next_page,
            Qt.Key.Key_Right: self.next_page,
            Qt.Key.Key_PageUp: self.previous_page,
            Qt.Key.Key_Left: self.previous_page,
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
        }.get(Qt.Key(event.key()))
        if action is not None:
            action()
        else:
            super().keyPressEvent(event)


def save_pdfs(path: Path, files: Sequence[bytes]) -> Path:
    """Write PDFs as one file, beside its place first; Refused where the disk says no."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(files[0] if len(files) == 1 else _joined(files))
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise Refused(tr("{path} cannot be written: {reason}.", path=path, reason=reason)) from error
    return path


def _joined(files: Sequence[bytes]) -> bytes:
    import io

    from pypdf import PdfWriter

    writer = PdfWriter()
    for pdf in files:
        writer.append(io.BytesIO(pdf))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
