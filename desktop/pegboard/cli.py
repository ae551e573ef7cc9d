"""The command line: reads the arguments, runs one command, and turns what goes wrong into a sentence and an exit code.

Exit codes: 0 done, 1 refused, 2 wrong usage, 130 stopped by the keyboard, 141 nobody reads the output any more.
"""

import argparse
import contextlib
import os
import shlex
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from pegboard.commands import COMMANDS
from pegboard.commands.console import Arguments, Command, Console, iso_date, last_workshop
from pegboard.domain.errors import PegboardError, Refused, WorkshopDamaged
from pegboard.i18n import tr
from pegboard.system_errors import in_words

REFUSED, USAGE, INTERRUPTED, UNREAD = 1, 2, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    _plain_streams()
    try:
        code = _answer(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        return UNREAD
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _answer(argv: Sequence[str]) -> int:
    try:
        return _run(_parse([_typed(word) for word in argv]))
    except SystemExit as stop:  # argparse: --help, --version, wrong usage
        return stop.code if isinstance(stop.code, int) else USAGE


def _typed(word: str) -> str:
    """What was typed, where the computer's locale could not read all of its letters; other bytes stay as they are."""
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError:
        return word


def _run(arguments: Arguments) -> int:
    command: Command | None = arguments.command
    doing = command.name if command else "window"
    console = Console(arguments, doing)
    try:
        if command is None:
            return _open_window(arguments)
        return command.run(console, arguments) or 0
    except PegboardError as error:
        console.complain(_with_way_out(console, error))
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except OSError as error:
        console.complain(in_words(error))
    except Exception as error:
        console.complain(_bug(console, error))
    finally:
        console.clear()
    return REFUSED


def _parse(argv: Sequence[str]) -> Arguments:
    parser = _parser()
    arguments = parser.parse_args(argv)
    command: Command | None = arguments.command
    if command is not None and not command.takes_today and arguments.today is not None:
        parser.error(tr("{command} takes no --today", command=command.name))
    if command is not None and (arguments.floor or arguments.look or arguments.quit_after_first_paint):
        parser.error(tr("--floor, --look and --quit-after-first-paint are for the window, without a command"))
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pegboard",
        description=tr("From customer order to production for small workshops. Without a command it opens the window."),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help=tr("show the version and exit"))
    _common_options(parser, with_defaults=True, today=True)
    parser.set_defaults(command=None, floor=False)
    if find_spec("pegboard.ui.floor.station") is not None:
        parser.add_argument("--floor", action="store_true", help=tr("open the floor station"))
    parser.add_argument("--look", action="store_true", help=tr("look at a backup, in which nothing can be changed"))
    parser.add_argument(
        "--quit-after-first-paint", action="store_true", help=tr("exit after the first usable page was painted")
    )
    commands = parser.add_subparsers(title=tr("commands"), metavar=tr("COMMAND"))
    for command in COMMANDS:
        _add(commands, command)
    return parser


def _add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", command: Command) -> None:
    parser = commands.add_parser(command.name, help=command.help, description=command.help, allow_abbrev=False)
    command.arguments(parser)
    _common_options(parser, with_defaults=False, today=command.takes_today)
    parser.set_defaults(command=command)


def _common_options(parser: argparse.ArgumentParser, *, with_defaults: bool, today: bool) -> None:
    """Add what may stand before or after the command; after it, an option not given must not undo one before."""

    def default(value: object) -> object:
        return value if with_defaults else argparse.SUPPRESS

    parser.add_argument(
        "--workshop",
        metavar="FILE_OR_URL",
        default=default(None),
        help=tr("the workshop file, or a PostgreSQL URL; else the one opened last"),
    )
    parser.add_argument(
        "--person", metavar="NAME", default=default(None), help=tr("who works here, where people sign in with a PIN")
    )
    parser.add_argument(
        "--json", action="store_true", default=default(False), help=tr("print the result as JSON, for machines")
    )
    if today:
        parser.add_argument(
            "--today", metavar="DATE", type=_date, default=default(None), help=tr("take this day for today")
        )


def _date(text: str) -> object:
    try:
        return iso_date(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            tr('"{text}" is no date: write year-month-day, such as 2026-01-31', text=text)
        ) from None


class _Version(argparse.Action):
    """Prints the version; nothing else is loaded for it."""

    def __init__(self, option_strings: list[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_arguments: object) -> None:
        """Print and exit (argparse hook)."""
        from pegboard import __version__

        print(f"pegboard {__version__}")
        parser.exit()


def _open_window(arguments: Arguments) -> int:
    _require_display()
    # Once Qt for Python is there it reads the source of every module that is imported: the big library comes first.
    import pegboard.storage.store  # noqa: F401

    if arguments.look:
        from pegboard.looking import open_copy

        return open_copy(arguments.workshop or last_workshop(), arguments.today)
    from pegboard.app import open_window

    return open_window(
        arguments.workshop,
        arguments.today,
        floor=arguments.floor,
        quit_after_first_paint=arguments.quit_after_first_paint,
    )


def _require_display() -> None:
    """Refuse the window where there is nothing to show it on: the toolkit would end the program without a word."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform == "linux" and not named:
        raise Refused(
            tr("There is no display to open the window on."),
            hint=tr("Work at a desktop, or use a command: pegboard --help lists all."),
        )


def _with_way_out(console: Console, error: PegboardError) -> str:
    """Name the newest good backup, and the salvage, where the workshop itself is damaged."""
    if not isinstance(error, WorkshopDamaged):
        return str(error)
    from pegboard.storage.backup_state import good_backups

    try:
        path = console.path
    except PegboardError:
        return str(error)
    if str(path) not in error.message:
        return str(error)
    newest = next(good_backups(path), None)
    back = tr(
        "Restore the newest backup with: pegboard restore {file}", file=_quoted(newest.path if newest else "FILE")
    )
    save = tr("Save what can be read with: pegboard salvage {file} NEW.pegboard", file=_quoted(path))
    return f"{error.message} {back} - {save}"


def _quoted(path: object) -> str:
    return shlex.quote(str(path))


def _bug(console: Console, error: Exception) -> str:
    """Log an error of ours and return what to say; a damaged file is the likelier cause where there is one."""
    from pegboard import logs
    from pegboard.storage.integrity import is_damaged

    logs.log_bug(error, console.doing)
    with contextlib.suppress(PegboardError, OSError):
        if is_damaged(console.path):
            return tr("{path} is damaged. Restore the newest backup with: pegboard restore FILE", path=console.path)
    return tr(
        "Pegboard made a mistake ({kind}); nothing was changed. The report is in {log}.",
        kind=type(error).__name__,
        log=logs.log_file(),
    )


def _plain_streams() -> None:
    """Write UTF-8 wherever the system would refuse a letter."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace" if stream.isatty() else "strict", encoding=_encoding(stream.isatty()))


def _encoding(terminal: bool) -> str | None:
    return None if terminal else "utf-8"


def _forget_output() -> None:
    """Let the interpreter's last flush go nowhere: its complaint would be the traceback that nobody asked for."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
