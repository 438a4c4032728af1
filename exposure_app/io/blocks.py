"""Where files keep their metadata: EXIF, XMP and IPTC blocks in JPEG, PNG, WebP, AVIF, TIFF and RAW files.

Every file is data from outside: what is damaged is left out, and what is read of it is bounded.
"""

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from exposure_app.io.directories import Tiff, open_tiff
from exposure_app.io.exif import IPTC_TAG, RESOURCES_TAG, XMP_TAG, Exif, read_exif
from exposure_app.io.facts import filled
from exposure_app.io.iptc import iptc_as_xmp, iptc_in_resources
from exposure_app.io.maker_notes import facts_in_maker_note
from exposure_app.io.xmp import DC, link_to_more, merged, packet_of, property_of

if TYPE_CHECKING:
    from PIL.Image import Image as PILImage

EXIF_HEAD = b"Exif\0\0"
XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION_HEAD = b"http://ns.adobe.com/xmp/extension/\0"
_RESOURCES_HEAD = b"Photoshop 3.0\0"
_PNG_XMP, _RAW_PROFILE = "XML:com.adobe.xmp", "Raw profile type "
_PNG_WORDS = {  # keywords of PNG, and where XMP has their place
    "Title": ("title", "Alt"),
    "Author": ("creator", "Seq"),
    "Description": ("description", "Alt"),
    "Copyright": ("rights", "Alt"),
}
_LONGEST = 16 << 20  # bytes of one block
_CR3_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IN_A_RAW = re.compile(rb"Exif\0\0(?=II\*\0|MM\0\*)")


@dataclass(frozen=True)
class Blocks:
    """The metadata of a file.

    Attributes:
        exif: Its EXIF.
        xmp: Its XMP packet, filled up with what only its IPTC-IIM says.
        dpi: Resolution that it tells elsewhere than in its EXIF; None if it does not.
    """

    exif: Exif = field(default_factory=Exif)
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None


def blocks_in_picture(picture: "PILImage") -> Blocks:
    """Those of a JPEG, PNG, WebP, AVIF or TIFF that Pillow has opened."""
    info, stream = picture.info, getattr(picture, "fp", None)
    if picture.format in ("JPEG", "MPO"):
        blocks = blocks_in_jpeg(getattr(picture, "applist", []))
    elif picture.format == "PNG" and stream is not None:
        blocks = _in_png(stream)
    elif picture.format == "TIFF" and stream is not None:
        return blocks_in_tiff(stream)
    else:
        blocks = Blocks(_exif(_bytes(info.get("exif"))), _bytes(info.get("xmp")))
    return replace(blocks, dpi=info.get("dpi"))


def blocks_in_tiff(stream: BinaryIO) -> Blocks:
    """Those of a TIFF, or of a RAW file that is one.

    Raises:
        ValueError: It is none.
    """
    exif = _read(open_tiff(stream))
    xmp, iptc, resources = (
        entry.data if (entry := exif.others.get(tag)) else b"" for tag in (XMP_TAG, IPTC_TAG, RESOURCES_TAG)
    )
    return Blocks(exif, merged([xmp, iptc_as_xmp(iptc or iptc_in_resources(resources))]))


def blocks_in_jpeg(segments: Iterable[tuple[str, bytes]]) -> Blocks:
    """Those of a JPEG's application segments: marker's name (``APP1``) and payload of each."""
    exif = xmp = resources = b""
    more: dict[str, dict[int, bytes]] = {}
    for marker, payload in segments:
        if marker == "APP13" and payload.startswith(_RESOURCES_HEAD):
            resources += payload.removeprefix(_RESOURCES_HEAD)
        elif marker != "APP1":
            continue
        elif payload.startswith(EXIF_HEAD):
            exif += payload.removeprefix(EXIF_HEAD)  # a long one goes on in the next
        elif payload.startswith(XMP_HEAD):
            xmp = xmp or payload.removeprefix(XMP_HEAD)
        elif payload.startswith(EXTENSION_HEAD) and len(payload) > len(EXTENSION_HEAD) + 40:
            part = payload.removeprefix(EXTENSION_HEAD)
            (offset,) = struct.unpack_from(">I", part, 36)
            more.setdefault(part[:32].decode("latin-1"), {})[offset] = part[40:]
    parts = more.get(link_to_more(xmp), {}) if more else {}
    extended = b"".join(parts[offset] for offset in sorted(parts))
    return Blocks(_exif(exif), merged([xmp, extended, iptc_as_xmp(iptc_in_resources(resources))]))


def blocks_in_raw(stream: BinaryIO, head: bytes) -> Blocks:
    """Those of a RAW file.

    Args:
        stream: The file.
        head: Its beginning, a few MB: cameras write EXIF first, the pixels last.

    Raises:
        ValueError: None are found, or they are damaged.
    """
    if head[:2] in (b"II", b"MM") and b"HEAPCCDR" not in head[:16]:
        return blocks_in_tiff(stream)
    if head.startswith(b"FUJIFILM"):  # RAF: the offset of an embedded JPEG is at byte 84; its metadata is the camera's
        start, length = struct.unpack(">II", head[84:92])
        return blocks_in_jpeg(jpeg_segments(head[start : start + length]))
    if head[4:8] == b"ftyp":
        return _in_cr3(head)
    if head.startswith(b"\0MRM"):
        return Blocks(_read(open_tiff(_mrw_block(head, b"\0TTW"))))
    found = _IN_A_RAW.search(head)
    return Blocks(_read(open_tiff(stream, found.end()))) if found else Blocks()


