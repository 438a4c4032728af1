"""RAW files to linear sRGB: LibRaw decodes the file, Bayer sensors go through our own demosaic.

What LibRaw demosaics itself: X-Trans and other non-Bayer sensors, four-colour and rotated ones, oblong pixels, and
whatever shall be developed with its demosaic or its reduction of colour noise (FBDD), of which it gives out no mosaic.
All ways end in the same colour conversion, so that they agree on colours and highlights.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.image import Image, LensFound, Metadata, Pixels, split_off
from exposure_app.io.detail import Detail
from exposure_app.io.develop import MAX_BY_HAND, Develop, HighlightMode
from exposure_app.io.dng import SensorPart, framed, read_sensor_part
from exposure_app.io.levels import levelled
from exposure_app.io.limits import check_size
from exposure_app.io.opcodes.stages import fix_codes, fix_light
from exposure_app.io.orientation import upright
from exposure_app.io.quiet import libraw_remarks
from exposure_app.io.sensor import calibrated, first_white, saturation_levels, sensor_light
from exposure_app.light import CameraLight
from exposure_app.reading import check_ordinary

if TYPE_CHECKING:
    from exposure_app.io.lens.choice import Lens

log = logging.getLogger(__name__)

_LIBRAW_TO_EXIF_ORIENTATION = {0: 1, 1: 2, 3: 3, 2: 4, 4: 5, 6: 6, 7: 7, 5: 8}


FirstLook = Callable[[Pixels], None]


def read_raw(
    path: Path,
    *,
    develop: Develop | None = None,
    threads: int | None = None,
    first: FirstLook | None = None,
    wide: bool = False,
) -> Image:
    """Decode a RAW file.

    The orientation is applied, the area is the one LibRaw shows. White (1.0) is where the first channel clips.

    Args:
        path: The file.
        develop: How, the usual way when None. Of its highlights, ``"clip"``: what is blown in any channel ends at 1,
            neutral; ``"reconstruct"``: blown channels are estimated from those that clip later, values go above 1;
            ``"blend"``: the same, with the top quarter compressed smoothly so that everything fits below 1. The white
            balance of sensors that do not see three colours stays as shot.
        threads: Threads for the demosaic; all available cores when None.
        first: Called once with a small version of the same picture as soon as there can be one, before the demosaic;
            never for files that are no mosaic. What it raises ends the reading.
        wide: Whether colours outside of sRGB are wanted, see ``Image.beyond``.

    Returns:
        The upright photo, scene-referred: float32, H x W x 3, linear light, sRGB primaries, never negative.

    Raises:
        ExposureError: LibRaw does not know the file, or it is damaged or too large.
    """
    from exposure_app.io import ahead
    from exposure_app.io.metadata import read_raw_metadata

    try:
        with ahead.unpacked(path) as raw:
            metadata = read_raw_metadata(path, raw, _LIBRAW_TO_EXIF_ORIENTATION.get(raw.sizes.flip, 1))
            develop = develop or Develop()
            part = read_sensor_part(path)
            fix_light(getattr(raw, "whole", raw), part, develop.lens == "auto" and develop.lens_vignetting)
            known = partial(_lens_of, raw, part, develop, metadata)
            detail = Detail(develop, metadata.iso, part.noise, threads)
            pixels, light, found = _develop(raw, path, develop, known, detail, threads, first, wide)
            detail.sharpen(pixels)
            exposure = _exposure(raw)
            if exposure != 1:
                pixels *= np.float32(exposure)
    except (ValueError, IndexError, ArithmeticError) as error:  # levels, sizes or matrices that no camera has
        log.info("%s cannot be developed", path, exc_info=True)
        raise _damaged(path) from error
    if develop.defringe:
        from exposure_app.io.lens.defringe import defringed

        pixels = defringed(pixels, develop.defringe / MAX_BY_HAND, threads)
    top = np.inf if develop.highlights == "reconstruct" else exposure
    beyond = split_off(pixels, top, True) if wide else None
    return Image(pixels, metadata, scene_referred=True, light=light, beyond=beyond, lens=found, detail=detail.found)


@contextmanager
def unpacked(path: Path) -> Iterator[Any]:
    """As ``open_raw``, with the sensor data unpacked, showing what the file means to be shown.

    Raises:
        ExposureError: It is too large, or a part of it is missing or damaged.
    """
    with open_raw(path) as raw:
        check_raw_size(path, raw)
        with libraw_remarks() as remarks:
            raw.unpack()
        if remarks:
            raise _damaged(path) from ValueError("; ".join(remarks[:3]))
        part = read_sensor_part(path)
        fix_codes(raw, part)
        yield framed(levelled(raw, path), path, part)


def check_raw_size(path: Path, raw: Any) -> None:
    """Refuse an open file that asks for more memory than it can need, before anything is unpacked.

    Raises:
        ExposureError: It does, or it has no pixels.
    """
    sizes = raw.sizes
    try:
        check_size(path, sizes.width, sizes.height)
        check_size(path, sizes.raw_width, sizes.raw_height)
    except ValueError as error:
        raise _damaged(path) from error


def read_preview(path: Path) -> NDArray[np.uint8] | None:
    """Extract the preview picture that the camera put into a RAW file.

    Args:
        path: The RAW file.

    Returns:
        uint8, H x W x 3, upright, display-referred (nearly always sRGB); None if there is none that can be read.

    Raises:
        ExposureError: The file itself cannot be opened.
    """
    import rawpy

    from exposure_app.io.jpeg import decode_jpeg
    from exposure_app.io.metadata import jpeg_orientation

    with open_raw(path) as raw:
        preview = _embedded(raw)
        orientation = _LIBRAW_TO_EXIF_ORIENTATION.get(raw.sizes.flip, 1)
    if preview is None:
        return None
    if preview.format == rawpy.ThumbFormat.BITMAP:
        return np.ascontiguousarray(upright(np.asarray(preview.data, np.uint8), orientation))
    try:
        pixels = decode_jpeg(preview.data)
    except ValueError:
        return None
    return np.ascontiguousarray(upright(pixels, jpeg_orientation(preview.data) or orientation))


def preview_side(path: Path) -> int:
    """Longer side in pixels of what ``read_preview`` gives, without decoding it; 0 if there is none.

    Raises:
        ExposureError: The file itself cannot be opened.
    """
    import rawpy
    import simplejpeg

    with open_raw(path) as raw:
        preview = _embedded(raw)
    if preview is None:
        return 0
    if preview.format == rawpy.ThumbFormat.BITMAP:
        return int(max(preview.data.shape))
    try:
        return int(max(simplejpeg.decode_jpeg_header(preview.data)[:2]))
    except ValueError:
        return 0


def photo_size(path: Path) -> tuple[int, int]:
    """Width and height of the upright photo, without reading it.

    Raises:
        ExposureError: The file itself cannot be opened.
    """
    with open_raw(path) as raw:
        sizes = framed(raw, path).sizes
        return (sizes.height, sizes.width) if sizes.flip & 4 else (sizes.width, sizes.height)


def _embedded(raw: Any) -> Any:
    """The preview of an open file as it is stored, if it is of a kind that can be read."""
    import rawpy

    try:
        with libraw_remarks():
            preview = raw.extract_thumb()
    except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError, rawpy.NotSupportedError):
        return None
    return preview if preview.format in (rawpy.ThumbFormat.BITMAP, rawpy.ThumbFormat.JPEG) else None


@contextmanager
def open_raw(path: Path) -> Iterator[Any]:
    """Open a RAW file and turn everything that LibRaw complains about inside the block into an ExposureError.

    Yields:
        A ``rawpy.RawPy`` that is opened but not unpacked.
    """
    import rawpy

    damaged = (rawpy.LibRawIOError, rawpy.LibRawDataError, rawpy.LibRawBadCropError)
    try:
        check_ordinary(path)
    except OSError as error:
        raise ExposureError(f"Cannot read {path}: {error.strerror}", "Check the path and its permissions.") from error
    try:
        with rawpy.RawPy() as raw:
            with libraw_remarks():
                raw.open_file(str(path))
            yield raw
    except (rawpy.LibRawFileUnsupportedError, rawpy.LibRawRequestForNonexistentImageError) as error:
        hint = "Convert it to DNG first, for example with Adobe DNG Converter, or check that it is a photo."
        raise ExposureError(f"{path} is not a RAW file that LibRaw can decode", hint) from error
    except (rawpy.LibRawUnsufficientMemoryError, rawpy.LibRawTooBigError, rawpy.LibRawMemPoolOverflowError) as error:
        raise ExposureError(f"{path} is too large to open", "Close other programs and try again.") from error
    except damaged as error:
        raise _damaged(path) from error
    except (rawpy.LibRawError, rawpy.NotSupportedError) as error:
        raise ExposureError(f"{path} cannot be decoded: {_reason(error)}", "Convert it to DNG first.") from error


def _damaged(path: Path) -> ExposureError:
    return ExposureError(f"{path} is damaged or incomplete", "Copy the photo again from the camera or the backup.")


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args else type(error).__name__
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def _lens_of(raw: Any, part: SensorPart, develop: Develop, metadata: Metadata) -> "Lens":
    """What of the lens is corrected in the picture's colours."""
    from exposure_app.io.lens.choice import Lens, choose
    from exposure_app.io.lens.optics import Frame

    sizes = getattr(raw, "whole", raw).sizes
    if sizes.pixel_aspect != 1 or sizes.iwidth * sizes.iheight != sizes.width * sizes.height:
        return Lens(found=LensFound(unknown=part.unknown))  # LibRaw's picture has other pixels than the sensor
    sensor = Frame(-sizes.left_margin, -sizes.top_margin, sizes.raw_width, sizes.raw_height)
    visible = (0, 0, sizes.width, sizes.height)
    return choose(
        develop, metadata, part, sensor, Frame(*visible), Frame(*getattr(raw, "box", visible)), finished=False
    )


