"""The page of the preferences on which shortcuts are changed."""

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QKeySequenceEdit, QLabel, QToolButton, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.editor.actions import Spec
from exposure_app.gui.widgets.common import heading

_FIELD_WIDTH = 176


class ShortcutForm(QWidget):
    """A field for the shortcut of every action; keys used twice are pointed out.

    Args:
        specs: The actions.
        own: The user's own shortcuts by action, as ``QKeySequence.listToString`` writes them.
        parent: The owner.
    """

    def __init__(self, specs: Sequence[Spec], own: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs = list(specs)
        self._own = dict(own)  # also of actions that are not listed
        self.fields: dict[str, QKeySequenceEdit] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 8, 8)
        column.setSpacing(8)
        for group in dict.fromkeys(spec.group for spec in self._specs):
            column.addWidget(heading(group.upper()))
            grid = QGridLayout()
            grid.setContentsMargins(0, 0, 0, 12)
            grid.setHorizontalSpacing(8)
            grid.setVerticalSpacing(4)
            grid.setColumnStretch(0, 1)
            for row, spec in enumerate(spec for spec in self._specs if spec.group == group):
                self._add(grid, row, spec)
            column.addLayout(grid)
        self.warning = QLabel()
        self.warning.setWordWrap(True)
        self.warning.setStyleSheet(f"color: {theme.WARNING};")
        column.insertWidget(0, self.warning)
        column.addStretch()
        self._refresh()

    def values(self) -> dict[str, str]:
        """The user's own shortcuts: only those that differ from the defaults."""
        values = {key: keys for key, keys in self._own.items() if key not in self.fields}
        for spec in self._specs:
            typed = self.fields[spec.id].keySequence()
            if typed == self._kept(spec)[0]:  # further keys of the action stay with it
                if spec.id in self._own:
                    values[spec.id] = self._own[spec.id]
            elif typed != _first(_defaults(spec)):
                values[spec.id] = typed.toString(QKeySequence.SequenceFormat.PortableText)
        return values

    def restore_defaults(self) -> None:
        """Fill in the shortcuts that the program comes with."""
        self._own = {key: keys for key, keys in self._own.items() if key not in self.fields}
        for spec in self._specs:
            self.fields[spec.id].setKeySequence(_first(_defaults(spec)))

    def clashes(self) -> list[tuple[str, str]]:
        """Pairs of actions that have the same shortcut, by their texts."""
        seen: dict[str, str] = {}
        found = []
        for spec in self._specs:
            keys = self.fields[spec.id].keySequence().toString()
            if keys and keys in seen:
                found.append((seen[keys], spec.text))
            seen.setdefault(keys, spec.text)
        return found

    def _add(self, grid: QGridLayout, row: int, spec: Spec) -> None:
        label = QLabel(spec.text)
        field = QKeySequenceEdit(self._kept(spec)[0])
        field.setMaximumSequenceLength(1)
        field.setClearButtonEnabled(True)
        field.setFixedWidth(_FIELD_WIDTH)
        field.setAccessibleName(self.tr("Shortcut of {action}").format(action=spec.text))
        field.keySequenceChanged.connect(self._refresh)
        label.setBuddy(field)
        reset = QToolButton()
        reset.setIcon(theme.icon("undo"))
        reset.setToolTip(self.tr("As it was made"))
        reset.setAccessibleName(self.tr("Restore the shortcut of {action}").format(action=spec.text))
        reset.clicked.connect(lambda: self._restore(spec))
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        grid.addWidget(reset, row, 2)
        self.fields[spec.id] = field

    def _restore(self, spec: Spec) -> None:
        self._own.pop(spec.id, None)
        self.fields[spec.id].setKeySequence(_first(_defaults(spec)))

    def _kept(self, spec: Spec) -> list[QKeySequence]:
        own = self._own.get(spec.id)
        keys = _defaults(spec) if own is None else QKeySequence.listFromString(own)
        return keys or [QKeySequence()]

    def _refresh(self) -> None:
        if len(self.fields) < len(self._specs):
            return
        clashes = [self.tr("{one} and {other}").format(one=one, other=other) for one, other in self.clashes()]
        self.warning.setText(self.tr("The same shortcut: {pairs}").format(pairs="; ".join(clashes)) if clashes else "")
        self.warning.setVisible(bool(clashes))


def _defaults(spec: Spec) -> list[QKeySequence]:
    return [QKeySequence(key) for key in spec.keys]


def _first(keys: list[QKeySequence]) -> QKeySequence:
    return keys[0] if keys else QKeySequence()
