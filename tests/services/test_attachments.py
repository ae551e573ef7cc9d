"""Files on records: kept once, found by their hash, undone like other data entry, and never more than they seem."""

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.builders import TODAY, add_bom, add_customer, add_item, add_order, add_work_order, doing, reading, workshop

from pegboard.domain.attachment import LARGEST, MOST, Owner, owner_of, refuse_open, safe_name
from pegboard.domain.errors import InvalidInput, NotFound, Refused
from pegboard.exchange.export import export_folder
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.attachments import attachments, content_of, pictures_of
from pegboard.services import attachments as service
from pegboard.services.undo import recording, redo, undo
from pegboard.storage.rows import number, run
from pegboard.storage.store import Store, Transaction

LAMP = Owner("item", "LAMP")
PDF = b"%PDF-1.7 a drawing"


def a_png(wide: int = 4, high: int = 4) -> bytes:
    """A grey picture; of large sides it is only said to be so."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes(min(wide, 64)) for _row in range(min(high, 64)))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def lamp(store: Store) -> Store:
    """A workshop with one item."""
    with doing(store) as tx:
        add_item(tx, "LAMP")
    return store


@contextmanager
def step(store: Store, command: str) -> Iterator[Transaction]:
    """A step of data entry, as the window takes it."""
    with store.transaction(command, today=TODAY, actor="Ann") as tx, recording(tx, command):
        yield tx


def names(store: Store, owner: Owner = LAMP) -> list[str]:
    """What hangs on a record."""
    with reading(store) as read:
        return [row.name for row in attachments(read, owner)]


def test_a_file_comes_back_as_it_was(lamp: Store) -> None:
    with doing(lamp, "attachment.add") as tx:
        key = service.attach(tx, LAMP, "D-88.pdf", PDF, revision="4", prints=True)
    with reading(lamp) as read:
        (row,) = attachments(read, LAMP)
        found = content_of(read, key)
    assert (row.name, row.form, row.revision, row.prints, row.size) == ("D-88.pdf", "pdf", "4", True, len(PDF))
    assert (found.content, found.content_hash) == (PDF, hashlib.sha256(PDF).hexdigest())
    assert row.added_by == "Ann"


def test_every_kind_of_record_takes_files(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", "make")
        add_item(tx, "BULB")
        add_bom(tx, "LAMP", {"BULB": 1}, revision="C")
        add_customer(tx, "ACME")
        add_order(tx, "SO-1", [("LAMP", 1, "2026-03-10")], customer="ACME")
        add_work_order(tx, "WO-1", "LAMP", 1)
        for text in ("ITEM:LAMP", "BOM:LAMP:C", "ORDER:SO-1", "JOB:WO-1"):
            owner = owner_of(text)
            service.attach(tx, owner, "D.pdf", PDF)
            (row,) = attachments(tx, owner)
            assert row.owner == owner
            assert row.owner.text == text
        assert number(tx, "SELECT count(*) FROM stored_file") == 1, "the same content is kept once"


@pytest.mark.parametrize("text", ["LAMP", "ITEM:", ":LAMP", "SHELF:A", "", "ITEM"])
def test_what_names_no_record_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="names no record"):
        owner_of(text)


def test_a_file_on_nothing_is_refused(lamp: Store) -> None:
    for text in ("ITEM:LAMP2", "BOM:LAMP:Z", "ORDER:SO-9", "JOB:WO-9", "PURCHASE:PO-9"):
        with pytest.raises(NotFound), doing(lamp) as tx:
            service.attach(tx, owner_of(text), "D.pdf", PDF)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/abs/D-88.pdf", "D-88.pdf"),
        ("C:\\D.pdf", "D.pdf"),
        ("C:D.pdf", "C_D.pdf"),
        ("inv\u202efdp.exe", "invfdp.exe"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1", "_lpt1"),
        ("...", "file"),
        ("", "file"),
        (".pdf", "pdf"),
        ("D.pdf. . ", "D.pdf"),
        ("W" * 500 + ".pdf", "W" * 116 + ".pdf"),
        ("\u200b.png", "png"),
        ("stream.txt:hidden", "stream.txt_hidden"),
    ],
)
def test_a_name_is_a_name_and_no_more(typed: str, kept: str) -> None:
    assert safe_name(typed) == kept
    assert safe_name(kept) == kept


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("D.pdf", b"", "is empty"),
        ("D.pdf", b"MZ\x90", "is a program"),
        ("tool.exe", b"x", "is a program"),
        ("drawing.pdf.scr", PDF, "is a program"),
        ("start", b"#!/bin/sh\nrm", "is a program"),
        ("D.pdf", a_png(), "It is a PNG picture"),
        ("D.png", PDF, "It is a PDF"),
        ("photo.jpg", b"GIF89a", "neither PDF nor PNG nor JPEG"),
        ("D.txt", PDF, "It is a PDF"),
        ("D.png", a_png(100_000, 100_000), "would unpack to 100000 × 100000 points"),
        ("D.png", a_png(0, 10), "is a damaged picture"),
        ("D.png", b"\x89PNG\r\n\x1a\n", "is a damaged picture"),
        ("D.jpg", b"\xff\xd8\xff\xe0\x00\x01", "is a damaged picture"),
        ("D.pdf", PDF + bytes(LARGEST), "is larger than 20 MB"),
    ],
)
def test_what_is_no_honest_file_is_refused_in_words(lamp: Store, name: str, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said), doing(lamp) as tx:
        service.attach(tx, LAMP, name, content)
    assert names(lamp) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("D.pdf", b"%PDF-1.7 /OpenAction << /S /JavaScript /JS (app.alert) >>"),
        ("D.pdf", b"%PDF-1.7 /S /J#61va#53cript"),
        ("D.pdf", b"%PDF-1.7 /S /Launch /F (cmd.exe)"),
        ("macro.docm", b"PK"),
        ("page.html", b"<script>"),
        ("logo.svg", b"<svg/>"),
        ("noending", b"x"),
    ],
)
def test_what_might_run_is_not_opened(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput, match="not opened"):
        refuse_open(name, content)


def test_a_plain_drawing_is_opened() -> None:
    for name, content in (("D.pdf", PDF), ("P.png", a_png()), ("cut.dxf", b"0\nSECTION")):
        refuse_open(name, content)


def test_the_same_file_hangs_once_on_a_record(lamp: Store) -> None:
    with doing(lamp) as tx:
        service.attach(tx, LAMP, "D.pdf", PDF)
    with pytest.raises(Refused, match="hangs there already"), doing(lamp) as tx:
        service.attach(tx, LAMP, "E.pdf", PDF)


def test_files_of_one_name_are_told_apart(lamp: Store) -> None:
    with doing(lamp) as tx:
        for place in range(3):
            service.attach(tx, LAMP, "Scan.pdf", PDF + bytes([65 + place]))
    assert names(lamp) == ["Scan.pdf", "Scan (2).pdf", "Scan (3).pdf"]


def test_a_record_has_a_bounded_number_of_files(lamp: Store) -> None:
    with doing(lamp) as tx:
        for place in range(MOST):
            service.attach(tx, LAMP, f"{place}.txt", str(place).encode())
    with pytest.raises(Refused, match="100 files"), doing(lamp) as tx:
        service.attach(tx, LAMP, "more.txt", b"more")


def test_a_workshop_has_room_for_a_gigabyte(lamp: Store) -> None:
    with doing(lamp) as tx:
        service.attach(tx, LAMP, "D.pdf", PDF)
        run(tx, "UPDATE stored_file SET size = ?", 1024 * 1024 * 1024)
    with pytest.raises(Refused, match="more than 1024 MB"), doing(lamp) as tx:
        service.attach(tx, LAMP, "E.pdf", PDF + b"E")


def test_the_first_picture_stands_for_the_item(lamp: Store) -> None:
    with doing(lamp) as tx:
        service.attach(tx, LAMP, "D.pdf", PDF, prints=True)
        service.attach(tx, LAMP, "scan.png", a_png(5, 5), prints=True)
        service.attach(tx, LAMP, "photo.png", a_png(6, 6))
        last = service.attach(tx, LAMP, "better.png", a_png(7, 7))
    with reading(lamp) as read:
        shown = [row for row in attachments(read, LAMP) if row.is_picture]
        item_id = number(read, "SELECT item_id FROM item")
        assert [row.name for row in shown] == ["photo.png"], "a scanned drawing is no picture of the item"
        assert pictures_of(read, [item_id]) == {item_id: shown[0].content_hash}
    with doing(lamp) as tx:
        service.show_first(tx, last)
        assert [row.name for row in attachments(tx, LAMP) if row.is_picture] == ["better.png"]
        assert pictures_of(tx, [item_id]) == {item_id: hashlib.sha256(a_png(7, 7)).hexdigest()}


def test_only_what_is_a_page_is_printed(lamp: Store) -> None:
    with doing(lamp) as tx:
        key = service.attach(tx, LAMP, "cut.dxf", b"0\nSECTION")
    with pytest.raises(InvalidInput, match="cannot be printed"), doing(lamp) as tx:
        service.mark(tx, key, prints=True)


def attached(tx: Transaction) -> None:
    """A file is added."""
    service.attach(tx, LAMP, "new.pdf", PDF + b"new")


def removed(tx: Transaction) -> None:
    """The file that is there is removed."""
    service.detach(tx, attachments(tx, LAMP)[0].key)


def replaced(tx: Transaction) -> None:
    """Another file comes in its place."""
    service.replace(tx, attachments(tx, LAMP)[0].key, "D-88 new.pdf", PDF + b"newer", revision="5")


def marked(tx: Transaction) -> None:
    """It is not printed any more."""
    service.mark(tx, attachments(tx, LAMP)[0].key, prints=False, revision="6")


@pytest.mark.parametrize("act", [attached, removed, replaced, marked])
def test_what_was_done_to_files_can_be_undone_and_done_again(lamp: Store, act: Callable[[Transaction], None]) -> None:
    with step(lamp, "attachment.add") as tx:
        service.attach(tx, LAMP, "D-88.pdf", PDF, revision="4", prints=True)
    with reading(lamp) as read:
        before = attachments(read, LAMP)
    with step(lamp, "attachment.change") as tx:
        act(tx)
    with reading(lamp) as read:
        after = attachments(read, LAMP)
    assert before != after
    with doing(lamp) as tx:
        assert "file" in undo(tx)
        assert attachments(tx, LAMP) == before
        assert content_of(tx, before[0].key).content == PDF
    with doing(lamp) as tx:
        redo(tx)
        assert attachments(tx, LAMP) == after


def test_a_content_goes_when_nothing_can_bring_it_back(lamp: Store) -> None:
    with step(lamp, "attachment.add") as tx:
        service.attach(tx, LAMP, "D.pdf", PDF)
    with step(lamp, "attachment.remove") as tx:
        service.detach(tx, attachments(tx, LAMP)[0].key)
    with step(lamp, "attachment.add") as tx:
        service.attach(tx, LAMP, "E.pdf", PDF + b"E")
        assert number(tx, "SELECT count(*) FROM stored_file") == 2, "an undo could still bring it back"
    with step(lamp, "attachment.remove") as tx:
        run(tx, "DELETE FROM undo_step")
        service.detach(tx, attachments(tx, LAMP)[0].key)
        assert number(tx, "SELECT count(*) FROM stored_file") == 1


def test_a_new_item_with_a_file_is_not_undone_away(store: Store) -> None:
    with step(store, "item.new") as tx:
        add_item(tx, "LAMP")
    with doing(store) as tx:
        service.attach(tx, LAMP, "D.pdf", PDF)
    with pytest.raises(Refused, match="used by now"), doing(store) as tx:
        undo(tx)
    assert names(store) == ["D.pdf"]


def test_an_import_with_files_is_undone_with_them(store: Store, tmp_path: Path) -> None:
    with workshop(tmp_path, "from.pegboard") as other, doing(other) as tx:
        add_item(tx, "LAMP")
        add_customer(tx, "ACME")
        add_order(tx, "SO-1", [("LAMP", 1, "2026-03-10")], customer="ACME")
        for text in ("ITEM:LAMP", "ORDER:SO-1"):
            service.attach(tx, owner_of(text), "D.pdf", PDF)
        export_folder(tx, tmp_path / "out")
    with step(store, "import") as tx:
        import_paths(tx, [tmp_path / "out"])
    assert names(store) == names(store, Owner("order", "SO-1")) == ["D.pdf"]
    with doing(store) as tx:
        undo(tx)
    with reading(store) as read:
        assert number(read, "SELECT count(*) FROM attachment") == number(read, "SELECT count(*) FROM item") == 0
