"""The first tables of a workshop."""

from alembic import op

from pegboard.storage.migrations.r0001_first_tables import basics, dealings, floor, gate, planning, tracing

REVISION = "0001"

_APPEND_ONLY = ("ledger_entry", "audit_entry", "audit_change", "audit_mark")
_SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5 (words, content = 'search_words', content_rowid = 'search_words_id',"
    " prefix = '2 3 4', tokenize = 'unicode61 remove_diacritics 2')"
)


def upgrade() -> None:
    """Make the tables in an empty file, the words of the search box, and the guards of what is append only."""
    basics.create()
    dealings.create()
    planning.create()
    floor.create()
    op.execute(_SEARCH_INDEX)
    for table in _APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
            )
    gate.create()
    tracing.create()
    op.execute("INSERT INTO location (code, description) VALUES ('MAIN', '')")
