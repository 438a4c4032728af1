"""What a photographer does, told to a hand. Run by ``test_real_events.py``, each part in a process of its own:

python -m tests.x11.stories PART ALBUM PHOTOS...
"""

import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPointF, QTimer
from PySide6.QtWidgets import QApplication

from exposure_app.gui import app
from exposure_app.gui.export.dialog import ExportDialog
from exposure_app.gui.filmstrip.copy_dialog import CopyDialog
from exposure_app.gui.learn import learner
from exposure_app.gui.widgets.value_slider import ValueSlider
from exposure_app.gui.window.main_window import MainWindow
from exposure_app.gui.window.settings_dialog import SettingsDialog
from exposure_app.learning.state import LearningPhase
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path
from tests.helpers.learning import make_photos, quick_command
from tests.x11.hand import Hand, middle_of


def opened(hand: Hand) -> None:
    view = hand.window.panels.view
    hand.until(lambda: view.frame_shown is not None, "no picture")
    hand.until(lambda: hand.window.isActiveWindow(), "the window has no focus")
    settle(hand)


def settle(hand: Hand) -> None:
    queues = hand.window.queues
    hand.until(lambda: all(queue.is_idle for queue in (queues.files, queues.decode, queues.render)), "still busy")


def end(hand: Hand) -> None:
    hand.click(hand.window.caption)  # a window that was uncovered gets the keyboard a moment later; a click is surer
    hand.rest()
    hand.press("ctrl+q")
    hand.until(lambda: not hand.window.isVisible(), "does not quit")


def retouched(hand: Hand) -> None:
    document, at = hand.window.controller.document, hand.window.controller.document.at
    hand.until(lambda: hand.window.panels.auto.style_name, "no style")
    hand.press("ctrl+u")
    hand.until(lambda: document.at > at and not hand.window.coordinator.retoucher.is_running, "not retouched")
    settle(hand)


def dragged(hand: Hand) -> None:
    """Drag the first slider of the selected row."""
    rows = hand.window.panels.steps.list.rows
    document = hand.window.controller.document
    hand.click(rows[0].header.name)
    hand.until(lambda: hand.window.panels.steps.list.current == 0 and rows[0].editor is not None, "no editor")
    hand.rest()
    slider = next(found for found in rows[0].editor.findChildren(ValueSlider) if found.isVisible())
    start, before, at = QPointF(slider.x_of(slider.value), slider.height() / 2), document.recipe, document.at
    hand.drag(slider, start, QPointF(slider.width() * 0.7, start.y()), until_let_go=lambda: hand.photograph("3-slider"))
    hand.until(lambda: document.at == at + 1, "a drag is one edit")
    assert document.recipe != before


def edit(hand: Hand) -> None:
    """Retouch, change, undo, compare, crop and export one RAW file; then quit."""
    opened(hand)
    document, steps = hand.window.controller.document, hand.window.panels.steps.list
    hand.photograph("1-opened")
    retouched(hand)
    hand.photograph("2-retouched")
    dragged(hand)
    after = document.recipe
    hand.press("ctrl+z")
    hand.until(lambda: document.recipe != after, "not undone")
    hand.press("ctrl+shift+z")
    hand.until(lambda: document.recipe == after, "not redone")
    hand.click(steps.rows[1].header.on_off)
    hand.until(lambda: not document.recipe.steps[1].enabled, "not switched off")
    settle(hand)
    hand.photograph("4-switched-off")
    hand.click(steps.rows[1].header.on_off)
    hand.until(lambda: document.recipe == after, "not switched on")
    reorder(hand)
    compare(hand)
    crop(hand)
    export(hand)
    end(hand)


def reorder(hand: Hand) -> None:
    window, document = hand.window, hand.window.controller.document
    rows, filters = window.panels.steps.list.rows, [step.filter for step in document.recipe.steps]
    hand.click(rows[0].header.name)  # closes its editor: the rows come close
    hand.rest()
    last = rows[-1].header
    end = QPointF(rows[1].header.mapFromGlobal(last.mapToGlobal(QPointF(12, last.height() - 4))))
    hand.drag(rows[1].header, QPointF(8, 30), end, until_let_go=lambda: hand.photograph("5-reorder"))
    expected = [filters[0], *filters[2:], filters[1]]
    hand.until(lambda: [step.filter for step in document.recipe.steps] == expected, "not reordered")
    hand.press("ctrl+z")
    hand.until(lambda: [step.filter for step in document.recipe.steps] == filters, "order not put back")
    settle(hand)


