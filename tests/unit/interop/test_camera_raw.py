import xml.etree.ElementTree as ET

import numpy as np
import pytest

from exposure_app.errors import ExposureError
from exposure_app.interop.camera_raw import (  # fmt: skip
    CRS,
    KNOTS,
    STRAIGHT,
    CameraRaw,
    crop_of,
    fitted,
    read_packet,
    write_packet,
)
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.recipe import Recipe, Step

GAMMA = Step("gamma", {"gamma": 1 / 2.2})
OLD = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
 xmp:Rating="4" crs:Exposure2012="-3.00" crs:Sharpness="40">
<crs:ToneCurvePV2012><rdf:Seq><rdf:li>0, 9</rdf:li></rdf:Seq></crs:ToneCurvePV2012></rdf:Description>
</rdf:RDF></x:xmpmeta>"""


def pixels(count: int = 3000) -> np.ndarray:
    return 0.5 * np.random.default_rng(0).random((count, 3)).astype(np.float32) ** 2


def rendered(*steps: Step) -> np.ndarray:
    return render(pixels()[None], Recipe(steps), depth=32)[0]


def test_exposure_and_curve_are_found_for_a_plain_development():
    found = fitted(pixels(), rendered(Step("exposure", {"ev": 1.5}), GAMMA))
    assert found.exposure == pytest.approx(1.5, abs=0.1)
    assert np.abs(np.array(found.curves) - KNOTS).max() < 12
    assert abs(found.saturation) <= 2
    assert not found.grayscale


def test_faded_colours_become_a_saturation():
    found = fitted(pixels(), rendered(Step("exposure", {"ev": 1.5}), GAMMA, Step("saturation", {"amount": -0.5})))
    assert found.saturation == pytest.approx(-50, abs=4)


def test_black_and_white_becomes_its_own_switch():
    picture = rendered(GAMMA, Step("black_white", {"amount": 1}), Step("contrast", {"amount": 0.5}))
    found = fitted(pixels(), picture)
    assert found.grayscale
    assert DeltaE.between(found.render(pixels()), picture).mean < 1


def test_a_cast_goes_into_the_channels_curves():
    found = fitted(pixels(), rendered(GAMMA, Step("white_balance", {"green": 0, "blue": -0.4})))
    middle = KNOTS.index(128)
    _, red, _, blue = (curve[middle] for curve in found.curves)
    assert red > blue + 20


def test_the_settings_come_back_from_the_sidecar():
    curve = (0, 10, 30, 60, 100, 130, 160, 190, 220, 250)
    settings = CameraRaw(-0.75, True, (curve, STRAIGHT, curve, STRAIGHT), -12, Rect(0.1, 0.2, 0.9, 0.75))
    assert read_packet(write_packet(settings)) == settings
    assert read_packet(write_packet(CameraRaw())) == CameraRaw()


def test_a_sidecar_that_is_there_is_added_to():
    packet = write_packet(CameraRaw(exposure=1.0), OLD)
    assert b'Rating="4"' in packet
    assert b'Sharpness="40"' in packet
    assert b"-3.00" not in packet
    assert len(list(ET.fromstring(packet).iter(f"{{{CRS}}}ToneCurvePV2012"))) == 1
    assert read_packet(packet).exposure == 1.0
    assert write_packet(CameraRaw(exposure=1.0), packet).count(b"Exposure2012") == 1


@pytest.mark.parametrize("old", [b"not XMP", b"<!DOCTYPE a><a/>", b"<other/>"])
def test_a_sidecar_that_cannot_be_read_is_not_replaced(old):
    with pytest.raises(ExposureError, match="no XMP"):
        write_packet(CameraRaw(), old)


@pytest.mark.parametrize("packet", [b"", OLD, write_packet(CameraRaw()).replace(b"128, 128", b"128; x")])
def test_a_sidecar_without_such_settings_is_refused(packet):
    with pytest.raises(ExposureError, match="no settings"):
        read_packet(packet)


def test_only_a_plain_crop_can_be_told():
    crop = Rect(0.1, 0.2, 0.9, 0.8)
    assert crop_of(Geometry(crop=crop), 1) == crop
    assert crop_of(Geometry(crop=crop), 6) is None
    assert crop_of(Geometry(crop=crop, angle=2), 1) is None
    assert crop_of(Geometry(), 1) is None
