"""Export, import into a new workshop, export gives the same bytes; through CSV and through a workbook."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.builders import TODAY, workshop
from tests.exchange.any_workshop import workshops
from tests.exchange.folders import bring_in, exported, exported_again

from pegboard.exchange.export import export_workbook
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.integrity import check
from pegboard.resources import resource
from pegboard.storage.store import Store

TOOLS = Path(__file__).resolve().parents[3] / "shared" / "tools"
SHOPS = (
    "adventureworks-day",
    "adventureworks-shop",
    "northwind-orders",
    "osr-rover",
    "libresolar-mppt",
    "inventree-demo",
)
needs_tools = pytest.mark.skipif(not TOOLS.is_dir(), reason=f"no real data: {TOOLS} is absent")


@contextmanager
def new_workshop() -> Iterator[Store]:
    """A workshop in a folder of its own that goes away."""
    with TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        yield store


def bring_in_path(store: Store, path: Path) -> None:
    """Import a folder or a workbook."""
    with store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [path])


# A whole workshop shrinks so slowly that the first one that fails is shown as it is.
@settings(
    deadline=None,
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(workshops())
def test_any_workshop_survives_the_round_trip(files: dict[str, str]) -> None:
    with new_workshop() as store:
        folder = store.path.parent
        bring_in(store, files)
        first = exported(store, folder / "first")
        assert exported_again(first, folder / "second") == first
        again = bring_in(store, first)
        assert all(count.new == count.changed == 0 for count in again.counts)
        with store.read(today=TODAY) as reading:
            assert check(reading).ok
            export_workbook(reading, folder / "book.xlsx")
        with new_workshop() as other:
            bring_in_path(other, folder / "book.xlsx")
            assert exported(other, folder / "third") == first


def test_text_of_nothing_but_blanks_survives_a_workbook(tmp_path: Path) -> None:
    with new_workshop() as store:
        bring_in(store, {"customers": 'code,name,billing_address\nACME,Acme,"\n"\n'})
        first = exported(store, tmp_path / "first")
        with store.read(today=TODAY) as reading:
            export_workbook(reading, tmp_path / "book.xlsx")
        with new_workshop() as other:
            bring_in_path(other, tmp_path / "book.xlsx")
            assert exported(other, tmp_path / "third") == first


@needs_tools
@pytest.mark.parametrize("shop", SHOPS)
def test_a_real_shop_survives_the_round_trip(store: Store, tmp_path: Path, shop: str) -> None:
    subprocess.run([sys.executable, TOOLS / "real_data.py", shop, tmp_path / shop], check=True, capture_output=True)
    bring_in_path(store, tmp_path / shop)
    first = exported(store, tmp_path / "first")
    assert exported_again(first, tmp_path / "second") == first
    compared = subprocess.run(
        [sys.executable, TOOLS / "csv_diff.py", tmp_path / shop, tmp_path / "first", "--ignore", "whole_units"],
        check=False,
        capture_output=True,
        text=True,
    )
    differing = {line.split()[0] for line in compared.stdout.splitlines()}
    assert differing <= {"boms.csv", "boms.csv:"}, compared.stdout  # heads with the defaults are written out


def test_the_sample_survives_the_round_trip(store: Store, tmp_path: Path) -> None:
    bring_in_path(store, resource("samples", "harbor-lamps"))
    first = exported(store, tmp_path / "first")
    assert exported_again(first, tmp_path / "second") == first
