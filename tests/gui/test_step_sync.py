"""The program shows another recipe: nothing is announced, nothing is rebuilt that need not be."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from exposure_app.gui.steps.step_panel import StepPanel
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.steps import drag, five_steps, handle, mouse, shown


def test_a_panel_starts_empty(qtbot: QtBot) -> None:
    panel = StepPanel()
    qtbot.addWidget(panel)
    assert panel.selected == panel.compared == -1
    assert panel.recipe == Recipe()


def test_what_the_program_sets_emits_nothing(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    heard = []
    for signal in (panel.edited, panel.step_selected, panel.pick_requested, panel.compare_requested):
        signal.connect(lambda *args: heard.append(args))
    recipe = five_steps()
    for index in range(5):
        panel.list.select(index)
    heard.clear()
    other = replace(recipe, steps=(Step("exposure", {"ev": -1.0}, amount=0.4, enabled=False), *recipe.steps[1:]))
    for shown_recipe in (other, Recipe(recipe.steps[::-1]), Recipe(), recipe):
        panel.set_recipe(shown_recipe)
        panel.set_agent_recipe(shown_recipe)
        panel.set_thumbnails([QImage(8, 6, QImage.Format.Format_RGB888)])
        panel.set_histograms([np.ones(256), np.ones((3, 256))])
        assert panel.recipe is shown_recipe
        assert len(panel.list.rows) == len(shown_recipe.steps)
    panel.set_agent_recipe(None)
    assert heard == []


def test_undo_updates_values_and_keeps_widgets_and_focus(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    rows = list(panel.list.rows)
    editor = rows[0].editor
    assert editor is not None
    slider = editor.scalars["ev"].slider
    slider.setFocus()
    recipe = five_steps()
    panel.set_recipe(replace(recipe, steps=(Step("exposure", {"ev": -2.0}), *recipe.steps[1:])))
    assert panel.list.rows == rows and rows[0].editor is editor
    assert slider.value == -2.0 and slider.hasFocus()
    assert rows[0].header.sentence.full.replace("\u00a0", " ") == "-2.00 EV"


def test_the_selection_follows_its_step(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=3)
    steps = five_steps().steps
    panel.set_recipe(Recipe((Step("contrast", {"amount": 0.1}), *steps)))
    assert panel.selected == 4
    panel.set_recipe(Recipe(steps[:2]))
    assert panel.selected == 1
    panel.set_recipe(Recipe())
    assert panel.selected == -1


def test_a_late_recipe_does_not_pull_the_handle_away(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    editor = panel.list.rows[0].editor
    assert editor is not None
    slider = editor.scalars["ev"].slider
    at = handle(slider)
    drag(slider, at, at + QPointF(10, 0), drop=False)
    held = slider.value
    panel.set_recipe(five_steps())
    assert slider.value == held
    mouse(slider, QEvent.Type.MouseMove, at + QPointF(20, 0))
    assert panel.recipe.steps[0].params["ev"] == slider.value > held
    mouse(slider, QEvent.Type.MouseButtonRelease, at + QPointF(20, 0))
    assert panel.recipe.steps[0].params["ev"] == slider.value


def test_the_agents_choice_belongs_to_the_same_use_of_a_filter(qtbot: QtBot) -> None:
    one, two = Step("exposure", {"ev": 0.5}), Step("exposure", {"ev": -0.5})
    panel = shown(qtbot, Recipe((Step("exposure", {"ev": 1.0}), Step("gamma", {"gamma": 0.5}), *[two] * 2)))
    panel.set_agent_recipe(Recipe((one, two)))
    assert [panel.model.agent_step(i) for i in range(4)] == [one, None, two, None]
