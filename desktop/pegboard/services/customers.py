"""Keeps customers: new, changed, retired where papers name them, deleted where nothing does."""

from sqlalchemy import Row

from pegboard.domain.customer import CustomerDraft, check_customer
from pegboard.domain.errors import NotFound
from pegboard.i18n import tr
from pegboard.queries.setup import customer_draft
from pegboard.services.records import codes_of, columns_of, refuse_used, require
from pegboard.services.seats import joined
from pegboard.storage.rows import add, change, first, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.customers import Customer


def create_customer(tx: Transaction, draft: CustomerDraft) -> None:
    """Enter a new customer. Raises InvalidInput with all that is wrong with it."""
    require(check_customer(draft, codes_of(tx, "customer")))
    add(tx, Customer, **columns_of(draft))
    tx.changed("customer")
    tx.note(tr("New customer {code}.", code=draft.code))


def update_customer(tx: Transaction, code: str, draft: CustomerDraft, *, seen: CustomerDraft | None = None) -> None:
    """Change a customer, and its code where the draft has another one.

    What another seat changed since it was `seen` stays. Raises InvalidInput with all that is wrong, NotFound where
    there is none of this code, ChangedMeanwhile where another seat changed the same.
    """
    row = _customer(tx, code)
    draft = joined(tx, "customer", code, draft, seen=seen, now=customer_draft(row))
    require(check_customer(draft, codes_of(tx, "customer") - {code}))
    change(tx, Customer, row.customer_id, **columns_of(draft), row_version=row.row_version + 1)
    tx.changed("customer")
    tx.note(tr("Changed customer {code}.", code=draft.code))


def retire_customer(tx: Transaction, code: str) -> None:
    """Let nothing new name a customer; its orders and papers stay as they are."""
    change(tx, Customer, _customer(tx, code).customer_id, retired_on=tx.today)
    tx.changed("customer")
    tx.note(tr("Retired customer {code}.", code=code))


def bring_back_customer(tx: Transaction, code: str) -> None:
    """Use a retired customer again."""
    change(tx, Customer, _customer(tx, code).customer_id, retired_on=None)
    tx.changed("customer")
    tx.note(tr("Brought back customer {code}.", code=code))


def delete_customer(tx: Transaction, code: str) -> None:
    """Delete a customer that nothing names. Raises Refused where something does: then it can be retired."""
    row = _customer(tx, code)
    refuse_used(tx, "customer", code, row.customer_id)
    run(tx, "DELETE FROM customer WHERE customer_id = ?", row.customer_id)
    tx.changed("customer")
    tx.note(tr("Deleted customer {code}.", code=code))


def _customer(tx: Transaction, code: str) -> Row[tuple[object, ...]]:
    row = first(tx, "SELECT * FROM customer WHERE code = ?", code)
    if row is None:
        raise NotFound(tr("There is no customer {code}.", code=code), hint=tr("Check the code; case matters."))
    return row
