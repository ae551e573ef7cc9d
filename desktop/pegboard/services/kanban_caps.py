"""Sets caps on customer jobs at work, and releases the next ones in due order as work leaves."""

from pegboard.domain.errors import InvalidInput
from pegboard.i18n import tr
from pegboard.queries.kanban_caps import SHOP, Cap, caps, limits
from pegboard.queries.settings import settings
from pegboard.services.release import release_work_order
from pegboard.services.seats import require_seen
from pegboard.services.settings import set_setting
from pegboard.storage.rows import number
from pegboard.storage.store import Transaction

HIGHEST = 100_000


def set_cap(tx: Transaction, work_center: str, limit: int | None, *, seen: tuple[int | None] | None = None) -> None:
    """Cap the customer jobs of a work center, or of the shop (""); None lifts the cap.

    Raises InvalidInput for an unknown work center or a limit that is none, ChangedMeanwhile where the cap is not the
    one that was `seen` any more (in a tuple, since there may have been none).
    """
    if limit is not None and not 1 <= limit <= HIGHEST:
        raise InvalidInput(tr("A cap of {limit} jobs is none.", limit=limit), hint=tr("Give 1 or more, or lift it."))
    now = limits(tx).get(work_center)
    if seen is not None and now != limit:
        name = "wip_cap" if work_center == SHOP else "work_center_wip_caps"
        require_seen(tx, "setting", name, tr("cap"), seen=seen[0], now=now)
    if work_center == SHOP:
        set_setting(tx, "wip_cap", "" if limit is None else str(limit))
        return
    if not number(tx, "SELECT count(*) FROM work_center WHERE code = ?", work_center):
        raise InvalidInput(
            tr("There is no work center {code}.", code=work_center), hint=tr("Choose one from the list.")
        )
    chosen = {code: held for code, held in limits(tx).items() if code not in (SHOP, work_center)}
    if limit is not None:
        chosen[work_center] = limit
    set_setting(tx, "work_center_wip_caps", ";".join(f"{code}={held}" for code, held in sorted(chosen.items())))


def release_next(tx: Transaction) -> list[str]:
    """Release customer jobs in due order as far as the caps have room; return their numbers.

    A job whose parts are not here waits and lets the next one pass. Without any cap nothing is released: then a person
    says what starts.
    """
    released: list[str] = []
    standing = caps(tx)
    while standing:
        job = _next(standing)
        if job is None:
            break
        release_work_order(tx, job)
        released.append(job)
        standing = caps(tx)
    return released


def release_as_work_leaves(tx: Transaction) -> list[str]:
    """Do so where the shop has chosen that the next job follows by itself."""
    return release_next(tx) if settings(tx).wip_releases_next else []


def _next(standing: tuple[Cap, ...]) -> str | None:
    """The first job in due order that is ready and that no cap holds back."""
    held = {job.number for cap in standing if cap.is_full for job in cap.waiting}
    waiting = {job.number: job for cap in standing for job in cap.waiting if job.is_ready}
    free = [job for number_, job in waiting.items() if number_ not in held]
    first = min(free, key=lambda job: (job.due, len(job.number), job.number), default=None)
    return None if first is None else first.number
