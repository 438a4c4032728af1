"""What photos say is carried into every format, and nothing false beside it."""

import io
import os
import struct
import subprocess
import sys
import zlib
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as PILImage
from PIL.PngImagePlugin import PngInfo

from exposure_app.export.naming import date_taken
from exposure_app.image import Metadata
from exposure_app.io.blocks import blocks_in_jpeg, blocks_in_picture, blocks_in_raw, jpeg_segments
from exposure_app.io.directories import Entry, ascii_entry, longs, numbers, rationals, shorts, text, write_tiff
from exposure_app.io.exif import Exif, date, finished, positive, read_exif, resolution
from exposure_app.io.export import write_image
from exposure_app.io.facts import Facts, filled
from exposure_app.io.formats import read_image
from exposure_app.io.metadata import metadata_of, read_metadata, read_raster_metadata
from exposure_app.io.spaces import profile_of
from exposure_app.io.xmp import CORE, DC, PHOTOSHOP, XMP, packet_of, property_of, said_in, text_of
from exposure_app.io.xmp_sidecar import read_xmp_sidecars
from tests.helpers.shared import DATA, without_data
from tests.unit.io.dng import mosaic_of, scene, write_dng

SUFFIXES = [".jpg", ".png", ".tif", ".webp", ".avif"]
CRW, NEF = DATA / "raw" / "canon_s40_0101.crw", DATA / "raw" / "nikon_d1.nef"
PIXELS = np.full((20, 30, 3), 120, np.uint8)


def exif_in(path: Path) -> Exif:
    """The EXIF as it lies in a file."""
    with PILImage.open(path) as picture:
        return blocks_in_picture(picture).exif


def xmp_in(path: Path) -> bytes:
    with PILImage.open(path) as picture:
        return blocks_in_picture(picture).xmp


def packet(**said: str) -> bytes:
    places = {
        "rating": (XMP, "Rating"),
        "label": (XMP, "Label"),
        "city": (PHOTOSHOP, "City"),
        "street": (CORE, "Location"),
    }
    return packet_of([property_of(*places[name], [words]) for name, words in said.items()])


def metadata_with(main: dict[int, Entry], details: dict[int, Entry] | None = None) -> Metadata:
    return metadata_of(read_exif(write_tiff(main, {34665: details or {}})))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("author", ["Jörg Müller".encode(), "© Zoë".encode("latin-1"), "日本".encode()])
def test_texts_are_the_same_bytes_in_every_format(tmp_path, suffix, author):
    stored = Entry(2, len(author) + 1, author + b"\0")
    photo = metadata_with({315: stored, 33432: stored}, {37510: Entry(7, 12, b"UNICODE\0\xe9\0\xf6\0")})
    write_image(tmp_path / f"a{suffix}", PIXELS, photo)
    found = exif_in(tmp_path / f"a{suffix}")
    assert found.main[315] == found.main[33432] == stored
    assert found.details[37510].data == b"UNICODE\0\xe9\0\xf6\0"


def test_a_unicode_comment_of_the_other_byte_order_is_turned():
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + struct.pack(">HHII", 37510, 7, 12, 26) + bytes(4)
    assert read_exif(tiff + b"UNICODE\0\0\xe9\0\xf6").details[37510].data == b"UNICODE\0\xe9\0\xf6\0"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_resolution_and_rating_are_in_every_format(tmp_path, suffix):
    photo = metadata_with({282: rationals((300, 1)), 283: rationals((300, 1)), 296: shorts(2), 0x4746: shorts(3)})
    write_image(tmp_path / f"a{suffix}", PIXELS, photo)
    found = exif_in(tmp_path / f"a{suffix}")
    assert resolution(found) == (300, 300) and numbers(found.main[0x4746]) == [3]
    if suffix in (".jpg", ".png", ".tif"):
        with PILImage.open(tmp_path / f"a{suffix}") as picture:
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize(("suffix", "options"), [("jpg", {"dpi": (240, 240)}), ("png", {"dpi": (240, 240)})])
def test_a_resolution_outside_of_exif_is_carried_too(tmp_path, suffix, options):
    PILImage.fromarray(PIXELS).save(tmp_path / f"a.{suffix}", **options)
    write_image(tmp_path / "b.tif", PIXELS, read_image(tmp_path / f"a.{suffix}").metadata)
    assert resolution(exif_in(tmp_path / "b.tif")) == pytest.approx((240, 240), abs=1)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("space", "expected"), [("srgb", 1), ("adobe-rgb", 65535), ("display-p3", 65535)])
