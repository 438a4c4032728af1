"""Distance fields of the man-made things and the figure in the sample scene (metres).

`scene_distance` answers for one group of things at a time, so that a ray only pays for what is near it. Each
answer is a pair: a distance that a ray may safely go, and the material of the nearest thing.
"""

from __future__ import annotations

import math

from numba import njit

GROUP_JETTY, GROUP_HUTS, GROUP_SAIL, GROUP_BALLOON_A, GROUP_BALLOON_B, GROUP_BALLOON_C = range(6)
WOOD, POST, ROPE, RED_HULL, BOAT_WOOD, JACKET, JEANS, SKIN, HAIR, BLACK, CARD = range(1, 12)
HUT, ROOF, TRIM, DOOR, GLASS, WHITE_HULL, SAIL, MAST, BALLOON, BASKET = range(20, 30)

JETTY_X, JETTY_Z, JETTY_LENGTH, DECK = 2.6, 12.5, 21.0, 0.75
_ANGLE = math.radians(-31.0)
AX, AZ = math.sin(_ANGLE), math.cos(_ANGLE)
"""Direction of the jetty on the ground."""
CARD_X, CARD_Y, CARD_Z, CARD_HALF_W, CARD_HALF_H = 0.70, 1.18, 16.95, 0.40, 0.29
HUT_X, HUT_Z, HUT_STEP = 33.0, 93.0, 7.5
_YAW = math.radians(58.0)
HUT_COS, HUT_SIN = math.cos(_YAW), math.sin(_YAW)
BALLOONS = ((-62.0, 97.0, 260.0, 9.8), (-262.0, 168.0, 720.0, 11.0), (232.0, 322.0, 1050.0, 11.0))
"""Centre and radius of each balloon."""


@njit(cache=True)
def box(x: float, y: float, z: float, a: float, b: float, c: float) -> float:
    """Return the distance to a box of half-sizes a, b, c at the origin."""
    qx, qy, qz = abs(x) - a, abs(y) - b, abs(z) - c
    ox, oy, oz = max(qx, 0.0), max(qy, 0.0), max(qz, 0.0)
    return math.sqrt(ox * ox + oy * oy + oz * oz) + min(max(qx, max(qy, qz)), 0.0)


@njit(cache=True)
def rod(
    x: float,
    y: float,
    z: float,
    ax: float,
    ay: float,
    az: float,
    bx: float,
    by: float,
    bz: float,
    r0: float,
    r1: float,
) -> float:
    """Return the distance to a rod from a (radius r0) to b (radius r1) with round ends."""
    px, py, pz = x - ax, y - ay, z - az
    dx, dy, dz = bx - ax, by - ay, bz - az
    t = min(1.0, max(0.0, (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz)))
    ex, ey, ez = px - dx * t, py - dy * t, pz - dz * t
    return math.sqrt(ex * ex + ey * ey + ez * ez) - (r0 + (r1 - r0) * t)


@njit(cache=True)
def _blend(a: float, b: float, k: float) -> float:
    """Return the union of two distances with a fillet of about k."""
    h = max(k - abs(a - b), 0.0) / k
    return min(a, b) - h * h * k * 0.25


