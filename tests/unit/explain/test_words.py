"""Every sentence of Why? says what the numbers say, whatever they are."""

import re

from hypothesis import given
from hypothesis import strategies as st

from exposure_app.explain.attribution import WEAK, Reasons, StepReason
from exposure_app.explain.words import NOTABLE, sentences, signed

scores = st.floats(-3, 3).map(lambda score: round(score, 4))
clips = st.sampled_from([0.0, 0.002, 0.03, -0.02, 0.4])


@st.composite
def reasons(draw: st.DrawFn) -> Reasons:
    count = draw(st.integers(1, 5))
    shares = [draw(scores) for _ in range(count)]
    steps = tuple(
        StepReason(
            index=index,
            filter="exposure",
            name=f"Filter{index}",
            words="",
            before=0,
            after=0,
            share=share,
            white=draw(clips),
            black=draw(clips),
            expected=draw(scores),
            locked=draw(st.booleans()),
        )
        for index, share in enumerate(shares)
    )
    start = draw(scores)
    return Reasons(
        style="style",
        steps=steps,
        start=start,
        score=start + sum(shares),
        white=(0, 0),
        black=(0, 0),
        expected=draw(scores),
        leaner=draw(scores),
        noise=draw(st.floats(0, 1)),
        exact=True,
    )


@given(reasons())
def test_no_sentence_says_more_than_the_numbers(found: Reasons) -> None:
    said = sentences(found, "Style")
    gain = said[0]
    assert gain.startswith("The steps bring the photo closer") is (found.gain > found.noise)
    start, score = map(float, re.findall(r"from (-?[\d.]+) to (-?[\d.]+\d)", gain)[0])
    assert (score > start) == (found.gain > 0) or abs(found.gain) < 1e-3
    if found.has_gain:
        best = max(found.steps, key=lambda step: step.share)
        assert f"{best.name} has {100 * best.share / found.gain:.0f} % of the gain" in gain
        assert ("take some back" in gain) is (best.share > found.gain)
    else:
        assert "rust your eyes" in gain
    dropped = [sentence for sentence in said if "worth less than" in sentence]
    named = {int(number) - 1 for sentence in dropped for number in re.findall(r"[Ss]tep (\d)", sentence)}
    small = {step.index for step in found.steps if step.share < WEAK * found.gain and not step.locked}
    assert named == (small if found.has_gain else set())
    for name, verb, number, colour in re.findall(
        r"(\w+) (clips|brings back) ([\d.]+) % of the picture (?:to|from) (\w+)", " ".join(said)
    ):
        step = found.steps[int(name[-1])]
        share = step.white if colour == "white" else step.black
        assert abs(share) >= NOTABLE and (share > 0) is (verb == "clips") and float(number) == abs(100 * share)


@given(reasons())
def test_it_is_enough_only_where_nothing_more_is_expected_then_or_later(found: Reasons) -> None:
    values = [*(step.expected for step in found.steps), found.expected]
    least = WEAK * max(0.0, values[0])
    said = sentences(found, "Style")[-1]
    if "further step would still gain" in said:
        assert values[-1] > least
    elif "no reward from any step" in said:
        assert max(values) <= least == 0
    else:
        after = len(found.steps) if "it is enough" in said else int(re.findall(r"After step (\d)", said)[0])
        assert values[after - 1] > least and max(values[after:]) <= least


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert [signed(value) for value in (0.0004, -0.0004, 0.0, 0.05, -1.0)] == [
        "0.000", "0.000", "0.000", "+0.050", "-1.000",
    ]  # fmt: skip
