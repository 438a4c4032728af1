"""A step panel with a recipe in it, and hands for it."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from exposure_app.gui.steps.step_panel import StepPanel
from exposure_app.gui.widgets.value_slider import ValueSlider
from exposure_app.pipeline.recipe import Recipe, Step

LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
SLOPES = (0.7, 0.9, 1.2, 1.4, 1.5, 1.3, 0.9, 0.8)


def five_steps() -> Recipe:
    return Recipe(
        (
            Step("exposure", {"ev": 0.83}),
            Step("gamma", {"gamma": 0.4762}),
            Step("white_balance", {"green": -0.12, "blue": -0.21}),
            Step("saturation", {"amount": 0.24}),
            Step("tone_curve", {"slopes": SLOPES}),
        )
    )


class Edits:
    """What a panel announced, in order, and what it shows comes back to it as from a document."""

    def __init__(self, panel: StepPanel) -> None:
        self.all: list[tuple[Recipe, str, str]] = []
        self._panel = panel
        panel.edited.connect(self._take)

    def _take(self, recipe: Recipe, label: str, key: str) -> None:
        self.all.append((recipe, label, key))
        self._panel.set_recipe(recipe)

    @property
    def labels(self) -> list[str]:
        return [label for _, label, _ in self.all]

    @property
    def keys(self) -> list[str]:
        return [key for _, _, key in self.all]

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.all[-1][0].steps

    @property
    def filters(self) -> list[str]:
        return [step.filter for step in self.steps]


def mouse(
    widget: QWidget, kind: QEvent.Type, at: QPointF, buttons: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE
) -> None:
    """A mouse event on a widget, delivered at once."""
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else buttons
    event = QMouseEvent(kind, at, QPointF(widget.mapToGlobal(at)), button, held, keys)
    QApplication.sendEvent(widget, event)


def drag(widget: QWidget, *points: QPointF, keys: Qt.KeyboardModifier = NONE, drop: bool = True) -> None:
    """Press at the first point, move along the others, let go."""
    mouse(widget, QEvent.Type.MouseButtonPress, points[0], keys=keys)
    for point in points[1:]:
        mouse(widget, QEvent.Type.MouseMove, point, keys=keys)
    if drop:
        mouse(widget, QEvent.Type.MouseButtonRelease, points[-1], keys=keys)


def handle(slider: ValueSlider) -> QPointF:
    """Where a slider's handle is."""
    return QPointF(slider.x_of(slider.value), slider.height() / 2)


def wheel(widget: QWidget, notches: int) -> bool:
    """Turn the wheel over a widget; whether the widget took it."""
    at = QPointF(widget.width() / 2, widget.height() / 2)
    turn = QPoint(0, 120 * notches)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        at, QPointF(widget.mapToGlobal(at)), QPoint(), turn, Qt.MouseButton.NoButton, NONE, phase, False
    )
    event.ignore()
    widget.wheelEvent(event)
    return event.isAccepted()


def type_into(field: QWidget, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
    """Replace a field's text, as a person does."""
    field.setFocus()
    QTest.keySequence(field, "Ctrl+A")
    QTest.keyClicks(field, text)
    if end is not None:
        QTest.keyClick(field, end)


def shown(qtbot: QtBot, recipe: Recipe | None = None, select: int = -1) -> StepPanel:
    """A panel on the screen, with the focus in its window."""
    panel = StepPanel()
    qtbot.addWidget(panel)
    panel.resize(340, 900)
    panel.set_recipe(five_steps() if recipe is None else recipe)
    if select >= 0:
        panel.select(select)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    return panel
