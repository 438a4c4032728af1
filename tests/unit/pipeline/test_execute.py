"""Rendering whole recipes: backends, depths, tiles, shortage of memory."""

import logging
import subprocess
import sys

import numpy as np
import pytest
import torch

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.interop import codegen
from exposure_app.pipeline import execute
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step

LONG = Recipe(
    (
        Step("exposure", {"ev": 0.7}),
        Step("gamma", {"gamma": 0.5}),
        Step("white_balance", {"green": -0.1, "blue": 0.2}),
        Step("saturation", {"amount": 0.6}),
        Step("tone_curve", {"slopes": (0.6, 0.9, 1.5, 1.4, 1.1, 0.9, 0.8, 0.6)}),
        Step("contrast", {"amount": 0.3}),
        Step("color_curve", {name: (1.1, 1, 1, 0.9, 1, 1, 1.1, 0.95) for name in ("red", "green", "blue")}),
        Step("black_white", {"amount": 0.3}),
    )
)


def picture(height: int = 61, width: int = 83) -> np.ndarray:
    return np.random.default_rng(0).random((height, width, 3)).astype(np.float32) * 1.2


def reference(pixels: np.ndarray, recipe: Recipe) -> np.ndarray:
    """The chain in float64 torch."""
    rgb = torch.from_numpy(pixels.astype(np.float64)).permute(2, 0, 1)
    for edit in recipe.edits():
        filter_ = filters.get(edit.filter)
        rgb = filter_.apply(rgb, torch.from_numpy(filter_.pack(edit.params).astype(np.float64)))
    return rgb.clamp(0, 1).permute(1, 2, 0).numpy()


def on_gpu_path(pixels: np.ndarray, recipe: Recipe, dtype: type) -> np.ndarray:
    """The GPU's way of rendering, run on the CPU."""
    codes = np.empty(pixels.size, dtype)
    execute._render_on_gpu(
        pixels.reshape(-1), codes, recipe.edits(), execute._site(pixels, recipe.geometry, None), "cpu"
    )
    return codes.reshape(pixels.shape)


def test_a_long_chain_is_within_one_code_of_float64_on_every_backend():
    pixels, expected = picture(), reference(picture(), LONG) * 255
    assert np.abs(render(pixels, LONG) - expected).max() <= 1
    assert np.abs(on_gpu_path(pixels, LONG, np.uint8) - expected).max() <= 1
    assert np.abs(on_gpu_path(pixels, LONG, np.uint8).astype(int) - render(pixels, LONG)).max() <= 1


@pytest.mark.parametrize(("depth", "dtype", "top"), [(8, np.uint8, 255), (16, np.uint16, 65535), (32, np.float32, 1)])
def test_depths_give_the_same_picture_clipped_to_their_range(depth, dtype, top):
    pixels = picture() * 4
    rendered = render(pixels, LONG, depth=depth)
    assert rendered.dtype == dtype
    assert rendered.shape == pixels.shape
    assert rendered.max() <= top
    assert np.abs(rendered / top - reference(pixels, LONG)).max() < 0.5 / 255 + 1e-4
    assert np.abs(on_gpu_path(pixels, LONG, dtype) / top - rendered / top).max() <= 1 / 255


def test_a_recipe_without_steps_shows_the_pixels():
    pixels = picture()
    assert (render(pixels, Recipe(), depth=32) == pixels.clip(0, 1)).all()


def test_the_input_is_not_changed():
    pixels = picture()
    before = pixels.copy()
    render(pixels, LONG)
    on_gpu_path(pixels, LONG, np.uint8)
    assert (pixels == before).all()


def test_several_spans_and_a_view_give_the_same_as_one_span(monkeypatch):
    pixels = picture(200, 160)
    whole = render(pixels, LONG)
    monkeypatch.setattr(execute, "CPU_SPAN", 777)
    assert (render(pixels, LONG) == whole).all()
    assert (render(pixels[:, ::-1], LONG) == whole[:, ::-1]).all()


