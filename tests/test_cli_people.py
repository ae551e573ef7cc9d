"""Who signs in on the command line, and that amounts are told to nobody who may not see them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.command_line import TODAY, CommandLine
from tests.test_cli_floor import FILES

HIDDEN = "This shows money, and {name} may not see it."
MONEY_REPORT, PLAIN_REPORT = "receivables", "on-time"
PAPERS = ("invoice", "credit-note", "acknowledgement", "purchase-order")


@pytest.fixture
def shop(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A lamp shop with an order, where an owner, an office, a floor and a reader sign in."""
    command_line.does("new", "shop.pegboard")
    Path("in").mkdir()
    for name, text in FILES.items():
        Path(f"in/{name}.csv").write_text(text)
    command_line.does("import", "in", "--today", TODAY)
    monkeypatch.setenv("LOGNAME", "seat")
    monkeypatch.setenv("PEGBOARD_NEW_PIN", "1234")
    monkeypatch.setenv("PEGBOARD_PIN", "1234")
    command_line.does("people", "Ann", "--role", "owner", "--pin")
    for name, role in (("Bob", "office"), ("Cem", "floor"), ("Dee", "reader")):
        command_line.does("people", name, "--role", role, "--pin", "--person", "Ann")
    return command_line


def refused(shop: CommandLine, *arguments: object) -> str:
    """The one sentence with which a command is refused."""
    (reason,) = shop.refuses(*arguments).reasons
    return reason


def test_reports_with_amounts_are_for_who_sees_money(shop: CommandLine) -> None:
    for name in ("Ann", "Bob", "Dee"):
        shop.does("report", MONEY_REPORT, "--person", name)
    assert refused(shop, "report", MONEY_REPORT, "--person", "Cem").startswith(HIDDEN.format(name="Cem"))
    assert refused(shop, "report", MONEY_REPORT, "-o", "r.csv", "--person", "Cem").startswith(HIDDEN.format(name="Cem"))
    assert not Path("r.csv").exists()
    assert "Nobody is signed in as seat" in refused(shop, "report", MONEY_REPORT)


def test_reports_without_amounts_are_for_everybody(shop: CommandLine) -> None:
    shop.does("report", PLAIN_REPORT)
    shop.does("report")
    shop.does("report", PLAIN_REPORT, "--person", "Cem")


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_with_amounts_are_not_for_the_floor(shop: CommandLine, paper: str) -> None:
    told = refused(shop, "document", paper, "SO-1", "-o", "paper.pdf", "--person", "Cem")
    assert told.startswith(HIDDEN.format(name="Cem"))
    assert not Path("paper.pdf").exists()


def test_the_office_writes_an_acknowledgement_and_without_money_none(shop: CommandLine) -> None:
    wanted = ("document", "acknowledgement", "SO-1", "-o", "paper.pdf", "--person", "Bob")
    shop.does(*wanted)
    Path("paper.pdf").unlink()
    shop.does("set", "office_sees_money", "no", "--person", "Ann")
    assert refused(shop, *wanted).startswith(HIDDEN.format(name="Bob"))
    assert refused(shop, "report", MONEY_REPORT, "--person", "Bob").startswith(HIDDEN.format(name="Bob"))
    assert refused(shop, "backup", "copy.pegboard", "--person", "Bob").startswith(HIDDEN.format(name="Bob"))


def test_the_floor_prints_its_own_papers(shop: CommandLine) -> None:
    shop.does("explode", "--today", TODAY, "--person", "Bob")
    shop.does("document", "traveler", "WO-0001", "-o", "traveler.pdf", "--person", "Cem")


@pytest.mark.parametrize("copy", [("backup", "copy.pegboard"), ("export", "out"), ("export", "--xlsx", "out.xlsx")])
def test_copies_of_everything_are_for_the_owner_and_the_office(shop: CommandLine, copy: tuple[str, ...]) -> None:
    for name in ("Cem", "Dee"):
        assert refused(shop, *copy, "--person", name).startswith(f"{name} may not do this.")
    assert "Nobody is signed in as seat" in refused(shop, *copy)
    assert not Path(copy[-1]).exists()
    shop.does(*copy, "--person", "Bob")
    assert Path(copy[-1]).exists()


