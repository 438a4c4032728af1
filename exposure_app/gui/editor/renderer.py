"""Between the engine and the window: one picture at a time is rendered, always for the latest request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from exposure_app.gui.canvas.frame import Frame
from exposure_app.gui.workers import Job, JobQueue

if TYPE_CHECKING:
    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.documents.view import View
    from exposure_app.pipeline.histogram import Histogram
    from exposure_app.pipeline.recipe import Recipe

FAST_PIXELS = 2_100_000  # while something moves
SHARP_PIXELS = 16_000_000  # when all is still
SETTLE_MS = 120
PICTURE = 256  # px, for the filmstrip
THUMBNAIL = 88  # px: 44 at 200 %


@dataclass(frozen=True, eq=False)
class Details:
    """What the step list shows of a recipe.

    Attributes:
        recipe: The recipe.
        thumbnails: The picture after each step.
        histograms: 3 x 256 counts of what enters each step.
        picture: The result, for the filmstrip.
    """

    recipe: "Recipe"
    thumbnails: list[QImage]
    histograms: list[Any]
    picture: QImage


@dataclass(frozen=True, eq=False)
class _RenderRequest:
    """Everything one picture depends on."""

    engine: "CroppedPhotoRenderer"
    view: "View"
    after: "Recipe"
    before: "Recipe | None"
    whole: "Recipe"  # what the histogram is of
    low: bool
    high: bool
    mask: int  # the step whose mask is shown, or -1
    grey: bool  # the mask alone instead of a tint


class Renderer(QObject):
    """Keeps the picture on the screen up to date.

    Signals:
        frame_ready: A ``Frame`` for the view.
        histogram_ready: The ``Histogram`` that belongs to it, counted while the frame is being drawn.
        details_ready: ``Details``, a moment after the last change.
        failed: An exception.
        settled: Nothing is left to do.
    """

    frame_ready = Signal(object)
    histogram_ready = Signal(object)
    details_ready = Signal(object)
    failed = Signal(object)
    settled = Signal()

    def __init__(self, queue: JobQueue, view: Callable[[int], "View"], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._view = view
        self._engine: CroppedPhotoRenderer | None = None
        self._recipe: Recipe | None = None
        self._neutral: Recipe | None = None
        self._pair: tuple[Recipe, Recipe] | None = None  # before and after of a single step
        self._wants_before = False
        self._clipping = (False, False)
        self._mask = (-1, False)
        self._running = False
        self._waiting = False
        self._shown: _RenderRequest | None = None
        self._last_before: tuple[Any, QImage] | None = None  # touched by the render thread only
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._settled)

    @property
    def is_settled(self) -> bool:
        """Whether what is shown is up to date, sharp, counted, and nothing more is on its way."""
        return not (self._running or self._waiting or self._settle.isActive())

    def set_photo(
        self, engine: "CroppedPhotoRenderer | None", recipe: "Recipe | None", neutral: "Recipe | None"
    ) -> None:
        """Another photo, or none."""
        self._engine, self._recipe, self._neutral, self._pair = engine, recipe, neutral, None
        self._shown = None
        self.refresh()

    def set_recipe(self, recipe: "Recipe") -> None:
        """The recipe has changed."""
        self._recipe = recipe
        self.refresh()

    def set_pair(self, pair: "tuple[Recipe, Recipe] | None") -> None:
        """Show these two as before and after instead of the neutral picture and the whole recipe."""
        self._pair = pair
        self.refresh()

    def set_wants_before(self, wants: bool) -> None:
        """Whether the picture before is on the screen, too."""
        self._wants_before = wants
        self.refresh()

    def set_clipping(self, low: bool, high: bool) -> None:
        """Which clipped pixels are marked."""
        self._clipping = (low, high)
        self.refresh()

    def set_mask(self, index: int, *, grey: bool) -> None:
        """Show the mask of a step on the picture, -1 for none: as a tint, or alone in grey."""
        if (index, grey) != self._mask:
            self._mask = (index, grey)
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Render again, as soon as the picture that is being rendered is finished."""
        self._settle.stop()
        if self._engine is None or self._recipe is None:
            return
        if self._running:
            self._waiting = True
        else:
            self._ask(FAST_PIXELS)

    def _ask(self, limit: int) -> None:
        engine, recipe = self._engine, self._recipe
        if engine is None or recipe is None or self._neutral is None:
            return
        before, after = self._pair or (self._neutral, recipe)
        wanted = before if self._wants_before else None
        request = _RenderRequest(engine, self._view(limit), after, wanted, recipe, *self._clipping, *self._mask)
        self._running, self._waiting = True, False
        job = self._queue.submit(lambda job: self._render(request, job))
        job.partial.connect(self._rendered)
        job.done.connect(self._counted)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._stopped)

    def _render(self, request: _RenderRequest, job: Job) -> "tuple[_RenderRequest, Histogram]":
        """In the render thread: the frame is on its way to the screen before anything is counted."""
        codes = marked = request.engine.frame(request.after, request.view)
        if request.low or request.high:
            from exposure_app.pipeline.clipping import mark_clipped

            dark, bright = request.engine.extremes(request.after, request.view)
            marked = mark_clipped(codes, dark if request.low else None, bright if request.high else None)
        if 0 <= request.mask < len(request.whole.steps):
            from exposure_app.pipeline.mask_blend import mark_mask

            marked = mark_mask(marked, request.engine.mask(request.whole, request.mask, request.view), request.grey)
        before = None
        if request.before is not None:
            key = (request.engine, request.engine.expected, request.view, request.before)
            if self._last_before is None or self._last_before[0] != key:
                self._last_before = (key, to_qimage(request.engine.frame(request.before, request.view)))
            before = self._last_before[1]
        job.show((request, Frame(request.view, to_qimage(marked), before, codes)))
        return request, request.engine.histogram(request.whole)

    @Slot(object)
    def _rendered(self, result: tuple[_RenderRequest, Frame]) -> None:
        request, frame = result
        if request.engine is self._engine:  # otherwise another photo has been opened meanwhile
            self._shown = request
            self.frame_ready.emit(frame)

    @Slot(object)
    def _counted(self, result: "tuple[_RenderRequest, Histogram]") -> None:
        request, histogram = result
        self._running = False
        if request.engine is self._engine:
            self.histogram_ready.emit(histogram)
        if self._waiting:
            self._ask(FAST_PIXELS)
        else:
            self._settle.start()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self._running = self._waiting = False
        self.failed.emit(error)

    @Slot()
    def _stopped(self) -> None:
        self._running = self._waiting = False

    @Slot()
    def _settled(self) -> None:
        shown, engine = self._shown, self._engine
        if shown is None or engine is None or self._running or shown.engine is not engine:
            return
        if shown.view != self._view(SHARP_PIXELS):
            self._ask(SHARP_PIXELS)
            return
        recipe = shown.whole
        job = self._queue.submit(lambda job: (engine, _details(engine, recipe)))
        job.done.connect(self._detailed)
        job.failed.connect(self.failed)

    @Slot(object)
    def _detailed(self, result: "tuple[CroppedPhotoRenderer, Details]") -> None:
        engine, details = result
        if engine is self._engine:
            self.details_ready.emit(details)
        if not self._running and not self._settle.isActive():
            self.settled.emit()


def to_qimage(codes: Any) -> QImage:
    """Rows x columns x 3 codes as a picture of its own that Qt draws fast."""
    rows, columns = codes.shape[:2]
    return QImage(codes.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


def to_array(picture: QImage) -> Any:
    """The opposite of ``to_qimage``: uint8, rows x columns x 3."""
    import numpy as np

    plain = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def _details(engine: "CroppedPhotoRenderer", recipe: "Recipe") -> Details:
    thumbnails = [to_qimage(codes) for codes in engine.thumbnails(recipe, THUMBNAIL)]
    return Details(recipe, thumbnails, engine.step_histograms(recipe), to_qimage(engine.picture(recipe, PICTURE)))


def prepare(job: Job) -> None:
    """First job of the render thread: load and compile what rendering needs."""
    from exposure_app.pipeline.execute import warm_up
    from exposure_app.pipeline.histogram import histogram

    warm_up()
    import numpy as np

    histogram(np.zeros((1, 1, 3), np.uint8))
