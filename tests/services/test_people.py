"""People, roles and PINs: who is let through the gate, and that nobody locks everybody out."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import TODAY, add_customer, add_item, add_order, doing, reading, workshop

from pegboard.domain.errors import InvalidInput, Refused
from pegboard.domain.roles import Role, rights_of
from pegboard.queries.people import people, rights, roles_are_on
from pegboard.services.people import add_person, set_active, set_badge, set_pin, set_role
from pegboard.services.rights import keep_rights, sign_in, sign_in_at
from pegboard.storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with workshop(tmp_path) as made:
        keep_rights(made)
        yield made


@pytest.fixture
def signed(store: Store) -> Store:
    """A shop with an owner, an office and a floor, where people sign in."""
    with doing(store, "person.change") as tx:
        add_person(tx, "Ann", Role.OWNER, pin="1234")
        add_person(tx, "Bob", Role.OFFICE, pin="abcd")
        add_person(tx, "Cem", Role.FLOOR, badge="B-7")
        add_person(tx, "Dee", Role.READER)
    return store


def test_everybody_does_everything_until_an_owner_has_a_pin(store: Store) -> None:
    with doing(store, "person.change", actor="anybody") as tx:
        add_person(tx, "Cem", Role.FLOOR)
    with reading(store) as read:
        assert not roles_are_on(read)
        assert rights(read, "whoever").may("invoice.issue")


def test_the_first_pin_is_an_owners(store: Store) -> None:
    with pytest.raises(Refused, match="must be an owner"), doing(store, "person.change") as tx:
        add_person(tx, "Bob", Role.OFFICE, pin="abcd")


@pytest.mark.parametrize(
    ("actor", "command", "may"),
    [
        ("Ann", "books.close", True),
        ("Bob", "order.confirm", True),
        ("Bob", "books.close", False),
        ("Bob", "person.change", False),
        ("Bob", "stock.build", False),
        ("Cem", "operation.start", True),
        ("Cem", "order.confirm", False),
        ("Cem", "invoice.issue", False),
        ("Dee", "order.confirm", False),
        ("nobody", "operation.start", False),
    ],
)
def test_every_command_goes_through_the_gate(signed: Store, actor: str, command: str, may: bool) -> None:
    def work() -> None:
        with signed.transaction(command, today=TODAY, actor=actor) as tx:
            tx.note("done")

    if may:
        work()
        return
    with pytest.raises(Refused, match=r"may not do this|Nobody is signed in"):
        work()
    with reading(signed) as read:
        assert not read.connection.exec_driver_sql("SELECT note FROM audit_entry WHERE note = 'done'").all()


def test_the_office_books_no_money_where_the_owner_says_so(signed: Store) -> None:
    assert rights_of(Role.OFFICE).may("invoice.issue")
    assert not rights_of(Role.OFFICE, office_sees_money=False).may("invoice.issue")
    with doing(signed, "setting.set") as tx:
        tx.connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('office_sees_money', 'no')")
    with reading(signed) as read:
        assert not rights(read, "Bob").sees_money
        assert rights(read, "Ann").sees_money
        assert not rights(read, "Cem").sees_money


def test_a_pin_is_kept_as_a_hash_and_checked(signed: Store) -> None:
    with reading(signed) as read:
        sign_in(read, "Ann", "1234")
        for name, pin in (("Ann", "4321"), ("Ann", ""), ("Cem", ""), ("Zoe", "1234")):
            with pytest.raises(Refused, match="name or the PIN is wrong"):
                sign_in(read, name, pin)
        kept = read.connection.exec_driver_sql("SELECT secret_hash FROM person WHERE name = 'Ann'").scalar_one()
    assert "1234" not in kept
    assert kept.startswith("$argon2id$")


def test_the_only_owner_cannot_lock_everybody_out(signed: Store) -> None:
    for work in (
        lambda tx: set_role(tx, "Ann", Role.OFFICE),
        lambda tx: set_pin(tx, "Ann", ""),
        lambda tx: set_active(tx, "Ann", active=False),
    ):
        with pytest.raises(Refused, match="only owner with a PIN"), doing(signed, "person.change") as tx:
            work(tx)
    with doing(signed, "person.change") as tx:
        set_pin(tx, "Bob", "")
        set_pin(tx, "Ann", "")
    with reading(signed) as read:
        assert not roles_are_on(read)


def test_who_left_signs_in_no_more_and_badges_are_ones_own(signed: Store) -> None:
    with doing(signed, "person.change") as tx:
        set_active(tx, "Bob", active=False)
        with pytest.raises(Refused, match="Cem has this badge"):
            set_badge(tx, "Dee", "B-7")
        with pytest.raises(Refused, match="works here already"):
            add_person(tx, "Ann", Role.OFFICE)
        with pytest.raises(InvalidInput, match="at least 4"):
            set_pin(tx, "Ann", "12")
    with reading(signed) as read:
        with pytest.raises(Refused):
            sign_in(read, "Bob", "abcd")
        assert [(person.name, person.is_active) for person in people(read)][-1] == ("Bob", False)


def test_a_refused_command_leaves_nothing(signed: Store) -> None:
    with doing(signed) as tx:
        add_item(tx, "LAMP")
        add_customer(tx, "ZIN")
    with pytest.raises(Refused), signed.transaction("order.enter", today=TODAY, actor="Dee") as tx:
        add_order(tx, "SO-1", [("LAMP", 1, None)])
    with reading(signed) as read:
        assert read.connection.exec_driver_sql("SELECT count(*) FROM customer_order").scalar_one() == 0


def test_wrong_pins_from_when_the_clock_was_ahead_shut_nobody_out(signed: Store) -> None:
    now = signed.clock()
    signed.clock = lambda: now + datetime.timedelta(days=300)
    for _try in range(5):
        with pytest.raises(Refused, match="PIN is wrong"):
            sign_in_at(signed, "Bob", "4321")
    with pytest.raises(Refused, match="5 wrong PINs"):
        sign_in_at(signed, "Bob", "abcd")
    signed.clock = lambda: now
    sign_in_at(signed, "Bob", "abcd")
