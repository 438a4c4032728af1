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
def straighten(rgb, angle, left, top, right, bottom):
    """Turn clockwise by degrees about the middle and cut out a part, given in shares of width and height.

    The part is drawn towards the middle until no empty corner is in it. Between the pixels lies a cubic curve
    (Catmull-Rom), never darker than the darkest of the four pixels around.
    """
    height, width = rgb.shape[:2]
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
    x = column * cos + row * sin + width / 2 - 0.5  # where the pixels come from
    y = row * cos - column * sin + height / 2 - 0.5
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


def source(geometry: Geometry) -> tuple[list[str], list[str]]:
    """Functions, and the calls of them in order, that change ``rgb``, H x W x 3; none where nothing is to do."""
    functions, calls = [], []
    part = ", ".join(f"{share:.10g}" for share in geometry.crop)
    if geometry.turns or geometry.mirror:
        functions.append(_TURN)
        calls.append(f"turn(rgb, {geometry.turns}, {geometry.mirror})")
    if geometry.angle:
        functions.append(_STRAIGHTEN)
        calls.append(f"straighten(rgb, {geometry.angle:.10g}, {part})")
    elif geometry != geometry.upright:
        functions.append(_CROP)
        calls.append(f"crop(rgb, {part})")
    return functions, calls
