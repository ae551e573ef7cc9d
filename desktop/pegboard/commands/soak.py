"""The soak command: random days in a made-up shop, as many as wanted, with every invariant proved after each step."""

import argparse

from pegboard.commands.console import Arguments, Command, Console
from pegboard.domain.errors import Refused
from pegboard.i18n import tr


def _soak_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        choices=("days", "kills", "faults", "seats", "inputs"),
        help=tr(
            "days: whatever people do; kills: a killed program; seats: several processes on one workshop;"
            " inputs: whatever comes in from outside; faults: a drive that fails at one call after the other"
        ),
    )
    parser.add_argument("--seats", type=int, default=10, metavar="N", help=tr("how many seats at once"))
    parser.add_argument("--seconds", type=int, default=120, metavar="N", help=tr("how long the seats work"))
    parser.add_argument(
        "--at", metavar="ADDRESS", help=tr("where the seats meet: an empty database; else in a file of their own")
    )
    parser.add_argument("--only", default="", metavar="KIND", help=tr("one kind of input alone, such as till"))
    parser.add_argument("--steps", type=int, default=1000, metavar="N", help=tr("how many steps"))
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help=tr("let the drive fail at every N-th call alone")
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help=tr("the same seed does the same steps"))


def _soak(console: Console, arguments: Arguments) -> None:
    if arguments.name == "seats":
        _seats(console, arguments)
    elif arguments.name == "kills":
        _kills(console, arguments)
    elif arguments.name == "inputs":
        _inputs(console, arguments)
    elif arguments.name == "faults":
        _faults(console, arguments)
    else:
        _days(console, arguments)


def _kills(console: Console, arguments: Arguments) -> None:
    """Kill the program as often as steps are asked for."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from pegboard.bench.kills import Loss, Survived, soak

    survived = Survived(0, 0, {})
    steps = console.steps()
    try:
        with TemporaryDirectory() as folder:
            for survived in soak(Path(folder), arguments.steps, arguments.seed):
                if steps is not None:
                    steps.step(survived.kills, arguments.steps, tr("Kills"))
    except Loss as loss:
        told = tr("After {kills} kills, seed {seed}: {loss}", kills=survived.kills, seed=arguments.seed, loss=loss)
        raise Refused(told) from loss
    finally:
        console.clear()
    value = {"kills": survived.kills, "committed": survived.steps, "seed": arguments.seed, "ok": True}
    during = ", ".join(f"{name} {count}" for name, count in sorted(survived.during.items()))
    said = tr("{kills} kills, {steps} commits, nothing lost.", kills=survived.kills, steps=survived.steps)
    console.result({**value, "during": survived.during}, f"{said}\n{tr('Killed during: {during}.', during=during)}")


def _inputs(console: Console, arguments: Arguments) -> None:
    """Try so many inputs: files, scans, typing, words on paper, attached files."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from pegboard.bench.inputs import Fault, Tried, soak

    tried = Tried(0, 0, {})
    steps = console.steps()
    try:
        with TemporaryDirectory() as folder:
            for tried in soak(Path(folder), arguments.steps, arguments.seed, arguments.only):
                if steps is not None and tried.count % 50 == 0:
                    steps.step(tried.count, arguments.steps, tr("Inputs"))
    except Fault as fault:
        raise Refused(tr("After {count} inputs: {fault}", count=tried.count, fault=fault)) from fault
    finally:
        console.clear()
    value = {"tried": tried.count, "refused": tried.refused, "seed": arguments.seed, "ok": True}
    kinds = ", ".join(f"{name} {count}" for name, count in sorted(tried.by_kind.items()))
    said = tr(
        "{count} inputs, {refused} refused in words, the others taken as they are.",
        count=f"{tried.count:,}",
        refused=f"{tried.refused:,}",
    )
    console.result({**value, "by_kind": tried.by_kind}, f"{said}\n{tr('Tried: {kinds}.', kinds=kinds)}")


def _faults(console: Console, arguments: Arguments) -> None:
    """Let the drive fail at one call after the other."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from pegboard.bench.fault_tries import Loss
    from pegboard.bench.faults import Endured, soak

    endured = Endured()
    console.busy(tr("The drive fails"))
    try:
        with TemporaryDirectory() as folder:
            for now in soak(Path(folder), arguments.every):
                endured = now
    except Loss as loss:
        raise Refused(tr("After {count} faults: {loss}", count=endured.faults, loss=loss)) from loss
    kinds = ", ".join(f"{name} {count}" for name, count in endured.by_kind.items())
    value = {
        "faults": endured.faults,
        "by_kind": endured.by_kind,
        "refused": endured.refused,
        "done": endured.done,
        "late": endured.late,
        "sentences": sorted(endured.sentences),
        "ok": True,
    }
    told = tr(
        "{faults} faults, each refused in words ({refused}) or done all the same ({done}), nothing half-written."
        " In {late} cases what was refused was in the file all the same, wholly.",
        **value,
    )
    console.result(value, f"{told}\n{kinds}")


def _seats(console: Console, arguments: Arguments) -> None:
    """Let several processes work in one workshop."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from pegboard.bench.days import Breach
    from pegboard.bench.seats import soak

    console.busy(tr("{count} seats at work", count=arguments.seats))
    try:
        with TemporaryDirectory() as folder:
            place = arguments.at or str(Path(folder) / "seats.pegboard")
            seats = soak(place, Path(folder) / "files", arguments.seats, arguments.seconds, arguments.seed)
    except Breach as breach:
        raise Refused(" ".join(breach.breaches[:5])) from breach
    value = {
        "seats": len(seats),
        "seconds": arguments.seconds,
        "done": sum(seat.done for seat in seats),
        "refused": sum(seat.refused for seat in seats),
        "busy": sum(seat.busy for seat in seats),
        "slowest": round(max(seat.slowest for seat in seats), 2),
        "ok": True,
    }
    console.result(
        value,
        tr(
            "{seats} seats, {done} commands kept, {refused} refused, {busy} found it busy, the longest"
            " took {slowest} s; every invariant holds.",
            **value,
        ),
    )


def _days(console: Console, arguments: Arguments) -> None:
    import time
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from pegboard.bench.days import Breach, soak

    start, done = time.monotonic(), 0
    steps = console.steps()
    try:
        with TemporaryDirectory() as folder:
            for done in soak(Path(folder), arguments.steps, arguments.seed):
                if steps is not None:
                    steps.step(done, arguments.steps, tr("Random days"))
    except Breach as breach:
        raise Refused(
            tr(
                "After {done} steps, seed {seed}: {breaches} Done in this shop: {told}.",
                done=done + len(breach.told),
                seed=arguments.seed,
                breaches=" ".join(breach.breaches[:5]),
                told="; ".join(breach.told),
            )
        ) from breach
    finally:
        console.clear()
    seconds = round(time.monotonic() - start, 1)
    value = {"steps": done, "seed": arguments.seed, "seconds": seconds, "ok": True}
    console.result(value, tr("{done} steps, every invariant held, {seconds} s.", done=f"{done:,}", seconds=seconds))


COMMANDS = (Command("soak", tr("do random things in a made-up shop and prove the invariants"), _soak_arguments, _soak),)
