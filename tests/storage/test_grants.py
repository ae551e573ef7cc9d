"""Logins of the database: what each role reads and writes, in whichever program, and what the floor books costs."""

import datetime
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import make_url
from tests.builders import (
    add_bom,
    add_item,
    add_operation,
    add_stock,
    add_work_center,
    add_work_order,
    clock,
    doing,
    need,
    quantity,
    reading,
)
from tests.server import databases

from pegboard.bench.day_shop import furnish
from pegboard.bench.days import STEPS, Shop
from pegboard.domain.errors import PegboardError, Refused
from pegboard.domain.roles import Role
from pegboard.queries.integrity import check
from pegboard.queries.job_costs import job_cost
from pegboard.queries.scanned import scanned_words
from pegboard.services import floor
from pegboard.services.numbers import take
from pegboard.services.people import add_person
from pegboard.services.release import release_work_order
from pegboard.storage.backup import backup, restore
from pegboard.storage.moving import move
from pegboard.storage.postgres import floor_view, grants
from pegboard.storage.rows import add, number, rows, run
from pegboard.storage.store import Store
from pegboard.storage.tables import metadata
from pegboard.storage.tables.floor import FloorReport

pytestmark = pytest.mark.server

MONEY = re.compile(r"(price|price_extra|cost|overhead|amount|value|rate|freight)$")
OFFICE_STEPS = ("order", "explode", "order", "explode", "change", "sleep")
FLOOR_STEPS = (
    *("send", "receive", "receive", "release", "pick_parts", "complete", "complete", "operation", "ship", "count"),
    *("transfer", "card", "bring_card", "pick_short"),
)


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    """A database of its own with a shop that has worked for some weeks, and logins of all roles."""
    address = databases().empty()
    with Store.create(address, clock) as store:
        furnish(store, tmp_path_factory.mktemp("shop"))
        shop = Shop(store, random.Random(7))
        for name in (*OFFICE_STEPS, *FLOOR_STEPS * 3):
            attempt(shop, store, name)
        with doing(store) as tx:
            add_person(tx, "Ann", Role.OWNER)
        with store.place.administered() as connection:
            grants.apply(connection)
            for role in Role:
                grants.run(connection, grants.login_statements(connection, login(address, role), role, ""))
    yield address
    names = [login(address, role) for role in Role]
    database = make_url(address).database
    with psycopg.connect(str(make_url(address).set(database="postgres").render_as_string()), autocommit=True) as server:
        server.execute(f"DROP DATABASE {database} WITH (FORCE)")
        for name in (*names, *(f"{database}_{role.value}" for role in Role)):
            server.execute(f'DROP ROLE "{name}"')


def login(address: str, role: Role) -> str:
    """The login of a role in these tests; logins are the server's, not the database's."""
    return f"{make_url(address).database}_{role.value}_1"


def as_role(address: str, role: Role) -> str:
    """The address for a login of this role."""
    return make_url(address).set(username=login(address, role)).render_as_string(hide_password=False)


def attempt(shop: Shop, store: Store, name: str) -> None:
    """Do one thing of a random day, or be refused."""
    try:
        with store.transaction(f"day.{name}", today=shop.today, actor="Ann") as tx:
            STEPS[name](shop, tx)
    except PegboardError:
        pass


@pytest.fixture
def psql(url: str, request: pytest.FixtureRequest) -> Iterator["psycopg.Connection[Any]"]:
    """A plain connection of the floor's login, as psql has one."""
    with psycopg.connect(as_role(url, Role.FLOOR), autocommit=True) as connection:
        yield connection


def test_every_column_that_may_hold_money_is_blank_for_the_floor() -> None:
    for table in metadata.sorted_tables:
        if table.name in floor_view.HIDDEN:
            continue
        kept = set(floor_view.MONEY.get(table.name, ())) | set(floor_view.TEXTS.get(table.name, {}))
        shown = {column.name for column in table.columns if MONEY.search(column.name)} - kept
        assert not shown or table.name == "setting", (table.name, shown)


