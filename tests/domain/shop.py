"""Builds planning snapshots for tests of the planner: only what matters to a test is written in it.

Quantities are whole numbers or decimal text; days count from Monday 2026-01-05 (day 0), which is also today by default.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pegboard.domain.explosion import explode
from pegboard.domain.plan import Plan
from pegboard.domain.quantity import micro_text, parse_micro
from pegboard.domain.shop_calendar import ShopCalendar
from pegboard.domain.snapshot import (
    Article,
    FreeStock,
    OpenDemand,
    OpenSupply,
    PlanBom,
    PlanBomLine,
    PlanItem,
    PlanningSnapshot,
    PlanOperation,
)

DAY_0 = datetime.date(2026, 1, 5).toordinal()


def micro(value: int | str | None) -> int | None:
    """Millionths of a number or its decimal text."""
    return None if value is None else parse_micro(str(value))


@dataclass
class Shop:
    """A shop to be exploded; each method adds something and refers to items by code."""

    today: int = 0
    combining_days: int = 5
    closed: Sequence[int] = ()
    items: dict[str, PlanItem] = field(default_factory=dict)
    boms: dict[int, list[PlanBom]] = field(default_factory=dict)
    routings: dict[tuple[int, str], tuple[PlanOperation, ...]] = field(default_factory=dict)
    articles: dict[int, list[Article]] = field(default_factory=dict)
    defaults: dict[int, dict[str, str]] = field(default_factory=dict)
    stock: dict[int, list[FreeStock]] = field(default_factory=dict)
    supplies: dict[int, list[OpenSupply]] = field(default_factory=dict)
    demands: list[OpenDemand] = field(default_factory=list)

    def item(self, code: str, source: str, **more: object) -> None:
        """Add an item: lead, loss, minimum, multiple, batching, whole, active."""
        lead = more.get("lead", 0 if source != "buy" else None)
        self.items[code] = PlanItem(
            item_id=len(self.items) + 1,
            code=code,
            source=source,
            whole_units=bool(more.get("whole", True)),
            lead_time_days=lead,  # type: ignore[arg-type]
            loss_percent=micro(more.get("loss", 0)) or 0,  # type: ignore[arg-type]
            minimum=micro(more.get("minimum")),  # type: ignore[arg-type]
            multiple=micro(more.get("multiple")),  # type: ignore[arg-type]
            batching=str(more.get("batching", "")),
            active=bool(more.get("active", True)),
        )

    def made(self, code: str, parts: Mapping[str, object] | None = None, **more: object) -> None:
        """Add a made item with its BOM: component -> quantity, or a dict of what a line can say."""
        self.item(code, "make", **more)
        if parts is not None:
            self.bom(code, parts, output=more.get("output", 1))

    def phantom(self, code: str, parts: Mapping[str, object]) -> None:
        """Add a phantom and what it stands for."""
        self.item(code, "phantom")
        self.bom(code, parts)

    def bought(self, code: str, supplier: str = "KERN", **more: object) -> None:
        """Add a bought item and, unless supplier is '', the article of one supplier."""
        self.item(code, "buy", **{key: more[key] for key in ("whole", "active") if key in more})
        if supplier:
            self.article(code, supplier, **more)

    def article(self, code: str, supplier: str, **more: object) -> None:
        """Add a supplier's article: lead, minimum, multiple, maximum, price, breaks, calendar."""
        breaks = more.get("breaks", ((0, more.get("price", 1)),))
        item_id = self.id(code)
        known = self.articles.setdefault(item_id, [])
        known.append(
            Article(
                supplier_item_id=item_id * 10 + len(known),
                supplier_id=sum(map(ord, supplier)),
                supplier_code=supplier,
                minimum=micro(more.get("minimum")),  # type: ignore[arg-type]
                multiple=micro(more.get("multiple", 1)),  # type: ignore[arg-type]
                maximum=micro(more.get("maximum")),  # type: ignore[arg-type]
                units_per_purchase_unit=1_000_000,
                purchase_unit="ea",
                lead_time_days=more.get("lead", 0),  # type: ignore[arg-type]
                calendar_lead_time=bool(more.get("calendar", False)),
                breaks=tuple((micro(start) or 0, micro(price)) for start, price in breaks),  # type: ignore[attr-defined]
            )
        )

    def bom(self, code: str, parts: Mapping[str, object], revision: str = "", **more: object) -> None:
        """Add a BOM revision: output, valid_from, valid_to (days)."""
        lines = [self._line(component, said) for component, said in parts.items()]
        boms = self.boms.setdefault(self.id(code), [])
        boms.append(
            PlanBom(
                bom_id=self.id(code) * 100 + len(boms),
                revision=revision,
                output_quantity=micro(more.get("output", 1)) or 0,  # type: ignore[arg-type]
                valid_from=_day(more.get("valid_from")),
                valid_to=_day(more.get("valid_to")),
                lines=tuple(lines),
            )
        )

    def _line(self, component: str, said: object) -> PlanBomLine:
        more: dict[str, object] = dict(said) if isinstance(said, Mapping) else {"quantity": said}
        group, _sign, choice = str(more.get("option", "")).partition("=")
        return PlanBomLine(
            component_id=self.id(component.partition("#")[0]),
            quantity=micro(more.get("quantity")),  # type: ignore[arg-type]
            pieces_per_stock=micro(more.get("pieces")),  # type: ignore[arg-type]
            per_batch=bool(more.get("batch", False)),
            scrap_percent=micro(more.get("scrap", 0)) or 0,  # type: ignore[arg-type]
            setup_quantity=micro(more.get("setup", 0)) or 0,  # type: ignore[arg-type]
            rounding_multiple=micro(more.get("rounding")),  # type: ignore[arg-type]
            operation=more.get("operation"),  # type: ignore[arg-type]
            option_group=group,
            option_choice=choice,
            valid_from=_day(more.get("valid_from")),
            valid_to=_day(more.get("valid_to")),
            alternates=tuple(self.id(code) for code in more.get("alternates", ())),  # type: ignore[attr-defined]
        )

    def have(self, code: str, quantity: int | str, location: str = "MAIN", lot: str = "") -> None:
        """Put free stock on the shelf; rows come oldest first."""
        rows = self.stock.setdefault(self.id(code), [])
        place = {"MAIN": 1}.get(location, sum(map(ord, location)))
        rows.append(
            FreeStock(1000 * self.id(code) + len(rows), self.id(code), place, location, lot, micro(quantity) or 0)
        )

    def coming(self, code: str, quantity: int | str, due: int, number: str, kind: str = "line", **more: object) -> None:
        """Add open supply that stands already, all of it free unless `free` says less."""
        rows = self.supplies.setdefault(self.id(code), [])
        free = more.pop("free", quantity)
        supply_id = 5000 + 100 * self.id(code) + len(rows)
        due_day = max(DAY_0 + self.today, DAY_0 + due)
        rows.append(
            OpenSupply(kind, supply_id, number, self.id(code), micro(quantity) or 0, micro(free) or 0, due_day, **more)  # type: ignore[arg-type]
        )

    def order(self, name: str, code: str, quantity: int | str, due: int | None, **more: object) -> None:
        """Add a customer order line due on a day; or a demand of another kind, at a place."""
        calendar = self.calendar()
        given = None if due is None else DAY_0 + due
        place = more.get("place")
        self.demands.append(
            OpenDemand(
                demand_id=len(self.demands) + 1,
                kind=str(more.get("kind", "order")),
                name=name,
                item_id=self.id(code),
                quantity=micro(quantity) or 0,
                due=None if given is None else max(DAY_0 + self.today, calendar.on_or_before(given)),
                given_due=given,
                order_date=DAY_0 + int(more.get("ordered", 0)),  # type: ignore[call-overload]
                entry=int(more.get("entry", len(self.demands) + 1)),  # type: ignore[call-overload]
                choices=tuple(sorted(dict(more.get("choices", {})).items())),  # type: ignore[call-overload]
                location_id=None if place is None else {"MAIN": 1}.get(str(place), sum(map(ord, str(place)))),
            )
        )

    def id(self, code: str) -> int:
        """The key of an item."""
        return self.items[code].item_id

    def calendar(self) -> ShopCalendar:
        """Monday to Friday, less the closed days."""
        return ShopCalendar({DAY_0 + day: False for day in self.closed})

    def snapshot(self) -> PlanningSnapshot:
        """What the planner is given."""
        return PlanningSnapshot(
            today=DAY_0 + self.today,
            calendar=self.calendar(),
            combining_days=self.combining_days,
            items={item.item_id: item for item in self.items.values()},
            boms={item_id: tuple(boms) for item_id, boms in self.boms.items()},
            routings=self.routings,
            articles={item_id: tuple(rows) for item_id, rows in self.articles.items()},
            option_defaults=self.defaults,
            stock={item_id: tuple(rows) for item_id, rows in self.stock.items()},
            supplies={item_id: tuple(rows) for item_id, rows in self.supplies.items()},
            demands=tuple(self.demands),
        )

    def explode(self) -> "Outcome":
        """Explode the shop."""
        snapshot = self.snapshot()
        return Outcome(self, snapshot, explode(snapshot))


