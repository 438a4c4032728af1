"""A person decides how a RAW file is developed, before the first step."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtTest import QTest

from exposure_app import paths
from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.io import formats
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.pipeline.recipe import Step
from exposure_app.pipeline.sidecar import read_sidecar
from tests.helpers.editor import Editor, make_photo
from tests.helpers.patience import PATIENCE
from tests.helpers.shared import mosaic_of, raw_files
from tests.helpers.steps import drag, handle, type_into


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The sample photo, to write beside."""
    return Path(shutil.copy(paths.resources_dir() / "sample.dng", tmp_path / "lake.dng"))


@pytest.fixture
def opened(editor: Editor, raw: Path) -> Editor:
    """An editor with the section of a RAW file unfolded."""
    editor.open(raw)
    section(editor).fold.button.setChecked(True)
    return editor


def section(editor: Editor):
    return editor.window.panels.develop


def developed(editor: Editor) -> None:
    """Wait until the picture is what the recipe says."""
    controller = editor.window.controller
    editor.until(lambda: not editor.window.coordinator.develop.is_busy)
    assert controller.engine.develop == editor.document.recipe.develop
    frames = editor.frames
    editor.window.coordinator.renderer.refresh()
    editor.until(lambda: editor.frames > frames)


def choose(editor: Editor, name: str, value: str) -> None:
    """Choose from a list as a click does."""
    box = section(editor).choices[name].box
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def warmth(editor: Editor) -> float:
    """Red against blue in the whole picture on the screen."""
    red, _, blue = editor.view.frame_shown.codes.mean(axis=(0, 1))
    return float(red / blue)


def test_the_section_is_quiet_until_something_is_decided(editor: Editor, raw: Path) -> None:
    editor.open(raw)
    shown = section(editor)
    assert not shown.area.isVisible() and not shown.reset_all.isVisible() and shown.summary.full == ""
    assert shown.choices["white_balance"].value == "as-shot"
    assert abs(shown.axes["temperature"].value - 5270) < 200, "what the camera saw"
    shown.fold.button.click()
    assert shown.area.isVisible() and not shown.words.isVisible()
    assert not any(row.button.isVisible() for row in shown.rows.values())


def test_a_drag_warms_the_picture_and_is_one_entry(opened: Editor) -> None:
    before, slider = warmth(opened), section(opened).axes["temperature"].slider
    at = handle(slider)
    drag(slider, at, at + QPointF(10, 0), at + QPointF(20, 0))
    controller = opened.window.controller
    assert opened.document.recipe.develop.white_balance == "custom"
    assert [entry.label.split()[0] for entry in opened.document.entries[1:]] == ["Temperature"]
    assert opened.document.entries[-1].label == f"Temperature {slider.value:.0f} K"
    assert controller.engine.develop == Develop(), "still to be developed"
    developed(opened)
    assert warmth(opened) > 1.1 * before
    assert section(opened).summary.full.startswith(f"{slider.value:.0f} K")


def test_what_is_shown_meanwhile_is_what_comes(opened: Editor) -> None:
    controller = opened.window.controller
    recipe = replace(opened.document.recipe, develop=Develop().balanced(controller.engine.source.light.light))
    recipe = replace(recipe, develop=replace(recipe.develop, temperature=7000.0))
    view = opened.view.frame_shown.view
    controller.engine.expect(recipe.develop)
    foreseen = controller.engine.frame(recipe, view).astype(int)
    controller.engine.expect(controller.engine.develop)
    controller.edit(recipe, "Warmer")
    developed(opened)
    came = controller.engine.frame(recipe, view).astype(int)
    unblown = came.max(axis=2) < 210  # the film curve shows white itself darker
    assert np.abs(foreseen - came)[unblown].mean() < 1
    assert np.percentile(np.abs(foreseen - came)[unblown], 99) < 6


