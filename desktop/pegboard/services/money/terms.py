"""Sets what a customer or supplier takes off for paying early."""

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.lookups import supplier_coded
from pegboard.queries.money_lookups import customer_coded
from pegboard.storage.rows import change
from pegboard.storage.store import Transaction
from pegboard.storage.tables.customers import Customer
from pegboard.storage.tables.suppliers import Supplier

LONGEST = 365  # days


def set_discount(tx: Transaction, kind: str, code: str, percent: Quantity | None, days: int | None) -> None:
    """Say that so many percent come off what is paid within so many days; None takes the discount away.

    `kind` is customer or supplier. Invoices keep what they were issued with. Raises InvalidInput out of range.
    """
    if (percent is None) != (days is None):
        raise InvalidInput(tr("A discount needs its percentage and its days."), hint=tr("Give both, or neither."))
    if percent is not None and not 0 < percent.micro < 100_000_000:
        raise InvalidInput(tr("A discount is above 0 and below 100 %."), hint=tr("Give it as in 2 or 2.5."))
    if days is not None and not 0 <= days <= LONGEST:
        raise InvalidInput(tr("The days of a discount go from 0 to {most}.", most=LONGEST), hint=tr("Give fewer days."))
    values: dict[str, object] = {"discount_percent": percent.micro if percent else None, "discount_days": days}
    if kind == "customer":
        change(tx, Customer, customer_coded(tx, code).customer_id, **values)
    else:
        change(tx, Supplier, supplier_coded(tx, code).supplier_id, **values)
    tx.changed(kind)
    if percent is None:
        tx.note(tr("{code} has no discount for paying early.", code=code))
    else:
        tx.note(tr("{code}: {percent} % off within {days} days.", code=code, percent=percent, days=days))
