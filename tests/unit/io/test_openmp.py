"""LibRaw computes in one thread where it is told to, and in as many as before afterwards."""

import pytest

from exposure_app.io import openmp
from exposure_app.io.formats import read_image


def test_it_holds_inside_the_block_only() -> None:
    library = openmp._library()
    if library is None:
        pytest.skip("rawpy brings no OpenMP")
    before = library.omp_get_max_threads()
    with pytest.raises(KeyError), openmp.one_thread():
        assert library.omp_get_max_threads() == 1
        raise KeyError
    assert library.omp_get_max_threads() == before


@pytest.mark.slow
def test_an_xtrans_file_gives_the_same_picture_twice(raw_folder) -> None:
    path = raw_folder / "synthetic_xtrans6mp_1.dng"
    assert (read_image(path).pixels == read_image(path).pixels).all()
