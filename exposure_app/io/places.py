"""Which fields of a photo's metadata tell where it was taken: all of them, named here and nowhere else.

EXIF tells it in a directory of its own, which is left out whole. IPTC-IIM's fields are told apart after they have
become XMP. Of a person's address, town and street count as places too: photos are taken at home.
"""

_FIELDS = frozenset(
    # IPTC Core, Photoshop and IPTC-IIM
    "City CountryCode Country Location State "
    # IPTC Extension: the structures and what is in them
    "LocationCreated LocationShown CountryName LocationId LocationName ProvinceState Sublocation WorldRegion "
    # Dublin Core
    "coverage "
    # the addresses of creator and licensor
    "CiAdrCity CiAdrCtry CiAdrExtadr CiAdrPcode CiAdrRegion "
    "LicensorCity LicensorCountry LicensorExtendedAddress LicensorPostalCode LicensorRegion "
    "LicensorStreetAddress".split()
)


def tells_place(name: str) -> bool:
    """Whether a field of XMP tells a place, be it a property or part of a structure; ``name`` without its namespace."""
    return name in _FIELDS or name.upper().startswith("GPS")
