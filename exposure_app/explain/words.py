"""Reasons as sentences, for the command line and the editor."""

from collections.abc import Sequence

from exposure_app.explain.attribution import WEAK, Reasons, StepReason

NOTABLE = 0.005  # clipping of fewer pixels is not worth a sentence
CLIPPING = 2  # sentences about it at the most


def sentences(reasons: Reasons, title: str) -> list[str]:
    """What a person should know, the most important first.

    Args:
        reasons: The reasons.
        title: What people call the style.
    """
    if not reasons.steps:
        return ["No step is on: there is nothing to explain."]
    found = [_gain(reasons, title), _weak(reasons), *_clipping(reasons), _enough(reasons)]
    if not reasons.exact:
        found.append(f"With {len(reasons.steps)} steps the shares are estimates; their sum is exact.")
    return [sentence for sentence in found if sentence]


def signed(value: float, digits: int = 3) -> str:
    """A difference of scores as people read it; what rounds to nothing has no sign."""
    text = f"{value:+.{digits}f}"
    return text if float(text) else text.lstrip("+-")


def percent(share: float, signed: bool = False) -> str:
    """A share as people read it; what rounds to nothing has no sign."""
    text = f"{100 * share:{'+' if signed else ''}.1f} %"
    return "0 %" if text.lstrip("+-") == "0.0 %" else text


def share_of_gain(reasons: Reasons, step: StepReason) -> str:
    """A step's share of the gain in per cent; as the score itself where there is no gain to share."""
    if not reasons.has_gain:
        return signed(step.share)
    return f"{round(100 * step.share / reasons.gain)} %"


def whole_share(reasons: Reasons) -> str:
    """What ``share_of_gain`` of all steps sums up to."""
    return "100 %" if reasons.has_gain else signed(reasons.gain)


def _gain(reasons: Reasons, title: str) -> str:
    digits = next((count for count in (2, 3) if round(reasons.gain, count)), 4)  # so many that both differ
    change = f"from {reasons.start:.{digits}f} to {reasons.score:.{digits}f}"
    if reasons.gain <= 0:
        return f"The critic of {title} sees no gain: the score goes {change}. Trust your eyes instead."
    if not reasons.has_gain:
        noise = f"mirroring the picture alone changes it by {reasons.noise:.{digits}f}"
        return f"The critic of {title} sees no certain gain: the score goes {change}, but {noise}. Trust your eyes."
    best = max(reasons.steps, key=lambda step: step.share)
    share = f"{100 * best.share / reasons.gain:.0f} % of the gain"
    others = ", of which other steps take some back" if best.share > reasons.gain else ""
    return f"The steps bring the photo closer to {title}: the score rises {change}. {best.name} has {share}{others}."


def _weak(reasons: Reasons) -> str:
    weak = [step for step in reasons.steps if step.index in reasons.weak()]
    if not weak:
        return ""
    verb, each = ("is", "it") if len(weak) == 1 else ("are each", "them")
    names = _listed([f"step {step.index + 1} ({step.name})" for step in weak])
    return (
        f"{names[0].upper()}{names[1:]} {verb} worth less than {100 * WEAK:.0f} % of the gain; "
        f"without {each} the score is {reasons.leaner:.2f}."
    )


def _clipping(reasons: Reasons) -> list[str]:
    """Of the two steps that clip, or bring back, most."""
    found = []
    for step in reasons.steps:
        for share, name in ((step.white, "white"), (step.black, "black")):
            if share >= NOTABLE:
                found.append((share, f"{step.name} clips {percent(share)} of the picture to {name}."))
            elif share <= -NOTABLE:
                found.append((-share, f"{step.name} brings back {percent(-share)} of the picture from {name}."))
    return [sentence for _, sentence in sorted(found, reverse=True)[:CLIPPING]]


def _enough(reasons: Reasons) -> str:
    after = reasons.enough_after
    if after is None:
        return "The agent expects that a further step would still gain something."
    if after == 0:
        return "The agent expected no reward from any step, costs included: its value net is of no help here."
    if after == len(reasons.steps):
        return "The agent expects nothing from a further step: it is enough."
    return (
        f"After step {reasons.steps[after - 1].index + 1} the agent expected no more reward: it might be enough there."
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
