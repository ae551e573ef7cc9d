"""The restore drill proves the newest backup, and says what is wrong with a broken one."""

from pathlib import Path

import pytest
from tests.builders import add_item, doing, workshop

from pegboard.queries.integrity import check
from pegboard.storage.automatic_backup import automatic_backup, default_folder
from pegboard.storage.drill import drill, last_drill
from pegboard.storage.store import Reading

pytestmark = pytest.mark.file


def prove(reading: Reading) -> list[str]:
    """What the check command would say."""
    return [breach for invariant in check(reading).invariants for breach in invariant.breaches]


def test_the_newest_backup_is_restored_aside_and_proved(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        folder = default_folder(store.path)
        assert drill(folder, store.path.stem, prove) is None
        with doing(store) as tx:
            add_item(tx, "LAMP")
            tx.changed("item")
        made = automatic_backup(store, "close")
        assert made is not None
        before = sorted(path.name for path in tmp_path.rglob("*"))
        found = drill(folder, store.path.stem, prove)
        assert found is not None
        assert (found.backup, found.problems) == (made.name, ())
        assert sorted(path.name for path in tmp_path.rglob("*")) == sorted([*before, "shop restore drill.json"])
        assert last_drill(folder, store.path.stem) == found


def test_a_broken_backup_is_told(tmp_path: Path) -> None:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            add_item(tx, "LAMP")
            tx.changed("item")
        made = automatic_backup(store, "close")
        assert made is not None
        made.write_bytes(made.read_bytes()[:8000])
        found = drill(default_folder(store.path), store.path.stem, prove)
    assert found is not None
    assert found.problems
    assert last_drill(default_folder(tmp_path / "shop.pegboard"), "shop") == found


def test_a_torn_record_of_a_drill_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "shop restore drill.json").write_text('{"backup": 3', encoding="utf-8")
    assert last_drill(tmp_path, "shop") is None
