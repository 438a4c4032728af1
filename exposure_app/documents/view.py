"""What part of a photo is shown, and how large.

Imports nothing heavy: the window counts in it before the engine is there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class View:
    """A rectangle of the photo, and how large it is drawn.

    Attributes:
        left: First column, in pixels of the photo.
        top: First row.
        width: In pixels of the photo.
        height: In pixels of the photo.
        columns: Width in pixels of the screen, at most ``width``.
        rows: Height in pixels of the screen, at most ``height``.
    """

    left: int
    top: int
    width: int
    height: int
    columns: int
    rows: int
