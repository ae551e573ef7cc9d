"""Whatever is typed, scanned or printed: an answer in words or a result, never a crash and never another's command."""

import contextlib
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import TODAY, add_customer, add_item, add_order, add_supplier, doing, micro, reading, workshop
from tests.documents.papers import assert_inside_page, lamp_job, lamp_shop, page_texts, print_papers

from pegboard.domain.codes import parse_code
from pegboard.domain.errors import PegboardError
from pegboard.exchange.workshop_folder import import_paths
from pegboard.queries.pegging import why
from pegboard.queries.search import search
from pegboard.services.search import refresh
from pegboard.storage.store import Store

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOSTILE = (
    "'; DROP TABLE item; --",
    '" OR 1=1 --',
    "%s%n{0}{name}%(x)s",
    "../../etc/passwd",
    "<b>x</b><script>alert(1)</script>&amp;",
    "<font size='900'>big</font>",
    "(Tj) ET Q endstream endobj %%EOF",
    "\u202egnp.exe",
    "e\u0301\u0323\u0489" * 12,
    "\ufeff\u200b\u2028\u2029",
    "W" * 300,
    "ﷺ" * 40,
    "🪑🧵" * 30,
    '=HYPERLINK("http://x";"y")',
    '* NEAR/2 "x AND (',
)
texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=120)
)


@given(st.text(max_size=200))
def test_a_scanned_code_is_understood_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(PegboardError):
        assert parse_code(text).number


@SLOW
@given(st.one_of(texts, st.text(max_size=60)))
def test_whatever_is_searched_finds_something_or_nothing(store: Store, text: str) -> None:
    with doing(store) as tx:
        refresh(tx)
    with reading(store) as read:
        search(read, text)
        with pytest.raises(PegboardError):
            why(read, f"{text}/0")


@settings(SLOW, max_examples=12)
@given(texts, texts)
def test_whatever_a_name_is_papers_print_it_within_their_page(words: str, more: str) -> None:
    with TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        with doing(store) as tx:
            lamp_shop(tx)
            lamp_job(tx)
            run = tx.connection.exec_driver_sql
            run("UPDATE item SET description = ?, drawing = ?", (words, more))
            run("UPDATE work_order_operation SET description = ?, instructions = ?", (words, more))
            run("UPDATE setting SET value = ? WHERE name = 'company_address'", (more,))
        printed = print_papers(store, "traveler", "WO-0001")
        assert page_texts(printed.content)
        assert_inside_page(printed.content)


@settings(SLOW, max_examples=12)
@given(texts, texts)
def test_a_customers_words_are_printed_as_words(words: str, more: str) -> None:
    with TemporaryDirectory() as folder, workshop(Path(folder)) as store:
        with doing(store) as tx:
            add_item(tx, "LAMP", description=words)
            add_supplier(tx)
            add_customer(tx, "ZIN", name=words, billing_address=more)
            add_order(tx, "SO-1", [("LAMP", 1, "2026-03-10")], customer_reference=more[:100], note=words)
            tx.connection.exec_driver_sql("UPDATE order_line SET unit_price = ?, description = ?", (micro(5), more))
        printed = print_papers(store, "acknowledgement", "SO-1")
        assert page_texts(printed.content)


@pytest.mark.file
def test_a_workbook_that_unpacks_to_more_than_a_disk_is_refused_unread(tmp_path: Path) -> None:
    """512 MB and more of one sheet, in a file of half a megabyte."""
    bomb = tmp_path / "items.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", "<workbook><sheets><sheet name='items' sheetId='1'/></sheets></workbook>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _megabyte in range(600):
                sheet.write(b" " * 1_000_000)
    with workshop(tmp_path) as store, pytest.raises(PegboardError), store.transaction("import", today=TODAY) as tx:
        import_paths(tx, [bomb])
