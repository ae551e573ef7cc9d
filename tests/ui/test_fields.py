"""Fields say what they understood, and what is wrong, beside the fault."""

import datetime

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLabel

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Price, Quantity
from pegboard.ui.completion import Choice, only_meaning, proposals
from pegboard.ui.entry_paste import head_of, read_block
from pegboard.ui.fields import CodeField, DayField, PriceField, QuantityField, TextField
from pegboard.ui.form import Form

from .conftest import TODAY

LAMPS = (Choice("LAMP", "Lamp kit"), Choice("LAMP-HB", "Harbor desk lamp"), Choice("LAMP-FL", "Floor lamp"))


@pytest.fixture(autouse=True)
def in_germany():
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def shown(qtbot, widget):
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.setFocus()
    return widget


def test_a_day_is_previewed_while_it_is_typed_and_kept_unmistakably(qtbot, look):
    field = shown(qtbot, DayField("Due", lambda: TODAY))
    qtbot.keyClicks(field.line, "4.12")
    assert field.understood().endswith("Dez. 2026, in 11 days")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert field.line.text() == "2026-12-04"
    assert field.value() == datetime.date(2026, 12, 4)


def test_a_foreign_number_is_red_and_says_both_readings(qtbot, look):
    field = shown(qtbot, QuantityField("Quantity"))
    qtbot.keyClicks(field, "12.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.property("problem")
    assert "12,5 or 125" in field.toolTip()
    with pytest.raises(InvalidInput):
        field.value()
    field.clear()
    qtbot.keyClicks(field, "1234,5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "1234,5"
    assert field.value() == Quantity.parse("1234.5")
    assert not field.property("problem")


def test_a_code_is_found_by_its_words(qtbot, look):
    field = shown(qtbot, CodeField("Item", lambda: LAMPS))
    qtbot.keyClicks(field, "harb")
    qtbot.keyClick(field._proposals._popup, Qt.Key.Key_Return)
    assert field.text() == "LAMP-HB"
    field.setText("nothing")
    assert "not known" in field.check()


def test_proposals_put_the_code_first_and_forgive_a_slip():
    assert [each.code for each in proposals("lamp", LAMPS)] == ["LAMP", "LAMP-HB", "LAMP-FL"]
    assert [each.code for each in proposals("habor", LAMPS)][:1] == ["LAMP-HB"]
    assert only_meaning("habor", LAMPS) is None
    assert only_meaning("floor", LAMPS) == LAMPS[2]
    assert only_meaning("lamp", LAMPS) == LAMPS[0]


def test_a_block_is_read_as_a_spreadsheet_or_a_mail_wrote_it():
    assert read_block('a\t"two\nlines"\r\nb\t"say ""x"""\r\n\r\n') == (("a", "two\nlines"), ("b", 'say "x"'))
    names = {"item": ("item", "SKU"), "quantity": ("quantity", "Qty")}
    assert head_of((("Sku", "Colour", "qty."), ("A", "red", "1")), names) == {0: "item", 2: "quantity"}
    assert head_of((("LAMP-HB", "12"), ("ARM", "1")), names) is None


def test_a_form_stays_open_and_says_what_is_missing(qtbot, look):
    form = Form("Receive", "Receive it")
    qtbot.addWidget(form)
    field = TextField("Lot")
    form.add("Lot", field)
    form.accept()
    assert form.result() == 0
    assert form._problem.text() == "Lot is missing."
    field.setText("L1")
    form.accept()
    assert form.result() == 1


def test_words_that_wrap_stand_whole_in_a_form(qtbot, look):
    form = Form("Level", "Set level", explain="\n".join(["Sales: 0.48 a day, which vary by 1.53 over 23 days"] * 9))
    form.add("Fill up to", QuantityField("Fill up to"))
    shown(qtbot, form)
    words = form.findChild(QLabel)
    assert words.height() >= words.heightForWidth(words.width())


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "de_CH", "fr_FR", "sv_SE", "en_IN", "C"])
def test_an_amount_is_read_as_it_is_written_in_every_locale(qtbot, locale):
    QLocale.setDefault(QLocale(locale))
    field = PriceField("Price")
    qtbot.addWidget(field)
    for amount in ("1679", "12345.6", "1234567.89", "0.125"):
        field.set_value(Price.parse(amount))
        assert field.value() == Price.parse(amount)


def test_a_long_text_shows_how_it_begins(qtbot, look):
    field = TextField("Description")
    qtbot.addWidget(field)
    field.set_value("Lower arm 420 mm, threaded both ends")
    assert field.cursorPosition() == 0
