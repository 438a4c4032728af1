import os

from hypothesis import given
from hypothesis import strategies as st

from exposure_app.names import MAX_BYTES, as_text, fitted, sidecar_name

NAMES = st.binary(min_size=1, max_size=255).map(os.fsdecode) | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200
)


@given(NAMES, NAMES)
def test_any_name_can_be_written_down_and_no_two_in_the_same_way(one, other):
    assert (as_text(one).encode("utf-8") == as_text(other).encode("utf-8")) == (one == other)


def test_ordinary_names_are_written_down_as_they_are_and_others_cannot_pass_for_them():
    assert as_text("Größe 1.jpg") == "Größe 1.jpg"
    assert as_text(os.fsdecode(b"\xfc.jpg")) == "file:%FC.jpg" != as_text("file:%FC.jpg")


@given(NAMES, NAMES)
def test_fitted_names_fit_keep_their_ending_and_do_not_meet(one, other):
    names = [sidecar_name(one), sidecar_name(other)]
    assert all(len(os.fsencode(name)) <= MAX_BYTES and name.endswith(".exposure.json") for name in names)
    assert (one == other) == (names[0] == names[1])


def test_names_that_fit_are_left_alone():
    assert fitted("a" * 241, ".exposure.json") == "a" * 241 + ".exposure.json"
    assert fitted("a" * 242, ".exposure.json") != "a" * 242 + ".exposure.json"
