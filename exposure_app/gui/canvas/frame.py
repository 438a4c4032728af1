"""A rendered picture on its way from the engine to the screen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from exposure_app.documents.view import View


@dataclass(frozen=True, eq=False)
class Frame:
    """A rendered view.

    Attributes:
        view: What was rendered.
        after: The picture.
        before: The picture to compare it with, if asked for.
        codes: The 8-bit values of ``after``, rows x columns x 3, without marks of clipping.
    """

    view: "View"
    after: QImage
    before: QImage | None = None
    codes: Any = None
