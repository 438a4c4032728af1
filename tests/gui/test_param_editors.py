"""Every filter's editor is built from its declaration alone, and shows and changes all of its parameters."""

import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import exposure_app.gui
from exposure_app import filters
from exposure_app.gui.steps.param_editors import ParamsEditor
from exposure_app.gui.steps.step_editor import KINDS, build_editor
from exposure_app.params import Bands, Curve, Scalar

GUI = Path(exposure_app.gui.__file__ or "").parent


def some_values(filter_: Any) -> dict[str, Any]:
    """Settings away from neutral."""
    values: dict[str, Any] = {}
    for param in filter_.params:
        if isinstance(param, Scalar):
            values[param.name] = param.checked(param.at_position(0.6))
        elif isinstance(param, Bands):
            values[param.name] = param.checked([0.1 * (i - 2) for i in range(param.width)])
        else:
            values[param.name] = param.checked([0.8] * (param.width // 2) + [1.2] * (param.width // 2))
    return values


@pytest.mark.parametrize("filter_", filters.registry().values(), ids=lambda filter_: filter_.id)
def test_an_editor_builds_and_syncs_both_ways(filter_: Any, qtbot: QtBot) -> None:
    editor = build_editor(filter_)
    qtbot.addWidget(editor)
    editor.resize(316, 400)
    editor.show()
    values = some_values(filter_)
    with qtbot.assertNotEmitted(editor.edited):
        editor.set_params(filter_.neutral)
        editor.set_params(values)
        editor.set_agent(filter_.neutral)
        editor.set_agent(None)
    changes: dict[str, Any] = {}
    editor.edited.connect(lambda changed, _what, _key: changes.update(changed))
    for param in filter_.params:
        if isinstance(param, Scalar):
            scalar = editor.scalars[param.name]
            assert scalar.value == values[param.name]
            scalar.slider.go_home()
            assert changes[param.name] == param.neutral
        elif isinstance(param, Bands):
            assert editor.bands is not None
            assert editor.bands.values(param.name) == values[param.name]
            editor.bands.show_bands(editor.bands.bands.index(param))
            editor.bands.reset.click()
            assert changes[param.name] == param.neutral_value
        else:
            assert isinstance(param, Curve) and editor.curves is not None
            editor.curves.show_curve(editor.curves.curves.index(param))
            assert editor.curves.plot.slopes == values[param.name]
            editor.curves.reset.click()
            assert changes[param.name] == param.neutral_value
    assert filter_.checked(changes) == filter_.neutral
    assert editor.minimumSizeHint().width() <= 340 - 2 * 12 - 8, "fits the panel beside its scroll bar"


class Unheard(filters.Filter):
    """A filter of the day after tomorrow."""

    id = "unheard"
    label = "Unheard of"
    editor = "hologram"
    params: ClassVar = (
        Scalar("depth", "Depth", (0.5, 2), (0.1, 10), 1, 1, unit="m", scale="log"),
        Scalar("angle", "Angle", (-10, 10), (-180, 180), 0, 0, unit="°", decimals=0),
        Curve("left", "Left", (0.5, 2), (0.1, 4), 1, width=5),
        Curve("right", "Right", (0.5, 2), (0.1, 4), 1, width=5),
    )
    python = ""

    @staticmethod
    def apply(rgb: Any, values: Any) -> Any:
        return rgb

    def describe(self, params: Any) -> str:
        return ""


def test_a_filter_nobody_thought_of_gets_an_editor(qtbot: QtBot) -> None:
    filter_ = Unheard()
    editor = build_editor(filter_)
    qtbot.addWidget(editor)
    assert type(editor) is ParamsEditor
    editor.set_params(filter_.neutral)
    assert list(editor.scalars) == ["depth", "angle"]
    assert editor.curves is not None and len(editor.curves.tabs.buttons()) == 2
    heard = []
    editor.edited.connect(lambda changes, what, _key: heard.append((changes, what)))
    editor.scalars["angle"].slider.set_value(0)
    editor.scalars["angle"].slider.set_agent_value(12)
    editor.scalars["angle"].slider.go_home()
    assert heard == [({"angle": 12}, "Angle +12 °")]
    editor.show()
    QApplication.processEvents()
    assert not editor.grab().isNull()


def test_special_editors_are_asked_for_by_the_declaration() -> None:
    asked = {filter_.editor for filter_ in filters.registry().values()} - {""}
    assert asked <= set(KINDS)


def test_no_filter_is_named_in_the_window() -> None:
    ids = "|".join(map(re.escape, filters.registry()))
    classes = "|".join(type(filter_).__name__ for filter_ in filters.registry().values())
    named = re.compile(rf"""["']({ids})["']|\b({classes})\b\(|filters\.({ids})\b""")
    for path in sorted(GUI.rglob("*.py")):
        words = path.read_text(encoding="utf-8")
        if path.name == "app.py":
            words = words.replace('"exposure"', "")  # the program
        found = named.search(words)
        assert found is None, f"{path.name} names {found[0]}"
