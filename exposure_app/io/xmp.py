"""XMP: what was said about a photo is carried on, and what became of it is added (ISO 16684-1).

Only properties that speak about the photograph are kept, and only those of the picture itself, not those of
pictures that it tells about. Editing instructions of other programs (``crs:``), the history of files and what describes
the old file are not: another program would apply them to a finished picture once more.
"""

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from exposure_app.io.places import tells_place

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
META = "adobe:ns:meta/"
XMP = "http://ns.adobe.com/xap/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
CORE = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
EXIF = "http://ns.adobe.com/exif/1.0/"
IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
OWN = "urn:exposure-app:recipe:1#"
SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
DARKTABLE = "http://darktable.sf.net/"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE = f"{_XML}lang"

# Prefix, namespace and the properties of it that are kept; ``*`` for all, where all speak of rights.
_KEPT = {
    "dc": (
        DC,
        "title description creator subject rights date contributor coverage identifier language publisher relation "
        "source type",
    ),
    "xmp": (XMP, "Rating Label CreateDate Nickname Identifier"),
    "xmpRights": ("http://ns.adobe.com/xap/1.0/rights/", "*"),
    "plus": ("http://ns.useplus.org/ldf/xmp/1.0/", "*"),
    "cc": ("http://creativecommons.org/ns#", "*"),
    "photoshop": (
        PHOTOSHOP,
        "AuthorsPosition CaptionWriter Category City Country Credit DateCreated Headline Instructions Source State "
        "SupplementalCategories TransmissionReference Urgency",
    ),
    "Iptc4xmpCore": (
        CORE,
        "AltTextAccessibility CountryCode CreatorContactInfo ExtDescrAccessibility IntellectualGenre Location Scene "
        "SubjectCode",
    ),
    "Iptc4xmpExt": (
        IPTC_EXT,
        "AboutCvTerm AddlModelInfo ArtworkOrObject Contributor CVterm DigImageGUID Event EventId Genre LocationCreated "
        "LocationShown ModelAge OrganisationInImageCode OrganisationInImageName PersonInImage PersonInImageWDetails "
        "ProductInImage RegistryId",
    ),
    "lr": ("http://ns.adobe.com/lightroom/1.0/", "hierarchicalSubject weightedFlatSubject"),
    "digiKam": ("http://www.digikam.org/ns/1.0/", "TagsList"),
    "MicrosoftPhoto": ("http://ns.microsoft.com/photo/1.0/", "Rating LastKeywordXMP"),
    "exif": (
        EXIF,
        "ApertureValue BrightnessValue Contrast CustomRendered DateTimeDigitized DateTimeOriginal DigitalZoomRatio "
        "ExposureBiasValue ExposureIndex ExposureMode ExposureProgram ExposureTime FileSource Flash FlashEnergy "
        "FNumber FocalLength FocalLengthIn35mmFilm GainControl ImageUniqueID ISOSpeedRatings LightSource "
        "MaxApertureValue MeteringMode Saturation SceneCaptureType SceneType SensingMethod Sharpness ShutterSpeedValue "
        "SubjectDistance SubjectDistanceRange UserComment WhiteBalance "
        "GPSAltitude GPSAltitudeRef GPSAreaInformation GPSDateStamp GPSDestBearing GPSDestBearingRef GPSDestDistance "
        "GPSDestDistanceRef GPSDestLatitude GPSDestLongitude GPSDifferential GPSDOP GPSHPositioningError "
        "GPSImgDirection GPSImgDirectionRef GPSLatitude GPSLongitude GPSMapDatum GPSMeasureMode GPSProcessingMethod "
        "GPSSatellites GPSSpeed GPSSpeedRef GPSStatus GPSTimeStamp GPSTrack GPSTrackRef GPSVersionID",
    ),
    "exifEX": (
        "http://cipa.jp/exif/1.0/",
        "BodySerialNumber CameraOwnerName ISOSpeed LensMake LensModel LensSerialNumber LensSpecification "
        "PhotographicSensitivity RecommendedExposureIndex SensitivityType StandardOutputSensitivity",
    ),
    "aux": (
        "http://ns.adobe.com/exif/1.0/aux/",
        "ApproximateFocusDistance Firmware FlashCompensation ImageNumber Lens LensID LensInfo LensSerialNumber "
        "OwnerName SerialNumber",
    ),
    "tiff": ("http://ns.adobe.com/tiff/1.0/", "Artist Copyright ImageDescription Make Model"),
}
_ALLOWED = {uri: frozenset(names.split()) for uri, names in _KEPT.values()}
_ABOUT_RIGHTS = frozenset(uri for uri, names in _KEPT.values() if names == "*") | {
    f"{{{DC}}}{name}" for name in ("rights", "creator")
}
_LONGEST_READ, _LONGEST = 16 << 20, 1 << 20  # bytes
_DEEPEST = 100
_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = b'\n<?xpacket end="w"?>'
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")
_COLOURS = ("Red", "Yellow", "Green", "Blue", "Purple")  # darktable's labels by number, with Lightroom's names

