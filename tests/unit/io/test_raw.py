import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rawpy
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.io import sensor
from exposure_app.io.develop import Develop, HighlightMode
from exposure_app.io.formats import read_image
from exposure_app.io.opcodes.lists import OpcodeList
from exposure_app.io.raw import read_preview
from exposure_app.io.transfer import linear_to_srgb
from tests.unit.io.dng import BAYER_PHASES, mosaic_of, scene, write_dng

PLAIN = Develop(hot_pixels=False, denoise=0, color_denoise=0, sharpen=0)  # nothing but the sensor

DECODABLE = [
    "canon_eoskissx4_magiclantern_1.dng",
    "gopro_fusion_1.dng",
    "kodak_dc50_1.kdc",
    "nikon_crop768_1.dng",
    "synthetic_xtrans6mp_1.dng",
    *(
        pytest.param(name, marks=pytest.mark.slow)
        for name in (
            "gopro_hero6black_1.dng",
            "gopro_hero7black_1.dng",
            "synthetic_bayer8mp_night_1.dng",
            "synthetic_bayer25mp_1.dng",
        )
    ),
]


def by_libraw(path: Path, algorithm: rawpy.DemosaicAlgorithm | None = None) -> NDArray[np.float64]:
    """LibRaw's own picture, with the white level that we use."""
    with rawpy.imread(str(path)) as raw:
        black = np.array(raw.black_level_per_channel, float)
        user_sat = None
        if raw.raw_pattern.shape == (2, 2):
            multipliers = sensor.white_balance(raw)[0][:3]
            levels = sensor.saturation_levels(raw, black)
            first = int(np.argmin(multipliers * (levels - black[:3])))
            user_sat = int(levels[first] - black.min())
        picture = raw.postprocess(
            demosaic_algorithm=algorithm,
            use_camera_wb=True,
            gamma=(1, 1),
            no_auto_bright=True,
            output_bps=16,
            adjust_maximum_thr=0.0,
            user_sat=user_sat,
        )
    return np.asarray(picture / 65535)


def psnr(picture: NDArray[np.float32], truth: NDArray[np.float64]) -> float:
    """In sRGB-encoded values, which the eye sees."""
    return float(-10 * np.log10(np.mean((linear_to_srgb(picture) - linear_to_srgb(truth)).astype(np.float64) ** 2)))


