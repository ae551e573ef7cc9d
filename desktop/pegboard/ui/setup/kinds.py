"""The kinds of record on the Setup page: their columns, their fields, and who keeps them."""

from functools import partial

from pegboard.domain.customer import CustomerDraft, check_customer
from pegboard.domain.record_checks import LONGEST_DISCOUNT
from pegboard.domain.supplier import SupplierDraft, check_supplier
from pegboard.domain.work_center import WorkCenterDraft, check_work_center
from pegboard.i18n import tr
from pegboard.queries.setup import CustomerRow, SupplierRow, WorkCenterRow
from pegboard.services import customers, suppliers, work_centers
from pegboard.ui import formats
from pegboard.ui.choice_fields import YesField
from pegboard.ui.columns import Column, mark_column, price_column, quantity_column, text_column, whole_column
from pegboard.ui.fields import PriceField, QuantityField, TextField, WholeField
from pegboard.ui.lines_field import LinesField
from pegboard.ui.marks import Mark, State
from pegboard.ui.setup.record_form import AnyField, Kind

LONGEST = 36_500  # days
MOST = 1_000_000_000
optional = partial(TextField, is_needed=False)


def _retired(is_retired: bool) -> Mark | None:
    return Mark(State.DONE, tr("retired")) if is_retired else None


def _discount(draft: CustomerDraft | SupplierDraft) -> str:
    """As people in trade say it: 2/10 is 2 % within 10 days."""
    if draft.discount_percent is None or draft.discount_days is None:
        return ""
    return f"{formats.quantity(draft.discount_percent)}/{draft.discount_days}"


def customer_columns() -> tuple[Column[CustomerRow], ...]:
    """Return the columns of the list of customers."""
    return (
        text_column("code", tr("Customer"), lambda row: row.code, width=100),
        text_column("name", tr("Name"), lambda row: row.draft.name, width=200),
        text_column("contact", tr("Contact"), lambda row: row.draft.contact, width=130),
        whole_column("terms", tr("Terms"), lambda row: row.draft.payment_terms_days, width=60, help=tr("Days to pay.")),
        text_column(
            "discount", tr("Discount"), lambda row: _discount(row.draft), width=80, help=tr("For paying early.")
        ),
        quantity_column("deposit", tr("Deposit %"), lambda row: row.draft.deposit_percent or None, width=74),
        whole_column("orders", tr("Orders"), lambda row: row.orders or None, width=60, help=tr("Open ones.")),
        mark_column("state", tr("State"), lambda row: _retired(row.is_retired), width=86, hidden=True),
        text_column("email", tr("Email"), lambda row: row.draft.email, hidden=True),
    )


def supplier_columns() -> tuple[Column[SupplierRow], ...]:
    """Return the columns of the list of suppliers."""
    return (
        text_column("code", tr("Supplier"), lambda row: row.code, width=100),
        text_column("name", tr("Name"), lambda row: row.draft.name, width=200),
        whole_column("lead", tr("Lead time"), lambda row: row.draft.lead_time_days, width=74, help=tr("Days.")),
        text_column(
            "days", tr("Days"), lambda row: tr("all") if row.draft.calendar_lead_time else tr("working"), width=70
        ),
        whole_column("terms", tr("Terms"), lambda row: row.draft.payment_terms_days, width=60, help=tr("Days to pay.")),
        text_column(
            "discount", tr("Discount"), lambda row: _discount(row.draft), width=80, help=tr("For paying early.")
        ),
        whole_column("articles", tr("Articles"), lambda row: row.articles or None, width=66),
        whole_column(
            "orders", tr("Orders"), lambda row: row.orders or None, width=60, help=tr("Drafts and sent ones.")
        ),
        mark_column("state", tr("State"), lambda row: _retired(row.is_retired), width=86, hidden=True),
        text_column("email", tr("Email"), lambda row: row.draft.email, hidden=True),
    )


