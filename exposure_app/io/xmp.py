"""XMP: what was said about a photo is carried on, and what became of it is added (ISO 16684-1).

Only namespaces that speak about the photograph are kept. Editing instructions of other programs (``crs:``), the history
of files and what describes the old file are not: another program would apply them to a finished picture once more.
"""

import xml.etree.ElementTree as ET

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
META = "adobe:ns:meta/"
XMP = "http://ns.adobe.com/xap/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"
IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
OWN = "urn:exposure-app:recipe:1#"
SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

_KEPT = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": XMP,
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": IPTC_EXT,
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "exif": EXIF,
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
}
_PREFIXES = {**_KEPT, "rdf": RDF, "x": META, "exposure": OWN}
_OF_THE_OLD_FILE = {
    f"{{{XMP}}}CreatorTool", f"{{{XMP}}}ModifyDate", f"{{{XMP}}}MetadataDate", f"{{{XMP}}}Thumbnails",
    f"{{{IPTC_EXT}}}DigitalSourceType", f"{{{_KEPT['dc']}}}format",
    f"{{{_KEPT['photoshop']}}}ICCProfile", f"{{{_KEPT['photoshop']}}}ColorMode",
}  # fmt: skip
_PLACES = {f"{{{IPTC_EXT}}}LocationCreated", f"{{{IPTC_EXT}}}LocationShown"}
_LONGEST = 60_000  # bytes; a segment of a JPEG holds little more
_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = b'\n<?xpacket end="w"?>'

for _prefix, _uri in _PREFIXES.items():
    ET.register_namespace(_prefix, _uri)


def make_packet(
    old: bytes, *, tool: str, source: str, keep_gps: bool = True, recipe: str = "", table: str = ""
) -> bytes:
    """The packet for a finished picture.

    Args:
        old: That of the photo; what cannot be read is left out.
        tool: What made the picture, for ``xmp:CreatorTool``.
        source: IPTC's term for where it comes from, for ``Iptc4xmpExt:DigitalSourceType``.
        keep_gps: Whether it may tell the place.
        recipe: JSON text to embed; empty for none.
        table: What goes into the look-up table that the picture is; empty for a photo.

    Returns:
        UTF-8, the same bytes for the same arguments.
    """
    fresh = [(f"{{{XMP}}}CreatorTool", tool), (f"{{{IPTC_EXT}}}DigitalSourceType", SOURCES + source)]
    fresh += [(f"{{{OWN}}}{name}", text) for name, text in (("Recipe", recipe), ("Table", table)) if text]
    packet = _packet(_kept(old, keep_gps), fresh)
    return packet if len(packet) <= _LONGEST else _packet([], fresh)


def embedded_recipe(packet: bytes) -> str:
    """The JSON text of the recipe in a packet; empty if there is none."""
    return _told(packet, "Recipe")


def embedded_table(packet: bytes) -> str:
    """What goes into the look-up table that a picture of ours is; empty for any other picture."""
    return _told(packet, "Table")


def _told(packet: bytes, name: str) -> str:
    for description in _descriptions(packet):
        found = description.find(f"{{{OWN}}}{name}")
        if found is not None and found.text:
            return found.text
    return ""


def _packet(kept: list[ET.Element], fresh: list[tuple[str, str]]) -> bytes:
    meta = ET.Element(f"{{{META}}}xmpmeta")
    description = ET.SubElement(ET.SubElement(meta, f"{{{RDF}}}RDF"), f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})
    description.extend(kept)
    for name, text in fresh:
        ET.SubElement(description, name).text = text
    return _HEAD + ET.tostring(meta, encoding="unicode").encode() + _TAIL


def _kept(old: bytes, keep_gps: bool) -> list[ET.Element]:
    kept: dict[str, ET.Element] = {}
    for description in _descriptions(old):
        for name, value in description.attrib.items():  # a simple property may be written as an attribute
            if _is_kept(name, keep_gps):
                kept[name] = ET.Element(name)
                kept[name].text = value
        for child in description:
            if _is_kept(child.tag, keep_gps):
                child.tail = None
                kept[child.tag] = child
    return [kept[name] for name in sorted(kept)]


def _is_kept(name: str, keep_gps: bool) -> bool:
    uri = name[1:].partition("}")[0]
    tells_place = name.startswith(f"{{{EXIF}}}GPS") or name in _PLACES
    return uri in _KEPT.values() and name not in _OF_THE_OLD_FILE and (keep_gps or not tells_place)


def parse(packet: bytes) -> ET.Element | None:
    """The root of a packet; None if it cannot be read."""
    if b"<!" in packet.replace(b"<!--", b""):  # entities could grow without bounds
        return None
    try:
        return ET.fromstring(packet.strip(b"\0 \n\r\t"))
    except (ET.ParseError, ValueError, LookupError):
        return None


def _descriptions(packet: bytes) -> list[ET.Element]:
    root = parse(packet)
    return [] if root is None else list(root.iter(f"{{{RDF}}}Description"))
