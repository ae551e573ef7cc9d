"""The guards against supply without demand, as this revision made them."""

from alembic import op

_OPEN_JOB = "NEW.state IN ('planned', 'released', 'in_progress')"
_OPEN_LINE = "NEW.state = 'open' AND NEW.work_order_id IS NULL"
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'supply without demand needs a reason'); END"


def create() -> None:
    """Make them for work orders and purchase lines."""
    _guard("work_order", "work_order_id", "completed_quantity", _OPEN_JOB)
    _guard("purchase_line", "purchase_line_id", "received_quantity", _OPEN_LINE)


def _guard(table: str, key: str, done: str, is_open: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_pulled BEFORE INSERT ON {table} WHEN NEW.surplus_reason = ''"
        f" AND NEW.pulled_quantity < NEW.quantity AND {is_open} {_REFUSE}"
    )
    op.execute(
        f"CREATE TRIGGER {table}_stays_pulled BEFORE UPDATE OF quantity, surplus_reason ON {table}"
        f" WHEN NEW.surplus_reason = '' AND {is_open} AND (NEW.quantity > OLD.quantity OR OLD.surplus_reason <> '')"
        f" AND NEW.quantity - NEW.{done} > (SELECT COALESCE(sum(quantity), 0) FROM peg WHERE {key} = NEW.{key})"
        f" {_REFUSE}"
    )
