"""A small shop with one of everything: losses, lot rules, breaks, subcontracting, a kit, cards, alternates, choices."""

from pathlib import Path

from pegboard.bench.workload import DAY_0
from pegboard.exchange.workshop_folder import import_paths
from pegboard.storage.store import Store

FILES = {
    "items": "code,source,unit,lead_time_days,loss_percent,order_multiple,minimum_quantity,batching,standard_cost\n"
    "BIKE,make,ea,1,,,,,\nTRIKE,make,ea,1,,,,,\nFRAME,make,ea,2,10,2,,,\nKIT,phantom,ea,,,,,,\n"
    "TOY,make,ea,1,,,4,combined,\nWHEEL,buy,ea,4,,,,,5\nRIM,buy,ea,4,,,,,5\nTUBE,buy,m,3,,,,,\nPAINT,buy,kg,2,,,,,\n"
    "RED,buy,kg,1,,,,,\nBELL,buy,ea,1,,,,,2\n",
    "boms": "item,revision,valid_from,valid_to\nBIKE,,,2099-12-31\nBIKE,B,2100-01-01,\n",
    "bom_lines": "parent,revision,component,quantity,pieces_per_stock,setup_quantity,scrap_percent,alternates,option\n"
    "BIKE,,FRAME,1,,,,,\nBIKE,,WHEEL,2,,,,RIM,\nBIKE,B,FRAME,1,,,,,\nBIKE,B,WHEEL,3,,,,RIM,\nBIKE,B,BELL,1,,,,,\n"
    "TRIKE,,FRAME,1,,,,,\nTRIKE,,WHEEL,3,,,,,\nFRAME,,TUBE,2.35,,0.5,,,\nFRAME,,PAINT,0.125,,,5,,\n"
    "KIT,,WHEEL,1,,,,,\nKIT,,TUBE,0.7,,,,,\nTOY,,RED,0.3,,,,,COLOUR=RED\nTOY,,PAINT,0.2,,,,,COLOUR=BLUE\n"
    "TOY,,TUBE,,3,,,,\n",
    "options": "item,group,choice,default,required\nTOY,COLOUR,RED,yes,yes\nTOY,COLOUR,BLUE,no,yes\n",
    "work_centers": "code,hourly_rate\nBENCH,45\n",
    "routings": "item,sequence,work_center,run_minutes,supplier,lead_time_days,price\n"
    "FRAME,10,BENCH,7,,,\nFRAME,20,,,ACME,1,4\n",
    "suppliers": "code\nACME\nOTHER\n",
    "supplier_items": "supplier,item,price_from_quantity,price,order_multiple,minimum_quantity,maximum_quantity,rank\n"
    "ACME,WHEEL,0,7,10,,,1\nACME,TUBE,0,2,,15,,1\nACME,TUBE,50,1.9,,15,,1\nACME,PAINT,0,3.333333,,,,1\n"
    "ACME,RED,0,3,,,1,1\nOTHER,RED,0,4,,,,2\nOTHER,BELL,0,2,,,,1\n",
    "customers": "code\nZIN\n",
    "kanban_loops": "item,supplied_by,consuming_location,container_quantity,cards\nWHEEL,ACME,LINE,10,2\n",
    "replenishment": "item,location,order_up_to\nBIKE,SHOP,3\n",
    "stock": "item,location,quantity,unit_cost\nWHEEL,MAIN,7,6.5\nRIM,MAIN,3,\nTUBE,MAIN,11.3,1.777777\n"
    "BIKE,MAIN,1,100\nBIKE,SHOP,3,100\n",
    "open_work_orders": "work_order,item,quantity,start_date,due_date,components_issued\n"
    "WO-0001,TRIKE,6,2026-01-05,2026-01-09,no\nWO-0002,BIKE,2,2026-01-05,2026-01-08,yes\n",
    "open_purchases": "purchase_order,supplier,item,quantity,due_date,unit_price,status\n"
    "PO-0001,ACME,WHEEL,30,2026-01-09,7,sent\n",
}


def furnish(store: Store, folder: Path) -> None:
    """Fill an empty workshop; the files are written into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with store.transaction("import", today=DAY_0) as tx:
        import_paths(tx, [folder])
