"""Paper on the screen: pages are drawn as they are printed, saved as they are shown."""

import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from reportlab.lib.pagesizes import A4, A5, landscape
from reportlab.pdfgen.canvas import Canvas

from pegboard.ui import printing
from pegboard.ui.desk import Paper


def paper(text, pages=1, size=A4):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for page in range(pages):
        canvas.drawString(100, 100, f"{text} {page + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.fixture
def preview(qtbot, desk):
    papers = (
        Paper("traveler", "WO-0001", lambda _reading: paper("one", 2)),
        Paper("traveler", "WO-0002", lambda _reading: paper("two", size=landscape(A5))),
    )
    page = printing.PreviewPage(desk, "Travelers", papers)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    qtbot.waitUntil(lambda: not page._view._image.isNull())
    return page


def test_a_page_is_white_and_has_its_own_size(qapp):
    image = printing.page_image(paper("x"), 0, 72)
    assert (image.width(), image.height()) == (596, 842)
    assert image.pixelColor(5, 5).name() == "#ffffff"
    assert any(image.pixelColor(x, 842 - 104).lightness() < 128 for x in range(100, 120))


def test_pages_of_a_batch_follow_each_other(qtbot, preview):
    assert preview._where.text() == "WO-0001, page 1 of 3"
    qtbot.keyClick(preview, Qt.Key.Key_PageDown)
    qtbot.keyClick(preview, Qt.Key.Key_PageDown)
    qtbot.keyClick(preview, Qt.Key.Key_PageDown)
    assert preview._where.text() == "WO-0002, page 3 of 3"


def test_a_batch_is_saved_as_one_file(qtbot, preview, tmp_path, settle, desk, monkeypatch):
    monkeypatch.setattr(desk.messages, "save_file", lambda *_: tmp_path / "batch.pdf")
    preview.save()
    settle(desk)
    assert printing.page_count((tmp_path / "batch.pdf").read_bytes()) == 3


def test_a_batch_is_printed_at_its_own_sizes(qapp, tmp_path):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert printing.print_pdfs((paper("one", 2), paper("two", size=landscape(A5))), printer) == 3
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert printing.page_count(printed) == 3
    sizes = [printing.page_size(printed, page).toSize() for page in range(3)]
    assert [(size.width(), size.height()) for size in sizes] == [(595, 842), (595, 842), (595, 420)]


def test_without_a_printer_saving_is_offered(preview, shell):
    preview.print_now()
    assert shell.notices == [("plain", "This computer has no printer.")]


def test_escape_goes_back(qtbot, preview):
    with qtbot.waitSignal(preview.closed):
        qtbot.keyClick(preview, Qt.Key.Key_Escape)
