"""Puts the cost into what a login of the floor books, which cannot see it: functions on the server, in plpgsql.

They stand on the views that the floor writes through, and reckon as the services do that see the money. What a command
took out of stock is noted in `booking` until the goods are booked in again, with the key of its transaction; nobody but
these functions may read that.
"""

from pegboard.storage.postgres.driver import FLOOR_SCHEMA as SCHEMA

# Views with a column that cannot be written through: what writes them goes through a function.
COSTED = ("audit_entry", "cost_layer", "floor_report", "ledger_entry", "purchase_line", "stock", "time_entry")
_HEAD = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pegboard AS $$"
# The search path stands in the function: the server's own arithmetic, whoever calls.

_BOOKING = f"""
CREATE TABLE {SCHEMA}.booking (
  seq bigserial PRIMARY KEY, xact bigint NOT NULL DEFAULT txid_current(), what text NOT NULL, stock_id bigint,
  cost_layer_id bigint, work_order_id bigint, quantity bigint NOT NULL, unit_cost bigint, value bigint)
"""

_WORTH = f"""
CREATE FUNCTION {SCHEMA}.worth(quantity bigint, unit_cost bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog AS 'SELECT round(quantity::numeric * unit_cost / 1000000)::bigint'
"""

# Taking from a layer notes what that was worth, as the difference of two rounded values.
_LAYER_CHANGED = f"""
CREATE FUNCTION {SCHEMA}.layer_changed() {_HEAD}
DECLARE cost bigint;
BEGIN
  UPDATE pegboard.cost_layer SET remaining_quantity = NEW.remaining_quantity
    WHERE cost_layer_id = OLD.cost_layer_id RETURNING unit_cost INTO cost;
  IF NEW.remaining_quantity < OLD.remaining_quantity THEN
    INSERT INTO {SCHEMA}.booking (what, stock_id, quantity, unit_cost, value) VALUES
      ('taken', OLD.stock_id, OLD.remaining_quantity - NEW.remaining_quantity, cost,
       {SCHEMA}.worth(OLD.remaining_quantity, cost) - {SCHEMA}.worth(NEW.remaining_quantity, cost));
  END IF;
  RETURN NEW;
END $$
"""

_LAYER_MADE = f"""
CREATE FUNCTION {SCHEMA}.layer_made() {_HEAD}
BEGIN
  INSERT INTO pegboard.cost_layer (cost_layer_id, stock_id, received_on, remaining_quantity)
    VALUES (NEW.cost_layer_id, NEW.stock_id, NEW.received_on, NEW.remaining_quantity);
  INSERT INTO {SCHEMA}.booking (what, stock_id, cost_layer_id, quantity)
    VALUES ('new', NEW.stock_id, NEW.cost_layer_id, NEW.remaining_quantity);
  RETURN NEW;
END $$
"""

# So many good pieces of a job come into stock in this command, in one booking or in several.
_PIECES_GOOD = f"""
CREATE FUNCTION {SCHEMA}.pieces_good() {_HEAD}
BEGIN
  DELETE FROM {SCHEMA}.booking WHERE xact <> txid_current();
  INSERT INTO {SCHEMA}.booking (what, work_order_id, quantity)
    VALUES ('good', NEW.work_order_id, NEW.completed_quantity - OLD.completed_quantity);
  RETURN NULL;
END $$
"""

# All that a job has cost and no earlier output has taken with it; NULL where a cost is unknown.
_JOB_WORTH = f"""
CREATE FUNCTION {SCHEMA}.job_worth(job bigint, good bigint) RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, pegboard AS $$
DECLARE total numeric; standard bigint; was_issued boolean; is_unknown boolean;
BEGIN
  SELECT COALESCE(-sum(e.value) FILTER (WHERE e.kind IN ('issue', 'return')), 0)
      - COALESCE(sum(e.value) FILTER (WHERE e.kind = 'completion'), 0),
    COALESCE(bool_or(e.value IS NULL) FILTER (WHERE e.kind = 'issue'), false)
    INTO total, is_unknown FROM pegboard.ledger_entry e WHERE e.work_order_id = job;
  SELECT total + COALESCE(sum(t.cost), 0) INTO total FROM pegboard.time_entry t
    JOIN pegboard.work_order_operation o ON o.work_order_operation_id = t.work_order_operation_id
    WHERE o.work_order_id = job;
  SELECT total + COALESCE(sum({SCHEMA}.worth(r.quantity, l.unit_price)), 0) INTO total FROM pegboard.purchase_line l
    JOIN pegboard.receipt r ON r.purchase_line_id = l.purchase_line_id
    WHERE l.work_order_id = job AND l.unit_price IS NOT NULL;
  SELECT i.standard_cost, w.components_issued::int = 1 INTO standard, was_issued FROM pegboard.work_order w
    JOIN pegboard.item i ON i.item_id = w.item_id WHERE w.work_order_id = job;
  IF was_issued AND standard IS NULL THEN RETURN NULL; END IF;
  IF was_issued THEN total := total + {SCHEMA}.worth(good, standard); END IF;
  IF total <= 0 AND is_unknown THEN RETURN NULL; END IF;
  RETURN GREATEST(total, 0)::bigint;
END $$
"""

