"""Imports what refers to nothing else: settings, calendar, work centers, suppliers, customers."""

from pegboard import settings
from pegboard.domain.errors import InvalidInput
from pegboard.services.importing.merging import found, stored_rows
from pegboard.services.importing.rows import FileRows
from pegboard.services.importing.state import Import
from pegboard.services.rights import require_settings
from pegboard.storage.store import Transaction
from pegboard.storage.tables.boms import WorkCenter
from pegboard.storage.tables.customers import Customer
from pegboard.storage.tables.suppliers import Supplier
from pegboard.storage.tables.workshop import CalendarDay

_WORK_CENTER = {
    name: name for name in ("code", "description", "hours_per_day", "machines", "hourly_rate", "queue_days")
}
_SUPPLIER = {
    "code": "code",
    "name": "name",
    "contact": "contact",
    "email": "email",
    "phone": "phone",
    "address": "address",
    "lead_time_days": "lead_time_days",
    "calendar_lead_time": "lead_time_kind",
    "payment_terms_days": "payment_terms_days",
    "currency": "currency",
    "active": "active",
}
_CUSTOMER = {
    name: name
    for name in (
        "code",
        "name",
        "contact",
        "email",
        "phone",
        "billing_address",
        "shipping_address",
        "payment_terms_days",
        "deposit_percent",
        "currency",
    )
}


def prepare_settings(imp: Import) -> None:
    """Check settings.csv; an empty value goes back to the default."""
    rows = imp.file("settings")
    if rows is None:
        return
    rows.check_keys("name", rows.values("name"))
    stored: dict[str, str] = dict(found(imp.reading, "SELECT name, value FROM setting"))
    kept: dict[int, tuple[str, str]] = {}
    for index, (name, value) in enumerate(zip(rows.values("name"), rows.values("value"), strict=True)):
        if name not in settings.BY_NAME:
            rows.refuse(index, "name", ", ".join(settings.BY_NAME))
        elif rows.has("value"):
            kept[index] = (name, _checked(rows, index, name, value))
    new = [index for index, (name, value) in kept.items() if value and name not in stored]
    changed = [index for index, (name, value) in kept.items() if name in stored and stored[name] != value]
    imp.count(rows, new, changed)
    if new or changed:
        imp.nouns.add("setting")
        imp.then(lambda tx: _set(tx, [kept[index] for index in [*new, *changed]]))


def _checked(rows: FileRows, index: int, name: str, value: str) -> str:
    try:
        return settings.check(name, value)
    except InvalidInput:
        rows.refuse(index, "value", f"{name}: {settings.named(name).kind.allowed()}")
        return ""


def _set(tx: Transaction, pairs: list[tuple[str, str]]) -> None:
    require_settings(tx, [name for name, _value in pairs])
    for name, value in pairs:
        tx.connection.exec_driver_sql("DELETE FROM setting WHERE name = ?", (name,))
        if value:
            tx.connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES (?, ?)", (name, value))


def prepare_calendar(imp: Import) -> None:
    """Check calendar.csv: days that differ from Monday to Friday working."""
    rows = imp.file("calendar")
    if rows is None:
        return
    days = rows.values("date")
    rows.check_keys("date", days)
    stored = {
        day: (day, working, note)
        for day, working, note in found(imp.reading, "SELECT day, working, note FROM calendar_day")
    }
    wanted = {}
    for index, (day, working, note) in enumerate(zip(days, rows.values("working"), rows.values("note"), strict=True)):
        kept = stored[day][2] if day in stored and not rows.has("note") else note
        wanted[index] = (day, working, kept)
    new = [index for index, row in wanted.items() if row[0] not in stored]
    changed = [index for index, row in wanted.items() if row[0] in stored and stored[row[0]] != row]
    imp.count(rows, new, changed)
    if new or changed:
        imp.nouns.add("calendar")
        gone = [(wanted[index][0],) for index in changed]
        imp.then(lambda tx: _remove_days(tx, gone))
        imp.insert(CalendarDay, ("day", "working", "note"), [wanted[index] for index in [*new, *changed]])


def _remove_days(tx: Transaction, days: list[tuple[str]]) -> None:
    if days:
        tx.connection.exec_driver_sql("DELETE FROM calendar_day WHERE day = ?", days)


def prepare_work_centers(imp: Import) -> None:
    """Check work_centers.csv and learn the codes of work centers."""
    stored = stored_rows(imp.reading, WorkCenter, ("code",), [*_WORK_CENTER, "wip_cap"])
    imp.work_centers = {code: row[0] for code, row in stored.items()}
    if (rows := imp.file("work_centers")) is not None:
        merged = imp.merge_coded(rows, WorkCenter, _WORK_CENTER, stored, "work_center", wip_cap=None)
        imp.work_centers.update(zip(rows.values("code"), merged.ids, strict=True))


def prepare_suppliers(imp: Import) -> None:
    """Check suppliers.csv and learn the codes of suppliers."""
    stored = stored_rows(imp.reading, Supplier, ("code",), [*_SUPPLIER, "row_version"])
    imp.suppliers = {code: row[0] for code, row in stored.items()}
    if (rows := imp.file("suppliers")) is not None:
        if rows.has("lead_time_kind"):
            kinds = rows.columns["lead_time_kind"]
            rows.columns["lead_time_kind"] = [int(kind == "calendar") for kind in kinds]
        rows.defaults = {**rows.defaults, "lead_time_kind": 0}
        merged = imp.merge_coded(rows, Supplier, _SUPPLIER, stored, "supplier", row_version=1)
        imp.suppliers.update(zip(rows.values("code"), merged.ids, strict=True))


def prepare_customers(imp: Import) -> None:
    """Check customers.csv and learn the codes of customers."""
    stored = stored_rows(imp.reading, Customer, ("code",), [*_CUSTOMER, "row_version"])
    imp.customers = {code: row[0] for code, row in stored.items()}
    if (rows := imp.file("customers")) is None:
        return
    merged = imp.merge_coded(rows, Customer, _CUSTOMER, stored, "customer", row_version=1)
    imp.customers.update(zip(rows.values("code"), merged.ids, strict=True))
    place = merged.columns.index("deposit_percent")
    agreed = [
        (merged.before[index][place], merged.ids[index])  # type: ignore[index]
        for index in merged.changed
        if merged.before[index][place] != merged.rows[index][place]  # type: ignore[index]
    ]
    if agreed:
        imp.then(lambda tx: _keep_agreed_deposits(tx, agreed))


def _keep_agreed_deposits(tx: Transaction, agreed: list[tuple[int, int]]) -> None:
    # An order without a percentage of its own was taken at the customer's; a new one holds for new orders only.
    tx.connection.exec_driver_sql(
        "UPDATE customer_order SET deposit_percent = ? WHERE customer_id = ? AND deposit_percent IS NULL", agreed
    )
