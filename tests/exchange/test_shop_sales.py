"""Sales of Square, Loyverse and Shopify: known by their headers, netted, never in twice, unknown codes asked once."""

import csv
import datetime
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import (
    add_bom,
    add_item,
    add_location,
    add_stock,
    add_supplier,
    add_supplier_item,
    doing,
    reading,
    workshop,
)
from tests.command_line import CommandLine
from tests.exchange.folders import bring_in

from pegboard.domain.errors import InvalidInput, PegboardError
from pegboard.exchange.shop_cells import instant, plain
from pegboard.exchange.shop_cells import number as amount
from pegboard.exchange.shop_exports import read_export
from pegboard.exchange.shop_sales import NOT_OURS, UnknownSkus, import_sales
from pegboard.queries.integrity import check
from pegboard.services.explosion import explode
from pegboard.services.importing import ImportRefused
from pegboard.services.settings import set_setting
from pegboard.storage.rows import rows
from pegboard.storage.rows import run as write
from pegboard.storage.store import Store


def columns(*parts: str) -> list[str]:
    """A header as the export has it."""
    return ",".join(parts).split(",")


SQUARE = columns(
    "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax",
    "Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name",
    "Customer Reference ID",
)
LOYVERSE = columns(
    "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts",
    "Net sales,Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status",
)
ADDRESS = ("Name", "Street", "Address1", "Address2", "Company", "City", "Zip", "Province", "Country", "Phone")
SHOPIFY = columns(
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal",
    "Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name",
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable",
    "Lineitem fulfillment status",
    *(f"{kind} {part}" for kind in ("Billing", "Shipping") for part in ADDRESS),
    "Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance",
    "Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount",
    *(f"Tax {place} {part}" for place in range(1, 6) for part in ("Name", "Value")),
    "Phone,Receipt Number",
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    with workshop(tmp_path) as store:
        with doing(store) as tx:
            for code in ("MUG", "POT"):
                add_item(tx, code)
                add_location(tx, "SHOP")
                add_stock(tx, code, 10, location="SHOP", unit_cost=2)
        yield store


def export(
    folder: Path, header: Sequence[str], *lines: dict[str, str], name: str = "export.csv", sep: str = ","
) -> Path:
    """A file with this header and these lines; cells that are not named are blank."""
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text, delimiter=sep)
        writer.writerow(header)
        writer.writerows([[line.get(column, "") for column in header] for line in lines])
    return path


def square(**cells: str) -> dict[str, str]:
    """A line of Square's items detail."""
    return {
        "Date": "2026-01-05",
        "Time": "10:15:00",
        "Time Zone": "Berlin",
        "Item": "Mug",
        "Qty": "1",
        "SKU": "MUG",
        "Gross Sales": "$8.00",
        "Net Sales": "$8.00",
        "Transaction ID": "T1",
        "Event Type": "Payment",
        "Location": "SHOP",
        **{name.replace("_", " "): text for name, text in cells.items()},
    }


def sold(store: Store) -> list[tuple[str, int, str, str, int]]:
    """Reference, line, item, location and whole units of each sale, in entry order."""
    with reading(store) as view:
        found = rows(
            view,
            "SELECT p.reference, p.line, i.code, l.code AS location, p.quantity / 1000000 AS units FROM pos_sale p"
            " JOIN item i ON i.item_id = p.item_id JOIN location l ON l.location_id = p.location_id"
            " ORDER BY p.reference, p.line",
        )
    return [tuple(row) for row in found]


def on_shelf(store: Store, item: str) -> int:
    """Whole units at SHOP."""
    with reading(store) as view:
        (row,) = rows(
            view,
            "SELECT s.quantity / 1000000 AS units FROM stock s JOIN item i ON i.item_id = s.item_id"
            " JOIN location l ON l.location_id = s.location_id WHERE i.code = ? AND l.code = 'SHOP'",
            item,
        )
    return int(row.units)


