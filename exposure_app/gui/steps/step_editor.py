"""What opens below the selected step: the editor that suits the declaration of its filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from exposure_app.gui.steps.color_balance_editor import ColorBalanceEditor, LightEditor
from exposure_app.gui.steps.color_wheels_editor import ColorWheelsEditor
from exposure_app.gui.steps.hue_bands_editor import HueBandsEditor
from exposure_app.gui.steps.param_editors import ParamsEditor

if TYPE_CHECKING:
    from exposure_app.filters import Filter

KINDS: Mapping[str, type[ParamsEditor]] = {
    "color_balance": ColorBalanceEditor,
    "color_wheels": ColorWheelsEditor,
    "hue_bands": HueBandsEditor,
    "light": LightEditor,
}
"""Special editors, by the kind that a declaration asks for with its attribute ``editor``."""


def build_editor(filter_: Filter) -> ParamsEditor:
    """The editor for a filter; an unknown kind, or none, gets sliders, curves and tabs of bands."""
    return KINDS.get(filter_.editor, ParamsEditor)(filter_)


def can_pick(filter_: Filter) -> bool:
    """Whether a neutral area can be picked for this filter."""
    return KINDS.get(filter_.editor, ParamsEditor).picks
