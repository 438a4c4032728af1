"""docs/images/corrections.jpg: a habit of an invented person, and the style before and after it is adopted."""

import random
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import load_style
from exposure_app.gui.styles.tweaks import REMEMBER
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe
from exposure_app.styles.tweaks import Ledger, biased
from tools.figures.editor import grabbed, stage
from tools.figures.sheet import GAP, SAMPLE, sample, save, small, write

STYLE, PHOTOS = "vivid", 12
WIDTH, WORDS = 480, 24  # px


def main() -> None:
    """Draw the dialog, and below it the sample photo without and with the first habit."""
    photo = sample()
    proposal = propose(Photo(photo), load_style(STYLE), 0)[0]
    ledger = _ledger(proposal)
    first = ledger.habits()[0]
    adopted = ledger.adopt(first)
    with tempfile.TemporaryDirectory() as folder, stage() as editor:
        editor.open(Path(shutil.copy(SAMPLE, folder)))
        editor.window.settings.set(REMEMBER, True)
        tweaks = editor.window.features.tweaks
        tweaks._show(replace(ledger, biases=()))
        editor.settle()
        dialog = grabbed(tweaks.dialog)
        tweaks.dialog.reject()
    pixels = small(photo, WIDTH)
    scale = (2 * WIDTH + GAP) / dialog.width
    dialog = dialog.resize((round(scale * dialog.width), round(scale * dialog.height)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (2 * WIDTH + GAP, dialog.height + GAP + WORDS + len(pixels)), "white")
    sheet.paste(dialog, (0, 0))
    top = dialog.height + GAP
    rows = (("As the style proposes it", proposal), (f"Adopted: {first.words()}", biased(proposal, adopted.biases)))
    for column, (words, recipe) in enumerate(rows):
        left = column * (WIDTH + GAP)
        write(sheet, (left, top + 4), words)
        sheet.paste(Image.fromarray(render(pixels, recipe)), (left, top + WORDS))
    save(sheet, "corrections")


def _ledger(proposal: Recipe) -> Ledger:
    """What somebody who likes it softer and less colourful leaves behind on some photos."""
    chance, ledger = random.Random(1), Ledger(STYLE)
    for number in range(PHOTOS):
        steps = []
        for step in proposal.steps:
            softer = {"contrast": 0.5, "saturation": 0.6}.get(step.filter, 1.0)
            keeps = chance.random() < 0.2
            steps.append(step if keeps else replace(step, amount=softer + chance.uniform(-0.1, 0.1) * (softer < 1)))
        ledger = ledger.with_photo(Path(str(number)), proposal, replace(proposal, steps=tuple(steps)))
    return ledger


if __name__ == "__main__":
    main()
