"""What a file is by its first bytes, whatever its name says."""

SUFFIXES = {  # of what ``raster`` reads
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "TIFF": (".tif", ".tiff"),
    "WebP": (".webp",),
    "AVIF": (".avif",),
    "HEIC": (".heic", ".heif", ".hif"),
}
HEAD = 64  # bytes that ``kind_of`` wants to see

_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_STARTS: dict[bytes, str] = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    **dict.fromkeys(_TIFF, "TIFF"),
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"8BPS": "Photoshop",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\x76\x2f\x31\x01": "OpenEXR",
    b"#?RADIANCE": "Radiance HDR",
    b"II\xbc\x01": "JPEG XR",
    b"%PDF": "PDF",
    b"gimp xcf": "GIMP",
    b"PK\x03\x04": "ZIP",
}
_RAW_STARTS = (
    b"FUJIFILM", b"FOVb", b"\0MRM", b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"II\x1a\0\0\0HEAPCCDR",
)  # fmt: skip
_BRANDS = {  # of files made of boxes (ISO 14496-12)
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"), "HEIC"),
}


def kind_of(head: bytes) -> str:
    """The name of a kind of picture, ``"RAW"`` for a camera's that is no TIFF inside, empty if it is not known.

    Args:
        head: The first bytes of a file, ``HEAD`` if it has so many.
    """
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return _kind_of_boxes(head)
    if head.startswith(_RAW_STARTS):
        return "RAW"
    return next((kind for start, kind in _STARTS.items() if head.startswith(start)), "")


def _kind_of_boxes(head: bytes) -> str:
    """The major brand decides; where it names only the container, the compatible ones do."""
    length = min(max(int.from_bytes(head[:4], "big"), 16), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if brands[0] == b"crx ":
        return "RAW"
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return "HEIC" if {b"mif1", b"msf1"} & set(brands) else "MPEG-4"
