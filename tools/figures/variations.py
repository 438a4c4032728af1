"""docs/images/variations.jpg: what else a style might do with the sample photo, as the editor offers it."""

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent

from exposure_app.agent.header import list_styles
from tools.figures.editor import grabbed, stage
from tools.figures.sheet import SAMPLE, save


def main() -> None:
    """Look for alternatives in every style, and show those of the style that has most to choose from."""
    with tempfile.TemporaryDirectory() as folder, stage() as editor:
        window, choosing = editor.window, editor.window.features.variations
        editor.open(Path(shutil.copy(SAMPLE, folder)))
        best: tuple[int, Image.Image] | None = None
        for style in list_styles():
            window.panels.auto.choose_style(style.name)
            choosing.open()
            editor.until(lambda: choosing.popup.cards)
            editor.settle()
            seen = sum("same picture" not in found.difference for found in choosing._alternatives)
            if best is None or seen > best[0]:
                best = seen, grabbed(choosing.popup)
            choosing.popup.hide()
            choosing.popup.start(0)  # forget the cards
            choosing.popup.hide()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert best is not None
    save(best[1], "variations")


if __name__ == "__main__":
    main()
