"""Ordinary photos of every kind, in the right colours, by what is in them rather than by their names."""

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
from PIL.PngImagePlugin import PngInfo

from exposure_app.errors import ExposureError
from exposure_app.io.formats import read_image
from exposure_app.io.icc import make_profile
from exposure_app.io.spaces import SPACES
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from tests.unit.io.dng import mosaic_of, scene, write_dng


def shown(path: Path) -> NDArray[Any]:
    """The picture in codes of 8 bits."""
    return linear_to_srgb(read_image(path).pixels) * 255


def grey_profile(gamma: float) -> bytes:
    """A profile for grey pictures: ours for RGB with another space and curve."""
    curve = b"curv" + bytes(4) + struct.pack(">IHH", 1, round(gamma * 256), 0)
    head = make_profile("grey", np.eye(3), gamma)[:128]
    body = struct.pack(">I4sII", 1, b"kTRC", 144, len(curve)) + curve
    return struct.pack(">I", 128 + len(body)) + head[4:16] + b"GRAY" + head[20:] + body


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_black_and_white_pictures_are_read_through_their_grey_profile(tmp_path: Path, name: str) -> None:
    grey = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
    PILImage.fromarray(grey).save(
        tmp_path / name, icc_profile=grey_profile(1.8), **{"quality": 100} if name == "a.jpg" else {}
    )
    expected = (grey / 255) ** np.float32(1.80078125)
    np.testing.assert_allclose(read_image(tmp_path / name).pixels[..., 1], expected, atol=0.006)


def exif_of_colors(stated: int, index: str) -> bytes:
    """EXIF of a main directory, its details with a colour space, and below them an interoperability index."""
    main = struct.pack("<HHHIII", 1, 0x8769, 4, 1, 26, 0)
    details = struct.pack("<HHHIIHHIII", 2, 0xA001, 3, 1, stated, 0xA005, 4, 1, 56, 0)
    interop = struct.pack("<HHHI4sI", 1, 1, 2, 4, index.encode().ljust(4, b"\0"), 0)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + main + details + interop


@pytest.mark.parametrize(
    ("stated", "index", "is_adobe"),
    [(65535, "R03", True), (2, "", True), (1, "R98", False), (1, "R03", False), (65535, "", False)],
)
@pytest.mark.parametrize("name", ["a.jpg", "a.webp"])
def test_a_cameras_mark_for_adobe_rgb_is_believed(
    tmp_path: Path, name: str, stated: int, index: str, is_adobe: bool
) -> None:
    color = np.full((32, 32, 3), (173, 62, 62), np.uint8)
    PILImage.fromarray(color).save(tmp_path / name, quality=100, exif=exif_of_colors(stated, index))
    r, g, _ = shown(tmp_path / name)[16, 16]
    assert bool(r - g > 130) == is_adobe, (r, g)


def png(pixels: NDArray[Any], *chunks: tuple[bytes, bytes]) -> bytes:
    info = PngInfo()
    for name, payload in chunks:
        info.add(name, payload)
    stream = io.BytesIO()
    PILImage.fromarray(pixels).save(stream, "png", pnginfo=info)
    return stream.getvalue()


def chromaticities(*points: float) -> bytes:
    return struct.pack(">8I", *(round(100_000 * point) for point in points))