def compare(hand: Hand) -> None:
    view = hand.window.panels.view
    hand.click(view)
    hand.rest(2 * QApplication.doubleClickInterval())
    hand.press("y")
    hand.until(lambda: view.compare.needs_before, "no wipe")
    hand.drag(view, middle_of(view), middle_of(view, 0.3))
    settle(hand)
    hand.photograph("6-wipe")
    hand.press("shift+y")
    settle(hand)
    hand.photograph("7-side-by-side")
    hand.press("shift+y")
    hand.until(lambda: not view.compare.needs_before, "still comparing")
    hand.hold("backslash", lambda: (hand.rest(), hand.photograph("8-before")))
    hand.press("z")
    hand.until(lambda: not view.zoom.is_fit, "still fitted")
    settle(hand)
    hand.photograph("9-100-percent")
    hand.press("z")


def crop(hand: Hand) -> None:
    window, document = hand.window, hand.window.controller.document
    before = document.recipe.geometry
    hand.press("r")
    hand.until(lambda: window.panels.crop.isVisible(), "no crop bar")
    settle(hand)
    overlay = window.coordinator.geometry.overlay
    hand.drag(overlay, overlay.place_of(0, 0), middle_of(overlay, 0.25, 0.25))
    hand.photograph("10-crop")
    hand.press("Return")
    hand.until(lambda: document.recipe.geometry != before, "not cropped")
    settle(hand)
    hand.photograph("11-cropped")


def export(hand: Hand) -> None:
    hand.press("ctrl+shift+e")
    hand.dialog(ExportDialog)
    hand.photograph("12-export")
    hand.press("Return")
    hand.until(lambda: any("1 of 1 exported" in words for words in hand.window.notices.visible_messages()), "no file")
    hand.photograph("13-exported")
    hand.until(lambda: hand.window.isActiveWindow(), "the dialog is still there")


def again(hand: Hand) -> None:
    """What was edited is there; a broken file is explained; a retouch can be cancelled; what else can be opened."""
    window, controller = hand.window, hand.window.controller
    opened(hand)
    assert len(controller.document.entries) > 3, "the edits are gone"
    hand.photograph("20-reopened")
    photo = controller.photo
    broken = photo.with_name("broken.dng")
    broken.write_bytes(b"II*\0" + bytes(200))
    controller.open_paths([broken])  # a file dialog of the desktop cannot be driven
    hand.until(lambda: window.notices.visible_messages(), "nothing said about a broken file")
    hand.rest(600)
    hand.photograph("21-broken")
    window.notices.dismiss_all()
    assert controller.photo == photo
    recipe = controller.document.recipe
    hand.press("ctrl+shift+u")
    hand.press("ctrl+shift+u")
    hand.until(
        lambda: window.status.cancel.isVisible() or not window.coordinator.retoucher.is_running, "no way to cancel"
    )
    if window.status.cancel.isVisible():
        hand.click(window.status.cancel)
    hand.until(lambda: not window.coordinator.retoucher.is_running, "still retouching")
    hand.photograph("22-cancelled")
    if controller.document.recipe != recipe:  # it was done before the button could be reached
        hand.press("ctrl+z")
    around(hand)
    end(hand)


def around(hand: Hand) -> None:
    window = hand.window
    hand.press("ctrl+comma")
    hand.dialog(SettingsDialog)
    hand.photograph("23-settings")
    hand.press("Escape")
    hand.until(lambda: not window.findChildren(SettingsDialog), "settings are still there")
    hand.rest()
    hand.press("question")
    hand.rest()
    hand.photograph("24-shortcuts")
    hand.press("Escape")
    hand.click(window.panels.view)
    hand.press("Tab")
    hand.until(lambda: not any(dock.isVisible() for dock in window.docks), "panels are still there")
    settle(hand)
    hand.photograph("25-panels-hidden")
    hand.press("Tab")
    hand.press("j")
    settle(hand)
    hand.photograph("26-clipping")
    hand.press("j")
    hand.press("s")
    frames = window.features.all_styles.sheet.frames
    hand.until(lambda: frames and not any(frame.picture.isNull() for frame in frames.values()), "a style is missing")
    hand.photograph("27-all-styles")
    hand.press("Escape")
    hand.until(lambda: window.panels.view.isVisible(), "the styles are still there")


def pasted(hand: Hand) -> None:
    """Copy the steps of the first photo, some of them, and paste them to the three others."""
    window, controller = hand.window, hand.window.controller
    opened(hand)
    retouched(hand)
    steps = {step.filter: step for step in controller.document.recipe.steps}
    hand.press("ctrl+shift+c")
    hand.dialog(CopyDialog)
    hand.photograph("40-copy")
    hand.press("Return")
    hand.until(lambda: not window.findChildren(CopyDialog) and window.isActiveWindow(), "the dialog is still there")
    strip = window.panels.filmstrip
    others = strip.photos()[1:]
    places = [strip.view.visualRect(strip.view.model().index(row, 0)).center() for row in range(len(others) + 1)]
    hand.click(strip.view.viewport(), QPointF(places[1]))
    hand.until(lambda: controller.photo == others[0], "the second photo does not open")
    hand.click(strip.view.viewport(), QPointF(places[-1]), key="shift")
    hand.until(lambda: controller.photo == others[-1] and strip.selected() == others, "three are not selected")
    settle(hand)
    hand.press("ctrl+shift+v")
    hand.until(lambda: all(strip.library.entry(photo).edited for photo in others), "not pasted")
    settle(hand)
    hand.rest(600)
    hand.photograph("41-pasted")
    for photo in others:
        hand.until(lambda photo=photo: sidecar_path(photo).exists(), "no sidecar")
        assert all(steps[step.filter] == step for step in read_sidecar(photo).steps if step.filter in steps)
    end(hand)


