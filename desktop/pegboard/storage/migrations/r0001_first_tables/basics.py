"""The first tables, part 1 of 4, in the order in which they refer to each other."""

from alembic import op

from pegboard.storage.migrations.r0001_first_tables.columns import (
    blob,
    check,
    day,
    flag,
    index,
    instant,
    key,
    micro,
    name,
    refer,
    text,
    unique,
    whole,
    words,
)


def create() -> None:
    """Make the tables of this part."""
    _audit_change()
    _audit_entry()
    _audit_mark()
    _books_closed()
    _calendar_day()
    _customer()
    _exchange_rate()
    _item()
    _location()
    _number_series()
    _order_draft()
    _person()
    _print()
    _search_state()
    _search_words()
    _setting()
    _stored_file()
    _supplier()
    _undo_step()
    _work_center()


def _audit_change() -> None:
    op.create_table(
        "audit_change",
        key("audit_change_id"),
        whole("audit_entry_id"),
        name("place"),
        micro("row_key"),
        words("number"),
        words("line"),
        words("before"),
        words("after"),
    )
    index("ix_audit_change_entry", "audit_change", "audit_entry_id")
    index("ix_audit_change_number", "audit_change", "number")


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        key("audit_entry_id"),
        instant("at"),
        words("actor"),
        name("command"),
        words("changed"),
        words("note"),
    )


def _audit_mark() -> None:
    op.create_table(
        "audit_mark",
        key("audit_mark_id"),
        whole("audit_entry_id"),
        name("place"),
        micro("last_key"),
    )
    index("ix_audit_mark_place", "audit_mark", "place", "audit_entry_id")


def _books_closed() -> None:
    op.create_table(
        "books_closed",
        key("books_closed_id"),
        day("closed_through"),
        instant("changed_at"),
        words("changed_by"),
        words("note"),
    )


def _calendar_day() -> None:
    op.create_table(
        "calendar_day",
        day("day", primary=True),
        flag("working"),
        words("note"),
    )


def _customer() -> None:
    op.create_table(
        "customer",
        key("customer_id"),
        text("code"),
        words("name"),
        words("contact"),
        words("email"),
        words("phone"),
        words("billing_address"),
        words("shipping_address"),
        whole("payment_terms_days"),
        micro("deposit_percent"),
        micro("discount_percent", null=True),
        whole("discount_days", null=True),
        words("currency"),
        day("retired_on", null=True),
        whole("row_version"),
        unique("code"),
    )


def _exchange_rate() -> None:
    op.create_table(
        "exchange_rate",
        key("exchange_rate_id"),
        name("currency"),
        day("valid_from"),
        micro("rate"),
        unique("currency", "valid_from"),
    )


def _item() -> None:
    op.create_table(
        "item",
        key("item_id"),
        text("code"),
        words("description"),
        name("source"),
        name("unit"),
        flag("whole_units"),
        whole("lead_time_days", null=True),
        micro("standard_cost", null=True),
        micro("list_price", null=True),
        name("tracking"),
        words("batching"),
        micro("loss_percent"),
        micro("minimum_quantity", null=True),
        micro("order_multiple", null=True),
        words("revision"),
        words("drawing"),
        flag("active"),
        whole("low_level_code"),
        flag("backflush"),
        micro("over_receipt_percent", null=True),
        whole("row_version"),
        check("source IN ('make', 'buy', 'phantom')", "item_source"),
        check("tracking IN ('none', 'lot', 'serial')", "item_tracking"),
    )
    index("ix_item_code", "item", "code", unique=True)


def _location() -> None:
    op.create_table(
        "location",
        key("location_id"),
        text("code"),
        words("description"),
        unique("code"),
    )


def _number_series() -> None:
    op.create_table(
        "number_series",
        name("prefix", primary=True),
        whole("next_number"),
        whole("unbroken_from"),
    )


def _order_draft() -> None:
    op.create_table(
        "order_draft",
        key("order_draft_id"),
        name("cells"),
        instant("changed_at"),
        words("changed_by"),
    )


def _person() -> None:
    op.create_table(
        "person",
        key("person_id"),
        text("name"),
        name("role"),
        words("badge"),
        words("secret_hash"),
        flag("active"),
        unique("name"),
    )


def _print() -> None:
    op.create_table(
        "print",
        key("print_id"),
        text("print_code"),
        name("kind"),
        name("number"),
        name("content_hash"),
        whole("copy"),
        whole("reissue"),
        words("supersedes"),
        whole("pages"),
        instant("printed_at"),
        words("printed_by"),
        words("content"),
        refer("pdf_print_id", "print.print_id", null=True),
        blob("pdf", null=True),
        unique("print_code"),
    )
    index("ix_print_document", "print", "kind", "number")


def _search_state() -> None:
    op.create_table(
        "search_state",
        key("search_state_id"),
        whole("audit_entry_id"),
    )


def _search_words() -> None:
    op.create_table(
        "search_words",
        key("search_words_id"),
        text("words"),
    )


def _setting() -> None:
    op.create_table(
        "setting",
        name("name", primary=True),
        words("value"),
    )


def _stored_file() -> None:
    op.create_table("stored_file", name("content_hash", primary=True), whole("size"), blob("content"))


def _supplier() -> None:
    op.create_table(
        "supplier",
        key("supplier_id"),
        text("code"),
        words("name"),
        words("contact"),
        words("email"),
        words("phone"),
        words("address"),
        whole("lead_time_days", null=True),
        flag("calendar_lead_time"),
        whole("payment_terms_days"),
        micro("discount_percent", null=True),
        whole("discount_days", null=True),
        words("currency"),
        flag("active"),
        whole("row_version"),
        unique("code"),
    )


def _undo_step() -> None:
    op.create_table(
        "undo_step",
        key("undo_step_id"),
        name("name"),
        instant("at"),
        words("actor"),
        name("rows"),
        flag("undone"),
    )


def _work_center() -> None:
    op.create_table(
        "work_center",
        key("work_center_id"),
        text("code"),
        words("description"),
        micro("hours_per_day"),
        whole("machines"),
        micro("hourly_rate", null=True),
        micro("queue_days"),
        whole("wip_cap", null=True),
        day("retired_on", null=True),
        unique("code"),
    )
