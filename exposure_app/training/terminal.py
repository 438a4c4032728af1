"""A training run watched in the terminal."""

from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from exposure_app import paths
from exposure_app.errors import ExposureError
from exposure_app.io.formats import find_photos
from exposure_app.training import config as configs
from exposure_app.training.train import Event, train

NAME_HINT = "Use letters, digits, - and _ only."


def train_in_terminal(
    inputs: Path, targets: Path, name: str, config: str, minutes: float, seed: int, resume: bool
) -> Path:
    """Learn a style from two folders and show how it goes, on stderr.

    Args:
        inputs: Folder of photos to retouch, searched with its sub-folders.
        targets: Folder of photos one likes, likewise.
        name: Of the new style; it goes to the user's styles.
        config: Name of a configuration.
        minutes: Time limit.
        seed: Of all that is random.
        resume: Go on from the last checkpoint of that name.

    Returns:
        The style's file.

    Raises:
        ExposureError: As ``train``, or the name is no file name.
    """
    if not name or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise ExposureError(f"{name!r} cannot be the name of a style", NAME_HINT)
    board = _Board(name)
    with Live(board, console=Console(stderr=True), refresh_per_second=2):
        return train(
            find_photos([inputs], recursive=True),
            find_photos([targets], recursive=True),
            name,
            configs.named(config),
            minutes,
            paths.user_styles_dir(),
            board.tell,
            resume=resume,
            seed=seed,
        )


class _Board:
    """What is shown: a bar with the time left, the latest figures, and the validations so far."""

    def __init__(self, name: str) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:.0f} %"),
            TimeElapsedColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        self.task = self.bar.add_task(f"Training {name}", total=1.0)
        self.figures = ""
        self.validations: list[tuple[int, dict[str, float], float, dict[str, float], bool]] = []

    def tell(self, event: Event) -> None:
        """Take in what happened."""
        if event.kind == "reading":
            self.figures = f"reading photos {event.facts.get('done', '')}"
        elif event.kind == "progress":
            self.bar.update(self.task, completed=event.share)
            self.figures = f"iteration {event.iteration}   " + "   ".join(
                f"{name} {value:.3g}" for name, value in event.facts.items()
            )
        elif event.kind == "validation":
            facts = event.facts
            best = facts["best"] == event.iteration
            self.validations.append((event.iteration, facts["intersections"], facts["score"], facts["usage"], best))

    def __rich__(self) -> Group:
        return Group(self.bar, Text(self.figures, style="dim"), self._table())

    def _table(self) -> Table:
        table = Table("iteration", "luminance", "contrast", "saturation", "score", "filters used", box=None)
        for iteration, figures, score, usage, best in self.validations[-8:]:
            used = ", ".join(
                f"{name} {100 * share:.0f} %"
                for name, share in sorted(usage.items(), key=lambda item: -item[1])
                if share > 0.02
            )
            cells = [f"{value:.0f} %" for value in figures.values()]
            table.add_row(str(iteration), *cells, f"{score:.1f}", used, style="bold" if best else None)
        return table
