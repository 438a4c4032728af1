"""IPTC-IIM, the captions and keywords of the years before XMP: read, and told as XMP (IPTC Photo Metadata mapping)."""

import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from exposure_app.io.xmp import CORE, DC, PHOTOSHOP, packet_of, property_of

_RESOURCES = b"Photoshop 3.0\0"
_IPTC_RESOURCE = 0x0404
_CHARACTER_SET, _UTF8 = (1, 90), b"\x1b%G"
_APPLICATION = 2
# Dataset of the application record: property of XMP, and the container that XMP wants for it.
_PROPERTIES = {
    5: (DC, "title", "Alt"),
    10: (PHOTOSHOP, "Urgency", ""),
    12: (CORE, "SubjectCode", "Bag"),
    15: (PHOTOSHOP, "Category", ""),
    20: (PHOTOSHOP, "SupplementalCategories", "Bag"),
    25: (DC, "subject", "Bag"),
    40: (PHOTOSHOP, "Instructions", ""),
    80: (DC, "creator", "Seq"),
    85: (PHOTOSHOP, "AuthorsPosition", ""),
    90: (PHOTOSHOP, "City", ""),
    92: (CORE, "Location", ""),
    95: (PHOTOSHOP, "State", ""),
    100: (CORE, "CountryCode", ""),
    101: (PHOTOSHOP, "Country", ""),
    103: (PHOTOSHOP, "TransmissionReference", ""),
    105: (PHOTOSHOP, "Headline", ""),
    110: (PHOTOSHOP, "Credit", ""),
    115: (PHOTOSHOP, "Source", ""),
    116: (DC, "rights", "Alt"),
    120: (DC, "description", "Alt"),
    122: (PHOTOSHOP, "CaptionWriter", ""),
}
_DATE, _TIME = 55, 60


def iptc_in_resources(resources: bytes) -> bytes:
    """The IPTC block among Photoshop's image resources; empty if there is none."""
    place = len(_RESOURCES) if resources.startswith(_RESOURCES) else 0
    while resources[place : place + 4] == b"8BIM" and len(resources) >= place + 12:
        (number,) = struct.unpack_from(">H", resources, place + 4)
        place += 6 + (resources[place + 6] + 2) // 2 * 2  # a name, its length before it, padded to an even number
        if len(resources) < place + 4:
            break
        (size,) = struct.unpack_from(">I", resources, place)
        if number == _IPTC_RESOURCE:
            return resources[place + 4 : place + 4 + size]
        place += 4 + (size + 1) // 2 * 2
    return b""


def iptc_as_xmp(block: bytes) -> bytes:
    """An XMP packet that says what an IPTC-IIM block says; empty if that is nothing."""
    if block[:1] != b"\x1c" and block[3:4] == b"\x1c":  # written as 32-bit numbers of the other byte order
        block = b"".join(block[place : place + 4][::-1] for place in range(0, len(block), 4))
    said: dict[int, list[bytes]] = {}
    is_utf8 = False
    for record, dataset, value in _datasets(block):
        if (record, dataset) == _CHARACTER_SET:
            is_utf8 = value.startswith(_UTF8)
        elif record == _APPLICATION:
            said.setdefault(dataset, []).append(value)
    found: list[ET.Element] = []
    for dataset, (uri, name, container) in _PROPERTIES.items():
        words = [word for value in said.get(dataset, []) if (word := _decoded(value, is_utf8))]
        if words:
            found.append(property_of(uri, name, words if container else words[:1], container))
    made = _date_made(*(_decoded(said.get(part, [b""])[0], False) for part in (_DATE, _TIME)))
    if made:
        found.append(property_of(PHOTOSHOP, "DateCreated", [made]))
    return packet_of(found) if found else b""


def _datasets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, dataset and value of each field up to the first that is damaged."""
    place = 0
    while block[place : place + 1] == b"\x1c" and len(block) >= place + 5:
        record, dataset, size = struct.unpack_from(">BBH", block, place + 1)
        place += 5
        if size & 0x8000:  # a long one: the size of its size
            width = size & 0x7FFF
            size = int.from_bytes(block[place : place + width], "big") if width <= 8 else len(block)
            place += width
        if len(block) < place + size:
            return
        yield record, dataset, block[place : place + size]
        place += size


def _decoded(value: bytes, is_utf8: bool) -> str:
    """A text; without a declared character set it is UTF-8 if it can be, else Latin-1 as Windows has it."""
    try:
        return value.decode("utf-8").strip(" \0")
    except UnicodeDecodeError:
        return value.decode("utf-8" if is_utf8 else "cp1252", "replace").strip(" \0")


def _date_made(day: str, time: str) -> str:
    """``20240506`` and ``070809+0200`` in the way of XMP."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", day)
    if found is None or "00" in found.groups():
        return ""
    made = "-".join(found.groups())
    clock = re.fullmatch(r"(\d\d)(\d\d)(\d\d)(?:([+-]\d\d)(\d\d))?", time)
    if clock is None:
        return made
    hours, minutes, seconds, zone, part = clock.groups()
    return f"{made}T{hours}:{minutes}:{seconds}" + (f"{zone}:{part}" if zone else "")