def test_what_describes_the_old_file_describes_the_new_one_or_is_gone(tmp_path, suffix, space, expected):
    old = {40961: shorts(2), 40962: longs(9999), 40963: longs(9999), 37121: Entry(7, 4, b"\1\2\3\0")}
    old |= {0x9214: shorts(9, 9), 0xA20E: rationals((9, 1)), 37500: Entry(7, 9, b"makernote"), 40965: longs(8)}
    stored = {259: shorts(6), 256: shorts(9999), 274: shorts(6), 513: longs(8), 529: rationals((1, 1))}
    photo = metadata_with({**stored, 271: ascii_entry("Make")}, old)
    assert photo.orientation == 6
    write_image(tmp_path / f"a{suffix}", PIXELS, photo, icc=profile_of(space))
    found = exif_in(tmp_path / f"a{suffix}")
    content = (tmp_path / f"a{suffix}").read_bytes()
    assert b"makernote" not in content and found.orientation == 1
    kept = read_exif(photo.exif)
    assert not kept.details.keys() & old.keys() and kept.main.keys() == {271}
    described = read_exif(finished(kept, 30, 20, is_srgb=expected == 1, keep_gps=True).to_bytes())
    assert not described.details.keys() & (old.keys() - {40961, 40962, 40963})
    with PILImage.open(tmp_path / f"a{suffix}") as picture:
        details = picture.getexif().get_ifd(0x8769)
    assert (details[40961], details[40962], details[40963]) == (expected, 30, 20)


def test_of_a_block_too_long_for_a_jpeg_the_bulk_is_left_out_and_never_the_rights():
    bulk = Entry(7, 64_000, bytes(64_000))
    photo = metadata_with(
        {315: ascii_entry("A" * 5000), 33432: ascii_entry("C" * 5000)}, {37510: bulk, 33437: rationals((28, 10))}
    )
    assert photo.aperture == 2.8
    found = read_exif(photo.exif)
    assert found.main.keys() == {315, 33432} and 37510 not in found.details and len(photo.exif) < 65_000


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_long_packet_is_whole_in_every_format(tmp_path, suffix):
    words = [f"keyword {number}" for number in range(9000)]
    long = packet_of([property_of(DC, "subject", words, "Bag"), property_of(DC, "rights", ["mine"], "Alt")])
    write_image(tmp_path / f"a{suffix}", PIXELS, Metadata(), xmp=long)
    said = said_in(xmp_in(tmp_path / f"a{suffix}"))
    assert text_of(said[f"{{{DC}}}subject"]).endswith("keyword 8999") and text_of(said[f"{{{DC}}}rights"]) == "mine"


def iptc_resources(field: bytes) -> bytes:
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(field).to_bytes(4, "big") + field