def test_square_items_detail_with_a_refund_is_netted(shop: Store, tmp_path: Path) -> None:
    path = export(
        tmp_path,
        SQUARE,
        square(Qty="3", Net_Sales="$21.00"),
        square(SKU="POT", Item="Pot", Qty="1.0"),
        square(Event_Type="Refund", Qty="-1", Net_Sales="-$7.00", Time="16:00:00"),
    )
    with doing(shop) as tx:
        done = import_sales(tx, path)
        prices = rows(tx, "SELECT unit_price FROM pos_sale ORDER BY reference, line")
    assert done.source == "Square"
    assert sold(shop) == [
        ("Square T1", 1, "MUG", "SHOP", 3),
        ("Square T1", 2, "POT", "SHOP", 1),
        ("Square T1 refund 2026-01-05T16:00:00", 1, "MUG", "SHOP", -1),
    ]
    assert prices == [(7_000_000,), (8_000_000,), (7_000_000,)]
    assert (on_shelf(shop, "MUG"), on_shelf(shop, "POT")) == (8, 9)


def test_columns_may_come_in_any_order_and_new_ones_change_nothing(shop: Store, tmp_path: Path) -> None:
    """Square's export grew from 24 to 35 columns over the years; the same sale must not come in twice."""
    lines = (square(Qty="2"), square(SKU="POT"))
    later = [*reversed(SQUARE), "Unit", "Count", "GTIN", "Itemization Type", "Channel", "Token", "Card Brand"]
    with doing(shop) as tx:
        import_sales(tx, export(tmp_path, SQUARE, *lines))
    with doing(shop) as tx:
        again = import_sales(tx, export(tmp_path, later, *reversed(lines), name="later.csv"))
    assert [(count.new, count.changed, count.unchanged) for count in again.result.counts] == [(0, 0, 2)]
    assert on_shelf(shop, "MUG") == 8


def test_loyverse_receipts_by_item(shop: Store, tmp_path: Path) -> None:
    line = {"Receipt type": "Sale", "SKU": "MUG", "Quantity": "2.000", "Net sales": "16.00", "Store": "SHOP"}
    path = export(
        tmp_path,
        LOYVERSE,
        {**line, "Date": "05/01/2026 09:30", "Receipt number": "1-1001", "Status": "Closed"},
        {**line, "Date": "05/01/2026 10:00", "Receipt number": "1-1002", "Receipt type": "Refund", "Quantity": "1.000"},
        {**line, "Date": "05/01/2026 11:00", "Receipt number": "1-1003", "Status": "Cancelled"},
        sep=";",
    )
    with doing(shop) as tx:
        assert import_sales(tx, path).source == "Loyverse"
        days = rows(tx, "SELECT DISTINCT substr(sold_at, 1, 10) FROM pos_sale")
    assert [(sale[0], sale[4]) for sale in sold(shop)] == [
        ("Loyverse 1-1001", 2),
        ("Loyverse 1-1002", -1),
        ("Loyverse 1-1003", 2),
        ("Loyverse 1-1003 cancelled", -2),
    ]
    assert days == [("2026-01-05",)]
    assert on_shelf(shop, "MUG") == 9


def test_loyverse_writes_three_decimals_with_a_comma_in_some_countries(shop: Store, tmp_path: Path) -> None:
    line = {"Receipt type": "Sale", "SKU": "MUG", "Quantity": "1,000", "Net sales": "8,00", "Store": "SHOP"}
    path = export(tmp_path, LOYVERSE, {**line, "Date": "5.1.2026 09:30", "Receipt number": "1"}, sep=";")
    with doing(shop) as tx:
        import_sales(tx, path)
    assert sold(shop) == [("Loyverse 1", 1, "MUG", "SHOP", 1)]


def test_a_loyverse_summary_of_receipts_is_refused_with_the_way_to_the_right_one(shop: Store, tmp_path: Path) -> None:
    path = export(tmp_path, ["Date", "Receipt number", "Receipt type", "Net sales", "Description"])
    with doing(shop) as tx, pytest.raises(InvalidInput, match="Receipts by item"):
        import_sales(tx, path)


def shopify_order(**cells: str) -> dict[str, str]:
    """The first line of an order at Shopify."""
    return {
        "Name": "#1001",
        "Financial Status": "paid",
        "Created at": "2026-01-04 23:30:00 -0500",
        "Id": "450789",
        "Lineitem quantity": "2",
        "Lineitem name": "Mug",
        "Lineitem price": "9.00",
        "Lineitem sku": "MUG",
        "Shipping Zip": "'75008",
        **{name.replace("_", " "): text for name, text in cells.items()},
    }