def _develop(
    raw: Any,
    path: Path,
    develop: Develop,
    known: "Callable[[], Lens]",
    detail: Detail,
    threads: int | None,
    first: FirstLook | None,
    wide: bool,
) -> tuple[Pixels, CameraLight | None, LensFound]:
    """Sensor data to upright linear sRGB, not limited to sRGB if that is wanted."""
    camera = calibrated(raw, path)
    as_shot, matrix = camera.multipliers, camera.matrix
    light = sensor_light(raw, develop, camera)
    multipliers, is_cameras = as_shot, camera.is_stored and camera.xyz_to_camera is None
    if light is not None and (develop.white_balance != "as-shot" or light.is_estimated):
        multipliers, is_cameras = light.gains[[0, 1, 2, 1]] * as_shot[1], False
        multipliers[3] *= as_shot[3] / as_shot[1]
    if first is not None and matrix is not None and _is_mosaic(raw):
        first(_binned(raw, multipliers, matrix))  # before anything compiled is loaded, which takes its time
    if develop.hot_pixels:
        _mend(raw, threads)
    if _is_plain_bayer(raw):
        _clean(raw, detail)
    lens = known()
    if lens.look and _is_plain_bayer(raw):
        lens = _aligned(raw, lens, multipliers, threads)
    if _is_seen_whole(raw) and (matrix is not None or raw.num_colors == 1):
        return _develop_whole(raw, develop, lens, detail, multipliers, matrix, threads, wide), light, lens.found
    if matrix is None or develop.by_libraw or not _is_plain_bayer(raw):
        pixels = _develop_by_libraw(raw, develop, lens, detail, multipliers, is_cameras, matrix, threads, wide)
        return pixels, light, lens.found

    from exposure_app.io.demosaic import demosaic
    from exposure_app.io.lens.canvas import Canvas

    black = np.asarray(raw.black_level_per_channel, np.float64)
    ceilings = multipliers[:3] * (saturation_levels(raw, black) - black[:3])
    white = float(ceilings.min())
    canvas = Canvas(raw, lens, _camera_color(matrix, ceilings / white, develop.highlights, wide))
    sizes, pattern = canvas.raw.sizes, canvas.raw.raw_pattern
    demosaic(
        raw.raw_image,
        (sizes.top_margin, sizes.left_margin, sizes.height, sizes.width),
        pattern,
        black[pattern].astype(np.float32),
        (multipliers[pattern] / white).astype(np.float32),
        canvas.color,
        canvas.out,
        threads,
    )
    return canvas.finished(multipliers[:3] * (raw.white_level - black[:3]) / white, threads), light, lens.found


