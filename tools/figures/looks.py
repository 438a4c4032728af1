"""docs/images/looks.jpg: what each form of a look loses on the sample photo."""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import load_style
from exposure_app.image import Pixels
from exposure_app.interop.export_look import export_look, look_of
from exposure_app.interop.look_formats import LOOK_FORMATS, Look
from exposure_app.pipeline.color_difference import delta_e_2000, lab
from exposure_app.pipeline.photo import Photo
from tools.figures.sheet import FAINT, GAP, SAMPLE, sample, save, write

STYLE, COLUMNS, WORDS, CHART = "vivid", 4, 40, 26  # the latter two px, of a picture's words and of a bar
WHITE = 5.0  # difference that is white on the maps
SHORTEST, LONGEST = 0.01, 20.0  # differences at the ends of the bars' logarithmic scale


def main() -> None:
    """Draw the renderings beside maps of their errors, and the errors as bars."""
    photo = sample()
    look = look_of(propose(Photo(photo), load_style(STYLE), 0)[0], photo, SAMPLE)
    with tempfile.TemporaryDirectory() as folder:
        forms = export_look(look, list(LOOK_FORMATS.values()), Path(folder))
        pictures = [form.look_format.read(look, form.files[0]) for form in forms]
    shown = [(form, picture) for form, picture in zip(forms, pictures, strict=True) if form.delta_e.max > 0.05]
    height, width = look.after.shape[:2]
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    sheet_width = columns * (width + GAP) - GAP
    sheet = Image.new("RGB", (sheet_width, rows * (height + WORDS) + len(forms) * CHART + 44), "white")
    for number, (form, picture) in enumerate(shown):
        left, top = number % columns * (width + GAP), number // columns * (height + WORDS)
        write(sheet, (left, top + 4), form.look_format.label)
        write(sheet, (left, top + 20), str(form.delta_e), 12, FAINT)
        sheet.paste(_halves(look, picture), (left, top + WORDS))
    top = rows * (height + WORDS) + 8
    words = "Mean (dark), 95 % (grey) and largest (light) difference, CIEDE2000, on a logarithmic scale from 0.01 to 20"
    write(sheet, (0, top), words, 13)
    for number, form in enumerate(forms):
        error = form.delta_e
        _bar(sheet, top + 24 + number * CHART, form.look_format.label, (error.mean, error.p95, error.max))
    save(sheet, "looks")


def _halves(look: Look, picture: Pixels) -> Image.Image:
    """The form's picture, and on its right half the map of its errors: black is none, white is a lot."""
    error = delta_e_2000(lab(np.clip(picture, 0, 1)), lab(look.after)) / WHITE
    grey = np.repeat(error.clip(0, 1)[..., None], 3, -1)
    codes = np.rint(255 * np.clip(picture, 0, 1))
    middle = codes.shape[1] // 2
    codes[:, middle:] = np.rint(255 * grey[:, middle:])
    codes[:, middle - 1 : middle + 1] = 255
    return Image.fromarray(codes.astype(np.uint8))


def _bar(sheet: Image.Image, top: int, label: str, errors: tuple[float, float, float]) -> None:
    left, room = 190, sheet.width - 190 - 170
    draw = ImageDraw.Draw(sheet)
    write(sheet, (0, top + 3), label)
    scale = np.log(LONGEST / SHORTEST)
    for error, colour in zip(reversed(errors), ("#dcdcdc", "#a0a0a0", "#303030"), strict=True):
        length = room * float(np.clip(np.log(max(error, 1e-9) / SHORTEST) / scale, 0, 1))
        draw.rectangle((left, top + 5, left + max(length, 1), top + 17), fill=colour)
    write(sheet, (left + room + 12, top + 3), " / ".join(f"{error:.2f}" for error in errors), 13, FAINT)


if __name__ == "__main__":
    main()
