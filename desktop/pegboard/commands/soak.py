"""The soak command: random days in a made-up shop, as many as wanted, with every invariant proved after each step."""

import argparse

from pegboard.commands.console import Arguments, Command, Console
from pegboard.domain.errors import Refused
from pegboard.i18n import tr


def _soak_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=("days",), help=tr("days: whatever people do in whatever order"))
    parser.add_argument("--steps", type=int, default=1000, metavar="N", help=tr("how many steps"))
    parser.add_argument("--seed", type=int, default=0, metavar="S", help=tr("the same seed does the same steps"))


def _soak(console: Console, arguments: Arguments) -> None:
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