@njit(cache=True)
def _figure(x: float, y: float, z: float) -> tuple[float, int]:
    """Return the photographer, standing at the origin and turned to the lake, with a tripod."""
    # Legs and shoes.
    d = min(
        rod(x, y, z, -0.11, 0.08, 0.0, -0.09, 0.86, 0.0, 0.062, 0.092),
        rod(x, y, z, 0.13, 0.08, 0.06, 0.09, 0.86, 0.0, 0.062, 0.092),
    )
    best, mat = _blend(d, rod(x, y, z, -0.07, 0.90, 0.0, 0.07, 0.90, 0.0, 0.115, 0.115), 0.06), JEANS
    d = min(
        rod(x, y, z, -0.11, 0.05, -0.04, -0.11, 0.05, 0.15, 0.055, 0.05),
        rod(x, y, z, 0.13, 0.05, 0.02, 0.14, 0.05, 0.21, 0.055, 0.05),
    )
    if d < best:
        best, mat = d, BLACK
    # Jacket: trunk, shoulders and short sleeves.
    d = rod(x, y, z, 0.0, 1.00, 0.0, 0.0, 1.34, 0.02, 0.150, 0.165)
    d = _blend(d, rod(x, y, z, -0.15, 1.41, 0.0, 0.15, 1.41, 0.0, 0.075, 0.075), 0.10)
    d = _blend(d, rod(x, y, z, -0.19, 1.40, 0.0, -0.27, 1.20, 0.08, 0.068, 0.062), 0.05)
    d = _blend(d, rod(x, y, z, 0.19, 1.40, 0.0, 0.26, 1.20, 0.08, 0.068, 0.062), 0.05)
    if d < best:
        best, mat = d, JACKET
    # Forearms and hands at the camera, neck and head.
    d = rod(x, y, z, -0.27, 1.19, 0.08, -0.10, 1.33, 0.36, 0.050, 0.038)
    d = min(d, rod(x, y, z, 0.26, 1.19, 0.08, 0.07, 1.33, 0.36, 0.050, 0.038))
    d = min(d, rod(x, y, z, 0.0, 1.44, 0.01, 0.0, 1.56, 0.03, 0.058, 0.055))
    d = min(d, rod(x, y, z, -0.005, 1.60, 0.05, 0.0, 1.70, 0.035, 0.082, 0.098))
    if d < best:
        best, mat = d, SKIN
    d = _blend(
        rod(x, y, z, 0.0, 1.71, -0.01, 0.0, 1.73, 0.03, 0.112, 0.10),
        rod(x, y, z, 0.0, 1.66, -0.06, 0.0, 1.42, -0.13, 0.075, 0.03),
        0.05,
    )
    if d < best:
        best, mat = d, HAIR
    # Camera on a tripod.
    d = box(x + 0.015, y - 1.36, z - 0.45, 0.085, 0.06, 0.05)
    d = min(d, rod(x, y, z, -0.015, 1.36, 0.50, -0.015, 1.36, 0.60, 0.045, 0.05))
    d = min(d, rod(x, y, z, -0.015, 0.95, 0.46, -0.015, 1.30, 0.46, 0.022, 0.022))
    d = min(d, rod(x, y, z, -0.015, 1.14, 0.46, -0.36, 0.0, 0.25, 0.020, 0.014))
    d = min(d, rod(x, y, z, -0.015, 1.14, 0.46, 0.36, 0.0, 0.25, 0.020, 0.014))
    d = min(d, rod(x, y, z, -0.015, 1.14, 0.46, 0.0, 0.0, 0.90, 0.020, 0.014))
    if d < best:
        best, mat = d, BLACK
    return best, mat


@njit(cache=True)
def _row_boat(u: float, y: float, v: float) -> tuple[float, int]:
    """Return a rowing boat that lies along u, afloat at y = 0."""
    t = u / 2.05
    wide = 0.66 * (1.0 - abs(t) ** 2.6) if abs(t) < 1.0 else -abs(abs(u) - 2.05)
    sheer = 0.40 + 0.20 * t * t + (0.06 * t if t > 0 else 0.0)
    hull = max(abs(v) - wide * (0.62 + 0.38 * min(1.0, max(0.0, (y + 0.12) / 0.5))), max(y - sheer, -y - 0.25)) * 0.75
    inner = max(abs(v) - wide * 0.93 + 0.035, max(abs(u) - 1.93, 0.07 - y)) * 0.75
    best, mat = max(hull, -inner), RED_HULL
    if inner < 0.012:
        mat = BOAT_WOOD
    for s in (-0.85, 0.10, 1.05):
        d = box(u - s, y - 0.30, v, 0.13, 0.018, max(0.05, 0.62 * (1.0 - abs(s / 2.05) ** 2.6) - 0.03))
        if d < best:
            best, mat = d, BOAT_WOOD
    d = rod(u, y, v, -1.4, 0.44, 0.25, 0.95, 0.47, 0.33, 0.022, 0.022)
    d = min(d, rod(u, y, v, -1.3, 0.44, -0.20, 1.0, 0.47, -0.36, 0.022, 0.022))
    if d < best:
        best, mat = d, BOAT_WOOD
    return best, mat


