import numpy as np
from PIL import Image

from exposure_app.recover_edits.error_map import STOPS, colored, draw_map, write_map


def test_larger_errors_are_lighter_and_equal_ones_alike_in_every_map() -> None:
    colors = colored(np.linspace(0, 20, 200)[None])[0].astype(float)
    assert (np.diff(colors.mean(-1)) >= 0).all()
    assert (colored(np.array([[5.0, 5.0], [1.0, 99.0]]))[0, 0] == STOPS[3][1]).all()
    assert (colored(np.array([[99.0]]))[0, 0] == STOPS[-1][1]).all()


def test_the_map_keeps_each_pixel_and_has_its_scale_below(tmp_path) -> None:
    error = np.zeros((80, 120))
    error[40, 60] = 20
    drawn = np.asarray(draw_map(error, "mean 0.1"))
    assert drawn.shape[1] == 480
    assert (drawn[160:164, 240:244] == STOPS[-1][1]).all()
    assert (drawn[:320] != drawn[0, 0]).any(-1).sum() == 16
    assert drawn[320:].std() > 0
    write_map(tmp_path / "map.png", error)
    with Image.open(tmp_path / "map.png") as written:
        assert written.size == (480, drawn.shape[0])
