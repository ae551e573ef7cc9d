"""Lets the drive fail at the first, second, third ... call of whatever people do, and proves that nothing is half done.

For every activity and every way to fail, the n-th call fails, for every n until the activity needs no more calls. Then
the drive is mended: the workshop must hold what it held before or all that was to be done, add up, and go on; what
failed was told in a sentence with what to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from pegboard.bench import fault_places as places
from pegboard.bench.fault_drive import FAULTS, Fault, FaultDrive, fault_drive
from pegboard.bench.fault_tries import TRIES, Ground, Loss, Try, make_ground, state, told


@dataclass(slots=True)
class Endured:
    """How far a soak has come.

    Attributes: faults: how many in all, and by kind; refused: told in words and nothing changed; done: the work was
    done in spite of it; late: done, though it was told that it could not be; sentences: what was said.
    """

    faults: int = 0
    refused: int = 0
    done: int = 0
    late: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    sentences: set[str] = field(default_factory=set)

    def add(self, kind: str, said: str, *, is_done: bool) -> None:
        """Count one fault that was survived."""
        self.faults += 1
        self.by_kind[kind] = self.by_kind.get(kind, 0) + 1
        self.refused += not is_done
        self.done += is_done and not said
        self.late += is_done and bool(said)
        if said:
            self.sentences.add(said)


def soak(folder: Path, stride: int = 1) -> Iterator[Endured]:
    """Go through all of it; a `stride` of 10 tries every tenth call. Yields after each fault. Raises Loss."""
    ground = make_ground(folder / "ground")
    endured = Endured()
    outcomes = {attempt.name: _outcomes(ground, folder, attempt) for attempt in TRIES}
    yield from _soak_in_places(ground, folder, max(60 // stride, 1), outcomes, endured)
    drive = fault_drive()
    for attempt in TRIES:
        for fault in FAULTS:
            turn = 1
            while _is_hit(drive, ground.copy_to(folder / "try"), attempt, fault, turn, outcomes[attempt.name], endured):
                yield endured
                turn += stride


def _soak_in_places(
    ground: Ground, folder: Path, steps: int, outcomes: Mapping[str, tuple[str, str]], endured: Endured
) -> Iterator[Endured]:
    """The real thing, before anything is put in front of SQLite: places that cannot be written, files that are busy."""
    for kind, attempt, copy, said in chain(places.cases(ground, folder, steps), places.busy(ground, folder)):
        try:
            if said and kind == "busy file":
                raise Loss("it was not waited for.")
            is_done = _prove(
                copy, attempt, said, outcomes[attempt.name], goes_on=kind not in ("full disk", "closed folder")
            )
        except Loss as loss:
            raise Loss(f"{attempt.name}, {kind}: {loss} Said was: {said or 'nothing'}") from loss
        endured.add(kind, said.replace(str(copy.folder), "..."), is_done=is_done)
        yield endured


def _outcomes(ground: Ground, folder: Path, attempt: Try) -> tuple[str, str]:
    """The two states in which the attempt may leave the workshop."""
    copy = ground.copy_to(folder / "try")
    before = state(copy)
    _open(copy, attempt)
    said = told(copy, attempt)
    copy.close()
    if said:
        raise Loss(f"{attempt.name}: refused on a drive that is whole: {said}")
    return before, state(copy)


def _open(ground: Ground, attempt: Try) -> None:
    if attempt.opens:
        ground.open()


def _is_hit(
    drive: FaultDrive,
    ground: Ground,
    attempt: Try,
    fault: Fault,
    turn: int,
    outcomes: tuple[str, str],
    endured: Endured,
) -> bool:
    """Let one call fail; False where the attempt did not come so far."""
    place = f"{attempt.name}, {fault.name} at call {turn}"
    _open(ground, attempt)
    drive.fail(fault, turn, ground.folder)
    try:
        said = told(ground, attempt)
        if fault.stays:
            ground.close()  # the program ends while the drive is still gone
    except Loss as loss:
        drive.mend()
        raise Loss(f"{place}: {loss}") from loss
    finally:
        is_hit = drive.mend()
    try:
        is_done = _prove(ground, attempt, said, outcomes)
    except Loss as loss:
        raise Loss(f"{place}: {loss} Said was: {said or 'nothing'}") from loss
    if is_hit:
        endured.add(fault.name, said.replace(str(ground.folder), "..."), is_done=is_done)
    return is_hit


def _prove(ground: Ground, attempt: Try, said: str, outcomes: tuple[str, str], *, goes_on: bool = True) -> bool:
    """Look at what is there; returns whether it was done in spite of the fault.

    What failed is done again where it `goes_on`: the drive is whole again.
    """
    before, after = outcomes
    found = state(ground)
    if found not in outcomes:
        raise Loss("it is half done.")
    if not said and found != after:
        raise Loss("it was called done and is not.")
    is_done = found == after and (before != after or not said)
    if not is_done and goes_on:
        if ground.store is None:
            _open(ground, attempt)
        again = told(ground, attempt)
        if again:
            raise Loss(f"on the mended drive it is refused: {again}")
    ground.close()
    if not is_done and goes_on and state(ground) != after:
        raise Loss("done again on the mended drive, it came out otherwise.")
    return is_done
