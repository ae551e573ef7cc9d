"""The soak command: random days in a made-up shop, as many as wanted, with every invariant proved after each step."""

import argparse

from pegboard.commands.console import Arguments, Command, Console
from pegboard.domain.errors import Refused
from pegboard.i18n import tr


def _soak_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=("days", "kills"), help=tr("days: whatever people do; kills: a killed program"))
    parser.add_argument("--steps", type=int, default=1000, metavar="N", help=tr("how many steps"))
    parser.add_argument("--seed", type=int, default=0, metavar="S", help=tr("the same seed does the same steps"))


def _soak(console: Console, arguments: Arguments) -> None:
    if arguments.name == "kills":
        _kills(console, arguments)
    else:
        _days(console, arguments)


def _kills(console: Console, arguments: Arguments) -> None:
    """Kill the program as often as steps are asked for."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from pegboard.bench.kills import Loss, Survived, soak

    survived = Survived(0, 0)
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
    said = tr("{kills} kills, {steps} commits, nothing lost.", kills=survived.kills, steps=survived.steps)
    console.result(value, said)


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
