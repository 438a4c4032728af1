"""What a run leaves behind beside the style: contact sheets and a card."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from exposure_app.agent.nets import Policy
from exposure_app.atomic import atomic_path
from exposure_app.filters import Filter
from exposure_app.image import Pixels
from exposure_app.training import data
from exposure_app.training.validate import recipes, render

TILE = 120  # height of a picture on a contact sheet


def contact_sheet(
    path: Path,
    policy: Policy,
    filters: Sequence[Filter],
    steps: int,
    photos: Sequence[Pixels],
    targets: Sequence[Pixels],
) -> None:
    """A row for each photo: its plain rendering, the picture after each step, and beside them a target."""
    edits = recipes(policy, filters, steps, photos)
    rows = [[data.neutral(photo), *render(photo, edit, stages=True)] for photo, edit in zip(photos, edits, strict=True)]
    for row, target in zip(rows, targets, strict=False):
        row.append(target)
    save_grid(path, rows)


def save_grid(path: Path, rows: Sequence[Sequence[Pixels]], height: int = TILE) -> None:
    """Write pictures in rows to a PNG, all of one height, each cell as wide as 3:2."""
    width = height * 3 // 2
    sheet = PillowImage.new("RGB", (max(map(len, rows)) * (width + 4), len(rows) * (height + 4)), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            image = PillowImage.fromarray((picture.clip(0, 1) * 255 + 0.5).astype(np.uint8))
            image.thumbnail((width, height))
            sheet.paste(image, (x * (width + 4), y * (height + 4)))
    with atomic_path(path) as temporary:
        sheet.save(temporary, format="PNG")
