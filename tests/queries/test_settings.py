"""Settings: what was never set has its default, what is not allowed is refused with what is."""

import dataclasses

import pytest
from tests.builders import doing, reading

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Quantity
from pegboard.queries.settings import Settings, logo, set_values, settings
from pegboard.services.settings import remove_logo, set_logo, set_setting
from pegboard.settings import SETTINGS, check
from pegboard.storage.store import Store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def test_every_declared_setting_has_a_typed_value() -> None:
    assert [declared.name for declared in SETTINGS] == [field.name for field in dataclasses.fields(Settings)]
    for declared in SETTINGS:
        assert check(declared.name, declared.default) == declared.default
        assert declared.help()


def test_a_new_workshop_has_the_defaults(store: Store) -> None:
    with reading(store) as view:
        found = settings(view)
        assert set_values(view) == {}
    assert (found.currency, found.combining_days, found.deposit_gates_pull, found.paper) == ("EUR", 5, True, "a4")
    assert found.over_receipt_percent == Quantity(0)


def test_what_is_set_is_read_and_an_empty_value_goes_back(store: Store) -> None:
    with doing(store) as tx:
        set_setting(tx, "over_receipt_percent", "2.50")
        set_setting(tx, "deposit_gates_pull", "no")
        set_setting(tx, "company_address", "Quay 7\n1010 Harbor")
    with reading(store) as view:
        found = settings(view)
        assert set_values(view)["over_receipt_percent"] == "2.5"
    assert found.over_receipt_percent == Quantity.parse("2.5")
    assert not found.deposit_gates_pull
    assert found.company_address == "Quay 7\n1010 Harbor"
    with doing(store) as tx:
        set_setting(tx, "deposit_gates_pull", "")
    with reading(store) as view:
        assert settings(view).deposit_gates_pull


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("combining_days", "-1"),
        ("combining_days", "1.5"),
        ("combining_days", "٣"),
        ("combining_days", "400"),
        ("over_receipt_percent", "NaN"),
        ("over_receipt_percent", "inf"),
        ("over_receipt_percent", "1e2"),
        ("over_receipt_percent", "-1"),
        ("over_receipt_percent", "0.0000001"),
        ("deposit_gates_pull", "Yes"),
        ("paper", "a3"),
        ("currency", "euro"),
        ("currency", "€"),
        ("code_prefix", "pgb"),
        ("company_name", "A\x00B"),
        ("number_locale", "english"),
        ("number_locale", "xx_YY"),
    ],
)
def test_a_bad_value_is_refused_with_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match="Allowed: "):
        check(name, value)


def test_an_unknown_setting_is_refused_with_all_names() -> None:
    with pytest.raises(InvalidInput, match="combining_days, over_receipt_percent"):
        check("combine_days", "5")


def test_the_logo_lies_inside_the_workshop(store: Store) -> None:
    with doing(store) as tx:
        set_logo(tx, "old.png", PNG)
        set_logo(tx, "logo.png", PNG + b"new")
    with reading(store) as view:
        assert logo(view) == PNG + b"new"
        assert settings(view).logo == "logo.png"
    with doing(store) as tx:
        remove_logo(tx)
    with reading(store) as view:
        assert logo(view) is None
        assert settings(view).logo == ""


def test_what_is_no_picture_is_no_logo(store: Store) -> None:
    with pytest.raises(InvalidInput, match="neither a PNG nor a JPEG"), doing(store) as tx:
        set_logo(tx, "letter.doc", b"Dear customer")
