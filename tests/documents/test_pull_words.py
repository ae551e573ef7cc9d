"""Who pulled a job, in words, for each kind of demand."""

import datetime

import pytest

from pegboard.documents.formats import formats_of
from pegboard.documents.pull_words import is_late, puller_words, short_puller_words
from pegboard.queries.pulled_by import Puller

DAY = datetime.date(2026, 12, 4)


@pytest.mark.parametrize(
    ("puller", "words", "short"),
    [
        (
            Puller("order", "SO-0456/2", "SO-0456", 2, "Acme", "PO 7781", DAY, DAY),
            "SO-0456 line 2, Acme, their PO 7781, promised Fri 4 Dec 2026",
            "SO-0456/2 Acme",
        ),
        (
            Puller("order", "SO-0456/2", "SO-0456", 2, "Acme"),
            "SO-0456 line 2, Acme, as soon as possible",
            "SO-0456/2 Acme",
        ),
        (
            Puller("kanban", "KANBAN:ARM:31", item="ARM", location="BENCH", promised=DAY),
            "Kanban card ARM no. 31, for BENCH, needed Fri 4 Dec 2026",
            "Kanban card ARM no. 31, for BENCH",
        ),
        (
            Puller("pos", "POS:SHOP:LAMP", item="LAMP", location="SHOP"),
            "Shop sales at SHOP, LAMP",
            "Shop sales at SHOP, LAMP",
        ),
        (
            Puller("inferred", "INFERRED:INF-0003", person="MK", promised=DAY),
            "Inferred demand INF-0003, confirmed by MK, needed Fri 4 Dec 2026",
            "Inferred demand INF-0003, confirmed by MK",
        ),
    ],
)
def test_each_kind_of_demand_is_named_in_its_own_words(puller: Puller, words: str, short: str) -> None:
    assert puller_words(puller, formats_of("en_GB")) == words
    assert short_puller_words(puller) == short


def test_what_is_promised_later_than_asked_is_late() -> None:
    asked = datetime.date(2026, 12, 1)
    assert is_late(Puller("order", "SO-1/1", promised=DAY, due=asked))
    assert not is_late(Puller("order", "SO-1/1", promised=DAY, due=DAY))
    assert not is_late(Puller("order", "SO-1/1", promised=DAY))