def test_a_wrong_pin_opens_nothing(shop: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEGBOARD_PIN", "4321")
    for wanted in (("report", MONEY_REPORT), ("export", "out"), ("backup", "copy.pegboard")):
        assert refused(shop, *wanted, "--person", "Ann").startswith("The name or the PIN is wrong.")


def test_the_computers_user_counts_as_an_owner_only_with_the_pin(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "Ann")
    shop.does("report", MONEY_REPORT)
    monkeypatch.setenv("PEGBOARD_PIN", "4321")
    assert refused(shop, "report", MONEY_REPORT).startswith("The name or the PIN is wrong.")
    assert refused(shop, "people", "Ann", "--no-pin").startswith("The name or the PIN is wrong.")


def test_while_nobody_signs_in_everybody_reads_everything(command_line: CommandLine) -> None:
    command_line.does("new", "shop.pegboard")
    command_line.does("report", MONEY_REPORT)
    command_line.does("export", "out")
    command_line.does("backup", "copy.pegboard")


def test_only_an_owner_restores_and_moves(shop: CommandLine) -> None:
    shop.does("backup", "copy.pegboard", "--person", "Ann")
    for name in ("Bob", "Cem", "Dee"):
        assert refused(shop, "restore", "copy.pegboard", "--person", name).startswith(f"{name} may not do this.")
        assert refused(shop, "move", "moved.pegboard", "--person", name).startswith(f"{name} may not do this.")
    assert "Nobody is signed in as seat" in refused(shop, "restore", "copy.pegboard")
    assert not Path("moved.pegboard").exists()
    shop.does("move", "moved.pegboard", "--person", "Ann")
    shop.does("restore", "copy.pegboard", "--person", "Ann")


def test_a_whole_workshop_is_salvaged_only_by_who_may_copy_it(shop: CommandLine) -> None:
    wanted = ("salvage", "shop.pegboard", "saved.pegboard")
    assert "Nobody is signed in as seat" in refused(shop, *wanted)
    assert refused(shop, *wanted, "--person", "Cem").startswith("Cem may not do this.")
    assert not Path("saved.pegboard").exists()
    shop.does(*wanted, "--person", "Bob")


def test_a_workshop_that_is_gone_is_restored_without_signing_in(shop: CommandLine) -> None:
    shop.does("backup", "copy.pegboard", "--person", "Ann")
    Path("shop.pegboard").unlink()
    shop.does("restore", "copy.pegboard")
    assert "Nobody is signed in as seat" in refused(shop, "restore", "copy.pegboard")


def test_a_damaged_workshop_is_restored_without_signing_in(shop: CommandLine) -> None:
    shop.does("backup", "copy.pegboard", "--person", "Ann")
    Path("shop.pegboard").write_bytes(b"torn")
    shop.does("restore", "copy.pegboard")


def test_the_name_of_somebody_without_a_pin_opens_nothing(shop: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.does("people", "Eve", "--role", "office", "--person", "Ann")
    monkeypatch.setenv("LOGNAME", "Eve")
    assert refused(shop, "explode", "--today", TODAY).startswith("The name or the PIN is wrong.")
    assert refused(shop, "report", MONEY_REPORT).startswith("The name or the PIN is wrong.")


def test_badges_are_listed_for_an_owner_alone(shop: CommandLine) -> None:
    shop.does("people", "Cem", "--badge", "B-7", "--person", "Ann")
    for who in ((), ("--person", "Bob"), ("--person", "Cem")):
        assert "B-7" not in shop.does("people", *who).out
        assert "B-7" not in shop.does("people", "--json", *who).out
    assert "B-7" in shop.does("people", "--person", "Ann").out


def test_what_decides_over_others_is_set_by_an_owner_alone(shop: CommandLine) -> None:
    told = "Only an owner sets office_sees_money."
    shop.does("set", "office_sees_money", "no", "--person", "Ann")
    assert refused(shop, "set", "office_sees_money", "yes", "--person", "Bob").startswith(told)
    Path("set").mkdir()
    Path("set/settings.csv").write_text("name,value\noffice_sees_money,yes\n")
    assert refused(shop, "import", "set", "--person", "Bob").startswith(told)
    shop.does("set", "combining_days", "7", "--person", "Bob")
    shop.does("import", "set", "--person", "Ann")


def test_amounts_beside_other_results_are_left_out_for_who_sees_none(shop: CommandLine) -> None:
    shop.does("set", "office_sees_money", "no", "--person", "Ann")
    shop.does("scan", "KANBAN:BULB:1", "--person", "Ann")
    told = shop.does("explode", "--dry-run", "--json", "--today", TODAY, "--person", "Ann").json
    assert any(line["unit_price"] for line in told["purchase_lines"])
    for extra in (("--dry-run",), ()):
        hidden = shop.does("explode", "--json", "--today", TODAY, "--person", "Bob", *extra).json
        assert {line["unit_price"] for line in hidden["purchase_lines"]} == {None}
    change = ("change", "SO-1/1", "--quantity", "9", "--dry-run", "--json", "--today", TODAY, "--person")
    assert any(each["money"] for each in shop.does(*change, "Ann").json["consequences"])
    assert {each["money"] for each in shop.does(*change, "Bob").json["consequences"]} == {None}
    assert all(each["value"] is None for each in shop.does("orphans", "--json", "--person", "Bob").json["orphans"])


def test_after_some_wrong_pins_a_name_must_wait_and_the_trail_tells(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEGBOARD_PIN", "4321")
    for _try in range(5):
        assert refused(shop, "report", MONEY_REPORT, "--person", "Bob").startswith("The name or the PIN is wrong.")
    monkeypatch.setenv("PEGBOARD_PIN", "1234")
    assert refused(shop, "report", MONEY_REPORT, "--person", "Bob").startswith("5 wrong PINs for Bob")
    assert shop.does("audit", "seat.refused", "--person", "Ann").out.count("Wrong PIN for Bob.") == 5


def test_a_check_names_amounts_only_to_who_sees_money(shop: CommandLine) -> None:
    with closing(sqlite3.connect("shop.pegboard", isolation_level=None)) as file:
        file.execute("UPDATE cost_layer SET unit_cost = 1230000")
    for words in (("--person", "Cem"), ()):
        told = shop.refuses("check", *words)
        assert not any("worth" in reason for reason in told.reasons)
        assert any("breaches that name amounts: ask who may see money" in reason for reason in told.reasons)
    assert any("worth" in reason for reason in shop.refuses("check", "--person", "Ann").reasons)
