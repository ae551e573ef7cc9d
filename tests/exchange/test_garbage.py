"""Whatever a file holds, an import either works or is refused with its errors; the workshop never changes by halves."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.builders import TODAY, workshop
from tests.exchange.any_workshop import workshops
from tests.exchange.folders import bring_in, everything, write_folder

from pegboard.domain.errors import PegboardError
from pegboard.exchange.workshop_files import BY_NAME, FILES
from pegboard.exchange.workshop_folder import import_paths
from pegboard.services.importing import ImportRefused

NUMBERS = (
    "",
    "0",
    "-1",
    "1",
    "1e9",
    "999999999999",
    "1.5",
    "0.0000001",
    "9" * 30,
    "9" * 5000,
    "-",
    "+",
    ".",
    "1.",
    "٣",
)
WORDS = (
    "yes",
    "TRUE",
    "NaN",
    "A",
    "A=B",
    "A;B",
    "=",
    "'",
    "make",
    "MAIN",
    "shipped",
    "buy",
    "phantom",
    "serial",
    "lot",
)
DATES = ("2026-02-30", "9999-12-31", "0001-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59")
CELLS = st.one_of(st.sampled_from((*NUMBERS, *WORDS, *DATES)), st.text(max_size=4))
TRY = settings(
    deadline=None,
    max_examples=60,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def take_or_refuse(files: dict[str, str | bytes]) -> None:
    """Import into a new workshop; a refusal leaves it as it was."""
    with TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        before = everything(store)
        try:
            bring_in(store, files)
        except ImportRefused as refused:
            errors, total = refused.errors, refused.total
        else:
            return
        assert everything(store) == before
        assert total >= len(errors) > 0
        for problem in errors:
            assert problem.file
            assert "\n" not in problem.text()


@st.composite
def tables(draw: st.DrawFn) -> dict[str, str | bytes]:
    """Files whose headers are right and whose cells are anything."""
    files: dict[str, str | bytes] = {}
    for form in draw(st.lists(st.sampled_from(FILES), min_size=1, max_size=4, unique_by=lambda form: form.name)):
        rows = draw(st.lists(st.tuples(*[CELLS] * len(form.columns)), max_size=4))
        lines = [",".join(form.header)]
        lines += [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
        files[form.name] = "\n".join(lines).encode("utf-8", "surrogatepass")
    return files


@TRY
@given(tables())
def test_any_cells_are_taken_or_refused(files: dict[str, str | bytes]) -> None:
    take_or_refuse(files)


@TRY
@given(st.dictionaries(st.sampled_from(sorted(BY_NAME)), st.binary(max_size=200), min_size=1, max_size=3))
def test_any_bytes_are_taken_or_refused(files: dict[str, bytes]) -> None:
    take_or_refuse(dict(files))


@TRY
@given(workshops(), st.data())
def test_one_spoilt_cell_is_taken_or_refused(files: dict[str, str], data: st.DataObject) -> None:
    """Replace a piece of one file of a valid workshop."""
    name = data.draw(st.sampled_from(sorted(files)))
    text = files[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    spoilt = text[:start] + data.draw(CELLS) + text[end:]
    take_or_refuse({**files, name: spoilt.encode("utf-8", "surrogatepass")})


@TRY
@given(st.binary(max_size=300))
def test_any_bytes_called_a_workbook_are_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        write_folder(store.path.parent, {"book.xlsx": content})
        with pytest.raises(PegboardError), store.transaction("import", today=TODAY) as tx:
            import_paths(tx, [store.path.parent / "book.xlsx"])
