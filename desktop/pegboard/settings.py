"""The settings of a workshop: every name that exists, with its default, what it allows and what it is for.

The file keeps only what was set (table `setting`, as text in the form that `check` returns); the typed values are read
by `pegboard.queries.settings`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pegboard.domain.errors import InvalidInput
from pegboard.domain.quantity import Quantity
from pegboard.i18n import tr


@dataclass(frozen=True, slots=True)
class Kind:
    """What a setting may hold.

    Attributes: allowed: in words, for error messages; read: text -> value, ValueError where it is not allowed;
    write: value -> the text that is kept; verify: what is looked up only when it is set, ValueError likewise.
    """

    allowed: Callable[[], str]
    read: Callable[[str], object]
    write: Callable[[object], str] = str
    verify: Callable[[str], object] = str


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting: its name in settings.csv, kind, default as text, and what it is for."""

    name: str
    kind: Kind
    default: str
    help: Callable[[], str]


def _text(text: str) -> str:
    if any(character < " " and character not in "\n\t" for character in text):
        raise ValueError("control character")
    return text


def _one_of(*choices: str) -> Kind:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return Kind(lambda: tr("one of {choices}", choices=", ".join(choices)), read)


def _matching(pattern: str, allowed: Callable[[], str], verify: Callable[[str], object] = str) -> Kind:
    def read(text: str) -> str:
        if text and not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(text)
        return text

    return Kind(allowed, read, verify=verify)


def _known_locale(text: str) -> object:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(text)
    except UnknownLocaleError as error:
        raise ValueError(text) from error


def _whole(lowest: int, highest: int) -> Kind:
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text, re.ASCII) or not lowest <= int(text) <= highest:
            raise ValueError(text)
        return int(text)

    return Kind(
        lambda: tr("a whole number from {lowest} to {highest}", lowest=lowest, highest=highest),
        read,
    )


def _decimal(lowest: str, highest: str) -> Kind:
    def read(text: str) -> Quantity:
        value = Quantity.parse(text)
        if not Quantity.parse(lowest) <= value <= Quantity.parse(highest):
            raise ValueError(text)
        return value

    return Kind(
        lambda: tr(
            "a number from {lowest} to {highest} with a decimal point and at most six decimals",
            lowest=lowest,
            highest=highest,
        ),
        read,
    )


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


YES_NO = Kind(lambda: tr("yes or no"), _yes_no, lambda value: "yes" if value else "no")
TEXT = Kind(lambda: tr("text without control characters"), _text)
CURRENCY = _matching("[A-Z]{3}", lambda: tr("a currency code of three capital letters, such as EUR"))
LOCALE = _matching(
    "[a-z]{2,3}(_[A-Z]{2})?",
    lambda: tr("a language with or without a country that uses it, such as de or de_AT"),
    _known_locale,
)
PREFIX = _matching("[A-Z]{3}", lambda: tr("three capital letters, such as PGB"))

