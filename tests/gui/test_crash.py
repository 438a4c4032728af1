"""After a crash the session is there again, to the last edit."""

import os
import subprocess
import sys

from tests.helpers.shared import ROOT

SESSION = """
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from exposure_app.gui.window.main_window import MainWindow

application = QApplication([])
window = MainWindow()
controller = window.controller


def edit():
    recipe = controller.document.recipe
    steps = (replace(recipe.steps[0], params={"ev": 1.75}), *recipe.steps[1:])
    controller.edit(replace(recipe, steps=steps), "Exposure")


controller.opened.connect(edit)
controller.autosave.saved.connect(lambda _: print("SAVED", flush=True))
window.show()
window.start([Path(name) for name in sys.argv[1:]])
application.exec()
"""


def test_killed_and_restored(new_editor, photo, exposure_home):
    session = subprocess.Popen(
        [sys.executable, "-c", SESSION, str(photo)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    try:
        assert session.stdout.readline().strip() == "SAVED"
    finally:
        session.kill()
        session.communicate()
    editor = new_editor()
    editor.start()
    editor.until(lambda: editor.window.controller.photo == photo)
    assert editor.document.recipe.steps[0].params["ev"] == 1.75
    assert len(editor.document.entries) == 2
    assert any("ended unexpectedly" in message for message in editor.messages)
