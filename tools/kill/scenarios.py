"""What is killed: the work, and what must be true whenever it has died, and once it has been done to its end."""

from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image as Pictures

from exposure_app.batch.journal import Journal, read_journal
from exposure_app.batch.models import BatchSpec
from exposure_app.documents.document import MAX_ENTRIES
from exposure_app.documents.document_store import keep_state, open_document
from exposure_app.export.job import export_many
from exposure_app.export.settings import ExportSettings
from exposure_app.image import Image
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, write_sidecar
from tools.kill.mortal import Tell

PHOTOS = 3


class Scenario(ABC):
    """Something that is done again after every death, from where that left it.

    Args:
        folder: Everything lies in here; empty at first.
    """

    name: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def work(self, tell: Tell) -> object:
        """Do it, in a process that may die; tell what a person has been told is done."""

    @abstractmethod
    def check(self, told: tuple[str, ...]) -> None:
        """Raise an AssertionError if anything was lost. ``told`` is what this life has told."""

    def check_end(self) -> None:
        """The same after a life that came to its end: nothing of the dead is left either."""
        dead = [path for path in self.folder.rglob(".exposure-*") if path.is_file() and not self.is_left(path)]
        assert not dead, f"left behind: {dead}"

    def is_left(self, path: Path) -> bool:
        """Whether a file lies where nobody has worked since: what is dead there stays for whoever does next."""
        return False


class Save(Scenario):
    """A person edits; every edit is kept."""

    name = "save"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begin("0.jpg")

    def begin(self, name: str) -> None:
        """With another photo."""
        self.photo = self.folder / name
        self.photo.write_bytes(b"whatever a camera has written")
        self.kept: set[int] = set()
        self.shown = 0

    def work(self, tell: Tell) -> None:
        """Three further edits."""
        document = open_document(self.photo, Image(np.full((4, 4, 3), 0.4, np.float32)))
        for number in range(self.shown + 1, self.shown + 4):
            document.edit(_brighter(number), f"Edit {number}")
            kept = keep_state(self.photo, document.state)
            assert kept.problem is None and kept.theirs is None
            tell(str(number))

    def check(self, told: tuple[str, ...]) -> None:
        """Every edit that was kept is there, the last one or the one in hand is shown, and none is half."""
        self.kept |= set(map(int, told))
        last = max([self.shown, *map(int, told)])
        document = open_document(self.photo, Image(np.full((4, 4, 3), 0.4, np.float32)))
        found = [round(float(entry.recipe.steps[0].params["ev"]) * 64) for entry in document.entries]  # type: ignore[arg-type]
        assert self.kept <= set(found), f"{self.kept - set(found)} were kept and are gone"
        self.shown = found[document.at]
        assert self.shown in (last, last + 1), f"shown is {self.shown} after {last}"
        assert not list(self.folder.glob("*.bak*")), "a damaged sidecar was set aside"
        if len(found) > MAX_ENTRIES // 2:
            self.begin(f"{int(self.photo.stem) + 1}.jpg")


class Export(Scenario):
    """Photos are exported, in place of older results."""

    name = "export"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.photos = make_photos(folder / "in")
        for number, photo in enumerate(self.photos, start=1):
            write_sidecar(photo, _brighter(number))
        self.inputs = contents(folder / "in")
        self.wanted: dict[str, bytes] = {}

    def work(self, tell: Tell) -> None:
        """Export all of them."""
        settings = ExportSettings(folder=str(self.folder / "out"), existing="overwrite")
        rows = export_many(
            [(photo, None) for photo in self.photos], settings, lambda _d, _t, row: row and tell(row.state)
        )
        assert all(row.state == "done" for row in rows), rows

    def check(self, told: tuple[str, ...]) -> None:
        """The photos and their sidecars are as they were; what has a result's name is the whole result."""
        assert contents(self.folder / "in") == self.inputs
        found = contents(self.folder / "out")
        self.wanted = self.wanted or found  # the first life comes to its end
        assert found.items() <= self.wanted.items(), "a result is not what it would be"
        assert len(found) >= len(told)


