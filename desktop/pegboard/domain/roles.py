"""Who may do and see what: four roles, and the commands that each may run.

A right is asked by a command's id, such as `invoice.issue`. `invoice.*` names all commands of a noun. Whoever may not
see money may not run a command that books it either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pegboard.i18n import tr


class Role(Enum):
    """What a person is in the shop."""

    OWNER = "owner"
    OFFICE = "office"
    FLOOR = "floor"
    READER = "reader"

    @property
    def words(self) -> str:
        """What people call it."""
        return {
            Role.OWNER: tr("owner"),
            Role.OFFICE: tr("office"),
            Role.FLOOR: tr("floor"),
            Role.READER: tr("reads only"),
        }[self]


# What only the owner does: people, the books, what the pull rule makes an exception of, and the workshop as a whole.
OWNERS = frozenset({"person.*", "books.*", "stock.build", "workshop.restore", "workshop.move"})
# What only the owner sets: it decides what others may see, and how long a seat stays open.
OWNERS_SETTINGS = frozenset({"office_sees_money", "lock_minutes"})
# Papers that tell amounts.
MONEY_PAPERS = frozenset({"invoice", "credit-note", "acknowledgement", "purchase-order"})
MONEY = frozenset({"invoice.*", "bill.*", "payment.*", "expense.*", "books.*", "rate.*", "order.deposit"}) | {
    f"document.{paper}" for paper in MONEY_PAPERS
}
# What is done at the station, at the dock and at the shelf, and by the commands for them.
FLOOR = frozenset(
    {
        *("floor.*", "operation.*", "card.scan", "card.bring", "document.*", "search.refresh"),
        *("job.complete", "job.issue", "job.substitute", "work_order.release", "work_order.complete"),
        *("purchase_line.receive", "purchase_order.receive", "order.ship", "stock.transfer"),
        *("stock_count.start", "stock_count.enter"),
    }
)
# What stands in the audit trail whoever it was: a PIN that did not fit.
ANYBODYS = frozenset({"seat.refused"})
# Who changes nothing may still look back, and have the words of the search box brought up to date by looking.
READS = frozenset({"search.refresh", "audit.read"})


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role may do: `allowed` commands, all where it is None, but for the `refused` ones."""

    allowed: frozenset[str] | None
    refused: frozenset[str] = frozenset()
    sees_money: bool = True

    @property
    def reads_audit(self) -> bool:
        """Whether the audit trail may be read: it tells prices too."""
        return self.sees_money and self.may("audit.read")

    def may(self, command: str) -> bool:
        """Whether a command may be run.

        >>> rights_of(Role.FLOOR).may("operation.start"), rights_of(Role.FLOOR).may("order.confirm")
        (True, False)
        """
        if command in ANYBODYS:
            return True
        if _named(command, self.refused):
            return False
        return self.allowed is None or _named(command, self.allowed)


def rights_of(role: Role, *, office_sees_money: bool = True) -> Rights:
    """The rights of a role; the owner decides whether the office sees money."""
    if role is Role.OWNER:
        return Rights(None)
    if role is Role.OFFICE:
        return Rights(None, OWNERS if office_sees_money else OWNERS | MONEY, sees_money=office_sees_money)
    if role is Role.FLOOR:
        return Rights(FLOOR, OWNERS | MONEY, sees_money=False)
    return Rights(READS, sees_money=office_sees_money)


def _named(command: str, names: Iterable[str]) -> bool:
    noun = command.partition(".")[0]
    return command in names or f"{noun}.*" in names
