"""Shops: what a person sees of shelves and sales, how files come in, and what the watch folder does."""

import datetime
from pathlib import Path

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from tests.builders import add_item, add_location, add_stock, add_supplier, add_supplier_item, day, doing, quantity
from tests.exchange.test_shop_sales import SHOPIFY, SQUARE, export, shopify_order, square

from pegboard.services.replenishment import set_level
from pegboard.services.settings import set_setting
from pegboard.storage.bulk import fetch
from pegboard.storage.rows import run
from pegboard.ui import messages as messages_module
from pegboard.ui.command import problems
from pegboard.ui.pos.forms import AliasForm, LevelForm, PlaceForm
from pegboard.ui.pos.watch import WatchFolder
from pegboard.ui.pos.workspace import ShopsPage, workspace

TODAY = day("2026-11-23")


@pytest.fixture
def shop(workshop):
    """MUGs at SHOP, filled up to 12, two sold every day; POTs without a level."""
    with doing(workshop, today=TODAY) as tx:
        add_supplier(tx, "KERN", lead_time_days=5)
        for code in ("MUG", "POT"):
            add_item(tx, code, description=f"A {code.lower()}")
            add_supplier_item(tx, "KERN", code, 2)
            add_location(tx, "SHOP")
            add_stock(tx, code, 10, location="SHOP", unit_cost=2)
        set_level(tx, "MUG", "SHOP", quantity(12))
        for ago in range(1, 31):
            at = datetime.datetime.combine(TODAY - datetime.timedelta(days=ago), datetime.time(12))
            run(
                tx,
                "INSERT INTO pos_sale (reference, line, sold_at, location_id, item_id, quantity, unit_price, signalled)"
                " SELECT ?, 1, ?, (SELECT location_id FROM location WHERE code = 'SHOP'), item_id, 2000000, 8000000, 1"
                " FROM item WHERE code = 'MUG'",
                f"OLD-{ago}",
                at.isoformat(" ", "microseconds"),
            )
    return workshop


@pytest.fixture
def page(qtbot, desk, shop, settle) -> ShopsPage:
    made = workspace(desk)
    qtbot.addWidget(made)
    made.resize(1240, 800)
    with qtbot.waitExposed(made):
        made.show()
    settle(desk)
    made.show_record("replenishment", "POS:SHOP:MUG")
    settle(desk)
    return made


def cells(table) -> list[list[str]]:
    """What a list shows."""
    model = table.model
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def sales(store) -> int:
    """How many sales are in the file."""
    with store.read() as view:
        return len(fetch(view, "SELECT 1 FROM pos_sale"))


def answer(monkeypatch, *fills) -> list:
    """Fill the next forms, one after the other, and press their verbs; gives the forms."""
    forms: list = []

    def run_modal(dialog) -> int:
        fills[len(forms)](dialog)
        forms.append(dialog)
        dialog.accept()
        return int(dialog.result())

    monkeypatch.setattr(messages_module, "run_modal", run_modal)
    return forms


