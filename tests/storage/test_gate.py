"""The file itself refuses supply that no demand pulls and that gives no reason."""

import sqlite3

import pytest
from sqlalchemy.exc import IntegrityError
from tests.builders import add_customer, add_order, add_stock, doing
from tests.services.shop import bicycle_shop

from pegboard.services.explosion import explode
from pegboard.storage.gate import GATES, REFUSED, gate_triggers, postgresql_gate
from pegboard.storage.rows import run
from pegboard.storage.store import Store

JOB = (
    "INSERT INTO work_order (number, item_id, revision, choices, quantity, start_quantity, completed_quantity,"
    " scrapped_quantity, start_date, due_date, state, surplus_reason, quantity_set_by, components_issued, note,"
    " row_version) SELECT 'WO-0099', item_id, '', '', 5000000, 5000000, 0, 0, '2026-01-05', '2026-01-09', '{state}',"
    " '{reason}', '', 0, '', 1 FROM item WHERE code = 'BIKE'"
)
LINE = (
    "INSERT INTO purchase_line (purchase_order_id, line, item_id, quantity, received_quantity, due_date, state,"
    " surplus_reason, quantity_set_by, work_order_id) SELECT 1, 99, item_id, 5000000, 0, '2026-01-09', 'open',"
    " '{reason}', '', {job} FROM item WHERE code = 'TUBE'"
)


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an exploded order for four bikes."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_stock(tx, "TUBE", 5)
        add_order(tx, "SO-1", [("BIKE", 4, "2026-03-02")])
        explode(tx)
    return store


def refused(shop: Store, *statements: str) -> bool:
    """Whether the file refuses the last statement."""
    with doing(shop) as tx:
        for statement in statements[:-1]:
            run(tx, statement)
        try:
            with tx.connection.begin_nested():
                run(tx, statements[-1])
        except IntegrityError as error:
            return REFUSED in str(error.orig)
    return False


def test_a_job_that_nothing_pulls_is_refused(shop: Store) -> None:
    assert refused(shop, JOB.format(state="planned", reason=""))
    assert not refused(shop, JOB.format(state="planned", reason="stock build"))


def test_a_job_of_the_past_needs_no_pull(shop: Store) -> None:
    assert not refused(shop, JOB.format(state="closed", reason=""))


def test_a_purchase_line_that_nothing_pulls_is_refused(shop: Store) -> None:
    assert refused(shop, LINE.format(reason="", job="NULL"))
    assert not refused(shop, LINE.format(reason="imported", job="NULL"))


def test_an_operation_bought_for_a_job_hangs_on_the_job(shop: Store) -> None:
    assert not refused(shop, LINE.format(reason="", job="1"))


def test_a_quantity_above_the_pegs_is_refused(shop: Store) -> None:
    assert refused(shop, "UPDATE work_order SET quantity = quantity + 1000000 WHERE number = 'WO-0001'")
    assert not refused(
        shop,
        "UPDATE work_order SET quantity = quantity + 1000000, surplus_reason = 'multiple' WHERE number = 'WO-0001'",
    )
    assert not refused(shop, "UPDATE work_order SET due_date = '2026-05-05', note = 'later' WHERE number = 'WO-0001'")


def test_a_reason_goes_only_once_all_is_pegged(shop: Store) -> None:
    statement = "UPDATE work_order SET surplus_reason = '{}' WHERE number = 'WO-0001'"
    cut = "UPDATE peg SET quantity = quantity - 1000000 WHERE work_order_id = 1"
    assert refused(shop, statement.format("cancelled demand"), cut, statement.format(""))
    assert not refused(shop, "UPDATE peg SET quantity = quantity + 1000000 WHERE work_order_id = 1")
    assert not refused(shop, statement.format(""))


@pytest.mark.file
def test_another_program_is_refused_as_well(shop: Store) -> None:
    shop.close()
    file = sqlite3.connect(shop.path)
    try:
        with pytest.raises(sqlite3.IntegrityError, match=REFUSED):
            file.execute(JOB.format(state="released", reason=""))
    finally:
        file.close()


def test_both_databases_guard_the_same_tables() -> None:
    assert len(gate_triggers()) == 2 * len(GATES)
    text = "\n".join(postgresql_gate())
    for gate in GATES:
        assert f"BEFORE INSERT ON {gate.table}" in text
        assert f"BEFORE UPDATE OF quantity, surplus_reason ON {gate.table}" in text
