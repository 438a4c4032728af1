"""Teaching a style: choose, check, learn, judge; pausing, cancelling, and whatever can go wrong with the process."""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from exposure_app import paths
from exposure_app.agent.header import list_styles
from exposure_app.gui.learn import check_page, child, learner
from exposure_app.learning import store
from exposure_app.learning.state import LearningPhase
from exposure_app.learning.store import SavedRun
from tests.helpers.editor import Editor
from tests.helpers.learning import fake_command, make_photos, quick_command

REAL_CHECK, REAL_TRAINING = check_page.check_command, learner.training_command
AUDIT = """
liked = json.loads(pathlib.Path(LIKED).read_text())
tell("reading", what="photos", done=1, total=len(liked))
tell("done", audit={"photos": len(liked), "monochrome": 0, "unreadable": {}, "rarer": [], "tiny": [],
     "duplicates": [liked[:2]], "gap": {"luminance": 60.0, "contrast": 51.0, "saturation": 43.0},
     "advice": ["1 file repeated."]})
"""
LEARN = 'tell("reading", what="photos", done=3, total=9); trial(0); progress(25); trial(50, 72.0); progress(75)\n'
STOP = 'wait_for_stop(); tell("stopped", iteration=75, checkpoint="x"); sys.exit(130)\n'
DONE = """
from tests.helpers.editor import save_untrained_style
style = pathlib.Path(OUT) / "evening.safetensors"
style.write_bytes(pathlib.Path(UNTRAINED).read_bytes())
tell("done", style=str(style), card=str(style.with_suffix(".md")), figures=FIGURES)
"""


