"""Keeps suppliers: new, changed, retired where papers name them, deleted where nothing does."""

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.supplier import SupplierDraft, check_supplier
from pegboard.i18n import tr
from pegboard.queries.setup import supplier_draft
from pegboard.services.records import codes_of, columns_of, refuse_used, require
from pegboard.services.seats import joined
from pegboard.storage.rows import add, change, first, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.suppliers import Supplier


def create_supplier(tx: Transaction, draft: SupplierDraft) -> None:
    """Enter a new supplier. Raises InvalidInput with all that is wrong with it."""
    require(check_supplier(draft, codes_of(tx, "supplier")))
    add(tx, Supplier, **columns_of(draft))
    tx.changed("supplier")
    tx.note(tr("New supplier {code}.", code=draft.code))


def update_supplier(tx: Transaction, code: str, draft: SupplierDraft, *, seen: SupplierDraft | None = None) -> None:
    """Change a supplier, and its code where the draft has another one.

    What another seat changed since it was `seen` stays. Raises InvalidInput with all that is wrong, NotFound where
    there is none of this code, ChangedMeanwhile where another seat changed the same.
    """
    row = _supplier(tx, code)
    draft = joined(tx, "supplier", code, draft, seen=seen, now=supplier_draft(row))
    require(check_supplier(draft, codes_of(tx, "supplier") - {code}))
    change(tx, Supplier, row.supplier_id, **columns_of(draft), row_version=row.row_version + 1)
    tx.changed("supplier")
    tx.note(tr("Changed supplier {code}.", code=draft.code))


def retire_supplier(tx: Transaction, code: str) -> None:
    """Let nothing new name a supplier; an explosion buys from others, what is on order still comes."""
    change(tx, Supplier, _supplier(tx, code).supplier_id, active=False)
    tx.changed("supplier")
    tx.note(tr("Retired supplier {code}.", code=code))


def bring_back_supplier(tx: Transaction, code: str) -> None:
    """Use a retired supplier again."""
    change(tx, Supplier, _supplier(tx, code).supplier_id, active=True)
    tx.changed("supplier")
    tx.note(tr("Brought back supplier {code}.", code=code))


def delete_supplier(tx: Transaction, code: str) -> None:
    """Delete a supplier that nothing names. Raises Refused where something does: then it can be retired."""
    row = _supplier(tx, code)
    refuse_used(tx, "supplier", code, row.supplier_id)
    run(tx, "DELETE FROM supplier WHERE supplier_id = ?", row.supplier_id)
    tx.changed("supplier")
    tx.note(tr("Deleted supplier {code}.", code=code))


def _supplier(tx: Transaction, code: str) -> Row[tuple[object, ...]]:
    row = first(tx, "SELECT * FROM supplier WHERE code = ?", code)
    if row is None:
        raise NotFound(tr("There is no supplier {code}.", code=code), hint=tr("Check the code; case matters."))
    return row
