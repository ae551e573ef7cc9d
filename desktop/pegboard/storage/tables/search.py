"""What the search box looks in: one row of words for each record, and how far it follows the workshop.

The words themselves are indexed by SQLite's full-text table `search_index`, which `storage.schema` makes.
"""

from sqlalchemy.orm import Mapped, mapped_column

from pegboard.storage.types import Base, Code, Key

SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5 (words, content = 'search_words', content_rowid = 'search_words_id',"
    " prefix = '2 3 4', tokenize = 'unicode61 remove_diacritics 2')"
)


class SearchWords(Base):
    """The words of one record; the key is the kind's own range plus the record's key, see `queries.search`."""

    __tablename__ = "search_words"

    search_words_id: Mapped[Key]
    words: Mapped[Code]


class SearchState(Base):
    """One row: the last line of the audit trail whose changes the words follow."""

    __tablename__ = "search_state"

    search_state_id: Mapped[Key]
    audit_entry_id: Mapped[int] = mapped_column(default=0)