SETTINGS = (
    Declared("company_name", TEXT, "", lambda: tr("Name of the company on every paper")),
    Declared("company_address", TEXT, "", lambda: tr("Address on every paper; lines are kept")),
    Declared("company_email", TEXT, "", lambda: tr("E-mail address on papers, and the sender of drafts")),
    Declared("company_phone", TEXT, "", lambda: tr("Telephone number on papers")),
    Declared("company_website", TEXT, "", lambda: tr("Web address on papers")),
    Declared("company_tax_number", TEXT, "", lambda: tr("Tax number on invoices")),
    Declared("company_vat_number", TEXT, "", lambda: tr("VAT number on invoices")),
    Declared("company_bank", TEXT, "", lambda: tr("Bank account on invoices, such as IBAN and BIC; lines are kept")),
    Declared("logo", TEXT, "", lambda: tr("Name of the logo's picture file on papers; set it with the file's path")),
    Declared("currency", CURRENCY, "EUR", lambda: tr("The shop's currency")),
    Declared("default_tax_percent", _decimal("0", "100"), "0", lambda: tr("Sales tax of a new order line")),
    Declared(
        "combining_days",
        _whole(0, 365),
        "5",
        lambda: tr("Working days over which needs are joined into one job or purchase line"),
    ),
    Declared(
        "over_receipt_percent",
        _decimal("0", "1000"),
        "0",
        lambda: tr("How much more than ordered a receipt may bring without a question"),
    ),
    Declared(
        "office_sees_money",
        YES_NO,
        "yes",
        lambda: tr("Whether the office sees invoices, costs and the cash pages"),
    ),
    Declared(
        "lock_minutes",
        _whole(0, 480),
        "15",
        lambda: tr("Minutes without a key after which a signed-in seat locks; 0 is never"),
    ),
    Declared(
        "deposit_gates_pull",
        YES_NO,
        "yes",
        lambda: tr("Whether an order with an unpaid deposit pulls nothing"),
    ),
    Declared(
        "purchase_order_shows_demand",
        YES_NO,
        "no",
        lambda: tr("Whether purchase orders name the demand they are for; it may tell who the customer is"),
    ),
    Declared(
        "kanban_safety_percent",
        _decimal("0", "1000"),
        "10",
        lambda: tr("Safety share in the number of kanban cards; take it down as a loop steadies"),
    ),
    Declared(
        "wip_cap",
        _whole(0, 100_000),
        "0",
        lambda: tr("How many customer jobs may be released at once in the whole shop; 0: no cap"),
    ),
    Declared(
        "work_center_wip_caps",
        _matching(
            "[^;=]+=[0-9]{1,6}(;[^;=]+=[0-9]{1,6})*",
            lambda: tr("WORK_CENTER=JOBS;WORK_CENTER=JOBS, such as LATHE=3;PAINT=2"),
        ),
        "",
        lambda: tr("How many released customer jobs may still have to pass a work center"),
    ),
    Declared(
        "wip_releases_next",
        YES_NO,
        "no",
        lambda: tr("Whether the next customer job, in due order, is released by itself as work leaves a cap"),
    ),
    Declared(
        "pos_pulls",
        _one_of("at_once", "daily"),
        "at_once",
        lambda: tr("Whether till sales pull with every explosion, or what a shelf sold in a day pulls once"),
    ),
    Declared(
        "pos_service_percent",
        _decimal("50", "99.99"),
        "95",
        lambda: tr("Share of replenishments before which a shelf shall not run empty, for proposed levels"),
    ),
    Declared("pos_review_days", _whole(1, 90), "1", lambda: tr("Days between two replenishments, for proposed levels")),
    Declared(
        "pos_location", TEXT, "", lambda: tr("Location of till sales whose file names none, such as an online shop")
    ),
    Declared(
        "pos_watch_folder",
        TEXT,
        "",
        lambda: tr("Folder in which the window looks for till files to import; empty: none"),
    ),
    Declared(
        "inference_cash_cap",
        _decimal("0", "1000000000"),
        "1000",
        lambda: tr("Most cash that accepted inferences may tie up at once, in the shop's currency; 0: accept none"),
    ),
    Declared(
        "inference_cash_percent",
        _decimal("0", "100"),
        "0",
        lambda: tr("The same as a share of the cash that bills and open purchases leave free, in percent; 0: no share"),
    ),
    Declared(
        "inference_horizon_days",
        _whole(7, 365),
        "28",
        lambda: tr("Days ahead for which repeat orders are inferred; a suggestion expires after them"),
    ),
    Declared(
        "inference_gain_percent",
        _decimal("0.1", "1000"),
        "20",
        lambda: tr("What having it ready gains when it is ordered, in percent of its price"),
    ),
    Declared(
        "inference_loss_percent",
        _decimal("0.1", "1000"),
        "20",
        lambda: tr("What it costs when nobody orders it, in percent of its price: carrying and expected scrap"),
    ),
    Declared(
        "long_lead_days",
        _whole(1, 365),
        "10",
        lambda: tr("Working days of lead time from which a bought part counts as long-lead"),
    ),
    Declared("purchase_order_terms", TEXT, "", lambda: tr("Quality clauses and terms at the foot of purchase orders")),
    Declared("invoice_terms", TEXT, "", lambda: tr("Text at the foot of invoices")),
    Declared("paper", _one_of("a4", "letter"), "a4", lambda: tr("Paper size of documents")),
    Declared("number_locale", LOCALE, "en_GB", lambda: tr("Whose dates, decimal point and grouping papers use")),
    Declared("code_prefix", PREFIX, "PGB", lambda: tr("Beginning of this shop's own barcodes")),
    Declared(
        "tax_on_freight",
        YES_NO,
        "no",
        lambda: tr("Whether freight bears tax, at the highest rate of the order's lines"),
    ),
    Declared(
        "overhead_per_hour",
        _decimal("0", "1000000"),
        "0",
        lambda: tr("What an hour of work carries of rent, energy and other expenses, beside the work center's rate"),
    ),
    Declared(
        "cash_balance",
        _one_of("end", "average"),
        "end",
        lambda: tr("Balance that the cash cycle measures: at the period's end, or the mean of beginning and end"),
    ),
    Declared(
        "cash_payables_over",
        _one_of("cost_of_sales", "purchases"),
        "cost_of_sales",
        lambda: tr("What days of suppliers are measured by: cost of sales or purchases"),
    ),
    Declared(
        "cash_days",
        _one_of("period", "365", "360"),
        "period",
        lambda: tr("Days of a period in the cash cycle: its own, or its share of 365 or 360"),
    ),
    Declared(
        "idle_stock_days",
        _whole(1, 3_650),
        "60",
        lambda: tr("Days after which free stock that nobody pulls counts as stuck"),
    ),
    Declared(
        "friday_folder",
        TEXT,
        "",
        lambda: tr("Folder into which the cash page is saved as a PDF every Friday; empty: nowhere"),
    ),
    Declared(
        "scrap_reasons",
        TEXT,
        "material fault;wrong size;damaged;set-up piece;drawing unclear",
        lambda: tr("Why pieces are scrap: the tiles of the floor station, separated by ; (the first five)"),
    ),
    Declared(
        "problem_reasons",
        TEXT,
        "missing part;bad part;machine down;drawing unclear;help needed",
        lambda: tr("What can be wrong: the tiles of the floor station, separated by ; (the first five)"),
    ),
    Declared("drawing_folder", TEXT, "", lambda: tr("Folder of the items' drawings; empty: beside the workshop")),
    Declared("backup_folder", TEXT, "", lambda: tr("Folder of automatic backups; empty: beside the workshop")),
    Declared("second_backup_folder", TEXT, "", lambda: tr("Second place for backups, such as a USB disk")),
)