@njit(cache=True)
def _jetty(x: float, y: float, z: float) -> tuple[float, int]:
    """Return the jetty with its ropes, the boat, the figure and the grey card."""
    rx, rz = x - JETTY_X, z - JETTY_Z
    u = rx * AX + rz * AZ
    v = rx * AZ - rz * AX
    best, mat = box(u - JETTY_LENGTH / 2, y - DECK + 0.06, v, JETTY_LENGTH / 2, 0.06, 0.95), WOOD
    d = box(u - JETTY_LENGTH / 2, y - DECK + 0.22, abs(v) - 0.72, JETTY_LENGTH / 2 - 0.1, 0.10, 0.05)
    if d < best:
        best, mat = d, POST
    step = 2.9
    k = min(7.0, max(0.0, math.floor(u / step + 0.5)))
    lean = 0.03 * math.sin(k * 5.1 + (2.0 if v > 0 else 0.0))
    top = DECK + 0.78 + 0.10 * math.sin(k * 3.7 + (1.0 if v > 0 else 0.0))
    d = rod(u - k * step - 0.3, y, abs(v) - 1.0, 0.0, -0.6, 0.0, lean, top, lean, 0.115, 0.10)
    if d < best:
        best, mat = d, POST
    if v < 0.0:
        # A rope sags from post to post on the far side.
        s = (u - 0.3) / step
        if 0.0 < s < 7.0:
            f = 2.0 * (s - math.floor(s)) - 1.0
            sag = DECK + 0.38 + 0.27 * f * f
            d = math.sqrt((y - sag) ** 2 + (v + 1.0) ** 2) * 0.85 - 0.019
            if d < best:
                best, mat = d, ROPE
    d, m = _row_boat(u - 9.0, y - 0.02, v - 4.3 - 0.10 * (u - 9.0))
    if d < best:
        best, mat = d, m
    d = rod(u, y, v, 10.9, 0.60, 4.4, 11.9, 1.25, 1.0, 0.017, 0.017)
    if d < best:
        best, mat = d, ROPE
    fu, fv = u - 18.7, v - 0.1
    if fu * fu + fv * fv < 9.0:
        d, m = _figure(fv * 0.83 + fu * 0.56, y - DECK, fu * 0.83 - fv * 0.56)
        if d < best:
            best, mat = d, m
    d = box(x - CARD_X, y - CARD_Y, z - CARD_Z, CARD_HALF_W, CARD_HALF_H, 0.012)
    if d < best:
        best, mat = d, CARD
    d = rod(x, y, z, CARD_X - 0.2, CARD_Y + 0.1, CARD_Z + 0.05, CARD_X - 0.28, DECK, CARD_Z + 0.05, 0.014, 0.014)
    d = min(
        d, rod(x, y, z, CARD_X + 0.2, CARD_Y + 0.1, CARD_Z + 0.05, CARD_X + 0.28, DECK, CARD_Z + 0.05, 0.014, 0.014)
    )
    d = min(d, rod(x, y, z, CARD_X, CARD_Y + 0.2, CARD_Z + 0.03, CARD_X, DECK, CARD_Z + 0.5, 0.014, 0.014))
    if d < best:
        best, mat = d, POST
    return best, mat


@njit(cache=True)
def hut_local(x: float, z: float) -> tuple[float, float, int]:
    """Return a point's place in the frame of the nearest hut, across and along it, and the hut's index."""
    best = 1.0e9
    bu = bv = 0.0
    index = 0
    for k in range(4):
        px = x - HUT_X - HUT_STEP * k
        pz = z - HUT_Z - (1.2, -0.6, 0.5, -1.0)[k]
        d = px * px + pz * pz
        if d < best:
            best = d
            bu = px * HUT_COS - pz * HUT_SIN
            bv = px * HUT_SIN + pz * HUT_COS
            index = k
    return bu, bv, index


@njit(cache=True)
def _huts(x: float, y: float, z: float) -> tuple[float, int]:
    """Return the row of boat huts on their stilts."""
    u, v, k = hut_local(x, z)
    wall = 2.75 + (0.0, 0.35, 0.1, 0.5)[k]
    floor = 1.05
    body = box(u, y - floor - wall / 2, v, 1.9, wall / 2, 2.7)
    slope = y - floor - wall - 1.75 + abs(u) * 0.92
    gable = max(max(slope * 0.74, floor + wall - 0.1 - y), abs(v) - 2.7)
    best, mat = min(body, gable), HUT
    roof = max(abs((slope - 0.08) * 0.74) - 0.09, max(abs(v) - 3.0, abs(u) - 2.35))
    if roof < best:
        best, mat = roof, ROOF
    d = box(u, y - floor + 0.1, v + 0.8, 2.3, 0.1, 3.9)
    d = min(d, rod(abs(u) - 1.8, y, abs(v) - 2.6, 0.0, -1.0, 0.0, 0.0, floor, 0.0, 0.14, 0.14))
    d = min(d, rod(abs(u) - 2.1, y, v + 4.4, 0.0, -1.0, 0.0, 0.0, floor + 0.9, 0.0, 0.11, 0.11))
    if d < best:
        best, mat = d, POST
    d = box(abs(u) - 1.9, y - floor - wall / 2, abs(v) - 2.7, 0.09, wall / 2, 0.09)
    front = box(u, y - floor - 1.05, v + 2.7, 0.86, 1.15, 0.05)
    win = box(u + 1.9, y - floor - 1.65, abs(v) - 1.25, 0.05, 0.52, 0.46)
    d = min(d, min(front, win))
    if d < best:
        best, mat = d, TRIM
    d = box(u, y - floor - 1.0, v + 2.74, 0.72, 1.05, 0.05)
    if d < best:
        best, mat = d, DOOR
    d = box(u + 1.94, y - floor - 1.65, abs(v) - 1.25, 0.04, 0.43, 0.36)
    d = max(d, -box(u + 1.94, y - floor - 1.65, abs(v) - 1.25, 0.1, 0.02, 1.0))
    if d < best:
        best, mat = d, GLASS
    return best, mat


