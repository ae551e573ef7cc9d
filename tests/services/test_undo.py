"""Data entry is undone and done again by name; what others have changed or used since is left alone."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.builders import add_customer, add_item, add_order, doing, reading
from tests.services.shop import bicycle_shop

from pegboard.domain.errors import Refused
from pegboard.domain.item import BomDraft, BomLineDraft
from pegboard.domain.quantity import Quantity
from pegboard.services.items import save_bom
from pegboard.services.settings import set_setting
from pegboard.services.undo import MOST_KEPT, next_redo, next_undo, recording, redo, undo
from pegboard.storage.rows import number, rows, run
from pegboard.storage.store import Store, Transaction


def entering(store: Store, command: str, work: Callable[[Transaction], Any]) -> None:
    """Run a step of data entry as the window does."""
    with store.transaction(command, today=doing_day(store)) as tx, recording(tx, command):
        work(tx)


def doing_day(store: Store) -> Any:
    """The day of the tests."""
    with doing(store) as tx:
        return tx.today


def test_a_changed_item_is_undone_and_done_again(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", description="Lamp")
    entering(store, "item.change", lambda tx: run(tx, "UPDATE item SET description = 'Big lamp'"))
    with reading(store) as view:
        assert (next_undo(view), next_redo(view)) == ("item LAMP changed", "")
    with doing(store) as tx:
        assert undo(tx) == "item LAMP changed"
    with reading(store) as view:
        assert rows(view, "SELECT description FROM item") == [("Lamp",)]
        assert (next_undo(view), next_redo(view)) == ("", "item LAMP changed")
    with doing(store) as tx:
        redo(tx)
    with reading(store) as view:
        assert rows(view, "SELECT description FROM item") == [("Big lamp",)]


def test_a_saved_bom_is_one_step(store: Store) -> None:
    bicycle_shop(store)
    lines = tuple(BomLineDraft(component=code, quantity=Quantity(2_000_000)) for code in ("FRAME", "WHEEL", "TUBE"))
    with reading(store) as view:
        before = [tuple(row) for row in rows(view, "SELECT * FROM bom_line ORDER BY 1")]
    entering(store, "bom.save", lambda tx: save_bom(tx, BomDraft(item="BIKE", lines=lines)))
    with reading(store) as view:
        assert "BIKE" in next_undo(view)
    with doing(store) as tx:
        undo(tx)
    with reading(store) as view:
        assert [tuple(row) for row in rows(view, "SELECT * FROM bom_line ORDER BY 1")] == before


def test_a_new_customer_goes_and_comes_back_unless_used(store: Store) -> None:
    entering(store, "customer.create", lambda tx: add_customer(tx, "ZIN"))
    with doing(store) as tx:
        undo(tx)
        assert number(tx, "SELECT count(*) FROM customer") == 0
        redo(tx)
        add_item(tx, "LAMP")
        add_order(tx, "SO-1", [("LAMP", 1, None)])
    with doing(store) as tx, pytest.raises(Refused, match="it is used by now"):
        undo(tx)


def test_what_was_changed_since_is_not_undone(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP", description="Lamp")
    entering(store, "item.change", lambda tx: run(tx, "UPDATE item SET description = 'Big lamp'"))
    with doing(store) as tx:
        run(tx, "UPDATE item SET description = 'Huge lamp'")
    with doing(store) as tx, pytest.raises(Refused, match="changed again since"):
        undo(tx)
    with reading(store) as view:
        assert rows(view, "SELECT description FROM item") == [("Huge lamp",)]


def test_a_new_step_forgets_what_was_undone_and_old_steps_go(store: Store) -> None:
    for step in range(MOST_KEPT + 5):
        entering(store, "setting.set", lambda tx, step=step: set_setting(tx, "company_name", f"Shop {step}"))  # type: ignore[misc]
    with doing(store) as tx:
        assert number(tx, "SELECT count(*) FROM undo_step") == MOST_KEPT
        undo(tx)
    entering(store, "setting.set", lambda tx: set_setting(tx, "company_email", "a@b.example"))
    with reading(store) as view:
        assert next_redo(view) == ""
        assert next_undo(view) == "setting company_email new"


def test_orders_are_no_data_entry(store: Store) -> None:
    with doing(store) as tx:
        add_item(tx, "LAMP")
        add_customer(tx, "ZIN")
    entering(store, "order.confirm", lambda tx: add_order(tx, "SO-1", [("LAMP", 1, None)]))
    with doing(store) as tx, pytest.raises(Refused, match="nothing to undo"):
        undo(tx)
    with doing(store) as tx, pytest.raises(Refused, match="nothing to do again"):
        redo(tx)