def taught(hand: Hand) -> None:
    """Teach a tiny style: choose, check, learn, pause, go on, accept, and retouch in it."""
    window, controller = hand.window, hand.window.controller
    learner.training_command = quick_command
    opened(hand)
    folder = controller.photo.parent
    hand.press("ctrl+shift+l")
    hand.until(lambda: not window.isActiveWindow(), "no window to teach a style")
    wizard = window.features.learn.window
    hand.until(lambda: not wizard.choose.is_looking, "still looking for photos")
    for field, name, brightness in ((wizard.choose.liked, "liked", 2.0), (wizard.choose.others, "others", 1.0)):
        field.set_photos(())
        make_photos(folder / name, 12, int(50 * (brightness - 1)), brightness)
        wizard.choose.add(field, [folder / name])  # a file dialog of the desktop cannot be driven
        hand.until(lambda field=field: len(field.photos) == 12, "photos are missing")
    hand.click(wizard.choose.title)
    hand.type("Evening")
    hand.rest(600)
    hand.photograph("50-choose")
    hand.click(wizard.primary)
    hand.until(lambda: wizard.check.check is not None and wizard.primary.isEnabled(), "not checked")
    hand.photograph("51-check")
    hand.click(wizard.primary)
    teaching = window.features.learn.learner

    def phase() -> LearningPhase:
        run = teaching.run
        if run is None or run.progress.phase is LearningPhase.FAILED:
            raise RuntimeError(run.progress.message if run else "there is no run")
        return run.progress.phase

    hand.until(lambda: phase() is LearningPhase.TRAINING and teaching.run.progress.trials, "no training")
    hand.rest(1000)
    hand.photograph("52-learning")
    hand.click(wizard.primary)
    hand.until(lambda: phase() is LearningPhase.WAITING and not teaching.is_running, "does not pause")
    hand.photograph("53-paused")
    teaching.run = replace(teaching.run, plan=replace(teaching.run.plan, minutes=0.01))  # the time is up
    hand.click(wizard.primary)
    hand.until(lambda: phase() is LearningPhase.DONE, "not done")
    hand.rest(1500)
    hand.photograph("54-result")
    hand.click(wizard.primary)
    hand.until(lambda: "evening" in window.panels.styles.names() and window.isActiveWindow(), "not in the library")
    window.panels.auto.choose_style("evening")
    retouched(hand)
    assert controller.document.recipe.style == "evening"
    hand.photograph("55-own-style")
    end(hand)


def empty(hand: Hand) -> None:
    """The first start, with nothing to open."""
    hand.until(lambda: hand.window.isActiveWindow(), "no window")
    hand.rest(3000)
    hand.photograph("0-start")
    end(hand)


def killed(hand: Hand) -> None:
    """Change something, then wait for the end."""
    controller = hand.window.controller
    opened(hand)
    controller.autosave.saved.connect(lambda _: print("SAVED", flush=True))
    recipe = controller.document.recipe
    step = replace(recipe.steps[0], enabled=False)
    hand.click(hand.window.panels.steps.list.rows[0].header.on_off)
    hand.until(lambda: controller.document.recipe.steps[0] == step, "not switched off")


def restored(hand: Hand) -> None:
    """Everything is back, and it is said."""
    opened(hand)
    assert any("ended unexpectedly" in words for words in hand.window.notices.visible_messages())
    assert not hand.window.controller.document.recipe.steps[0].enabled
    hand.rest(600)
    hand.photograph("30-restored")
    end(hand)


_ALL = (edit, again, empty, killed, restored, pasted, taught)
PARTS: dict[str, Callable[[Hand], None]] = {story.__name__: story for story in _ALL}


def tell(part: str, album: Path, photos: list[Path]) -> int:
    """Start the editor as a user does, and its hand."""
    application = QApplication(["exposure"])
    failed: list[BaseException] = []

    def begin() -> None:
        shown = [found for found in application.topLevelWidgets() if isinstance(found, MainWindow)]
        if not (shown and shown[0].isVisible()):
            QTimer.singleShot(100, begin)
            return
        window = shown[0]
        try:
            PARTS[part](Hand(window, album))
        except BaseException as error:
            traceback.print_exc()
            failed.append(error)
            window.close()

    QTimer.singleShot(100, begin)
    return app.run(photos) or len(failed)


if __name__ == "__main__":
    sys.exit(tell(sys.argv[1], Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]]))
