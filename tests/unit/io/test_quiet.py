import os
import threading

import pytest

from exposure_app.io.quiet import libraw_remarks


def test_libraw_is_muted_and_everyone_else_is_heard(capfd: pytest.CaptureFixture[str]) -> None:
    said = ["a.dng: Unexpected end of file", "b.nef: data corrupted at 123", "Premature end of JPEG file"]
    said += ["Corrupt JPEG data: bad Huffman code", "Unsupported marker type 0xf3"]
    with libraw_remarks() as remarks:
        os.write(2, "\n".join([said[0], "progress 3 of 7", *said[1:], ""]).encode())
    assert remarks == said
    assert capfd.readouterr().err == "progress 3 of 7\n"


def test_overlapping_threads_end_with_the_real_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    barrier = threading.Barrier(4)

    def work() -> None:
        for _ in range(20):
            barrier.wait()
            with libraw_remarks():
                os.write(2, b"x.dng: data corrupted at 5\n")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"after\n")
    assert capfd.readouterr().err.endswith("after\n")


def test_an_error_inside_restores_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), libraw_remarks():
        raise ZeroDivisionError
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"
