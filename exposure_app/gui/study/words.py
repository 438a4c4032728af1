"""A study's report in words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from exposure_app.study.store import PERSON, STYLE

if TYPE_CHECKING:
    from exposure_app.bootstrap import Estimate
    from exposure_app.study.rating import Report


def author_name(author: str) -> str:
    """What an author is called."""
    return author.removeprefix(PERSON).removeprefix(STYLE)


def report_in_words(found: "Report") -> str:
    """A line for each author, and one for each difference that is more than chance."""
    tr = QCoreApplication.translate
    lines = []
    for row in found.authors:
        parts = [tr("study", "{done} of {total} photos").format(done=row.photos, total=found.photos)]
        if row.seconds is not None and row.actions is not None:
            effort = tr("study", "{seconds} s and {actions} actions a photo")
            parts.append(effort.format(seconds=f"{row.seconds.value:.0f}", actions=f"{row.actions.value:.0f}"))
        if row.rating is not None:
            parts.append(tr("study", "rated {rating}").format(rating=_interval(row.rating)))
        lines.append(f"{author_name(row.author)}: {', '.join(parts)}")
    for pair in found.pairs:
        sure = pair.difference.low > 0 or pair.difference.high < 0
        words = tr("study", "{one} – {other}: {difference} on {photos} photos")
        line = words.format(
            one=author_name(pair.one), other=author_name(pair.other), difference=_interval(pair.difference, sign=True),
            photos=pair.photos,
        )  # fmt: skip
        lines.append(line if sure else line + tr("study", ", may be chance"))
    if found.raters:
        lines.append(tr("study", "Raters: {names}").format(names=", ".join(found.raters)))
    return "\n".join(lines) or tr("study", "Nobody has retouched the photos yet.")


def _interval(estimate: "Estimate", *, sign: bool = False) -> str:
    form = "+.2f" if sign else ".2f"
    return f"{estimate.value:{form}} ({estimate.low:{form}} … {estimate.high:{form}})"
