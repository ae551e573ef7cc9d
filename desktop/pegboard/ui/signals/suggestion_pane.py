"""One suggestion in full: the evidence, what accepting it would pull and cost, and the verbs."""

from PySide6.QtWidgets import QLabel

from pegboard.i18n import tr
from pegboard.queries.inference import Suggestion
from pegboard.queries.inference_evidence import ItemEvidence
from pegboard.services.inference import Part, Pulls
from pegboard.ui import formats
from pegboard.ui.desk import Desk
from pegboard.ui.detail import DetailPane, Fact, Facts
from pegboard.ui.detail_table import DetailTable
from pegboard.ui.signals import words
from pegboard.ui.signals.columns import part_columns


class SuggestionPane(DetailPane):
    """The right half of the second view."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Suggestion"))
        self.pulls: Pulls | None = None
        self._evidence = QLabel(wordWrap=True)
        self._facts = Facts()
        self._item_facts = Facts()
        self._cost = Facts()
        self.parts: DetailTable[Part] = DetailTable(
            desk, "suggestion_parts", tr("What it would pull"), part_columns(), lambda part: part.item
        )
        self.add(tr("Evidence"), self._evidence)
        self.add("", self._facts)
        self.add("", self._item_facts)
        self._section = self.add(tr("What it would pull"), self.parts)
        self.add("", self._cost)
        self.end()

    def show_suggestion(self, row: Suggestion | None) -> None:
        """Show a suggestion; what it would pull comes a moment later."""
        self.pulls = None
        if row is None:
            self.show_nothing(tr("Choose a suggestion on the left to see its evidence."))
            return
        who = row.customer_name or tr("Anybody")
        self.show_heading(f"{who}   {formats.quantity(row.quantity)} {row.item}", row.description)
        self._evidence.setText(row.evidence)
        self._facts.show_facts(
            (
                Fact(tr("Chance"), words.percent(row.probability)),
                Fact(tr("Expected"), formats.day(row.need_date)),
                Fact(tr("Good until"), formats.day(row.expires_on)),
            )
        )
        self._item_facts.show_facts(())
        self._section.hide()
        self._cost.show_facts((Fact(tr("Cost"), tr("working it out…")),))

    def show_evidence(self, found: ItemEvidence) -> None:
        """Show what the orders say of the item, whoever places them."""
        bought_with = ", ".join(
            tr("{item} ({both} of {orders} orders)", item=each.item, both=each.both, orders=each.orders)
            for each in found.companions
        )
        weekly = tr(
            "{tsb} (Croston {croston}, SBA {sba})",
            tsb=formats.quantity(found.tsb),
            croston=formats.quantity(found.croston),
            sba=formats.quantity(found.sba),
        )
        wanted = tr("{chance} within {weeks} weeks", chance=words.percent(found.chance), weeks=found.weeks)
        self._item_facts.show_facts(
            (
                Fact(tr("A week asks for"), weekly if found.tsb is not None else "", tip=_about_rates()),
                Fact(tr("Wanted by anybody"), wanted),
                Fact(tr("Bought with it"), bought_with),
            )
        )

    def show_pulls(self, pulls: Pulls) -> None:
        """Show what accepting would pull."""
        self.pulls = pulls
        self._section.setVisible(bool(pulls.parts))
        self.parts.show_rows(pulls.parts)
        if pulls.is_nothing:
            self._cost.show_facts((Fact(tr("Cost"), tr("nothing: stock and what is coming cover it already")),))
            self.refresh_verbs()
            return
        jobs = tr("1 job") if pulls.jobs == 1 else tr("{count} jobs", count=pulls.jobs)
        parts = _at_most(pulls, tr("no labour"), long_lead_only=True) if pulls.long_lead else tr("nothing takes long")
        self._cost.show_facts(
            (
                Fact(tr("In whole"), _at_most(pulls, jobs, long_lead_only=False)),
                Fact(tr("Long-lead parts alone"), parts),
                Fact(tr("Open choice"), ", ".join(pulls.choices)),
            )
        )
        self.refresh_verbs()


def _about_rates() -> str:
    return tr("Demand in a week, smoothed three ways: TSB fades when demand dies, Croston and SBA do not.")


def _at_most(pulls: Pulls, more: str, *, long_lead_only: bool) -> str:
    """What accepting costs, and one thing more; without an amount for who may not see money."""
    cost = pulls.cost(long_lead_only=long_lead_only)
    if cost is None:
        return tr("{more}; a price in it is not known", more=more)
    text = formats.money(cost)
    return tr("at most {cost}, {more}", cost=text, more=more) if text else more
