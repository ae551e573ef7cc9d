"""Attached files go wherever the workshop goes: into a backup, to a server, out of a damaged file."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import add_item, clock, doing, reading, workshop

from pegboard.domain.attachment import Owner
from pegboard.domain.errors import WorkshopFileError
from pegboard.queries.attachments import all_attachments, content_of
from pegboard.services.attachments import attach
from pegboard.storage.backup import backup
from pegboard.storage.moving import move
from pegboard.storage.rows import run
from pegboard.storage.salvage import salvage
from pegboard.storage.store import Store

FILES = 12


def content(place: int) -> bytes:
    """A drawing unlike the others."""
    return b"%PDF-1.7 " + hashlib.shake_256(bytes([place])).digest(50_000)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    """A workshop with twelve drawings."""
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_item(tx, "LAMP")
            for place in range(FILES):
                attach(tx, Owner("item", "LAMP"), f"D-{place}.pdf", content(place))
        yield store


def assert_whole(store: Store) -> None:
    """Every file is there and is what it was."""
    with reading(store) as read:
        found = [content_of(read, row.key).content for row in all_attachments(read)]
    assert found == [content(place) for place in range(FILES)]


def test_a_backup_holds_them(shop: Store, tmp_path: Path) -> None:
    backup(shop, tmp_path / "copy.pegboard")
    with Store.open(tmp_path / "copy.pegboard", clock) as copy:
        assert_whole(copy)


def test_a_move_takes_them_along(shop: Store, tmp_path: Path) -> None:
    assert_whole(shop)
    move(shop, tmp_path / "moved.pegboard", clock)
    with Store.open(tmp_path / "moved.pegboard", clock) as moved:
        assert_whole(moved)


@pytest.mark.file
def test_a_damaged_one_costs_itself_and_no_other(shop: Store, tmp_path: Path) -> None:
    shop.close()
    path = tmp_path / "shop.pegboard"
    damaged = bytearray(path.read_bytes())
    place = bytes(damaged).index(content(5)[20_000:20_100])
    damaged[place : place + 40] = os.urandom(40)
    path.write_bytes(damaged)
    saved = {table.table: table for table in salvage(path, tmp_path / "saved.pegboard")}
    assert saved["stored_file"].saved == FILES
    with Store.open(tmp_path / "saved.pegboard", clock) as store, reading(store) as read:
        for row in all_attachments(read):
            if row.name == "D-5.pdf":
                with pytest.raises(WorkshopFileError, match="damaged"):
                    content_of(read, row.key)
            else:
                assert content_of(read, row.key).content == content(int(row.name[2:-4]))


def test_a_file_that_is_not_what_was_kept_is_never_handed_out(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE stored_file SET content = ?", b"%PDF-1.7 something else")
    with reading(shop) as read, pytest.raises(WorkshopFileError, match="damaged"):
        content_of(read, all_attachments(read)[0].key)