# What one unit costs that comes in, where that follows from what is booked.
_UNIT_COST = f"""
CREATE FUNCTION {SCHEMA}.unit_cost(entry pegboard.ledger_entry) RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, pegboard AS $$
DECLARE found bigint; rate bigint; foreign_money text;
BEGIN
  IF entry.reverses_id IS NOT NULL THEN
    SELECT div(value::numeric * 1000000, quantity)::bigint INTO found FROM pegboard.ledger_entry
      WHERE ledger_entry_id = entry.reverses_id;
  ELSIF entry.kind = 'receipt' THEN
    SELECT l.unit_price, s.currency INTO found, foreign_money FROM pegboard.purchase_line l
      JOIN pegboard.purchase_order o ON o.purchase_order_id = l.purchase_order_id
      JOIN pegboard.supplier s ON s.supplier_id = o.supplier_id WHERE l.purchase_line_id = entry.purchase_line_id;
    IF foreign_money NOT IN ('', {{currency}}) THEN
      SELECT e.rate INTO rate FROM pegboard.exchange_rate e WHERE e.currency = foreign_money
        AND e.valid_from <= substr(entry.at, 1, 10) ORDER BY e.valid_from DESC LIMIT 1;
      found := round(found::numeric * rate / 1000000)::bigint;
    END IF;
  ELSIF entry.kind IN ('adjust', 'count') THEN
    SELECT COALESCE(s.unit_cost, i.standard_cost) INTO found FROM pegboard.stock s
      JOIN pegboard.item i ON i.item_id = s.item_id WHERE s.stock_id = entry.stock_id;
  END IF;
  RETURN found;
END $$
"""

_BOOKED = f"""
CREATE FUNCTION {SCHEMA}.booked() {_HEAD}
DECLARE worth bigint; pending bigint; each bigint; dearer bigint; made record; next_one record; place int := 0;
BEGIN
  DELETE FROM {SCHEMA}.booking WHERE xact <> txid_current();
  IF NEW.quantity < 0 THEN
    SELECT -sum(value) INTO worth FROM {SCHEMA}.booking WHERE what = 'taken' AND stock_id = NEW.stock_id;
    DELETE FROM {SCHEMA}.booking WHERE what = 'carried';
    UPDATE {SCHEMA}.booking SET what = 'carried' WHERE what = 'taken' AND stock_id = NEW.stock_id;
  ELSIF NEW.kind = 'completion' AND NEW.reverses_id IS NULL THEN
    SELECT COALESCE(sum(quantity), 0) INTO pending FROM {SCHEMA}.booking
      WHERE what = 'good' AND work_order_id = NEW.work_order_id;
    pending := GREATEST(pending, NEW.quantity);
    worth := {SCHEMA}.job_worth(NEW.work_order_id, pending);
    IF NEW.quantity < pending THEN
      worth := {SCHEMA}.worth(NEW.quantity, div(worth::numeric * 1000000, pending)::bigint);
    END IF;
    INSERT INTO {SCHEMA}.booking (what, work_order_id, quantity) VALUES ('good', NEW.work_order_id, -NEW.quantity);
    each := div(worth::numeric * 1000000, NEW.quantity)::bigint;
    dearer := (worth - {SCHEMA}.worth(NEW.quantity, each)) * 1000000;
    IF dearer >= NEW.quantity THEN each := each + 1; dearer := 0; END IF;
    FOR made IN SELECT * FROM {SCHEMA}.booking WHERE what = 'new' AND stock_id = NEW.stock_id ORDER BY seq LOOP
      UPDATE pegboard.cost_layer SET unit_cost = each WHERE cost_layer_id = made.cost_layer_id;
      IF dearer > 0 AND dearer < made.quantity THEN
        UPDATE pegboard.cost_layer SET remaining_quantity = remaining_quantity - dearer
          WHERE cost_layer_id = made.cost_layer_id;
        INSERT INTO pegboard.cost_layer (stock_id, received_on, remaining_quantity, unit_cost)
          SELECT stock_id, received_on, dearer, each + 1 FROM pegboard.cost_layer
          WHERE cost_layer_id = made.cost_layer_id;
        dearer := 0;
      END IF;
    END LOOP;
  ELSE
    each := {SCHEMA}.unit_cost(ROW(NEW.*)::pegboard.ledger_entry);
    FOR made IN SELECT * FROM {SCHEMA}.booking WHERE what = 'new' AND stock_id = NEW.stock_id ORDER BY seq LOOP
      IF NEW.kind IN ('transfer', 'reject') THEN
        SELECT unit_cost INTO each FROM {SCHEMA}.booking WHERE what = 'carried' ORDER BY seq OFFSET place LIMIT 1;
        place := place + 1;
      END IF;
      UPDATE pegboard.cost_layer SET unit_cost = each WHERE cost_layer_id = made.cost_layer_id;
      worth := CASE WHEN each IS NULL THEN worth ELSE COALESCE(worth, 0) + {SCHEMA}.worth(made.quantity, each) END;
    END LOOP;
  END IF;
  DELETE FROM {SCHEMA}.booking WHERE what = 'new' AND stock_id = NEW.stock_id;
  INSERT INTO pegboard.ledger_entry ({{columns}}, value) VALUES ({{values}}, worth);
  RETURN NEW;
END $$
"""

