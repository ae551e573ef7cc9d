"""The sample workshop is consistent in itself: what the folder promises, checked with the standard library alone.

The importer's own tests import the folder; these tell a maker who edits the CSV files which file and row is wrong.
"""

import csv
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "samples" / "harbor-lamps"
Row = dict[str, str]

KEYS = {
    "settings": ("name",),
    "items": ("code",),
    "boms": ("item", "revision"),
    "bom_lines": ("parent", "revision", "line"),
    "options": ("item", "group", "choice"),
    "work_centers": ("code",),
    "routings": ("item", "revision", "sequence"),
    "suppliers": ("code",),
    "supplier_items": ("supplier", "item", "supplier_sku", "price_from_quantity"),
    "customers": ("code",),
    "stock": ("item", "location", "lot"),
    "orders": ("order", "line"),
    "open_purchases": ("purchase_order", "line"),
    "purchase_history": ("purchase_order", "line"),
    "open_work_orders": ("work_order",),
    "kanban_loops": ("item", "supplied_by", "consuming_location"),
    "replenishment": ("item", "location"),
    "buffers": ("item",),
    "pos_sales": ("reference", "line"),
    "calendar": ("date",),
}
REFERENCES = {
    ("boms", "item"): "items",
    ("bom_lines", "parent"): "items",
    ("bom_lines", "component"): "items",
    ("bom_lines", "alternates"): "items",
    ("options", "item"): "items",
    ("routings", "item"): "items",
    ("routings", "work_center"): "work_centers",
    ("routings", "supplier"): "suppliers",
    ("supplier_items", "supplier"): "suppliers",
    ("supplier_items", "item"): "items",
    ("stock", "item"): "items",
    ("orders", "customer"): "customers",
    ("orders", "item"): "items",
    ("open_purchases", "supplier"): "suppliers",
    ("open_purchases", "item"): "items",
    ("purchase_history", "supplier"): "suppliers",
    ("purchase_history", "item"): "items",
    ("open_work_orders", "item"): "items",
    ("kanban_loops", "item"): "items",
    ("replenishment", "item"): "items",
    ("buffers", "item"): "items",
    ("pos_sales", "item"): "items",
}
NUMBERS = {
    "line", "sequence", "quantity", "output_quantity", "scrap_percent", "setup_quantity", "rounding_multiple",
    "pieces_per_stock", "price_extra", "hours_per_day", "machines", "hourly_rate", "queue_days", "setup_minutes",
    "run_minutes", "lead_time_days", "price", "unit_price", "unit_cost", "standard_cost", "list_price", "loss_percent",
    "minimum_quantity", "order_multiple", "maximum_quantity", "price_from_quantity", "units_per_purchase_unit", "rank",
    "payment_terms_days", "deposit_percent", "tax_percent", "freight", "container_quantity", "cards", "order_up_to",
}  # fmt: skip
DATES = {"date", "valid_from", "valid_to"}
WHOLE = {
    "stock": "quantity",
    "orders": "quantity",
    "open_purchases": "quantity",
    "purchase_history": "quantity",
    "open_work_orders": "quantity",
    "kanban_loops": "container_quantity",
    "replenishment": "order_up_to",
    "buffers": "quantity",
    "pos_sales": "quantity",
}


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Return the rows of one file; rows shorter or longer than the header fail."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        read = tuple(csv.DictReader(file, strict=True))
    assert all(None not in row and None not in row.values() for row in read), name
    return read


def column(name: str, key: str) -> dict[str, Row]:
    """Return the rows of a file by one column that is unique in it."""
    return {row[key]: row for row in rows(name)}


def cells() -> list[tuple[str, str, str]]:
    """Return every cell that is not empty as (place, column, value)."""
    return [
        (f"{name}.csv row {number}", key, value)
        for name in KEYS
        for number, row in enumerate(rows(name), 2)
        for key, value in row.items()
        if value
    ]


def test_the_folder_holds_all_files_of_the_format_and_no_other_csv() -> None:
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(KEYS)


@pytest.mark.parametrize("name", KEYS)
def test_no_key_stands_twice(name: str) -> None:
    keys = [tuple(row.get(key, "") for key in KEYS[name]) for row in rows(name)]
    assert keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("place", "target"), REFERENCES.items(), ids=lambda value: str(value))