class Batch(Scenario):
    """A batch with sidecars, resumed after every death."""

    name = "batch"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        make_photos(folder / "in")
        self.inputs = contents(folder / "in")
        self.home = self.latest = folder / "out"
        self.order = BatchSpec(recipe=_brighter(1), export=ExportSettings(folder="", existing="skip"), sidecars=True)
        self.wanted: dict[str, bytes] = {}
        self.lives = 0

    def work(self, tell: Tell) -> None:
        """Do it, or what is left of it."""
        from exposure_app.batch.batch import make_batch

        batch = make_batch([self.folder / "in"], self.home, self.order, resume=True)
        with Journal(self.home) as journal, ThreadPoolExecutor(1) as executor:  # what a worker does is a step, too
            batch.run_on(executor, 1, journal)
        assert all(row.state == "done" for row in batch.rows.values()), batch.rows

    def check(self, told: tuple[str, ...]) -> None:
        """Photos are as they were, sidecars whole, and every photo that the journal calls done has its whole result."""
        self.latest = self.home
        found = contents(self.folder / "in")
        assert self.inputs.items() <= found.items()
        assert all(read_sidecar(self.folder / "in" / name) in (None, self.order.recipe) for name in self.inputs)
        results = {name: data for name, data in contents(self.home).items() if not name.startswith(".")}
        self.wanted = self.wanted or results
        assert results.items() <= self.wanted.items(), "a result is not what it would be"
        past = read_journal(self.home)
        done = [row for row in past.rows.values() if row.state == "done"] if past else []
        assert all(Path(row.output).name in results for row in done), "a result that was done is gone"
        if len(results) == len(self.wanted):  # begin anew
            self.lives += 1
            self.home = self.folder / f"out{self.lives}"
            for name in found.keys() - self.inputs.keys():
                (self.folder / "in" / name).unlink()

    def check_end(self) -> None:
        """See ``Scenario``; nor is there a folder of unfinished files where that life has worked."""
        super().check_end()
        assert not list(self.latest.rglob("work-*"))

    def is_left(self, path: Path) -> bool:
        """See ``Scenario``; an older batch that died after its last row keeps its own folder as it was."""
        return path.relative_to(self.folder).parts[0].startswith("out") and not path.is_relative_to(self.latest)


class FolderWatch(Batch):
    """A watched folder."""

    name = "watch"

    def work(self, tell: Tell) -> None:
        """Watch until everything is done."""
        from exposure_app.batch.watch import FolderWatch as Watching

        order = replace(self.order, sidecars=False)
        watching = Watching(self.folder / "in", self.home, order, pause=0.05, on_event=lambda _: stop_if_done())

        def stop_if_done() -> None:
            if len([name for name in contents(self.home) if not name.startswith(".")]) == PHOTOS:
                watching.stop()

        stop_if_done()
        with Journal(self.home) as journal, ThreadPoolExecutor(1) as executor:
            watching.run_on(executor, 1, journal)


class Train(Scenario):
    """A style is learned, and goes on after every death."""

    name = "train"

    def __init__(self, folder: Path) -> None:
        import torch._dynamo  # before the fork: it takes seconds

        import exposure_app.io.raster
        import exposure_app.training.runs.train  # noqa: F401

        super().__init__(folder)
        torch.set_num_threads(1)
        self.photos = make_photos(folder / "in", 24)
        self.iteration = 0

    def work(self, tell: Tell) -> None:
        """Train to the end, with a checkpoint after every iteration; then the style is there."""
        from exposure_app.agent.header import NetConfig
        from exposure_app.training.algorithm.config import BASE
        from exposure_app.training.runs.events import Event
        from exposure_app.training.runs.train import train

        net = NetConfig(channels=1, hidden=4, dropout=0.2, steps=2, look=True)
        config = replace(BASE, name="quick", net=net, iterations=6, batch=2, buffer=8, validate_every=3)

        def hear(event: Event) -> None:
            if event.kind == "checkpoint":
                tell(str(event.iteration))

        train(
            self.photos[:12],
            self.photos[12:],
            "quick",
            config,
            60,
            self.folder / "out",
            hear,
            resume=True,
            checkpoint_every=0,
        )

    def check(self, told: tuple[str, ...]) -> None:
        """A checkpoint is whole, and no older than the last that was told; so is a style that is there."""
        import torch

        from exposure_app.agent.style import load_style

        self.iteration = max([self.iteration, *map(int, told)])
        kept, style = self.folder / "out" / "quick.checkpoint", self.folder / "out" / "quick.safetensors"
        if style.exists():
            assert load_style(style).header.name == "quick"
        if kept.exists():
            found = torch.load(kept, weights_only=True)["state"]["learner"]["iteration"]
            assert int(found) >= self.iteration, f"iteration {found} after {self.iteration} was kept"
        else:
            assert not self.iteration or style.exists(), "the checkpoint is gone"
        if style.exists():  # begin anew
            self.iteration = 0
            for path in (self.folder / "out").iterdir():
                path.unlink()


SCENARIOS: tuple[type[Scenario], ...] = (Save, Export, Batch, FolderWatch, Train)


def make_photos(folder: Path, count: int = PHOTOS) -> list[Path]:
    """Small pictures, each unlike the others."""
    folder.mkdir(parents=True)
    made = []
    for number in range(count):
        coarse = np.random.default_rng(number).integers(0, 255, (4, 6, 3), np.uint8)
        made.append(folder / f"IMG_{number:02}.jpg")
        Pictures.fromarray(coarse).resize((96, 64), Pictures.Resampling.BICUBIC).save(made[-1])
    return made


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by name, but for those that are being written."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    found = {str(file.relative_to(folder)): file.read_bytes() for file in files}
    return {name: data for name, data in found.items() if not Path(name).name.startswith(".exposure-")}


def _brighter(number: int) -> Recipe:
    return Recipe((Step("exposure", {"ev": number / 64}),))
