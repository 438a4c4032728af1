"""What a batch has come to, in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from exposure_app.gui.batch.run import BatchPhase, BatchRun
from exposure_app.gui.widgets.common import time_left

if TYPE_CHECKING:
    from exposure_app.batch.batch import Batch
    from exposure_app.batch.models import ItemResult


def _tr(text: str) -> str:
    return QCoreApplication.translate("batch", text)


def photos(count: int) -> str:
    """So many photos."""
    return _tr("1 photo") if count == 1 else _tr("{count} photos").format(count=count)


def title(run: BatchRun) -> str:
    """What is going on, and how far it is."""
    batch = run.batch
    if batch is None:
        return _tr("Looking for the photos...")
    if not batch.jobs:
        return _tr("There is nothing to do")
    done, total = batch.progress
    if run.phase is BatchPhase.OVER:
        return _tr("{done} of {photos} done").format(done=batch.count("done"), photos=photos(len(batch.jobs)))
    at = min(done + 1, total)
    verb = {
        BatchPhase.PAUSED: _tr("Paused at {done} of {total}"),
        BatchPhase.STOPPING: _tr("Stopping at {done} of {total}"),
    }
    usual = _tr("Looking at {done} of {total}") if batch.stage == "looking" else _tr("Retouching {done} of {total}")
    return verb.get(run.phase, usual).format(done=done if run.phase in verb else at, total=total)


def details(run: BatchRun, review: int) -> str:
    """Rate, time left, and what did not go well."""
    batch = run.batch
    if batch is None:
        return ""
    parts = []
    in_hand = batch.count("running")
    if run.phase is BatchPhase.RUNNING and batch.rate:
        parts.append(pace(batch.rate))
        if batch.seconds_left is not None:
            parts.append(time_left(batch.seconds_left))
    elif run.phase in (BatchPhase.PAUSED, BatchPhase.STOPPING) and in_hand:
        parts.append(_tr("finishing {photos}").format(photos=photos(in_hand)))
    for words, count in (
        (_tr("{count} failed"), batch.count("failed")),
        (_tr("{count} skipped"), batch.count("skipped")),
        (_tr("{count} not begun"), batch.count("cancelled")),
        (_tr("{count} to review"), review),
    ):
        if count:
            parts.append(words.format(count=count))
    return "   ".join(parts)


def pace(rate: float) -> str:
    """Photos a second, or a minute if that is slow."""
    if rate >= 1:
        return _tr("{rate:.1f} photos/s").format(rate=rate)
    return _tr("{rate:.1f} photos/min").format(rate=60 * rate)


def summary(batch: "Batch") -> str:
    """One sentence for a notice."""
    words = _tr("{photos} retouched").format(photos=photos(batch.count("done")))
    failed = batch.count("failed")
    return f"{words}, {_tr('{count} failed').format(count=failed)}" if failed else words


def state(name: str, row: "ItemResult | None", review: Sequence[str]) -> str:
    """What became of a photo."""
    if row is None or name in ("waiting", "running", "cancelled"):
        looked = row is not None and name == "waiting"
        return {
            "waiting": _tr("Looked at") if looked else _tr("Waiting"),
            "running": _tr("Working on it..."),
            "cancelled": _tr("Not begun"),
        }.get(name, name)
    if name == "done":
        took = sum(row.seconds.values())
        seconds = _tr("Done in {seconds:.1f} s").format(seconds=max(0.1, took)) if took else _tr("Done")
        remarks = [*(_tr("Look at it: {reason}").format(reason=reason) for reason in review), *row.notes]
        return "\n".join([seconds, *remarks])
    reason = row.reason.replace(row.photo, Path(row.photo).name)
    words = f"{reason}. {row.hint}" if row.hint else reason
    return f"{_tr('Skipped') if name == 'skipped' else _tr('Failed')}: {words}"
