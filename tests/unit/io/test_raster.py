import io
import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageCms

from exposure_app.errors import ExposureError
from exposure_app.io import raster
from exposure_app.io.formats import read_image
from exposure_app.io.icc import srgb_profile, through_profile
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear

ADOBE_RGB = np.array(
    [[0.6097559, 0.2052401, 0.1492240], [0.3111242, 0.6256560, 0.0632197], [0.0194811, 0.0608902, 0.7448387]]
)


def profile(colorants: NDArray[np.float64], curve: bytes) -> bytes:
    """A matrix profile: ours with other colorants and another curve put in."""
    original = srgb_profile()
    (count,) = struct.unpack(">I", original[128:132])
    tags = {original[132 + 12 * i : 136 + 12 * i]: original[136 + 12 * i : 144 + 12 * i] for i in range(count)}
    blocks = {
        name: original[slice(s, s + n)] for name, (s, n) in ((k, struct.unpack(">II", v)) for k, v in tags.items())
    }
    for i, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ")):
        blocks[name] = b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in colorants[:, i]))
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        blocks[name] = curve
    table, body, start = b"", b"", 132 + 12 * count
    for name, block in blocks.items():
        table += name + struct.pack(">II", start + len(body), len(block))
        body += block + bytes(-len(block) % 4)
    return struct.pack(">I", start + len(body)) + original[4:128] + struct.pack(">I", count) + table + body


GAMMA_2_2 = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.19921875 * 256))
WIDE = profile(ADOBE_RGB, GAMMA_2_2)


def by_littlecms(pixels: NDArray[np.uint8], icc: bytes) -> NDArray[np.uint8]:
    source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    converted = ImageCms.profileToProfile(
        PILImage.fromarray(pixels), source, ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    return np.asarray(converted)


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
def test_pictures_without_a_profile_are_srgb(tmp_path: Path, colors: NDArray[np.uint8], name: str) -> None:
    PILImage.fromarray(colors).save(tmp_path / name, **({"lossless": True} if name == "a.webp" else {}))
    image = read_image(tmp_path / name)
    np.testing.assert_array_equal(image.pixels, srgb_to_linear(colors))
    assert image.pixels.flags.c_contiguous
    assert not image.scene_referred


def test_jpegs_come_back_nearly_as_they_were(tmp_path: Path) -> None:
    smooth = np.stack([np.linspace(20, 230, 96)[None].repeat(64, 0)] * 3, axis=-1).astype(np.uint8)
    PILImage.fromarray(smooth).save(tmp_path / "a.jpg", quality=95)
    back = linear_to_srgb(read_image(tmp_path / "a.jpg").pixels) * 255
    assert np.abs(back - smooth).max() < 3


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_keep_their_precision(tmp_path: Path, name: str, channels: int) -> None:
    codes = np.random.default_rng(0).integers(0, 65536, (40, 50, channels)).astype(np.uint16)
    stored = codes[..., 0] if channels == 1 else codes
    content = imagecodecs.png_encode(stored) if name == "a.png" else b""
    if content:
        (tmp_path / name).write_bytes(content)
    else:
        tifffile.imwrite(tmp_path / name, stored, photometric="minisblack" if channels == 1 else "rgb")
    expected = np.broadcast_to(srgb_to_linear(codes), (40, 50, 3))
    np.testing.assert_array_equal(read_image(tmp_path / name).pixels, expected)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "PA"])
def test_grey_palette_and_transparent_pngs_look_as_in_a_viewer(
    tmp_path: Path, colors: NDArray[np.uint8], mode: str
) -> None:
    picture = PILImage.fromarray(colors).convert("RGBA")
    picture.putalpha(PILImage.fromarray(colors[..., 2]))
    picture = picture.convert("P" if mode == "PA" else mode)
    picture.save(tmp_path / "a.png")
    with PILImage.open(tmp_path / "a.png") as stored:
        white = PILImage.new("RGBA", stored.size, "white")
        expected = np.asarray(PILImage.alpha_composite(white, stored.convert("RGBA")).convert("RGB")).astype(int)
    back = np.round(linear_to_srgb(read_image(tmp_path / "a.png").pixels) * 255)
    assert np.abs(back - expected).max() <= 1


def test_transparent_sixteen_bit_pictures_lie_on_white(tmp_path: Path) -> None:
    pixels = np.full((8, 8, 4), 20000, np.uint16)
    pixels[..., 3] = np.linspace(0, 65535, 8).astype(np.uint16)
    expected = srgb_to_linear((20000 * (pixels[..., 3] / 65535) + 65535 - pixels[..., 3]) / 65535)
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(pixels))
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb", extrasamples=["unassalpha"])
    for name in ("a.png", "a.tif"):
        np.testing.assert_allclose(read_image(tmp_path / name).pixels[..., 0], expected, atol=5e-5)


