"""Headings that carry information themselves: "0.28.0 (2022-02-03)", "Monday 14 May", "Hours: 9 to 17", "Step 3: Flash it"."""

import re

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
# A section number: "2.", "2.1)", "2.1 Voting", "3 Methods"; but not the number of "3 May".
_OWN_NUMBER = re.compile(
    rf"\s*(?:\d{{1,3}}(?:\.\d{{1,3}})*[.)](?!\d)|\d{{1,3}}(?:\.\d{{1,3}})+(?=\s+[^\W\d])|\d{{1,2}}(?=\s+(?!(?i:{_MONTHS})\b)[A-Z]))"
)
_NUMBER = re.compile(r"(?<![\w.])v?\d|[$€£¥₹]\s?\d")
_DAY = re.compile(rf"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?!may\b)(?:{_MONTHS}))\b", re.IGNORECASE)
_LABELLED = re.compile(r"[^:]{2,40}:\s+\S")


def tells(heading: str, *, is_title: bool) -> bool:
    """Whether a heading can itself answer a question: it has a date, a version, a price, any number but its own, or a labelled value.

    In a title the words before a colon are its topic, not a label.
    """
    words = heading[own.end() :] if (own := _OWN_NUMBER.match(heading)) else heading
    return bool(_NUMBER.search(words) or _DAY.search(words) or (not is_title and _LABELLED.match(words)))
