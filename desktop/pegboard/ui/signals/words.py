"""Words and marks of what pulls: kinds by shape and word, states, names as people say them."""

from pegboard.i18n import tr
from pegboard.queries.inference import InferenceRow
from pegboard.queries.signals import STOCK_BUILD, Pulled, SignalRow, SignalState
from pegboard.signals import BY_KIND
from pegboard.ui import formats
from pegboard.ui.marks import Mark, State

_BUILD_SIGN = "▲"
_STATES = {
    SignalState.LATE: State.LATE,
    SignalState.SHORT: State.SHORT,
    SignalState.EXPIRED: State.DECISION,
    SignalState.NEW: State.SHORT,
    SignalState.DEPOSIT: State.WAITING,
    SignalState.HOLD: State.WAITING,
    SignalState.EXPLODED: State.IN_PROGRESS,
    SignalState.COVERED: State.READY,
    SignalState.BUILD: State.DECISION,
}


def kind_words(kind: str) -> str:
    """Return the shape and the word of a kind of demand, or of supply without one."""
    if kind == STOCK_BUILD:
        return f"{_BUILD_SIGN}  {tr('for stock')}"
    signal = BY_KIND[kind]
    return f"{signal.sign}  {signal.word()}"


def kind_help(kind: str) -> str:
    """Say who speaks and when it pulls."""
    if kind == STOCK_BUILD:
        return tr("Made or bought without demand: somebody signed for it.")
    return BY_KIND[kind].help()


def state_word(state: SignalState) -> str:
    """Return how people call a state."""
    return {
        SignalState.LATE: tr("late"),
        SignalState.SHORT: tr("short"),
        SignalState.EXPIRED: tr("expired"),
        SignalState.NEW: tr("to explode"),
        SignalState.DEPOSIT: tr("waiting for deposit"),
        SignalState.HOLD: tr("on hold"),
        SignalState.EXPLODED: tr("exploded"),
        SignalState.COVERED: tr("covered"),
        SignalState.BUILD: tr("built for stock"),
    }[state]


def state_mark(row: SignalRow) -> Mark:
    """Return the mark of a demand's state."""
    return Mark(_STATES[row.state], state_word(row.state))


def name_words(row: SignalRow) -> str:
    """Return what people call a demand."""
    kind, _colon, rest = row.name.partition(":")
    if kind == "KANBAN" and rest:
        item, _colon, card = rest.rpartition(":")
        return tr("card {card} of {item}", card=card, item=item)
    if kind == "POS" and rest:
        return tr("shelf of {item}", item=rest.rpartition(":")[2])
    return rest if kind == "INFERRED" else row.name


def need_words(row: SignalRow) -> str:
    """Return the day on which it is needed."""
    if row.kind == STOCK_BUILD:
        return ""
    return formats.day(row.need) if row.need is not None else tr("at once")


def pulled_words(pulled: Pulled) -> str:
    """Return one supply in words: where it lies, or what it comes on."""
    quantity = formats.quantity(pulled.quantity)
    if pulled.kind == "stock":
        return tr("{quantity} on hand at {place}", quantity=quantity, place=pulled.number)
    return tr("{quantity} on {number}", quantity=quantity, number=pulled.number)


def pulls_words(row: SignalRow) -> str:
    """Return what a demand pulls, in one line."""
    if row.pulls:
        return ", ".join(map(pulled_words, row.pulls))
    return {
        SignalState.HOLD: tr("nothing until it is released"),
        SignalState.DEPOSIT: tr("nothing until the deposit is paid"),
        SignalState.NEW: tr("with the next explosion"),
        SignalState.EXPIRED: tr("nothing any more"),
    }.get(row.state, tr("nothing"))


def suggestion_kind(kind: str) -> str:
    """Return in a word or two what kind of evidence a suggestion rests on."""
    return {"repeat": tr("repeat"), "together": tr("goes with"), "rate": tr("always wanted")}[kind]


def decided_mark(row: InferenceRow) -> Mark:
    """Return the mark of an inference that was decided on."""
    state, word = {
        "accepted": (State.IN_PROGRESS, tr("accepted")),
        "taken": (State.READY, tr("ordered")),
        "declined": (State.DONE, tr("declined")),
        "withdrawn": (State.DONE, tr("withdrawn")),
        "expired": (State.SHORT, tr("not ordered")),
    }[row.state]
    return Mark(state, word)


def accepted_words(row: InferenceRow) -> str:
    """Return what of an inference was accepted."""
    if row.state == "declined":
        return ""
    return tr("long-lead parts") if row.long_lead_only else tr("whole")


def percent(share: float | None) -> str:
    """Return a share as whole percent; unknown is a dash."""
    return "–" if share is None else f"{round(100 * share)} %"
