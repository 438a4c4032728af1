"""TIFF in all its kinds: which page is the picture, and what its samples mean (TIFF 6.0 and its supplements)."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.io.coding import LINEAR, Coding, Encoded, xyz_to_srgb
from exposure_app.io.jpeg import decode_jpeg
from exposure_app.io.layers import flat_of, over_white
from exposure_app.io.limits import check_size

_CFA, _LINEAR_RAW, _DNG_VERSION = 32803, 34892, 50706
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB, _ICC_LAB = 0, 1, 2, 3, 5, 6, 8, 9
_REDUCED, _MASK = 1, 4  # of NewSubfileType
_ASSOCIATED, _UNASSOCIATED = 1, 2  # of ExtraSamples
_SEPARATE = 2  # of PlanarConfiguration
_JPEG = 7  # of Compression
_SPACES = {1: "GRAY", 3: "RGB", 4: "CMYK"}
_SMALL = 640  # pixels; nobody keeps a smaller picture before a larger one of the same shape but as its thumbnail
_WIDEST = 16  # bytes of a pixel of which nobody asks: four samples of 32 bits
_D50 = (0.3457, 0.3585)  # CIE x and y


def is_raw_tiff(path: Path) -> bool:
    """Whether a TIFF is a camera's RAW file: a DNG, or one whose pixels are those of a sensor."""
    import tifffile

    try:
        with tifffile.TiffFile(path) as tiff:
            first = tiff.pages.first
            if _DNG_VERSION in first.tags or first.photometric in (_CFA, _LINEAR_RAW):
                return True
            return any(page.photometric in (_CFA, _LINEAR_RAW) for page in _pages(tiff))
    except Exception:  # whoever reads the file says what is wrong with it
        return False


def decode_tiff(path: Path) -> Encoded:
    """Decode the picture in a TIFF; alpha lies over white.

    Raises:
        ExposureError: It is too large or of a kind that is not supported.
        ValueError: It is damaged or truncated, like most of what else is raised.
    """
    import tifffile

    try:
        with tifffile.TiffFile(path) as tiff:
            page = _picture(tiff)
            check_size(path, page.imagewidth, page.imagelength)
            check_size(path, page.imagewidth, page.nbytes // (_WIDEST * page.imagewidth) + 1)
            tag = page.tags.get("InterColorProfile") or tiff.pages.first.tags.get("InterColorProfile")
            profile = bytes(tag.value) if tag is not None else None
            return _decode(path, page, profile)
    except tifffile.TiffFileError as error:
        raise ValueError(str(error)) from error


def _pages(tiff: Any) -> list[Any]:
    """The directories of the file, those below the first among them; never more than a few."""
    pages = [tiff.pages[i] for i in range(min(len(tiff.pages), 16))]
    below = [page for parent in pages[:4] for page in (parent.pages or ())]
    return [page.aspage() if hasattr(page, "aspage") else page for page in (*pages, *below)]


def _picture(tiff: Any) -> Any:
    """The page that is the photo: the first that is neither a thumbnail nor a mask."""
    first = tiff.pages.first
    others = [page for page in _pages(tiff) if page is not first and not page.subfiletype & (_REDUCED | _MASK)]
    if first.subfiletype & (_REDUCED | _MASK):
        return others[0] if others else max((first, *_pages(tiff)), key=lambda page: page.imagewidth)
    if "NewSubfileType" in first.tags or max(first.imagewidth, first.imagelength) > _SMALL:
        return first
    shape = first.imagewidth / first.imagelength
    return next(
        (
            page
            for page in others
            if page.imagewidth >= 2 * first.imagewidth and abs(page.imagewidth / page.imagelength / shape - 1) < 0.03
        ),
        first,
    )


def _decode(path: Path, page: Any, profile: bytes | None) -> Encoded:
    kind = page.photometric
    if 0 in page.databytecounts:
        raise ValueError("a part of the picture is missing")
    if page.compression == _JPEG:
        _check_jpegs(page)
    elif kind == _YCBCR:
        return _decode_by_pillow(path, page, profile)
    if kind == _CMYK and page.tags.valueof("InkSet", 1) != 1:
        raise _unsupported(path)
    if kind not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _CMYK, _YCBCR, _LAB, _ICC_LAB):
        raise _unsupported(path)
    pixels = page.asarray()
    if page.planarconfig == _SEPARATE and pixels.ndim == 3 and page.samplesperpixel > 1:
        pixels = np.moveaxis(pixels, 0, -1)
    pixels = pixels if pixels.ndim == 3 else pixels[..., np.newaxis]
    if kind in (_LAB, _ICC_LAB):
        return Encoded(_from_lab(path, page, pixels), None, LINEAR)
    if kind == _PALETTE:
        return Encoded(_without_alpha(page, _looked_up(path, page, pixels), 3), profile)
    pixels, coding = _spread(path, pixels, page.bitspersample)
    if kind == _CMYK:
        return Encoded(_as_bytes(pixels[..., :4]), profile)
    if kind == _WHITE_IS_ZERO:
        white = 1 if pixels.dtype == np.float32 else np.iinfo(pixels.dtype).max
        pixels[..., :1] = white - pixels[..., :1]
    return Encoded(_without_alpha(page, pixels, 3 if kind in (_RGB, _YCBCR) else 1), profile, coding)