def test_planar_inverted_and_compressed_tiffs_are_understood(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    wide = colors.astype(np.uint16) * 257
    planes = np.ascontiguousarray(np.moveaxis(wide, -1, 0))
    tifffile.imwrite(tmp_path / "planar.tif", planes, photometric="rgb", planarconfig="separate")
    tifffile.imwrite(tmp_path / "lzw.tif", wide, photometric="rgb", compression="lzw", predictor=True, byteorder=">")
    tifffile.imwrite(tmp_path / "inverted.tif", 65535 - wide[..., 0], photometric="miniswhite")
    np.testing.assert_array_equal(read_image(tmp_path / "planar.tif").pixels, srgb_to_linear(wide))
    np.testing.assert_array_equal(read_image(tmp_path / "lzw.tif").pixels, srgb_to_linear(wide))
    np.testing.assert_array_equal(read_image(tmp_path / "inverted.tif").pixels[..., 1], srgb_to_linear(wide[..., 0]))


@pytest.mark.parametrize("depth", [np.float16, np.float32, np.float64])
def test_floating_point_tiffs_are_linear_and_may_be_brighter_than_white(tmp_path: Path, depth: type) -> None:
    light = np.random.default_rng(0).uniform(0, 4, (8, 9, 3)).astype(depth)
    light[0, 0], light[0, 1] = np.nan, np.inf
    tifffile.imwrite(tmp_path / "a.tif", light, photometric="rgb")
    pixels = read_image(tmp_path / "a.tif").pixels
    np.testing.assert_allclose(pixels[1:], light[1:].astype(np.float32))
    assert (pixels[0, 0] == 0).all()
    assert (pixels[0, 1] == np.float32(light[np.isfinite(light)].max())).all(), (
        "what is infinite is as bright as the brightest"
    )


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(tmp_path: Path, colors: NDArray[np.uint8], orientation: int) -> None:
    exif = PILImage.Exif()
    exif[274] = orientation
    PILImage.fromarray(colors).save(tmp_path / "a.png", exif=exif.tobytes())
    with PILImage.open(tmp_path / "a.png") as picture:
        from PIL import ImageOps

        expected = srgb_to_linear(np.asarray(ImageOps.exif_transpose(picture)))
    image = read_image(tmp_path / "a.png")
    np.testing.assert_array_equal(image.pixels, expected)
    assert image.metadata.orientation == orientation


def test_wide_profiles_are_converted_as_littlecms_does(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    PILImage.fromarray(colors).save(tmp_path / "a.png", icc_profile=WIDE)
    back = np.round(linear_to_srgb(read_image(tmp_path / "a.png").pixels) * 255)
    assert np.abs(back - by_littlecms(colors, WIDE)).max() <= 2


def test_sixteen_bit_profiles_keep_gradients_smooth() -> None:
    ramp = np.broadcast_to(np.arange(20000, 20600, dtype=np.uint16)[None, :, None], (1, 600, 3))
    linear = through_profile(ramp, WIDE)[0, :, 1]
    assert (np.diff(linear) > 0).all()


def test_profiles_made_of_tables_are_followed_smoothly(colors: NDArray[np.uint8]) -> None:
    """What the grid makes of a profile that can also be computed exactly."""
    from exposure_app.io import icc

    table = icc._convert_by_grid(colors, WIDE)
    exact = np.clip(through_profile(colors, WIDE), 0, 1)
    assert np.abs(linear_to_srgb(table) - linear_to_srgb(exact)).mean() * 255 < 1.5
    ramp = np.broadcast_to(np.arange(20000, 20600, dtype=np.uint16)[None, :, None], (1, 600, 3))
    assert (np.diff(icc._convert_by_grid(ramp, WIDE)[0, :, 1]) > 0).all()


@pytest.mark.parametrize("kind", range(5))
def test_parametric_curves_are_evaluated_as_littlecms_does(kind: int, colors: NDArray[np.uint8]) -> None:
    values = {
        0: (1.8,),
        1: (2.2, 0.9, 0.1),
        2: (2.2, 0.9, 0.05, 0.02),
        3: (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
        4: (2.4, 0.9, 0.06, 0.1, 0.05, 0.01, 0.005),
    }[kind]
    curve = (
        b"para"
        + bytes(4)
        + struct.pack(">HH", kind, 0)
        + struct.pack(f">{len(values)}i", *(round(v * 65536) for v in values))
    )
    icc = profile(ADOBE_RGB, curve)
    back = np.round(linear_to_srgb(np.clip(through_profile(colors, icc), 0, 1)) * 255)
    difference = np.abs(back - by_littlecms(colors, icc))
    assert np.percentile(difference, 99) <= 2


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp", "a.avif"])
@pytest.mark.parametrize(
    "icc",
    [
        b"not a profile at all",
        b"nonsense" * 30,
        WIDE[:16] + b"GRAY" + WIDE[20:],
        WIDE[:16] + b"CMYK" + WIDE[20:],
        WIDE[:200],
        profile(ADOBE_RGB * 0, GAMMA_2_2),
        profile(ADOBE_RGB, GAMMA_2_2[:8] + b"\xff" * 4),
        profile(ADOBE_RGB, b"para" + bytes(40)),
    ],
    ids=["words", "junk", "grey", "inks", "cut", "black", "endless curve", "flat curve"],
)
def test_a_profile_that_cannot_be_used_counts_as_none_with_a_warning(
    tmp_path: Path, colors: NDArray[np.uint8], name: str, icc: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    options = (
        {"quality": 100, "lossless": True}
        if name == "a.webp"
        else {"quality": 100, "subsampling": "4:4:4"}
        if name == "a.avif"
        else {}
    )
    PILImage.fromarray(colors).save(tmp_path / name, icc_profile=icc, **options)
    back = linear_to_srgb(read_image(tmp_path / name).pixels) * 255
    assert np.percentile(np.abs(back - colors), 99) <= (0.01 if name != "a.avif" else 8)
    assert [record for record in caplog.records if "read as sRGB" in record.message]


def test_cmyk_without_a_profile_is_refused(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    PILImage.fromarray(colors).convert("CMYK").save(tmp_path / "a.jpg")
    with pytest.raises(ExposureError, match="CMYK"):
        read_image(tmp_path / "a.jpg")


def encoded(name: str, pixels: NDArray[Any]) -> bytes:
    if name == "deep.png":
        return imagecodecs.png_encode(pixels.astype(np.uint16) * 257)
    stream = io.BytesIO()
    if name.endswith(".tif"):
        tifffile.imwrite(stream, pixels, photometric="rgb", compression="zlib" if name == "zip.tif" else None)
    else:
        PILImage.fromarray(pixels).save(stream, PILImage.registered_extensions()[Path(name).suffix])
    return stream.getvalue()


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "deep.png", "a.tif", "zip.tif", "a.webp"])
def test_truncated_pictures_are_errors_and_never_half_grey(
    tmp_path: Path, colors: NDArray[np.uint8], name: str
) -> None:
    content = encoded(name, colors)
    for share in (0.1, 0.5, 0.9):
        (tmp_path / name).write_bytes(content[: int(len(content) * share)])
        with pytest.raises(ExposureError, match=name):
            read_image(tmp_path / name)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "deep.png", "a.tif", "zip.tif", "a.webp"])
def test_random_damage_gives_a_picture_or_one_clear_error(tmp_path: Path, colors: NDArray[np.uint8], name: str) -> None:
    content = encoded(name, colors)
    random = np.random.default_rng(3)
    for _ in range(60):
        broken = np.frombuffer(content, np.uint8).copy()
        broken[random.integers(0, len(broken), 6)] = random.integers(0, 256, 6)
        (tmp_path / name).write_bytes(broken.tobytes())
        try:
            pixels = read_image(tmp_path / name).pixels
        except ExposureError as error:
            assert name in error.message
        else:
            assert pixels.min() >= 0


def test_decompression_bombs_are_refused_before_they_unfold(tmp_path: Path) -> None:
    def chunk(kind: bytes, payload: bytes) -> bytes:
        return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")
    )
    (tmp_path / "a.png").write_bytes(bomb)
    with pytest.raises(ExposureError, match="too large"):
        read_image(tmp_path / "a.png")


def test_large_panoramas_are_not_taken_for_bombs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert raster.MAX_PIXELS > 400_000_000
    PILImage.new("L", (20000, 9500)).save(tmp_path / "a.png")
    monkeypatch.setattr(raster, "linear_light", lambda *_: np.zeros((1, 1, 3), np.float32))
    assert read_image(tmp_path / "a.png").size == (1, 1)


def test_the_extension_may_be_wrong_about_the_kind_of_picture(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    PILImage.fromarray(colors).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg").pixels, srgb_to_linear(colors))
