"""The agent: how long it takes to plan, once it is loaded and from nothing."""

import itertools
import time

from benchmarks.measure import Figure, timed
from exposure_app import paths
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import list_styles, load_style
from exposure_app.io.formats import read_image
from exposure_app.pipeline.proxy import make_proxy

PLAN_BOUND = 10  # ms, for all steps


def run() -> list[Figure]:
    """Measure every style on the sample photo, by processor time too: that of one thread a busy machine cannot hide."""
    proxy = make_proxy(read_image(paths.resources_dir() / "sample.dng").pixels)
    figures = []
    for header in list_styles():
        figures.append(timed(f"load {header.name}", lambda name=header.name: load_style(name).in_use, runs=5))
        style, seeds = load_style(header.name), itertools.count()
        what = f"plan {header.net.steps} steps, {header.name}"
        figures.append(timed(what, lambda style=style, seeds=seeds: retouch(proxy, style, next(seeds)), runs=15))
        computed = []
        for seed in range(15):
            begun = time.thread_time()
            retouch(proxy, style, seed)
            computed.append(1000 * (time.thread_time() - begun))
        figures.append(Figure("  of which computing", computed, "ms", PLAN_BOUND))
    return figures