def _check_jpegs(page: Any) -> None:
    """Decode every JPEG once by whoever notices damage.

    Raises:
        ValueError: One is damaged.
    """
    tables = page.jpegtables
    channels = 1 if page.planarconfig == _SEPARATE else page.samplesperpixel
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        page.parent.filehandle.seek(offset)
        content = page.parent.filehandle.read(count)
        decode_jpeg(tables[:-2] + content[2:] if tables else content, _SPACES.get(channels, "RGB"))


def _spread(path: Path, pixels: NDArray[Any], bits: int) -> tuple[NDArray[Any], Coding | None]:
    """Samples of any depth as uint8 and uint16 over their whole range or float32, and what these are by themselves."""
    if pixels.dtype.kind == "f":
        pixels = pixels.astype(np.float32)
        finite = pixels[np.isfinite(pixels)]
        largest = float(finite.max()) if finite.size else 0.0
        return np.nan_to_num(pixels, copy=False, nan=0.0, posinf=largest, neginf=0.0), LINEAR
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255), None
    if pixels.dtype.kind != "u":
        raise _unsupported(path)
    if pixels.dtype.itemsize > 2:  # more than a picture has; 16 bits of it are kept
        return (pixels >> np.array(bits - 16, pixels.dtype)).astype(np.uint16), None
    if bits in (8, 16):
        return pixels, None
    whole = np.uint8 if bits < 8 else np.uint16
    scale = np.iinfo(whole).max / (2**bits - 1)
    table = np.round(np.arange(2**bits) * scale).astype(whole)
    return np.take(table, pixels, mode="clip"), None


def _looked_up(path: Path, page: Any, pixels: NDArray[Any]) -> NDArray[Any]:
    """The colours of a palette, and what lies beside them."""
    if page.colormap is None or pixels.dtype.kind not in "ub" or pixels.dtype.itemsize > 2:
        raise _unsupported(path)
    shades = page.colormap >> 8 if page.colormap.max() > 255 else page.colormap  # some writers had only 8 bits
    colors = np.take(shades.T.astype(np.uint8), pixels[..., 0].astype(np.intp), axis=0, mode="clip")
    beside = _spread(path, pixels[..., 1:], page.bitspersample)[0]
    return np.concatenate([colors, _as_bytes(beside)], axis=-1)


def _without_alpha(page: Any, pixels: NDArray[Any], colors: int) -> NDArray[Any]:
    """The colours, laid over white where one of the samples beside them is their alpha."""
    extra = [int(sample) for sample in page.extrasamples]
    at = next((i for i, sample in enumerate(extra) if sample in (_ASSOCIATED, _UNASSOCIATED)), None)
    if at is None or colors + at >= pixels.shape[2]:
        return pixels[..., :colors]
    return over_white(pixels[..., :colors], pixels[..., colors + at, np.newaxis], extra[at] == _ASSOCIATED)


def _from_lab(path: Path, page: Any, pixels: NDArray[Any]) -> NDArray[np.float32]:
    """CIE L*a*b* to linear sRGB: signed a and b in TIFF's own kind, offset ones in ICC's."""
    if pixels.dtype.itemsize > 2 or pixels.dtype.kind not in "iu" or pixels.shape[2] < 3:
        raise _unsupported(path)
    deep = pixels.dtype.itemsize == 2
    is_own = page.photometric == _LAB
    unsigned = pixels[..., :3].view(np.uint16 if deep else np.uint8)
    white = _white(page)
    matrix = xyz_to_srgb(white).T
    out = np.empty(unsigned.shape, np.float32)
    for y, row in enumerate(unsigned):  # no second image in memory
        light = row[:, 0] * (100 / (255 if not deep else 65535 if is_own else 65280))
        stored = row[:, 1:].view(np.int16 if deep else np.int8) if is_own else row[:, 1:].astype(np.float64)
        chroma = stored / (256 if deep else 1) - (0 if is_own else 128)
        fy = (light + 16) / 116
        f = np.stack([fy + chroma[:, 0] / 500, fy, fy - chroma[:, 1] / 200], axis=-1)
        out[y] = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * white @ matrix
    return out


def _white(page: Any) -> NDArray[np.float64]:
    """CIE XYZ of the white that the file states, D50 if it states none that can be."""
    stated = page.tags.valueof("WhitePoint")
    x, y = _D50
    if stated is not None and len(stated) == 4 and stated[1] and stated[3]:
        x, y = stated[0] / stated[1], stated[2] / stated[3]
    x, y = (x, y) if 0.1 < x < 0.6 and 0.1 < y < 0.6 else _D50
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _decode_by_pillow(path: Path, page: Any, profile: bytes | None) -> Encoded:
    """Colour differences at a lower resolution, where libtiff knows best."""
    from PIL import Image as PILImage

    with PILImage.open(path, formats=("TIFF",)) as picture:
        for number in range(16):
            picture.seek(number)
            if picture.size == (page.imagewidth, page.imagelength):
                break
        return Encoded(flat_of(picture), profile)


def _as_bytes(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.dtype == np.float32:
        pixels = np.clip(pixels, 0, 1) * 255 + 0.5
    elif pixels.dtype == np.uint16:
        pixels = pixels >> 8
    whole: NDArray[np.uint8] = pixels.astype(np.uint8)
    return whole


def _unsupported(path: Path) -> ExposureError:
    return ExposureError(
        f"{path} is a TIFF of a kind that is not supported", "Save it as RGB or grey with 8, 16 or 32 bits."
    )
