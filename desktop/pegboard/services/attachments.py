"""Hangs files on records: adds, replaces, marks and takes them away; each of it is one step that can be undone.

A content that nothing names any more stays for as long as an undo could bring it back, and goes with the next change.
"""

import hashlib

from pegboard.domain.attachment import (
    LARGEST_ALL,
    MEGABYTE,
    MOST,
    PICTURES,
    PRINTED,
    Owner,
    form_of,
    safe_name,
    sign_of,
)
from pegboard.domain.errors import InvalidInput, Refused
from pegboard.i18n import tr
from pegboard.queries.attachments import TABLES, AttachmentRow, attachment, attachments, owner_key
from pegboard.storage.rows import add, change, number, run
from pegboard.storage.store import Transaction
from pegboard.storage.tables.workshop import Attachment

LONGEST_REVISION = 40  # characters


def attach(
    tx: Transaction, owner: Owner, name: str, content: bytes, *, revision: str = "", prints: bool = False
) -> int:
    """Hang a file on a record and return its key; its name loses all that is more than a name.

    Raises NotFound for the record, InvalidInput as `domain.attachment.form_of`, Refused for a file that hangs there
    already, or where there is no room for more.
    """
    name = safe_name(name)
    form = form_of(name, content)
    key = owner_key(tx, owner)
    there = attachments(tx, owner)
    content_hash = hashlib.sha256(content).hexdigest()
    _refuse_twice(name, content_hash, there)
    if len(there) >= MOST:
        raise Refused(tr("{record} has {count} files already.", record=owner.text, count=MOST), hint=_make_room())
    _require_printable(name, form, prints=prints)
    _keep_content(tx, name, content_hash, content)
    _table, column, _known = TABLES[owner.kind]
    made = add(
        tx,
        Attachment,
        kind=owner.kind,
        **{column: key},
        place=max((row.place for row in there), default=0) + 1,
        name=_free_name(name, {row.name.lower() for row in there}),
        form=form,
        revision=_revision(revision),
        prints=prints,
        content_hash=content_hash,
        added_at=tx.now,
        added_by=tx.actor,
    )
    _told(tx, tr("Attached {name} to {record}.", name=name, record=owner.text))
    return made


def replace(tx: Transaction, key: int, name: str, content: bytes, *, revision: str | None = None) -> None:
    """Put another file in the place of one, such as the next revision of a drawing; it prints as before.

    Raises as `attach`, and NotFound where the file is no more.
    """
    old = attachment(tx, key)
    name = safe_name(name)
    form = form_of(name, content)
    content_hash = hashlib.sha256(content).hexdigest()
    others = tuple(row for row in attachments(tx, old.owner) if row.key != key)
    _refuse_twice(name, content_hash, others)
    _keep_content(tx, name, content_hash, content)
    change(
        tx,
        Attachment,
        key,
        name=_free_name(name, {row.name.lower() for row in others}),
        form=form,
        revision=old.revision if revision is None else _revision(revision),
        prints=old.prints and form in PRINTED,
        content_hash=content_hash,
        added_at=tx.now,
        added_by=tx.actor,
    )
    _told(tx, tr("Replaced {old} of {record} by {name}.", old=old.name, record=old.owner.text, name=name))


def mark(tx: Transaction, key: int, *, prints: bool | None = None, revision: str | None = None) -> None:
    """Say whether a file is printed with the traveler, or which revision of the drawing it is."""
    old = attachment(tx, key)
    if prints is not None:
        _require_printable(old.name, old.form, prints=prints)
        change(tx, Attachment, key, prints=prints)
    if revision is not None:
        change(tx, Attachment, key, revision=_revision(revision))
    _told(tx, tr("Changed {name} of {record}.", name=old.name, record=old.owner.text))