def test_the_floor_reads_no_table_with_psql(url: str, psql: "psycopg.Connection[Any]") -> None:
    for table in (*metadata.tables, "search_index", "alembic_version"):
        with pytest.raises(InsufficientPrivilege):
            psql.execute(f"SELECT * FROM pegboard.{table} LIMIT 1")
    with pytest.raises(InsufficientPrivilege):
        psql.execute("SELECT * FROM pegboard_floor.booking")


def test_the_floor_reads_no_amount_through_its_views(url: str, psql: "psycopg.Connection[Any]") -> None:
    with Store.open(url, clock) as store, reading(store) as view:
        assert number(view, "SELECT count(*) FROM ledger_entry WHERE value <> 0")  # there are amounts to be read
    for table, columns in floor_view.MONEY.items():
        for column in columns:
            found = psql.execute(f"SELECT DISTINCT {column} FROM pegboard_floor.{table}").fetchall()
            assert set(found) <= {(None,), (0,)}, (table, column)
    for table in floor_view.HIDDEN:
        assert psql.execute(f"SELECT count(*) FROM pegboard_floor.{table}").fetchall() == [(0,)]


def test_the_floor_reads_reports_of_others_without_their_costs(url: str, psql: "psycopg.Connection[Any]") -> None:
    said = {"time_entry": {"1": {"cost": 12, "overhead": 0, "hourly_rate": 7, "overhead_rate": 5, "note": "late"}}}
    with Store.open(url, clock) as store, doing(store) as tx:
        job = number(tx, "SELECT max(work_order_id) FROM work_order")
        values = {"at": tx.now, "kind": "done", "work_order_id": job, "rows_before": "{}"}
        add(tx, FloorReport, **values, rows_after=json.dumps(said))
    [(found,)] = psql.execute("SELECT rows_after FROM pegboard_floor.floor_report WHERE kind = 'done'").fetchall()
    blank = {"cost": None, "overhead": None, "hourly_rate": None, "overhead_rate": None, "note": "late"}
    assert json.loads(found) == {"time_entry": {"1": blank}}


def test_no_function_tells_the_floor_an_amount(psql: "psycopg.Connection[Any]") -> None:
    asked = psql.execute(
        "SELECT n.nspname || '.' || p.proname, pg_get_function_identity_arguments(p.oid) FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname LIKE 'pegboard%' AND p.prosecdef"
        " AND p.prorettype <> 'trigger'::regtype AND has_function_privilege(p.oid, 'EXECUTE')"
    ).fetchall()
    assert [name for name, _arguments in asked if not name.startswith("pegboard.next_")] == []


def test_the_floor_changes_neither_people_nor_prices_nor_the_past(psql: "psycopg.Connection[Any]") -> None:
    for statement in (
        "UPDATE pegboard_floor.person SET role = 'owner'",
        "UPDATE pegboard_floor.item SET description = 'x'",
        "INSERT INTO pegboard_floor.setting VALUES ('currency', 'USD')",
        "DELETE FROM pegboard.audit_entry",
        "DROP TABLE pegboard.item",
        "CREATE TABLE pegboard.mine (x int)",
    ):
        with pytest.raises(psycopg.Error):
            psql.execute(statement)
    for table in ("ledger_entry", "audit_entry"):
        with pytest.raises(psycopg.Error):
            psql.execute(f"DELETE FROM pegboard_floor.{table}")


def test_the_office_writes_all_but_people_and_the_past(url: str) -> None:
    with psycopg.connect(as_role(url, Role.OFFICE), autocommit=True) as psql:
        psql.execute("SELECT unit_price FROM pegboard.order_line")
        psql.execute("UPDATE pegboard.item SET description = description")
        for statement in (
            "UPDATE pegboard.person SET role = 'owner'",
            "DELETE FROM pegboard.audit_entry",
            "UPDATE pegboard.ledger_entry SET value = 0",
            "DELETE FROM pegboard.books_closed",
            "DROP SCHEMA pegboard CASCADE",
        ):
            with pytest.raises(InsufficientPrivilege):
                psql.execute(statement)


