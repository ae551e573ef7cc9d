"""Files on a record, as a person handles them: drop, paste, look at, hand out, take away, and take that back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QPushButton
from tests.builders import add_bom, add_customer, add_item, add_order, add_work_order, doing

from pegboard.domain.attachment import Owner
from pegboard.domain.roles import Role, rights_of
from pegboard.queries.attachments import attachments
from pegboard.services import attachments as service
from pegboard.services.undo import undo
from pegboard.ui import attachments as part_module
from pegboard.ui.attachments import AttachmentsPart
from pegboard.ui.items.workspace import ItemsPage
from pegboard.ui.items.workspace import workspace as items_page
from pegboard.ui.orders.workspace import workspace as orders_page

LAMP = Owner("item", "LAMP")
PDF = b"%PDF-1.7 a drawing"


@pytest.fixture
def shop(workshop):
    """LAMP in two BOM revisions, an order and a job for it."""
    with doing(workshop) as tx:
        add_item(tx, "LAMP", "make", description="Desk lamp")
        add_item(tx, "BULB")
        add_bom(tx, "LAMP", {"BULB": 1}, revision="C")
        add_customer(tx, "ACME")
        add_order(tx, "SO-1", [("LAMP", 1, "2026-12-10")], customer="ACME")
        add_work_order(tx, "WO-1", "LAMP", 1)
    return workshop


@pytest.fixture
def part(qtbot, desk, shop, settle) -> AttachmentsPart:
    made = AttachmentsPart(desk, "test_files")
    qtbot.addWidget(made)
    made.resize(900, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.show_owner(LAMP)
    settle(desk)
    return made


def files(shop, owner: Owner = LAMP) -> list[str]:
    with shop.read() as reading:
        return [row.name for row in attachments(reading, owner)]


def press(part: AttachmentsPart, title: str) -> None:
    """Press the button with this title, which must be there and enabled."""
    [button] = [each for each in part.findChildren(QPushButton) if each.text() == title]
    assert button.isVisible()
    assert button.isEnabled()
    button.click()


def dropped(paths: list[Path]) -> QMimeData:
    offered = QMimeData()
    offered.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return offered


def test_files_that_are_dropped_are_attached(part, desk, shop, settle, tmp_path: Path) -> None:
    (tmp_path / "D-88.pdf").write_bytes(PDF)
    (tmp_path / "notes.txt").write_bytes(b"twice")
    offered = dropped([tmp_path / "D-88.pdf", tmp_path / "notes.txt"])
    event = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, offered, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    part.dropEvent(event)
    settle(desk)
    assert event.isAccepted()
    assert files(shop) == ["D-88.pdf", "notes.txt"]
    assert [row.name for row in part.rows] == ["D-88.pdf", "notes.txt"]


def test_one_bad_file_leaves_all_of_them_out_and_says_why(part, desk, shop, shell, settle, tmp_path: Path) -> None:
    (tmp_path / "D-88.pdf").write_bytes(PDF)
    (tmp_path / "setup.exe").write_bytes(b"MZ")
    part.take(dropped([tmp_path / "D-88.pdf", tmp_path / "setup.exe"]))
    settle(desk)
    assert files(shop) == []
    assert "setup.exe is a program" in shell.notices[-1][1]


@pytest.mark.parametrize("name", ["", "gone.pdf"])
def test_what_is_no_file_is_refused(part, desk, shop, shell, settle, tmp_path: Path, name: str) -> None:
    part.take(dropped([tmp_path / name]))
    settle(desk)
    assert files(shop) == []
    assert "is no file" in shell.notices[-1][1]


def test_a_picture_is_pasted_and_stands_for_the_item(part, desk, shop, settle, qtbot) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkYellow)
    QGuiApplication.clipboard().setImage(image)
    part.setFocus()
    qtbot.keySequence(part, QKeySequence("Ctrl+V"))
    settle(desk)
    assert files(shop) == ["Picture 2026-11-23.png"]
    assert part.rows[0].is_picture
    assert part.picture.isVisible()


def test_a_link_to_the_web_is_not_fetched(part, desk, shop, settle) -> None:
    offered = QMimeData()
    offered.setUrls([QUrl("https://example.com/D-88.pdf")])
    assert not part.take(offered)
    settle(desk)
    assert files(shop) == []


def test_a_file_is_opened_from_a_copy_that_only_this_user_reads(part, desk, shop, settle, monkeypatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(part_module, "open_outside", lambda path: opened.append(path) or True)
    with doing(shop) as tx:
        service.attach(tx, LAMP, "D-88.pdf", PDF)
    part.show_owner(LAMP)
    settle(desk)
    press(part, "Open")
    settle(desk)
    [path] = opened
    assert (path.name, path.read_bytes()) == ("D-88.pdf", PDF)
    assert path.stat().st_mode & 0o777 == 0o400
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_what_might_run_is_not_opened(part, desk, shop, shell, settle, monkeypatch) -> None:
    monkeypatch.setattr(part_module, "open_outside", lambda _path: pytest.fail("opened"))
    with doing(shop) as tx:
        service.attach(tx, LAMP, "page.html", b"<script>")
        service.attach(tx, LAMP, "form.pdf", PDF + b" /OpenAction << /S /JavaScript >>")
    part.show_owner(LAMP)
    settle(desk)
    for place in range(2):
        part.table.select_place(place)
        press(part, "Open")
        settle(desk)
        assert "not opened from here" in shell.notices[-1][1]


def test_a_file_is_saved_where_the_person_wants_it(part, desk, shop, shell, settle, monkeypatch, tmp_path) -> None:
    with doing(shop) as tx:
        service.attach(tx, LAMP, "macro.docm", b"PK...")
    part.show_owner(LAMP)
    settle(desk)
    monkeypatch.setattr(desk.messages, "save_file", lambda *_asked: tmp_path / "kept.docm")
    press(part, "Save as…")
    settle(desk)
    assert (tmp_path / "kept.docm").read_bytes() == b"PK..."
    assert "is saved to" in shell.notices[-1][1]


def test_a_drawing_is_marked_and_removed_and_that_is_undone(part, desk, shop, shell, settle) -> None:
    with doing(shop) as tx:
        service.attach(tx, LAMP, "D-88.pdf", PDF, revision="4")
    part.show_owner(LAMP)
    settle(desk)
    press(part, "Print with traveler")
    settle(desk)
    assert part.rows[0].prints
    press(part, "Remove")
    settle(desk)
    assert files(shop) == []
    shell.last_action()
    assert shell.asked[-1] == ("command", "entry.undo")
    with doing(shop) as tx:
        undo(tx)
    settle(desk)
    with shop.read() as reading:
        [row] = attachments(reading, LAMP)
    assert (row.name, row.revision, row.prints) == ("D-88.pdf", "4", True)


def test_who_only_reads_can_open_and_no_more(part, desk, shop, settle) -> None:
    with doing(shop) as tx:
        service.attach(tx, LAMP, "D-88.pdf", PDF)
    desk.runner.rights = rights_of(Role.READER)
    part.show_owner(LAMP)
    settle(desk)
    enabled = [each.text() for each in part.findChildren(QPushButton) if each.isEnabled()]
    assert enabled == ["Open", "Save as…"]
    assert not part.can_add()


def test_an_items_files_are_a_tab_with_those_of_each_revision(qtbot, desk, shop, settle) -> None:
    page = items_page(desk)
    assert isinstance(page, ItemsPage)
    qtbot.addWidget(page)
    page.resize(1240, 800)
    with qtbot.waitExposed(page):
        page.show()
    with doing(shop) as tx:
        service.attach(tx, LAMP, "D-88.pdf", PDF)
        service.attach(tx, Owner("bom", "LAMP", "C"), "D-88 C.pdf", PDF + b"C")
    page.show_record("item", "LAMP")
    settle(desk)
    {command.id: command for command in page.commands()}["item.tab_files"].run()
    settle(desk)
    tab = page.pane.files
    assert [row.name for row in tab.files.rows] == ["D-88.pdf"]
    tab.choice.setCurrentIndex(1)
    settle(desk)
    assert [row.name for row in tab.files.rows] == ["D-88 C.pdf"]


def test_an_order_shows_its_files(qtbot, desk, shop, settle) -> None:
    page = orders_page(desk)
    qtbot.addWidget(page)
    with doing(shop) as tx:
        service.attach(tx, Owner("order", "SO-1"), "their drawing.pdf", PDF)
    page.show_record("order", "SO-1")
    settle(desk)
    assert [row.name for row in page.pane.files.rows] == ["their drawing.pdf"]


def test_files_of_an_order_are_not_shown_to_who_sees_no_money(part, desk, shop, settle) -> None:
    order = Owner("order", "SO-1")
    with doing(shop, "attachment.add") as tx:
        service.attach(tx, order, "their order.pdf", PDF)
    for role, shown in ((Role.FLOOR, []), (Role.OWNER, ["their order.pdf"])):
        desk.runner.rights = rights_of(role)
        part.show_owner(order)
        settle(desk)
        assert [row.name for row in part.rows] == shown
        assert part.isEnabled() is bool(shown)
