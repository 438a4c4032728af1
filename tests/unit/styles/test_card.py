"""A style's header in parts that a person reads, whatever the header holds."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import paths
from exposure_app.agent.header import StyleHeader, list_styles
from exposure_app.styles.card import style_card

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
keys = st.sampled_from(["photos", "intersections", "usage", "parameters", "data", "licences", "device", "results"])
sections = st.dictionaries(keys, anything | st.dictionaries(keys, anything), max_size=6)


def test_the_card_of_a_shipped_style_has_figures_usage_and_licences() -> None:
    shipped = [style for style in list_styles() if style.path is not None and style.path.parent == paths.models_dir()]
    assert shipped
    for style in shipped:
        card = style_card(style)
        assert card.title == style.title and card.tested > 0 and card.compared > 0
        assert card.likeness[0].of == "results" and card.likeness[-1].of == "ceiling"
        assert all(0 <= value <= 100 for row in card.likeness for value in row.values)
        assert sum(row.share for row in card.usage) == pytest.approx(1, abs=0.01)
        assert [row.share for row in card.usage] == sorted((row.share for row in card.usage), reverse=True)
        assert all(row.words for row in card.usage if row.share)
        assert all(source.photos and source.licence for source in card.sources)
        assert dict(card.facts)["torch"]


def test_a_style_without_figures_has_a_card_all_the_same() -> None:
    card = style_card(StyleHeader("mine"))
    assert (card.title, card.tested, card.likeness, card.usage, card.sources) == ("mine", 0, (), (), ())


def test_a_missing_quantity_is_no_number() -> None:
    card = style_card(StyleHeader("x", figures={"intersections": {"results": {"contrast": [50.0, 40, 60]}}}))
    assert card.likeness[0].values[1] == 50 and math.isnan(card.likeness[0].values[0])


@settings(max_examples=60)
@given(figures=sections, facts=sections)
def test_nothing_in_a_header_can_break_it(figures: dict[str, Any], facts: dict[str, Any]) -> None:
    style_card(StyleHeader("x", "X", figures=figures, facts=facts))