def test_every_reference_resolves(place: tuple[str, str], target: str) -> None:
    name, key = place
    known = column(target, "code")
    named = {code for row in rows(name) for code in row[key].split(";") if code}
    assert named <= set(known)


def test_kanban_loops_are_supplied_by_a_supplier_of_the_item_or_made() -> None:
    sold = {(row["supplier"], row["item"]) for row in rows("supplier_items")}
    for loop in rows("kanban_loops"):
        made = column("items", "code")[loop["item"]]["source"] == "make"
        assert (loop["supplied_by"] == "make" and made) or (loop["supplied_by"], loop["item"]) in sold


def test_numbers_have_the_allowed_form() -> None:
    form = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)
    wrong = [cell for cell in cells() if cell[1] in NUMBERS and not form.fullmatch(cell[2])]
    assert wrong == []
    negative = [cell for cell in cells() if cell[1] in NUMBERS and cell[2].startswith("-")]
    assert all(cell[0].startswith("pos_sales.csv") for cell in negative)


def test_dates_are_days_of_the_calendar_and_booleans_are_yes_or_no() -> None:
    for place, key, value in cells():
        if key in DATES or key.endswith(("_on", "_date")):
            assert date.fromisoformat(value).isoformat() == value, place
        if key in {"active", "hold", "default", "required", "working", "signalled", "components_issued"}:
            assert value in {"yes", "no"}, place


def test_codes_and_units_keep_the_rules_of_the_format() -> None:
    for name in ("items", "suppliers", "customers", "work_centers"):
        assert not [row["code"] for row in rows(name) if re.search(r"^\s|\s$|[;=:\x00-\x1f]", row["code"])]


@pytest.mark.parametrize(("name", "key"), WHOLE.items())
def test_quantities_of_whole_unit_items_are_whole_and_none_is_zero(name: str, key: str) -> None:
    items = column("items", "code")
    for row in rows(name):
        quantity = Decimal(row[key])
        assert quantity != 0, row
        assert items[row["item"]]["unit"] != "ea" or quantity == quantity.to_integral_value(), row


def test_a_bom_line_has_a_quantity_or_pieces_and_never_itself_as_alternate() -> None:
    for line in rows("bom_lines"):
        assert bool(line["quantity"]) != bool(line["pieces_per_stock"]), line
        assert line["component"] not in line["alternates"].split(";"), line
        assert Decimal(line["quantity"] or line["pieces_per_stock"]) > 0


def test_bom_lines_name_operations_of_their_parents_routing() -> None:
    sequences = {(row["item"], row["revision"], row["sequence"]) for row in rows("routings")}
    for line in rows("bom_lines"):
        at = (line["parent"], line["revision"], line["operation"])
        assert not line["operation"] or at in sequences, line


def test_every_item_can_be_got() -> None:
    bought = {row["item"] for row in rows("supplier_items")}
    parents = {row["parent"] for row in rows("bom_lines")}
    routed = {row["item"] for row in rows("routings")}
    for code, item in column("items", "code").items():
        if item["source"] == "buy":
            assert code in bought, code
        else:
            assert code in parents, code
            assert item["source"] == "phantom" or code in routed, code


def depth(code: str, path: tuple[str, ...] = ()) -> int:
    """Return the levels below an item; fails with the codes of a cycle."""
    assert code not in path, " > ".join((*path, code))
    below = [line["component"] for line in rows("bom_lines") if line["parent"] == code]
    return 1 + max(depth(component, (*path, code)) for component in below) if below else 0


def test_no_bom_is_a_cycle_and_products_are_three_to_four_levels_deep() -> None:
    assert all(depth(code) <= 4 for code in column("items", "code"))
    assert {depth(code) for code in ("LAMP-PIER", "TABLE-QUAY", "LAMP-BELL", "LAMP-MAST")} <= {3, 4}
    assert depth("SET-BEDSIDE") == 4


def choices_asked_below(code: str) -> set[tuple[str, str]]:
    """Return (group, choice) of every BOM line at or below an item that hangs on an option."""
    lines = [line for line in rows("bom_lines") if line["parent"] == code]
    asked = {(line["option"].split("=")[0], line["option"].split("=")[1]) for line in lines if line["option"]}
    return asked.union(*(choices_asked_below(line["component"]) for line in lines))


