"""Keeps what suppliers sell of an item, all of its articles at once."""

from collections.abc import Sequence

from pegboard.domain.errors import InvalidInput
from pegboard.domain.item import ArticleDraft
from pegboard.i18n import tr
from pegboard.queries.lookups import item_named
from pegboard.queries.supplier_items import articles
from pegboard.services.items import save_article
from pegboard.services.seats import joined_rows
from pegboard.storage.rows import change, number, rows, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.suppliers import SupplierItem


def save_articles(
    tx: Transaction, item: str, drafts: Sequence[ArticleDraft], *, seen: Sequence[ArticleDraft] | None = None
) -> None:
    """Let the articles of an item be these; others go, or are inactive where something was bought by them.

    What another seat changed since they were `seen` stays. Raises InvalidInput with all that is wrong with one, or
    where two are the same, ChangedMeanwhile where another seat changed the same.
    """
    row = item_named(tx, item)
    now = articles(tx, item)
    drafts = joined_rows(tx, "supplier_item", item, drafts, seen=seen, now=now, key=_name)
    names = [(draft.supplier, draft.supplier_sku) for draft in drafts]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput(
                tr("{supplier} is named twice with the same number.", supplier=name[0]),
                hint=tr("Give each article its own number."),
            )
    for draft in drafts:
        save_article(tx, draft)
    for old in rows(
        tx,
        "SELECT a.supplier_item_id, a.supplier_sku, v.code AS supplier FROM supplier_item a"
        " JOIN supplier v ON v.supplier_id = a.supplier_id WHERE a.item_id = ?",
        row.item_id,
    ):
        if (old.supplier, old.supplier_sku) not in names:
            _drop(tx, old.supplier_item_id)
    tx.changed("supplier_item", "item")


def _name(draft: ArticleDraft) -> tuple[str, str]:
    return draft.supplier, draft.supplier_sku


def _drop(tx: Transaction, supplier_item_id: int) -> None:
    if number(tx, "SELECT count(*) FROM purchase_line WHERE supplier_item_id = ?", supplier_item_id):
        change(tx, SupplierItem, supplier_item_id, active=False)
    else:
        run(tx, "DELETE FROM price_break WHERE supplier_item_id = ?", supplier_item_id)
        run(tx, "DELETE FROM supplier_item WHERE supplier_item_id = ?", supplier_item_id)
