"""The law of the shop in the database itself: no job and no purchase line without demand that pulls it, or a reason.

Open supply whose quantity demand did not pull wholly must say why in `surplus_reason`. Two guards for each table, both
cheap in bulk, since neither runs for a peg:

- a new row says what demand pulled of it (`pulled_quantity`); where that is less than its quantity it needs a reason;
- who raises a quantity or takes a reason away is measured by the pegs that stand on the row at that moment.

Unpegging is not writing supply: there the services give the reason, and `pegboard check` proves that they did.
"""

from dataclasses import dataclass

REFUSED = "supply without demand needs a reason"


@dataclass(frozen=True, slots=True)
class Gate:
    """One guarded table.

    Attributes: table; key: its primary key and the column of the pegs on it; done: the column of what has come of it;
    is_open: condition, over a row called NEW, under which the row is supply to come.
    """

    table: str
    key: str
    done: str
    is_open: str

    @property
    def unpulled(self) -> str:
        """Condition on which a new row is refused."""
        return f"NEW.surplus_reason = '' AND NEW.pulled_quantity < NEW.quantity AND {self.is_open}"

    @property
    def claims_more(self) -> str:
        """Condition on which a changed row must be measured by its pegs."""
        return (
            f"NEW.surplus_reason = '' AND {self.is_open} AND (NEW.quantity > OLD.quantity OR OLD.surplus_reason <> '')"
        )

    @property
    def unpegged(self) -> str:
        """Condition on which a changed row is refused then."""
        return (
            f"NEW.quantity - NEW.{self.done} >"
            f" (SELECT COALESCE(sum(quantity), 0) FROM peg WHERE {self.key} = NEW.{self.key})"
        )


GATES = (
    Gate(
        "work_order",
        "work_order_id",
        "completed_quantity",
        "NEW.state IN ('planned', 'released', 'in_progress')",
    ),
    Gate(
        "purchase_line",
        "purchase_line_id",
        "received_quantity",
        "NEW.state = 'open' AND NEW.work_order_id IS NULL",
    ),
)


def gate_triggers() -> tuple[str, ...]:
    """The statements that make SQLite refuse supply without demand."""
    return tuple(statement for gate in GATES for statement in (_on_insert(gate), _on_update(gate)))


def _on_insert(gate: Gate) -> str:
    return (
        f"CREATE TRIGGER {gate.table}_pulled BEFORE INSERT ON {gate.table} WHEN {gate.unpulled} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _on_update(gate: Gate) -> str:
    return (
        f"CREATE TRIGGER {gate.table}_stays_pulled BEFORE UPDATE OF quantity, surplus_reason ON {gate.table} "
        f"WHEN {gate.claims_more} AND {gate.unpegged} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def postgresql_gate() -> tuple[str, ...]:
    """The statements that make PostgreSQL refuse supply without demand: a function and two triggers for each table."""
    return tuple(statement for gate in GATES for statement in _postgresql(gate))


def _postgresql(gate: Gate) -> tuple[str, ...]:
    insert, update = f"{gate.table}_pulled", f"{gate.table}_stays_pulled"
    refuse = f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';"
    return (
        f"CREATE FUNCTION {insert}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$",
        f"CREATE TRIGGER {insert} BEFORE INSERT ON {gate.table} FOR EACH ROW WHEN ({gate.unpulled})"
        f" EXECUTE FUNCTION {insert}()",
        f"CREATE FUNCTION {update}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {gate.unpegged} THEN {refuse} END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {update} BEFORE UPDATE OF quantity, surplus_reason ON {gate.table} FOR EACH ROW"
        f" WHEN ({gate.claims_more}) EXECUTE FUNCTION {update}()",
    )
