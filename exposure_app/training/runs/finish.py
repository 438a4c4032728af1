"""The last thing a training does: measure the style on photos it never saw, and write its file, card and sheets."""

from dataclasses import replace
from pathlib import Path

from exposure_app.agent.style import Style, in_half_precision, save_style
from exposure_app.training.evaluation import card, report
from exposure_app.training.evaluation.evaluate import HeldOut, Progress, evaluate_style, silent
from exposure_app.training.evaluation.held_out import read_pairs, shown
from exposure_app.training.runs.material import Material


def held_out(material: Material, pairs: Path | None = None) -> HeldOut:
    """What the final figures are measured on; of the pairs those whose rendering is kept for them."""
    known = read_pairs(pairs, [photo.path for photo in material.comparison]) if pairs else []
    return HeldOut(material.test, shown(material.comparison), shown(material.targets), known)


def finish(path: Path, style: Style, held_out: HeldOut, progress: Progress = silent) -> Style:
    """Measure a trained style, its weights in half precision, and write all that goes with it.

    Args:
        path: The style's file; card (``.md``, ``.json``) and sheets (``NAME-sheet.jpg`` and others, see
            ``report.write_sheets``) go beside it.
        style: Trained, with facts in its header.
        held_out: Pictures that training never saw.
        progress: Told what happens.

    Returns:
        The style with figures in its header, as written.

    Raises:
        ExposureError: A file cannot be written.
    """
    evaluation = evaluate_style(in_half_precision(style), held_out, progress)
    header = replace(style.header, figures=card.rounded(evaluation.figures))
    finished = Style(header, evaluation.style.networks)
    save_style(path, finished)
    card.write_card(path, finished)
    report.write_sheets(path, evaluation)
    return finished
