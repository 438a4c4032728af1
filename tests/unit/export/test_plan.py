import numpy as np

from exposure_app.agent.style import NetConfig, new_style
from exposure_app.export.retouch import plan, prepare_input
from exposure_app.image import Image


def test_a_glance_gives_the_plans_that_the_photo_gives():
    image = Image(np.random.default_rng(0).random((90, 130, 3), np.float32) / 4, scene_referred=True)
    style = new_style("plain", NetConfig(channels=4, hidden=8), seed=0)
    seen = prepare_input(image)
    for seed in (0, 7):
        assert plan(seen, style, seed)[0] == plan(image, style, seed)[0]
    assert plan(seen, style, 0)[0].neutral_ev > 1