def show_first(tx: Transaction, key: int) -> None:
    """Put a file before the others of its record: so a picture becomes the one of its item."""
    old = attachment(tx, key)
    if old.owner.kind == "item" and old.form in PICTURES and old.prints:
        change(tx, Attachment, key, prints=False)
    place = 1
    for row in attachments(tx, old.owner):
        if row.key != key:
            place += 1
            change(tx, Attachment, row.key, place=place)
    change(tx, Attachment, key, place=1)
    _told(tx, tr("{name} comes first of {record}.", name=old.name, record=old.owner.text))


def detach(tx: Transaction, key: int) -> None:
    """Take a file from its record. NotFound where it is no more."""
    old = attachment(tx, key)
    _forget_unnamed(tx)
    run(tx, "DELETE FROM attachment WHERE attachment_id = ?", key)
    _told(tx, tr("Removed {name} from {record}.", name=old.name, record=old.owner.text))


def keep_logo(tx: Transaction, name: str, content: bytes) -> None:
    """Keep the company's logo in place of an earlier one; its picture was checked before."""
    forget_logo(tx)
    content_hash = hashlib.sha256(content).hexdigest()
    _keep_content(tx, name, content_hash, content)
    add(
        tx,
        Attachment,
        kind="company",
        name=safe_name(name),
        form=sign_of(content),
        content_hash=content_hash,
        added_at=tx.now,
        added_by=tx.actor,
    )


def forget_logo(tx: Transaction) -> None:
    """Take the company's logo away."""
    run(tx, "DELETE FROM attachment WHERE kind = 'company'")


def _told(tx: Transaction, text: str) -> None:
    tx.changed("attachment")
    tx.note(text)


def _refuse_twice(name: str, content_hash: str, there: tuple[AttachmentRow, ...]) -> None:
    same = next((row for row in there if row.content_hash == content_hash), None)
    if same is not None:
        raise Refused(
            tr("{name} hangs there already, as {same}.", name=name, same=same.name),
            hint=tr("Choose another file."),
        )


def _require_printable(name: str, form: str, *, prints: bool) -> None:
    if prints and form not in PRINTED:
        raise InvalidInput(
            tr("{name} cannot be printed with a traveler.", name=name),
            hint=tr("Export it as PDF, PNG or JPEG and attach that."),
        )


def _revision(text: str) -> str:
    said = " ".join(text.split())
    if len(said) > LONGEST_REVISION or not said.isprintable():
        raise InvalidInput(
            tr("A revision has at most {limit} characters.", limit=LONGEST_REVISION), hint=tr("Write it shorter.")
        )
    return said


def _make_room() -> str:
    return tr("Remove what is not needed any more.")


def _free_name(name: str, taken: set[str]) -> str:
    """The name, or with a number where another file of the record has it."""
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    free, count = name, 1
    while free.lower() in taken:
        count += 1
        free = f"{stem} ({count}){dot}{suffix}"
    return free


def _keep_content(tx: Transaction, name: str, content_hash: str, content: bytes) -> None:
    """Keep a content once. Raises Refused where the workshop has no room for it."""
    _forget_unnamed(tx)
    kept = number(tx, "SELECT sum(size) FROM stored_file WHERE content_hash <> ?", content_hash)
    if kept + len(content) > LARGEST_ALL:
        raise Refused(
            tr("{name} would make more than {limit} MB of files.", name=name, limit=LARGEST_ALL // MEGABYTE),
            hint=_make_room(),
        )
    run(
        tx,
        "INSERT INTO stored_file (content_hash, size, content) VALUES (?, ?, ?) ON CONFLICT (content_hash) DO NOTHING",
        content_hash,
        len(content),
        content,
    )


def _forget_unnamed(tx: Transaction) -> None:
    """Let go of contents that no record has and no undo could bring back."""
    run(
        tx,
        "DELETE FROM stored_file WHERE NOT EXISTS (SELECT 1 FROM attachment a"
        " WHERE a.content_hash = stored_file.content_hash) AND NOT EXISTS (SELECT 1 FROM undo_step u"
        " WHERE u.rows LIKE '%' || stored_file.content_hash || '%')",
    )
