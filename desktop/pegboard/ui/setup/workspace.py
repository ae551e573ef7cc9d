"""Setup: what the shop is set up with, in tabs: customers, suppliers, work centers, options, the calendar, people.

The last tab is the audit trail, for who may read it.
"""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from pegboard.i18n import tr
from pegboard.queries.setup import customer_rows, supplier_rows, work_center_rows
from pegboard.services import customers, suppliers, work_centers
from pegboard.ui.as_was import AsWasForm
from pegboard.ui.command import Command, page_command
from pegboard.ui.desk import Desk
from pegboard.ui.setup import kinds
from pegboard.ui.setup.audit_section import AuditSection
from pegboard.ui.setup.calendar_section import CalendarSection
from pegboard.ui.setup.options_section import OptionsSection
from pegboard.ui.setup.people_section import PeopleSection
from pegboard.ui.setup.section import RecordSection, Section, Verbs
from pegboard.ui.workspace import Workspace

SCOPE = "setup"
AUDIT_VERBS = ("setup.audit_open", "setup.audit_as_was", "setup.audit_all")
PERSON_VERBS = ("setup.set_pin", "setup.clear_pin", "setup.person_left", "setup.person_back")


class SetupPage(Workspace):
    """The page Setup."""

    nouns = frozenset(
        {
            "customer",
            "supplier",
            "work_center",
            "option",
            "item",
            "calendar",
            "routing",
            "order",
            "purchase_order",
            "bom",
            "person",
            "setting",
            "work_order",
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Setup"))
        self.customers = _customers(desk)
        self.suppliers = _suppliers(desk)
        self.work_centers = _work_centers(desk)
        self.options = OptionsSection(desk)
        self.calendar = CalendarSection(desk)
        self.people = PeopleSection(desk)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.audit = AuditSection(desk) if desk.runner.rights.reads_audit else None
        titles = (tr("Customers"), tr("Suppliers"), tr("Work centers"), tr("Options"), tr("Calendar"),
                  tr("People"), tr("Audit trail"))  # fmt: skip
        self._titles = dict(zip(self._sections(), titles, strict=False))
        self._all = self._commands()
        by_id = {command.id: command for command in self._all}
        verbs = [by_id[name] for name in ("setup.edit", "setup.retire", "setup.bring_back", "setup.delete")]
        for section, title in self._titles.items():
            self.tabs.addTab(section, title)
            shared = [] if section is self.audit else verbs
            section.set_verbs([*shared, *(by_id[name] for name in self._own_verbs(section))])
            section.rows_shown.connect(self.say_ready)
            section.changed.connect(self._note_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)
        self.setFocusProxy(self.tabs)
        self.tabs.currentChanged.connect(self._turned)

    def _sections(self) -> tuple[Section, ...]:
        kept = (self.customers, self.suppliers, self.work_centers, self.options, self.calendar, self.people)
        return kept if self.audit is None else (*kept, self.audit)

    def _own_verbs(self, section: Section) -> tuple[str, ...]:
        """The commands that only one section has."""
        if section is self.options:
            return ("setup.number_option",)
        if section is self.audit:
            return AUDIT_VERBS
        return PERSON_VERBS if section is self.people else ()

    @property
    def section(self) -> Section:
        """The section that is shown."""
        found = self.tabs.currentWidget()
        assert isinstance(found, Section)
        return found

    # --- the page

    def refresh(self) -> None:
        """Read again what is shown; the other tabs read when they are turned to."""
        self.section.refresh()

    def commands(self) -> tuple[Command, ...]:
        """Return what can be done."""
        return self._all

    def show_record(self, noun: str, number: str) -> None:
        """Go to a record."""
        places = {"customer": self.customers, "supplier": self.suppliers, "work_center": self.work_centers,
                  "option": self.options, "person": self.people, "audit": self.audit}  # fmt: skip
        section = places.get(noun)
        if section is not None:
            self.tabs.setCurrentWidget(section)
            section.go_to(number)

    def history_number(self) -> str:
        """Return the chosen record, or the one whose change is chosen in the trail."""
        if self.section is self.audit:
            return self.audit.number()
        return self.section.code()

    def panes(self) -> tuple[QWidget, ...]:
        """Return what F6 visits."""
        return self.section.panes()

    def focus_find(self) -> None:
        """Go to the find box of the list."""
        self.section.focus_find()

    def leave(self) -> None:
        """Keep what is being typed."""
        for section in self._sections():
            section.leave()

    @Slot(int)
    def _turned(self, _place: int) -> None:
        self.section.refresh()
        self.section.setFocus()
        self._note_changed()

    @Slot()
    def _note_changed(self) -> None:
        for section in self._sections():
            pane = getattr(section, "pane", None)
            if pane is not None:
                pane.refresh_verbs()
        self.commands_changed.emit()

    # --- commands

    def _commands(self) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Setup"))
        return (
            make("setup.new", tr("New"), lambda: self.section.start_new(), "new", "Ctrl+N", self._can_begin,
                 tr("Begins a new record of the list that is shown."), toolbar=True),
            make("setup.edit", tr("Edit"), lambda: self.section.enter(), "edit", "F2; Ctrl+Return", self._has_record,
                 tr("Puts the keys into the record. All you type is kept at once."), primary=True),
            make("setup.number_option", tr("Add a number option…"), self.options.add_number, "adjust", "Ctrl+Shift+A",
                 self._has_options, tr("Adds an option for which an order types a number, such as a length.")),
            make("setup.retire", tr("Retire"), lambda: self.section.retire(), "pause", "Ctrl+Shift+Delete",
                 self._can_retire, tr("Lets nothing new name the record; what names it stays.")),
            make("setup.bring_back", tr("Bring back"), lambda: self.section.bring_back(), "revert", "",
                 self._can_bring_back, tr("Uses a retired record again.")),
            make("setup.delete", tr("Delete"), lambda: self.section.delete(), "delete", "",
                 self._can_delete, tr("Deletes the record where nothing names it.")),
            *self._person_commands(),
            *(() if self.audit is None else self._audit_commands(self.audit)),
            *self._tab_commands(),
        )  # fmt: skip

    def _person_commands(self) -> tuple[Command, ...]:
        make, people = partial(page_command, SCOPE, tr("Setup")), self.people
        return (
            make("setup.set_pin", tr("Set the PIN…"), people.set_pin, "lock", "Ctrl+Shift+I",
                 lambda: self.section is people and people.can_set_pin(),
                 tr("Gives the person a new PIN; the first one of an owner lets roles begin.")),
            make("setup.clear_pin", tr("Take the PIN away"), people.clear_pin, "cancel", "",
                 lambda: self.section is people and people.can_clear_pin(),
                 tr("The person signs in at no desk any more.")),
            make("setup.person_left", tr("Has left"), people.leave_shop, "pause", "Ctrl+Shift+L",
                 lambda: self.section is people and people.can_leave(),
                 tr("The person signs in no more; the name stays in the history.")),
            make("setup.person_back", tr("Works here again"), people.come_back, "revert", "",
                 lambda: self.section is people and people.can_come_back(),
                 tr("Brings back a person who left.")),
        )  # fmt: skip

    def _audit_commands(self, audit: AuditSection) -> tuple[Command, ...]:
        make = partial(page_command, SCOPE, tr("Setup"))

        def open_record() -> None:
            self.desk.show_record(audit.noun(), audit.number())

        def has_number() -> bool:
            return self.section is audit and bool(audit.number())

        return (
            make("setup.audit_open", tr("Open the record"), open_record, "open", "Ctrl+Shift+O",
                 lambda: self.section is audit and bool(audit.noun()),
                 tr("Opens the document or record of the change that is chosen.")),
            make("setup.audit_as_was", tr("As it was before…"), lambda: self._show_as_was(audit), "calendar", "",
                 has_number, tr("Shows the document or record as it was the evening before this change.")),
            make("setup.audit_all", tr("Show all lines"), audit.show_all, "revert", "",
                 lambda: self.section is audit and audit.is_narrowed(), tr("Empties the fields above the list.")),
        )  # fmt: skip

    def _show_as_was(self, audit: AuditSection) -> None:
        self.desk.messages.run_dialog(AsWasForm(self.desk, audit.number(), audit.day_before()))

    def _tab_commands(self) -> tuple[Command, ...]:
        icons = ("customer", "supplier", "make", "adjust", "calendar", "people", "info")
        names = ("customers", "suppliers", "work_centers", "options", "calendar", "people", "audit")
        return tuple(
            page_command(SCOPE, tr("Setup"), f"setup.tab_{name}", title, partial(self.tabs.setCurrentWidget, section),
                         icon, f"Alt+{place}", lambda: True, tr("Turns to this list."))
            for place, (name, icon, (section, title)) in enumerate(
                zip(names, icons, self._titles.items(), strict=False), 1
            )
        )  # fmt: skip

    def _can_begin(self) -> bool:
        return self.section is not self.audit

    def _has_record(self) -> bool:
        return self.section.has_record

    def _can_delete(self) -> bool:
        return self.section.can_delete() and self.section.has_record

    def _has_options(self) -> bool:
        return self.section is self.options and self.options.has_record

    def _can_retire(self) -> bool:
        return self.section.can_retire() and self.section.has_record and not self.section.is_retired

    def _can_bring_back(self) -> bool:
        return self.section.can_retire() and self.section.has_record and self.section.is_retired


def _customers(desk: Desk) -> RecordSection:
    verbs = Verbs(customers.retire_customer, customers.bring_back_customer, customers.delete_customer)
    return RecordSection(desk, kinds.customer_kind(), tr("Customer"), tr("Customers"), kinds.customer_columns(),
                         customer_rows, verbs, tr("Whoever orders stands here."))  # fmt: skip


def _suppliers(desk: Desk) -> RecordSection:
    verbs = Verbs(suppliers.retire_supplier, suppliers.bring_back_supplier, suppliers.delete_supplier)
    return RecordSection(desk, kinds.supplier_kind(), tr("Supplier"), tr("Suppliers"), kinds.supplier_columns(),
                         supplier_rows, verbs, tr("Whoever sells to the shop stands here."))  # fmt: skip


def _work_centers(desk: Desk) -> RecordSection:
    verbs = Verbs(work_centers.retire_work_center, work_centers.bring_back_work_center, work_centers.delete_work_center)
    return RecordSection(desk, kinds.work_center_kind(), tr("Work center"), tr("Work centers"),
                         kinds.work_center_columns(), work_center_rows, verbs,
                         tr("The places where work is done stand here."))  # fmt: skip


def workspace(desk: Desk) -> Workspace:
    """Make the page."""
    return SetupPage(desk)