def _mend(raw: Any, threads: int | None) -> None:
    """Take hot and dead sites out of what LibRaw holds; sites that LibRaw has given no place or colour stay."""
    whole = getattr(raw, "whole", raw)
    sites = whole.raw_image_visible
    if sites is None or not (_is_mosaic(whole) or _is_seen_whole(whole)):
        return
    from exposure_app.io.defects import mend_defects

    sites = sites if sites.ndim == 2 else sites[..., :3]
    pattern = whole.raw_pattern if sites.ndim == 2 and whole.num_colors == 3 else None
    count = mend_defects(sites, pattern, np.asarray(raw.black_level_per_channel), float(raw.white_level), threads)
    log.info("%d hot or dead sites were mended", count)


def _aligned(raw: Any, lens: "Lens", multipliers: NDArray[np.float64], threads: int | None) -> "Lens":
    """Lay the colours of the mosaic that LibRaw holds over each other, and say how far they were apart."""
    from exposure_app.io.lens.lateral import align

    whole, black = getattr(raw, "whole", raw), np.asarray(raw.black_level_per_channel, np.float64)
    pattern = whole.raw_pattern
    sites, white = whole.raw_image_visible, float(raw.white_level)
    measured = align(sites, pattern, black[pattern], white, multipliers, threads)
    return lens if not measured else lens.measured(measured)


