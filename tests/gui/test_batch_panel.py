"""Many photos at once: chosen, retouched in processes of their own, paused, stopped, gone on with after a restart."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMessageBox, QPushButton

from exposure_app.batch import unfinished
from exposure_app.batch.batch import make_batch
from exposure_app.gui.batch.queue_model import PIXMAP, REVIEW, STATE
from exposure_app.gui.batch.run import BatchPhase
from exposure_app.pipeline.sidecar import read_sidecar, write_sidecar
from tests.helpers import batches
from tests.helpers.editor import Editor, make_photo

MANY = 14


class Panel:
    """The editor's window for many photos, and hands for it."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.batching = editor.window.features.batch
        self.run = self.batching.run

    def open(self):
        self.editor.act("batch")
        return self.window

    @property
    def window(self):
        return self.batching.window

    @property
    def queue(self):
        return self.window.queue

    @property
    def batch(self):
        return self.run.batch

    def set_up(self, place: Path, out: Path | str = "finished", *, by_steps: bool = True) -> None:
        setup = self.open().setup
        setup.photos.choose_folder(place)
        setup.edits.by_steps.setChecked(by_steps)
        setup.folder.setText(str(out))

    def start(self, place: Path, out: Path | str = "finished", **options: bool) -> None:
        self.set_up(place, out, **options)
        self.press("Start")

    def press(self, text: str) -> None:
        choices = self.window.choices
        (button,) = [one for one in (choices.left, choices.second, choices.primary) if one.text() == text]
        assert button.isEnabled(), choices.hint.text()
        button.click()

    def finish(self) -> None:
        self.editor.until(lambda: self.run.phase is BatchPhase.OVER)

    def after_first(self, act: Callable[[], object]) -> None:
        """Do something as soon as one photo is done."""

        def see(event: object) -> None:
            if event.state == "done" and not acted:  # type: ignore[attr-defined]
                acted.append(act())

        acted: list[object] = []
        self.run.photo_changed.connect(see)
        self.editor.until(lambda: acted)

    def column(self, role: int) -> list[object]:
        model = self.queue.model
        return [model.index(row, 0).data(role) for row in range(model.rowCount())]

    def answer(self, text: str) -> None:
        boxes = [box for box in self.editor.window.findChildren(QMessageBox) if box.isVisible()]
        (button,) = [one for box in boxes for one in box.findChildren(QPushButton) if one.text() == text]
        button.click()


@pytest.fixture
def panel(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Panel]:
    monkeypatch.setattr("exposure_app.batch.workers.default_count", lambda: 1)  # each takes seconds to start
    made = Panel(editor)
    yield made
    made.run.close()  # else closing the editor would ask


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A few small photos, some in a folder below."""
    return batches.folder(tmp_path / "shoot", 4)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Photos that take long enough for something to happen meanwhile."""
    (tmp_path / "large").mkdir()
    for number in range(MANY):
        batches.photo(tmp_path / "large" / f"{number:02}.jpg", number, (1800, 1200))
    return tmp_path / "large"


