"""The sample workshop: made for the window, or taken through the main job without one, from orders to paper."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environment
from console import failure, say

SAMPLE = "harbor-lamps"
TODAY = "2026-11-23"  # the day around which the sample's orders, stock and purchases are dated
FILE_NAME = f"{SAMPLE}.pegboard"
NOT_ORDERS = ("KANBAN:", "POS:", "INFERRED:")


@dataclass(frozen=True)
class Explosion:
    """What the explosion of the sample added.

    orders: numbers of the orders that pulled something. purchase_lines, late: how many lines.
    """

    orders: tuple[str, ...]
    work_orders: tuple[str, ...]
    purchase_orders: tuple[str, ...]
    purchase_lines: int
    late: int


@dataclass(frozen=True)
class Paper:
    """One PDF that was written, and its number of pages."""

    title: str
    path: Path
    pages: int


def own_file() -> Path:
    """Return where this person's sample workshop lies, as the program itself names its data folder."""
    code = "from pegboard.paths import data_folder; print(data_folder())"
    return Path(_run([environment.python(), "-c", code], "Finding the data folder").strip()) / FILE_NAME


def make(file: Path) -> None:
    """Make the sample workshop; `file` must not exist."""
    file.parent.mkdir(parents=True, exist_ok=True)
    _pegboard("new", str(file), "--sample", SAMPLE)


def do_main_job(folder: Path) -> None:
    """Take a fresh sample workshop from orders to paper in `folder` and print what came out."""
    started = time.monotonic()
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE_NAME
    keep_earlier(file)
    say("Making the sample workshop")
    make(file)
    where = ("--workshop", str(file), "--today", TODAY)
    say("Exploding its orders")
    result = read_explosion(_pegboard("explode", "--json", *where))
    say("Releasing its jobs")
    if result.work_orders:
        _pegboard("release", *result.work_orders, *where)
    say("Writing its documents")
    papers = write_papers(result, folder, where)
    say("Proving that everything hangs on a demand")
    _pegboard("check", *where)
    say("")
    for line in summary(result, papers, folder):
        say(line)
    say(f"Done in {time.monotonic() - started:.1f} s.")


def keep_earlier(file: Path) -> None:
    """Put a workshop of an earlier run aside, with what SQLite keeps beside it, in place of the one before."""
    for ending in ("", "-wal", "-shm"):
        now, before = Path(f"{file}{ending}"), Path(f"{file}.earlier{ending}")
        before.unlink(missing_ok=True)
        if now.exists():
            now.replace(before)


def read_explosion(text: str) -> Explosion:
    """Read what `pegboard explode --json` printed."""
    printed: dict[str, Any] = json.loads(text)
    pegs = [peg for kind in ("work_orders", "purchase_lines") for row in printed[kind] for peg in row["pegs"]]
    work_orders = tuple(row["number"] for row in printed["work_orders"])
    demands = {row["demand"] for row in (*pegs, *printed["allocations"], *printed["open_supply"])}
    lines = (demand for demand in demands if "/" in demand and not demand.startswith(NOT_ORDERS))
    return Explosion(
        orders=tuple(sorted({line.rpartition("/")[0] for line in lines})),
        work_orders=work_orders,
        purchase_orders=tuple(sorted({row["purchase_order"] for row in printed["purchase_lines"]})),
        purchase_lines=len(printed["purchase_lines"]),
        late=sum(row["kind"] == "late" for row in printed["exceptions"]),
    )


def write_papers(result: Explosion, folder: Path, where: Sequence[str]) -> tuple[Paper, ...]:
    """Write travelers, pick lists and purchase orders as PDFs, one file for each kind that has any."""
    wanted = (
        ("Travelers", "traveler", "travelers.pdf", result.work_orders),
        ("Pick lists", "pick-list", "pick-lists.pdf", result.work_orders),
        ("Purchase orders", "purchase-order", "purchase-orders.pdf", result.purchase_orders),
    )
    papers = []
    for title, kind, name, numbers in wanted:
        if numbers:
            path = folder / name
            _pegboard("document", kind, *numbers, "-o", str(path), *where)
            papers.append(Paper(title, path, _pages(path)))
    return tuple(papers)


def summary(result: Explosion, papers: Sequence[Paper], folder: Path) -> list[str]:
    """Return the lines of the table that ends the main job."""
    counts = [
        ("Orders exploded", len(result.orders)),
        ("Work orders", len(result.work_orders)),
        ("Purchase orders", len(result.purchase_orders)),
        ("Purchase lines", result.purchase_lines),
        ("Late order lines", result.late),
    ]
    rows = [f"{title:<18}{count:>6}" for title, count in counts]
    rows += [f"{paper.title:<18}{paper.pages:>6} pages  {paper.path}" for paper in papers]
    return [*rows, f"All invariants hold. Everything lies in {folder}", f"Open it with: {_window_command(folder)}"]


def _window_command(folder: Path) -> str:
    return f'"{environment.program("pegboard")}" --workshop "{folder / FILE_NAME}"'


def _pages(path: Path) -> int:
    code = "import sys, pypdf; print(len(pypdf.PdfReader(sys.argv[1]).pages))"
    return int(_run([environment.python(), "-c", code, path], f"Reading {path.name}"))


def _pegboard(*words: str) -> str:
    return _run([environment.python(), "-m", "pegboard", *words], f"pegboard {words[0]}")


def _run(command: Sequence[str | Path], what: str) -> str:
    """Run a program of the environment and return its standard output; its standard error belongs to a failure."""
    done = subprocess.run(
        command,
        env=environment.variables(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise failure(what, done.stdout + done.stderr)
    return done.stdout
