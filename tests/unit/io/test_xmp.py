import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app.io.iptc import iptc_as_xmp, iptc_in_resources
from exposure_app.io.xmp import DC, XMP, in_two, make_packet, merged, packet_of, property_of, said_in, text_of

HEAD = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:darktable="http://darktable.sf.net/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" """


def packet(attributes: str = "", elements: str = "") -> bytes:
    return f"{HEAD}{attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>".encode()


def carried(old: bytes, **options: bool) -> str:
    return make_packet(old, tool="t", source="s", **options).decode()  # type: ignore[arg-type]


def words(old: bytes, uri: str, name: str) -> str:
    return text_of(said_in(old).get(f"{{{uri}}}{name}"))


CREATOR = "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>"


@pytest.mark.parametrize(
    "shape",
    [
        "<xmpMM:Pantry><rdf:Bag><rdf:li><rdf:Description>{}</rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>",
        '<xmpMM:Ingredients><rdf:Bag><rdf:li rdf:parseType="Resource">{}</rdf:li></rdf:Bag></xmpMM:Ingredients>',
        '<xmpMM:DerivedFrom rdf:parseType="Resource">{}</xmpMM:DerivedFrom>',
        "<xmpMM:Pantry><rdf:RDF><rdf:Description>{}</rdf:Description></rdf:RDF></xmpMM:Pantry>",
    ],
)
def test_what_is_said_of_other_pictures_is_not_said_of_this_one(shape):
    others = CREATOR.format("Agency") + "<xmp:Rating>1</xmp:Rating><xmpRights:UsageTerms>x</xmpRights:UsageTerms>"
    assert "Agency" not in carried(packet("", shape.format(others)))
    told = carried(packet('xmp:Rating="5"', shape.format(others) + CREATOR.format("Me")))
    assert "Agency" not in told and "UsageTerms" not in told and ">5<" in told and "Me" in told


PLACES = """<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li Iptc4xmpExt:City="Plain1"/></rdf:Bag>
</Iptc4xmpExt:LocationShown>
<Iptc4xmpExt:LocationCreated rdf:parseType="Resource"><Iptc4xmpExt:Sublocation>Plain2</Iptc4xmpExt:Sublocation>
</Iptc4xmpExt:LocationCreated><dc:coverage>Plain3</dc:coverage><photoshop:State>Plain4</photoshop:State>
<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiAdrCity="Plain5" Iptc4xmpCore:CiEmailWork="me@here.org"/>
<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorCity>Plain6</plus:LicensorCity>
<plus:LicensorName>Licensor</plus:LicensorName></rdf:li></rdf:Seq></plus:Licensor>
<exif:GPSAreaInformation>Plain7</exif:GPSAreaInformation>"""
PLACE_ATTRIBUTES = (
    'photoshop:City="Plain8" photoshop:Country="Plain9" Iptc4xmpCore:Location="Plain0" Iptc4xmpCore:CountryCode="PLA" '
    'exif:GPSLatitude="33,30.6S"'
)


def test_no_place_is_told_in_any_field_or_structure_when_none_shall_be():
    old = packet(PLACE_ATTRIBUTES, PLACES)
    with_places, without = carried(old), carried(old, keep_gps=False)
    assert all(f"Plain{number}" in with_places for number in range(10))
    assert "Plain" not in without and "PLA" not in without and "GPS" not in without and "33,30" not in without
    assert "me@here.org" in without and "Licensor" in without


def test_what_describes_the_old_file_is_not_carried_on():
    told = carried(
        packet(
            'exif:ColorSpace="65535" exif:PixelXDimension="9999" tiff:Orientation="6" tiff:ImageWidth="9999" '
            'tiff:Compression="5" photoshop:ColorMode="3" photoshop:ICCProfile="Adobe RGB" dc:format="image/tiff" '
            'xmp:ModifyDate="2000-01-01" tiff:Make="Canon"'
        )
    )
    for name in (
        "ColorSpace",
        "Dimension",
        "Orientation",
        "Width",
        "Compression",
        "ColorMode",
        "ICC",
        "format",
        "Modify",
    ):
        assert name not in told
    assert "Canon" in told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1"])
def test_a_packet_may_be_in_any_encoding(encoding):
    text = packet("", CREATOR.format("Zoë\x0b")).decode()
    assert words(text.encode(encoding), DC, "creator") == "Zoë"


def test_data_sections_are_text_and_doctypes_are_refused():
    assert words(packet("", "<xmp:Label><![CDATA[a<b]]></xmp:Label>"), XMP, "Label") == "a<b"
    assert said_in(b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + packet('xmp:Label="x"')) == {}


@pytest.mark.parametrize("depth", [200, 50_000])
def test_deep_nesting_ends_nothing(depth):
    assert said_in(packet("", "<xmp:Label>" + "<a>" * depth + "</a>" * depth + "</xmp:Label>")) == {}


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_any_bytes_make_a_packet(old):
    assert "CreatorTool" in carried(old)
    assert "CreatorTool" in carried(packet("", CREATOR.format("A"))[:-20] + old)


def test_of_a_far_too_long_packet_the_rights_are_kept():
    rights = packet_of([property_of(DC, "rights", ["mine " * 1000], "Alt"), property_of(XMP, "Rating", ["4"])])
    bulk = packet_of([property_of(DC, "subject", [f"{number}" * 50 for number in range(20_000)], "Bag")])
    told = carried(merged([rights, bulk]))
    assert "mine" in told and ">4<" in told and len(told) < 100_000


def test_a_packet_too_long_for_a_segment_is_split_and_nothing_is_lost():
    whole = packet_of([property_of(DC, "subject", ["w" * 1000] * 90, "Bag"), property_of(XMP, "Rating", ["4"])])
    main, more, link = in_two(whole, 60_000)
    assert len(main) <= 60_000 and len(link) == 32 and link.encode() in main and b">4<" in main
    assert said_in(merged([main, more])).keys() == said_in(whole).keys() and b"<rdf:about" not in main + more
    assert in_two(whole, 200_000) == (whole, b"", "")


def test_of_two_packets_the_earlier_is_believed():
    first, second = packet('xmp:Rating="5"'), packet('xmp:Rating="1" xmp:Label="Red"')
    both = merged([first, b"", second])
    assert (words(both, XMP, "Rating"), words(both, XMP, "Label")) == ("5", "Red")


def test_darktables_colour_labels_are_labels():
    labels = "<darktable:colorlabels><rdf:Seq><rdf:li>2</rdf:li></rdf:Seq></darktable:colorlabels>"
    assert words(packet("", labels), XMP, "Label") == "Green"
    assert words(packet('xmp:Label="Mine"', labels), XMP, "Label") == "Mine"


# --- IPTC-IIM ---------------------------------------------------------------------------------------------------------


def field(dataset: int, value: bytes, record: int = 2) -> bytes:
    return b"\x1c" + bytes([record, dataset]) + len(value).to_bytes(2, "big") + value


def test_iptc_is_told_as_xmp():
    block = field(25, b"one") + field(25, "zwölf".encode()) + field(120, b"caption") + field(80, b"Me")
    block += field(55, b"20240506") + field(60, b"070809+0200") + field(90, b"Plaintown")
    told = iptc_as_xmp(block)
    assert words(told, DC, "subject") == "one; zwölf"
    assert (words(told, DC, "description"), words(told, DC, "creator")) == ("caption", "Me")
    assert "2024-05-06T07:08:09+02:00" in told.decode()
    assert "Plaintown" in carried(told) and "Plaintown" not in carried(told, keep_gps=False)


@pytest.mark.parametrize(
    "block",
    [
        field(90, b"\x1b%G", record=1) + field(80, "Zoë".encode()),
        field(80, b"Zo\xeb"),
        field(80, "Zoë".encode()),
        field(80, "Zoë".encode()) + b"\x1c\x02\x19\x90",  # damaged behind
    ],
)
def test_iptc_may_be_latin_or_utf8(block):
    assert words(iptc_as_xmp(block), DC, "creator") == "Zoë"


def test_iptc_is_found_among_photoshops_resources_and_in_swapped_numbers():
    block = field(80, b"Me!")
    resources = b"8BIM\x03\xed\0\0" + (4).to_bytes(4, "big") + bytes(4)
    resources += b"8BIM\x04\x04\x03abc" + len(block).to_bytes(4, "big") + block
    assert iptc_in_resources(resources) == iptc_in_resources(b"Photoshop 3.0\0" + resources) == block
    swapped = b"".join(block[place : place + 4][::-1] for place in range(0, len(block), 4))
    assert words(iptc_as_xmp(swapped), DC, "creator") == "Me!"


@settings(max_examples=50)
@given(st.binary(max_size=60))
def test_damaged_iptc_says_nothing_more(data):
    iptc_as_xmp(b"\x1c\x02\x50" + data)
    iptc_in_resources(b"8BIM" + data)
