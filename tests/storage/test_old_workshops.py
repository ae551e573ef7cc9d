"""A real file of every schema that was ever released opens, adds up and can be restored from."""

import shutil
from pathlib import Path

import pytest
from tests.storage.workshops import TODAY

from pegboard.queries.integrity import check
from pegboard.storage import schema
from pegboard.storage.backup import backup, restore
from pegboard.storage.integrity import contents
from pegboard.storage.migrations import REVISIONS
from pegboard.storage.store import Store

OLD = sorted((Path(__file__).parent.parent / "data" / "old_workshops").glob("*.pegboard"))


def test_every_schema_has_left_its_file() -> None:
    assert [path.stem.split("-")[0] for path in OLD] == [revision.REVISION for revision in REVISIONS]
    assert [contents(path).schema for path in OLD] == [path.stem.split("-")[0] for path in OLD]


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_workshop_opens_and_adds_up(old: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(old, tmp_path / "shop.pegboard"))
    before = contents(path)
    with Store.open(path) as store, store.read(today=TODAY) as reading:
        assert check(reading).ok
    after = contents(path)
    assert after.schema == schema.SCHEMA_VERSION
    assert (after.company, after.orders, after.newest_order) == (before.company, before.orders, before.newest_order)


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.stem)
def test_an_old_backup_can_be_restored(old: Path, tmp_path: Path) -> None:
    saved = backup(old, tmp_path / "saved.pegboard")
    restore(tmp_path / "shop.pegboard", saved)
    assert contents(tmp_path / "shop.pegboard").orders == contents(old).orders
