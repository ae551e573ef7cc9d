"""What the floor station knows at a moment, and what it shows of it: plain values, no widgets, no money."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr
from pegboard.queries.floor import AtWork, Problem, Worker
from pegboard.queries.job_cover import Component
from pegboard.queries.job_detail import JobDetail, OperationProgress
from pegboard.services.issues import Missing

MOST_TARGETS = 6


class Tone(Enum):
    """How the whole screen looks: a colour, and always a shape and words with it."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Mode(Enum):
    """What the station waits for."""

    READY = "ready"  # for any scan
    SIGN_IN = "sign_in"  # for a badge, before what was asked goes on
    JOB = "job"  # for a verb on the job that is shown
    STEPS = "steps"  # for one of its operations
    QUANTITY = "quantity"  # for a number
    REASON = "reason"
    PICK = "pick"  # for what was picked of a line
    ALTERNATES = "alternates"
    OLD_PAPER = "old_paper"
    OUT_OF_ORDER = "out_of_order"
    MISSING = "missing"  # parts that the books do not know of


@dataclass(frozen=True, slots=True)
class Target:
    """Something to touch, or to scan as `PGBCM:CODE`. `is_main` is what most people want next."""

    code: str
    title: str
    detail: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class JobFacts:
    """The job on the screen: what, how many, which step."""

    number: str
    item: str
    description: str
    quantity: str
    step: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Face:
    """All that is on the screen.

    Attributes: title: the prompt, or what has just happened; lines: more of it; figure: the number that is entered;
    targets: at most six; person: who is signed in, "" for nobody; can_undo: something can be taken back.
    """

    tone: Tone
    title: str
    lines: tuple[str, ...] = ()
    job: JobFacts | None = None
    figure: str = ""
    targets: tuple[Target, ...] = ()
    person: str = ""
    can_undo: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """A job as it was read.

    Attributes: detail: None where there is no such job; is_old: the paper that was scanned says something else than
    what holds; old_words: which print of when that is; problems: that stand.
    """

    detail: JobDetail | None
    is_old: bool = False
    old_words: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What the last scan did; it stays until the next one."""

    tone: Tone
    title: str
    lines: tuple[str, ...] = ()


@dataclass(slots=True)
class State:
    """What the station knows.

    Attributes: prefix: of this shop's codes; operation: the step that is meant, None for the job as a whole; doing:
    which verb a number or reason is for; figure: as typed; is_proposed: nobody has touched the number yet; line: which
    pick line is shown; work: what the person is at; after_sign_in: what was asked before somebody signed in.
    """

    prefix: str = "PGB"
    people: tuple[Worker, ...] = ()
    first_person: int = 0
    person: str = ""
    mode: Mode = Mode.READY
    result: Result | None = None
    loaded: Loaded | None = None
    operation: int | None = None
    doing: str = ""
    figure: str = ""
    is_proposed: bool = True
    quantity: Quantity = field(default_factory=lambda: Quantity(0))
    line: int = 0
    alternates: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    work: tuple[AtWork, ...] = ()
    scrap_reasons: tuple[str, ...] = ()
    problem_reasons: tuple[str, ...] = ()
    can_undo: bool = False
    after_sign_in: Callable[[], None] | None = None

    @property
    def touchable(self) -> tuple[Worker, ...]:
        """Who may sign in by touching their name."""
        return tuple(worker for worker in self.people if not worker.needs_badge)

    @property
    def detail(self) -> JobDetail | None:
        """The job that is shown."""
        return self.loaded.detail if self.loaded is not None else None

    @property
    def step(self) -> OperationProgress | None:
        """The operation that is meant."""
        if self.detail is None:
            return None
        return next((step for step in self.detail.operations if step.sequence == self.operation), None)

    @property
    def is_at_it(self) -> bool:
        """Whether the person is at the operation that is meant."""
        step = self.step
        return step is not None and bool(self.person) and self.person in step.at_work

    @property
    def to_pick(self) -> tuple[Component, ...]:
        """The components that lie here and are still to be handed out."""
        if self.detail is None:
            return ()
        return tuple(
            line
            for line in self.detail.components
            if line.open_quantity and any(source.kind == "stock" for source in line.sources)
        )

    @property
    def pick_line(self) -> Component | None:
        """The component that is to be picked now."""
        lines = self.to_pick
        return lines[self.line % len(lines)] if lines else None

    def reasons(self) -> tuple[str, ...]:
        """The reasons to choose from."""
        if self.doing == "problem":
            return self.problem_reasons
        if self.doing == "anyway":
            return (tr("done, not reported"), tr("not needed this time"), tr("the office says so"))
        return self.scrap_reasons


def here(line: Component) -> Quantity:
    """How much of a component lies here for the job."""
    return Quantity(sum(source.quantity.micro for source in line.sources if source.kind == "stock"))