def workers() -> list[int]:
    """The processes that photos are worked on in."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            command = Path("/proc", pid, "cmdline").read_bytes()
            found += [int(pid)] if b"spawn_main" in command else []
    return found


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see other processes")


# --- from the choice to the results ---


def test_a_folder_goes_in_and_finished_photos_come_out_each_with_its_row(panel, place, photo):
    (place / "broken.jpg").write_bytes(b"not a picture")
    panel.editor.open(photo)
    panel.start(place)
    assert panel.window.pages.currentWidget() is panel.queue
    panel.finish()
    below = str(Path("below", "IMG_000.jpg"))
    states = dict(zip(panel.column(Qt.ItemDataRole.DisplayRole), panel.column(STATE), strict=True))
    assert states[below] == "done" and states["broken.jpg"] == "failed" and list(states.values()).count("done") == 4
    assert sorted(batches.contents(place / "finished")) == sorted(name for name in states if name != "broken.jpg")
    assert panel.queue.title.text() == "4 of 5 photos done" and "1 failed" in panel.queue.details.text()
    told = panel.column(Qt.ItemDataRole.StatusTipRole)[list(states).index("broken.jpg")]
    assert told.startswith("Failed: ") and "broken.jpg" in told and str(place) not in told
    panel.queue.filter.setCurrentIndex(1)
    assert [panel.queue.shown.index(row, 0).data() for row in range(panel.queue.shown.rowCount())] == ["broken.jpg"]
    panel.editor.until(lambda: panel.column(PIXMAP).count(None) == 1)


def test_results_are_those_of_the_command_line(panel, place, photo, tmp_path):
    panel.editor.open(photo)
    panel.start(place, tmp_path / "out")
    panel.finish()
    spec = panel.batch.spec
    assert spec.recipe.steps == panel.editor.document.recipe.steps
    batches.run_here(make_batch([place], tmp_path / "again", spec))
    assert batches.contents(tmp_path / "out") == batches.contents(tmp_path / "again")


def test_a_style_with_its_options_and_what_was_edited_by_hand_stays(untrained, panel, place):
    own = batches.RECIPE
    edited, other = place / "IMG_001.jpg", place / "IMG_002.jpg"
    write_sidecar(edited, own)
    panel.editor.open(other)
    setup = panel.open().setup
    setup.photos.choose_folder(place)
    setup.photos.recursive.setChecked(False)
    setup.edits.amount.setValue(50)
    setup.edits.seed.setValue(7)
    setup.form.format.setCurrentIndex(setup.form.format.findData("png"))
    setup.form.pattern.setText("{name} {style}")
    panel.press("Start")
    panel.finish()
    assert panel.batch.count("done") == 2
    assert (place / "finished" / "IMG_002 plain.png").exists() and (place / "finished" / "IMG_001 vivid.png").exists()
    assert read_sidecar(edited) == own
    planned = read_sidecar(other)
    assert (planned.style, planned.seed, planned.amount) == ("plain", 7, 0.5)
    # The photo that is open shows it, as a step back that can be taken.
    assert panel.editor.document.recipe.steps == planned.steps
    panel.editor.act("undo")
    assert panel.editor.document.recipe.steps != planned.steps


def test_selected_photos_and_what_is_still_lacking(panel, tmp_path):
    photos = [make_photo(tmp_path / f"{number}.jpg", seed=number) for number in range(3)]
    panel.editor.start(*photos)
    panel.editor.until(lambda: len(panel.editor.window.panels.filmstrip.photos()) == 3)
    panel.editor.until(lambda: panel.editor.document is not None)
    panel.editor.window.panels.filmstrip.select(photos[:2])
    setup = panel.open().setup
    assert setup.photos.selected.isChecked() and "2 photos" in setup.photos.selected.text()
    assert setup.form.preview.text() == "0.jpg" and setup.where.toolTip() == str(tmp_path / "finished")
    setup.edits.by_style.setChecked(True)
    assert "No style" in panel.window.choices.hint.text() and not panel.window.choices.primary.isEnabled()
    setup.edits.by_steps.setChecked(True)
    setup.form.pattern.setText("{nonsense}")
    assert "not known" in panel.window.choices.hint.text()
    setup.form.pattern.setText("{name}")
    setup.folder.setText("")
    assert "results" in panel.window.choices.hint.text()
    setup.folder.setText("there")
    setup.photos.choose_folder(tmp_path / "gone")
    assert "There is no folder" in panel.window.choices.hint.text()
    setup.photos.selected.click()
    panel.press("Start")
    panel.finish()
    assert sorted(batches.contents(tmp_path / "there")) == ["0.jpg", "1.jpg"]


def test_what_was_chosen_is_remembered_apart_from_the_export(panel, place, photo, new_editor):
    from exposure_app.export.settings import ExportSettings
    from exposure_app.settings import current_settings

    panel.editor.open(photo)
    panel.set_up(place, "pictures")
    form = panel.window.setup.form
    form.quality.setValue(70)
    form.existing.setCurrentIndex(form.existing.findData("overwrite"))
    panel.press("Start")
    panel.finish()
    kept = ExportSettings.remembered(current_settings())
    assert (kept.quality, kept.existing, kept.folder) == (70, "rename", "exported")
    another = Panel(new_editor()).open().setup
    assert (another.folder.text(), another.form.settings().existing) == ("pictures", "overwrite")


def test_a_folder_can_be_dropped(panel, place):
    photos = panel.open().setup.photos
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(place))])
    where = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    photos.dragEnterEvent(QDragEnterEvent(QPoint(5, 5), *where))
    photos.dropEvent(QDropEvent(QPointF(5, 5), *where))
    assert photos.places() == (place,)


# --- what can be done with a row ---


@pytest.mark.qt_log_ignore("raise", "propagateSizeHints", extend=True)  # the offscreen platform has no order of windows
def test_a_result_is_opened_shown_in_its_folder_and_its_photo_edited(panel, place, photo, monkeypatch):
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    panel.editor.open(photo)
    panel.start(place)
    panel.finish()
    assert not panel.queue.open_button.isEnabled()
    panel.queue.select(2)
    panel.queue.open_button.click()
    assert opened == [str(place / "finished" / panel.column(Qt.ItemDataRole.DisplayRole)[2])]
    panel.queue.edit_button.click()
    panel.editor.until(lambda: panel.editor.window.controller.photo == panel.queue.model.photo(2))
    assert len(panel.editor.window.controller.photos) == 4


def test_doubtful_results_are_marked(panel, place, photo):
    from PIL import Image

    Image.new("RGB", (60, 40), "white").save(place / "white.jpg")
    panel.editor.open(photo)
    panel.start(place)
    panel.finish()
    marked = [bool(review) for review in panel.column(REVIEW)]
    assert marked == [name == "white.jpg" for name in panel.column(Qt.ItemDataRole.DisplayRole)]
    assert "1 to review" in panel.queue.details.text()
    assert "white or black" in panel.column(Qt.ItemDataRole.StatusTipRole)[marked.index(True)]


# --- pausing, stopping ---


def test_a_pause_keeps_the_rest_waiting_and_the_editor_usable(panel, large, photo):
    panel.editor.open(photo)
    panel.start(large)
    panel.after_first(lambda: panel.press("Pause"))
    panel.editor.until(lambda: not panel.batch.count("running"))
    assert "Paused" in panel.queue.title.text() and 0 < panel.batch.count("done") < MANY
    assert "waiting" in panel.column(STATE)
    other = make_photo(photo.parent / "other.jpg", seed=5)
    panel.editor.window.controller.open_paths([other])
    panel.editor.until(lambda: panel.editor.window.controller.photo == other)
    panel.press("Resume")
    panel.finish()
    assert panel.batch.count("done") == MANY


def test_a_cancelled_batch_goes_on_where_it_stopped(panel, large, photo):
    panel.editor.open(photo)
    panel.start(large)
    panel.after_first(lambda: panel.press("Cancel"))
    assert panel.window.choices.left.text() == "Drop what is in hand" or panel.run.phase is BatchPhase.OVER
    panel.finish()
    done = panel.batch.count("done")
    assert 0 < done < MANY and f"{MANY - done} not begun" in panel.queue.details.text()
    assert len(batches.contents(large / "finished")) == done
    panel.press("Resume")
    panel.editor.until(lambda: panel.run.is_active)
    panel.finish()
    assert panel.batch.taken_over == done and panel.batch.count("done") == MANY
    assert unfinished.remembered() == []


def test_what_failed_can_be_tried_again_and_then_other_photos(panel, place, photo):
    good = (place / "IMG_001.jpg").read_bytes()
    (place / "IMG_001.jpg").write_bytes(b"")
    panel.editor.open(photo)
    panel.start(place)
    panel.finish()
    (place / "IMG_001.jpg").write_bytes(good)
    panel.press("Try the failed again")
    panel.finish()
    assert panel.batch.count("done") == 4
    panel.press("New batch")
    assert panel.window.pages.currentWidget() is panel.window.setup and not panel.batching.indicator.isVisible()


def test_a_batch_that_cannot_be_is_said_and_the_choice_is_there_again(panel, place, photo, tmp_path):
    (tmp_path / "file").write_text("")
    panel.editor.open(photo)
    panel.start(place, tmp_path / "file")
    panel.editor.until(lambda: "Cannot write to" in panel.window.choices.hint.text())
    (tmp_path / "empty").mkdir()
    assert panel.window.pages.currentWidget() is panel.window.setup
    panel.start(tmp_path / "empty", tmp_path / "out")
    panel.editor.until(lambda: panel.run.phase is BatchPhase.OVER)
    assert panel.queue.title.text() == "There is nothing to do"
    panel.press("New batch")
    assert panel.window.pages.currentWidget() is panel.window.setup


def test_the_end_is_told_when_nobody_looks(panel, place, photo):
    panel.editor.open(photo)
    panel.start(place)
    panel.press("Run in background")
    assert panel.batching.indicator.isVisible()
    panel.finish()
    panel.editor.until(lambda: any("4 photos retouched" in message for message in panel.editor.messages))
    panel.batching.indicator.click()
    assert panel.window.isVisible()


# --- quitting and coming back ---


@needs_proc
def test_quitting_in_the_middle_asks_ends_everything_and_the_next_start_goes_on(panel, large, photo, new_editor):
    panel.editor.open(photo)
    panel.start(large)
    panel.after_first(panel.editor.window.close)
    assert panel.editor.window.isVisible() and workers()
    panel.answer("Cancel")
    assert panel.editor.window.isVisible()
    panel.editor.window.close()
    panel.answer("Stop and quit")
    assert not panel.editor.window.isVisible() and not panel.run.is_active and workers() == []
    left = unfinished.count_left(large / "finished")
    assert 0 < left < MANY
    assert not list((large / "finished" / ".exposure-batch").glob("work-*"))
    again = Panel(new_editor())
    again.editor.start()
    again.editor.until(lambda: any(f"{left} photo" in message for message in again.editor.messages))
    assert again.batching.indicator.isVisible()
    again.batching.indicator.click()
    offered = again.window.setup.unfinished
    again.editor.until(lambda: offered.buttons)
    offered.buttons[-1].click()
    again.finish()
    assert again.batch.taken_over == MANY - left and again.batch.count("done") == MANY
    batches.run_here(make_batch([large], large.parent / "whole", again.batch.spec))
    assert batches.contents(large / "finished") == batches.contents(large.parent / "whole")


def test_a_stopped_batch_can_be_forgotten(panel, place, photo):
    batch = make_batch([place], place / "finished", batches.spec())
    batch.cancel()
    batches.run_here(batch)
    unfinished.remember(batch)
    panel.editor.open(photo)
    offered = panel.open().setup.unfinished
    panel.editor.until(lambda: offered.buttons)
    offered.buttons[0].click()
    panel.editor.until(lambda: not offered.buttons)
    assert unfinished.remembered() == []
    panel.editor.until(lambda: not panel.batching.indicator.isVisible())


@needs_proc
def test_workers_step_back_behind_the_editor(panel, large, photo):
    panel.editor.open(photo)
    panel.start(large)
    panel.after_first(panel.run.pause)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert workers()  # one of them may still be starting
    panel.editor.until(lambda: all(os.getpriority(os.PRIO_PROCESS, pid) > own for pid in workers()))
    panel.run.cancel()
    panel.finish()


def test_what_a_batch_leaves_can_be_undone_in_every_photo_and_is_said(untrained, panel, place, photo):
    panel.set_up(place, by_steps=False)
    edits = panel.window.setup.edits
    assert "can be changed and undone" in edits.note.text()
    edits.keeps.setChecked(False)
    assert "stay as they are" in edits.note.text()
    edits.keeps.setChecked(True)
    panel.press("Start")
    panel.finish()
    retouched = sorted(place.rglob("IMG_*.jpg"))[1]
    panel.editor.window.controller.open_paths([retouched])
    panel.editor.until(lambda: panel.editor.window.controller.photo == retouched)
    assert panel.editor.document.is_edited
    panel.editor.act("undo")
    assert not panel.editor.document.is_edited
