"""What is done in a study: a person edits photo after photo, a style retouches all; every result gets its picture."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exposure_app.pipeline.recipe import Recipe, to_json
from exposure_app.study.store import PERSON, STYLE, Study, append_line, read_lines

if TYPE_CHECKING:
    from exposure_app.pipeline.photo import Photo

EDGE = 1600  # px of the longer side of the pictures that raters see


class Sitting:
    """A person at work: every action is written down with the seconds since the photo was shown.

    Args:
        study: The study.
        person: Their name, checked.
        write: Adds a line to a record, now or soon.
        clock: Seconds; for tests.
    """

    def __init__(
        self,
        study: Study,
        person: str,
        write: Callable[[Path, Mapping[str, Any]], None] = append_line,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.study, self.person, self.author = study, person, PERSON + person
        self.index = -1
        self._write, self._clock = write, clock
        self._start, self._away = 0.0, 0.0
        self._left: float | None = None
        lines = read_lines(study.actions(person))
        self._skipped = {entry.get("photo") for entry in lines if entry.get("event") == "skip"}

    def next_index(self) -> int | None:
        """The first photo that is neither finished nor skipped; None when all are."""
        over = self._skipped | set(self.study.done(self.author))
        return next((index for index in range(len(self.study.photos)) if index not in over), None)

    def begin(self, index: int, recipe: Recipe) -> None:
        """A photo is on the screen."""
        self.index, self._start, self._away, self._left = index, self._clock(), 0.0, None
        self._note("begin", recipe=to_json(recipe))

    def leave(self) -> None:
        """The person does something else: the clock stops."""
        if self._left is None:
            self._left = self._clock()

    def come_back(self) -> None:
        """The clock goes on."""
        if self._left is not None:
            self._away += self._clock() - self._left
            self._left = None

    @property
    def seconds(self) -> float:
        """How long the person has worked on this photo since it was shown."""
        return (self._clock() if self._left is None else self._left) - self._start - self._away

    def act(self, label: str, recipe: Recipe) -> None:
        """The recipe has become another one."""
        self._note("edit", label=label, recipe=to_json(recipe))

    def stop(self) -> None:
        """The person goes; the photo is to be finished another time."""
        self._note("stop")

    def skip(self) -> None:
        """The person does not want to finish this photo."""
        self._skipped.add(self.index)
        self._note("skip")

    def finish(self, recipe: Recipe) -> None:
        """The photo is done; its picture is to be made next (``make_picture``).

        Raises:
            ExposureError: The recipe has too many steps, or cannot be written.
        """
        self.study.keep_recipe(self.author, self.index, recipe)
        self._note("finish", recipe=to_json(recipe))

    def _note(self, event: str, **facts: object) -> None:
        entry = {"photo": self.index, "event": event, "seconds": round(self.seconds, 2), **facts}
        self._write(self.study.actions(self.person), entry)


def make_picture(study: Study, author: str, index: int, photo: "Photo | None" = None) -> None:
    """Render an author's result for the raters, of the photo as it is in memory or else on the disk.

    Raises:
        ExposureError: The photo or the recipe cannot be read, or the picture not be written.
    """
    from exposure_app.export.photo import render_photo, write_picture
    from exposure_app.export.settings import ExportSettings
    from exposure_app.pipeline.photo import open_photo

    # What tells who made it has no place in a picture that is judged blind.
    settings = ExportSettings(resize="edge", edge=EDGE, keep_exif=False, keep_gps=False)
    recipe = study.recipe(author, index)
    photo = photo or open_photo(study.photos[index], recipe)
    write_picture(study.picture(author, index), render_photo(photo, recipe, settings), photo, recipe, settings)


def make_missing_pictures(
    study: Study,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    check: Callable[[], None] = lambda: None,
) -> None:
    """Render the results that raters could not see yet; arguments and errors as ``add_style``."""
    wanted = [(author, index) for author in study.authors() for index in study.done(author)]
    missing = [result for result in wanted if not study.picture(*result).is_file()]
    for count, (author, index) in enumerate(missing, start=1):
        check()
        make_picture(study, author, index)
        on_progress(count, len(missing))


def add_style(
    study: Study,
    style: str,
    seed: int = 0,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    check: Callable[[], None] = lambda: None,
) -> str:
    """Let a style retouch all photos of a study; what is there already is not made again.

    Args:
        study: The study.
        style: Name or path of a style.
        seed: Random seed of the agent.
        on_progress: Told how many photos are done, of how many.
        check: Called before each photo; what it raises ends the work.

    Returns:
        What the style is called as an author.

    Raises:
        ExposureError: The style or a photo cannot be read, or a result not be written.
    """
    from exposure_app.agent.rollout import propose
    from exposure_app.agent.style import load_style
    from exposure_app.pipeline.photo import open_photo

    loaded = load_style(style)
    author = f"{STYLE}{loaded.name}, seed {seed}"
    done = set(study.done(author))
    for index, path in enumerate(study.photos):
        check()
        photo = None
        if index not in done:
            photo = open_photo(path)
            study.keep_recipe(author, index, propose(photo, loaded, seed)[0])
        if not study.picture(author, index).is_file():
            make_picture(study, author, index, photo)
        on_progress(index + 1, len(study.photos))
    return author