@njit(cache=True)
def _sail_boat(x: float, y: float, z: float) -> tuple[float, int]:
    """Return the sailing boat."""
    px, pz = x + 36.0, z - 150.0
    u, v = px * 0.88 - pz * 0.47, px * 0.47 + pz * 0.88
    t = u / 4.0
    wide = 1.15 * (1.0 - abs(t) ** 2.4) if abs(t) < 1.0 else -abs(abs(u) - 4.0)
    best = max(abs(v) - wide * (0.7 + 0.3 * min(1.0, max(0.0, y))), max(y - 0.85 - 0.25 * t * t, -y - 0.3)) * 0.7
    mat = WHITE_HULL
    # The sails belly out; their outline is a triangle along u and y.
    main = max(max(u - 0.45, 1.7 - y), (-(u + 3.4) * 9.2 + (y - 1.7) * 3.6) / 9.9)
    jib = max(max((u - 3.8) * 9.0 + (y - 1.3) * 3.2, 0.0) / 9.6 - 0.0, max(0.7 - u, 1.5 - y) + 0.0)
    d = max(main, abs(v - 0.35 * math.sin((u + 3.2) * 0.8)) - 0.03) * 0.7
    d = min(d, max(jib, abs(v - 0.25 * math.sin((u - 0.4) * 0.9)) - 0.03) * 0.7)
    if d < best:
        best, mat = d, SAIL
    d = min(
        rod(u, y, v, 0.55, 0.5, 0.0, 0.55, 11.4, 0.0, 0.09, 0.06),
        rod(u, y, v, 0.55, 1.6, 0.0, -3.6, 1.6, 0.2, 0.06, 0.06),
    )
    d = min(d, rod(u, y, v, 0.55, 11.2, 0.0, -4.0, 0.9, 0.0, 0.022, 0.022))
    d = min(d, rod(u, y, v, 0.55, 10.6, 0.0, 3.9, 1.0, 0.0, 0.022, 0.022))
    if d < best:
        best, mat = d, MAST
    return best, mat


@njit(cache=True)
def _balloon(x: float, y: float, z: float, r: float) -> tuple[float, int]:
    """Return a balloon of radius r with the middle of its envelope at the origin."""
    q = math.sqrt(x * x + z * z)
    # Round cone: the envelope narrows to its mouth.
    h, small = 1.28 * r, 0.20 * r
    yy = y + h
    b = (small - r) / h
    a = math.sqrt(1.0 - b * b)
    k = -q * b + yy * a
    if k < 0.0:
        best = math.sqrt(q * q + yy * yy) - small
    elif k > a * h:
        best = math.sqrt(q * q + (yy - h) * (yy - h)) - r
    else:
        best = q * a + yy * b - small
    mat = BALLOON
    d = box(x, y + 2.05 * r, z, 0.105 * r, 0.085 * r, 0.105 * r)
    s = 0.012 * r
    d = min(d, rod(abs(x), y, abs(z), 0.10 * r, -2.0 * r, 0.10 * r, 0.15 * r, -1.35 * r, 0.15 * r, s, s))
    if d < best:
        best, mat = d, BASKET
    return best, mat


@njit(cache=True)
def scene_distance(group: int, x: float, y: float, z: float) -> tuple[float, int]:
    """Return the distance to the things of a group and the nearest one's material."""
    if group == GROUP_JETTY:
        return _jetty(x, y, z)
    if group == GROUP_HUTS:
        return _huts(x, y, z)
    if group == GROUP_SAIL:
        return _sail_boat(x, y, z)
    bx, by, bz, r = BALLOONS[group - GROUP_BALLOON_A]
    return _balloon(x - bx, y - by, z - bz, r)
