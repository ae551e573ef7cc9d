"""Reads the settings of the workshop as typed values."""

from dataclasses import dataclass
from typing import Any

from pegboard.domain.quantity import Quantity
from pegboard.settings import SETTINGS, value_of
from pegboard.storage.store import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, set or by default; `pegboard.settings` says what each is for. Percentages are in percent."""

    company_name: str
    company_address: str
    company_email: str
    company_phone: str
    company_website: str
    company_tax_number: str
    company_vat_number: str
    company_bank: str
    logo: str
    currency: str
    default_tax_percent: Quantity
    combining_days: int
    over_receipt_percent: Quantity
    office_sees_money: bool
    lock_minutes: int
    deposit_gates_pull: bool
    purchase_order_shows_demand: bool
    kanban_safety_percent: Quantity
    wip_cap: int
    work_center_wip_caps: str
    wip_releases_next: bool
    pos_pulls: str
    pos_service_percent: Quantity
    pos_review_days: int
    pos_location: str
    pos_watch_folder: str
    inference_cash_cap: Quantity
    inference_cash_percent: Quantity
    inference_horizon_days: int
    inference_gain_percent: Quantity
    inference_loss_percent: Quantity
    long_lead_days: int
    purchase_order_terms: str
    invoice_terms: str
    paper: str
    number_locale: str
    code_prefix: str
    tax_on_freight: bool
    overhead_per_hour: Quantity
    cash_balance: str
    cash_payables_over: str
    cash_days: str
    idle_stock_days: int
    friday_folder: str
    scrap_reasons: str
    problem_reasons: str
    drawing_folder: str
    backup_folder: str
    second_backup_folder: str


def settings(reading: Reading) -> Settings:
    """Return all settings of the workshop."""
    kept = set_values(reading)
    values: dict[str, Any] = {declared.name: value_of(declared.name, kept.get(declared.name)) for declared in SETTINGS}
    return Settings(**values)


def set_values(reading: Reading) -> dict[str, str]:
    """Return what was set, as text by name, in order of the names; defaults are left out."""
    rows = reading.connection.exec_driver_sql("SELECT name, value FROM setting ORDER BY name")
    return {str(name): str(value) for name, value in rows}


def logo(reading: Reading) -> bytes | None:
    """Return the logo's picture (PNG or JPEG), or None where the shop has none."""
    content = reading.connection.exec_driver_sql(
        "SELECT f.content FROM attachment a JOIN stored_file f ON f.content_hash = a.content_hash"
        " WHERE a.kind = 'company' ORDER BY a.attachment_id DESC LIMIT 1"
    ).scalar()
    return None if content is None else bytes(content)