BY_NAME = {declared.name: declared for declared in SETTINGS}


def check(name: str, text: str) -> str:
    """Return the text to keep for a setting; "" means that it goes back to its default.

    Raises InvalidInput for an unknown name or a value that is not allowed, saying what is.
    """
    declared = named(name)
    if text == "":
        return ""
    try:
        kept = declared.kind.write(declared.kind.read(text))
        declared.kind.verify(kept)
        return kept
    except ValueError as error:
        raise InvalidInput(
            tr(
                'The setting {name} cannot be "{value}".',
                name=name,
                value=text if len(text) <= 80 else text[:80] + "…",
            ),
            hint=tr("Allowed: {allowed}.", allowed=declared.kind.allowed()),
        ) from error


def named(name: str) -> Declared:
    """Return the declaration of a setting; InvalidInput lists all names where there is none of this one."""
    declared = BY_NAME.get(name)
    if declared is None:
        raise InvalidInput(
            tr('There is no setting "{name}".', name=name),
            hint=tr("Settings are: {names}.", names=", ".join(BY_NAME)),
        )
    return declared


def value_of(name: str, text: str | None) -> object:
    """Return the typed value of a kept text; its default where nothing was set."""
    declared = BY_NAME[name]
    return declared.kind.read(declared.default if text is None else text)
