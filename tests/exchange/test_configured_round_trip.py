"""Configured products in the workshop folder: several choices and numbers travel in it as they are."""

from pathlib import Path

import pytest
from tests.builders import day, doing, reading
from tests.exchange.folders import bring_in

from pegboard.exchange.export import export_folder
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.explosion import explode
from pegboard.services.importing import ImportRefused
from pegboard.storage.rows import rows
from pegboard.storage.store import Store

TODAY = day("2026-11-23")
FILES = {
    "items": "code,source,unit,list_price\nLAMP,make,ea,100\nCORD,buy,m,\nDIM,buy,ea,\nUSB,buy,ea,\n",
    "options": (
        "item,group,choice,description,price_extra,default,required\n"
        "LAMP,CORD,1..5/0.5,m,4,no,yes\nLAMP,CORD,2,,0,yes,yes\n"
        "LAMP,EXTRA,*,,0,no,no\nLAMP,EXTRA,DIM,,24,no,no\nLAMP,EXTRA,USB,,5,no,no\n"
    ),
    "bom_lines": (
        "parent,component,quantity,option\nLAMP,CORD,1,CORD=1..5/0.5\nLAMP,DIM,1,EXTRA=DIM\nLAMP,USB,1,EXTRA=USB\n"
        "LAMP,CORD,0.2,CORD=4..5\n"
    ),
    "suppliers": "code,lead_time_days\nKERN,5\n",
    "supplier_items": "supplier,item,price\nKERN,CORD,1\nKERN,DIM,11\nKERN,USB,4\n",
    "customers": "code\nACME\n",
    "orders": (
        "order,line,customer,item,quantity,due_date,options\n"
        "A-1,1,ACME,LAMP,2,2026-12-18,CORD=4.50;EXTRA=DIM;EXTRA=USB\nA-1,2,ACME,LAMP,1,2026-12-18,\n"
    ),
}


def test_several_choices_and_numbers_come_in_and_pull(store: Store) -> None:
    bring_in(store, FILES)
    with doing(store, today=TODAY) as tx:
        explode(tx)
        found = rows(
            tx,
            "SELECT i.code, sum(l.quantity) AS quantity FROM purchase_line l JOIN item i ON i.item_id = l.item_id"
            " GROUP BY i.code ORDER BY i.code",
        )
    assert [(row.code, row.quantity) for row in found] == [
        ("CORD", 12_000_000),  # 2 x 4.5 m and 2 x 0.2 m more, and one of the usual 2 m: 11.4, sold by the metre
        ("DIM", 2_000_000),
        ("USB", 2_000_000),
    ]


def test_the_folder_carries_them_into_another_workshop(store: Store, tmp_path: Path) -> None:
    bring_in(store, FILES)
    with reading(store, today=TODAY) as view:
        export_folder(view, tmp_path / "first")
    other = Store.create(tmp_path / "other.pegboard")
    with doing(other, today=TODAY) as tx:
        import_paths(tx, [tmp_path / "first"])
    with reading(other, today=TODAY) as view:
        export_folder(view, tmp_path / "second")
    other.close()
    for path in sorted((tmp_path / "first").iterdir()):
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name
    assert "CORD=4.5;EXTRA=DIM;EXTRA=USB" in (tmp_path / "first" / "orders.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("CORD=4.3", "choices of LAMP: CORD=1..5/0.5, CORD=2, EXTRA=DIM, EXTRA=USB"),
        ("CORD=2;CORD=3", "each group once; only a group with a choice * takes several"),
        ("EXTRA=*", "choices of LAMP"),
    ],
)
def test_what_cannot_be_chosen_is_refused_with_its_place(store: Store, options: str, words: str) -> None:
    bring_in(store, {name: text for name, text in FILES.items() if name != "orders"})
    orders = f"order,line,customer,item,quantity,options\nA-2,1,ACME,LAMP,1,{options}\n"
    with pytest.raises(ImportRefused) as refused:
        bring_in(store, {"orders": orders})
    [problem] = refused.value.errors
    assert (problem.file, problem.row, problem.column) == ("orders.csv", 2, "options")
    assert words in problem.allowed


def test_a_bom_line_may_name_a_part_of_a_range_and_no_more(store: Store) -> None:
    bring_in(store, {name: text for name, text in FILES.items() if name != "orders"})
    for option in ("CORD=4..9", "EXTRA=*", "CORD=7"):
        with pytest.raises(ImportRefused):
            bring_in(store, {"bom_lines": f"parent,line,component,quantity,option\nLAMP,9,USB,1,{option}\n"})