def test_iptc_is_read_from_jpeg_png_and_tiff(tmp_path):
    field = b"\x1c\x02\x50\0\x02Me"
    jpeg = blocks_in_jpeg([("APP13", iptc_resources(field))]).xmp
    tiff = blocks_in_raw(io.BytesIO(content := write_tiff({33723: Entry(7, len(field), field)}, {})), content).xmp
    resources = iptc_resources(field)[14:]
    photoshop = write_tiff({34377: Entry(7, len(resources), resources)}, {})
    in_resources = blocks_in_raw(io.BytesIO(photoshop), photoshop).xmp
    stream = io.BytesIO()
    PILImage.fromarray(PIXELS).save(stream, "PNG")
    chunk = b"tEXtRaw profile type iptc\0\nIPTC profile\n" + str(len(field)).encode() + b"\n" + field.hex().encode()
    png = (
        stream.getvalue()[:33]
        + struct.pack(">I", len(chunk) - 4)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + stream.getvalue()[33:]
    )
    with PILImage.open(io.BytesIO(png)) as picture:
        in_png = blocks_in_picture(picture).xmp
    for found in (jpeg, tiff, in_resources, in_png):
        assert text_of(said_in(found)[f"{{{DC}}}creator"]) == "Me"


# --- the .xmp beside a photo ------------------------------------------------------------------------------------------


@pytest.fixture
def dng(tmp_path: Path) -> Path:
    mosaic = np.rint(mosaic_of(scene(32, 48), "RGGB") * 65535).astype(np.uint16)
    return write_dng(tmp_path / "p.dng", mosaic, extra=((0x4746, "H", 1, 1, True), (315, "s", 0, "camera", True)))


@pytest.mark.parametrize("name", ["p.xmp", "p.XMP", "p.dng.xmp"])
def test_what_the_xmp_beside_a_raw_file_says_is_said_and_the_exif_agrees(dng, name):
    creator = property_of(DC, "creator", ["Zoë"], "Seq")
    dng.with_name(name).write_bytes(packet_of([creator, property_of(XMP, "Rating", ["5"])]))
    metadata = read_image(dng).metadata
    assert text_of(said_in(metadata.xmp)[f"{{{XMP}}}Rating"]) == "5"
    exif = read_exif(metadata.exif)
    assert numbers(exif.main[0x4746]) == [5] and text(exif.main[315]) == "Zoë"


def test_time_and_place_in_an_xmp_beside_are_in_the_exif(dng):
    exif = "http://ns.adobe.com/exif/1.0/"
    said = {"DateTimeOriginal": "2024-05-06T07:08:09", "GPSLatitude": "33,30.6S", "GPSLongitude": "18,15,0E"}
    dng.with_name("p.xmp").write_bytes(packet_of([property_of(exif, name, [words]) for name, words in said.items()]))
    metadata = read_image(dng).metadata
    assert metadata.taken == "2024-05-06T07:08:09" and metadata.gps == pytest.approx((-33.51, 18.25))


def test_the_xmp_written_last_is_believed_and_one_of_another_file_is_not(dng):
    for name, when, said in (("p.xmp", 1, packet(rating="2", label="Red")), ("p.dng.xmp", 2, packet(rating="3"))):
        dng.with_name(name).write_bytes(said)
        os.utime(dng.with_name(name), (when, when))
    said = said_in(read_image(dng).metadata.xmp)
    assert (text_of(said[f"{{{XMP}}}Rating"]), text_of(said[f"{{{XMP}}}Label"])) == ("3", "Red")
    other = packet_of([property_of(PHOTOSHOP, "SidecarForExtension", ["CR2"]), property_of(XMP, "Rating", ["4"])])
    dng.with_name("p.xmp").write_bytes(other)
    dng.with_name("p.dng.xmp").unlink()
    assert read_image(dng).metadata.xmp == b""


def test_what_is_no_packet_beside_a_photo_says_nothing(dng):
    dng.with_name("p.dng.xmp").mkdir()
    dng.with_name("p.xmp").write_bytes(b"no xml \xff\0")
    assert read_image(dng).metadata.xmp == b""
    if hasattr(os, "mkfifo"):
        dng.with_name("p.xmp").unlink()
        os.mkfifo(dng.with_name("p.xmp"))
        assert read_xmp_sidecars(dng, is_raw=True) == []


