"""Named settings of exports: some to begin with, and those of the user."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from exposure_app.errors import ExposureError
from exposure_app.export.settings import ExportSettings
from exposure_app.settings import Settings

KEY = "export.presets"

SHIPPED: dict[str, ExportSettings] = {
    "Web, 2048 px": ExportSettings(
        quality=85, resize="edge", edge=2048, sharpen="standard", keep_gps=False, folder="exported/web"
    ),
    "Full size": ExportSettings(quality=95, chroma="444", folder="exported/full"),
    "Print, 16 bit": ExportSettings(format="tiff", bits=16, color_profile="adobe-rgb", folder="exported/print"),
}

log = logging.getLogger(__name__)


def read_presets(settings: Settings) -> dict[str, ExportSettings]:
    """The presets by name, in their order; a damaged one is left out."""
    kept = cast("Mapping[str, str]", settings.get(KEY))
    if not kept:
        return dict(SHIPPED)
    found = {}
    for name, text in kept.items():
        try:
            found[name] = ExportSettings(**json.loads(text))
        except (ValueError, TypeError, ExposureError) as error:
            log.warning("the export preset %s cannot be used: %s", name, error)
    return found


def write_presets(settings: Settings, presets: Mapping[str, ExportSettings]) -> None:
    """Keep these presets; without any, those to begin with come back.

    Raises:
        ExposureError: They cannot be written.
    """
    settings.set(KEY, {name: json.dumps(asdict(preset)) for name, preset in presets.items()})