def _binned(raw: Any, multipliers: NDArray[np.float64], matrix: NDArray[np.float64]) -> Pixels:
    """A small upright picture of a mosaic; blown highlights are white."""
    from exposure_app.io.binning import bin_mosaic

    black = np.asarray(raw.black_level_per_channel, np.float64)
    levels = saturation_levels(raw, black) if len(raw.raw_pattern) == 2 else np.full(3, raw.white_level)
    gain = multipliers / (multipliers[:3] * (levels - black[:3])).min()
    small = bin_mosaic(raw.raw_image_visible, raw.raw_pattern, black, gain, matrix) * np.float32(_exposure(raw))
    return np.ascontiguousarray(upright(small, _LIBRAW_TO_EXIF_ORIENTATION.get(raw.sizes.flip, 1)))


def _clean(raw: Any, detail: Detail) -> None:
    """Take noise out of the Bayer mosaic that LibRaw holds."""
    whole, black = getattr(raw, "whole", raw), np.asarray(raw.black_level_per_channel, np.float64)
    detail.clean_mosaic(whole.raw_image_visible, black[whole.raw_pattern], float(saturation_levels(raw, black).min()))


def _develop_whole(
    raw: Any,
    develop: Develop,
    lens: "Lens",
    detail: Detail,
    multipliers: NDArray[np.float64],
    matrix: NDArray[np.float64] | None,
    threads: int | None,
    wide: bool,
) -> Pixels:
    """Sensors of which every pixel sees all colours, or none: linear DNGs, sRAW, Foveon; monochrome ones.

    White is where the file says it is; LibRaw takes the brightest pixel for it, and frames of a series would differ.
    """
    from exposure_app.io.camera_color import CLIP, CameraColor, convert_camera_rgb
    from exposure_app.io.lens.canvas import Canvas

    colors = 1 if matrix is None or raw.num_colors == 1 else 3
    black = np.asarray(raw.black_level_per_channel, np.float64)[:colors]
    multipliers = multipliers[:3] if colors == 3 else np.ones(3)
    ceilings = multipliers * (saturation_levels(raw, black) - black)
    white = float(ceilings.min())
    if matrix is None or colors == 1:
        canvas = Canvas(raw, lens, CameraColor(np.eye(3, dtype=np.float32), np.ones(3, np.float32), CLIP))
    else:
        canvas = Canvas(raw, lens, _camera_color(matrix, ceilings / white, develop.highlights, wide))
    sites = canvas.raw.raw_image_visible
    camera = sites.reshape(*sites.shape[:2], -1)[..., :colors].astype(np.float32)
    camera -= black.astype(np.float32)
    detail.clean_camera(camera, float(raw.white_level - black.max()))
    every = np.broadcast_to(camera, (*camera.shape[:2], 3))
    convert_camera_rgb(every, multipliers / white, canvas.color, canvas.out, threads)
    return canvas.finished(multipliers * (raw.white_level - black) / white, threads)


