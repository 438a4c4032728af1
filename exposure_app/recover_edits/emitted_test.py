"""A test for an emitted module: it holds the module to the picture, and needs numpy and Pillow only."""

_SOURCE = '''"""Holds {module} to the picture that Exposure made with the same steps.

Run it with pytest, or with python alone. {before} holds the picture before in linear light, {after} what the steps
make of it. Needs numpy and Pillow.
"""

import runpy
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent


def test_the_module_gives_the_picture_within_one_code():
    retouch = runpy.run_path(str(HERE / "{module}"))["retouch"]
    before = np.load(HERE / "{before}").astype(float)
    wanted = np.asarray(Image.open(HERE / "{after}")).astype(int)
    codes = np.rint(255 * retouch(before)).astype(int)
    assert np.abs(codes - wanted).max() <= 1


if __name__ == "__main__":
    test_the_module_gives_the_picture_within_one_code()
    print("{module} gives the picture within one of 255 codes")
'''


def source_of_test(module: str, before: str, after: str) -> str:
    """The source of the test.

    Args:
        module: File name of the module, beside the test.
        before: File name of the picture before: an array in numpy's format, H x W x 3, linear light.
        after: File name of what the steps make of it: a PNG of 8 bits.
    """
    return _SOURCE.format(module=module, before=before, after=after)