def test_order_lines_choose_what_their_item_offers_and_all_that_it_requires() -> None:
    offered: dict[str, dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows("options"):
        offered[row["item"]][row["group"]][row["choice"]] = row
    for line in rows("orders"):
        chosen = dict(choice.split("=") for choice in line["options"].split(";") if choice)
        groups = offered[line["item"]]
        assert all(choice in groups[group] for group, choice in chosen.items()), line
        for group, choices in groups.items():
            settled = group in chosen or any(row["default"] == "yes" for row in choices.values())
            assert settled or not any(row["required"] == "yes" for row in choices.values()), (line, group)


def test_option_groups_agree_and_have_at_most_one_default() -> None:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows("options"):
        groups[row["item"], row["group"]].append(row)
    for group, choices in groups.items():
        assert len({row["required"] for row in choices}) == 1, group
        assert [row["default"] for row in choices].count("yes") <= 1, group


def test_bom_options_are_offered_by_the_products_above_them() -> None:
    offered = {(row["item"], row["group"], row["choice"]) for row in rows("options")}
    configured = {row["item"] for row in rows("options")}
    for code in configured - {"SET-BEDSIDE"}:
        assert all((code, group, choice) in offered for group, choice in choices_asked_below(code))


AGREE = {
    ("orders", ("order",)): ("customer", "order_date", "customer_reference", "ship_to", "freight", "deposit_percent",
                             "deposit_paid_on"),
    ("supplier_items", ("supplier", "item", "supplier_sku")): ("purchase_unit", "units_per_purchase_unit",
        "minimum_quantity", "order_multiple", "maximum_quantity", "lead_time_days", "manufacturer",
        "manufacturer_part", "rank", "active"),
    ("open_purchases", ("purchase_order",)): ("supplier", "ordered_on", "status"),
    ("purchase_history", ("purchase_order",)): ("supplier", "ordered_on"),
}  # fmt: skip


@pytest.mark.parametrize(("where", "same"), AGREE.items(), ids=lambda value: str(value[0]))
def test_rows_that_must_agree_do(where: tuple[str, tuple[str, ...]], same: tuple[str, ...]) -> None:
    name, key = where
    first: dict[tuple[str, ...], Row] = {}
    for row in rows(name):
        told = first.setdefault(tuple(row[part] for part in key), row)
        assert all(row[part] == told[part] for part in same), row


def test_dates_of_an_order_follow_each_other() -> None:
    for line in rows("orders"):
        days = [line[key] for key in ("order_date", "shipped_on", "invoiced_on", "paid_on") if line[key]]
        assert days == sorted(days), line
        assert not line["due_date"] or line["due_date"] > line["order_date"], line
    for line in rows("purchase_history"):
        days = [line[key] for key in ("ordered_on", "received_on", "billed_on", "paid_on") if line[key]]
        assert days == sorted(days), line


def test_lots_stand_only_on_tracked_items_and_serials_count_one() -> None:
    items = column("items", "code")
    for row in rows("stock"):
        tracking = items[row["item"]]["tracking"] or "none"
        assert (tracking != "none") == bool(row["lot"]), row
        assert tracking != "serial" or row["quantity"] == "1", row


def test_a_purchase_unit_of_its_own_has_its_factor_and_whole_packs_fit_the_rules() -> None:
    for row in rows("supplier_items"):
        assert bool(row["purchase_unit"]) == bool(row["units_per_purchase_unit"]), row
        multiple = Decimal(row["order_multiple"] or row["units_per_purchase_unit"] or "1")
        assert Decimal(row["minimum_quantity"] or multiple) % multiple == 0, row


def test_the_sample_is_as_large_as_its_page_says() -> None:
    ordered = {row["item"] for row in rows("orders") if row["item"].startswith(("LAMP-", "TABLE-", "SHELF-", "SET-"))}
    assert len(ordered) == 8
    assert 60 <= len(rows("items")) - len(ordered) <= 100
    assert len(rows("suppliers")) == 10
    assert [row["active"] for row in rows("suppliers")].count("no") == 1
    assert len(rows("customers")) == 12
    assert len(rows("work_centers")) == 6
    assert len({row["order"] for row in rows("orders")}) == 25
    assert 45 <= len(rows("orders")) <= 60
    assert len({row["location"] for row in rows("stock")}) == 4


def test_list_prices_are_above_cost() -> None:
    for row in rows("items"):
        if row["list_price"] and row["standard_cost"]:
            assert Decimal(row["list_price"]) > Decimal(row["standard_cost"]) * Decimal("1.4"), row["code"]