def jpeg_segments(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and payload of each application segment in front of a JPEG's pixels."""
    place = 2
    while content[place : place + 1] == b"\xff" and len(content) >= place + 4:
        marker, size = struct.unpack_from(">BH", content, place + 1)
        if marker == 0xDA:
            return
        if 0xE0 <= marker <= 0xEF:
            yield f"APP{marker - 0xE0}", content[place + 4 : place + 2 + size]
        place += 2 + size


def _in_cr3(head: bytes) -> Blocks:
    """CR3: boxes CMT1, CMT2 and CMT4 hold the main, EXIF and GPS directory, each as a TIFF structure of its own."""
    parts = {name: _box(head, head.find(name) - 4) for name in (b"CMT1", b"CMT2", b"CMT4")}
    main, details = (read_exif(parts[name]) if parts[name] else Exif() for name in (b"CMT1", b"CMT2"))
    position = {}
    if parts[b"CMT4"]:
        tiff = open_tiff(parts[b"CMT4"])
        position = tiff.directory(tiff.first)
    exif = replace(main, details={**main.details, **details.details}, position=position)
    return Blocks(exif, _box(head, head.find(b"uuid" + _CR3_XMP) - 4)[16:])


def _box(head: bytes, place: int) -> bytes:
    """What is in a box of an ISO media file that begins at a place; empty if it does not."""
    if place < 0:
        return b""
    (size,) = struct.unpack_from(">I", head, place)
    return head[place + 8 : place + size]


def _mrw_block(head: bytes, name: bytes) -> bytes:
    place = 8
    while len(head) >= place + 8:
        (size,) = struct.unpack_from(">I", head, place + 4)
        if head[place : place + 4] == name:
            return head[place + 8 : place + 8 + size]
        place += 8 + size
    raise ValueError("no such block")


def _in_png(stream: BinaryIO) -> Blocks:
    """Those of a PNG, wherever in the file they are; ImageMagick's way for what PNG had no place for included."""
    place = stream.tell()
    exif = xmp = iptc = b""
    told: dict[str, ET.Element] = {}
    try:
        for name, payload in _png_chunks(stream):
            key, text = ("", payload) if name == b"eXIf" else _png_text(name, payload)
            profile = _raw_profile(text) if key.startswith(_RAW_PROFILE) else b""
            if name == b"eXIf":
                exif = exif or payload
            elif key == _PNG_XMP:
                xmp = xmp or text
            elif profile.startswith(EXIF_HEAD):
                exif = exif or profile
            elif profile.startswith(XMP_HEAD) or key == _RAW_PROFILE + "xmp":
                xmp = xmp or profile.removeprefix(XMP_HEAD)
            elif key in (_RAW_PROFILE + "iptc", _RAW_PROFILE + "8bim"):
                iptc = iptc or iptc_in_resources(profile) or profile
            elif key in _PNG_WORDS and text:
                words = text.decode("utf-8" if name == b"iTXt" else "latin-1", "replace")
                told.setdefault(key, property_of(DC, _PNG_WORDS[key][0], [words], _PNG_WORDS[key][1]))
    finally:
        stream.seek(place)
    return Blocks(_exif(exif), merged([xmp, iptc_as_xmp(iptc), packet_of(list(told.values())) if told else b""]))


def _png_chunks(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Name and payload of the chunks that may hold metadata."""
    stream.seek(8)
    while len(head := stream.read(8)) == 8:
        size, name = struct.unpack(">I4s", head)
        if name in (b"eXIf", b"iTXt", b"zTXt", b"tEXt") and size <= _LONGEST:
            yield name, stream.read(size)
            stream.seek(4, 1)
        else:
            stream.seek(size + 4, 1)


def _png_text(name: bytes, payload: bytes) -> tuple[str, bytes]:
    """Keyword and text of a tEXt, zTXt or iTXt chunk."""
    key, _, text = payload.partition(b"\0")
    if name == b"zTXt":
        text = _inflated(text[1:])
    elif name == b"iTXt":  # flag and method of compression, language, translated keyword
        is_compressed, text = text[:1] == b"\1", text[2:].partition(b"\0")[2].partition(b"\0")[2]
        text = _inflated(text) if is_compressed else text
    return key.decode("latin-1"), text


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _LONGEST)
    except zlib.error:
        return b""


def _raw_profile(text: bytes) -> bytes:
    """ImageMagick's way: a line with the name, one with the length, then the bytes as hexadecimal digits."""
    try:
        return bytes.fromhex(b"".join(text.strip().split(b"\n")[2:]).decode("ascii"))
    except ValueError:
        return b""


def _read(tiff: Tiff) -> Exif:
    """The EXIF in a TIFF structure, with what its maker note says and it does not."""
    exif = read_exif(tiff)
    return filled(exif, facts_in_maker_note(tiff, exif))


def _exif(block: bytes) -> Exif:
    try:
        return _read(open_tiff(block.removeprefix(EXIF_HEAD)))
    except ValueError:
        return Exif()


def _bytes(block: Any) -> bytes:
    """A block as Pillow gives it: bytes or text."""
    if isinstance(block, str):
        return block.encode("utf-8", "replace")
    return block if isinstance(block, bytes) else b""