P3 = chromaticities(0.3127, 0.3290, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
GAMMA_1, GAMMA_SRGB = struct.pack(">I", 100_000), struct.pack(">I", 45_455)


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([(b"gAMA", GAMMA_1)], lambda x: x),
        ([(b"gAMA", GAMMA_SRGB)], srgb_to_linear),
        ([(b"gAMA", struct.pack(">I", 55_556))], lambda x: x**1.8),
        ([(b"gAMA", GAMMA_1), (b"sRGB", b"\0")], srgb_to_linear),
        ([(b"gAMA", struct.pack(">I", 0))], srgb_to_linear),
        ([(b"gAMA", GAMMA_1), (b"cICP", bytes((1, 13, 0, 1)))], srgb_to_linear),
        ([(b"gAMA", GAMMA_1), (b"cHRM", bytes(32))], srgb_to_linear),
    ],
    ids=["linear", "srgb", "1.8", "sRGB counts before", "impossible", "cICP counts before", "no primaries"],
)  # fmt: skip
def test_what_a_png_says_about_gamma_is_followed(
    tmp_path: Path, colors: NDArray[np.uint8], chunks: Any, expected: Any
) -> None:
    (tmp_path / "a.png").write_bytes(png(colors, *chunks))
    np.testing.assert_allclose(read_image(tmp_path / "a.png").pixels, expected(colors / 255), atol=1e-3)