def test_a_filter_without_a_kernel_runs_in_its_torch_form(monkeypatch):
    pixels = picture()
    compiled = render(pixels, LONG)
    for filter_ in filters.registry().values():
        monkeypatch.setattr(type(filter_), "kernel", None)
    assert np.abs(render(pixels, LONG).astype(int) - compiled).max() <= 1


def test_a_short_graphics_memory_means_smaller_tiles(monkeypatch, caplog):
    """A card that takes at most 600 pixels at once still gives the whole picture."""
    real = execute._gpu_codes

    def short(source, *rest):
        if source.size > 3 * 600:
            raise torch.OutOfMemoryError("out of memory")
        return real(source, *rest)

    monkeypatch.setattr(execute, "_gpu_codes", short)
    monkeypatch.setattr(execute, "GPU_TILE", 4096)
    monkeypatch.setattr(execute, "GPU_TILE_MIN", 64)
    pixels = picture()
    with caplog.at_level(logging.WARNING):
        rendered = on_gpu_path(pixels, LONG, np.uint8)
    assert "smaller tiles" in caplog.text
    assert np.abs(rendered.astype(int) - render(pixels, LONG)).max() <= 1


def test_no_graphics_memory_at_all_means_the_cpu_with_a_notice(monkeypatch, caplog):
    real, calls = execute._gpu_codes, []

    def gone_after_one_tile(*args):
        calls.append(args)
        if len(calls) > 1:
            raise RuntimeError("MPS backend out of memory")
        return real(*args)

    monkeypatch.setattr(execute, "_gpu_codes", gone_after_one_tile)
    monkeypatch.setattr(execute, "GPU_TILE", 1000)
    monkeypatch.setattr(execute, "GPU_TILE_MIN", 500)
    pixels = picture()
    with caplog.at_level(logging.WARNING):
        rendered = on_gpu_path(pixels, LONG, np.uint8)
    assert "on the CPU" in caplog.text
    assert np.abs(rendered.astype(int) - render(pixels, LONG)).max() <= 1


@pytest.mark.parametrize("pixels", [np.zeros((4, 4), np.float32), np.zeros((4, 4, 4), np.float32), np.zeros((4, 4, 3))])
def test_other_shapes_and_types_are_refused(pixels):
    with pytest.raises(ExposureError, match="float32 H x W x 3"):
        render(pixels, LONG)


def test_an_absent_device_is_refused_with_a_hint():
    device = "mps" if not torch.backends.mps.is_available() else "cuda"
    with pytest.raises(ExposureError, match=f"no {device} device.*auto or cpu"):
        render(picture(), LONG, device=device)


def test_rendering_on_the_cpu_does_not_load_torch():
    script = (
        "import sys, numpy as np\n"
        "from exposure_app.pipeline.execute import render\n"
        "from exposure_app.pipeline.recipe import Recipe, Step\n"
        "render(np.zeros((4, 4, 3), np.float32), Recipe((Step('gamma', {'gamma': 0.5}),)), device='cpu')\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_is_within_one_code_of_the_cpu():
    pixels = picture(1000, 1500)
    assert np.abs(render(pixels, LONG, device="cuda").astype(int) - render(pixels, LONG, device="cpu")).max() <= 1


def test_the_emitted_module_needs_only_numpy_and_matches_the_rendering(tmp_path):
    module = tmp_path / "look.py"
    module.write_text(codegen.to_python(LONG), encoding="utf-8")
    pixels = picture()
    np.save(tmp_path / "in.npy", pixels)
    script = "import numpy, look; numpy.save('out.npy', look.retouch(numpy.load('in.npy')))"
    subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {script}"], cwd=tmp_path, check=True
    )
    assert np.abs(np.load(tmp_path / "out.npy") * 255 - render(pixels, LONG)).max() <= 1