for _prefix, _uri in {
    **{prefix: uri for prefix, (uri, _) in _KEPT.items()},
    "rdf": RDF,
    "x": META,
    "exposure": OWN,
}.items():
    ET.register_namespace(_prefix, _uri)


def make_packet(
    old: bytes, *, tool: str, source: str, keep_gps: bool = True, recipe: str = "", table: str = ""
) -> bytes:
    """The packet for a finished picture.

    Args:
        old: That of the photo; what cannot be read is left out, and of what would be far too long the bulkiest parts.
        tool: What made the picture, for ``xmp:CreatorTool``.
        source: IPTC's term for where it comes from, for ``Iptc4xmpExt:DigitalSourceType``.
        keep_gps: Whether it may tell the place.
        recipe: JSON text to embed; empty for none.
        table: What goes into the look-up table that the picture is; empty for a photo.

    Returns:
        UTF-8, the same bytes for the same arguments.
    """
    fresh = [property_of(XMP, "CreatorTool", [tool]), property_of(IPTC_EXT, "DigitalSourceType", [SOURCES + source])]
    fresh += [property_of(OWN, name, [text]) for name, text in (("Recipe", recipe), ("Table", table)) if text]
    kept = list(said_in(old).values())
    if not keep_gps:
        kept = [part for element in kept if (part := _without_places(element)) is not None]
    while kept and sum(map(_length, kept)) > _LONGEST:
        kept.remove(max(kept, key=lambda element: (not _tells_rights(element), _length(element))))
    return packet_of([*kept, *fresh])


def merged(packets: Sequence[bytes]) -> bytes:
    """One packet of what several say about a photo; where two speak of the same thing, the earlier is believed."""
    packets = [packet for packet in packets if packet]
    if len(packets) < 2:
        return packets[0] if packets else b""
    said: dict[str, ET.Element] = {}
    for packet in packets:
        said = {**said_in(packet), **_own_in(packet), **said}
    return packet_of(list(said.values()))


def embedded_recipe(packet: bytes) -> str:
    """The JSON text of the recipe in a packet; empty if there is none."""
    return _told(packet, "Recipe")


def embedded_table(packet: bytes) -> str:
    """What goes into the look-up table that a picture of ours is; empty for any other picture."""
    return _told(packet, "Table")


def _told(packet: bytes, name: str) -> str:
    found = _own_in(packet).get(f"{{{OWN}}}{name}")
    return (found.text or "") if found is not None else ""


def said_in(packet: bytes) -> dict[str, ET.Element]:
    """What a packet says about the photo and is kept, by name; see ``text_of``."""
    found = {name: element for name, element in properties(packet).items() if _is_kept(name)}
    label = f"{{{XMP}}}Label"
    colours = properties(packet).get(f"{{{DARKTABLE}}}colorlabels") if label not in found else None
    for item in [] if colours is None else colours.iter(f"{{{RDF}}}li"):
        if (item.text or "").strip() in {str(number) for number in range(len(_COLOURS))}:
            found[label] = property_of(XMP, "Label", [_COLOURS[int(item.text or "")]])
            break
    return found


def text_of(element: ET.Element | None) -> str:
    """The words of a property: of a list all, separated by ``; ``, of several languages the default one."""
    if element is None:
        return ""
    items = list(element.iter(f"{{{RDF}}}li"))
    if element.find(f"{{{RDF}}}Alt") is not None:
        items = [item for item in items if item.get(_LANGUAGE) == "x-default"][:1] or items[:1]
    words = [item.text or "" for item in items] if items else [element.text or ""]
    return "; ".join(word.strip() for word in words if word.strip())


def property_of(uri: str, name: str, words: Sequence[str], container: str = "") -> ET.Element:
    """A property: a text, or the texts in a ``Bag``, ``Seq`` or ``Alt``."""
    element = ET.Element(f"{{{uri}}}{name}")
    if not container:
        element.text = _NO_XML.sub("", words[0])
        return element
    items = ET.SubElement(element, f"{{{RDF}}}{container}")
    for word in words[:1] if container == "Alt" else words:
        item = ET.SubElement(items, f"{{{RDF}}}li", {_LANGUAGE: "x-default"} if container == "Alt" else {})
        item.text = _NO_XML.sub("", word)
    return element