@dataclass
class Outcome:
    """A plan in the words of a test: codes, decimal text and days from day 0."""

    shop: Shop
    snapshot: PlanningSnapshot
    plan: Plan

    def code(self, item_id: int) -> str:
        """The code of an item."""
        return self.snapshot.items[item_id].code

    def jobs(self, code: str = "") -> list[tuple[str, str, int, int]]:
        """(item, good quantity, start day, due day) of the new jobs, of one item or all, by due day."""
        rows = [
            (self.code(job.item_id), micro_text(job.quantity), job.start - DAY_0, job.due - DAY_0)
            for job in self.plan.jobs
        ]
        return sorted((row for row in rows if code in ("", row[0])), key=lambda row: (row[3], row))

    def buys(self, code: str = "") -> list[tuple[str, str, str, int]]:
        """(item, supplier, quantity of the whole line, due day) of the new and grown purchase lines, by due day."""
        rows = [
            (self.code(line.item_id), line.supplier_code, micro_text(line.quantity), line.due - DAY_0)
            for line in self.plan.lines
        ]
        return sorted((row for row in rows if code in ("", row[0])), key=lambda row: (row[3], row))

    def told(self, kind: str = "") -> list[tuple[str, str, str | None]]:
        """(kind, item, demand) of the exceptions."""
        return [(told.kind, told.item, told.demand) for told in self.plan.exceptions if kind in ("", told.kind)]

    def late(self) -> dict[str, int]:
        """Late order lines and the first day on which they can be met."""
        return {told.demand or "": (told.date or 0) - DAY_0 for told in self.plan.exceptions if told.kind == "late"}

    def parents(self) -> dict[int, str]:
        """What each requirement hangs on: a demand's name or a job's number."""
        names = {demand.demand_id: demand.name for demand in self.snapshot.demands}
        jobs = {job.job_id: job.number for job in (*self.plan.jobs, *self.plan.standing.values())}
        return {row[0]: names[row[1]] if row[1] is not None else jobs[row[2] or 0] for row in self.plan.requirements}

    def pegs(self) -> list[tuple[str, str, str]]:
        """(supply, demand, quantity): stock is called by its item, location and lot."""
        parents = self.parents()
        supplies = {("job", job.job_id): job.number for job in self.plan.jobs}
        supplies |= {("line", line.line_id): line.number for line in self.plan.lines}
        for rows in self.snapshot.supplies.values():
            supplies |= {(row.kind, row.supply_id): row.number for row in rows}
        for stocks in self.snapshot.stock.values():
            supplies |= {("stock", row.stock_id): f"{self.code(row.item_id)}@{row.location}" for row in stocks}
        totals: dict[tuple[str, str], int] = {}
        for _peg, requirement_id, stock_id, job_id, line_id, quantity in self.plan.pegs:
            kind, key = ("stock", stock_id) if stock_id else ("job", job_id) if job_id else ("line", line_id)
            pair = supplies[kind, key or 0], parents[requirement_id]
            totals[pair] = totals.get(pair, 0) + quantity
        return sorted((supply, demand, micro_text(quantity)) for (supply, demand), quantity in totals.items())

    def pick(self, number: str) -> dict[str, str]:
        """Component -> quantity on a job's pick list (lines at several operations are added up)."""
        totals: dict[str, int] = {}
        parents = self.parents()
        for row in self.plan.requirements:
            if parents[row[0]] == number:
                totals[self.code(row[3])] = totals.get(self.code(row[3]), 0) + row[4]
        return {code: micro_text(quantity) for code, quantity in totals.items()}


def _day(value: object) -> int | None:
    return None if value is None else DAY_0 + int(value)  # type: ignore[call-overload]
