"""The audit trail answers who did what and when, and shows a document as it was."""

import datetime
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from tests.builders import NOW, TODAY, add_item, add_order, day, id_of
from tests.services.shop import bicycle_shop

from pegboard.domain.errors import NotFound, Refused
from pegboard.domain.quantity import Price, Quantity
from pegboard.queries.as_was import AsWas, as_was
from pegboard.queries.audit import (
    AuditRow,
    ChangeRow,
    Wanted,
    audit_rows,
    changes_of,
    entries_wanted,
    missing_lines,
    people_in_trail,
)
from pegboard.queries.audit_values import told
from pegboard.services.changes import cancel, change_line
from pegboard.services.explosion import explode
from pegboard.services.orders import hold
from pegboard.storage.rows import run
from pegboard.storage.store import Store, Transaction


class Diary:
    """Does one command a day, from Monday 5 January on."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._days = 0

    def __call__(self, command: str, person: str, work: Callable[[Transaction], Any]) -> None:
        """Do something, a day after the last."""
        moment = NOW + datetime.timedelta(days=self._days)
        self.store.clock = lambda: moment
        self._days += 1
        with self.store.transaction(command, today=TODAY, actor=person) as tx:
            work(tx)
            tx.changed("order")

    def on(self, number: str, evening: str) -> AsWas:
        """A document as it was."""
        with self.store.read(today=TODAY) as reading:
            return as_was(reading, number, day(evening))

    def lines(self, *words: str, **wanted: Any) -> list[AuditRow]:
        """The lines that are wanted, newest first."""
        with self.store.read(today=TODAY) as reading:
            return list(audit_rows(reading, entries_wanted(reading, Wanted(words, **wanted))))

    def changes(self, *words: str) -> list[ChangeRow]:
        """What the newest line with these words changed."""
        with self.store.read(today=TODAY) as reading:
            return list(changes_of(reading, entries_wanted(reading, Wanted(words))[:1]))


@pytest.fixture
def diary(store: Store) -> Diary:
    """Monday the shop; from Tuesday on an order of two lines is entered, exploded, changed, priced, cut and held."""
    bicycle_shop(store)
    diary = Diary(store)
    diary("import", "Ann", lambda tx: tx.note("The shop."))
    diary("order.enter", "Ann", lambda tx: add_order(tx, "SO-1", [("BIKE", 4, "2026-03-02"), ("FRAME", 1, None)]))
    diary("demand.explode", "Bob", explode)
    diary("order.change", "Bob", lambda tx: change_line(tx, "SO-1/1", quantity=Quantity.parse("6")))
    diary("order.price", "Ann", lambda tx: run(tx, "UPDATE order_line SET unit_price = 250000000 WHERE line = 1"))
    diary("order.cancel", "Bob", lambda tx: cancel(tx, "SO-1/2"))
    diary("order.call_off", "Ann", lambda tx: run(tx, "UPDATE customer_order SET note = '50% =1+1 first'"))
    return diary


def then(found: AsWas, line: int, field: str) -> str:
    """A field of a line as it was."""
    facts = next(each.facts for each in found.lines if each.line == line)
    return told(next(fact.then for fact in facts if fact.field == field))


def test_an_order_is_shown_as_it_was_each_evening(diary: Diary) -> None:
    evenings = {evening: diary.on("SO-1", f"2026-01-0{evening}") for evening in range(6, 10)}
    quantities = [then(found, 1, "quantity") for found in evenings.values()]
    prices = [then(found, 1, "unit_price") for found in evenings.values()]
    assert quantities == ["4", "4", "6", "6"]
    assert prices == ["", "", "", "250"]
    assert [then(found, 2, "status") for found in evenings.values()] == ["confirmed"] * 4
    assert then(diary.on("SO-1", "2026-01-10"), 2, "status") == "cancelled"
    assert diary.on("so-1", "2026-01-31").changes == 0


def test_what_is_another_today_is_marked(diary: Diary) -> None:
    found = diary.on("SO-1", "2026-01-06")
    changed = [(line.line, fact.field, fact.now) for line in found.lines for fact in line.facts if fact.has_changed]
    assert (1, "quantity", Quantity.parse("6")) in changed
    assert (1, "unit_price", Price.parse("250")) in changed
    assert (2, "status", "cancelled") in changed
    assert [fact.field for fact in found.facts if fact.has_changed] == ["note"]
    assert found.entered_at is not None
    assert found.entered_at.date() == day("2026-01-06")


def test_a_line_that_came_later_is_not_in_it(diary: Diary) -> None:
    columns = "order_id, line, item_id, quantity, shipped_quantity, status, hold"
    diary(
        "order.add_line",
        "Ann",
        lambda tx: run(
            tx,
            f"INSERT INTO order_line ({columns}) SELECT order_id, 3, item_id, 1000000, 0, 'confirmed', 0"
            " FROM order_line WHERE line = 1",
        ),
    )
    before = diary.on("SO-1", "2026-01-11")
    assert [line.line for line in before.lines] == [1, 2]
    assert before.added == (3,)
    assert [line.line for line in diary.on("SO-1", "2026-01-12").lines] == [1, 2, 3]


def test_options_are_shown_as_they_were_chosen(diary: Diary) -> None:
    def choose(choice: str) -> Callable[[Transaction], None]:
        def work(tx: Transaction) -> None:
            run(tx, "DELETE FROM order_line_option")
            run(
                tx,
                "INSERT INTO order_line_option (order_line_id, option_group, option_choice)"
                " SELECT order_line_id, 'COLOR', ? FROM order_line WHERE line = 1",
                choice,
            )

        return work

    diary("order.options", "Ann", choose("RED"))
    diary("order.options", "Ann", choose("BLUE"))
    assert then(diary.on("SO-1", "2026-01-12"), 1, "options") == "COLOR=RED"
    assert then(diary.on("SO-1", "2026-01-13"), 1, "options") == "COLOR=BLUE"


def test_jobs_and_purchases_are_shown_as_they_were(diary: Diary) -> None:
    first, later = (diary.on("WO-0001", f"2026-01-0{evening}") for evening in (7, 8))
    quantities = [told(next(fact.then for fact in found.facts if fact.field == "quantity")) for found in (first, later)]
    assert quantities == ["4", "6"]
    assert diary.on("PO-0001", "2026-01-07").lines
    assert "Components" in first.missing


def test_nothing_is_shown_from_before_it_was_there(diary: Diary) -> None:
    with pytest.raises(Refused, match=r"SO-1 was not in the workshop yet on 2026-01-05.*2026-01-06"):
        diary.on("SO-1", "2026-01-05")
    with pytest.raises(Refused, match="does not go back to 2026-01-04"):
        diary.on("SO-1", "2026-01-04")
    with pytest.raises(NotFound, match="There is no SO-9"):
        diary.on("SO-9", "2026-01-09")


def test_the_trail_is_searched_by_words_person_period_and_document(diary: Diary) -> None:
    assert [row.command for row in diary.lines("so-1/1", "changed")] == ["order.change"]
    assert {row.person for row in diary.lines(person="Bob")} == {"Bob"}
    assert [row.command for row in diary.lines(first=day("2026-01-06"), last=day("2026-01-07"))] == [
        "demand.explode",
        "order.enter",
    ]
    of_order = [row.command for row in diary.lines(number="SO-1")]
    assert of_order == ["order.call_off", "order.cancel", "order.price", "order.change", "order.enter"]
    assert diary.lines(number="SO-11") == []
    assert [row.command for row in diary.lines("50%")] == ["order.call_off"]
    assert diary.lines("50%x") == []
    assert diary.lines("5_%") == []


def test_a_line_tells_fields_before_and_after(diary: Diary) -> None:
    changed = [(row.name, row.field, told(row.before), told(row.after)) for row in diary.changes("order.change")]
    assert ("SO-1/1", "quantity", "4", "6") in changed
    assert ("WO-0001", "quantity", "4", "6") in changed
    (entered,) = diary.lines("order.enter")
    assert "1 × order, 2 × order line" in entered.added
    (priced,) = diary.lines("order.price")
    assert priced.what == "Changed: order line SO-1/1"
    assert priced.changes == 1


def test_a_held_line_and_a_changed_item_are_told_in_words(diary: Diary) -> None:
    diary("order.enter", "Ann", lambda tx: add_order(tx, "SO-2", [("BIKE", 1, None)]))
    diary("order.hold", "Ann", lambda tx: hold(tx, "SO-2/1"))
    assert [(row.field, row.before, row.after) for row in diary.changes("order.hold")] == [("on hold", False, True)]
    diary("item.new", "Ann", lambda tx: add_item(tx, "SADDLE"))
    diary(
        "order.exchange",
        "Ann",
        lambda tx: run(tx, "UPDATE order_line SET item_id = ? WHERE order_line_id = 3", id_of(tx, "item", "SADDLE")),
    )
    (row,) = diary.changes("order.exchange")
    assert (row.name, row.field, row.before, row.after) == ("SO-2/1", "item", "BIKE", "SADDLE")


def test_what_was_taken_away_is_told(diary: Diary) -> None:
    diary("bom.change", "Ann", lambda tx: run(tx, "DELETE FROM bom_line WHERE quantity = 3000000"))
    gone = diary.changes("bom.change")
    assert {row.is_gone for row in gone} == {True}
    assert ("FRAME/1", "component", "TUBE") in {(row.name, row.field, row.before) for row in gone}


@pytest.mark.file
def test_a_line_that_another_program_took_out_leaves_a_gap(diary: Diary) -> None:
    with diary.store.read() as reading:
        assert missing_lines(reading) == 0
    file = sqlite3.connect(diary.store.path)
    file.execute("DROP TRIGGER audit_entry_no_delete")
    file.execute("DELETE FROM audit_entry WHERE audit_entry_id IN (2, 4)")
    file.commit()
    file.close()
    with diary.store.read() as reading:
        assert missing_lines(reading) == 2


def test_everyone_who_did_something_is_listed(diary: Diary) -> None:
    with diary.store.read() as reading:
        assert {"Ann", "Bob"} <= {*people_in_trail(reading)}
