"""How well a workshop is backed up: what is there, what is late, and what a lost log shows."""

import datetime
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.storage.workshops import NOW, TODAY, add_customer, customers

from pegboard.domain.errors import WorkshopDamaged
from pegboard.storage.automatic_backup import automatic_backup, copy_name, default_folder
from pegboard.storage.backup import restore
from pegboard.storage.backup_state import BackupState, backup_state, good_backups, newer_backup
from pegboard.storage.integrity import contents
from pegboard.storage.store import Store

MakeWorkshop = Callable[..., Path]
pytestmark = pytest.mark.file


def state_of(path: Path) -> BackupState:
    """Look at the backups of a workshop."""
    with Store.open(path) as store, store.read(today=TODAY) as reading:
        return backup_state(reading, path)


def choose_second(path: Path, folder: Path) -> None:
    """Choose a second place."""
    with Store.open(path) as store, store.transaction("setting.set", today=TODAY) as tx:
        tx.connection.exec_driver_sql("INSERT INTO setting VALUES ('second_backup_folder', ?)", (str(folder),))
        tx.changed("setting")


def test_a_second_place_that_missed_a_week_is_late(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    assert not state_of(path).is_second_late()
    choose_second(path, tmp_path / "usb")
    for days in (0, 6, 7):
        with Store.open(path, clock=lambda: NOW + datetime.timedelta(days=days)) as store:  # noqa: B023
            automatic_backup(store, "close")
        assert state_of(path).is_second_late() == (days == 7)
    (tmp_path / "usb").mkdir()
    with Store.open(path, clock=lambda: NOW + datetime.timedelta(days=8)) as store:
        automatic_backup(store, "close")
    found = state_of(path)
    assert (found.is_second_there, found.is_second_late(), len(found.second_copies)) == (True, False, 1)


def test_a_workshop_whose_log_was_lost_is_older_than_its_backup(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path) as store:
        add_customer(store, "BETA")
        made = automatic_backup(store, "close")
        assert made is not None
        lost = path.with_name("lost.pegboard")
        shutil.copy(path, lost)  # and not its write-ahead log, which holds BETA
    os.replace(lost, path)
    assert customers(path) == ["ACME"]
    newer = newer_backup(path, state_of(path))
    assert newer is not None
    assert (newer.path, newer.changed_by) == (made, "Kim")
    restore(path, newer.path, actor="Ann")
    assert customers(path) == ["ACME", "BETA"]
    assert newer_backup(path, state_of(path)) is None
    assert contents(path).changed_by == "Ann"


def test_after_going_back_on_purpose_no_backup_is_newer(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path) as store:
        first = automatic_backup(store, "before import")
        add_customer(store, "BETA")
        automatic_backup(store, "close")
    assert first is not None
    restore(path, first)
    assert newer_backup(path, state_of(path)) is None


def test_broken_backups_are_passed_over(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path) as store:
        good = automatic_backup(store, "close")
    broken = default_folder(path) / copy_name("shop", NOW + datetime.timedelta(days=9999), "close")
    broken.write_bytes(b"no workshop at all")
    assert [each.path for each in good_backups(path)] == [good]


def header(path: Path) -> None:
    """The first bytes are gone."""
    with path.open("r+b") as file:
        file.write(bytes(100))


def first_page(path: Path) -> None:
    """The first page is noise."""
    with path.open("r+b") as file:
        file.write(b"\xa5" * 4096)


def middle(path: Path) -> None:
    """Pages in the middle are noise."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 8192 * 4096)
        file.write(b"\xa5" * 4096 * 3)


def cut_off(path: Path) -> None:
    """The second half is missing."""
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    """Nothing is left of it."""
    os.truncate(path, 0)


@pytest.mark.parametrize("damage", [header, first_page, cut_off, emptied])
def test_damage_that_shows_at_opening_is_told_as_such(
    make_workshop: MakeWorkshop, damage: Callable[[Path], None]
) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    damage(path)
    with pytest.raises(WorkshopDamaged, match="damaged"):
        Store.open(path)
