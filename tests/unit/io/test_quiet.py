import os
import threading

import pytest

from exposure_app.io.quiet import without_libraw_noise


def test_libraw_is_muted_and_everyone_else_is_heard(capfd: pytest.CaptureFixture[str]) -> None:
    with without_libraw_noise():
        os.write(2, b"a.dng: Unexpected end of file\nprogress 3 of 7\nb.nef: data corrupted at 123\n")
    assert capfd.readouterr().err == "progress 3 of 7\n"


def test_overlapping_threads_end_with_the_real_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    barrier = threading.Barrier(4)

    def work() -> None:
        for _ in range(20):
            barrier.wait()
            with without_libraw_noise():
                os.write(2, b"x.dng: data corrupted at 5\n")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"after\n")
    assert capfd.readouterr().err.endswith("after\n")


def test_an_error_inside_restores_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), without_libraw_noise():
        raise ZeroDivisionError
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"