def test_beside_a_finished_picture_only_the_xmp_of_its_whole_name_counts(tmp_path):
    PILImage.fromarray(PIXELS).save(tmp_path / "p.jpg")
    (tmp_path / "p.xmp").write_bytes(packet(rating="1"))
    assert read_image(tmp_path / "p.jpg").metadata.xmp == b""
    (tmp_path / "p.jpg.xmp").write_bytes(packet(rating="4"))
    assert b">4<" in read_image(tmp_path / "p.jpg").metadata.xmp


# --- what only the RAW file's own parts and LibRaw know ---------------------------------------------------------------


def test_facts_fill_what_a_block_lacks_and_never_contradict_it():
    told = Exif({271: ascii_entry(" ")}, {34855: shorts(0), 33437: rationals((0, 1)), 36867: ascii_entry("    :  :  ")})
    facts = Facts(
        make="Canon", lens_range=(18, 55, 3.5, 5.6), iso=102400, aperture=1.0, taken=datetime(2024, 5, 6, 7, 8, 9)
    )
    metadata = metadata_of(filled(told, facts))
    assert (metadata.camera, metadata.lens, metadata.iso) == ("Canon", "18-55mm f/3.5-5.6", 102400)
    assert metadata.aperture is None and metadata.taken == "2024-05-06T07:08:09"
    assert filled(Exif(), Facts()) == Exif()


def test_times_are_written_as_cameras_write_them():
    found = filled(Exif(), Facts(exposure_time=0.01666666753590107, aperture=2.799999952316284, focal_length=7.09375))
    assert found.details[33434] == rationals((1, 60)) and found.details[33437] == rationals((14, 5))
    assert positive(found.details[37386]) == 7.09375


def test_exposure_data_in_the_main_directory_are_read_too():
    metadata = metadata_with({33434: rationals((1, 250)), 33437: rationals((56, 10)), 34855: shorts(400)})
    assert (metadata.exposure_time, metadata.aperture, metadata.iso) == (1 / 250, 5.6, 400)
    assert read_exif(metadata.exif).details.keys() == {33434, 33437, 34855}


@without_data(CRW)
def test_a_raw_file_without_exif_tells_what_libraw_knows():
    metadata = read_image(CRW).metadata
    assert metadata.camera == "Canon PowerShot S40" and metadata.lens == "7.094-21.31mm"
    assert metadata.taken == "2021-04-08T14:51:12" and metadata.iso == 50
    assert metadata_of(read_exif(metadata.exif)) == metadata


@without_data(CRW)
@pytest.mark.skipif(sys.platform == "win32", reason="TZ is POSIX")
def test_the_time_is_the_cameras_wherever_the_computer_is():
    code = (
        "import sys; from pathlib import Path; from exposure_app.io.metadata import read_metadata;"
        "print(read_metadata(Path(sys.argv[1])).taken)"
    )
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        told = subprocess.run(
            [sys.executable, "-c", code, str(CRW)], env={**os.environ, "TZ": zone}, capture_output=True, check=True
        )
        assert told.stdout.strip() == b"2021-04-08T14:51:12"


@without_data(NEF)
def test_what_only_a_maker_note_has_is_in_the_exif():
    metadata = read_image(NEF).metadata
    assert (metadata.camera, metadata.lens, metadata.iso) == ("NIKON D1", "20mm f/2.8", 200)
    assert numbers(read_exif(metadata.exif).details[0xA432]) == pytest.approx([20, 20, 2.8, 2.8])


# --- nothing ends because of metadata ---------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["2024:13:45 99:99:99", "0000:00:00 00:00:00", "never", "", "99999:99"])
def test_a_wrong_date_ends_nothing(tmp_path, when):
    photo = metadata_with({306: ascii_entry(when)}, {36867: ascii_entry(when)})
    write_image(tmp_path / "a.jpg", PIXELS, photo)
    assert photo.taken == "" and len(date_taken(tmp_path / "a.jpg")) == 10
    assert date(ascii_entry(when)) is None


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_any_bytes_are_metadata(content):
    for head in (b"", b"II*\0\x08\0\0\0", b"FUJIFILM" + bytes(80), b"\0\0\0\x18ftypcrx CMT1", b"\0MRM\0\0\0\0\0TTW"):
        try:
            blocks_in_raw(io.BytesIO(head + content), head + content)
        except (ValueError, struct.error):
            continue
    list(jpeg_segments(b"\xff\xd8" + content))
    blocks_in_jpeg([("APP1", b"Exif\0\0II*\0" + content), ("APP1", b"http://ns.adobe.com/xmp/extension/\0" + content)])