def test_a_shelf_shows_what_it_holds_and_what_its_sales_propose(page) -> None:
    (row,) = cells(page.list)
    assert row[:7] == ["MUG", "SHOP", "stocked", "10", "12", "23", "54"]
    assert page.pane.shelf.item == "MUG"
    assert len(page.pane.sales.table.all_rows) == 20
    QAbstractItemModelTester(page.list.model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_a_proposal_is_taken_with_every_term_before_the_eyes(page, desk, settle, shell, monkeypatch) -> None:
    seen = []

    def fill(form) -> None:
        assert isinstance(form, LevelForm)
        seen.append(form.findChild(type(form._problem)).text())
        assert form.level.value() == quantity(23)

    answer(monkeypatch, fill)
    page._commands.take_proposal()
    settle(desk)
    assert page.pane.shelf.level == quantity(23)
    for words in ("2 ea a day, variance 0, over 30 days", "1 + 7 = 8 days", "95 %", "Present level: 12"):
        assert words in seen[0]
    shell.last_action()  # undo
    settle(desk)
    assert page.pane.shelf.level == quantity(12)


def test_a_new_shelf_gets_its_level(page, desk, settle, monkeypatch) -> None:
    def fill(form) -> None:
        form.item.set_value("POT")
        form.location.set_value("MARKET")
        form.level.set_value(quantity(3))

    answer(monkeypatch, fill)
    page._commands.new_level()
    settle(desk)
    assert ["POT", "MARKET", "empty"] in [row[:3] for row in cells(page.list)]


def test_a_square_export_comes_in_and_pulls_at_once(page, desk, shop, settle, shell, tmp_path) -> None:
    page._commands.bring_in(export(tmp_path, SQUARE, square(Qty="4", Date="2026-11-22")), {}, "")
    settle(desk)
    assert shell.notices[-1] == (
        "good",
        "export.csv: 1 sales new, 0 changed, 0 known already. Pulled 0 jobs and 1 purchase lines.",
    )
    assert (page.pane.shelf.on_hand, page.pane.shelf.on_order) == (quantity(6), quantity(4))
    assert page.why_number() == "POS:SHOP:MUG"


def test_unknown_codes_are_asked_for_and_the_import_goes_on(page, desk, shop, settle, monkeypatch, tmp_path) -> None:
    def fill(form) -> None:
        assert isinstance(form, AliasForm)
        assert form._asked[0][1].value() == "MUG"  # proposed
        form._asked[1][1].set_value(None)

    before = sales(shop)
    answer(monkeypatch, fill)
    path = export(tmp_path, SQUARE, square(SKU="MUGS", Qty="2"), square(SKU="GIFT-25", Item="Card"))
    page._commands.bring_in(path, {}, "")
    settle(desk)
    assert sales(shop) == before + 1
    with shop.read() as view:
        found = fetch(
            view, "SELECT a.sku, i.code FROM sku_alias a LEFT JOIN item i ON i.item_id = a.item_id ORDER BY a.sku"
        )
    assert list(found) == [("GIFT-25", None), ("MUGS", "MUG")]


def test_a_file_without_a_place_asks_where_it_was_sold(page, desk, shop, settle, monkeypatch, tmp_path) -> None:
    before = sales(shop)
    answer(monkeypatch, lambda form: isinstance(form, PlaceForm) and form.place.set_value("SHOP"))
    page._commands.bring_in(export(tmp_path, SHOPIFY, shopify_order()), {}, "")
    settle(desk)
    assert sales(shop) == before + 1


def test_a_file_that_cannot_be_read_says_where(page, desk, settle, shell, tmp_path) -> None:
    page._commands.bring_in(export(tmp_path, SQUARE, square(Date="soon")), {}, "")
    settle(desk)
    assert "export.csv, row 2" in shell.notices[-1][1]


def test_what_is_scarce_is_shared_out(page, desk, shop, settle, shell) -> None:
    with doing(shop, today=TODAY) as tx:
        add_stock(tx, "POT", 4, unit_cost=2)
        set_level(tx, "POT", "SHOP", quantity(10))  # what lies there is the shop's own
        for place in ("EAST", "WEST"):
            set_level(tx, "POT", place, quantity(4))
        run(tx, "UPDATE replenishment SET unsignalled_sold = 4000000 WHERE order_up_to = 4000000")
    page._commands.pull()
    settle(desk)
    page.refresh()
    settle(desk)
    assert [row[:6] for row in cells(page.shares)] == [
        ["POT", "EAST", "4", "4", "2", "less"],
        ["POT", "WEST", "4", "0", "2", "more"],
    ]
    page._commands.share_out()
    settle(desk)
    assert shell.notices[-1] == ("good", "Shared out in complete sets: POT.")
    assert [row[5] for row in cells(page.shares)] == ["as it is", "as it is"]


def test_the_watch_folder_takes_files_once_they_are_whole(qtbot, desk, shop, settle, shell, tmp_path) -> None:
    folder = tmp_path / "till"
    folder.mkdir()
    with doing(shop, today=TODAY) as tx:
        set_setting(tx, "pos_watch_folder", str(folder))
    export(folder, SQUARE, square(Qty="2"), name="good.csv")
    export(folder, SQUARE, square(SKU="NEW"), name="new.csv")
    before = sales(shop)
    watch = WatchFolder(desk)
    watch.look()
    settle(desk)
    assert sales(shop) == before  # who knows whether they are written to the end
    watch.look()
    settle(desk)
    assert sales(shop) == before + 1
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["good.csv", "good.csv.receipt.txt"]
    assert "NEW" in (folder / "needs-you" / "new.csv.receipt.txt").read_text(encoding="utf-8")
    assert [path for path in folder.iterdir() if path.is_file()] == []
    watch.look()
    settle(desk)
    assert sales(shop) == before + 1


def test_a_watch_folder_that_is_gone_is_told_once(desk, shop, settle, shell, tmp_path) -> None:
    with doing(shop, today=TODAY) as tx:
        set_setting(tx, "pos_watch_folder", str(Path(tmp_path) / "none"))
    watch = WatchFolder(desk)
    for _ in range(2):
        watch.look()
        settle(desk)
    assert len([notice for notice in shell.notices if "cannot be read" in notice[1]]) == 1


def test_all_commands_have_keys_icons_and_help_of_their_own(page) -> None:
    assert problems(page.commands()) == ()


def test_a_level_that_another_seat_set_meanwhile_is_kept_only_knowingly(page, desk, shop, settle, shell, monkeypatch):
    def fill(form) -> None:
        form.level.set_value(quantity(44))
        with doing(shop, actor="Bob", today=TODAY) as tx:
            set_level(tx, "MUG", "SHOP", quantity(33))

    answer(monkeypatch, fill)
    page._commands.set_level()
    settle(desk)
    assert page.pane.shelf.level == quantity(33)
    assert "Bob changed MUG at SHOP meanwhile. It says now: level: 33." in shell.notices[-1][1]
    shell.last_action()  # keep mine
    settle(desk)
    assert page.pane.shelf.level == quantity(44)