def test_shopify_orders_have_their_facts_on_the_first_line_alone(shop: Store, tmp_path: Path) -> None:
    second = {"Name": "#1001", "Lineitem quantity": "1", "Lineitem name": "Pot", "Lineitem price": "20.00"}
    path = export(
        tmp_path,
        SHOPIFY,
        shopify_order(Lineitem_discount="2.00"),
        {**second, "Lineitem sku": "POT"},
        shopify_order(Name="#1001", Id="450800", Lineitem_quantity="1"),  # names may come again
        shopify_order(Name="#1002", Id="450801", Financial_Status="pending"),
    )
    with doing(shop) as tx:
        done = import_sales(tx, path, location="SHOP")
        found = rows(tx, "SELECT sold_at, unit_price FROM pos_sale ORDER BY pos_sale_id")
    assert sold(shop) == [
        ("Shopify 450789", 1, "MUG", "SHOP", 2),
        ("Shopify 450789", 2, "POT", "SHOP", 1),
        ("Shopify 450800", 1, "MUG", "SHOP", 1),
    ]
    assert found[0] == ("2026-01-05 04:30:00.000000", 8_000_000)
    assert done.notes[0] == "1 rows passed over: not paid yet."


def test_an_order_that_is_cancelled_later_comes_back(shop: Store, tmp_path: Path) -> None:
    with doing(shop) as tx:
        import_sales(tx, export(tmp_path, SHOPIFY, shopify_order()), location="SHOP")
    assert on_shelf(shop, "MUG") == 8
    with doing(shop) as tx:
        cancelled = shopify_order(Cancelled_at="2026-01-05 08:00:00 -0500", Financial_Status="refunded")
        import_sales(tx, export(tmp_path, SHOPIFY, cancelled), location="SHOP")
    assert on_shelf(shop, "MUG") == 10
    assert [sale[4] for sale in sold(shop)] == [2, -2]


def test_what_was_refunded_in_part_comes_back_where_the_amount_says_what_it_was(shop: Store, tmp_path: Path) -> None:
    """Two mugs at 9 and a pot at 20, with 10 % tax on top: 9.90 can only be one mug."""
    pot = {"Name": "#1001", "Lineitem quantity": "1", "Lineitem name": "Pot", "Lineitem price": "20.00"}
    pot["Lineitem sku"] = "POT"
    partly = {"Financial_Status": "partially_refunded", "Subtotal": "38.00", "Taxes": "3.80"}
    with doing(shop) as tx:
        once = shopify_order(**partly, Refunded_Amount="9.90")
        assert import_sales(tx, export(tmp_path, SHOPIFY, once, pot), location="SHOP").result.counts[0].new == 3
    assert (on_shelf(shop, "MUG"), on_shelf(shop, "POT")) == (9, 9)
    with doing(shop) as tx:
        import_sales(tx, export(tmp_path, SHOPIFY, shopify_order(Financial_Status="refunded"), pot), location="SHOP")
    assert (on_shelf(shop, "MUG"), on_shelf(shop, "POT")) == (10, 10)


def test_a_refund_that_could_be_anything_is_told(shop: Store, tmp_path: Path) -> None:
    order = shopify_order(Financial_Status="partially_refunded", Refunded_Amount="5.00")
    with doing(shop) as tx:
        done = import_sales(tx, export(tmp_path, SHOPIFY, order), location="SHOP")
    assert done.notes == ("#1001: 5.00 was refunded, and the file does not say for what.",)
    assert on_shelf(shop, "MUG") == 8


def test_unknown_codes_are_asked_for_once_and_remembered(shop: Store, tmp_path: Path) -> None:
    path = export(
        tmp_path,
        SQUARE,
        square(SKU="MUG-BLU", Item="Mugs", Qty="2"),
        square(SKU="", Item="Gift card", Price_Point_Name="25"),
    )
    with doing(shop) as tx, pytest.raises(UnknownSkus) as refused:
        import_sales(tx, path)
    assert [(sku.sku, sku.quantity, sku.proposed) for sku in refused.value.skus] == [
        ("MUG-BLU", "2", "MUG"),
        ("Gift card / 25", "1", ""),
    ]
    assert sold(shop) == []
    with doing(shop) as tx:
        import_sales(tx, path, aliases={"MUG-BLU": "MUG", "Gift card / 25": NOT_OURS})
    assert sold(shop) == [("Square T1", 2, "MUG", "SHOP", 2)]
    with doing(shop) as tx:
        later = import_sales(tx, export(tmp_path, SQUARE, square(SKU="MUG-BLU", Transaction_ID="T2")))
    assert later.result.counts[0].new == 1


