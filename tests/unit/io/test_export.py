import io
import struct
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
import tifffile
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import ImageCms

from exposure_app.errors import ExposureError
from exposure_app.image import Metadata
from exposure_app.io.blocks import blocks_in_raw
from exposure_app.io.exif import read_exif
from exposure_app.io.export import write_image
from exposure_app.io.formats import read_image
from exposure_app.io.icc import srgb_profile, through_profile
from exposure_app.io.metadata import metadata_of
from exposure_app.io.spaces import SPACES, profile_of
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.io.xmp import embedded_recipe, make_packet


def camera_exif() -> bytes:
    exif = PILImage.Exif()
    exif[271], exif[272], exif[274], exif[306], exif[315] = "Canon", "Canon EOS R5", 6, "2024:05:06 07:08:09", "Zoë"
    exif[0x8769] = {
        0x829A: 0.004,
        0x829D: 2.8,
        0x8827: 400,
        0x920A: 35.0,
        0x9003: "2024:05:06 07:08:09",
        0x927C: b"maker note" * 1000,
        0xA434: "RF 35mm",
    }
    exif[0x8825] = {1: "S", 2: (33.0, 30.0, 36.0), 3: "E", 4: (18.0, 15.0, 0.0)}
    return exif.tobytes().removeprefix(b"Exif\0\0")


@pytest.fixture
def metadata() -> Metadata:
    return metadata_of(read_exif(camera_exif()))


def exif_of_cr3() -> bytes:
    """Canon's boxes: each directory is a TIFF structure whose first directory holds the tags."""

    def box(name: bytes, tags: dict[int, object]) -> bytes:
        exif = PILImage.Exif()
        exif.update(tags)
        payload = exif.tobytes().removeprefix(b"Exif\0\0")
        return struct.pack(">I", len(payload) + 8) + name + payload

    whole = PILImage.Exif()
    whole.load(b"Exif\0\0" + camera_exif())
    main = {tag: whole[tag] for tag in (271, 272, 274, 306)}
    boxes = box(b"CMT1", main) + box(b"CMT2", dict(whole.get_ifd(0x8769))) + box(b"CMT4", dict(whole.get_ifd(0x8825)))
    return b"\0\0\0\x18ftypcrx " + bytes(12) + boxes


def exif_of_raf() -> bytes:
    stream = io.BytesIO()
    PILImage.new("RGB", (8, 8)).save(stream, "JPEG", exif=b"Exif\0\0" + camera_exif())
    jpeg = stream.getvalue()
    return b"FUJIFILMCCD-RAW ".ljust(84, b"\0") + struct.pack(">II", 100, len(jpeg)) + bytes(8) + jpeg


@pytest.mark.parametrize("kind", ["dng", "orf", "rw2", "raf", "cr3", "mrw", "x3f"])
def test_every_family_of_raw_files_shows_its_exif(kind: str, metadata: Metadata) -> None:
    tiff = camera_exif()
    head = {
        "dng": tiff,
        "orf": tiff[:2] + (b"RO" if tiff[:2] == b"II" else b"OR") + tiff[4:],
        "rw2": tiff[:2] + b"U\0" + tiff[4:],
        "raf": exif_of_raf(),
        "cr3": exif_of_cr3(),
        "mrw": b"\0MRM"
        + bytes(4)
        + b"\0PRD"
        + struct.pack(">I", 4)
        + bytes(4)
        + b"\0TTW"
        + struct.pack(">I", len(tiff))
        + tiff,
        "x3f": b"FOVb" + bytes(100) + exif_of_raf()[100:],
    }[kind]
    found = metadata_of(blocks_in_raw(io.BytesIO(head), head).exif)
    assert (found.camera, found.lens, found.iso, found.gps) == ("Canon EOS R5", "RF 35mm", 400, metadata.gps)
    assert found.exposure_time == pytest.approx(0.004)
    assert b"maker note" not in found.exif


