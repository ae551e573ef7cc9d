"""Draws one job as a card of the board."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from pegboard.i18n import tr
from pegboard.queries.production import JobRow
from pegboard.ui import formats, theme
from pegboard.ui.marks import MARK_SIZE, Mark, State, draw_mark
from pegboard.ui.production import words

LINES = 5  # of text on a card
DOT = 8  # pixels across one operation
MOST_DOTS = 12
INSET = theme.GAP


def accessible_text(job: JobRow) -> str:
    """Say what a card shows, in one sentence for a screen reader."""
    parts = [
        job.number,
        f"{formats.quantity(job.quantity)} {job.unit} {job.item}",
        words.state_word(job.state),
        tr("for {demand}", demand=words.pulled_text(job)) if job.pulled else "",
        tr("due {date}", date=words.due_text(job)),
        words.cover_word(job.cover) if job.is_open else "",
        tr("operations {done}", done=words.operations_text(job)) if job.operations else "",
    ]
    return ", ".join(filter(None, parts))


class CardDelegate(QStyledItemDelegate):
    """Paints cards: number and quantity, item, who pulled it, due and cover, operations as dots."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: as wide as the column, as high as its lines."""
        return QSize(120, LINES * (option.fontMetrics.height() + 2) + DOT + 3 * theme.GAP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: paint one card."""
        job = index.data(Qt.ItemDataRole.UserRole)
        look = theme.colours()
        state: QStyle.StateFlag = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        rect: QRect = option.rect
        frame = QRectF(rect).adjusted(theme.STEP, theme.STEP / 2, -theme.STEP, -theme.STEP / 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(look.selection if is_chosen else look.page))
        painter.setPen(QPen(QColor(look.accent if has_focus else look.line), 2 if has_focus else 1))
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if isinstance(job, JobRow):
            ink = QColor(look.selection_text if is_chosen else look.text)
            muted = ink if is_chosen else QColor(look.secondary)
            _Card(painter, frame.adjusted(INSET, INSET - 2, -INSET, -INSET + 2), option.font, ink, muted).draw(job)
        painter.restore()


class _Card:
    """The content of one card, line by line from the top."""

    def __init__(self, painter: QPainter, room: QRectF, font: QFont, ink: QColor, muted: QColor) -> None:
        self._painter = painter
        self._room = room
        self._font = font
        self._ink = ink
        self._muted = muted
        self._y = room.top()

    def draw(self, job: JobRow) -> None:
        """Draw it."""
        strong = QFont(self._font)
        strong.setWeight(QFont.Weight.DemiBold)
        self._line(job.number, f"{formats.quantity(job.quantity)} {job.unit}", strong, self._ink)
        self._line(f"{job.item}  {job.description}", "", self._font, self._ink)
        self._line(words.pulled_text(job), "", self._font, self._muted)
        self._due_and_cover(job)
        self._dots(job)

    def _line(self, left: str, right: str, font: QFont, ink: QColor) -> None:
        metrics = QFontMetrics(font)
        self._painter.setFont(font)
        self._painter.setPen(ink)
        room = QRectF(self._room.left(), self._y, self._room.width(), metrics.height())
        taken = 0.0
        if right:
            taken = metrics.horizontalAdvance(right) + theme.GAP
            self._painter.drawText(room, Qt.AlignmentFlag.AlignRight, right)
        text = metrics.elidedText(left, Qt.TextElideMode.ElideRight, int(room.width() - taken))
        self._painter.drawText(room, Qt.AlignmentFlag.AlignLeft, text)
        self._y += metrics.height() + 2

    def _due_and_cover(self, job: JobRow) -> None:
        """When it is due, with a triangle where that is late; below it the shape and word of its cover."""
        left, width = self._room.left(), self._room.width()
        if job.is_late:
            self._mark(Mark(State.LATE, words.due_text(job)), left, width)
        else:
            self._text(tr("due {date}", date=formats.short_day(job.due)), left, width, self._muted)
        self._next_line()
        cover = words.cover_mark(job.cover) if job.is_open else None
        if cover is not None:
            self._mark(cover, left, width)
        else:
            self._text(words.state_word(job.state), left, width, self._muted)
        self._next_line()

    def _dot_ink(self, state: str) -> QColor:
        look = theme.colours()
        if look is theme.CONTRAST:
            return self._ink
        return QColor(look.in_progress if state == "started" else look.done)

    def _next_line(self) -> None:
        self._y += QFontMetrics(self._font).height() + 2

    def _mark(self, mark: Mark, left: float, width: float) -> None:
        """Draw a mark with its word within `width`."""
        metrics = QFontMetrics(self._font)
        top = self._y + (metrics.height() - MARK_SIZE) / 2
        in_text = theme.colours() is theme.CONTRAST  # there a chosen card's ground is bright and its state inks are too
        draw_mark(self._painter, QRectF(left, top, MARK_SIZE, MARK_SIZE), mark.state, self._ink if in_text else None)
        indent = MARK_SIZE + theme.STEP
        self._text(mark.word, left + indent, width - indent, self._ink)

    def _text(self, text: str, left: float, width: float, ink: QColor) -> None:
        metrics = QFontMetrics(self._font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(max(0.0, width)))
        self._painter.setFont(self._font)
        self._painter.setPen(ink)
        self._painter.drawText(QRectF(left, self._y, width, metrics.height()), Qt.AlignmentFlag.AlignLeft, shown)

    def _dots(self, job: JobRow) -> None:
        """One dot for each operation: hollow waiting, half under way, filled finished; then the count."""
        if not job.operations:
            return
        top = self._y + 3
        self._painter.setFont(theme.body_font(theme.SMALL))
        for place, state in enumerate(job.operations[:MOST_DOTS]):
            _dot(
                self._painter, QPointF(self._room.left() + place * (DOT + theme.STEP), top), state, self._dot_ink(state)
            )
        metrics = QFontMetrics(theme.body_font(theme.SMALL))
        left = self._room.left() + min(len(job.operations), MOST_DOTS) * (DOT + theme.STEP) + theme.STEP
        middle = top + DOT / 2 - metrics.height() / 2
        self._painter.setPen(self._muted)
        self._painter.drawText(
            QRectF(left, middle, self._room.right() - left, metrics.height()),
            Qt.AlignmentFlag.AlignLeft,
            words.operations_text(job),
        )


def _dot(painter: QPainter, place: QPointF, state: str, ink: QColor) -> None:
    circle = QRectF(place.x() + 0.5, place.y() + 0.5, DOT - 1, DOT - 1)
    painter.setPen(QPen(ink, 1.2))
    painter.setBrush(ink if state == "finished" else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(circle)
    if state == "started":
        painter.setBrush(ink)
        painter.drawChord(circle, 90 * 16, 180 * 16)