_STOCK = f"""
CREATE FUNCTION {SCHEMA}.stock_changed() {_HEAD}
BEGIN
  UPDATE pegboard.stock SET {{settings}}, unit_cost = COALESCE(
      (SELECT div(sum(c.remaining_quantity::numeric * c.unit_cost), sum(c.remaining_quantity))::bigint
       FROM pegboard.cost_layer c
       WHERE c.stock_id = OLD.stock_id AND c.remaining_quantity > 0 AND c.unit_cost IS NOT NULL), unit_cost)
    WHERE stock_id = OLD.stock_id;
  RETURN NEW;
END $$
"""

# The rates of a time that has ended: the work center's, and what carries the shop's other expenses with it.
_TIME_RATE = f"""
CREATE FUNCTION {SCHEMA}.time_rate(entry pegboard.time_entry) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pegboard AS $$
  SELECT c.hourly_rate FROM pegboard.work_order_operation o
    JOIN pegboard.work_center c ON c.work_center_id = o.work_center_id
  WHERE o.work_order_operation_id = entry.work_order_operation_id AND entry.ended_at IS NOT NULL $$
"""
_OVERHEAD_RATE = f"""
CREATE FUNCTION {SCHEMA}.overhead_rate(entry pegboard.time_entry) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pegboard AS $$
  SELECT CASE WHEN {SCHEMA}.time_rate(entry) IS NOT NULL THEN COALESCE(
    (SELECT round(value::numeric * 1000000)::bigint FROM pegboard.setting WHERE name = 'overhead_per_hour'), 0) END $$
"""
_TIME_WORTH = f"""
CREATE FUNCTION {SCHEMA}.time_worth(entry pegboard.time_entry, an_hour bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pegboard AS $$
  SELECT CASE WHEN an_hour IS NOT NULL THEN
    round(GREATEST(0, extract(epoch FROM entry.ended_at::timestamp - entry.started_at::timestamp)) * an_hour / 3600)
    ::bigint END $$
"""
_TIME_OVERHEAD = f"""
CREATE FUNCTION {SCHEMA}.time_overhead(entry pegboard.time_entry) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pegboard AS $$
  SELECT {SCHEMA}.time_worth(entry, {SCHEMA}.overhead_rate(entry)) $$
"""
_TIME_COST = f"""
CREATE FUNCTION {SCHEMA}.time_cost(entry pegboard.time_entry) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pegboard AS $$
  SELECT {SCHEMA}.time_worth(entry, {SCHEMA}.time_rate(entry)) + {SCHEMA}.time_overhead(entry) $$
"""
_TIME = {
    "cost": "time_cost",
    "overhead": "time_overhead",
    "hourly_rate": "time_rate",
    "overhead_rate": "overhead_rate",
}

