"""Two recipes for one photo become one that lies between them: still a short list of ordinary edits.

Filters that both recipes use in the same order are matched, as many as can be, and their settings are mixed. Every
other step goes towards neutral, at its place between the matched ones. So the picture changes steadily with the share,
and a share of 0 or 1 is one of the recipes itself. (A curve clips what exceeds white between steps, even a
nearly neutral one: where that matters the ends are not quite steady.)
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from exposure_app import filters
from exposure_app.pipeline.recipe import Recipe, Step


def blend(one: Recipe, other: Recipe, share: float) -> Recipe:
    """The recipe that lies a share of the way from one recipe to another.

    Args:
        one: What a share of 0 gives.
        other: What a share of 1 gives; made for the same photo. Amount, geometry and everything else about the photo
            are taken from ``one``.
        share: 0 to 1.

    Returns:
        A recipe whose ``style`` says what it was made of.
    """
    share = min(max(share, 0.0), 1.0)
    if share in (0, 1):
        kept = other if share else one
        return replace(one, steps=kept.steps, style=kept.style, seed=kept.seed)
    steps = []
    for a, b in _aligned(_active(one.steps), _active(other.steps)):
        step = a or b
        assert step is not None
        filter_ = filters.get(step.filter)
        start, end = (filter_.neutral if found is None else found.params for found in (a, b))
        steps.append(replace(step, params=filter_.mixed(start, end, share)))
    return replace(one, steps=tuple(steps), style=blended_name(one.style, other.style, share))


def blended_name(one: str, other: str, share: float) -> str:
    """What a blend of two styles is called."""
    percent = round(100 * share)
    return f"{one} {100 - percent} % + {other} {percent} %"


def _active(steps: Sequence[Step]) -> list[Step]:
    """The steps that have an effect, with their amounts folded in."""
    return [replace(step, params=step.edit()[1], amount=1.0) for step in steps if step.enabled]


def _match(one: Step, other: Step) -> bool:
    return one.filter == other.filter and one.mask == other.mask


def _aligned(one: Sequence[Step], other: Sequence[Step]) -> Iterator[tuple[Step | None, Step | None]]:
    """The steps of both in order, as pairs where they match: a longest common subsequence of their filters."""
    longest = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in reversed(range(len(one))):
        for j in reversed(range(len(other))):
            same = _match(one[i], other[j])
            longest[i][j] = longest[i + 1][j + 1] + 1 if same else max(longest[i + 1][j], longest[i][j + 1])
    i = j = 0
    while i < len(one) or j < len(other):
        if i < len(one) and j < len(other) and _match(one[i], other[j]):
            yield one[i], other[j]
            i, j = i + 1, j + 1
        elif j == len(other) or (i < len(one) and longest[i + 1][j] >= longest[i][j + 1]):
            yield one[i], None
            i += 1
        else:
            yield None, other[j]
            j += 1