def test_the_picture_is_what_the_command_line_makes(opened: Editor, raw: Path) -> None:
    choose(opened, "white_balance", "auto")
    choose(opened, "highlights", "reconstruct")
    type_into(section(opened).amounts["denoise"].field, "40")
    choose(opened, "demosaic", "ppg")
    developed(opened)
    develop = opened.document.recipe.develop
    assert develop == Develop("auto", highlights="reconstruct", denoise=40, demosaic="ppg")
    source = opened.window.controller.engine.source
    assert np.array_equal(source.pixels, read_image(raw, develop=develop).pixels)
    assert section(opened).axes["temperature"].value == round(source.light.light.temperature)
    opened.settle()
    assert read_sidecar(raw).develop == develop
    labels = [entry.label for entry in opened.document.entries[1:]]
    assert labels == ["White balance: Auto", "Highlights: Reconstruct", "Noise 40", "Demosaic: PPG"]


def test_undo_and_redo_develop_again(opened: Editor) -> None:
    choose(opened, "highlights", "blend")
    developed(opened)
    opened.act("undo")
    developed(opened)
    assert section(opened).choices["highlights"].value == "clip"
    opened.act("redo")
    developed(opened)
    assert opened.window.controller.engine.develop.highlights == "blend"


def test_each_and_all_can_be_taken_back(opened: Editor) -> None:
    shown = section(opened)
    choose(opened, "white_balance", "custom")
    choose(opened, "fbdd", "light")
    type_into(shown.amounts["denoise"].field, "20")
    assert shown.rows["fbdd"].button.isVisible() and shown.rows["denoise"].button.isVisible()
    QTest.mouseClick(shown.rows["denoise"].button, Qt.MouseButton.LeftButton)
    assert opened.document.recipe.develop.denoise == "auto" and opened.document.recipe.develop.fbdd == "light"
    QTest.mouseClick(shown.reset_all, Qt.MouseButton.LeftButton)
    assert opened.document.recipe.develop == Develop()
    assert not shown.reset_all.isVisible()
    developed(opened)


def test_the_latest_wish_wins(opened: Editor) -> None:
    for value in ("blend", "reconstruct", "clip", "reconstruct"):
        choose(opened, "highlights", value)
    developed(opened)
    assert opened.window.controller.engine.develop.highlights == "reconstruct"


def test_developing_can_be_cancelled(opened: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled = threading.Event()

    def slow(*args, **options):
        cancelled.wait(PATIENCE)
        return read_image(*args, **options)

    monkeypatch.setattr(formats, "read_image", slow)
    choose(opened, "demosaic", "dcb")
    status = opened.window.status
    opened.until(
        lambda: status.current is not None and status.stage.text() == "Developing" and status._busy.isVisible()
    )
    status.cancel.click()
    cancelled.set()
    assert opened.document.recipe.develop == Develop() == opened.window.controller.engine.develop
    assert opened.document.entries[-1].label == "Development stopped"
    assert not opened.window.coordinator.develop.is_busy


def test_a_file_that_is_gone_leaves_the_picture(opened: Editor, raw: Path) -> None:
    raw.unlink()
    choose(opened, "demosaic", "ahd")
    opened.until(lambda: opened.messages)
    assert opened.document.recipe.develop == Develop()


def grey_pick(editor: Editor, area: QRect) -> None:
    view = editor.view
    corners = [view.zoom.to_pane(*at, 0, 0).topLeft().toPoint() for at in (
        (area.left(), area.top()), (area.right(), area.bottom())
    )]  # fmt: skip
    editor.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=corners[0])
    editor.qtbot.mouseMove(view, corners[1])
    editor.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=corners[1])


CARD = QRect(1500, 2200, 300, 200)


def colour(editor: Editor) -> np.ndarray:
    return np.array(editor.window.controller.engine.mean_developed(*CARD.getRect()))