@pytest.mark.parametrize("name", DECODABLE)
def test_size_colour_and_orientation_agree_with_libraw(
    raw_folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exposure_app.io.dng.read_opcodes", lambda content: OpcodeList())  # LibRaw does not follow them
    ours = read_image(raw_folder / name).pixels
    theirs = by_libraw(raw_folder / name, rawpy.DemosaicAlgorithm.LINEAR)
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    assert ours.flags.c_contiguous
    assert ours.min() >= 0
    assert ours.max() <= 1
    means = ours.mean(axis=(0, 1), dtype=np.float64)
    np.testing.assert_allclose(means, theirs.mean(axis=(0, 1)), rtol=0.015, atol=2e-4)
    small = [p[: len(p) // 16 * 16, : p.shape[1] // 16 * 16] for p in (ours, theirs)]
    small = [p.reshape(len(p) // 16, 16, p.shape[1] // 16, 16, 3).mean(axis=(1, 3)) for p in small]
    assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.999


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_detail_is_at_least_as_true_as_with_ahd(tmp_path: Path, phase: str) -> None:
    truth = scene(300, 400)
    mosaic = np.round(mosaic_of(truth, phase) * 60000 + 1000).astype(np.uint16)
    path = write_dng(tmp_path / "a.dng", mosaic, phase=phase, black=(1000,) * 4, white=61000)
    ours = psnr(read_image(path, develop=PLAIN).pixels, truth)
    assert ours > 36
    assert ours >= psnr(by_libraw(path, rawpy.DemosaicAlgorithm.AHD).astype(np.float32), truth)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright_as_libraw_does(tmp_path: Path, orientation: int) -> None:
    mosaic = np.round(mosaic_of(scene(60, 100), "RGGB") * 65535).astype(np.uint16)
    path = write_dng(tmp_path / "a.dng", mosaic, orientation=orientation)
    image = read_image(path)
    theirs = by_libraw(path)
    assert image.pixels.shape == theirs.shape
    assert np.abs(image.pixels - theirs).mean() < 0.02
    assert image.metadata.orientation == orientation


def test_white_balance_makes_grey_neutral_whatever_the_camera_sees(tmp_path: Path) -> None:
    neutral = (0.45, 1.0, 0.62)
    truth = np.broadcast_to(0.4 * np.array(neutral), (64, 64, 3))
    mosaic = np.round(mosaic_of(truth, "GBRG") * 15000 + 512).astype(np.uint16)
    path = write_dng(tmp_path / "a.dng", mosaic, phase="GBRG", black=(512,) * 4, white=15512, neutral=neutral)
    np.testing.assert_allclose(read_image(path).pixels, 0.4, atol=2e-3)


def test_without_a_white_balance_one_is_estimated_and_said_to_be(tmp_path: Path) -> None:
    grey = np.clip(scene(96, 96) * 0.3 + 0.2, 0, 1)
    for light in ((1.0, 1.0, 1.0), (1.0, 0.75, 0.35)):
        mosaic = np.round(mosaic_of(grey * light, "RGGB") * 60000).astype(np.uint16)
        image = read_image(write_dng(tmp_path / "a.dng", mosaic, neutral=None))
        assert image.light is not None
        assert image.light.is_estimated
        assert np.array_equal(image.light.gains, image.light.as_shot)
        means = image.pixels.mean(axis=(0, 1)) / grey.mean(axis=(0, 1))
        assert means.max() / means.min() < 1.25, light
    told = read_image(write_dng(tmp_path / "b.dng", mosaic))
    assert told.light is not None
    assert not told.light.is_estimated


def test_cameras_without_a_matrix_in_the_file_get_the_one_that_libraw_knows(tmp_path: Path) -> None:
    mosaic = np.round(mosaic_of(scene(64, 96), "RGGB") * 9000).astype(np.uint16)
    extra = ((271, "s", 0, "Canon", True), (272, "s", 0, "Canon EOS 5D Mark III", True))
    path = write_dng(tmp_path / "a.dng", mosaic, matrix=np.zeros((3, 3)), neutral=(0.5, 1, 0.7), extra=extra)
    with rawpy.imread(str(path)) as raw:
        if not np.any(raw.rgb_xyz_matrix):
            pytest.skip("LibRaw does not look the camera up")
    np.testing.assert_allclose(read_image(path).pixels.mean(axis=(0, 1)), by_libraw(path).mean(axis=(0, 1)), rtol=0.01)


@pytest.mark.parametrize("mode", ["clip", "blend", "reconstruct"])
def test_a_blown_sky_is_not_magenta(raw_folder: Path, mode: HighlightMode) -> None:
    pixels = read_image(raw_folder / "gopro_hero6black_1.dng", develop=Develop(highlights=mode)).pixels
    sky = pixels[300:420, 2150:2750].reshape(-1, 3)
    blown = sky[sky[:, 1] > 0.98 * np.percentile(pixels[..., 1], 99.9)]
    assert len(blown) > 1000
    green_to_rest = blown[:, 1] / blown[:, (0, 2)].mean(axis=1)
    assert np.median(green_to_rest) > 0.97
    assert pixels.max() <= 1 or mode == "reconstruct"


def test_a_bright_even_wall_is_not_taken_for_a_saturated_sensor() -> None:
    noise = np.random.default_rng(1)
    wall = noise.normal(14500, 110, 50_000).clip(0, 16383).astype(np.uint16)
    assert sensor._pile_up(wall, 16383) is None
    clipped = np.minimum(noise.normal(15500, 900, 50_000), 15200).astype(np.uint16)
    assert sensor._pile_up(clipped, 16383) == 15200


@pytest.mark.parametrize("share", [0.002, 0.3, 0.98])
@pytest.mark.parametrize("name", ["nikon_crop768_1.dng", "kodak_dc50_1.kdc", "canon_eoskissx4_magiclantern_1.dng"])
def test_truncated_files_are_errors_and_libraw_stays_silent(
    raw_folder: Path, tmp_path: Path, name: str, share: float, capfd: pytest.CaptureFixture[str]
) -> None:
    content = (raw_folder / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ExposureError, match=name):
        read_image(tmp_path / name)
    assert capfd.readouterr().err == ""


def test_damaged_pixels_are_an_error(raw_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = bytearray((raw_folder / "gopro_fusion_1.dng").read_bytes())
    content[-2_000_000:-1_990_000] = b"\xff" * 10_000
    (tmp_path / "a.dng").write_bytes(content)
    with pytest.raises(ExposureError, match="damaged"):
        read_image(tmp_path / "a.dng")
    assert capfd.readouterr().err == ""


def test_formats_that_libraw_refuses_say_what_to_do(raw_folder: Path) -> None:
    with pytest.raises(ExposureError, match="Convert it to DNG"):
        read_image(raw_folder / "gopro_hero6black_unsupported.gpr")


def test_the_embedded_preview_is_found_or_absent(raw_folder: Path) -> None:
    preview = read_preview(raw_folder / "kodak_dc50_1.kdc")
    assert preview is not None
    assert preview.shape == (64, 96, 3)
    assert read_preview(raw_folder / "nikon_crop768_1.dng") is None


def test_reading_needs_less_than_twice_the_memory_of_the_picture(raw_folder: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("VmHWM is Linux's")
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from exposure_app.io.formats import read_image\n"
        "def peak(): return int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        f"read_image({str(raw_folder / 'nikon_crop768_1.dng')!r})\n"
        "before = peak()\n"
        f"pixels = read_image({str(raw_folder / 'synthetic_bayer25mp_1.dng')!r}).pixels\n"
        "print((peak() - before) * 1024 / pixels.nbytes)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 2
