"""The bench command: measures the program on a made-up shop and prints ratios to a floor of the same run."""

import argparse

from pegboard.commands.console import Arguments, Command, Console
from pegboard.i18n import tr


def _bench_arguments(parser: argparse.ArgumentParser) -> None:
    from pegboard.bench import BENCHES, SIZES

    names = "; ".join(f"{name}: {what}" for name, (_module, what) in BENCHES.items())
    parser.add_argument("name", metavar="NAME", nargs="?", choices=sorted(BENCHES), help=names)
    parser.add_argument("--size", choices=SIZES, default="medium", help=tr("the size of the made-up shop"))


def _bench(console: Console, arguments: Arguments) -> None:
    from pegboard import bench

    figures = []
    if not console.as_json:
        print(bench.HEADING)
    for name in [arguments.name] if arguments.name else bench.BENCHES:
        for figure in bench.run(name, arguments.size):
            figures.append(figure.as_json())
            if not console.as_json:
                print(figure.text(), flush=True)
    if console.as_json:
        console.result({"size": arguments.size, "figures": figures}, "")


COMMANDS = (Command("bench", tr("measure the program against a floor of the same run"), _bench_arguments, _bench),)
