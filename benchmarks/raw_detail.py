"""Noise reduction on known truth, and how long noise reduction and capture sharpening take on 24 million pixels."""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.measure import Figure, timed
from exposure_app.io.detail import Detail
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.noise import Noise
from exposure_app.io.sharpen import blur_radius, sharpen
from tests.helpers.known_truth import ISOS, decibels, noise_at, write_noisy
from tests.unit.io.dng import scene

WIDTH, HEIGHT = 6000, 4000
OFF = Develop(denoise=0, color_denoise=0, sharpen=0)
AUTO = Develop(sharpen=0)


def run() -> list[Figure]:
    """Decibels by ISO, without and with noise reduction; milliseconds."""
    figures, truth = [], scene(600, 800)
    with tempfile.TemporaryDirectory() as folder:
        for iso in ISOS:
            file = write_noisy(Path(folder, "a.dng"), truth, iso)
            for name, develop in (("as it is", OFF), ("noise reduction", AUTO)):
                value = decibels(read_image(file, develop=develop).pixels, truth)
                figures.append(Figure(f"ISO {iso:,}, {name}", [value], "dB"))
    noise = noise_at(3200)
    random = np.random.default_rng(0)
    sites = random.normal(4000, 200, (HEIGHT, WIDTH)).astype(np.uint16)
    detail = Detail(Develop(), 3200, noise)
    black = np.full((2, 2), 512.0)
    pixels = np.repeat(random.random((HEIGHT, WIDTH, 1), np.float32), 3, axis=2)
    figures += [
        timed("24 MP, noise reduction", lambda: detail.clean_mosaic(sites.copy(), black, 16000.0), runs=3),
        timed("24 MP, radius of the blur", lambda: blur_radius(pixels), runs=3),
        timed("24 MP, sharpening, all edges", lambda: sharpen(pixels.copy(), 0.92, 0.7, Noise(1e-6, 1e-8)), runs=3),
    ]
    return figures
