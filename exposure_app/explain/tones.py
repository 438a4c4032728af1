"""How two pictures of one photo differ, in a photographer's words: measured on the pictures, whatever made them so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from exposure_app.pipeline.color_difference import Lab

GREY = 1.0  # mean chroma below which a picture is black and white
PARTS = 3  # of a difference in words


@dataclass(frozen=True)
class Tones:
    """The look of a picture in a few numbers.

    Attributes:
        ev: Its mean lightness as luminance, in stops below white.
        warm: Mean b*: blue to yellow.
        red: Mean a*: green to magenta.
        contrast: Standard deviation of L*.
        chroma: Mean chroma.
    """

    ev: float
    warm: float
    red: float
    contrast: float
    chroma: float


class _Word(NamedTuple):
    """One difference: how far it is beyond what is just worth a word, the words, and a name for the picture."""

    strength: float
    text: str
    name: str


def tones(picture: Lab) -> Tones:
    """Measure a picture, (..., 3) in CIE L*a*b*."""
    L, a, b = (picture[..., channel] for channel in range(3))
    luminance = ((max(float(L.mean()), 1.0) + 16) / 116) ** 3
    return Tones(
        *(float(np.log2(luminance)), float(b.mean()), float(a.mean())),
        *(float(L.std()), float(np.hypot(a, b).mean())),
    )


def compare(look: Tones, first: Tones) -> str:
    """How a look differs from the first, the most striking first; empty where nothing is worth a word."""
    return ", ".join(word.text for word in _words(look, first)[:PARTS])


def names(looks: Sequence[Tones]) -> list[str]:
    """A name for each: the first is the usual one, the others are what they are beside it; no two alike."""
    found = {"Usual": 0.0}  # and how striking what it says is
    for look in looks[1:]:
        words = _words(look, looks[0])
        proposals = [word.name for word in words[:1]]
        proposals += [f"{words[0].name}, {word.name.lower()}" for word in words[1:]]
        if words:
            degree = "Much" if words[0].strength > found.get(words[0].name, 0) else "Slightly"
            proposals.append(f"{degree} {words[0].name.lower()}")
        proposals += [f"Other {number}" for number in range(1, len(looks) + 1)]
        strength = words[0].strength if words else 0.0
        found[next(proposal for proposal in proposals if proposal not in found)] = strength
    return list(found)


def _words(look: Tones, first: Tones) -> list[_Word]:
    """All differences worth a word, the most striking first."""
    ev, warm, red = look.ev - first.ev, look.warm - first.warm, look.red - first.red
    contrast = look.contrast / max(first.contrast, 1.0) - 1
    found = [
        _Word(abs(ev) / 0.1, f"{ev:+.1f} EV", "Brighter" if ev > 0 else "Darker"),
        _Word(abs(contrast) / 0.06, *(("more contrast", "Punchier") if contrast > 0 else ("less contrast", "Softer"))),
    ]
    if (look.chroma < GREY) is not (first.chroma < GREY):
        grey = look.chroma < GREY
        found.append(_Word(99, "black and white" if grey else "in colour", "Black and white" if grey else "In colour"))
    elif look.chroma >= GREY:
        chroma = look.chroma / first.chroma - 1
        found += [
            _Word(abs(warm) / 1.0, *(("warmer", "Warmer") if warm > 0 else ("cooler", "Cooler"))),
            _Word(abs(red) / 1.0, *(("more magenta", "Pinker") if red > 0 else ("greener", "Greener"))),
            _Word(abs(chroma) / 0.1, *(("more colour", "Richer") if chroma > 0 else ("less colour", "Muted"))),
        ]
    return sorted((word for word in found if word.strength >= 1), key=lambda word: -word.strength)
