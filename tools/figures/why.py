"""docs/images/why.jpg: the sample photo in the editor, and why its steps are what they are."""

import shutil
import tempfile
from pathlib import Path

from PIL import Image

from exposure_app.agent.header import list_styles
from tools.figures.editor import grabbed, stage
from tools.figures.sheet import SAMPLE, save

WIDTH, HEIGHT = 1280, 800  # px of the figure


def main() -> None:
    """Retouch in the style whose critic sees the largest gain, and ask why."""
    with tempfile.TemporaryDirectory() as folder, stage(height=HEIGHT) as editor:
        photo = Path(shutil.copy(SAMPLE, folder))
        window = editor.window
        editor.open(photo)
        window.features.why.toggle()
        best: tuple[float, Image.Image] | None = None
        for style in list_styles():
            at = window.controller.document.at
            window.panels.auto.choose_style(style.name)
            window.panels.auto.retouch()
            editor.until(lambda at=at: window.controller.document.at > at)
            recipe = window.controller.document.recipe
            why = window.features.why
            editor.until(lambda recipe=recipe, why=why: why._answer is not None and why._answer.recipe == recipe)
            editor.settle()
            gain = why._answer.reasons.gain
            if best is None or gain > best[0]:
                best = gain, grabbed(window)
    assert best is not None
    save(best[1].resize((WIDTH, WIDTH * best[1].height // best[1].width), Image.Resampling.LANCZOS), "why")


if __name__ == "__main__":
    main()