def _develop_by_libraw(
    raw: Any,
    develop: Develop,
    lens: "Lens",
    detail: Detail,
    multipliers: NDArray[np.float64],
    as_shot: bool,
    matrix: NDArray[np.float64] | None,
    threads: int | None,
    wide: bool,
) -> Pixels:
    """Let LibRaw demosaic, then convert colours here; four-colour, monochrome and odd sensors are LibRaw's alone."""
    import rawpy

    from exposure_app.io.camera_color import CLIP, CameraColor, convert_camera_rgb
    from exposure_app.io.lens.canvas import Canvas, upright_view
    from exposure_app.io.openmp import one_thread

    highlights, in_mosaic = develop.highlights, _is_plain_bayer(raw)
    options: dict[str, Any] = {"gamma": (1, 1), "no_auto_bright": True, "output_bps": 16, **_libraw_options(develop)}
    options |= {"use_camera_wb": True} if as_shot else {"user_wb": [float(m) for m in multipliers]}
    if raw.raw_type == rawpy.RawType.Flat:
        # LibRaw takes the white level after it has subtracted the black that all channels have in common.
        white = first_white(raw, multipliers)
        options |= {"adjust_maximum_thr": 0.0, "user_sat": int(white - min(raw.black_level_per_channel))}
    mode = rawpy.HighlightMode.Blend if matrix is None or raw.num_colors != 3 else rawpy.HighlightMode.Ignore
    options["highlight_mode"] = rawpy.HighlightMode.Clip if highlights == "clip" else mode
    if matrix is None or raw.num_colors != 3:
        canvas = Canvas(raw, lens, CameraColor(np.eye(3, dtype=np.float32), np.ones(3, np.float32), CLIP))
        finished = canvas.raw.postprocess(output_color=rawpy.ColorSpace.sRGB, **options)
        finished = finished.reshape(*finished.shape[:2], -1) * np.float32(1 / 65535)
        if not in_mosaic:
            detail.clean_camera(finished, 1.0)
        if not lens.steps:
            return np.array(np.broadcast_to(finished, (*finished.shape[:2], 3)), order="C")
        upright_view(canvas.out, raw.sizes.flip)[:] = finished
        return canvas.finished(np.ones(3), threads)
    ceilings = multipliers[:3] / multipliers[:3].min()
    canvas = Canvas(raw, lens, _camera_color(matrix, ceilings, highlights, wide))
    with one_thread() if _is_xtrans(raw) else nullcontext():
        camera = canvas.raw.postprocess(output_color=rawpy.ColorSpace.raw, **options)
    if not in_mosaic:
        detail.clean_camera(camera, float(np.iinfo(np.uint16).max))
    # When it does not clip, LibRaw makes room by letting the largest multiplier be 1 instead of the smallest.
    scale = (1.0 if highlights == "clip" else float(ceilings.max())) / 65535
    if not lens.steps:
        pixels = np.empty(camera.shape, np.float32)
        convert_camera_rgb(camera, scale, canvas.color, pixels, threads)
        return pixels
    convert_camera_rgb(camera, scale, canvas.color, upright_view(canvas.out, raw.sizes.flip), threads)
    return canvas.finished(ceilings, threads)


