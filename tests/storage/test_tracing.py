"""The trail keeps what each command changed of a record, before and after, and nobody can alter it afterwards."""

import json
import sqlite3

import pytest
from sqlalchemy.exc import DatabaseError
from tests.builders import TODAY, add_customer, add_order, doing
from tests.services.shop import bicycle_shop

from pegboard.domain.quantity import Quantity
from pegboard.services.changes import change_line
from pegboard.services.explosion import explode
from pegboard.storage.rows import number, rows, run
from pegboard.storage.store import Store
from pegboard.storage.tables import metadata
from pegboard.storage.tracing import TRACED, postgresql_trace, trace_triggers


@pytest.fixture
def shop(store: Store) -> Store:
    """The bicycle shop with an exploded order for four bikes."""
    bicycle_shop(store)
    with doing(store) as tx:
        add_customer(tx, "ZIN")
        add_order(tx, "SO-1", [("BIKE", 4, "2026-03-02")])
        explode(tx)
    return store


def changes(shop: Store, place: str) -> list[tuple[str, str, dict[str, object], dict[str, object]]]:
    """What the newest command changed of a table: number, line, before and after."""
    with shop.read() as reading:
        found = rows(
            reading,
            "SELECT * FROM audit_change WHERE place = ? AND audit_entry_id ="
            " (SELECT max(audit_entry_id) FROM audit_entry) ORDER BY audit_change_id",
            place,
        )
    return [(row.number, row.line, json.loads(row.before), json.loads(row.after or "{}")) for row in found]


def test_a_changed_line_is_kept_before_and_after(shop: Store) -> None:
    with shop.transaction("order.change", today=TODAY, actor="Ann") as tx:
        change_line(tx, "SO-1/1", quantity=Quantity.parse("5"))
    assert changes(shop, "order_line") == [("SO-1", "1", {"quantity": 4_000_000}, {"quantity": 5_000_000})]


def test_texts_and_nothing_are_kept_as_they_were(shop: Store) -> None:
    with doing(shop) as tx:
        run(
            tx,
            "UPDATE customer_order SET note = ?, ship_to = ?, freight = 5",
            'a "b" \\ ü\n',
            "",
        )
    ((name, _line, before, after),) = changes(shop, "customer_order")
    assert (name, before, after) == (
        "SO-1",
        {"freight": None, "note": ""},
        {"freight": 5, "note": 'a "b" \\ ü\n'},
    )


def test_a_deleted_record_is_kept_whole(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "DELETE FROM bom_line WHERE bom_id = (SELECT max(bom_id) FROM bom) AND line = 1")
    ((_item, line, before, after),) = changes(shop, "bom_line")
    assert line == "1"
    assert before["quantity"] == 3_000_000
    assert set(before) == {*next(traced.columns for traced in TRACED if traced.table == "bom_line")}
    assert after == {}


def test_what_is_written_as_it_was_leaves_nothing(shop: Store) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE order_line SET quantity = quantity, description = description")
    assert changes(shop, "order_line") == []


def test_what_is_taken_back_leaves_nothing(shop: Store) -> None:
    with doing(shop) as tx, tx.connection.begin_nested() as save_point:
        run(tx, "UPDATE order_line SET quantity = quantity + 1")
        save_point.rollback()
    with shop.read() as reading:
        assert number(reading, "SELECT count(*) FROM audit_change WHERE place = 'order_line'") == 0


def test_marks_tell_which_command_added_a_row(shop: Store) -> None:
    with doing(shop) as tx:
        add_order(tx, "SO-2", [("BIKE", 1, "2026-03-02"), ("BIKE", 2, "2026-03-02")])
        tx.changed("order")
    with shop.read() as reading:
        marks = rows(
            reading,
            "SELECT last_key FROM audit_mark WHERE place = 'order_line' ORDER BY audit_mark_id",
        )
    assert [mark.last_key for mark in marks] == [1, 3]


@pytest.mark.parametrize("table", ["audit_entry", "audit_change", "audit_mark"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET audit_entry_id = 7"])
def test_the_trail_is_append_only(shop: Store, table: str, statement: str) -> None:
    with doing(shop) as tx:
        run(tx, "UPDATE item SET description = 'new'")
    with doing(shop) as tx, pytest.raises(DatabaseError, match="append only"), tx.connection.begin_nested():
        run(tx, statement.format(table))


@pytest.mark.file
def test_a_change_by_another_program_is_told_apart(shop: Store) -> None:
    file = sqlite3.connect(shop.path)
    file.execute("UPDATE order_line SET unit_price = 1")
    file.commit()
    file.close()
    with doing(shop) as tx:
        run(tx, "UPDATE item SET description = 'new' WHERE code = 'BIKE'")
    with shop.read() as reading:
        newest = rows(reading, "SELECT * FROM audit_entry ORDER BY audit_entry_id DESC LIMIT 2")
        places = rows(
            reading, "SELECT DISTINCT place FROM audit_change WHERE audit_entry_id = ?", newest[1].audit_entry_id
        )
    assert newest[1].command == "elsewhere.change"
    assert [row.place for row in places] == ["order_line"]
    assert {row[0] for row in changes(shop, "item")} == {"BIKE"}


def test_both_databases_follow_the_same_columns() -> None:
    assert len(trace_triggers()) == 2 * len(TRACED)
    text = "\n".join(postgresql_trace())
    for traced in TRACED:
        assert f"AFTER UPDATE OF {', '.join(traced.columns)} ON {traced.table} FOR EACH ROW" in text
        assert f"AFTER DELETE ON {traced.table} FOR EACH ROW" in text


def test_traced_columns_are_columns_of_their_tables() -> None:
    for traced in TRACED:
        table = metadata.tables[traced.table]
        assert {*traced.columns} <= {*table.columns.keys()}
        assert not traced.key or [column.name for column in table.primary_key] == [traced.key]