def test_three_pipettes_in_a_row(opened: Editor) -> None:
    """The step's own, the development's, and the step's again: each answers who asked."""
    controller, recipe = opened.window.controller, opened.document.recipe
    step = Step("white_balance", {"green": 0.0, "blue": 0.0})
    controller.edit(replace(recipe, steps=(step, *recipe.steps)), "Add")
    opened.act("pick_neutral")
    grey_pick(opened, CARD)
    opened.until(lambda: opened.document.recipe.steps[0] != step)
    assert opened.document.recipe.develop == Develop(), "the step comes first"
    first = opened.document.recipe.steps[0]

    section(opened).picker.click()
    grey_pick(opened, CARD)
    opened.until(lambda: opened.document.recipe.develop.white_balance == "custom")
    assert opened.document.entries[-1].label == "White balance picked"
    assert opened.document.recipe.steps[0] == first
    developed(opened)
    assert np.ptp(colour(opened)) < 0.02 * colour(opened).mean()

    opened.act("pick_neutral")
    grey_pick(opened, CARD)
    opened.until(lambda: opened.document.recipe.steps[0] != first)
    gains = opened.document.recipe.steps[0].params
    assert abs(gains["green"]) < 0.03 and abs(gains["blue"]) < 0.03, "it is grey already"


def test_without_a_step_the_key_picks_for_the_development(opened: Editor) -> None:
    opened.act("pick_neutral")
    grey_pick(opened, CARD)
    opened.until(lambda: opened.document.recipe.develop.white_balance == "custom")
    developed(opened)


def test_reset_gives_what_a_fresh_opening_gives(new_editor: Callable[[], Editor], raw: Path) -> None:
    first = new_editor()
    first.open(raw)
    fresh = first.document.recipe
    first.window.controller.edit(replace(fresh, develop=Develop("auto", highlights="reconstruct")), "Develop")
    developed(first)
    first.settle()
    first.window.close()
    paths.user_config_dir().joinpath("session.json").unlink()
    shutil.rmtree(paths.user_config_dir() / "history")  # as if the sidecar came from another computer

    again = new_editor()
    again.open(raw)
    assert again.window.controller.engine.develop.white_balance == "auto"
    again.act("reset")
    again.until(lambda: again.document.recipe == fresh)
    assert again.document.entries[-1].label == "Reset" and again.document.neutral == fresh
    assert not again.document.is_edited
    assert again.window.controller.engine.develop == fresh.develop
    again.act("undo")
    developed(again)
    assert again.document.recipe.develop.white_balance == "auto"


def test_development_is_pasted_to_other_photos(opened: Editor, raw: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(raw, tmp_path / "other.dng"))
    controller = opened.window.controller
    choose(opened, "highlights", "blend")
    recipe = opened.document.recipe
    controller.several.paste([other], CopiedEdits(recipe, (), develop=recipe.develop))
    opened.settle()
    assert read_sidecar(other).develop.highlights == "blend"
    controller.open_photo(other)
    opened.until(lambda: controller.photo == other)
    assert section(opened).choices["highlights"].value == "blend"


def test_snapshots_and_versions_have_their_own(opened: Editor) -> None:
    coordinator, controller = opened.window.coordinator, opened.window.controller
    choose(opened, "highlights", "blend")
    coordinator.take_snapshot()
    coordinator.add_copy()
    choose(opened, "highlights", "reconstruct")
    developed(opened)
    opened.document.show_copy(0)
    developed(opened)
    assert controller.engine.develop.highlights == "blend"
    QTest.mouseClick(section(opened).reset_all, Qt.MouseButton.LeftButton)
    developed(opened)
    coordinator._restore_snapshot("Snapshot 1")
    developed(opened)
    assert controller.engine.develop.highlights == "blend"


def test_the_numbers_of_the_file_follow(opened: Editor) -> None:
    histogram = opened.window.panels.histogram
    histogram.raw.click()
    opened.until(lambda: histogram._raw is not None)
    before = histogram._raw
    type_into(section(opened).axes["temperature"].field, "9000")
    developed(opened)
    opened.until(lambda: histogram._raw is not None and histogram._raw is not before)
    assert not np.array_equal(histogram._raw.counts, before.counts)


def test_the_radius_of_the_sharpening_can_be_set_and_left_to_the_edges_again(opened: Editor) -> None:
    shown = section(opened)
    shown.fold.button.setChecked(True)
    type_into(shown.amounts["sharpen_radius"].field, "0.85")
    assert opened.document.recipe.develop.sharpen_radius == 0.85
    QTest.mouseClick(shown.rows["sharpen_radius"].button, Qt.MouseButton.LeftButton)
    assert opened.document.recipe.develop.sharpen_radius == "auto"
    developed(opened)