def test_metadata_is_read_from_exif(metadata: Metadata) -> None:
    assert metadata.camera == "Canon EOS R5"
    assert metadata.lens == "RF 35mm"
    assert (metadata.iso, metadata.exposure_time, metadata.aperture, metadata.focal_length) == (400, 0.004, 2.8, 35)
    assert metadata.taken == "2024-05-06T07:08:09"
    assert metadata.gps == pytest.approx((-33.51, 18.25))
    assert metadata.orientation == 6
    assert b"maker note" not in metadata.exif
    assert len(metadata.exif) < 1000


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "deep.png", "deep.tif"])
def test_what_is_written_reads_back_with_pixels_metadata_and_profile(
    tmp_path: Path, colors: NDArray[np.uint8], metadata: Metadata, name: str
) -> None:
    pixels = colors.astype(np.uint16) * 257 + 3 if name.startswith("deep") else colors
    write_image(tmp_path / name, pixels, metadata, quality=95, chroma="444")
    image = read_image(tmp_path / name)
    if name == "a.jpg":
        assert np.abs(image.pixels - srgb_to_linear(colors)).mean() < 0.03
    else:
        np.testing.assert_array_equal(image.pixels, srgb_to_linear(pixels))
    for field in ("camera", "lens", "iso", "exposure_time", "aperture", "focal_length", "taken"):
        assert getattr(image.metadata, field) == getattr(metadata, field)
    assert image.metadata.gps == pytest.approx(metadata.gps)
    assert image.metadata.orientation == 1
    if name == "deep.tif":
        with tifffile.TiffFile(tmp_path / name) as tiff:
            assert tiff.pages.first.tags["InterColorProfile"].value == srgb_profile()
            assert tiff.pages.first.tags["ExifTag"].value["FNumber"] == pytest.approx(2.8)
    else:
        with PILImage.open(tmp_path / name) as picture:
            assert picture.info["icc_profile"] == srgb_profile()
            picture.load()


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_the_same_picture_gives_the_same_bytes(
    tmp_path: Path, colors: NDArray[np.uint8], metadata: Metadata, name: str
) -> None:
    write_image(tmp_path / name, colors, metadata)
    write_image(tmp_path / ("2" + name), colors, metadata)
    assert (tmp_path / name).read_bytes() == (tmp_path / ("2" + name)).read_bytes()


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_position_and_exif_can_be_left_out(
    tmp_path: Path, colors: NDArray[np.uint8], metadata: Metadata, name: str
) -> None:
    write_image(tmp_path / name, colors, metadata, keep_gps=False)
    without_gps = read_image(tmp_path / name).metadata
    assert without_gps.gps is None
    assert without_gps.camera == metadata.camera
    write_image(tmp_path / name, colors, metadata, keep_exif=False)
    assert read_image(tmp_path / name).metadata == Metadata(exif=read_image(tmp_path / name).metadata.exif)
    assert b"Canon" not in (tmp_path / name).read_bytes()


def test_jpeg_segments_stand_where_other_programs_put_them(
    tmp_path: Path, colors: NDArray[np.uint8], metadata: Metadata
) -> None:
    write_image(tmp_path / "a.jpg", colors, metadata)
    content = (tmp_path / "a.jpg").read_bytes()
    markers, place = [], 2
    while content[place + 1] != 0xDA:
        markers.append(content[place + 1])
        place += 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
    assert markers[:3] == [0xE0, 0xE1, 0xE2]
    assert markers.count(0xE1) == 1


@pytest.mark.parametrize(("chroma", "expected"), [("420", "420"), ("444", "444"), ("422", "422")])
def test_chroma_subsampling_is_as_asked(tmp_path: Path, colors: NDArray[np.uint8], chroma: str, expected: str) -> None:
    write_image(tmp_path / "a.jpg", colors, Metadata(), chroma=chroma)  # type: ignore[arg-type]
    assert simplejpeg.decode_jpeg_header((tmp_path / "a.jpg").read_bytes())[3] == expected


def test_our_srgb_profile_is_srgb_to_littlecms(colors: NDArray[np.uint8]) -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    converted = ImageCms.profileToProfile(PILImage.fromarray(colors), ours, ImageCms.createProfile("sRGB"))
    assert np.abs(np.asarray(converted).astype(int) - colors).max() <= 1


def test_pictures_too_large_for_jpeg_are_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match=r"65535.*PNG or TIFF"):
        write_image(tmp_path / "a.jpg", np.zeros((1, 65536, 3), np.uint8), Metadata())
    assert not list(tmp_path.iterdir())