def test_primaries_of_a_png_are_followed_in_every_way_to_say_them(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    wanted = read_with_profile(tmp_path, colors)
    for chunks in ([(b"cHRM", P3), (b"gAMA", GAMMA_SRGB)], [(b"cHRM", P3)], [(b"cICP", bytes((12, 13, 0, 1)))]):
        (tmp_path / "a.png").write_bytes(png(colors, *chunks))
        np.testing.assert_allclose(read_image(tmp_path / "a.png").pixels, wanted, atol=2e-3)


def read_with_profile(folder: Path, colors: NDArray[np.uint8]) -> NDArray[Any]:
    PILImage.fromarray(colors).save(folder / "p3.png", icc_profile=make_profile("P3", SPACES["display-p3"].colorants))
    return read_image(folder / "p3.png").pixels


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_avif_is_read_with_all_its_bits(tmp_path: Path, bits: int) -> None:
    ramp = np.tile(np.linspace(0, 2**bits - 1, 256)[None, :, None], (64, 1, 3))
    stored = np.round(ramp).astype(np.uint8 if bits == 8 else np.uint16)
    (tmp_path / "a.avif").write_bytes(imagecodecs.avif_encode(stored, level=100, bitspersample=bits))
    assert np.abs(shown(tmp_path / "a.avif") - ramp / (2**bits - 1) * 255).max() < 1.5


def bmff(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"mif1" + brand + bytes(200)


@pytest.mark.parametrize(("name", "content", "word"), [
    ("a.jpg", bmff(b"heic"), "HEIC"), ("a.png", bmff(b"avif"), "AVIF"), ("a.jpg", b"GIF89a" + bytes(99), "GIF"),
    ("a.tif", b"8BPS" + bytes(99), "Photoshop"), ("a.jpg", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(99), "JPEG XL"),
    ("a.webp", b"RIFF" + bytes(4) + b"WAVE" + bytes(99), "not a picture"), ("a.cr2", bmff(b"heic"), "HEIC"),
    ("a.heic", b"\xff\xd8\xff\xe0" + bytes(99), "JPEG"),
])  # fmt: skip
def test_what_cannot_be_read_is_named_as_what_it_is(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExposureError, match=word):
        read_image(tmp_path / name)


def test_a_picture_is_read_whatever_its_name_says(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    for kind in ("PNG", "TIFF"):
        for name in ("a.heic", "a.nef" if kind == "PNG" else "a.jpg", "a.avif"):
            PILImage.fromarray(colors).save(tmp_path / name, kind)
            np.testing.assert_array_equal(read_image(tmp_path / name).pixels, srgb_to_linear(colors))


def test_a_raw_file_called_tif_is_developed(tmp_path: Path) -> None:
    write_dng(tmp_path / "a.dng", np.round(mosaic_of(scene(80, 96), "RGGB") * 65535).astype(np.uint16))
    (tmp_path / "b.tif").write_bytes((tmp_path / "a.dng").read_bytes())
    developed = read_image(tmp_path / "b.tif")
    assert developed.scene_referred
    np.testing.assert_array_equal(developed.pixels, read_image(tmp_path / "a.dng").pixels)


@pytest.mark.parametrize("tagged", [True, False])
def test_the_thumbnail_in_front_of_a_tiff_is_not_taken_for_the_photo(
    tmp_path: Path, colors: NDArray[np.uint8], tagged: bool
) -> None:
    big = np.repeat(np.repeat(colors, 8, 0), 8, 1)
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(colors, photometric="rgb", subfiletype=1 if tagged else None)
        tiff.write(big, photometric="rgb")
    assert read_image(tmp_path / "a.tif").size == (768, 512)


def test_of_several_pages_the_first_is_read(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(colors, photometric="rgb")
        tiff.write(colors[::-1, ::-1], photometric="rgb")
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif").pixels, srgb_to_linear(colors))


@pytest.mark.parametrize("bits", [1, 2, 4, 6, 10, 12, 14, 16, 32])
@pytest.mark.parametrize("photometric", ["rgb", "minisblack"])
def test_tiffs_of_any_depth_span_black_to_white(tmp_path: Path, bits: int, photometric: str) -> None:
    ramp = np.linspace(0, 1, 96)[None, :, None] * np.ones((8, 1, 3 if photometric == "rgb" else 1))
    stored = np.round(ramp * (2**bits - 1)).astype(np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32)
    stored = stored if photometric == "rgb" else stored[..., 0]
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric=photometric, bitspersample=bits)
    expected = np.round(ramp * (2**bits - 1)) / (2**bits - 1) * 255
    assert np.abs(shown(tmp_path / "a.tif") - expected).max() < 0.7


@pytest.mark.parametrize("extra", [["unassalpha"], ["unspecified", "unassalpha"], ["assocalpha"], ["unspecified"]])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_alpha_is_found_wherever_it_lies(
    tmp_path: Path, colors: NDArray[np.uint8], extra: list[str], kind: Any
) -> None:
    scale = 1 if kind == np.float32 else np.iinfo(kind).max / 255
    half, other = np.full((64, 96, 1), 127.5), np.full((64, 96, 1), 10.0)
    beside = [half if "alpha" in sample else other for sample in extra]
    color = colors * 0.5 if extra == ["assocalpha"] else colors.astype(float)
    unit = 255 if kind == np.float32 else 1
    stored = (np.concatenate([color, *beside], axis=-1) / unit * scale).astype(kind)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", extrasamples=extra, planarconfig="contig")
    seen = colors / 2 + 127.5 if any("alpha" in sample for sample in extra) else colors
    pixels = read_image(tmp_path / "a.tif").pixels
    codes = pixels * 255 if kind == np.float32 else linear_to_srgb(pixels) * 255
    assert np.abs(codes - seen).max() < 1.6


@pytest.mark.parametrize("depth", [8, 16])
def test_lab_tiffs_look_as_littlecms_shows_them(tmp_path: Path, colors: NDArray[np.uint8], depth: int) -> None:
    space = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = np.asarray(ImageCms.applyTransform(PILImage.fromarray(colors), space))
    stored = lab
    if depth == 16:
        chroma = np.ascontiguousarray(lab[..., 1:]).view(np.int8).astype(np.int16) * 256
        stored = np.dstack([lab[..., 0].astype(np.uint16) * 257, chroma.view(np.uint16)])
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(stored, photometric="cielab")
    assert np.percentile(np.abs(shown(tmp_path / "a.tif") - colors), 95) < 8


@pytest.mark.parametrize("name", ["a.tif", "b.tif"])
def test_palettes_and_subsampled_colours_of_tiffs_are_understood(
    tmp_path: Path, colors: NDArray[np.uint8], name: str
) -> None:
    picture = PILImage.fromarray(colors)
    if name == "a.tif":
        picture = picture.quantize(64)
        picture.save(tmp_path / name)
    else:
        picture.save(tmp_path / name, compression="jpeg", quality=95)
    tolerance = 1 if name == "a.tif" else 40  # the fixture has hard edges in colour
    assert np.percentile(np.abs(shown(tmp_path / name) - np.asarray(picture.convert("RGB"))), 90) < tolerance


def damaged(content: bytes, start: int, count: int) -> bytes:
    return content[:start] + b"\x55" * count + content[start + count :]


@pytest.mark.parametrize("kind", ["L", "RGB", "RGBA", "P"])
def test_a_png_that_is_damaged_anywhere_is_an_error(tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(0).integers(128, 255, (300, 400, 3), np.uint8)
    stream = io.BytesIO()
    PILImage.fromarray(noise).convert(kind).save(stream, "png")
    content = stream.getvalue()
    begin = content.index(b"IDAT") + 4
    for start in np.linspace(begin + 40, len(content) - 40, 7).astype(int):
        (tmp_path / "a.png").write_bytes(damaged(content, start, 20))
        with pytest.raises(ExposureError, match="damaged"):
            read_image(tmp_path / "a.png")


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("name", ["a.jpg", "a.tif"])
def test_a_jpeg_that_is_damaged_in_the_middle_is_an_error(tmp_path: Path, mode: str, name: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (128, 160, 3), np.uint8)
    picture = PILImage.fromarray(noise).convert(mode)
    icc = {"icc_profile": grey_profile(2.2)} if mode == "L" else {}
    picture.save(tmp_path / name, quality=90, **icc, **({"compression": "jpeg"} if name == "a.tif" else {}))
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(damaged(content, len(content) // 2, 300))
    with pytest.raises(ExposureError, match="damaged"):
        read_image(tmp_path / name)


def test_padding_behind_a_jpeg_and_stray_bytes_between_its_segments_are_harmless(
    tmp_path: Path, colors: NDArray[np.uint8]
) -> None:
    stream = io.BytesIO()
    PILImage.fromarray(colors).save(stream, "jpeg", quality=95)
    content = stream.getvalue()
    (tmp_path / "a.jpg").write_bytes(content)
    whole = read_image(tmp_path / "a.jpg").pixels
    (tmp_path / "b.jpg").write_bytes(content[:-2] + bytes(500) + content[-2:])
    start = content.index(b"\xff\xdb")
    (tmp_path / "c.jpg").write_bytes(content[:start] + b"\0\0\0" + content[start:])
    for name in ("b.jpg", "c.jpg"):
        np.testing.assert_allclose(read_image(tmp_path / name).pixels, whole, atol=1e-6)


def test_a_strip_that_is_not_there_is_damage(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    tifffile.imwrite(tmp_path / "a.tif", colors, photometric="rgb", rowsperstrip=16)
    with tifffile.TiffFile(tmp_path / "a.tif", mode="r+b") as tiff:
        tag = tiff.pages[0].tags["StripByteCounts"]
        tag.overwrite([*tag.value[:-1], 0])
    with pytest.raises(ExposureError, match="damaged"):
        read_image(tmp_path / "a.tif")


def test_a_compressed_profile_that_is_damaged_counts_as_none(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    content = png(colors)
    payload = b"icc\0\0" + zlib.compress(b"x" * 500)[:20]
    chunk = struct.pack(">I", len(payload)) + b"iCCP" + payload + struct.pack(">I", zlib.crc32(b"iCCP" + payload))
    (tmp_path / "a.png").write_bytes(content[:33] + chunk + content[33:])
    np.testing.assert_array_equal(read_image(tmp_path / "a.png").pixels, srgb_to_linear(colors))


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.dng"])
def test_the_longest_names_can_be_read(tmp_path: Path, colors: NDArray[np.uint8], name: str) -> None:
    stem, suffix = name.split(".")
    path = tmp_path / (stem * (254 - len(suffix)) + "." + suffix)
    if suffix == "dng":
        write_dng(path, np.round(mosaic_of(scene(80, 96), "RGGB") * 65535).astype(np.uint16))
    else:
        PILImage.fromarray(colors).save(path)
    assert read_image(path).size == (96, 80 if suffix == "dng" else 64)