@pytest.mark.parametrize("place", range(0, 3000, 97))
def test_damaged_files_are_read_without_metadata(tmp_path, place):
    photo = metadata_with({271: ascii_entry("Make")}, {36867: ascii_entry("2024:05:06 07:08:09")})
    write_image(tmp_path / "a.png", PIXELS, photo, xmp=packet(rating="5"))
    content = bytearray((tmp_path / "a.png").read_bytes())
    content[place % len(content)] ^= 0xFF
    with PILImage.open(tmp_path / "a.png") as picture:
        picture.fp = io.BytesIO(content)
        assert isinstance(read_raster_metadata(picture), Metadata)


def test_a_picture_that_declares_too_many_pixels_has_a_date_all_the_same(tmp_path):
    PILImage.fromarray(PIXELS).save(tmp_path / "a.png")
    content = bytearray((tmp_path / "a.png").read_bytes())
    struct.pack_into(">II", content, 16, 60_000, 60_000)
    struct.pack_into(">I", content, 29, zlib.crc32(content[12:29]))
    (tmp_path / "a.png").write_bytes(content)
    assert len(date_taken(tmp_path / "a.png")) == 10
    assert read_metadata(tmp_path / "a.png") == read_metadata(tmp_path / "missing.png") == Metadata()


def test_what_only_xmp_says_of_camera_and_exposure_is_in_the_exif(tmp_path):
    names = {
        "http://ns.adobe.com/tiff/1.0/": {"Make": "SONY", "Model": "ILCE-7M3"},
        "http://ns.adobe.com/exif/1.0/": {
            "ExposureTime": "1/250",
            "FNumber": "28/10",
            "DateTimeOriginal": "2024-05-06T07:08:09.5+02:00",
        },
        "http://ns.adobe.com/exif/1.0/aux/": {"Lens": "FE 85mm"},
    }
    said = [property_of(uri, name, [words]) for uri, told in names.items() for name, words in told.items()]
    write_image(tmp_path / "a.png", PIXELS, Metadata(), xmp=packet_of(said))
    found = read_image(tmp_path / "a.png").metadata
    assert (found.camera, found.lens, found.exposure_time, found.aperture) == ("SONY ILCE-7M3", "FE 85mm", 1 / 250, 2.8)
    assert found.taken == "2024-05-06T07:08:09"
    assert read_exif(found.exif).main.keys() == {271, 272}


@pytest.mark.parametrize("is_packed", [True, False])
def test_the_words_in_a_png_are_said(tmp_path, is_packed):
    words = PngInfo()
    words.add_text("Author", "Zoë", zip=is_packed)
    words.add_itxt("Title", "日本", zip=is_packed)
    PILImage.fromarray(PIXELS).save(tmp_path / "a.png", pnginfo=words)
    said = said_in(read_image(tmp_path / "a.png").metadata.xmp)
    assert text_of(said[f"{{{DC}}}creator"]) == "Zoë" and text_of(said[f"{{{DC}}}title"]) == "日本"


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("NIKON CORPORATION", "NIKON D850", "NIKON D850"),
        ("Eastman Kodak Company", "Kodak DC120", "Kodak DC120"),
        ("SONY", "ILCE-7M3", "SONY ILCE-7M3"),
        ("", "ILCE-7M3", "ILCE-7M3"),
    ],
)
def test_a_camera_is_named_without_saying_its_maker_twice(make, model, camera):
    assert metadata_with({271: ascii_entry(make), 272: ascii_entry(model)}).camera == camera