def test_unknown_suffixes_are_errors_unless_the_format_is_given(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    with pytest.raises(ExposureError, match=r"\.jpg, \.png, \.tif"):
        write_image(tmp_path / "a.bmp", colors, Metadata())
    write_image(tmp_path / "a.out", colors, Metadata(), format="png")
    assert (tmp_path / "a.out").read_bytes().startswith(b"\x89PNG")


def test_mistakes_of_the_caller_are_value_errors(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="uint16"):
        write_image(tmp_path / "a.jpg", colors.astype(np.uint16), Metadata())
    with pytest.raises(ValueError, match="H x W x 3"):
        write_image(tmp_path / "a.png", colors[..., 0], Metadata())
    with pytest.raises(ValueError, match="quality"):
        write_image(tmp_path / "a.jpg", colors, Metadata(), quality=101)


def test_flipped_views_are_written_as_seen(tmp_path: Path, colors: NDArray[np.uint8]) -> None:
    for name in ("a.png", "a.tif"):
        write_image(tmp_path / name, colors[::-1, ::-1], Metadata())
        np.testing.assert_array_equal(read_image(tmp_path / name).pixels, srgb_to_linear(colors[::-1, ::-1]))


# --- WebP and AVIF, colour spaces, XMP --------------------------------------------------------------------------------

PACKET = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmp:Rating="4" xmp:CreatorTool="Other 1.0" crs:Exposure2012="+1.50" exif:GPSLatitude="33,30.6S">
<dc:subject><rdf:Bag><rdf:li>wedding</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def xmp_in(path: Path) -> bytes:
    if path.suffix == ".tif":
        with tifffile.TiffFile(path) as tiff:
            return bytes(tiff.pages.first.tags[700].value)
    with PILImage.open(path) as picture:
        packet = picture.info["xmp"]
    return packet.encode() if isinstance(packet, str) else packet


@pytest.mark.parametrize("suffix", [".webp", ".avif"])
def test_webp_and_avif_carry_pixels_profile_and_metadata(tmp_path, colors, metadata, suffix):
    path = tmp_path / f"a{suffix}"
    write_image(path, colors, metadata, quality=95, chroma="444", keep_gps=False, xmp=PACKET)
    with PILImage.open(path) as picture:
        assert picture.info["icc_profile"] == srgb_profile()
        assert picture.getexif()[272] == "Canon EOS R5" and not picture.getexif().get_ifd(0x8825)
        assert np.abs(np.asarray(picture.convert("RGB"), int) - colors).mean() < 6
    assert xmp_in(path) == PACKET
    again = tmp_path / f"b{suffix}"
    write_image(again, colors, metadata, quality=95, chroma="444", keep_gps=False, xmp=PACKET)
    assert again.read_bytes() == path.read_bytes()


def test_a_format_that_pillow_lacks_is_said(tmp_path, colors, monkeypatch):
    monkeypatch.setattr("PIL.features.check", lambda _name: False)
    with pytest.raises(ExposureError, match="cannot write avif"):
        write_image(tmp_path / "a.avif", colors, Metadata())


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_xmp_is_written_and_read_again(tmp_path, colors, suffix):
    write_image(tmp_path / f"a{suffix}", colors, Metadata(), xmp=PACKET)
    assert xmp_in(tmp_path / f"a{suffix}") == PACKET
    assert read_image(tmp_path / f"a{suffix}").metadata.xmp == PACKET


def test_a_packet_carries_on_what_was_said_of_the_photo_and_adds_how_it_was_made():
    packet = make_packet(PACKET, tool="Exposure 9", source="humanEdits", recipe='{"a": "<&>"}')
    text = packet.decode()
    assert "wedding" in text and "GPSLatitude" in text and ">4<" in text
    assert "Other 1.0" not in text and "Exposure2012" not in text  # other programs would apply it once more
    assert "digitalsourcetype/humanEdits" in text and "Exposure 9" in text
    assert embedded_recipe(packet) == '{"a": "<&>"}'
    assert make_packet(packet, tool="Exposure 9", source="humanEdits", recipe='{"a": "<&>"}') == packet
    assert b"GPSLatitude" not in make_packet(PACKET, tool="t", source="s", keep_gps=False)


@pytest.mark.parametrize("old", [b"", b"no xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a>", b"\xff\xfe"])
def test_a_broken_packet_is_left_out(old):
    assert make_packet(old, tool="t", source="s") == make_packet(b"", tool="t", source="s")
    assert embedded_recipe(old) == ""


@pytest.mark.parametrize("space", ["display-p3", "adobe-rgb"])
def test_colour_management_turns_a_wide_space_back_into_srgb(space):
    linear = np.random.default_rng(0).uniform(0.05, 1, (40, 40, 3)).astype(np.float32)
    codes = np.round(SPACES[space].from_linear_srgb(linear) * 65535).astype(np.uint16)
    assert np.abs(through_profile(codes, profile_of(space)) - linear).max() < 2e-3
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_of(space)))
    assert ImageCms.getProfileDescription(profile).strip() == SPACES[space].name
    # LittleCMS, in 8 bits
    srgb = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    transform = ImageCms.buildTransform(profile, srgb, "RGB", "RGB", renderingIntent=1)
    seen = ImageCms.applyTransform(PILImage.fromarray((codes / 257 + 0.5).astype(np.uint8)), transform)
    assert seen is not None and np.abs(np.asarray(seen) - 255 * linear_to_srgb(linear)).max() < 5


def test_greys_stay_grey_in_every_space():
    grey = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[:, None], 3, axis=1)
    for space in SPACES.values():
        codes = space.from_linear_srgb(grey)
        assert np.ptp(codes, axis=1).max() < 1e-5
        assert np.abs(space.decode(codes) - grey).max() < 1e-5
