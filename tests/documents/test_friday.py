"""Friday's page is kept once a week in the folder of the setting."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import NOW, doing, reading, workshop

from pegboard.documents.friday import last_friday, save_friday_page
from pegboard.domain.errors import WorkshopFileError
from pegboard.services.settings import set_setting
from pegboard.storage.store import Store

FRIDAY = datetime.date(2026, 1, 9)
MONDAY = datetime.date(2026, 1, 12)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A workshop that keeps its pages in a folder."""
    (tmp_path / "pages").mkdir()
    with workshop(tmp_path) as made:
        with doing(made) as tx:
            set_setting(tx, "friday_folder", str(tmp_path / "pages"))
            set_setting(tx, "company_name", "Harbor: Lamps/Kiel")
        yield made


def test_the_last_friday_is_today_or_before() -> None:
    assert last_friday(FRIDAY) == FRIDAY
    assert last_friday(MONDAY) == FRIDAY
    assert last_friday(FRIDAY - datetime.timedelta(days=1)) == datetime.date(2026, 1, 2)


def test_the_page_is_written_on_friday_and_made_up_for_on_monday_but_once(store: Store, tmp_path: Path) -> None:
    with reading(store, MONDAY) as view:
        path = save_friday_page(view, NOW)
        assert path == tmp_path / "pages" / "Harbor Lamps Kiel cash 2026-01-09.pdf"
        assert path.read_bytes().startswith(b"%PDF")
        assert save_friday_page(view, NOW) is None
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_on_friday_itself_the_page_follows_the_day(store: Store) -> None:
    with reading(store, FRIDAY) as view:
        assert save_friday_page(view, NOW) == save_friday_page(view, NOW) is not None


def test_without_a_folder_nothing_is_written(store: Store) -> None:
    with doing(store) as tx:
        set_setting(tx, "friday_folder", "")
    with reading(store, FRIDAY) as view:
        assert save_friday_page(view, NOW) is None


def test_a_folder_that_is_not_there_is_said_in_a_sentence(store: Store, tmp_path: Path) -> None:
    with doing(store) as tx:
        set_setting(tx, "friday_folder", str(tmp_path / "gone"))
    with reading(store, FRIDAY) as view, pytest.raises(WorkshopFileError, match="cannot be written"):
        save_friday_page(view, NOW)
