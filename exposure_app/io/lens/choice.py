"""Which corrections a photo gets: what its file prescribes, what is known of its lens, and what the person adds."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from exposure_app.image import LensFound, Metadata
from exposure_app.io.develop import Develop
from exposure_app.io.dng import SensorPart
from exposure_app.io.lens.optics import Bend, Correction, Frame, Lighten, Table, filling
from exposure_app.io.lens.profiles import Profile, find_profile
from exposure_app.io.opcodes.lists import FixBadPixels, FixVignetteRadial, GainMap, TrimBounds, Warp
from exposure_app.io.opcodes.sites import InPlace

_BEND = 0.3  # of the strongest distortion by hand: how much nearer to the middle a corner is drawn from
_LIGHT = 2.0  # EV at the corners, of the strongest vignetting by hand
_FULL = 0.95  # a crop that is nearly all of the sensor is the frame that lenses are measured in
_MOST = 100.0  # of the settings


@dataclass(frozen=True, eq=False)
class Change:
    """An opcode that changes values where they are.

    Attributes:
        opcode: It.
        frame: What its area is counted in.
    """

    opcode: InPlace
    frame: Frame


Step = Change | Correction


@dataclass(frozen=True, eq=False)
class Lens:
    """The corrections of a photo.

    Attributes:
        steps: What is done to its colours, in order.
        found: What there is to correct, and by whom.
        look: Whether the mosaic is to be searched for colours that lie apart.
    """

    steps: tuple[Step, ...] = ()
    found: LensFound = field(default_factory=LensFound)
    look: bool = False

    def measured(self, shift: float) -> "Lens":
        """The same once colours that lay so far apart have been brought together: a profile would do it again."""
        steps = tuple(step.with_only(True, False) if isinstance(step, Table) else step for step in self.steps)
        found = replace(self.found, measured=shift, by_profile=self.found.by_profile - {"fringes"})
        return replace(self, steps=steps, found=found)


def choose(
    develop: Develop, metadata: Metadata, part: SensorPart, sensor: Frame, whole: Frame, shown: Frame, *, finished: bool
) -> Lens:
    """What to correct. Frames count pixels from the first that there is.

    Args:
        develop: What is asked for.
        metadata: What the photo says of its lens.
        part: What a DNG prescribes.
        sensor: The whole sensor, dark borders included.
        whole: The pixels there are.
        shown: Those of them that are the picture.
        finished: Whether it is a finished picture, whose camera may have corrected it already.
    """
    by_file = _prescribed(part) if develop.lens == "auto" else frozenset[str]()
    is_frame = shown.width >= _FULL * whole.width and shown.height >= _FULL * whole.height
    frame = shown if is_frame else whole
    known = find_profile(metadata, round(frame.width), round(frame.height)) if develop.lens != "off" else None
    taken = known if known and (develop.lens == "profile" or (known.certain and not finished)) else None
    offered = frozenset(_offered(taken)) - by_file
    found = LensFound(known.name if known else "", bool(known and known.certain), by_file, offered, part.unknown)
    steps: list[Step] = _from_file(develop, part, sensor) if develop.lens == "auto" else []
    more = [*(_from_profile(develop, taken, offered, frame) if taken else []), *_by_hand(develop, frame)]
    if any(_bends(correction) for correction in more):
        more.append(filling(more, frame))
    look = develop.lens != "off" and develop.lens_fringes and "fringes" not in by_file and not finished
    return Lens((*steps, *more), found, look)


def _prescribed(part: SensorPart) -> frozenset[str]:
    """What of a lens a file prescribes to correct."""
    warps = [opcode for opcode in part.opcodes[2].opcodes if isinstance(opcode, Warp)]
    light = (
        opcode for some in part.opcodes for opcode in some.opcodes if isinstance(opcode, GainMap | FixVignetteRadial)
    )
    named = {"distortion"} if warps else set()
    named |= {"fringes"} if any(len(warp.radial) > 1 for warp in warps) else set()
    return frozenset(named | ({"vignetting"} if any(light) else set()))


def _from_file(develop: Develop, part: SensorPart, sensor: Frame) -> list[Step]:
    """The third list, but for what is not wanted."""
    area = part.bounds(round(sensor.width), round(sensor.height), lists=2)
    frame = Frame(sensor.left + area.left, sensor.top + area.top, area.right - area.left, area.bottom - area.top)
    steps: list[Step] = []
    for opcode in part.opcodes[2].opcodes:
        if isinstance(opcode, TrimBounds):
            trim = opcode.area
            frame = Frame(frame.left + trim.left, frame.top + trim.top, trim.right - trim.left, trim.bottom - trim.top)
        elif isinstance(opcode, Warp):
            if develop.lens_distortion or develop.lens_fringes:
                steps.append(Bend(opcode, frame, not develop.lens_fringes, not develop.lens_distortion))
        elif isinstance(opcode, FixVignetteRadial):
            if develop.lens_vignetting:
                steps.append(Lighten(opcode, frame))
        elif not isinstance(opcode, FixBadPixels) and (develop.lens_vignetting or not isinstance(opcode, GainMap)):
            steps.append(Change(opcode, frame))
    return steps


def _offered(profile: Profile | None) -> set[str]:
    """What a profile can correct."""
    if profile is None:
        return set()
    there = {
        "distortion": profile.bends is not None,
        "vignetting": profile.light is not None,
        "fringes": profile.fringes,
    }
    return {name for name, is_there in there.items() if is_there}


def _from_profile(develop: Develop, profile: Profile, offered: frozenset[str], frame: Frame) -> list[Correction]:
    corrections: list[Correction] = []
    light = profile.light_table(frame)
    if light is not None and "vignetting" in offered and develop.lens_vignetting:
        corrections.append(light)
    bends = profile.table(frame)
    distortion, fringes = (
        name in offered and wanted
        for name, wanted in (("distortion", develop.lens_distortion), ("fringes", develop.lens_fringes))
    )
    if bends is not None and (distortion or fringes):
        corrections.append(bends.with_only(distortion, fringes))
    return corrections


def _by_hand(develop: Develop, frame: Frame) -> list[Correction]:
    corrections: list[Correction] = []
    if develop.vignetting:
        # 2^(a r^2) as a DNG would write it, from the series of the exponential function.
        a = _LIGHT * develop.vignetting / _MOST * np.log(2)
        series = np.cumprod(a / np.arange(1, 9))[:5]
        corrections.append(Lighten(FixVignetteRadial(series, (0.5, 0.5)), frame))
    if develop.distortion:
        warp = Warp(np.array([[1.0, 0.0, -_BEND * develop.distortion / _MOST]]), np.zeros((1, 2)), (0.5, 0.5))
        corrections.append(Bend(warp, frame))
    return corrections


def _bends(correction: Correction) -> bool:
    """Whether a correction moves anything."""
    place = np.array([[[3.0, 70.0], [5.0, 40.0]]] * 3)
    return not np.array_equal(correction.back(place, np.ones((3, 2)))[0], place)


def corrections_of(steps: Sequence[Step]) -> tuple[Correction, ...]:
    """Those that are no changes in place."""
    return tuple(step for step in steps if not isinstance(step, Change))
