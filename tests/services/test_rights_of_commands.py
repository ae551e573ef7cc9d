"""Rights name the commands that there are: collected from the source, so that a new command cannot be forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pegboard
from pegboard import documents
from pegboard.documents.document import Document
from pegboard.domain.roles import FLOOR, MONEY, MONEY_PAPERS, OWNERS, Rights, Role, rights_of

SOURCE = Path(pegboard.__file__).parent
RUNNERS = frozenset({"write", "_write", "_run", "transaction", "transaction_on"})
PLACES = ("commands", "ui")
FLOORS = ("ui/floor", "commands/floor.py", "commands/scanning.py", "commands/counting.py")
# What the office decides, though the command stands beside those of the floor.
OFFICES = frozenset({"purchase_order.send", "stock_count.approve", "stock_count.cancel", "order.take_back"})
# What is no command in a transaction, but asked for as one.
ASKED = frozenset({"workshop.restore", "workshop.move", "audit.read"})


def words_of(argument: ast.expr) -> Iterator[str]:
    """The names that an argument may have; what is filled in later stands as "any"."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from words_of(argument.body)
        yield from words_of(argument.orelse)
    elif isinstance(argument, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "any" for part in argument.values]
        yield "".join(str(part) for part in parts)


def commands_in(file: Path) -> Iterator[str]:
    """The ids of commands that a file runs, such as order.confirm, also where one is kept in a name first."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        called: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            called = node.args[:2] if name in RUNNERS else []
        elif isinstance(node, ast.Assign) and any(getattr(name, "id", "") == "command" for name in node.targets):
            called = [node.value]
        for argument in called:
            yield from (found for found in words_of(argument) if is_id(found))


def is_id(text: str) -> bool:
    noun, dot, verb = text.partition(".")
    return bool(dot) and all(part.replace("_", "").replace("-", "").isalpha() for part in (noun, verb))


def commands_of(*places: str) -> list[str]:
    files = [file for place in places for file in sorted((SOURCE / place).rglob("*.py")) or [SOURCE / place]]
    return sorted({command for file in files for command in commands_in(file)})


def is_named(command: str, names: frozenset[str]) -> bool:
    return command in names or f"{command.partition('.')[0]}.*" in names


def test_commands_are_found_in_the_source() -> None:
    found = commands_of(*PLACES)
    assert {"order.confirm", "operation.start", "books.close", "payment.book", "person.change", "job.substitute"} <= {
        *found
    }
    assert len(found) > 80


@pytest.mark.parametrize("command", commands_of(*PLACES))
def test_the_office_does_everything_but_what_the_owner_keeps(command: str) -> None:
    assert rights_of(Role.OWNER).may(command)
    assert rights_of(Role.OFFICE).may(command) is not is_named(command, OWNERS)


@pytest.mark.parametrize("command", commands_of(*FLOORS))
def test_the_floor_may_do_what_the_station_and_its_commands_do(command: str) -> None:
    assert rights_of(Role.FLOOR).may(command) is (command not in OFFICES)


@pytest.mark.parametrize("command", commands_of("ui/floor"))
def test_the_station_offers_nothing_that_the_floor_may_not_do(command: str) -> None:
    assert rights_of(Role.FLOOR).may(command)


def test_sending_orders_and_booking_counts_is_for_the_office() -> None:
    assert not any(rights_of(Role.FLOOR).may(command) for command in OFFICES)
    assert all(rights_of(Role.OFFICE).may(command) for command in OFFICES)


@pytest.mark.parametrize("command", ["workshop.restore", "workshop.move", "person.change"])
def test_the_workshop_as_a_whole_is_the_owners(command: str) -> None:
    assert [role for role in Role if rights_of(role).may(command)] == [Role.OWNER]


def test_a_wrong_pin_is_written_down_whoever_it_was() -> None:
    assert all(rights_of(role).may("seat.refused") for role in Role)
    assert Rights(frozenset()).may("seat.refused")


def test_a_command_that_nobody_thought_of_is_not_for_the_floor() -> None:
    assert [role for role in Role if rights_of(role).may("new_thing.do")] == [Role.OWNER, Role.OFFICE]


@pytest.mark.parametrize("document", documents.DOCUMENTS, ids=lambda document: document.name)
def test_papers_that_tell_amounts_are_not_for_who_sees_no_money(document: Document) -> None:
    command = f"document.{document.name}"
    tells = document.name in MONEY_PAPERS
    assert tells is (document.name in {"invoice", "credit-note", "acknowledgement", "purchase-order"})
    assert rights_of(Role.OWNER).may(command)
    assert rights_of(Role.OFFICE).may(command)
    assert rights_of(Role.OFFICE, office_sees_money=False).may(command) is not tells
    assert rights_of(Role.FLOOR).may(command) is not tells


def test_every_right_names_commands_that_there_are() -> None:
    there = {*commands_of(*PLACES), *(f"document.{document.name}" for document in documents.DOCUMENTS)}
    nouns = {f"{command.partition('.')[0]}.*" for command in there}
    assert not (FLOOR | MONEY | OWNERS) - there - nouns - ASKED
