"""The data types: overlap of spans."""

import pytest

from embeddings.types import Span


@pytest.mark.parametrize(
    ("other", "is_shared"),
    [
        (Span(0, 5), False),
        (Span(0, 6), True),
        (Span(6, 7), True),
        (Span(0, 20), True),
        (Span(9, 20), True),
        (Span(10, 20), False),
    ],
)
def test_spans_overlap_where_a_code_point_is_in_both(other: Span, is_shared: bool) -> None:
    span = Span(5, 10)
    assert span.overlaps(other) is other.overlaps(span) is is_shared