def work_center_columns() -> tuple[Column[WorkCenterRow], ...]:
    """Return the columns of the list of work centers."""
    return (
        text_column("code", tr("Work center"), lambda row: row.code, width=110),
        text_column("description", tr("Description"), lambda row: row.draft.description, width=200),
        quantity_column("hours", tr("Hours"), lambda row: row.draft.hours_per_day, width=60, help=tr("A day.")),
        whole_column("machines", tr("Machines"), lambda row: row.draft.machines, width=74),
        price_column("rate", tr("Rate"), lambda row: row.draft.hourly_rate, width=70, help=tr("An hour.")),
        quantity_column("queue", tr("Queue"), lambda row: row.draft.queue_days or None, width=60, help=tr("Days.")),
        whole_column(
            "steps", tr("Steps"), lambda row: row.steps or None, width=60, help=tr("Routing steps done there.")
        ),
        mark_column("state", tr("State"), lambda row: _retired(row.is_retired), width=86, hidden=True),
    )


def _currency() -> TextField:
    field = optional(tr("Currency"))
    field.setPlaceholderText(tr("the shop's"))
    return field


def _customer_fields() -> dict[str, AnyField]:
    return {
        "code": TextField(tr("Code")),
        "name": optional(tr("Name")),
        "contact": optional(tr("Contact")),
        "email": optional(tr("Email")),
        "phone": optional(tr("Phone")),
        "payment_terms_days": WholeField(tr("Pays within, days"), most=LONGEST, is_needed=False),
        "discount_percent": QuantityField(tr("Discount for paying early, %"), is_needed=False),
        "discount_days": WholeField(tr("if paid within, days"), most=LONGEST_DISCOUNT, is_needed=False),
        "deposit_percent": QuantityField(tr("Deposit, %"), positive=False, is_needed=False),
        "currency": _currency(),
        "billing_address": LinesField(tr("Billing address"), lines=4),
        "shipping_address": LinesField(tr("Shipping address"), lines=4),
    }


def _supplier_fields() -> dict[str, AnyField]:
    return {
        "code": TextField(tr("Code")),
        "name": optional(tr("Name")),
        "contact": optional(tr("Contact")),
        "email": optional(tr("Email")),
        "phone": optional(tr("Phone")),
        "lead_time_days": WholeField(tr("Lead time, days"), most=LONGEST, is_needed=False),
        "calendar_lead_time": YesField(tr("All days count, not only working ones")),
        "payment_terms_days": WholeField(tr("We pay within, days"), most=LONGEST, is_needed=False),
        "discount_percent": QuantityField(tr("Discount for paying early, %"), is_needed=False),
        "discount_days": WholeField(tr("if paid within, days"), most=LONGEST_DISCOUNT, is_needed=False),
        "currency": _currency(),
        "address": LinesField(tr("Address"), lines=4),
    }


def _work_center_fields() -> dict[str, AnyField]:
    return {
        "code": TextField(tr("Code")),
        "description": optional(tr("Description")),
        "hours_per_day": QuantityField(tr("Hours a day"), is_needed=False),
        "machines": WholeField(tr("Machines or places"), least=1, most=MOST, is_needed=False),
        "hourly_rate": PriceField(tr("Cost of an hour"), is_needed=False),
        "queue_days": QuantityField(tr("Waits before it, days"), positive=False, is_needed=False),
    }


def customer_kind() -> Kind:
    """Return how customers are kept."""
    return Kind("customer", _customer_fields, CustomerDraft, CustomerDraft(code=""), check_customer,
                customers.create_customer, customers.update_customer)  # fmt: skip


def supplier_kind() -> Kind:
    """Return how suppliers are kept."""
    return Kind("supplier", _supplier_fields, SupplierDraft, SupplierDraft(code=""), check_supplier,
                suppliers.create_supplier, suppliers.update_supplier)  # fmt: skip


def work_center_kind() -> Kind:
    """Return how work centers are kept."""
    return Kind("work_center", _work_center_fields, WorkCenterDraft, WorkCenterDraft(code=""), check_work_center,
                work_centers.create_work_center, work_centers.update_work_center)  # fmt: skip
