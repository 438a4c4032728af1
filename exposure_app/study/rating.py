"""Rating: every result on a scale of 1 to 5, in an order that tells nothing, and what comes of it."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean
from typing import Any

from exposure_app.bootstrap import Estimate, mean_of
from exposure_app.study.store import PERSON, Study, append_line, read_lines

SCALE = (1, 2, 3, 4, 5)
RESAMPLES_SEED = 0

Result = tuple[str, int]  # author and photo


class Rating:
    """One rater's way through all results: shuffled over photos and authors, the same each time for this rater.

    Args:
        study: The study.
        rater: Their name, checked.
    """

    def __init__(self, study: Study, rater: str) -> None:
        self.study, self.rater = study, rater
        done = [(author, index) for author in study.authors() for index in study.done(author)]
        results = [result for result in done if study.picture(*result).is_file()]
        random.Random(f"{rater}/{len(study.photos)}").shuffle(results)
        given = _given(study, rater)
        self.total = len(results)
        self._waiting = [result for result in results if result not in given]
        self._rated: list[Result] = []

    @property
    def current(self) -> Result | None:
        """The result to be rated; None when all are."""
        return self._waiting[0] if self._waiting else None

    @property
    def count(self) -> int:
        """How many are rated."""
        return self.total - len(self._waiting)

    def rate(self, stars: int, seconds: float) -> None:
        """Rate the current result and go on to the next.

        Raises:
            ExposureError: It cannot be written.
        """
        if not self._waiting or stars not in SCALE:
            return
        author, index = self._waiting[0]
        entry = {"author": author, "photo": index, "rating": stars, "seconds": round(seconds, 2)}
        append_line(self.study.ratings(self.rater), entry)
        self._rated.append(self._waiting.pop(0))

    def back(self) -> None:
        """Rate the last one again; the later rating counts."""
        if self._rated:
            self._waiting.insert(0, self._rated.pop())


@dataclass(frozen=True)
class AuthorRow:
    """How one author did.

    Attributes:
        author: Who.
        photos: Finished photos.
        rating: Mean over photos of the mean over raters; None while nothing is rated.
        seconds: Mean time a photo; None for styles.
        actions: Mean number of actions a photo; None for styles.
    """

    author: str
    photos: int
    rating: Estimate | None
    seconds: Estimate | None
    actions: Estimate | None


@dataclass(frozen=True)
class PairRow:
    """Two authors on the photos that both have: mean of the differences of their ratings, photo by photo.

    Attributes:
        one: An author.
        other: Another author.
        photos: How many photos both have.
        difference: ``one`` minus ``other``; its interval excludes 0 where they really differ.
    """

    one: str
    other: str
    photos: int
    difference: Estimate


@dataclass(frozen=True)
class Report:
    """What a study found."""

    photos: int
    raters: tuple[str, ...]
    authors: tuple[AuthorRow, ...]
    pairs: tuple[PairRow, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data; estimates as value, low, high."""

        def plain(estimate: Estimate | None) -> list[float] | None:
            return None if estimate is None else [round(number, 3) for number in estimate.to_json()]

        return {
            "photos": self.photos,
            "raters": list(self.raters),
            "authors": [
                {
                    "author": row.author, "photos": row.photos, "rating": plain(row.rating),
                    "seconds": plain(row.seconds), "actions": plain(row.actions),
                }
                for row in self.authors
            ],
            "pairs": [
                {"one": row.one, "other": row.other, "photos": row.photos, "difference": plain(row.difference)}
                for row in self.pairs
            ],
        }  # fmt: skip


def report(study: Study) -> Report:
    """What is known so far."""
    stars = _stars(study)
    authors = study.authors()
    rows = tuple(_row(study, author, stars.get(author, {})) for author in authors)
    pairs = []
    for one, other in combinations([author for author in authors if author in stars], 2):
        shared = sorted(stars[one].keys() & stars[other].keys())
        if shared:
            differences = [stars[one][photo] - stars[other][photo] for photo in shared]
            pairs.append(PairRow(one, other, len(shared), mean_of(differences, RESAMPLES_SEED)))
    return Report(len(study.photos), tuple(study.raters()), rows, tuple(pairs))


def _row(study: Study, author: str, stars: Mapping[int, float]) -> AuthorRow:
    seconds: list[float] = []
    actions: list[float] = []
    if author.startswith(PERSON):
        seconds, actions = _effort(read_lines(study.actions(author.removeprefix(PERSON))))
    return AuthorRow(author, len(study.done(author)), _mean(list(stars.values())), _mean(seconds), _mean(actions))


def _effort(entries: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    """Seconds and number of edits of each finished photo, over all sittings in which it was worked on."""
    earlier: dict[int, float] = defaultdict(float)  # in sittings that are over
    now: dict[int, float] = defaultdict(float)
    edits: dict[int, int] = defaultdict(int)
    finished: dict[int, float] = {}
    for entry in entries:
        photo, seconds = entry.get("photo"), entry.get("seconds")
        if not isinstance(photo, int) or not isinstance(seconds, (int, float)):
            continue
        if entry.get("event") == "begin":
            earlier[photo] += now[photo]
        edits[photo] += entry.get("event") == "edit"
        now[photo] = float(seconds)
        if entry.get("event") == "finish":
            finished[photo] = earlier[photo] + now[photo]
    return list(finished.values()), [float(edits[photo]) for photo in finished]


def _stars(study: Study) -> dict[str, dict[int, float]]:
    """For each author and photo the mean over the raters."""
    gathered: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for rater in study.raters():
        for (author, photo), stars in _given(study, rater).items():
            gathered[author][photo].append(stars)
    return {author: {photo: fmean(given) for photo, given in photos.items()} for author, photos in gathered.items()}


def _given(study: Study, rater: str) -> dict[Result, float]:
    """What a rater has given; of several ratings of one result the last counts."""
    given: dict[Result, float] = {}
    for entry in read_lines(study.ratings(rater)):
        author, photo, stars = entry.get("author"), entry.get("photo"), entry.get("rating")
        if isinstance(author, str) and isinstance(photo, int) and stars in SCALE:
            given[author, photo] = float(stars)
    return given


def _mean(values: Sequence[float]) -> Estimate | None:
    return mean_of(values, RESAMPLES_SEED) if values else None
