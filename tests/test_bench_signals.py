"""The benchmark of till sales and card scans measures what it says, against a floor that finds the same."""

from pegboard.bench.signals import figures


def test_sales_and_scans_are_measured_against_their_floors() -> None:
    found = list(figures("small"))
    assert [figure.name for figure in found] == [
        "import of 1,000 till rows",
        "what they pull",
        "100 card scans",
        "100 card scans, each ordered at once",
    ]
    assert all(figure.seconds > 0 and figure.floor for figure in found)