def test_a_reader_reads_and_writes_nothing(url: str) -> None:
    with psycopg.connect(as_role(url, Role.READER), autocommit=True) as psql:
        psql.execute("SELECT unit_price FROM pegboard.order_line")
        for table in ("item", "customer_order", "person", "ledger_entry"):
            with pytest.raises(InsufficientPrivilege):
                psql.execute(f"DELETE FROM pegboard.{table}")


def test_a_reader_who_may_not_see_money_looks_through_the_views(url: str) -> None:
    with Store.open(url, clock) as store:
        with store.place.administered() as connection:
            grants.apply(connection, reader_sees_money=False)
        plain = psycopg.connect(as_role(url, Role.READER), autocommit=True)
        with plain as psql, pytest.raises(InsufficientPrivilege):
            psql.execute("SELECT unit_price FROM pegboard.order_line")
        with Store.open(as_role(url, Role.READER), clock) as seat, reading(seat) as view:
            assert number(view, "SELECT count(*) FROM order_line")
            assert not number(view, "SELECT count(unit_price) FROM order_line")
        with store.place.administered() as connection:
            grants.apply(connection)


def test_an_owner_may_do_all_that_the_first_one_may(url: str) -> None:
    with Store.open(as_role(url, Role.OWNER), clock) as seat:
        with doing(seat) as tx:
            add_person(tx, "Bea", Role.OFFICE)
        with seat.place.administered() as connection:
            assert {each.role for each in grants.logins(connection)} == set(Role)
            connection.exec_driver_sql("ALTER TABLE item ADD COLUMN for_a_moment text")
            connection.exec_driver_sql("ALTER TABLE item DROP COLUMN for_a_moment")


def test_what_a_floor_login_copied_would_be_no_backup(url: str, tmp_path: Path) -> None:
    with (
        Store.open(as_role(url, Role.FLOOR), clock) as seat,
        pytest.raises(Refused, match="sees only a part"),
    ):
        move(seat, tmp_path / "copy.pegboard", clock)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("seed", range(3))
def test_what_the_floor_books_costs_what_it_would_cost_the_office(url: str, tmp_path: Path, seed: int) -> None:
    """The same weeks twice: all by one seat on a file, and with a seat of the floor on the server."""
    found = []
    for address in (str(tmp_path / "same.pegboard"), databases().empty()):
        is_server = "://" in address
        with Store.create(address, clock) as office:
            furnish(office, tmp_path / "shop")
            floor = office
            if is_server:
                with office.place.administered() as connection:
                    grants.apply(connection)
                    name = f"floor_{make_url(address).database}"
                    grants.run(connection, grants.login_statements(connection, name, Role.FLOOR, ""))
                floor = Store.open(make_url(address).set(username=name).render_as_string(), clock)
            shop = Shop(office, random.Random(seed))
            for _week in range(3):
                for name in OFFICE_STEPS:
                    attempt(shop, office, name)
                for step in FLOOR_STEPS * 3:
                    attempt(shop, floor, step)
            if is_server:
                floor.close()
            with reading(office) as view:
                result = check(view)
                assert result.ok, [breach for each in result.invariants for breach in each.breaches]
                found.append(
                    {
                        table: [tuple(row) for row in rows(view, f"SELECT * FROM {table} ORDER BY 1")]
                        for table in ("ledger_entry", "cost_layer", "stock", "time_entry", "purchase_line", "peg")
                    }
                )
    for table, expected in found[0].items():
        assert [without_instants(row) for row in found[1][table]] == [without_instants(row) for row in expected], table


