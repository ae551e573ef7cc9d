"""Hypothesis strategies for whole workshop folders that are valid: every file, every column, awkward values."""

import datetime
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from pegboard.exchange.cells import guarded
from pegboard.exchange.columns import Kind
from pegboard.exchange.csv_files import csv_text
from pegboard.exchange.workshop_files import BY_NAME

TEXT = st.text(
    st.one_of(st.sampled_from("=+-@'\",;\n\r\t 0aé漢🪛_x"), st.characters(codec="utf-8", exclude_characters="\0")),
    max_size=8,
)
CODE = (
    st.text(
        st.one_of(st.sampled_from("+-@'\", 0aé漢/_"), st.characters(codec="utf-8", categories=["L", "N", "P", "S"]))
    )
    .map(lambda text: "".join(character for character in text if character not in ";=:")[:8].strip())
    .filter(bool)
)
WHOLE = st.integers(1, 10**6).map(str)
DECIMAL = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False).map(lambda number: format(number, "f"))
QUANTITY = DECIMAL.filter(lambda text: bool(text.strip("0.")))
UNIT_COST = st.decimals(min_value=0, max_value=999, places=6).map(lambda number: format(number, "f"))  # of 10^9 pieces
PERCENT = st.decimals(min_value=0, max_value=99, places=3).map(lambda number: format(number, "f"))
DATE = st.dates().map(datetime.date.isoformat)
DAYS = st.integers(0, 400).map(str)
YES_NO = st.sampled_from(["yes", "no"])
INSTANT = st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2100, 1, 1)).map(
    lambda moment: moment.isoformat("T", "seconds")
)
Rows = list[dict[str, str]]


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A value or an empty cell."""
    return st.one_of(st.just(""), strategy)


@st.composite
def workshops(draw: st.DrawFn) -> dict[str, str]:
    """The files of a valid workshop."""
    codes = draw(st.lists(CODE, min_size=2, max_size=5, unique=True))
    suppliers = draw(st.lists(CODE.filter(lambda code: code != "make"), min_size=1, max_size=3, unique=True))
    customers = draw(st.lists(CODE, min_size=1, max_size=2, unique=True))
    items = [_item(draw, code) for code in codes]
    files: dict[str, Rows] = {
        "items": items,
        "suppliers": [_supplier(draw, code) for code in suppliers],
        "customers": [_customer(draw, code) for code in customers],
        "work_centers": [{"code": "SAW", "machines": draw(WHOLE), "queue_days": draw(DECIMAL)}],
        "options": _options(draw, codes),
        "boms": [],
        "bom_lines": _bom_lines(draw, items),
        "routings": _routings(draw, codes, suppliers),
        "supplier_items": _supplier_items(draw, suppliers, items),
        "stock": _stock(draw, items),
        "orders": _orders(draw, customers, items),
        "open_purchases": _purchases(draw, suppliers, items, ("due_date", "ordered_on")),
        "purchase_history": _purchases(draw, suppliers, items, ("promised_on", "received_on")),
        "open_work_orders": _jobs(draw, items),
        "kanban_loops": _loops(draw, suppliers, items),
        "replenishment": [{"item": codes[0], "location": draw(CODE), "order_up_to": draw(DECIMAL)}],
        "buffers": [{"item": codes[1], "quantity": draw(QUANTITY), "reason": draw(TEXT)}],
        "pos_sales": _sales(draw, items),
        "calendar": [
            {"date": day, "working": draw(YES_NO), "note": draw(TEXT)} for day in draw(st.sets(DATE, max_size=3))
        ],
    }
    return {name: _text(draw, name, rows) for name, rows in files.items()}


def _text(draw: st.DrawFn, name: str, rows: Rows) -> str:
    header: Sequence[str] = draw(st.permutations(BY_NAME[name].header))
    return csv_text(header, [[_cell(name, column, row.get(column, "")) for column in header] for row in rows])


def _cell(name: str, column: str, text: str) -> str:
    return text if BY_NAME[name].by_name[column].kind is Kind.NUMBER else guarded(text)


def _item(draw: st.DrawFn, code: str) -> dict[str, str]:
    return {
        "code": code,
        "description": draw(TEXT),
        "source": draw(st.sampled_from(["make", "buy", "phantom"])),
        "unit": draw(st.sampled_from(["", "ea", "m", "+x"])),
        "whole_units": draw(maybe(YES_NO)),
        "lead_time_days": draw(maybe(DAYS)),
        "standard_cost": draw(maybe(DECIMAL)),
        "list_price": draw(maybe(DECIMAL)),
        "tracking": draw(st.sampled_from(["", "none", "lot"])),
        "batching": draw(st.sampled_from(["", "per_order", "combined"])),
        "loss_percent": draw(maybe(PERCENT)),
        "minimum_quantity": draw(maybe(QUANTITY)),
        "order_multiple": draw(maybe(QUANTITY)),
        "revision": draw(maybe(CODE)),
        "drawing": draw(TEXT),
        "active": draw(maybe(YES_NO)),
    }


def _is_whole(item: dict[str, str]) -> bool:
    return item["whole_units"] == "yes" if item["whole_units"] else item["unit"] in ("", "ea")


def _quantity(draw: st.DrawFn, item: dict[str, str]) -> str:
    return draw(WHOLE if _is_whole(item) else QUANTITY)


def _supplier(draw: st.DrawFn, code: str) -> dict[str, str]:
    return {
        "code": code,
        "name": draw(TEXT),
        "address": draw(TEXT),
        "lead_time_days": draw(maybe(DAYS)),
        "lead_time_kind": draw(st.sampled_from(["", "working", "calendar"])),
        "payment_terms_days": draw(maybe(DAYS)),
        "currency": draw(st.sampled_from(["", "USD"])),
        "active": draw(maybe(YES_NO)),
    }


def _customer(draw: st.DrawFn, code: str) -> dict[str, str]:
    return {
        "code": code,
        "name": draw(TEXT),
        "billing_address": draw(TEXT),
        "deposit_percent": draw(maybe(PERCENT)),
        "currency": draw(st.sampled_from(["", "EUR"])),
    }


def _options(draw: st.DrawFn, codes: Sequence[str]) -> Rows:
    choices = draw(st.lists(CODE, max_size=3, unique=True))
    return [
        {
            "item": codes[0],
            "group": "GROUP",
            "choice": choice,
            "price_extra": draw(maybe(DECIMAL)),
            "default": draw(maybe(YES_NO)),
            "required": "no",
            "description": draw(TEXT),
        }
        for choice in choices
    ]


def _bom_lines(draw: st.DrawFn, items: Rows) -> Rows:
    """Components come after their parent in the list of items, so that there is no cycle."""
    rows: Rows = []
    for place, item in enumerate(items[:-1]):
        below = [other["code"] for other in items[place + 1 :]]
        for component in draw(st.lists(st.sampled_from(below), max_size=2, unique=True)):
            pieces = draw(st.booleans())
            others = [code for code in below if code != component]
            chosen = draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
            rows.append(
                {
                    "parent": item["code"],
                    "component": component,
                    "quantity": "" if pieces else draw(QUANTITY),
                    "pieces_per_stock": draw(QUANTITY) if pieces else "",
                    "per": draw(st.sampled_from(["", "unit", "batch"])),
                    "scrap_percent": draw(maybe(PERCENT)),
                    "setup_quantity": draw(maybe(DECIMAL)),
                    "rounding_multiple": draw(maybe(QUANTITY)),
                    "operation": draw(maybe(DAYS)),
                    "position": draw(TEXT),
                    "alternates": ";".join(chosen),
                    "valid_from": draw(maybe(DATE)),
                }
            )
    return rows


def _routings(draw: st.DrawFn, codes: Sequence[str], suppliers: Sequence[str]) -> Rows:
    rows = []
    for sequence in draw(st.sets(DAYS, max_size=2)):
        outside = draw(st.booleans())
        rows.append(
            {
                "item": codes[0],
                "sequence": sequence,
                "work_center": "" if outside else "SAW",
                "supplier": suppliers[0] if outside else "",
                "instructions": draw(TEXT),
                "run_minutes": draw(maybe(DECIMAL)),
                "price": draw(maybe(DECIMAL)),
            }
        )
    return rows


def _supplier_items(draw: st.DrawFn, suppliers: Sequence[str], items: Rows) -> Rows:
    rows: Rows = []
    for sku in draw(st.sets(TEXT, max_size=2)):
        article = {
            "supplier": suppliers[0],
            "item": items[-1]["code"],
            "supplier_sku": sku,
            "purchase_unit": draw(TEXT),
            "units_per_purchase_unit": draw(QUANTITY),
            "minimum_quantity": draw(maybe(QUANTITY)),
            "lead_time_days": draw(maybe(DAYS)),
            "rank": draw(maybe(WHOLE)),
            "manufacturer": draw(TEXT),
        }
        for quantity in draw(st.sets(st.integers(0, 99), min_size=1, max_size=3)):
            rows.append({**article, "price_from_quantity": str(quantity), "price": draw(maybe(DECIMAL))})
    return rows


def _stock(draw: st.DrawFn, items: Rows) -> Rows:
    rows = []
    for item in draw(st.lists(st.sampled_from(items), max_size=3, unique_by=lambda item: item["code"])):
        rows.append(
            {
                "item": item["code"],
                "location": draw(maybe(CODE)),
                "lot": draw(maybe(CODE)) if item["tracking"] == "lot" else "",
                "quantity": draw(st.one_of(st.just("0"), st.just(_quantity(draw, item)))),
                "unit_cost": draw(maybe(UNIT_COST)),
                "received_on": draw(maybe(DATE)),
                "expires_on": draw(maybe(DATE)),
                "status": draw(st.sampled_from(["", "quarantine"])),
            }
        )
    return rows


def _orders(draw: st.DrawFn, customers: Sequence[str], items: Rows) -> Rows:
    rows: Rows = []
    for number in draw(st.lists(CODE, max_size=2, unique=True)):
        head = {
            "order": number,
            "customer": draw(st.sampled_from(customers)),
            "order_date": draw(maybe(DATE)),
            "ship_to": draw(TEXT),
            "freight": draw(maybe(DECIMAL)),
            "deposit_percent": draw(maybe(PERCENT)),
            "deposit_paid_on": draw(maybe(DATE)),
            "customer_reference": draw(TEXT),
        }
        for _ in range(draw(st.integers(1, 3))):
            item = draw(st.sampled_from(items))
            rows.append({**head, **_order_line(draw, item, head["order_date"])})
    return rows


def _order_line(draw: st.DrawFn, item: dict[str, str], order_date: str) -> dict[str, Any]:
    due = draw(maybe(DATE))
    return {
        "item": item["code"],
        "quantity": _quantity(draw, item),
        "due_date": "" if order_date and due < order_date else due,
        "unit_price": draw(maybe(DECIMAL)),
        "tax_percent": draw(maybe(PERCENT)),
        "description": draw(TEXT),
        "status": draw(st.sampled_from(["", "quote", "confirmed", "shipped", "closed", "cancelled"])),
        "hold": draw(maybe(YES_NO)),
        "shipped_on": draw(maybe(DATE)),
        "paid_on": draw(maybe(DATE)),
    }


def _purchases(draw: st.DrawFn, suppliers: Sequence[str], items: Rows, dates: Sequence[str]) -> Rows:
    rows: Rows = []
    for number in draw(st.lists(CODE, max_size=2, unique=True)):
        for line in draw(st.sets(DAYS, min_size=1, max_size=2)):
            item = draw(st.sampled_from(items))
            row = {"purchase_order": number, "line": line, "supplier": suppliers[-1], "item": item["code"]}
            row |= {"quantity": _quantity(draw, item), "unit_price": draw(maybe(DECIMAL))}
            row |= {date: draw(maybe(DATE)) for date in dates if date != "ordered_on"}
            rows.append(row)
    return rows


def _jobs(draw: st.DrawFn, items: Rows) -> Rows:
    return [
        {
            "work_order": number,
            "item": items[0]["code"],
            "quantity": _quantity(draw, items[0]),
            "start_date": draw(maybe(DATE)),
            "due_date": draw(DATE),
            "components_issued": draw(maybe(YES_NO)),
        }
        for number in draw(st.lists(CODE, max_size=2, unique=True))
    ]


def _loops(draw: st.DrawFn, suppliers: Sequence[str], items: Rows) -> Rows:
    return [
        {
            "item": items[-1]["code"],
            "supplied_by": supplied_by,
            "consuming_location": draw(maybe(CODE)),
            "container_quantity": _quantity(draw, items[-1]),
            "cards": draw(maybe(st.integers(1, 9).map(str))),
        }
        for supplied_by in draw(st.lists(st.sampled_from(["make", *suppliers]), max_size=2, unique=True))
    ]


def _sales(draw: st.DrawFn, items: Rows) -> Rows:
    return [
        {
            "reference": reference,
            "sold_at": draw(INSTANT),
            "location": draw(CODE),
            "item": items[0]["code"],
            "quantity": draw(st.sampled_from(["", "-"])) + _quantity(draw, items[0]),
            "unit_price": draw(maybe(DECIMAL)),
            "signalled": draw(maybe(YES_NO)),
        }
        for reference in draw(st.lists(CODE, max_size=3, unique=True))
    ]
