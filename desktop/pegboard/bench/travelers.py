"""How long 100 job travelers take, against a bare reportlab canvas that draws the same strings and codes."""

import datetime
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pegboard import documents
from pegboard.bench import Figure
from pegboard.documents import codes, fonts
from pegboard.documents.fonts import MM, face
from pegboard.documents.paper import Papers
from pegboard.documents.sheet import A4, Sheet
from pegboard.domain.prints import PrintMark, mark_print
from pegboard.storage.bulk import insert_rows
from pegboard.storage.store import Reading, Store, Transaction
from pegboard.storage.tables.boms import RoutingOperation, WorkCenter
from pegboard.storage.tables.customers import Customer
from pegboard.storage.tables.demand import Demand, Peg, Requirement
from pegboard.storage.tables.items import Item
from pegboard.storage.tables.orders import CustomerOrder, OrderLine
from pegboard.storage.tables.work_orders import WorkOrder

TODAY = datetime.date(2026, 1, 5)
NOW = datetime.datetime(2026, 1, 5, 9, 0, tzinfo=datetime.UTC)
_STEPS = ("Saw to length", "Turn both ends", "Drill and tap", "Deburr and wash", "Assemble", "Test and pack")
_RUNS = 3

Drawn = list[tuple[object, ...]]


def run(jobs: int = 100) -> tuple[float, float]:
    """Return the seconds for so many travelers as one PDF, from the database on, and those of the bare canvas."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "travelers.pegboard"
        with Store.create(path, lambda: NOW) as store:
            numbers = _fill(store, jobs)
            with store.read(today=TODAY) as reading:
                pages = drawn_by_page(reading, numbers)
                figure = min(_timed_travelers(reading, numbers) for _run in range(_RUNS))
            floor = min(_timed_bare(pages) for _run in range(_RUNS))
    return figure, floor


def drawn_by_page(reading: Reading, numbers: list[str]) -> list[Drawn]:
    """What the travelers of these jobs draw, page by page: ("text", x, y, text, size, bold) in points from the lower
    left, ("qr", text), ("bars", text)."""
    pages: list[Drawn] = []
    for number in numbers:
        papers = documents.read(reading, "traveler", [number])
        recorded: Drawn = []

        class Recorder(Sheet):
            """Draws, and writes down what it draws."""

            into = recorded

            def text(self, x: float, y: float, text: str, size: float, *style: Any, **more: Any) -> None:
                super().text(x, y, text, size, *style, **more)
                bold = bool(style and style[0])
                if text:
                    left = (x + A4.left) * MM
                    self.into.append(("text", left, (A4.height - 10 - y) * MM, text, size, bold))

            def qr(self, x: float, y: float, size: float, text: str, level: str = "m") -> None:
                super().qr(x, y, size, text, level)
                self.into.append(("qr", text))

            def bars(self, x: float, y: float, room: float, high: float, text: str) -> bool:
                self.into.append(("bars", text))
                return super().bars(x, y, room, high, text)

        documents.draw(papers, _marks(papers), paper="a4", today=TODAY, now=NOW, sheet=Recorder)
        pages.append(recorded)
    return pages


def _marks(papers: Papers) -> dict[str, PrintMark]:
    return {content.number: mark_print(content, f"P{place:03d}", None) for place, content in enumerate(papers.contents)}


def _forget() -> None:
    """Empty the caches, so that each run draws as a first one does."""
    for cached in (codes.qr_symbol, codes.bar_symbol, codes._runs, fonts.wrapped, fonts._units):
        cached.cache_clear()


def _timed_travelers(reading: Reading, numbers: list[str]) -> float:
    _forget()
    start = time.perf_counter()
    papers = documents.read(reading, "traveler", numbers)
    documents.draw(papers, _marks(papers), paper="a4", today=TODAY, now=NOW)
    return time.perf_counter() - start


def _timed_bare(pages: list[Drawn]) -> float:
    from reportlab.pdfgen.canvas import Canvas

    _forget()
    start = time.perf_counter()
    canvas: Any = Canvas(BytesIO(), pagesize=(A4.width * MM, A4.height * MM), pageCompression=1)
    names = {bold: face(bold).fontName for bold in (False, True)}
    for page in pages:
        for kind, *drawn in page:
            if kind == "text":
                x, y, text, size, bold = drawn
                canvas.setFont(names[bool(bold)], size)
                canvas.drawString(x, y, text)
            else:
                _bare_code(canvas, str(kind), str(drawn[0]))
        canvas.showPage()
    canvas.save()
    return time.perf_counter() - start


def _bare_code(canvas: Any, kind: str, text: str) -> None:
    """One code as one path of its runs, as a canvas alone can."""
    symbol = codes.qr_symbol(text) if kind == "qr" else codes.bar_symbol(text)
    if symbol:
        canvas.addLiteral(f"q 1 0 0 1 100 100 cm {symbol.path} Q")


def _fill(store: Store, jobs: int) -> list[str]:
    """Jobs of one item with six operations, each pulled by an order line of its own."""
    with store.transaction("bench", today=TODAY) as tx:
        insert_rows(tx, Item, ("item_id", "code", "description", "source", *_ITEM), [_item(key) for key in (1, 2)])
        insert_rows(tx, WorkCenter, ("work_center_id", "code", *_CENTER), [(1, "BENCH", 8_000_000, 1, 0)])
        columns = ("item_id", "revision", "sequence", "work_center_id", "description", "setup_minutes", "run_minutes")
        steps = [(1, "", 10 * place, 1, step, 5_000_000, 3_500_000) for place, step in enumerate(_STEPS, 1)]
        insert_rows(tx, RoutingOperation, columns, steps)
        customer = (1, "ACME", "Acme Interiors", 30, 0, 1)
        names = ("customer_id", "code", "name", "payment_terms_days", "deposit_percent", "row_version")
        insert_rows(tx, Customer, names, [customer])
        _fill_jobs(tx, jobs)
    return [f"WO-{key:04d}" for key in range(1, jobs + 1)]


_ITEM = ("unit", "whole_units", "tracking", "loss_percent", "active", "low_level_code", "backflush", "row_version")
_CENTER = ("hours_per_day", "machines", "queue_days")


def _item(key: int) -> tuple[object, ...]:
    source = "make" if key == 1 else "buy"
    return (key, f"LAMP-{key}", "Harbor desk lamp, brass arm", source, "ea", 1, "none", 0, 1, 0, 0, 1)


def _fill_jobs(tx: Transaction, jobs: int) -> None:
    twelve, day = 12_000_000, TODAY.isoformat()
    keys = range(1, jobs + 1)
    insert_rows(
        tx,
        CustomerOrder,
        ("order_id", "number", "customer_id", "order_date", "customer_reference", "revision", "row_version"),
        [(key, f"SO-{key:04d}", 1, day, f"PO {7000 + key}", 0, 1) for key in keys],
    )
    insert_rows(
        tx,
        OrderLine,
        ("order_line_id", "order_id", "line", "item_id", "quantity", "shipped_quantity", "due_date", "status", "hold"),
        [(key, key, 1, 1, twelve, 0, day, "confirmed", 0) for key in keys],
    )
    insert_rows(
        tx,
        Demand,
        ("demand_id", "kind", "name", "order_line_id", "item_id", "quantity", "need_date", "state", "raised_at"),
        [(key, "order", f"SO-{key:04d}/1", key, 1, twelve, day, "open", f"{day} 09:00:00") for key in keys],
    )
    insert_rows(
        tx,
        WorkOrder,
        ("work_order_id", "number", "item_id", "quantity", "start_quantity", "start_date", "due_date", "state", *_JOB),
        [(key, f"WO-{key:04d}", 1, twelve, twelve, day, day, "released", 0, 0, 0, 1, twelve) for key in keys],
    )
    columns = ("requirement_id", "demand_id", "work_order_id", "item_id", "quantity", "issued_quantity", "need_date")
    ordered = [(key, key, None, 1, twelve, 0, day) for key in keys]
    parts = [(jobs + key, None, key, 2, twelve, 0, day) for key in keys]
    insert_rows(tx, Requirement, columns, [*ordered, *parts])
    insert_rows(tx, Peg, ("requirement_id", "work_order_id", "quantity"), [(key, key, twelve) for key in keys])


_JOB = ("completed_quantity", "scrapped_quantity", "components_issued", "row_version", "pulled_quantity")


def figures(_size: str) -> Iterator[Figure]:
    """Yield the figure of 100 travelers."""
    seconds, floor = run()
    yield Figure("100 travelers", seconds, floor, 2.5)