def test_turning_while_it_is_developed_keeps_both(opened: Editor) -> None:
    choose(opened, "highlights", "blend")
    opened.act("turn_right")
    controller = opened.window.controller
    opened.until(lambda: controller.engine.geometry == opened.document.recipe.geometry)
    developed(opened)
    assert controller.engine.geometry == opened.document.recipe.geometry
    assert controller.engine.size == controller.engine.source.size[::-1]


def test_the_zoom_stays(opened: Editor) -> None:
    opened.act_and_see("zoom_100")
    zoom = opened.view.zoom
    choose(opened, "highlights", "blend")
    developed(opened)
    assert opened.view.zoom == zoom


def test_a_finished_picture_says_what_is_decided_already(editor: Editor, photo: Path) -> None:
    editor.open(photo)
    shown = section(editor)
    shown.fold.button.setChecked(True)
    assert "finished picture" in shown.words.text() and shown.words.isVisible()
    raws_own = ("highlights", "sharpen", "sharpen_radius", "denoise", "color_denoise", "fbdd", "demosaic")
    assert not any(shown.rows[name].isVisible() for name in raws_own)
    before = warmth(editor)
    type_into(shown.axes["temperature"].field, "9000")
    developed(editor)
    assert warmth(editor) > before


def test_leaving_for_another_photo_ends_developing(opened: Editor, tmp_path: Path) -> None:
    other = make_photo(tmp_path / "harbour.jpg")
    choose(opened, "demosaic", "dcb")
    opened.window.controller.open_photo(other)
    assert not opened.window.coordinator.develop.is_busy
    opened.until(lambda: opened.window.controller.photo == other)
    assert opened.document.recipe.develop == Develop()


@raw_files("synthetic_xtrans*.dng")
def test_a_sensor_without_bayer_pattern_is_developed_too(editor: Editor, raw_file: Path, tmp_path: Path) -> None:
    if mosaic_of(raw_file) == (2, 2):
        pytest.skip(f"{raw_file.name} holds a Bayer mosaic")
    editor.open(Path(shutil.copy(raw_file, tmp_path / raw_file.name)))
    type_into(section(editor).axes["temperature"].field, "4000")
    choose(editor, "highlights", "blend")
    developed(editor)
    assert editor.window.controller.engine.develop.temperature == 4000


def test_the_lens_has_a_switch_for_each_correction_and_sliders(opened: Editor) -> None:
    lens = section(opened).lens
    assert lens.found.text() and all(box.isChecked() for box in lens.switches.values())
    lens.switches["lens_fringes"].click()
    assert opened.document.recipe.develop.lens_fringes is False
    developed(opened)
    assert lens.rows["lens_switches"].button.isVisible() and "part" in section(opened).summary.full
    lens.rows["lens_switches"].button.click()
    assert opened.document.recipe.develop.lens_fringes is True
    type_into(lens.sliders["vignetting"].field, "60")
    developed(opened)
    engine = opened.window.controller.engine
    corner, middle = (float(np.mean(part)) for part in (engine.source.pixels[:8, :8], engine.source.pixels[250:258]))
    plain = read_image(opened.window.controller.photo).pixels
    assert corner > 1.5 * float(plain[:8, :8].mean()) and abs(middle / float(plain[250:258].mean()) - 1) < 0.5
    lens.use.box.setCurrentIndex(lens.use.box.findData("off"))
    lens.use.box.activated.emit(lens.use.box.currentIndex())
    assert opened.document.recipe.develop.lens == "off"
    assert not any(box.isEnabled() for box in lens.switches.values())


def test_a_finished_pictures_lens_can_be_corrected_by_hand(editor: Editor, tmp_path: Path) -> None:
    editor.open(make_photo(tmp_path / "a.png"))
    section(editor).fold.button.setChecked(True)
    lens = section(editor).lens
    assert lens.isVisible() and "already" in lens.found.text()
    type_into(lens.sliders["distortion"].field, "40")
    developed(editor)
    assert editor.document.recipe.develop.distortion == 40
