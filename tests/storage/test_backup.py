"""A backup is whole or not there, and a restore never leaves nothing."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.storage.workshops import NOW, TODAY, add_customer, customers

from pegboard.domain.errors import PegboardError, Refused, WorkshopFileError
from pegboard.storage.backup import backup, restore
from pegboard.storage.integrity import contents
from pegboard.storage.store import Store

MakeWorkshop = Callable[..., Path]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_backup_holds_what_was_committed_and_not_what_is_still_being_written(
    make_workshop: MakeWorkshop, tmp_path: Path
) -> None:
    store = Store.open(make_workshop("shop.pegboard", "ACME"))
    with store, store.transaction("customer.add", today=TODAY) as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO customer (code, payment_terms_days, deposit_percent, row_version) VALUES ('LATE', 30, 0, 1)"
        )
        backup(store, tmp_path / "saved.pegboard")
    assert customers(tmp_path / "saved.pegboard") == ["ACME"]
    assert customers(tmp_path / "shop.pegboard") == ["ACME", "LATE"]


def test_a_backup_is_one_file_that_nothing_is_left_beside(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    saved = tmp_path / "backups"
    saved.mkdir()
    backup(path, saved / "saved.pegboard")
    assert [file.name for file in saved.iterdir()] == ["saved.pegboard"]


def test_a_later_backup_takes_the_name_of_an_earlier_one(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    backup(path, tmp_path / "saved.pegboard")
    with Store.open(path) as store:
        add_customer(store, "BETA")
        backup(store, tmp_path / "saved.pegboard")
    assert contents(tmp_path / "saved.pegboard").changed_at is not None
    assert customers(tmp_path / "saved.pegboard") == ["ACME", "BETA"]


def test_a_backup_never_replaces_a_workshop_or_another_programs_file(
    make_workshop: MakeWorkshop, tmp_path: Path
) -> None:
    path = make_workshop("shop.pegboard")
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear customer, ...")
    for target in (path, make_workshop("other.pegboard"), letter, tmp_path):
        with pytest.raises(Refused):
            backup(path, target)
    assert letter.read_text() == "Dear customer, ..."


def test_a_backup_into_a_folder_that_is_not_there_says_so(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    with pytest.raises(WorkshopFileError, match="cannot be written: No such file or directory"):
        backup(make_workshop(), tmp_path / "nowhere" / "saved.pegboard")


def test_a_backup_on_a_full_disk_leaves_nothing_there(make_workshop: MakeWorkshop, small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(3_900_000))
    with pytest.raises(WorkshopFileError, match="full"):
        backup(make_workshop(), small_disk / "saved.pegboard")
    assert [file.name for file in small_disk.iterdir()] == ["ballast"]


def test_a_new_workshop_on_a_full_disk_leaves_nothing_there(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(3_900_000))
    with pytest.raises(WorkshopFileError, match="full"):
        Store.create(small_disk / "shop.pegboard")
    assert [file.name for file in small_disk.iterdir()] == ["ballast"]


def test_a_full_disk_refuses_a_command_and_keeps_what_was_there(small_disk: Path) -> None:
    with Store.create(small_disk / "shop.pegboard") as store:
        add_customer(store, "ACME")
        room = 4 * 1_048_576 - sum(file.stat().st_blocks * 512 for file in small_disk.iterdir())
        (small_disk / "ballast").write_bytes(bytes(max(room - 16_384, 0)))
        with pytest.raises(WorkshopFileError, match="full"):
            _add_customers(store, 2_000)
        with store.read(today=TODAY) as reading:
            count = reading.connection.exec_driver_sql("SELECT count(*) FROM customer").scalar_one()
    (small_disk / "ballast").unlink()
    assert len(customers(small_disk / "shop.pegboard")) == count


def test_a_damaged_workshop_is_not_passed_off_as_a_backup(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = damaged(make_workshop("shop.pegboard", "ACME"))
    with pytest.raises(WorkshopFileError, match="damaged"):
        backup(path, tmp_path / "saved.pegboard")
    assert not (tmp_path / "saved.pegboard").exists()
    assert not list(tmp_path.glob(".*.part"))


def test_a_restore_brings_back_what_was_and_keeps_what_it_replaces(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    saved = backup(path, tmp_path / "saved.pegboard")
    with Store.open(path) as store:
        add_customer(store, "BETA")
    kept = restore(path, saved, clock=lambda: NOW)
    assert customers(path) == ["ACME"]
    assert kept is not None
    assert kept.name.startswith("shop replaced 2026-01-05 ")
    assert customers(kept) == ["ACME", "BETA"]
    assert customers(saved) == ["ACME"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights there")
def test_a_link_to_the_workshop_stays_a_link(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    saved = backup(path, tmp_path / "saved.pegboard")
    link = tmp_path / "desk.pegboard"
    link.symlink_to(path)
    with Store.open(link) as store:
        add_customer(store, "BETA")
    kept = restore(link, saved)
    assert link.is_symlink()
    assert customers(path) == customers(link) == ["ACME"]
    assert kept is not None
    assert not kept.is_symlink()


def test_two_restores_in_the_same_second_keep_both_old_files(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    saved = backup(path, tmp_path / "saved.pegboard")
    kept = {restore(path, saved, clock=lambda: NOW) for _ in range(3)}
    assert len(kept) == 3


def test_a_restore_to_where_nothing_stands_makes_the_workshop(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    saved = backup(make_workshop("shop.pegboard", "ACME"), tmp_path / "saved.pegboard")
    assert restore(tmp_path / "new.pegboard", saved) is None
    assert customers(tmp_path / "new.pegboard") == ["ACME"]


def test_a_damaged_workshop_is_replaced_with_its_log_and_kept(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    saved = backup(path, tmp_path / "saved.pegboard")
    damaged(path, first_byte=0)
    path.with_name("shop.pegboard-wal").write_bytes(b"what a crash left behind")
    kept = restore(path, saved, clock=lambda: NOW)
    assert customers(path) == ["ACME"]
    assert kept is not None
    assert kept.exists()
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"what a crash left behind"


def test_what_is_no_backup_is_not_restored(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear customer, ...")
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    broken = damaged(backup(path, tmp_path / "broken.pegboard"))
    for saved in (letter, foreign, broken, tmp_path / "missing.pegboard", tmp_path, path):
        with pytest.raises(PegboardError):
            restore(path, saved)
    assert customers(path) == ["ACME"]
    assert not list(tmp_path.glob("*replaced*"))
    assert not list(tmp_path.glob(".*.part"))


def test_a_workshop_that_is_open_elsewhere_is_not_replaced(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    saved = backup(path, tmp_path / "saved.pegboard")
    with Store.open(path) as store, store.read(today=TODAY):
        with pytest.raises(WorkshopFileError, match="open in another window or program"):
            restore(path, saved)
        add_customer(store, "BETA")
    assert customers(path) == ["ACME", "BETA"]


def test_a_copy_that_a_killed_program_left_is_swept_up(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    dead = tmp_path / ".earlier.pegboard.4711.part"
    not_ours = tmp_path / ".holiday.pegboard.part"
    for old in (dead, not_ours):
        old.write_bytes(b"half")
        os.utime(old, (0, 0))
    young = tmp_path / ".saved.pegboard.4712.part"
    young.write_bytes(b"half")
    backup(make_workshop(), tmp_path / "saved.pegboard")
    assert not dead.exists()
    assert not_ours.exists()
    assert young.exists()


def _add_customers(store: Store, count: int) -> None:
    for number in range(count):
        add_customer(store, f"C{number}")


def damaged(path: Path, first_byte: int = 8192) -> Path:
    """Overwrite a part of a file, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(first_byte)
        file.write(b"\xa5" * 4096)
    return path
