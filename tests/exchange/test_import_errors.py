"""Everything that an import refuses is told with file, row, column, value and what is allowed; nothing is written."""

import pytest
from tests.builders import TODAY
from tests.exchange.folders import CUSTOMERS, ITEMS, SUPPLIERS, bring_in, places, problems, refusal, write_folder

from pegboard.domain.errors import InvalidInput, NotFound
from pegboard.exchange.workshop_folder import import_paths
from pegboard.storage.store import Store

BASIS = {"items": ITEMS, "suppliers": SUPPLIERS, "customers": CUSTOMERS}
LOTS = "code,source,tracking,unit\nLAMP,make,none,ea\nPAINT,buy,lot,l\nMOTOR,buy,serial,ea\n"

# files besides the basis -> file, row, column and value of the only problem
REFUSED = {
    "an unknown column": ({"items": "code,source,colour\nLAMP,make,red\n"}, ("items.csv", 1, "colour", "colour")),
    "a missing required column": ({"items": "code\nLAMP\n"}, ("items.csv", 1, "source", "")),
    "a missing value": ({"items": "code,source\nLAMP,\n"}, ("items.csv", 2, "source", "")),
    "a duplicate key": ({"suppliers": "code\nA\nB\nA\n"}, ("suppliers.csv", 4, "code", "A")),
    "a duplicate line": (
        {"orders": "order,line,customer,item,quantity\nO,1,SHOP,LAMP,1\nO,1,SHOP,BASE,1\n"},
        ("orders.csv", 3, "order, line", "O, 1"),
    ),
    "a line number that is taken by its place": (
        {"orders": "order,line,customer,item,quantity\nO,2,SHOP,LAMP,1\nO,,SHOP,BASE,1\n"},
        ("orders.csv", 3, "order, line", "O, "),
    ),
    "a dangling item": (
        {"orders": "order,customer,item,quantity\nO,SHOP,LAMB,1\n"},
        ("orders.csv", 2, "item", "LAMB"),
    ),
    "a dangling customer": (
        {"orders": "order,customer,item,quantity\nO,SHIP,LAMP,1\n"},
        ("orders.csv", 2, "customer", "SHIP"),
    ),
    "a dangling supplier": (
        {"supplier_items": "supplier,item\nAC,BULB\n"},
        ("supplier_items.csv", 2, "supplier", "AC"),
    ),
    "a dangling work center": (
        {"routings": "item,sequence,work_center\nLAMP,10,SAW\n"},
        ("routings.csv", 2, "work_center", "SAW"),
    ),
    "a dangling alternate": (
        {"bom_lines": "parent,component,quantity,alternates\nLAMP,BULB,1,CORD;GLOW\n"},
        ("bom_lines.csv", 2, "alternates", "CORD;GLOW"),
    ),
    "a dangling option": (
        {"bom_lines": "parent,component,quantity,option\nLAMP,BULB,1,COLOUR=red\n"},
        ("bom_lines.csv", 2, "option", "COLOUR=red"),
    ),
    "a dangling supplied_by": (
        {"kanban_loops": "item,supplied_by,container_quantity\nBULB,NOBODY,5\n"},
        ("kanban_loops.csv", 2, "supplied_by", "NOBODY"),
    ),
    "a BOM that contains itself": (
        {"bom_lines": "parent,component,quantity\nLAMP,BASE,1\nBASE,LAMP,1\n"},
        ("bom_lines.csv", 2, "component", "BASE"),
    ),
    "a cycle through an alternate": (
        {"bom_lines": "parent,component,quantity,alternates\nLAMP,BASE,1,\nBASE,BULB,1,LAMP\n"},
        ("bom_lines.csv", 2, "component", "BASE"),
    ),
    "a component of itself": (
        {"bom_lines": "parent,component,quantity\nLAMP,LAMP,1\n"},
        ("bom_lines.csv", 2, "component", "LAMP"),
    ),
    "a zero quantity": (
        {"bom_lines": "parent,component,quantity\nLAMP,BULB,0\n"},
        ("bom_lines.csv", 2, "quantity", "0"),
    ),
    "a negative quantity": (
        {"orders": "order,customer,item,quantity\nO,SHOP,LAMP,-1\n"},
        ("orders.csv", 2, "quantity", "-1"),
    ),
    "a negative count": ({"stock": "item,quantity\nBULB,-1\n"}, ("stock.csv", 2, "quantity", "-1")),
    "a sale of nothing": (
        {"pos_sales": "reference,sold_at,location,item,quantity\nR,2026-01-05T10:00:00,MAIN,LAMP,0\n"},
        ("pos_sales.csv", 2, "quantity", "0"),
    ),
    "a broken order quantity": (
        {"orders": "order,customer,item,quantity\nO,SHOP,LAMP,1.5\n"},
        ("orders.csv", 2, "quantity", "1.5"),
    ),
    "a broken purchase quantity": (
        {"open_purchases": "purchase_order,supplier,item,quantity\nP,ACME,BULB,0.5\n"},
        ("open_purchases.csv", 2, "quantity", "0.5"),
    ),
    "a broken job": (
        {"open_work_orders": "work_order,item,quantity,due_date\nW,LAMP,2.5,2026-02-02\n"},
        ("open_work_orders.csv", 2, "quantity", "2.5"),
    ),
    "a broken container": (
        {"kanban_loops": "item,supplied_by,container_quantity\nBULB,ACME,5.5\n"},
        ("kanban_loops.csv", 2, "container_quantity", "5.5"),
    ),
    "a broken count": ({"stock": "item,quantity\nBULB,0.1\n"}, ("stock.csv", 2, "quantity", "0.1")),
    "stock worth more than a number can say": (
        {"stock": "item,quantity,unit_cost\nBULB,999999999999,2\n"},
        ("stock.csv", 2, "unit_cost", "2"),
    ),
    "a job that starts with more than a number can say": (
        {
            "items": "code,source,loss_percent\nLAMP,make,99.999999\n",
            "open_work_orders": "work_order,item,quantity,due_date\nW,LAMP,999999,2026-02-02\n",
        },
        ("open_work_orders.csv", 2, "quantity", "999999"),
    ),
    "an exponent": ({"stock": "item,quantity\nBULB,1e3\n"}, ("stock.csv", 2, "quantity", "1e3")),
    "grouping": ({"stock": 'item,quantity\nBULB,"1,000"\n'}, ("stock.csv", 2, "quantity", "1,000")),
    "a foreign digit": ({"stock": "item,quantity\nBULB,٣\n"}, ("stock.csv", 2, "quantity", "٣")),
    "seven decimals": (
        {"bom_lines": "parent,component,quantity\nLAMP,BULB,1.0000001\n"},
        ("bom_lines.csv", 2, "quantity", "1.0000001"),
    ),
    "a number of 10^12": (
        {"stock": "item,quantity\nBULB,1000000000000\n"},
        ("stock.csv", 2, "quantity", "1000000000000"),
    ),
    "not a number": ({"stock": "item,quantity\nBULB,NaN\n"}, ("stock.csv", 2, "quantity", "NaN")),
    "a loss of 100": ({"items": "code,source,loss_percent\nLAMP,make,100\n"}, ("items.csv", 2, "loss_percent", "100")),
    "a scrap above 1000": (
        {"bom_lines": "parent,component,quantity,scrap_percent\nLAMP,BULB,1,1000.1\n"},
        ("bom_lines.csv", 2, "scrap_percent", "1000.1"),
    ),
    "a deposit above 100": (
        {"customers": "code,deposit_percent\nSHOP,100.5\n"},
        ("customers.csv", 2, "deposit_percent", "100.5"),
    ),
    "a negative price": ({"items": "code,source,list_price\nLAMP,make,-1\n"}, ("items.csv", 2, "list_price", "-1")),
    "a negative lead time": (
        {"items": "code,source,lead_time_days\nLAMP,make,-1\n"},
        ("items.csv", 2, "lead_time_days", "-1"),
    ),
    "rank 0": (
        {"supplier_items": "supplier,item,rank\nACME,BULB,0\n"},
        ("supplier_items.csv", 2, "rank", "0"),
    ),
    "half a card": (
        {"kanban_loops": "item,supplied_by,container_quantity,cards\nBULB,ACME,5,1.5\n"},
        ("kanban_loops.csv", 2, "cards", "1.5"),
    ),
    "an American date": (
        {"orders": "order,customer,item,quantity,due_date\nO,SHOP,LAMP,1,01/31/2026\n"},
        ("orders.csv", 2, "due_date", "01/31/2026"),
    ),
    "a day that does not exist": (
        {"calendar": "date,working\n2026-02-30,no\n"},
        ("calendar.csv", 2, "date", "2026-02-30"),
    ),
    "TRUE in a CSV": ({"calendar": "date,working\n2026-02-03,TRUE\n"}, ("calendar.csv", 2, "working", "TRUE")),
    "an unknown choice of a column": (
        {"items": "code,source\nLAMP,bought\n"},
        ("items.csv", 2, "source", "bought"),
    ),
    "a code with a semicolon": ({"customers": "code\nA;B\n"}, ("customers.csv", 2, "code", "A;B")),
    "a code with an equals sign": ({"customers": "code\nA=B\n"}, ("customers.csv", 2, "code", "A=B")),
    "an item with a colon": ({"items": "code,source\nA:B,buy\n"}, ("items.csv", 2, "code", "A:B")),
    "a location with a colon": ({"stock": "item,location,quantity\nBULB,A:B,1\n"}, ("stock.csv", 2, "location", "A:B")),
    "a code with a trailing blank": ({"customers": 'code\n"A "\n'}, ("customers.csv", 2, "code", "A ")),
    "a code with a line end": ({"customers": 'code\n"A\nB"\n'}, ("customers.csv", 2, "code", "A\nB")),
    "a line with a slash": (
        {"orders": "order,line,customer,item,quantity\nO,1/2,SHOP,LAMP,1\n"},
        ("orders.csv", 2, "line", "1/2"),
    ),
    "a BOM that ends before it begins": (
        {"boms": "item,valid_from,valid_to\nLAMP,2026-02-02,2026-02-01\n"},
        ("boms.csv", 2, "valid_to", "2026-02-01"),
    ),
    "a BOM line that ends before it begins": (
        {"bom_lines": "parent,component,quantity,valid_from,valid_to\nLAMP,BULB,1,2026-02-02,2026-02-01\n"},
        ("bom_lines.csv", 2, "valid_to", "2026-02-01"),
    ),
    "two revisions on one day": (
        {"boms": "item,revision,valid_from,valid_to\nLAMP,A,,2026-02-01\nLAMP,B,2026-02-01,\n"},
        ("boms.csv", 3, "valid_from", "2026-02-01"),
    ),
    "a second revision by its lines alone": (
        {"bom_lines": "parent,revision,component,quantity\nLAMP,A,BULB,1\nLAMP,B,BULB,1\n"},
        ("bom_lines.csv", 3, "revision", "B"),
    ),
    "due before ordered": (
        {"orders": "order,customer,item,quantity,order_date,due_date\nO,SHOP,LAMP,1,2026-02-02,2026-02-01\n"},
        ("orders.csv", 2, "due_date", "2026-02-01"),
    ),
    "both quantity and pieces": (
        {"bom_lines": "parent,component,quantity,pieces_per_stock\nLAMP,BULB,1,4\n"},
        ("bom_lines.csv", 2, "quantity, pieces_per_stock", "1, 4"),
    ),
    "neither quantity nor pieces": (
        {"bom_lines": "parent,component,quantity,pieces_per_stock\nLAMP,BULB,,\n"},
        ("bom_lines.csv", 2, "quantity, pieces_per_stock", ", "),
    ),
    "an alternate that is the component": (
        {"bom_lines": "parent,component,quantity,alternates\nLAMP,BULB,1,BULB\n"},
        ("bom_lines.csv", 2, "alternates", "BULB"),
    ),
    "a lot for an item without tracking": (
        {"items": LOTS, "stock": "item,lot,quantity\nLAMP,L1,1\n"},
        ("stock.csv", 2, "lot", "L1"),
    ),
    "a serial with two pieces": (
        {"items": LOTS, "stock": "item,lot,quantity\nMOTOR,S1,2\n"},
        ("stock.csv", 2, "quantity", "2"),
    ),
    "a purchase unit without its factor": (
        {"supplier_items": "supplier,item,purchase_unit,units_per_purchase_unit\nACME,BULB,box,\n"},
        ("supplier_items.csv", 2, "units_per_purchase_unit", ""),
    ),
    "price breaks that disagree": (
        {"supplier_items": "supplier,item,price_from_quantity,lead_time_days\nACME,BULB,0,5\nACME,BULB,9,6\n"},
        ("supplier_items.csv", 3, "lead_time_days", "6"),
    ),
    "order lines that disagree": (
        {"orders": "order,customer,item,quantity,ship_to\nO,SHOP,LAMP,1,here\nO,SHOP,BASE,1,there\n"},
        ("orders.csv", 3, "ship_to", "there"),
    ),
    "a group that is required and is not": (
        {"options": "item,group,choice,required\nLAMP,COLOUR,red,yes\nLAMP,COLOUR,blue,no\n"},
        ("options.csv", 3, "required", "no"),
    ),
    "purchase lines that disagree": (
        {"open_purchases": "purchase_order,supplier,item,quantity,status\nP,ACME,BULB,1,sent\nP,ACME,CORD,1,draft\n"},
        ("open_purchases.csv", 3, "status", "draft"),
    ),
    "an unknown setting": ({"settings": "name,value\ncolour,red\n"}, ("settings.csv", 2, "name", "colour")),
    "a bad value of a setting": (
        {"settings": "name,value\ncombining_days,many\n"},
        ("settings.csv", 2, "value", "many"),
    ),
    "a confirmed line without a required choice": (
        {
            "options": "item,group,choice\nLAMP,COLOUR,red\n",
            "orders": "order,customer,item,quantity,options\nO,SHOP,LAMP,1,\n",
        },
        ("orders.csv", 2, "options", ""),
    ),
    "an unknown choice": (
        {
            "options": "item,group,choice,default\nLAMP,COLOUR,red,yes\n",
            "orders": "order,customer,item,quantity,options\nO,SHOP,LAMP,1,COLOUR=blue\n",
        },
        ("orders.csv", 2, "options", "COLOUR=blue"),
    ),
    "an operation done nowhere": (
        {"routings": "item,sequence,work_center,supplier\nLAMP,10,,\n"},
        ("routings.csv", 2, "work_center, supplier", ", "),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_import_refuses(store: Store, what: str) -> None:
    files, place = REFUSED[what]
    found = problems(store, {**BASIS, **files})
    assert places(found) == [place]
    assert found[0].allowed
    assert "\n" not in found[0].text()


def test_a_problem_reads_as_one_sentence_with_everything_in_it(store: Store) -> None:
    (problem,) = problems(store, {"items": "code,source,lead_time_days\nLAMP,make,soon\n"})
    assert problem.text() == (
        'items.csv, row 2, column lead_time_days: "soon" is refused; allowed: a whole number from 0 to 36500'
    )


def test_a_cycle_is_told_with_its_codes(store: Store) -> None:
    (problem,) = problems(
        store, {"items": ITEMS, "bom_lines": "parent,component,quantity\nLAMP,BASE,1\nBASE,CORD,1\nCORD,LAMP,2\n"}
    )
    assert "LAMP > BASE > CORD > LAMP" in problem.text() or "BASE > CORD > LAMP > BASE" in problem.text()


def test_a_cycle_with_a_bom_that_the_workshop_has_is_refused(store: Store) -> None:
    bring_in(store, {"items": ITEMS, "bom_lines": "parent,component,quantity\nLAMP,BASE,1\n"})
    found = problems(store, {"bom_lines": "parent,component,quantity\nBASE,LAMP,1\n"})
    assert places(found) == [("bom_lines.csv", 2, "component", "LAMP")]


def test_a_misspelt_column_is_told_with_the_right_one(store: Store) -> None:
    (problem,) = problems(store, {"items": "code,source,lead time days\nLAMP,make,1\n"})
    assert "lead_time_days, perhaps" in problem.text()


def test_a_column_or_file_of_another_meaning_is_not_guessed_at(store: Store) -> None:
    (column,) = problems(store, {"items": "code,source,colour\nLAMP,make,red\n"})
    (file,) = problems(store, {"sheet1": ITEMS})
    assert "perhaps" not in column.text() + file.text()


def test_an_older_spreadsheet_is_to_be_saved_anew(store: Store) -> None:
    folder = write_folder(store.path.parent / "old", {"items.xls": b"\xd0\xcf\x11\xe0"})
    with pytest.raises(InvalidInput, match=r"save it as \.xlsx"), store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [folder / "items.xls"])


def test_a_misspelt_code_is_told_with_the_nearest(store: Store) -> None:
    (problem,) = problems(store, {"items": ITEMS, "stock": "item,quantity\nBULP,1\n"})
    assert "the nearest is BULB" in problem.text()


def test_all_errors_of_all_files_are_listed_at_once(store: Store) -> None:
    found = problems(
        store,
        {
            "items": "code,source,lead_time_days\nLAMP,make,soon\nBASE,bake,1\n",
            "bom_lines": "parent,component,quantity\nLAMP,BASE,0\nLAMP,SHADE,-1\n",
            "orders": "order,customer,item,quantity\nO,SHOP,LAMP,x\n",
        },
    )
    assert places(found) == [
        ("items.csv", 2, "lead_time_days", "soon"),
        ("items.csv", 3, "source", "bake"),
        ("bom_lines.csv", 2, "quantity", "0"),
        ("bom_lines.csv", 3, "quantity", "-1"),
        ("bom_lines.csv", 3, "component", "SHADE"),
        ("orders.csv", 2, "quantity", "x"),
        ("orders.csv", 2, "customer", "SHOP"),
    ]


def test_what_refers_to_a_file_that_cannot_be_read_is_not_told_as_dangling(store: Store) -> None:
    found = problems(
        store,
        {
            "items": b"code,source\nL\xe4mp,make\n",
            "suppliers": "name\nAcme\n",
            "unknown": "a\nb\n",
            "work_centers": "code\nSAW\nSAW\n",
            "routings": "item,sequence,work_center\nLAMP,10,SEW\n",
            "bom_lines": "parent,component,quantity,alternates\nLAMP,LAMP,1,GLOW\n",
            "supplier_items": "supplier,item,rank\nACME,BULB,0\n",
        },
    )
    assert [(problem.file, problem.row, problem.column) for problem in found] == [
        ("items.csv", 2, ""),
        ("bom_lines.csv", 2, "component"),
        ("work_centers.csv", 3, "code"),
        ("routings.csv", 2, "work_center"),
        ("suppliers.csv", 1, "code"),
        ("supplier_items.csv", 2, "rank"),
        ("unknown.csv", 0, ""),
    ]


def test_a_row_with_too_few_cells_is_told_beside_the_other_rows(store: Store) -> None:
    found = problems(store, {"items": "code,source\nLAMP\nBASE,bake\n", "stock": "item,quantity\nLAMP,-1\n"})
    assert places(found) == [
        ("items.csv", 2, "", ""),
        ("items.csv", 3, "source", "bake"),
        ("stock.csv", 2, "quantity", "-1"),
    ]


def test_two_hundred_errors_are_listed_and_all_are_counted(store: Store) -> None:
    rows = "".join(f"I{number},maybe\n" for number in range(350))
    refused = refusal(store, {"items": "code,source\n" + rows})
    assert (len(refused.errors), refused.total) == (200, 350)
    assert "350 errors" in str(refused)
    assert "first 200" in str(refused)


def test_a_file_of_another_name_is_refused_and_other_files_are_ignored(store: Store) -> None:
    found = problems(store, {"items": ITEMS, "item": ITEMS, "readme.txt": "hello", "orders.bak": "x"})
    assert [problem.file for problem in found] == ["item.csv"]
    assert "items, perhaps" in found[0].text()
    bring_in(store, {"items": ITEMS, "readme.txt": "hello"})


def test_paths_that_hold_no_workshop_are_told(store: Store) -> None:
    folder = store.path.parent
    write_folder(folder / "none", {"readme.txt": "hello"})
    write_folder(folder / "one", {"parts.csv": ITEMS})
    for paths, kind in ((["none"], None), (["nowhere"], None), (["one"], "items"), (["one/parts.csv"], "parts")):
        with (
            pytest.raises((InvalidInput, NotFound)),
            store.transaction("import", today=TODAY) as tx,
        ):
            import_paths(tx, [folder / path for path in paths], kind=kind)


def test_the_same_kind_twice_in_one_import_is_refused(store: Store) -> None:
    folder = store.path.parent
    write_folder(folder / "a", {"items": ITEMS})
    write_folder(folder / "b", {"items": ITEMS})
    with (
        pytest.raises(InvalidInput, match="both hold items"),
        store.transaction("import", today=TODAY) as tx,
    ):
        import_paths(tx, [folder / "a", folder / "b"])
