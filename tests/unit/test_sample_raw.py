"""The sample photo that comes with the program."""

import numpy as np
import rawpy

BLACK, WHITE = 256, 4095


def test_it_is_small_enough(sample_dng):
    assert 2_000_000 < sample_dng.stat().st_size <= 16_000_000


def test_it_opens(sample_dng):
    with rawpy.imread(str(sample_dng)) as raw:
        assert (raw.sizes.width, raw.sizes.height) == (4240, 2832)
        assert raw.black_level_per_channel == [BLACK] * 4
        assert raw.white_level == WHITE
        levels = (raw.raw_image.astype(float) - BLACK) / (WHITE - BLACK)
    # Sun and glints clip, but little of the picture does; deep shade lies nine stops below.
    assert 0.0005 < np.mean(levels >= 1.0) < 0.08
    assert np.percentile(levels, 1) < 2.0**-6
    assert np.percentile(levels, 0.1) < 2.0**-7
