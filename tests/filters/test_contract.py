"""What every filter promises; a new filter is tested here unasked."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.interop import codegen, shader
from exposure_app.interop.glsl import to_glsl
from exposure_app.params import Scalar
from exposure_app.pipeline import recipe
from exposure_app.pipeline.execute import _render_on_gpu, _site, render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.opengl import shade

ALL = list(filters.registry().values())
every_filter = pytest.mark.parametrize("filter_", ALL, ids=lambda f: f.id)


def special_pixels() -> np.ndarray:
    """(n, 3) pixels where formulas break: black, white, grey, tiny, pure colours, above white."""
    levels = [0.0, 1e-8, 1e-4, 0.001, 0.18, 0.5, 0.999, 1.0, 1.5, 8.0]
    return np.array(list(itertools.product(levels, repeat=3)), np.float32)


def random_pixels(count: int = 4000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 3)).astype(np.float32) ** 2


def settings_of(filter_: filters.Filter) -> list[dict]:
    """Neutral, and settings in the middle and at the ends of the agent's and the slider's ranges, and mixed ones."""
    rng = np.random.default_rng(1)
    found = [filter_.neutral]
    for pick in (lambda p: p.agent[0], lambda p: p.agent[1], lambda p: p.slider[0], lambda p: p.slider[1]):
        found.append({p.name: pick(p) if p.width == 1 else (pick(p),) * p.width for p in filter_.params})
    for _ in range(4):
        raw = torch.from_numpy(rng.normal(0, 1.5, filter_.width))
        found.append(filter_.unpack(filter_.squash(raw).tolist()))
    return found


def apply64(filter_: filters.Filter, pixels: np.ndarray, params: dict) -> np.ndarray:
    """The reference: the torch form in float64."""
    rgb = torch.from_numpy(pixels.astype(np.float64)).T[:, None]
    values = torch.from_numpy(filter_.pack(params).astype(np.float64))
    return filter_.apply(rgb, values)[:, 0].T.numpy()


def as_image(pixels: np.ndarray) -> np.ndarray:
    return pixels.reshape(1, -1, 3)


def codes(values: np.ndarray) -> np.ndarray:
    return np.clip(values, 0, 1) * 255


@every_filter
def test_shapes_are_kept_for_batches_single_images_and_strided_views(filter_):
    params = torch.from_numpy(filter_.pack(filter_.neutral))
    batch = torch.rand(2, 3, 5, 7)
    result = filter_.apply(batch, params.expand(2, -1))
    assert result.shape == batch.shape
    assert torch.allclose(filter_.apply(batch[1], params), result[1], atol=1e-6)
    flipped = batch.flip(-1)[..., ::2]
    assert filter_.apply(flipped, params.expand(2, -1)).shape == flipped.shape


@every_filter
def test_neutral_is_the_identity(filter_):
    pixels = np.concatenate([random_pixels(), special_pixels().clip(0, 1)])
    assert np.abs(apply64(filter_, pixels, filter_.neutral) - pixels).max() < 1e-6
    assert (
        np.abs(render(as_image(pixels), Recipe((Step(filter_.id, filter_.neutral),)), depth=32) - pixels).max() < 1e-6
    )


@every_filter
@pytest.mark.parametrize("level", [-2.5, -0.7, 0.0, 0.9, 2.5])
def test_gradients_are_right_over_image_and_parameters(filter_, level):
    torch.manual_seed(0)
    rgb = (torch.rand(2, 3, 2, 3, dtype=torch.float64) * 0.9 + 0.03).requires_grad_()
    raw = (torch.randn(2, filter_.width, dtype=torch.float64) * 0.3 + level).requires_grad_()
    assert torch.autograd.gradcheck(lambda x, p: filter_.apply(x, filter_.squash(p)), (rgb, raw), atol=1e-4)


@every_filter
def test_gradients_are_finite_everywhere(filter_):
    rgb = torch.from_numpy(special_pixels()).T[:, None].clone().requires_grad_()
    raw = torch.zeros(filter_.width, requires_grad=True)
    filter_.apply(rgb, filter_.squash(raw)).sum().backward()
    assert rgb.grad.isfinite().all()
    assert raw.grad.isfinite().all()


@every_filter
def test_results_are_finite_and_never_negative_in_the_agents_range(filter_):
    for params in settings_of(filter_):
        result = apply64(filter_, special_pixels(), params)
        assert np.isfinite(result).all()
    for params in settings_of(filter_)[5:]:
        assert apply64(filter_, special_pixels(), params).min() >= -1e-9


@every_filter
@pytest.mark.parametrize("where", ["compiled tiles", "torch tiles"])
def test_every_backend_is_within_one_code_of_float64(filter_, where, monkeypatch):
    pixels = np.concatenate([random_pixels(), special_pixels()])
    for params in settings_of(filter_):
        step = Step(filter_.id, params)
        if where == "compiled tiles":
            result = render(as_image(pixels), Recipe((step,)))[0]
        else:
            result = np.empty(pixels.size, np.uint8)
            _render_on_gpu(pixels.reshape(-1), result, [step.edit()], _site(as_image(pixels), Geometry(), None), "cpu")
            result = result.reshape(-1, 3)
        assert np.abs(result - codes(apply64(filter_, pixels, step.params))).max() <= 1


@every_filter
def test_tiles_equal_the_whole(filter_, monkeypatch):
    pixels = random_pixels(5000)
    steps = Recipe((Step(filter_.id, settings_of(filter_)[-1]),))
    whole = render(as_image(pixels), steps, depth=16)
    monkeypatch.setattr("exposure_app.pipeline.execute.CPU_TILE", 37)
    monkeypatch.setattr("exposure_app.pipeline.execute.CPU_SPAN", 1001)
    tiled = render(as_image(pixels), steps, depth=16)
    assert np.abs(whole.astype(int) - tiled).max() <= 1


@every_filter
def test_what_the_agent_does_in_use_is_what_it_learned_with(filter_):
    """To within double precision, so that what it chooses next is the same after rounding."""
    pixels = np.concatenate([random_pixels(), special_pixels()]).astype(np.float64)
    for params in settings_of(filter_):
        values = filter_.pack(params)
        expected = filter_.apply(torch.from_numpy(pixels.T[:, None]), torch.from_numpy(values).double()).numpy()
        np.testing.assert_allclose(filter_.apply_array(pixels.T[:, None], values), expected, rtol=1e-11, atol=1e-12)


@every_filter
def test_emitted_code_equals_apply(filter_):
    pixels = np.concatenate([random_pixels(), special_pixels()]).astype(np.float64)
    for params in settings_of(filter_):
        step = Step(filter_.id, params)
        namespace = {}
        exec(codegen.to_python(Recipe((step,))), namespace)
        expected = np.clip(apply64(filter_, pixels, step.params), 0, 1)
        assert np.abs(namespace["retouch"](pixels) - expected).max() < 1e-5


@every_filter
def test_the_shader_equals_apply_on_a_real_driver(filter_):
    pixels = np.concatenate([random_pixels(500), special_pixels()])
    for params in settings_of(filter_):
        step = Step(filter_.id, params)
        expected = np.clip(apply64(filter_, pixels, step.params), 0, 1)
        assert np.abs(shade(to_glsl(Recipe((step,))), as_image(pixels))[0] - expected).max() < 1e-4


@every_filter
def test_the_shader_equals_apply_where_there_is_no_driver(filter_):
    pixels = np.concatenate([random_pixels(500), special_pixels()])
    for params in settings_of(filter_):
        step = Step(filter_.id, params)
        expected = np.clip(apply64(filter_, pixels, step.params), 0, 1)
        assert np.abs(shader.run(to_glsl(Recipe((step,))), "retouch", pixels) - expected).max() < 1e-4


@every_filter
def test_recipes_survive_the_way_through_json(filter_):
    for params in settings_of(filter_):
        step = Step(filter_.id, params, amount=0.7, enabled=False)
        assert recipe.loads(recipe.dumps(Recipe((step,)))).steps == (step,)


@every_filter
def test_wrong_settings_are_refused_in_words(filter_):
    name = filter_.params[0].name
    for bad in (float("nan"), float("inf"), 1e9, "much", None, True, [1.0], {}):
        with pytest.raises(ExposureError, match=name):
            Step(filter_.id, {**filter_.neutral, name: bad})
    with pytest.raises(ExposureError, match="no parameter called sparkle"):
        Step(filter_.id, {**filter_.neutral, "sparkle": 1.0})
    with pytest.raises(ExposureError, match=f"lacks its parameter {name}"):
        Step(filter_.id, {k: v for k, v in filter_.neutral.items() if k != name})


@every_filter
def test_recipes_of_an_unknown_version_are_refused(filter_):
    with pytest.raises(ExposureError, match=filter_.id):
        filter_.upgrade(filter_.neutral, filter_.version + 1)


@every_filter
def test_squash_is_monotone_within_range_and_starts_at_its_initial_value(filter_):
    raws = torch.linspace(-6, 6, 101, dtype=torch.float64)[:, None].expand(-1, filter_.width)
    values = filter_.squash(raws)
    assert (values.diff(dim=0) > 0).all()
    start = 0
    for param in filter_.params:
        own = values[:, start : start + param.width]
        assert own.min() >= param.agent[0]
        assert own.max() <= param.agent[1]
        assert own[50].numpy() == pytest.approx(param.initial)
        start += param.width


@every_filter
def test_ranges_are_nested(filter_):
    for param in filter_.params:
        assert param.slider[0] <= param.agent[0] < param.agent[1] <= param.slider[1]
        assert param.agent[0] <= param.initial <= param.agent[1]
        neutral = param.neutral_value
        assert param.checked(neutral) == neutral


@every_filter
@given(low=st.floats(0, 1), high=st.floats(0, 1))
@settings(max_examples=50)
def test_sliders_are_monotone_and_come_back_to_the_value(filter_, low, high):
    for param in filter_.params:
        if isinstance(param, Scalar):
            assert param.position(param.at_position(low)) == pytest.approx(low, abs=1e-6)
            if low < high:
                assert param.at_position(low) <= param.at_position(high)


@every_filter
def test_amount_runs_from_neutral_through_the_value(filter_):
    params = settings_of(filter_)[-1]
    at_zero = apply64(filter_, random_pixels(), filter_.scaled(params, 0))
    assert np.abs(at_zero - random_pixels()).max() < 1e-6
    assert filter_.scaled(params, 1) == params
    filter_.checked(filter_.scaled(params, 2))


@every_filter
def test_it_is_documented_and_says_what_it_does(filter_):
    assert filter_.__doc__
    assert filter_.label
    for params in settings_of(filter_):
        assert filter_.describe(params)


def test_the_page_of_filters_is_up_to_date():
    from tools import filter_docs

    assert filter_docs.PAGE.read_text(encoding="utf-8") == filter_docs.page()