def packet_of(said: Sequence[ET.Element]) -> bytes:
    """A packet, in UTF-8, of properties in the order of their names."""
    meta = ET.Element(f"{{{META}}}xmpmeta")
    description = ET.SubElement(ET.SubElement(meta, f"{{{RDF}}}RDF"), f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})
    description.extend(sorted(said, key=lambda element: element.tag))
    return _HEAD + ET.tostring(meta, encoding="unicode").encode() + _TAIL


def parse(packet: bytes) -> ET.Element | None:
    """The root of a packet in any of Unicode's encodings; None if it cannot be read."""
    if len(packet) > _LONGEST_READ:
        return None
    text = _NO_XML.sub("", _DECLARATION.sub("", _decoded(packet)))
    if "<!DOCTYPE" in text:  # entities could grow without bounds
        return None
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError):
        return None
    return root if _is_shallow(root) else None


def _decoded(packet: bytes) -> str:
    if packet.startswith((b"\xff\xfe\0\0", b"<\0\0\0")):
        encoding = "utf-32-le"
    elif packet.startswith((b"\0\0\xfe\xff", b"\0\0\0<")):
        encoding = "utf-32-be"
    elif packet.startswith((b"\xff\xfe", b"<\0")):
        encoding = "utf-16-le"
    elif packet.startswith((b"\xfe\xff", b"\0<")):
        encoding = "utf-16-be"
    else:
        try:
            return packet.decode("utf-8").strip("\ufeff\0 \n\r\t")
        except UnicodeDecodeError:
            return packet.decode("cp1252", "replace").strip("\0 \n\r\t")
    return packet.decode(encoding, "replace").strip("\ufeff\0 \n\r\t")


def _is_shallow(root: ET.Element) -> bool:
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return True
    return False


def properties(packet: bytes) -> dict[str, ET.Element]:
    """What a packet says of its picture: its outermost descriptions. Those inside a property are of other things."""
    root = parse(packet)
    if root is None:
        return {}
    rdf = next(root.iter(f"{{{RDF}}}RDF"), None)
    found: dict[str, ET.Element] = {}
    for description in [] if rdf is None else rdf.findall(f"{{{RDF}}}Description"):
        for name, value in description.attrib.items():  # a simple property may be written as an attribute
            if name.startswith("{") and not name.startswith((f"{{{RDF}}}", _XML)):
                found[name] = ET.Element(name)
                found[name].text = value
        for child in description:
            child.tail = None
            found[child.tag] = child
    return found


def _own_in(packet: bytes) -> dict[str, ET.Element]:
    return {name: element for name, element in properties(packet).items() if name.startswith(f"{{{OWN}}}")}


def _is_kept(name: str) -> bool:
    uri, _, local = name[1:].partition("}")
    allowed = _ALLOWED.get(uri, frozenset())
    return local in allowed or "*" in allowed


def _without_places(element: ET.Element) -> ET.Element | None:
    """A copy of a property without what tells a place, at any depth; None if it is one itself."""
    if _is_place(element.tag):
        return None
    copy = ET.Element(element.tag, {name: value for name, value in element.attrib.items() if not _is_place(name)})
    copy.text = element.text
    copy.extend(part for child in element if (part := _without_places(child)) is not None)
    return copy


def _is_place(name: str) -> bool:
    return tells_place(name.rpartition("}")[2])


def _tells_rights(element: ET.Element) -> bool:
    return element.tag in _ABOUT_RIGHTS or element.tag[1:].partition("}")[0] in _ABOUT_RIGHTS


def _length(element: ET.Element) -> int:
    return len(ET.tostring(element, encoding="unicode").encode())


# --- in a JPEG, where a packet goes into a segment of 64 KiB ----------------------------------------------------------

_NOTE = "http://ns.adobe.com/xmp/note/"
_LINK = f"{{{_NOTE}}}HasExtendedXMP"
ET.register_namespace("xmpNote", _NOTE)


def link_to_more(packet: bytes) -> str:
    """Which extended packet of the same file goes with this one; empty if none."""
    return text_of(properties(packet).get(_LINK))


def in_two(packet: bytes, longest: int) -> tuple[bytes, bytes, str]:
    """A packet as a main one of limited length, what does not go into it, and the name that links the two.

    The shortest properties go into the main one. The other two are empty if all of them fit.
    """
    if len(packet) <= longest:
        return packet, b"", ""
    said = sorted(properties(packet).values(), key=_length)
    room = longest - len(packet_of([property_of(_NOTE, "HasExtendedXMP", ["0" * 32])])) - 2000  # of namespaces
    first: list[ET.Element] = []
    for element in said:
        room -= _length(element)
        if room < 0:
            break
        first.append(element)
    more = packet_of(said[len(first) :]).removeprefix(_HEAD).removesuffix(_TAIL)
    link = hashlib.md5(more, usedforsecurity=False).hexdigest().upper()
    return packet_of([*first, property_of(_NOTE, "HasExtendedXMP", [link])]), more, link
