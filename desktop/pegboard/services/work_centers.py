"""Keeps work centers: new, changed, retired where papers name them, deleted where nothing does."""

from sqlalchemy import Row

from pegboard.domain.errors import NotFound
from pegboard.domain.work_center import WorkCenterDraft, check_work_center
from pegboard.i18n import tr
from pegboard.queries.setup import work_center_draft
from pegboard.services.records import codes_of, columns_of, refuse_used, require
from pegboard.services.seats import joined
from pegboard.storage.rows import add, change, first, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.boms import WorkCenter


def create_work_center(tx: Transaction, draft: WorkCenterDraft) -> None:
    """Enter a new work center. Raises InvalidInput with all that is wrong with it."""
    require(check_work_center(draft, codes_of(tx, "work_center")))
    add(tx, WorkCenter, **columns_of(draft))
    tx.changed("work_center")
    tx.note(tr("New work center {code}.", code=draft.code))


def update_work_center(
    tx: Transaction, code: str, draft: WorkCenterDraft, *, seen: WorkCenterDraft | None = None
) -> None:
    """Change a work center, and its code where the draft has another one.

    What another seat changed since it was `seen` stays. Raises InvalidInput with all that is wrong, NotFound where
    there is none of this code, ChangedMeanwhile where another seat changed the same.
    """
    row = _work_center(tx, code)
    draft = joined(tx, "work_center", code, draft, seen=seen, now=work_center_draft(row))
    require(check_work_center(draft, codes_of(tx, "work_center") - {code}))
    change(tx, WorkCenter, row.work_center_id, **columns_of(draft))
    tx.changed("work_center")
    tx.note(tr("Changed work center {code}.", code=draft.code))


def retire_work_center(tx: Transaction, code: str) -> None:
    """Let nothing new name a work center; the routings that name it go on as they are."""
    change(tx, WorkCenter, _work_center(tx, code).work_center_id, retired_on=tx.today)
    tx.changed("work_center")
    tx.note(tr("Retired work center {code}.", code=code))


def bring_back_work_center(tx: Transaction, code: str) -> None:
    """Use a retired work center again."""
    change(tx, WorkCenter, _work_center(tx, code).work_center_id, retired_on=None)
    tx.changed("work_center")
    tx.note(tr("Brought back work center {code}.", code=code))


def delete_work_center(tx: Transaction, code: str) -> None:
    """Delete a work center that nothing names. Raises Refused where something does: then it can be retired."""
    row = _work_center(tx, code)
    refuse_used(tx, "work_center", code, row.work_center_id)
    run(tx, "DELETE FROM work_center WHERE work_center_id = ?", row.work_center_id)
    tx.changed("work_center")
    tx.note(tr("Deleted work center {code}.", code=code))


def _work_center(tx: Transaction, code: str) -> Row[tuple[object, ...]]:
    row = first(tx, "SELECT * FROM work_center WHERE code = ?", code)
    if row is None:
        raise NotFound(tr("There is no work center {code}.", code=code), hint=tr("Check the code; case matters."))
    return row