def without_instants(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as two runs of one script have it."""
    return tuple(
        value for value in row if not (isinstance(value, str) and re.fullmatch(r"\S+ \d\d:\d\d:\d\d.*", value))
    )


def test_the_station_works_with_a_login_of_the_floor(url: str) -> None:
    """Scan, start, stop, hand out, report and take back: the costs stand in the books, and nobody there read them."""
    with Store.open(url, clock) as office, Store.open(as_role(url, Role.FLOOR), clock) as station:
        with doing(office) as tx:
            add_item(tx, "DESK", "make")
            add_item(tx, "BOARD")
            add_bom(tx, "DESK", {"BOARD": 2})
            add_work_center(tx, "SAW", 60)
            add_operation(tx, "DESK", 10, work_center="SAW")
            [job] = take(tx, "WO", 1)
            add_work_order(tx, job, "DESK", 4, surplus_reason="imported")
            need(tx, job, "BOARD", 8)
            add_stock(tx, "BOARD", 20, unit_cost=3)
            release_work_order(tx, job)
            run(tx, "INSERT INTO setting (name, value) VALUES ('overhead_per_hour', '6')")
        with reading(station) as view:
            assert scanned_words(view, "work_order", job)
            assert job_cost(view, job).total.micro == 0
        with doing(station, "operation.start", actor="Cem") as tx:
            floor.start(tx, job, 10, "Cem")
        station.clock = lambda: clock() + datetime.timedelta(minutes=30)
        with doing(station, "operation.stop", actor="Cem") as tx:
            floor.stop(tx, job, 10, "Cem")
        with doing(station, "job.issue", actor="Cem") as tx:
            floor.hand_out_all(tx, job, "Cem")
        with reading(office) as view:
            cost = job_cost(view, job)
            assert (str(cost.issues), str(cost.labour)) == ("24", "33")
        with doing(station, "floor.undo", actor="Cem") as tx:
            floor.undo_last(tx, "Cem")
        with reading(office) as view:
            assert str(job_cost(view, job).issues) == "0"
            assert check(view).ok
        with doing(station, "job.complete", actor="Cem") as tx:
            floor.complete(tx, job, "Cem", quantity(3))
        with reading(office) as view:
            result = check(view)
            assert result.ok, [breach for each in result.invariants for breach in each.breaches]
            layers = rows(
                view,
                "SELECT c.remaining_quantity, c.unit_cost FROM cost_layer c JOIN stock s ON s.stock_id = c.stock_id"
                " JOIN item i ON i.item_id = s.item_id WHERE i.code = 'DESK'",
            )
            assert sum(row.remaining_quantity * row.unit_cost for row in layers) == 51_000_000_000_000


def test_whoever_owns_the_database_and_may_make_roles_sets_it_up_and_renews_it(tmp_path: Path) -> None:
    address = databases().empty()
    database = make_url(address).database
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE ROLE "first_{database}" LOGIN CREATEROLE')
        server.execute(f'ALTER DATABASE {database} OWNER TO "first_{database}"')
    mine = make_url(address).set(username=f"first_{database}").render_as_string()
    with Store.create(mine, clock) as store:
        for _time in range(2):
            with store.place.administered() as connection:
                grants.apply(connection)
        with store.place.administered() as connection:
            grants.run(connection, grants.login_statements(connection, f"cem_{database}", Role.FLOOR, "secret"))
            grants.run(connection, grants.login_statements(connection, f"cem_{database}", Role.OFFICE, ""))
            assert grants.logins(connection)[0].role is Role.OFFICE
            grants.take_away(connection, f"cem_{database}")
            assert f"cem_{database}" not in {each.name for each in grants.logins(connection)}
        backup(store, tmp_path / "saved.pegboard")
    restore(mine, tmp_path / "saved.pegboard", clock)  # the new tables have the rights of the old ones
    with psycopg.connect(mine) as psql:
        found = psql.execute("SELECT tableowner FROM pg_tables WHERE schemaname = 'pegboard' GROUP BY 1").fetchall()
        assert found == [(f"{database}_owner",)]
        assert psql.execute("SELECT count(*) FROM pg_views WHERE schemaname = 'pegboard_floor'").fetchone() != (0,)