def test_an_alias_for_no_item_of_ours_is_refused(shop: Store, tmp_path: Path) -> None:
    path = export(tmp_path, SQUARE, square(SKU="X"))
    with doing(shop) as tx, pytest.raises(InvalidInput, match="no item NIL"):
        import_sales(tx, path, aliases={"X": "NIL"})


def test_a_dry_run_keeps_neither_sales_nor_aliases(shop: Store, tmp_path: Path) -> None:
    path = export(tmp_path, SQUARE, square(SKU="X"))
    with doing(shop) as tx:
        done = import_sales(tx, path, aliases={"X": "MUG"}, dry_run=True)
    assert done.result.counts[0].new == 1
    assert sold(shop) == []
    with reading(shop) as view:
        assert rows(view, "SELECT * FROM sku_alias") == []


def test_places_are_found_by_code_or_description_and_new_ones_are_told(shop: Store, tmp_path: Path) -> None:
    with doing(shop) as tx:
        write(tx, "UPDATE location SET description = 'Main Street' WHERE code = 'SHOP'")
        done = import_sales(
            tx,
            export(tmp_path, SQUARE, square(Location="main street"), square(Location="Pop-up", Transaction_ID="T2")),
        )
    assert {sale[3] for sale in sold(shop)} == {"SHOP", "Pop-up"}
    assert "New location Pop-up." in done.notes


def test_a_file_without_places_asks_for_one_or_takes_the_setting(shop: Store, tmp_path: Path) -> None:
    path = export(tmp_path, SHOPIFY, shopify_order())
    with doing(shop) as tx, pytest.raises(InvalidInput, match="where it was sold"):
        import_sales(tx, path)
    with doing(shop) as tx:
        set_setting(tx, "pos_location", "SHOP")
        import_sales(tx, path)
    assert sold(shop) == [("Shopify 450789", 1, "MUG", "SHOP", 2)]


def test_a_kit_is_taken_apart_and_its_price_shared_out(shop: Store, tmp_path: Path) -> None:
    """A SET of two MUGs (at 8 each) and a POT (at 24) sold for 30: the parts leave the shelf, the money stays whole."""
    with doing(shop) as tx:
        write(tx, "UPDATE item SET list_price = CASE code WHEN 'MUG' THEN 8000000 ELSE 24000000 END")
        add_item(tx, "SET", "phantom")
        add_bom(tx, "SET", {"MUG": 2, "POT": 1})
        path = export(tmp_path, SQUARE, square(SKU="SET", Qty="3", Net_Sales="$90.00"))
        import_sales(tx, path)
        found = rows(tx, "SELECT quantity, unit_price FROM pos_sale ORDER BY line")
        again = import_sales(tx, path)
    assert [(count.new, count.changed) for count in again.result.counts] == [(0, 0)]
    assert [(item, units) for _receipt, _line, item, _place, units in sold(shop)] == [("MUG", 6), ("POT", 3)]
    assert found == [(6_000_000, 6_000_000), (3_000_000, 18_000_000)]  # 2 x 6 + 18 = 30 for each set
    assert (on_shelf(shop, "MUG"), on_shelf(shop, "POT")) == (4, 7)


def test_a_kit_in_the_workshops_own_file_pulls_its_parts(shop: Store, tmp_path: Path) -> None:
    """Two SETs of two MUGs and half a metre of BOW, all in one folder; one SET comes back."""
    files = {
        "items": "code,source,unit,list_price\nSET,phantom,ea,20\nBOW,buy,m,4\n",
        "bom_lines": "parent,component,quantity\nSET,MUG,2\nSET,BOW,0.5\n",
        "replenishment": "item,location,order_up_to\nMUG,SHOP,10\n",
        "pos_sales": (
            "reference,sold_at,location,item,quantity,unit_price\n"
            "R1,2026-01-05T10:00:00,SHOP,SET,2,20\nR1,2026-01-05T10:00:00,SHOP,POT,1,24\n"
            "R2,2026-01-05T11:00:00,SHOP,SET,-1,20\n"
        ),
    }
    bring_in(shop, files)
    assert [(line, item, units) for _receipt, line, item, _place, units in sold(shop)] == [
        (2, "POT", 1),
        (1000, "BOW", 1),
        (1001, "MUG", 4),
        (1000, "BOW", 0),  # half a metre
        (1001, "MUG", -2),
    ]
    assert (on_shelf(shop, "MUG"), on_shelf(shop, "POT")) == (8, 9)
    assert bring_in(shop, {"pos_sales": files["pos_sales"]}).counts[0].unchanged == 5
    with doing(shop) as tx:
        add_supplier(tx, "KILN", lead_time_days=5)
        add_supplier_item(tx, "KILN", "MUG", 3)
        explode(tx)
        pulled = rows(tx, "SELECT name, quantity FROM demand")
    assert pulled == [("POS:SHOP:MUG", 2_000_000)]
    with reading(shop) as view:
        assert check(view).ok


