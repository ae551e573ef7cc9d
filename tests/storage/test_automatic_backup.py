"""Automatic backups: made in time, thinned so that any mistake of the last two years can still be undone."""

import datetime
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.storage.workshops import NOW, TODAY, add_customer, customers

from pegboard.domain.errors import WorkshopFileError
from pegboard.storage.automatic_backup import (
    BackupSchedule,
    automatic_backup,
    copy_name,
    default_folder,
    saved_copies,
    thin,
)
from pegboard.storage.backup import backup
from pegboard.storage.backup_state import backup_state
from pegboard.storage.store import Store

MakeWorkshop = Callable[..., Path]


def test_a_workshop_that_was_never_changed_needs_no_backup(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard")
    with Store.open(path) as store:
        assert automatic_backup(store, "before import") is None
    assert not default_folder(path).exists()


def test_a_backup_lies_beside_the_workshop_under_its_date_and_reason(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path, clock=lambda: NOW) as store:
        made = automatic_backup(store, "before import")
    assert made is not None
    assert made.parent == default_folder(path)
    assert made.name == copy_name("shop", NOW, "before import")
    assert customers(made) == ["ACME"]


def test_a_second_backup_within_a_second_leaves_the_first_as_it_is(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path, clock=lambda: NOW) as store:
        first = automatic_backup(store, "close")
        add_customer(store, "BOLT")
        second = automatic_backup(store, "close")
    assert first is not None
    assert second is not None
    assert (customers(first), customers(second)) == (["ACME"], ["ACME", "BOLT"])
    assert [copy.path for copy in saved_copies(default_folder(path), "shop")] == [second, first]


def test_the_backup_folder_can_be_chosen(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard")
    with Store.open(path) as store:
        with store.transaction("setting.set", today=TODAY) as tx:
            tx.connection.exec_driver_sql(
                "INSERT INTO setting (name, value) VALUES ('backup_folder', ?)", (str(tmp_path / "shop on usb"),)
            )
            tx.changed("setting")
        made = automatic_backup(store, "close")
    assert made is not None
    assert made.parent == tmp_path / "shop on usb"


def test_a_second_place_gets_its_copy_when_it_is_there(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard")
    usb = tmp_path / "usb"
    with Store.open(path) as store:
        with store.transaction("setting.set", today=TODAY) as tx:
            tx.connection.exec_driver_sql("INSERT INTO setting VALUES ('second_backup_folder', ?)", (str(usb),))
            tx.changed("setting")
        assert automatic_backup(store, "close") is not None
        assert not usb.exists()
        usb.mkdir()
        made = automatic_backup(store, "close")
    assert made is not None
    assert [copy.name for copy in usb.iterdir()] == [made.name]


def test_a_backup_is_due_half_an_hour_after_the_first_change(make_workshop: MakeWorkshop) -> None:
    with Store.open(make_workshop("shop.pegboard", "ACME"), clock=lambda: NOW) as store:
        schedule = BackupSchedule(store)
        later = NOW + datetime.timedelta(hours=3)
        assert not schedule.is_due(later)
        add_customer(store, "BETA")
        assert schedule.has_changes
        assert not schedule.is_due(NOW + datetime.timedelta(minutes=29))
        assert schedule.is_due(NOW + datetime.timedelta(minutes=30))
        schedule.back_up("interval")
        assert not schedule.is_due(later)


def test_an_index_kept_up_to_date_is_no_change_worth_a_backup(make_workshop: MakeWorkshop) -> None:
    with Store.open(make_workshop("shop.pegboard", "ACME")) as store:
        schedule = BackupSchedule(store)
        with store.transaction("search.refresh", today=TODAY):
            pass
        assert not schedule.has_changes


def test_thinning_keeps_days_weeks_and_months(tmp_path: Path) -> None:
    now = datetime.datetime(2026, 6, 30, 18, 0).astimezone()
    for days in range(1200):
        for hour in (9, 17):
            made = now.replace(hour=hour) - datetime.timedelta(days=days)
            (tmp_path / copy_name("shop", made, "interval")).touch()
    thin(tmp_path, "shop", now)
    made = [copy.made_at for copy in saved_copies(tmp_path, "shop")]
    assert [at.hour for at in made if at.date() == now.date()] == [17, 9]
    assert {at.hour for at in made[2:]} == {17}
    days = {at.date() for at in made}
    assert days >= {now.date() - datetime.timedelta(days=day) for day in range(14)}
    assert len({at.isocalendar()[:2] for at in made}) >= 8
    assert len({(at.year, at.month) for at in made}) == 24
    assert len(made) <= 1 + 14 + 8 + 24
    assert thin(tmp_path, "shop", now) == ()


def test_copies_from_before_an_import_are_kept_for_ninety_days(tmp_path: Path) -> None:
    now = datetime.datetime(2026, 6, 30, 18, 0).astimezone()
    for days in (80, 100):
        for hour in (8, 9, 10):
            made = now.replace(hour=hour) - datetime.timedelta(days=days)
            (tmp_path / copy_name("shop", made, "before import")).touch()
    thin(tmp_path, "shop", now)
    ages = [(now.replace(tzinfo=None) - copy.made_at).days for copy in saved_copies(tmp_path, "shop")]
    assert ages == [80, 80, 80, 100]


def test_thinning_touches_no_file_but_its_own(tmp_path: Path) -> None:
    old = datetime.datetime(2001, 1, 1).astimezone()
    names = ["shop.pegboard", "holiday.jpg", copy_name("other shop", old, "close"), "shop 2001-01-01.pegboard"]
    for name in names:
        (tmp_path / name).touch()
    for days in range(40):
        (tmp_path / copy_name("shop", old + datetime.timedelta(days=days * 40), "close")).touch()
    thin(tmp_path, "shop", datetime.datetime(2026, 1, 5).astimezone())
    assert len(saved_copies(tmp_path, "shop")) == 24
    assert all((tmp_path / name).exists() for name in names)


def choose_folder(store: Store, folder: Path) -> None:
    with store.transaction("setting.set", today=TODAY) as tx:
        tx.connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('backup_folder', ?)", (str(folder),))
        tx.changed("setting")


def test_windows_that_close_in_the_same_moment_each_leave_their_copy(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    together = threading.Barrier(4)

    def close(_window: int) -> Path | None:
        with Store.open(path, clock=lambda: NOW) as store:
            together.wait(timeout=30)
            return automatic_backup(store, "close")

    with ThreadPoolExecutor(4) as windows:
        made = set(windows.map(close, range(4)))
    assert len(made) == 4
    assert {copy.path for copy in saved_copies(default_folder(path), "shop")} == made
    assert all(customers(copy) == ["ACME"] for copy in made if copy is not None)
    assert not list(default_folder(path).glob(".*"))


def test_a_change_committed_while_a_backup_is_made_is_not_forgotten(make_workshop: MakeWorkshop) -> None:
    path, late = make_workshop("shop.pegboard", "ACME"), ["BOLT"]
    with Store.open(path) as store:
        schedule = BackupSchedule(store)

        def clock() -> datetime.datetime:
            if late:
                add_customer(store, late.pop())
            return NOW

        add_customer(store, "CORD")
        store.clock = clock
        schedule.back_up("interval")
        assert schedule.has_changes
        schedule.back_up("close")
        assert not schedule.has_changes


def test_a_backup_that_failed_is_still_due(make_workshop: MakeWorkshop) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    default_folder(path).write_text("no folder")
    with Store.open(path, clock=lambda: NOW) as store:
        schedule = BackupSchedule(store)
        add_customer(store, "BOLT")
        with pytest.raises(WorkshopFileError):
            schedule.back_up("interval")
        assert schedule.is_due(NOW + datetime.timedelta(minutes=30))
        assert schedule.is_due(NOW - datetime.timedelta(days=400))  # the clock was set back meanwhile


def test_a_folder_that_cannot_be_reached_is_told_and_the_copy_lies_beside_the_workshop(
    make_workshop: MakeWorkshop, tmp_path: Path
) -> None:
    path, share = make_workshop("shop.pegboard", "ACME"), tmp_path / "share"
    with Store.open(path, clock=lambda: NOW) as store:
        choose_folder(store, share / "backups")
        made = automatic_backup(store, "close")
        assert made is not None
        assert made.parent == default_folder(path)
        assert not share.exists()
        with store.read() as reading:
            state = backup_state(reading, path)
        assert state.is_folder_missed
        assert state.newest is not None
        assert state.newest.path == made
        share.mkdir()  # the drive is back
        store.clock = lambda: NOW + datetime.timedelta(hours=1)
        made = automatic_backup(store, "close")
        assert made is not None
        assert made.parent == share / "backups"
        with store.read() as reading:
            assert not backup_state(reading, path).is_folder_missed


def test_a_folder_that_was_only_just_chosen_is_not_missed(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path, clock=lambda: NOW) as store:
        automatic_backup(store, "close")
        choose_folder(store, tmp_path / "usb")
        with store.read() as reading:
            assert not backup_state(reading, path).is_folder_missed


def test_copies_from_when_the_clock_was_ahead_take_nobodys_place(tmp_path: Path) -> None:
    ahead = [NOW.replace(year=NOW.year + 3) + datetime.timedelta(days=day) for day in range(30)]
    true = [NOW - datetime.timedelta(days=day) for day in range(12)]
    for made in (*ahead, *true):
        (tmp_path / copy_name("shop", made, "close")).touch()
    assert thin(tmp_path, "shop", NOW) == ()


def test_workshops_of_one_name_in_one_folder_leave_each_others_copies(
    make_workshop: MakeWorkshop, tmp_path: Path
) -> None:
    first, second, share = make_workshop("one.pegboard", "ACME"), make_workshop("two.pegboard"), tmp_path / "usb"
    with Store.open(second, clock=lambda: NOW + datetime.timedelta(hours=1)) as store:  # it began at another time
        add_customer(store, "BOLT")
    share.mkdir()
    days = [NOW - datetime.timedelta(days=day) for day in range(400, 420)]
    for at in days:  # two a day: only the last of a month is worth its room
        backup(first, share / copy_name("shop", at, "close"))
        backup(second, share / copy_name("shop", at + datetime.timedelta(minutes=1), "close"))
    made = backup(second, share / copy_name("shop", NOW, "close"))
    gone = thin(share, "shop", NOW, made)
    assert gone
    kept = [copy.path for copy in saved_copies(share, "shop")]
    assert sum(customers(path) == ["ACME"] for path in kept) == len(days)
    assert sum(customers(path) == ["BOLT"] for path in kept) < len(days)