# The price at the quantity's break; of a bought operation what its routing says.
_PRICE = f"""
CREATE FUNCTION {SCHEMA}.price(line pegboard.purchase_line) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pegboard AS $$
  SELECT CASE WHEN line.work_order_id IS NULL THEN
    (SELECT b.price FROM pegboard.price_break b WHERE b.supplier_item_id = line.supplier_item_id
       AND b.from_quantity <= line.quantity ORDER BY b.from_quantity DESC LIMIT 1)
  ELSE
    (SELECT r.price FROM pegboard.routing_operation r JOIN pegboard.work_order w ON w.item_id = r.item_id
       WHERE w.work_order_id = line.work_order_id AND r.sequence = line.operation AND r.revision IN ('', w.revision)
       ORDER BY r.revision DESC LIMIT 1)
  END $$
"""


def cost_functions(columns: dict[str, list[str]]) -> list[str]:
    """The functions and what calls them; `columns` are those that the floor sees, by table."""
    currency = "COALESCE((SELECT value FROM pegboard.setting WHERE name = 'currency'), 'EUR')"
    ledger = columns["ledger_entry"]
    return [
        *(_BOOKING, _WORTH, _LAYER_CHANGED, _LAYER_MADE, _PIECES_GOOD, _JOB_WORTH),
        *(_UNIT_COST.format(currency=currency), _TIME_RATE, _OVERHEAD_RATE, _TIME_WORTH, _TIME_OVERHEAD, _TIME_COST),
        _PRICE,
        _BOOKED.format(columns=", ".join(ledger), values=", ".join(f"NEW.{name}" for name in ledger)),
        _STOCK.format(settings=_settings(columns["stock"])),
        *_written("time_entry", columns["time_entry"], _TIME),
        *_written(
            *("purchase_line", columns["purchase_line"], {"unit_price": "price"}),
            when="NEW.quantity <> OLD.quantity AND EXISTS (SELECT 1 FROM pegboard.purchase_order o"
            " WHERE o.purchase_order_id = NEW.purchase_order_id AND o.state = 'draft')",
        ),
        *_inserted("stock", columns["stock"]),
        *_inserted("audit_entry", columns["audit_entry"]),
        *_inserted("floor_report", columns["floor_report"]),
        _called("cost_layer", "UPDATE", "layer_changed"),
        _called("cost_layer", "INSERT", "layer_made"),
        _called("ledger_entry", "INSERT", "booked"),
        _called("stock", "UPDATE", "stock_changed"),
        f"CREATE TRIGGER work_order_pieces_good AFTER UPDATE OF completed_quantity ON pegboard.work_order FOR EACH ROW"
        f" WHEN (NEW.completed_quantity > OLD.completed_quantity) EXECUTE FUNCTION {SCHEMA}.pieces_good()",
    ]


def _called(table: str, action: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{action.lower()} INSTEAD OF {action} ON {SCHEMA}.{table} FOR EACH ROW"
        f" EXECUTE FUNCTION {SCHEMA}.{function}()"
    )


def _settings(columns: list[str]) -> str:
    return ", ".join(f"{name} = NEW.{name}" for name in columns)


def _inserted(table: str, columns: list[str]) -> tuple[str, ...]:
    """What lets rows be added that have a column which the floor does not read."""
    names, values = ", ".join(columns), ", ".join(f"NEW.{name}" for name in columns)
    function = f"{table}_made"
    return (
        f"CREATE FUNCTION {SCHEMA}.{function}() {_HEAD}"
        f" BEGIN INSERT INTO pegboard.{table} ({names}) VALUES ({values}); RETURN NEW; END $$",
        _called(table, "INSERT", function),
    )


def _written(table: str, columns: list[str], money: dict[str, str], when: str = "true") -> tuple[str, ...]:
    """What reckons a row's `money` (function by column) when it is added, and when it changes so that `when` holds."""
    made, changed = f"{table}_made", f"{table}_changed"
    reckoned = ", ".join(
        f"{column} = {SCHEMA}.{function}(ROW(kept.*)::pegboard.{table})" for column, function in money.items()
    )
    again = f"UPDATE pegboard.{table} kept SET {reckoned} WHERE {table}_id = NEW.{table}_id;"
    add = (
        f"INSERT INTO pegboard.{table} ({', '.join(columns)}) VALUES ({', '.join(f'NEW.{name}' for name in columns)});"
    )
    change = f"UPDATE pegboard.{table} SET {_settings(columns)} WHERE {table}_id = OLD.{table}_id;"
    return (
        f"CREATE FUNCTION {SCHEMA}.{made}() {_HEAD} BEGIN {add} {again} RETURN NEW; END $$",
        f"CREATE FUNCTION {SCHEMA}.{changed}() {_HEAD} BEGIN {change} IF {when} THEN {again} END IF;"
        " RETURN NEW; END $$",
        _called(table, "INSERT", made),
        _called(table, "UPDATE", changed),
    )