class Teacher:
    """The editor's window for teaching, and hands for it."""

    def __init__(self, editor: Editor, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.editor, self.folder, self._monkeypatch = editor, folder, monkeypatch
        self.teaching = editor.window.features.learn
        self.audits(AUDIT)

    def audits(self, script: str) -> None:
        def command(liked: Path, others: Path) -> list[str]:
            return fake_command(self.folder, f"LIKED = {str(liked)!r}\n{script}")

        self._monkeypatch.setattr(check_page, "check_command", command)

    def trains(self, script: str) -> None:
        untrained = paths.user_styles_dir() / "plain.safetensors"

        def command(run: SavedRun) -> list[str]:
            return fake_command(run.output, f"UNTRAINED = {str(untrained)!r}\n{script}")

        self._monkeypatch.setattr(learner, "training_command", command)

    def open(self):
        self.editor.act("teach")
        return self.window

    @property
    def window(self):
        return self.teaching.window

    @property
    def run(self):
        return self.teaching.learner.run

    @property
    def phase(self):
        return self.run.progress.phase if self.run else None

    def choose(self) -> None:
        choose = self.open().choose
        self.editor.until(lambda: not choose.is_looking)  # it suggests some by itself
        for field, name in ((choose.liked, "liked"), (choose.others, "others")):
            field.set_photos(())
            make_photos(self.folder / name, 12, *((0, 2.0) if name == "liked" else (50, 1.0)))
            choose.add(field, [self.folder / name])
        self.editor.until(lambda: len(choose.liked.photos) == len(choose.others.photos) == 12)
        choose.title.setText("Evening")

    def check(self) -> None:
        self.choose()
        self.window.primary.click()
        self.editor.until(lambda: not self.window.check.is_running)
        assert self.window.primary.isEnabled(), self.window.hint.text()

    def begin(self, script: str) -> None:
        self.trains(script)
        self.check()
        self.window.primary.click()

    def answer(self, text: str) -> None:
        boxes = [box for box in self.editor.window.findChildren(QMessageBox) if box.isVisible()]
        buttons = [button for box in boxes for button in box.findChildren(QPushButton) if button.text() == text]
        assert len(buttons) == 1
        buttons[0].click()


@pytest.fixture
def teacher(editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Teacher]:
    made = Teacher(editor, tmp_path, monkeypatch)
    yield made
    made.teaching.learner.kill()  # else closing the editor would ask


# --- the whole story ---


def test_a_style_is_chosen_checked_learned_and_added_to_the_library(untrained, teacher, photo):
    teacher.editor.open(photo)
    teacher.begin(LEARN + DONE)
    assert len(teacher.run.plan.liked) == 11, "the second version of a picture is left out"
    teacher.editor.until(lambda: teacher.phase is LearningPhase.DONE)
    window = teacher.window
    assert window.pages.currentWidget() is window.outcome
    assert "78 %" in window.outcome.sentences.text()
    teacher.editor.until(lambda: not window.outcome.after.picture.isNull())
    assert window.outcome.before.picture != window.outcome.after.picture
    window.primary.click()
    assert "evening" in teacher.editor.window.panels.styles.names()
    assert not window.isVisible()
    assert teacher.teaching.indicator.isHidden()
    assert store.read_runs() == []


def test_progress_is_seen_in_the_window_and_in_the_status_line(untrained, teacher):
    teacher.begin(LEARN + STOP)
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    page = teacher.window.progress
    assert page.percent.text() == "75 %"
    assert "about 25 s left" in page.details.text()
    assert [bar.words for bar in page.closeness.rows] == ["72 of 85 %"] * 3
    assert [bar.name for bar in page.usage.rows] == ["Contrast", "Exposure"]
    QTest.keyClick(teacher.window, Qt.Key.Key_Escape)
    assert not teacher.window.isVisible()
    indicator = teacher.teaching.indicator
    assert indicator.isVisible()
    assert indicator.text() == "Evening: Learning 75 %"
    indicator.click()
    assert teacher.window.isVisible()


def test_the_editor_can_be_used_meanwhile(untrained, teacher, photo):
    teacher.begin(LEARN + STOP)
    teacher.editor.open(photo)
    teacher.editor.retouch()
    assert teacher.teaching.learner.is_running


def test_learning_waits_for_what_else_needs_the_processor(untrained, teacher):
    if sys.platform == "win32":
        pytest.skip("priorities are asked for in another way there")
    teacher.begin(LEARN + STOP)
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    assert os.getpriority(os.PRIO_PROCESS, teacher.teaching.learner.process_id) >= 10


@pytest.mark.slow
def test_the_real_process_learns_pauses_goes_on_and_makes_a_style(editor, teacher, monkeypatch, photo):
    monkeypatch.setattr(check_page, "check_command", REAL_CHECK)
    monkeypatch.setattr(learner, "training_command", quick_command)
    monkeypatch.setattr(child, "NICENESS", 0)  # a test must end on a busy machine too
    editor.open(photo)
    teacher.check()
    teacher.window.primary.click()
    editor.until(lambda: teacher.phase in (LearningPhase.TRAINING, LearningPhase.FAILED))
    teacher.window.primary.click()
    editor.until(lambda: not teacher.teaching.learner.is_running)
    assert teacher.phase is LearningPhase.WAITING, teacher.run.progress.message
    assert len(teacher.run.progress.ceiling) == 3
    assert teacher.window.progress.sheet.picture.width() > 300
    run = teacher.run
    teacher.teaching.learner.run = replace(run, plan=replace(run.plan, minutes=0.01))  # the time is up
    teacher.window.primary.click()
    editor.until(lambda: teacher.phase in (LearningPhase.DONE, LearningPhase.FAILED))
    assert teacher.phase is LearningPhase.DONE, teacher.run.progress.message
    teacher.window.primary.click()
    (style,) = list_styles()
    assert (style.name, style.title) == ("evening", "Evening")
    editor.window.panels.auto.choose_style("evening")
    editor.retouch()
    assert editor.document.recipe.style == "evening"


# --- pause, cancel, quit ---


def test_it_pauses_and_goes_on(untrained, teacher):
    teacher.begin(LEARN + STOP)
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    teacher.window.primary.click()
    assert teacher.phase is LearningPhase.STOPPING
    assert not teacher.window.primary.isEnabled()
    teacher.editor.until(lambda: not teacher.teaching.learner.is_running)
    assert teacher.phase is LearningPhase.WAITING
    assert teacher.window.primary.text() == "Resume"
    teacher.trains("progress(80); trial(90)\n" + DONE)
    teacher.window.primary.click()
    teacher.editor.until(lambda: teacher.phase is LearningPhase.DONE)
    assert [trial.iteration for trial in teacher.run.progress.trials] == [0, 50, 90]


def test_cancelling_asks_and_then_nothing_is_left(untrained, teacher):
    teacher.begin(LEARN + STOP)
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    teacher.window.left.click()
    teacher.answer("Keep")
    assert teacher.teaching.learner.is_running
    teacher.window.left.click()
    teacher.answer("Throw away")
    assert teacher.run is None
    assert not teacher.teaching.learner.is_running
    assert store.read_runs() == []
    assert teacher.window.pages.currentWidget() is teacher.window.choose


def test_quitting_asks_stops_with_what_was_learned_and_then_quits(untrained, teacher):
    teacher.begin(LEARN + STOP)
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    teacher.window.hide()
    main = teacher.editor.window
    main.close()
    assert main.isVisible()
    teacher.answer("Cancel")
    assert teacher.teaching.learner.is_running
    main.close()
    teacher.answer("Stop and quit")
    teacher.editor.until(lambda: not main.isVisible())
    (run,) = store.read_runs()
    assert (run.progress.phase, run.progress.iteration) == (LearningPhase.WAITING, 75)


def test_an_unfinished_run_is_offered_after_a_restart(untrained, teacher, new_editor):
    teacher.begin(LEARN + STOP)
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    teacher.teaching.learner.kill()
    again = new_editor()
    again.start()
    teaching = again.window.features.learn
    assert any("Evening" in message for message in again.messages)
    assert teaching.indicator.text().startswith("Evening: Paused")
    teaching.indicator.click()
    assert teaching.window.primary.text() == "Resume"
    assert [trial.iteration for trial in teaching.learner.run.progress.trials] == [0, 50]
    teaching.window.second.click()
    assert teaching.window.pages.currentWidget() is teaching.window.choose
    teaching.window.choose.unfinished.buttons[0].click()
    assert teaching.learner.run.plan.title == "Evening"


# --- what can go wrong ---


def test_an_error_of_the_process_is_told_with_its_hint_and_it_can_be_tried_again(untrained, teacher):
    teacher.begin('tell("error", message="The disk is full", hint="Free some space."); sys.exit(1)')
    teacher.editor.until(lambda: teacher.phase is LearningPhase.FAILED and not teacher.teaching.learner.is_running)
    assert teacher.window.progress.note.text() == "The disk is full. Free some space."
    assert teacher.editor.messages == [], "it is seen in the window"
    teacher.trains(LEARN + DONE)
    teacher.window.primary.click()
    teacher.editor.until(lambda: teacher.phase is LearningPhase.DONE)
    assert teacher.window.hint.text() == ""


def test_a_killed_process_is_told_and_what_was_learned_stays(untrained, teacher):
    teacher.begin(LEARN + STOP)
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    teacher.window.hide()
    os.kill(teacher.teaching.learner.process_id, signal.SIGTERM)
    teacher.editor.until(lambda: teacher.phase is LearningPhase.FAILED)
    assert "unexpectedly" in teacher.editor.messages[-1]
    assert "unexpectedly" in store.read_runs()[0].progress.message
    assert len(teacher.run.progress.trials) == 2


def test_garbage_between_the_news_is_passed_over(untrained, teacher):
    garbage = 'print("UserWarning: so what"); print("{"); print("[1]"); tell("progress"); tell("validation", score=1)\n'
    teacher.begin(garbage + "sys.stdout.buffer.write(bytes([255, 254, 10])); sys.stdout.flush()\n" + LEARN + DONE)
    teacher.editor.until(lambda: teacher.phase is LearningPhase.DONE)
    assert len(teacher.run.progress.trials) == 2


def test_a_process_that_cannot_be_started_is_told(untrained, teacher, monkeypatch):
    monkeypatch.setattr(learner, "training_command", lambda run: [str(teacher.folder / "missing")])
    teacher.check()
    teacher.window.primary.click()
    teacher.editor.until(lambda: teacher.phase is LearningPhase.FAILED)
    assert not teacher.teaching.learner.is_running


def test_a_process_that_does_not_stop_is_killed(untrained, teacher, monkeypatch):
    monkeypatch.setattr(child, "KILL_MS", 50)
    teacher.begin(LEARN + "import time\ntime.sleep(1e6)")
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    teacher.window.primary.click()
    teacher.editor.until(lambda: not teacher.teaching.learner.is_running)
    assert teacher.phase is LearningPhase.WAITING


def test_the_process_ends_when_the_editor_is_gone(untrained, teacher, tmp_path):
    """Its input is closed then; this is the same for a killed editor, of which a test cannot tell."""
    teacher.begin(LEARN + "wait_for_stop(); pathlib.Path(OUT, 'ended').touch()")
    teacher.editor.until(lambda: teacher.run.progress.iteration == 75)
    output = teacher.run.output
    teacher.teaching.learner._child._process.closeWriteChannel()
    teacher.editor.until(lambda: (output / "ended").exists() and not teacher.teaching.learner.is_running)


def test_a_check_that_fails_leads_back_with_the_reason(untrained, teacher):
    teacher.audits('tell("error", message="None can be read", hint="Choose others."); sys.exit(1)')
    teacher.choose()
    teacher.window.primary.click()
    teacher.editor.until(lambda: "None can be read" in teacher.window.hint.text())
    assert teacher.window.pages.currentWidget() is teacher.window.choose
    assert teacher.window.primary.isEnabled()


def test_a_check_that_tells_nonsense_is_no_check(untrained, teacher):
    teacher.audits('tell("reading"); tell("done", audit={"photos": 12})')
    teacher.choose()
    teacher.window.primary.click()
    teacher.editor.until(lambda: "unexpectedly" in teacher.window.hint.text())


def test_what_is_lacking_is_said(untrained, teacher):
    teacher.choose()
    window = teacher.window
    assert window.primary.isEnabled()
    window.choose.title.setText("Plain")
    assert (window.primary.isEnabled(), "already" in window.hint.text()) == (False, True)
    window.choose.title.setText("夜")
    assert (window.primary.isEnabled(), "name" in window.hint.text()) == (False, True)
    window.choose.title.setText("Evening")
    window.choose.liked.set_photos(())
    assert (window.primary.isEnabled(), "like" in window.hint.text()) == (False, True)


def test_leaving_too_many_out_is_not_possible(untrained, teacher):
    teacher.audits(AUDIT.replace("liked[:2]", "liked[:6]"))
    teacher.trains(LEARN + DONE)
    teacher.check()
    teacher.window.primary.click()
    assert teacher.run is None
    assert "7" in teacher.window.hint.text()
    teacher.window.check.boxes["repeated"].setChecked(False)
    teacher.window.primary.click()
    assert teacher.run is not None


def test_photos_open_in_the_editor_are_the_ones_to_practise_on(untrained, teacher):
    photos = make_photos(teacher.folder / "mine", 11)
    teacher.editor.open(*photos)
    choose = teacher.open().choose
    assert choose.others.photos == tuple(photos)
    choose.liked_selected.click()
    assert choose.liked.photos == (photos[0],)


def test_with_one_photo_open_those_beside_it_are_the_ones_to_practise_on(untrained, teacher):
    photos = make_photos(teacher.folder / "mine", 11)
    teacher.editor.open(photos[3])
    choose = teacher.open().choose
    teacher.editor.until(lambda: choose.others.photos == tuple(photos))


def test_photos_and_folders_can_be_dropped(untrained, teacher):
    photos = make_photos(teacher.folder / "mine", 3)
    field = teacher.open().choose.liked
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photos[2])), QUrl.fromLocalFile(str(photos[0].parent))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(field, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(field, QDropEvent(QPointF(9, 9), copy, data, left, none))
    teacher.editor.until(lambda: field.photos == (photos[2], photos[0], photos[1]))


def test_a_folder_that_is_gone_is_told(untrained, teacher):
    choose = teacher.open().choose
    choose.add(choose.liked, [teacher.folder / "missing"])
    teacher.editor.until(lambda: "missing" in teacher.window.hint.text())
    assert choose.liked.count.text() == ""