def test_what_cannot_be_read_is_told_with_its_row(shop: Store, tmp_path: Path) -> None:
    path = export(tmp_path, SQUARE, square(), square(Date="soon"), square(Qty="some"))
    with doing(shop) as tx, pytest.raises(ImportRefused) as refused:
        import_sales(tx, path)
    assert [problem.row for problem in refused.value.errors] == [3, 4]


def test_windows_letters_and_lines_of_blanks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cafe.csv"
    header = ",".join(SQUARE)
    line = ",".join(square(Item="Kännchen").get(column, "") for column in SQUARE)
    path.write_bytes(f"\r\n{header}\r\n{line}\r\n\r\n".encode("cp1252"))
    found = read_export(path, "de_DE")
    assert found is not None
    assert found.lines[0].name == "Kännchen"


def test_the_workshops_own_file_comes_in_the_same_way(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "anything.csv"
    path.write_text("reference,sold_at,location,item,quantity\nR1,2026-01-05T10:00:00,SHOP,MUG,4\n", encoding="utf-8")
    with doing(shop) as tx:
        done = import_sales(tx, path)
    assert (done.source, sold(shop)) == ("", [("R1", 1, "MUG", "SHOP", 4)])


def test_the_command_line_asks_and_remembers(
    shop: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    run = CommandLine(tmp_path / "state", capsys)
    path = export(tmp_path, SQUARE, square(SKU="MUG-BLU"), square(SKU="GIFT"))
    workshop = getattr(shop, "_lent", shop.path)
    given = ("import", "--kind", "pos_sales", path, "--workshop", workshop)
    refused = run.refuses(*given)
    assert "MUG-BLU" in refused.err
    assert "--alias SKU=ITEM" in refused.err
    assert [sku["sku"] for sku in run(*given, "--json").json["unknown_skus"]] == ["GIFT", "MUG-BLU"]
    assert "pos_sales" in run.does(*given, "--alias", "MUG-BLU=MUG", "--alias", "GIFT=").out
    assert "not ours" in run.does(*given).out
    run.refuses("import", "--alias", "A=B", path, "--workshop", workshop)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\1\2\xff\xfe",
        b"\xff\xfea\0",
        b'"open quote,\n1,2',
        b"a;b;c\n1;2",
        b"\n\n\n",
        "ß".encode() * 50,
        b"x" * 200_000,
    ],
)
def test_what_is_no_table_of_sales_is_refused_in_words(shop: Store, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with doing(shop) as tx, pytest.raises(PegboardError):
        import_sales(tx, path)


def test_an_export_without_sales_brings_nothing(shop: Store, tmp_path: Path) -> None:
    with doing(shop) as tx:
        done = import_sales(tx, export(tmp_path, SQUARE))
    assert [(count.new, count.changed) for count in done.result.counts] == [(0, 0)]


@given(st.text(alphabet="0123456789.,'-+()$€ ", max_size=14))
def test_any_amount_is_read_or_refused(text: str) -> None:
    try:
        found = amount(text)
    except ValueError:
        return
    assert found is None or abs(found) < 10**15
    if found is not None and found:
        assert amount(plain(found)) == found.quantize(Decimal("0.000001"), ROUND_HALF_UP)


@given(st.text(alphabet="0123456789/-.: APMapmZ+", max_size=26), st.booleans())
def test_any_date_is_read_or_refused(text: str, day_first: bool) -> None:
    try:
        found = instant(text, day_first=day_first)
    except ValueError:
        return
    assert datetime.datetime.fromisoformat(found)
