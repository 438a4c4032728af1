"""Ways to turn, straighten and crop that places in a photo have to survive."""

from exposure_app.pipeline.geometry import Geometry, Rect

GEOMETRIES = (
    Geometry(),
    Geometry(crop=Rect(0.2, 0.1, 0.9, 0.8)),
    Geometry(turns=1, mirror=True, crop=Rect(0.1, 0.3, 1, 0.9)),
    Geometry(turns=3, angle=-11.5, crop=Rect(0, 0.1, 0.9, 1)),
    Geometry(mirror=True, angle=7.0),
)
