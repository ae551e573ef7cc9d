"""Workshop files for the tests of the storage."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from pegboard.storage.store import Store

TODAY = datetime.date(2026, 1, 5)
NOW = datetime.datetime(2026, 1, 5, 9, 30, tzinfo=datetime.UTC)


def add_customer(store: Store, code: str) -> None:
    """Commit one more customer."""
    with store.transaction("customer.add", today=TODAY, actor="Kim") as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO customer (code, name, payment_terms_days, deposit_percent, row_version)"
            " VALUES (?, ?, 30, 0, 1)",
            (code, f"Customer {code}"),
        )
        tx.changed("customer")


def customers(path: Path) -> list[str]:
    """Codes of all customers in a workshop file."""
    with Store.open(path) as store, store.read(today=TODAY) as reading:
        return list(reading.connection.exec_driver_sql("SELECT code FROM customer ORDER BY code").scalars())


@pytest.fixture
def make_workshop(tmp_path: Path) -> Callable[..., Path]:
    """Make a workshop file with customers of the given codes."""

    def make(name: str = "shop.pegboard", *codes: str) -> Path:
        path = tmp_path / name
        with Store.create(path, clock=lambda: NOW) as store:
            for code in codes:
                add_customer(store, code)
        return path

    return make
