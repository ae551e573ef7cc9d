"""The log and the reports keep kinds and places of errors, and nothing that a person typed."""

import sqlite3

import pytest
import sqlalchemy

from pegboard import logs
from pegboard.domain.errors import InvalidInput

SECRET = "Moebelhaus"


def failed(statement: str, parameters: tuple[object, ...] = ()) -> BaseException:
    """What the driver says of a statement."""
    engine = sqlalchemy.create_engine("sqlite://", hide_parameters=True)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE customer (code TEXT PRIMARY KEY)")
        connection.exec_driver_sql("CREATE VIRTUAL TABLE words USING fts5 (word)")
        connection.exec_driver_sql("INSERT INTO customer VALUES (?)", (SECRET,))
        with pytest.raises(sqlalchemy.exc.SQLAlchemyError) as refused:
            connection.exec_driver_sql(statement, parameters)
    return refused.value


@pytest.mark.parametrize(
    ("statement", "parameters", "words"),
    [
        ("INSERT INTO customer VALUES (?)", (SECRET,), "UNIQUE constraint failed: customer.code"),
        ("SELECT * FROM nowhere WHERE code = ?", (SECRET,), "no such table: nowhere"),
        ("SELECT * FROM words WHERE words MATCH ?", (f'"{SECRET}',), "OperationalError"),
        ("INSERT INTO customer VALUES (?)", (object(),), "ProgrammingError"),
    ],
)
def test_what_the_database_says_quotes_no_value(statement: str, parameters: tuple[object, ...], words: str) -> None:
    told = logs.without_data(failed(statement, parameters))
    assert words in told
    assert SECRET not in told


def test_our_own_words_and_those_of_other_errors_are_left_out() -> None:
    def read() -> None:
        try:
            int(SECRET)
        except ValueError as error:
            raise InvalidInput(f"{SECRET} is no number.") from error

    with pytest.raises(InvalidInput) as refused:
        read()
    told = logs.without_data(refused.value)
    assert "ValueError" in told
    assert "InvalidInput" in told
    assert "test_logs.py" in told
    assert SECRET not in told


def test_a_statement_that_could_not_be_sent_is_not_quoted() -> None:
    table = sqlalchemy.Table("customer", sqlalchemy.MetaData(), sqlalchemy.Column("since", sqlalchemy.Date))
    engine = sqlalchemy.create_engine("sqlite://", hide_parameters=True)
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.StatementError) as refused:
        connection.execute(table.insert(), {"since": SECRET})
    told = logs.without_data(refused.value)
    assert "StatementError" in told
    assert SECRET not in told


def test_what_the_driver_says_itself_is_kept() -> None:
    with pytest.raises(sqlite3.OperationalError) as refused:
        sqlite3.connect(":memory:").execute("SELECT * FROM nowhere")
    assert "no such table: nowhere" in logs.without_data(refused.value)
