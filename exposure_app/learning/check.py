"""What the check of the liked photos found, as what a person can decide about: which photos to leave out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from exposure_app.learning.state import QUANTITIES

Kind = Literal["unreadable", "repeated", "rarer", "tiny"]


@dataclass(frozen=True)
class Finding:
    """One kind of problem.

    Attributes:
        kind: ``unreadable`` files; pictures ``repeated``; the ``rarer`` of black and white or colour; ``tiny`` ones.
        shown: The photos to look at; those that belong together lie side by side.
        left_out: Those of them to leave out if a person wants the problem solved.
        advised: Whether leaving them out is what nearly everybody wants.
        reasons: Photo to what is wrong with it, where that differs.
    """

    kind: Kind
    shown: tuple[Path, ...]
    left_out: tuple[Path, ...]
    advised: bool
    reasons: Mapping[Path, str]


@dataclass(frozen=True)
class Check:
    """The result of the check.

    Attributes:
        photos: Readable photos.
        monochrome: Those without colour.
        gap: What they have in common with the photos to practise on, plainly rendered: percent by quantity.
        advice: What to do, in sentences.
        findings: What can be decided.
    """

    photos: int
    monochrome: int
    gap: Mapping[str, float]
    advice: tuple[str, ...]
    findings: tuple[Finding, ...]


def understood(audit: Mapping[str, Any]) -> Check:
    """The check from what the process told.

    Raises:
        ValueError: It is not what it should be.
    """
    try:
        return _understood(audit)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the result of a check: {error!r}") from error


def _understood(audit: Mapping[str, Any]) -> Check:
    groups = [_paths(group) for group in audit["duplicates"]]
    reasons = {Path(name): str(reason) for name, reason in audit["unreadable"].items()}
    rarer, tiny = _paths(audit["rarer"]), _paths(audit["tiny"])
    found = (
        Finding("unreadable", tuple(reasons), tuple(reasons), True, reasons),
        Finding("repeated", sum(groups, ()), tuple(path for group in groups for path in group[1:]), True, {}),
        Finding("rarer", rarer, rarer, False, {}),
        Finding("tiny", tiny, tiny, False, {}),
    )
    return Check(
        int(audit["photos"]),
        int(audit["monochrome"]),
        {name: float(audit["gap"][name]) for name in QUANTITIES} if audit["gap"] else {},
        tuple(map(str, audit["advice"])),
        tuple(finding for finding in found if finding.shown),
    )


def _paths(names: Sequence[str]) -> tuple[Path, ...]:
    return tuple(map(Path, names))
