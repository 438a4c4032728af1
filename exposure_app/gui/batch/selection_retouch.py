"""A style for the selected photos, as edits: planned one after the other in the background, nothing else is written."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from exposure_app.errors import ExposureError
from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.editor.retoucher import BackgroundRetoucher
from exposure_app.gui.editor.several_photos import ManyEdits
from exposure_app.gui.filmstrip.model import DONE, FAILED, WAITING, WORKING
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.batch.models import ItemResult
    from exposure_app.documents.document_store import Results
    from exposure_app.pipeline.photo import Photo
    from exposure_app.pipeline.recipe import Recipe

_THUMBNAIL = 256  # px


@dataclass(frozen=True)
class RetouchRequest:
    """What a person wants of the style.

    Attributes:
        style: Its name.
        amount: 0 to 2.
        seed: Of its plan.
        consistency: 0 to 1, how far the photos of a series are pulled together.
        keeps: Whether photos that have edits are left alone.
    """

    style: str
    amount: float
    seed: int
    consistency: float
    keeps: bool


@dataclass(frozen=True, eq=False)
class _Opened:
    """A photo that has been read, with the recipe it has and the one it would have without edits."""

    path: Path
    photo: "Photo"
    recipe: "Recipe | None"
    neutral: "Recipe"


class SelectionRetouch(QObject):
    """One selection at a time. Locked steps stay; what a person opens meanwhile is changed where it is open.

    Signals:
        state_changed: A photo and how far it is, in the words of the filmstrip's model.
        pictured: A photo and a small picture of it with its new edits.
    """

    state_changed = Signal(object, str)
    pictured = Signal(object, QImage)

    def __init__(self, controller: Controller, retoucher: BackgroundRetoucher, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._retoucher = controller, retoucher
        self._waiting: deque[Path] = deque()
        self._total = 0
        self._shown: Job | None = None  # in the status line: the whole of it
        self._step: Job | None = None

    @property
    def is_running(self) -> bool:
        """Whether photos are being retouched."""
        return self._shown is not None

    def begin(self, photos: Sequence[Path], request: RetouchRequest) -> None:
        """Retouch photos."""
        if self.is_running or not photos:
            return
        self._request, self._waiting, self._total = request, deque(photos), len(photos)
        self._edits = ManyEdits(self._retoucher.label(request.style, request.seed))
        self._failures: list[tuple[Path, Exception]] = []
        self._left_alone = 0
        self._looks: list[ItemResult] = []
        self._neutral: dict[Path, Recipe] = {}
        self._controller.autosave.save()
        for photo in photos:
            self.state_changed.emit(photo, WAITING)
        self._shown = Job(lambda job: None, self.tr("Retouching %n photo(s)", "", len(photos)))
        self._shown.cancelled.connect(self._cancelled)
        self._controller.job_started.emit(self._shown)
        self._next()

    @Slot()
    def cancel(self) -> None:
        """Leave the rest as it is."""
        if self._shown is not None:
            self._shown.cancel()

    # --- one photo after the other ---

    def _next(self) -> None:
        if self._shown is None:
            return
        self._shown.progress(1 - len(self._waiting) / self._total)
        if not self._waiting:
            self._finish()
            return
        path = self._at = self._waiting.popleft()
        self.state_changed.emit(path, WORKING)
        self._follow(self._controller.queues.search.submit(partial(self._read, path)), path, self._was_read)

    def _follow(self, job: Job, path: Path, then: object) -> None:
        self._step = job
        job.done.connect(then)
        job.failed.connect(lambda error: self._fail(path, error))

    def _read(self, path: Path, job: Job) -> _Opened:
        """In the thread of what takes long."""
        from exposure_app.documents.document_store import kept_recipe, neutral_of, starting_develop
        from exposure_app.pipeline.photo import open_photo

        recipe = self._controller.current_recipe(path) or kept_recipe(path)
        job.check()
        develop = starting_develop(path)
        photo = open_photo(path, recipe, None if recipe else develop)
        neutral = neutral_of(photo.image, develop)
        if recipe is not None and recipe.edits() == neutral.edits():
            recipe = replace(neutral, geometry=recipe.geometry, develop=recipe.develop)  # without steps of anybody
        return _Opened(path, photo, recipe, neutral)

    @Slot(object)
    def _was_read(self, opened: _Opened) -> None:
        if self._shown is None:
            return
        recipe = opened.recipe
        if self._request.keeps and recipe is not None and recipe.edits() != opened.neutral.edits():
            self._left_alone += 1
            self.state_changed.emit(opened.path, "")
            self._next()
            return
        self._follow(self._controller.queues.agent.submit(partial(self._plan, opened)), opened.path, self._planned)

    def _plan(self, opened: _Opened, job: Job) -> "tuple[_Opened, Recipe, QImage]":
        """In the agent's thread."""
        from exposure_app.documents.render import Engine

        request, recipe = self._request, opened.recipe or opened.neutral
        proposal = self._retoucher.planner(request.style, opened.photo, recipe, job)(request.seed)
        proposal = replace(proposal, amount=min(max(proposal.amount - 1 + request.amount, 0), 2))
        job.check()
        engine = Engine(opened.photo.placed, opened.photo.grid)
        return opened, proposal, to_qimage(engine.picture(proposal, _THUMBNAIL))

    @Slot(object)
    def _planned(self, result: "tuple[_Opened, Recipe, QImage]") -> None:
        if self._shown is None:
            return
        opened, recipe, picture = result
        self._neutral[opened.path] = opened.neutral
        if self._request.consistency:
            self._looks.append(self._look(opened, recipe))
            self.state_changed.emit(opened.path, WAITING)
            self._next()
            return
        self.pictured.emit(opened.path, picture)
        self._give({opened.path: recipe}, self._next)

    def _look(self, opened: _Opened, recipe: "Recipe") -> "ItemResult":
        from exposure_app.batch.models import ItemResult
        from exposure_app.pipeline.recipe import to_json

        about = opened.photo.image.metadata
        return ItemResult(
            len(self._looks),
            str(opened.path),
            "waiting",
            recipe=to_json(recipe),
            camera=about.camera,
            taken=about.taken,
        )

    def _give(self, recipes: "dict[Path, Recipe]", then: object) -> None:
        """Make these the recipes of the photos, wherever those are now."""
        several, is_open = self._controller.several, self._controller.photo
        if is_open in recipes:
            recipe = recipes[is_open]
            several.change_open(self._edits, lambda now: recipe.on_inputs_of(now))
        closed = {photo: recipe for photo, recipe in recipes.items() if photo != is_open}
        neutral, label, labels = self._neutral, self._edits.label, self._controller.labels()

        def give(photos: Sequence[Path]) -> "Results":
            from exposure_app.documents.document_store import give_edits

            return give_edits({photo: closed[photo] for photo in photos}, neutral, label, labels)

        def given() -> None:
            for photo in recipes:
                self.state_changed.emit(photo, DONE if photo in self._edits.made else FAILED)
            then()  # type: ignore[operator]

        if closed:
            several.change_closed(list(closed), self._edits, give, "").ended.connect(given)
        else:
            given()

    # --- the end ---

    def _finish(self) -> None:
        if not self._looks:
            self._end()
            return
        from exposure_app.batch.series import made_consistent

        looks, self._looks = self._looks, []
        _, recipes = made_consistent(looks, self._request.consistency)
        self._give({Path(look.photo): recipes[look.number] for look in looks}, self._end)

    def _end(self) -> None:
        shown, self._shown = self._shown, None
        if shown is None:
            return
        shown.finish(None, None)
        self._controller.several.tell(self._edits)
        if self._left_alone:
            told = self.tr("%n photo(s) kept their edits", "", self._left_alone)
            self._controller.notice.emit(told)
        if self._failures:
            path, error = self._failures[0]
            words = self.tr("%n photo(s) could not be retouched", "", len(self._failures))
            self._controller.failed.emit(ExposureError(words, f"{path.name}: {error}"))

    def _fail(self, path: Path, error: Exception) -> None:
        if self._shown is None:
            return
        self._failures.append((path, error))
        self.state_changed.emit(path, FAILED)
        self._next()

    @Slot()
    def _cancelled(self) -> None:
        """What has got its edits keeps them; they can be undone."""
        if self._step is not None:
            self._step.cancel()
        unfinished = [self._at] if self._at not in self._edits.made else []
        for photo in (*unfinished, *self._waiting, *(Path(look.photo) for look in self._looks)):
            self.state_changed.emit(photo, "")
        self._waiting.clear()
        self._shown = None
        self._controller.several.tell(self._edits)
