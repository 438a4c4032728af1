"""Options that several commands have."""

from enum import StrEnum
from typing import Annotated

import typer


class OutputFormat(StrEnum):
    """File formats of finished pictures."""

    JPG = "jpg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    AVIF = "avif"


class Chroma(StrEnum):
    """Chroma subsampling of a JPEG."""

    FULL = "444"
    HALF = "422"
    QUARTER = "420"


class Highlights(StrEnum):
    """What becomes of blown highlights of a RAW file."""

    CLIP = "clip"
    BLEND = "blend"
    RECONSTRUCT = "reconstruct"


class Device(StrEnum):
    """Where to compute."""

    AUTO = "auto"
    CUDA = "cuda"
    MPS = "mps"
    CPU = "cpu"


FormatOption = Annotated[OutputFormat | None, typer.Option("--format", help="Default: as -o says, or jpg.")]
Quality = Annotated[int, typer.Option(min=1, max=100, help="Quality of a JPEG, WebP or AVIF.")]
ChromaOption = Annotated[Chroma, typer.Option(help="Chroma subsampling of a JPEG or AVIF.")]
HighlightsOption = Annotated[Highlights, typer.Option(help="What becomes of blown highlights of a RAW file.")]
DeviceOption = Annotated[Device, typer.Option(help="Where to render; auto takes a GPU if there is one.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
