"""Editor for numbers of bands of hue, with the hues along the tracks.

For filters whose declaration says ``editor = "hue_bands"``: their parameters are ``Bands`` of what is done to the hue,
the saturation and the luminance, in this order, and each band is called like its hue.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

from exposure_app.gui.steps.param_editors import ParamsEditor

DEGREES = {"red": 0, "orange": 30, "yellow": 60, "green": 120, "aqua": 180, "blue": 240, "purple": 270, "magenta": 300}
TURN = 30  # degrees at either end of a track of hue
SATURATION, VALUE = 0.6, 0.75  # of the colours on the tracks: in a dark window strong ones glare


def track(kind: int, band: str) -> list[QColor]:
    """Colours along the track of what is done to hue (0), saturation (1) or luminance (2) of a band."""
    hue = DEGREES[band]
    if kind == 0:
        return [_color(hue + turn, SATURATION, VALUE) for turn in (-TURN, 0, TURN)]
    if kind == 1:
        return [_color(hue, strength, VALUE * (0.7 + 0.3 * strength)) for strength in (0, SATURATION / 2, 0.9)]
    return [_color(hue, SATURATION, 0.3), _color(hue, SATURATION, 0.6), _color(hue, SATURATION / 2, 0.95)]


class HueBandsEditor(ParamsEditor):
    """Tabs of sliders whose tracks show what they lead to."""

    def build(self) -> None:
        """Make the widgets; called once."""
        super().build()
        assert self.bands is not None
        for kind, (param, sliders) in enumerate(zip(self.bands.bands, self.bands.sliders, strict=True)):
            for band, editor in zip(param.bands, sliders, strict=True):
                editor.slider.set_tint(track(kind, band))


def _color(degrees: float, saturation: float, value: float) -> QColor:
    return QColor.fromHsvF(degrees % 360 / 360, saturation, value)
