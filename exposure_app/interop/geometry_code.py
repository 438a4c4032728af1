"""A geometry as numpy source for people, the same as ``resample`` does."""

from exposure_app.pipeline.geometry import Geometry

_TURN = '''
def turn(rgb, quarters, mirror):
    """Swap left and right, or not, then turn clockwise by quarters."""
    return np.rot90(rgb[:, ::-1] if mirror else rgb, -quarters)
'''

_CROP = '''
def crop(rgb, left, top, right, bottom):
    """Cut out a part, given in shares of width and height."""
    height, width = rgb.shape[:2]
    return rgb[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
'''

_STRAIGHTEN = '''
def aim(shape, angle, left, top, right, bottom):
    """Columns and rows that the pixels come from when a picture is turned clockwise by degrees about its middle.

    Only those of a part, given in shares of width and height, drawn towards the middle until no corner is empty.
    """
    height, width = shape[:2]
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    x, half_width = width * (left + right - 1) / 2, width * (right - left) / 2  # seen from the middle
    y, half_height = height * (top + bottom - 1) / 2, height * (bottom - top) / 2
    across = abs(x * cos + y * sin) + half_width * cos + half_height * abs(sin)
    down = abs(y * cos - x * sin) + half_height * cos + half_width * abs(sin)
    share = 1 / max(1, 2 * across / width, 2 * down / height)

    def places(middle, half, size):
        middle, half = middle * share + size / 2, half * share
        first, last = np.ceil(middle - half - 1e-6), np.floor(middle + half + 1e-6)
        if first >= last:  # thinner than a pixel
            first, last = np.floor(middle), np.floor(middle) + 1
        return np.arange(first, last) + 0.5 - size / 2

    column, row = np.meshgrid(places(x, half_width, width), places(y, half_height, height))
    return column * cos + row * sin + width / 2 - 0.5, row * cos - column * sin + height / 2 - 0.5


def straighten(rgb, angle, left, top, right, bottom):
    """Turn clockwise by degrees about the middle and cut out a part, see ``aim``.

    Between the pixels lies a cubic curve (Catmull-Rom), never darker than the darkest of the four pixels around.
    """
    height, width = rgb.shape[:2]
    x, y = aim(rgb.shape, angle, left, top, right, bottom)
    at_x, at_y = np.floor(x).astype(int), np.floor(y).astype(int)

    def pixels(i, j):
        return rgb[np.clip(at_y + j, 0, height - 1), np.clip(at_x + i, 0, width - 1)]

    def weights(t):
        before, after = t * (t * (2 - t) - 1), t * t * (t - 1)
        return np.stack([before, t * t * (3 * t - 5) + 2, t * (t * (4 - 3 * t) + 1), after]) / 2

    wx, wy = weights(x - at_x)[..., np.newaxis], weights(y - at_y)[..., np.newaxis]
    curve = sum(wy[j] * sum(wx[i] * pixels(i - 1, j - 1) for i in range(4)) for j in range(4))
    darkest = np.minimum(np.minimum(pixels(0, 0), pixels(1, 0)), np.minimum(pixels(0, 1), pixels(1, 1)))
    return np.maximum(curve, darkest)
'''


def source(geometry: Geometry, with_places: bool) -> tuple[list[str], list[str]]:
    """Functions, and the statements in order, that change ``rgb``, H x W x 3; none where nothing is to do.

    Args:
        geometry: What to do.
        with_places: Whether ``xy`` is wanted as well: the places of the pixels in the frame, by ``mask_code.PLACES``.
    """
    functions, lines = [], []
    part = ", ".join(f"{share:.10g}" for share in geometry.crop)
    if geometry.turns or geometry.mirror:
        functions.append(_TURN)
        lines.append(f"rgb = turn(rgb, {geometry.turns}, {geometry.mirror})")
    is_cropped = geometry != geometry.upright and not geometry.angle
    if with_places and geometry.angle:
        lines.append(f"xy = places(rgb.shape, *aim(rgb.shape, {geometry.angle:.10g}, {part}))")
    elif with_places:
        whole = "places(rgb.shape, *np.indices(rgb.shape[:2])[::-1])"
        lines.append(f"xy = crop({whole}, {part})" if is_cropped else f"xy = {whole}")
    if geometry.angle:
        functions.append(_STRAIGHTEN)
        lines.append(f"rgb = straighten(rgb, {geometry.angle:.10g}, {part})")
    elif is_cropped:
        functions.append(_CROP)
        lines.append(f"rgb = crop(rgb, {part})")
    return functions, lines
