"""What ``exposure train`` does: a run watched in the terminal, or one that another program follows."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from exposure_app import paths
from exposure_app.agent.style import Style, load_style
from exposure_app.errors import ExposureError
from exposure_app.training.algorithm import config as configs
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.photos.places import photos_in
from exposure_app.training.runs import child, terminal
from exposure_app.training.runs.events import Tell
from exposure_app.training.runs.train import train

SCRATCH, TUNED = "scratch", "tune"
NAME_HINT = "Use letters, digits, - and _ only."


@dataclass(frozen=True)
class Order:
    """What shall be learned.

    Attributes:
        inputs: Photos to retouch: a folder, searched with its sub-folders, or a list (``places.photos_in``).
        targets: Photos one likes, likewise.
        name: Of the new style.
        start: Style to begin with, by name or file; ``SCRATCH`` for none.
        config: Name of a configuration, all but ``tune`` from scratch; None for ``tune``, or from scratch ``base``.
        minutes: Time limit.
        seed: Random seed.
        resume: Go on from the last checkpoint of that name.
        checkpoint_minutes: From one checkpoint to the next.
        title: What people see; the name if empty.
        description: One or two sentences.
        output: Folder of style, card and checkpoint; None for the user's styles.
        filters: What the agent may use, see ``filters.action_set``; None for what the configuration says.
    """

    inputs: Path
    targets: Path
    name: str
    start: str
    config: str | None
    minutes: float
    seed: int = 0
    resume: bool = False
    checkpoint_minutes: float = 3.0
    title: str = ""
    description: str = ""
    output: Path | None = None
    filters: str | None = None


def in_terminal(order: Order) -> Path:
    """Learn a style and show on stderr how it goes.

    Returns:
        The style's file.

    Raises:
        ExposureError: As ``train``, or the name is no file name.
        KeyboardInterrupt: After Ctrl-C, when the checkpoint is written.
    """
    with _interrupts() as interrupted, terminal.board(order.name) as board:
        return _carry_out(order, board.tell, interrupted)


def as_child(order: Order) -> None:
    """Learn a style and tell the parent process how it goes, see ``child``.

    Raises:
        ExposureError: As ``in_terminal``; the parent has been told.
        KeyboardInterrupt: After the parent's ``stop`` or Ctrl-C, when the checkpoint is written.
    """
    with _interrupts() as interrupted, child.parent() as parent:
        _carry_out(order, parent.tell, lambda: interrupted() or parent.wants_to_stop())


def _carry_out(order: Order, tell: Tell, should_stop: Callable[[], bool]) -> Path:
    if not order.name or not all(letter.isalnum() or letter in "-_" for letter in order.name):
        raise ExposureError(f"{order.name!r} cannot be the name of a style", NAME_HINT)
    config, start = _beginning(order)
    return train(
        photos_in(order.inputs),
        photos_in(order.targets),
        order.name,
        config,
        order.minutes,
        order.output or paths.user_styles_dir(),
        tell,
        resume=order.resume,
        seed=order.seed,
        title=order.title,
        description=order.description,
        start=start,
        should_stop=should_stop,
        checkpoint_every=60 * order.checkpoint_minutes,
    )


def _beginning(order: Order) -> tuple[TrainConfig, Style | None]:
    """Sizes and rates, and what to begin with.

    Raises:
        ExposureError: There is no such configuration or style, or what the style fixes was asked for otherwise.
    """
    tuned = order.config == TUNED or (order.config is None and order.start != SCRATCH)
    config = configs.named(TUNED if tuned else order.config or configs.BASE.name)
    if not tuned:
        return replace(config, filters=order.filters or config.filters), None
    if order.start == SCRATCH:
        raise ExposureError(
            f"The configuration {TUNED} needs a style to begin with", "Name the style that it shall go on from."
        )
    if order.filters:
        raise ExposureError(
            "A style that begins with another one has its filters", "Begin from scratch to choose others."
        )
    start = load_style(order.start)
    if not start.header.net.look:
        raise ExposureError(
            f"The style {start.name} cannot be begun with", "Begin with one that itself began with another."
        )
    return config, start


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed, or the process asked to end; a second time ends it at once.

    An exception out of nowhere would leave an iteration half done, which cannot be saved.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's
        yield asked.is_set
        return
    old = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(number, old[signal.Signals(number)] or signal.SIG_DFL)

    try:
        for number in old:
            signal.signal(number, ask)
        yield asked.is_set
    finally:
        for number, handler in old.items():
            signal.signal(number, handler or signal.SIG_DFL)
