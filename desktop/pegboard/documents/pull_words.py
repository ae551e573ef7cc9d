"""Says in words who pulled a job."""

from pegboard.documents.formats import Formats
from pegboard.i18n import tr
from pegboard.queries.pulled_by import Puller


def puller_words(puller: Puller, formats: Formats) -> str:
    """One demand in one line: SO-0456 line 2, Acme, their PO 7781, promised Fri 4 Dec 2026."""
    parts = [_origin(puller)]
    if puller.customer:
        parts.append(puller.customer)
    if puller.reference:
        parts.append(tr("their {reference}", reference=puller.reference))
    if puller.kind == "order":
        parts.append(
            tr("promised {day}", day=formats.day(puller.promised)) if puller.promised else tr("as soon as possible")
        )
    elif puller.promised:
        parts.append(tr("needed {day}", day=formats.day(puller.promised)))
    return ", ".join(parts)


def short_puller_words(puller: Puller) -> str:
    """One demand in a few words: SO-0456/2 Acme."""
    return f"{puller.name} {puller.customer}".strip() if puller.kind == "order" else _origin(puller)


def is_late(puller: Puller) -> bool:
    """Whether what was promised is later than what was asked for."""
    return bool(puller.promised and puller.due and puller.promised > puller.due)


def _origin(puller: Puller) -> str:
    if puller.kind == "order":
        return tr("{order} line {line}", order=puller.order, line=puller.line)
    if puller.kind == "kanban":
        card = puller.name.rpartition(":")[2]
        return tr(
            "Kanban card {item} no. {card}, for {location}", item=puller.item, card=card, location=puller.location
        )
    if puller.kind == "pos":
        return tr("Shop sales at {location}, {item}", location=puller.location, item=puller.item)
    number = puller.name.partition(":")[2]
    return tr("Inferred demand {number}, confirmed by {person}", number=number, person=puller.person or "?")
