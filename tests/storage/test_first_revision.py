"""A file brought up by all revisions is a file made today: same tables, indexes, guards and first rows."""

import re
import sqlite3
from pathlib import Path

from pegboard.storage import schema
from pegboard.storage.integrity import row_counts
from pegboard.storage.migrations import REVISIONS, migrate
from pegboard.storage.store import Store


def brought_up(path: Path) -> Path:
    """A workshop file that went through every revision from nothing."""
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.execute("INSERT INTO alembic_version VALUES ('0000')")
    connection.commit()
    connection.close()
    migrate(path, shown=path)
    return path


def definitions(path: Path) -> dict[tuple[str, str], str]:
    """What SQLite keeps of each table, index and trigger, without the blanks."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    finally:
        connection.close()
    return {(kind, name): re.sub(r"\s+", " ", sql) for kind, name, sql in rows}


def test_the_revisions_lead_to_todays_tables(tmp_path: Path) -> None:
    Store.create(tmp_path / "made.pegboard").close()
    made, upgraded = definitions(tmp_path / "made.pegboard"), definitions(brought_up(tmp_path / "old.pegboard"))
    assert sorted(made) == sorted(upgraded)
    assert {key: sql for key, sql in upgraded.items() if made[key] != sql} == {
        key: made[key] for key in made if upgraded[key] != made[key]
    }


def test_the_revisions_leave_the_first_rows(tmp_path: Path) -> None:
    Store.create(tmp_path / "made.pegboard").close()
    counts = []
    for path in (tmp_path / "made.pegboard", brought_up(tmp_path / "old.pegboard")):
        connection = sqlite3.connect(path)
        counts.append(row_counts(connection))
        connection.close()
    assert counts[0] == counts[1]


def test_the_newest_revision_is_the_one_that_new_files_bear() -> None:
    names = [revision.REVISION for revision in REVISIONS]
    assert names[-1] == schema.SCHEMA_VERSION
    assert names == sorted(set(names))
