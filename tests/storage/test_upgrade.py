"""An older workshop is upgraded on a copy; whatever fails leaves it as it was."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from tests.storage.workshops import NOW, TODAY, add_customer, customers

from pegboard.domain.errors import WorkshopFileError
from pegboard.storage import migrations, schema
from pegboard.storage.automatic_backup import default_folder
from pegboard.storage.backup import backup, restore
from pegboard.storage.store import Store

MakeWorkshop = Callable[..., Path]


def revision_that(change: Callable[[], None]) -> ModuleType:
    """A revision of tomorrow."""
    module = ModuleType("r9001_of_tomorrow")
    module.REVISION = "9001"  # type: ignore[attr-defined]
    module.upgrade = change  # type: ignore[attr-defined]
    return module


def add_a_column() -> None:
    """Add a column to the customers, and another by rebuilding the table."""
    import sqlalchemy
    from alembic import op

    op.add_column("customer", sqlalchemy.Column("fax", sqlalchemy.Text, server_default=""))
    with op.batch_alter_table("customer") as customer:
        customer.alter_column("name", new_column_name="full_name")


def add_a_column_and_fail() -> None:
    """Change the tables and then find that it cannot go on."""
    add_a_column()
    raise WorkshopFileError("This workshop cannot be upgraded.")


def orphan_a_line() -> None:
    """Leave a reference to nothing behind, as a mistaken revision may."""
    from alembic import op

    op.execute("INSERT INTO option_choice (option_group_id, code, price_extra, is_default) VALUES (77, 'RED', 0, 0)")


def change_what_is_not_there() -> None:
    """Stumble over a table that no file has."""
    from alembic import op

    op.execute("ALTER TABLE nowhere ADD COLUMN nothing TEXT")


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Let the program be one revision ahead of the files it made."""

    def advance(change: Callable[[], None]) -> None:
        monkeypatch.setattr(schema, "SCHEMA_VERSION", "9001")
        monkeypatch.setattr(migrations, "REVISIONS", (*migrations.REVISIONS, revision_that(change)))

    return advance


def digest(path: Path) -> str:
    """Tell two files apart."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


Advance = Callable[[Callable[[], None]], None]


def test_an_older_workshop_opens_upgraded_and_its_old_file_becomes_a_backup(
    make_workshop: MakeWorkshop, tomorrow: Advance
) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    before = digest(path)
    tomorrow(add_a_column)
    with Store.open(path, clock=lambda: NOW) as store, store.read(today=TODAY) as reading:
        rows = reading.connection.exec_driver_sql("SELECT code, full_name, fax FROM customer").all()
    assert rows == [("ACME", "Customer ACME", "")]
    (saved,) = default_folder(path).iterdir()
    assert saved.name.endswith(" before upgrade.pegboard")
    # Bytes 18 to 19 say write-ahead or not, 24 to 27 and 92 to 99 count changes: all else is as it was.
    assert before != digest(path)
    assert len(saved.read_bytes()) == saved.stat().st_size


@pytest.mark.parametrize("change", [add_a_column_and_fail, orphan_a_line, change_what_is_not_there])
def test_a_failed_upgrade_leaves_the_workshop_as_it_was(
    make_workshop: MakeWorkshop, tomorrow: Advance, change: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with monkeypatch.context():
        tomorrow(change)
        with pytest.raises(WorkshopFileError):
            Store.open(path)
        monkeypatch.undo()
    assert customers(path) == ["ACME"]
    assert sorted(file.name for file in path.parent.iterdir()) == ["shop.pegboard"]


def test_what_another_program_writes_while_a_workshop_is_upgraded_is_not_lost(
    make_workshop: MakeWorkshop, tomorrow: Advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_workshop("shop.pegboard", "ACME")

    def write_meanwhile() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.execute("UPDATE customer SET name = 'Written meanwhile'")
            file.execute(
                "INSERT INTO audit_entry (at, actor, command, changed, note) VALUES ('2026-01-05', '', '', '', '')"
            )

    tomorrow(write_meanwhile)
    with pytest.raises(WorkshopFileError, match="was changed by another program"):
        Store.open(path)
    monkeypatch.undo()
    with Store.open(path) as store, store.read(today=TODAY) as reading:
        assert reading.connection.exec_driver_sql("SELECT name FROM customer").scalars().all() == ["Written meanwhile"]


def test_a_workshop_that_is_open_elsewhere_is_not_upgraded(make_workshop: MakeWorkshop, tomorrow: Advance) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path) as store, store.read(today=TODAY):
        tomorrow(add_a_column)
        with pytest.raises(WorkshopFileError, match="open in another window or program"):
            Store.open(path)


def test_an_older_backup_is_upgraded_when_it_is_restored(
    make_workshop: MakeWorkshop, tomorrow: Advance, tmp_path: Path
) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    saved = backup(path, tmp_path / "saved.pegboard")
    before = digest(saved)
    with Store.open(path) as store:
        add_customer(store, "BETA")
    tomorrow(add_a_column)
    restore(path, saved)
    with Store.open(path) as store, store.read(today=TODAY) as reading:
        assert reading.connection.exec_driver_sql("SELECT full_name FROM customer").scalars().all() == ["Customer ACME"]
    assert digest(saved) == before


def test_a_newer_workshop_is_refused_in_words(make_workshop: MakeWorkshop, tmp_path: Path) -> None:
    path = make_workshop("shop.pegboard", "ACME")
    with Store.open(path) as store, store.transaction("test", today=TODAY) as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WorkshopFileError, match="written by a newer Pegboard"):
        Store.open(path)
    saved = backup(path, tmp_path / "saved.pegboard")
    with pytest.raises(WorkshopFileError, match="written by a newer Pegboard"):
        restore(tmp_path / "other.pegboard", saved)
    assert not (tmp_path / "other.pegboard").exists()