def _libraw_options(develop: Develop) -> dict[str, Any]:
    """What LibRaw calls the noise reduction and the demosaic; nothing where its usual ways are wanted."""
    import rawpy

    options: dict[str, Any] = {}
    if develop.demosaic != "own":
        options["demosaic_algorithm"] = rawpy.DemosaicAlgorithm[develop.demosaic.upper()]
    elif develop.by_libraw:
        options["demosaic_algorithm"] = rawpy.DemosaicAlgorithm.AHD
    if develop.fbdd != "off":
        options["fbdd_noise_reduction"] = rawpy.FBDDNoiseReductionMode[develop.fbdd.capitalize()]
    return options


def _is_seen_whole(raw: Any) -> bool:
    """Whether a pixel is what the sensor saw there, and nothing is to be interpolated."""
    sizes, sites = raw.sizes, raw.raw_image_visible
    if sites is None or sizes.pixel_aspect != 1 or sites.shape[:2] != (sizes.height, sizes.width):
        return False
    return int(raw.num_colors) == (1 if sites.ndim == 2 else 3)


def _exposure(raw: Any) -> float:
    """How much brighter than white the brightest there can be is; see ``Levelled``."""
    return float(getattr(raw, "exposure", 1.0))


def _is_mosaic(raw: Any) -> bool:
    """Whether every site sees one of three colours, and the sites are the pixels."""
    import rawpy

    sizes = raw.sizes
    if raw.raw_type != rawpy.RawType.Flat or raw.num_colors != 3 or raw.raw_pattern is None:
        return False
    # Fuji's rotated SuperCCD: LibRaw sees it as a square standing on its corner, one wider than high.
    rotated = sizes.height == sizes.width - 1
    return raw.raw_pattern.shape in ((2, 2), (6, 6)) and not rotated and sizes.pixel_aspect == 1


def _is_xtrans(raw: Any) -> bool:
    pattern = raw.raw_pattern
    return pattern is not None and pattern.shape == (6, 6)


def _is_plain_bayer(raw: Any) -> bool:
    """Whether our demosaic can take the mosaic as it lies in memory."""
    from exposure_app.io.demosaic import MIN_SIDE

    sizes = raw.sizes
    if not _is_mosaic(raw):
        return False
    pattern = np.where(raw.raw_pattern == 3, 1, raw.raw_pattern)
    if pattern.shape != (2, 2) or sorted(pattern.ravel()) != [0, 1, 1, 2] or pattern[0, 0] == pattern[0, 1]:
        return False
    if (pattern[0, 0] == 1) != (pattern[1, 1] == 1):
        return False
    whole = raw.raw_image is not None and raw.raw_image.flags.c_contiguous
    return whole and min(sizes.height, sizes.width) >= MIN_SIDE


def _camera_color(
    matrix: NDArray[np.float64], ceilings: NDArray[np.float64], highlights: HighlightMode, wide: bool
) -> Any:
    from exposure_app.io.camera_color import BLEND, CLIP, RECONSTRUCT, CameraColor

    mode = {"clip": CLIP, "blend": BLEND, "reconstruct": RECONSTRUCT}[highlights]
    return CameraColor(matrix.astype(np.float32), ceilings.astype(np.float32), mode, wide)
