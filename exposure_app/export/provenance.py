"""What a finished picture says about how it was made."""

import json

from exposure_app import __version__
from exposure_app.image import Metadata
from exposure_app.io.xmp import make_packet
from exposure_app.pipeline.recipe import Recipe, to_json

# Terms of IPTC's vocabulary of digital source types.
_BY_STYLE, _BY_HAND = "algorithmicallyEnhanced", "humanEdits"


def about(
    recipe: Recipe, metadata: Metadata, keep: bool = True, keep_gps: bool = True, embed_recipe: bool = False
) -> bytes:
    """The XMP packet of a finished picture; empty if it shall tell nothing.

    Args:
        recipe: What was done. One that a style has planned is no edit of a person's.
        metadata: Of the photo; what its XMP says is carried on.
        keep: Whether the picture tells about the photo and its making at all.
        keep_gps: Whether it tells the place.
        embed_recipe: Whether it tells the recipe, even if it tells nothing else of the photo.
    """
    if not keep and not embed_recipe:
        return b""
    return make_packet(
        metadata.xmp if keep else b"",
        tool=f"Exposure {__version__}",
        source=_BY_STYLE if recipe.style else _BY_HAND,
        keep_gps=keep_gps,
        recipe=json.dumps(to_json(recipe)) if embed_recipe else "",
    )
