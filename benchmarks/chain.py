"""The filter chain: five and eight filters on 24 million pixels, float32 in, 8 bits out."""

from dataclasses import replace

import numpy as np

from benchmarks.measure import Figure, timed
from exposure_app import filters
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.proxy import make_proxy
from exposure_app.pipeline.recipe import Recipe, Step

WIDTH, HEIGHT = 6000, 4000
PREVIEW = 333  # rows of that width: 2 million pixels

CHAIN = Recipe(
    (
        Step("exposure", {"ev": 0.8}),
        Step("gamma", {"gamma": 0.45}),
        Step("white_balance", {"green": 0.1, "blue": -0.1}),
        Step("tone_curve", {"slopes": (0.7, 1.2, 1.4, 1.2, 1.0, 0.9, 0.8, 0.8)}),
        Step("saturation", {"amount": 0.3}),
    )
)
STUDIO = Recipe(
    (
        Step("temperature_tint", {"temperature": 0.2, "tint": -0.1}),
        CHAIN.steps[0],
        Step("film_curve", {"amount": 1.0, "contrast": 1.1, "shoulder": 0.6, "toe": -0.5}),
        Step("highlights_shadows", {"highlights": -0.3, "shadows": 0.4}),
        Step("black_white_point", {"black": -0.03, "white": 0.05}),
        *CHAIN.steps[3:],
        Step("contrast", {"amount": 0.2}),
    )
)
MASKED = replace(CHAIN, steps=(replace(CHAIN.steps[0], mask=Mask("radial")), *CHAIN.steps[1:]))


def run() -> list[Figure]:
    """Measure the chain, the bare way in and out, each filter and the proxy."""
    pixels = (np.random.default_rng(0).random((HEIGHT, WIDTH, 3), np.float32)) ** 3
    figures = [
        timed("24 MP, 5 filters", lambda: render(pixels, CHAIN, device="cpu"), bound=150),
        timed("24 MP, 8 filters", lambda: render(pixels, STUDIO, device="cpu")),
        timed("24 MP, 5 filters, one with a mask", lambda: render(pixels, MASKED, device="cpu")),
        timed("24 MP, no filter (the floor: in and out)", lambda: render(pixels, Recipe(), device="cpu")),
        timed("2 MP preview, 5 filters", lambda: render(pixels[:PREVIEW], CHAIN, device="cpu"), bound=16),
        timed("24 MP to the 64 x 64 proxy", lambda: make_proxy(pixels)),
    ]
    for filter_ in filters.registry().values():
        params = {p.name: p.agent[1] if p.width == 1 else tuple(np.linspace(0.9, 1.1, p.width)) for p in filter_.params}
        one = Recipe((Step(filter_.id, params),))
        figures.append(timed(f"24 MP, {filter_.id}", lambda one=one: render(pixels, one, device="cpu"), runs=5))
    return figures
