"""reStructuredText: the rendered text, including roles and directives of Sphinx."""

import pytest

from embeddings.errors import SourceError
from embeddings.loaders import load
from embeddings.types import About, Document, Kind

MANUAL = """\
:orphan:
:tocdepth: 2

========
The pool
========

:Author: Ada Lind
:Date: 2024-03-14
:Status: Final [1]_
:nowiki:

.. contents::

.. a remark

It opens in *May* [1]_, see :ref:`the map <map>`, :class:`~town.pool.Slide` and `nowhere`_.
Press :kbd:`Ctrl+C` for ``help`` (:menuselection:`&File --> Help`), |now| or `rules`:any:.

Depth : metres
  Three.

Towel

  What you bring.

  Or rent.

.. note:: Wash first.

.. warning::
   :since: 3

   Never run.

.. admonition:: In winter

   It is closed.

.. code-block:: python
   :linenos:

   swim(far=True)

   rest()

Type::

    swim --far

a. first
b. second

3) third

.. list-table:: Prices
   :header-rows: 1

   * - Who
     - Price
   * - Adults
     - 4.50

.. toctree::
   :maxdepth: 2

   rules

.. raw:: html

   <b>secret</b>

.. include:: /etc/passwd

.. csv-table::
   :file: /etc/passwd

.. image:: pool.png
   :alt: a picture

Rules
=====

In short
--------

-r  Rescues.

.. |now| date::
.. [1] Unless it rains.
.. [Lind] A book.
.. _map: https://pool.example/
"""


def blocks(document: Document) -> list[tuple[Kind, str]]:
    return [(block.kind, block.span.of(document.text)) for block in document.blocks]


def test_a_manual_is_what_its_reader_sees() -> None:
    document = load(MANUAL.encode(), source="pool.rst")
    assert (document.title, document.about) == ("The pool", About(author="Ada Lind", published="2024-03-14"))
    assert blocks(document) == [
        (Kind.HEADING, "The pool"),
        (Kind.BYLINE, "Author: Ada Lind"),
        (Kind.DATELINE, "Date: 2024-03-14"),
        (Kind.LIST_ITEM, "Status: Final"),
        (
            Kind.PARAGRAPH,
            "It opens in May, see the map, Slide and nowhere. Press Ctrl+C for help (File ‣ Help), |now| or rules.",
        ),
        (Kind.LIST_ITEM, "Depth (metres): Three."),
        (Kind.PARAGRAPH, "Towel"),
        (Kind.QUOTE, "What you bring."),
        (Kind.QUOTE, "Or rent."),
        (Kind.PARAGRAPH, "Wash first."),
        (Kind.PARAGRAPH, "Never run."),
        (Kind.PARAGRAPH, "In winter"),
        (Kind.PARAGRAPH, "It is closed."),
        (Kind.CODE, "swim(far=True)\n\nrest()"),
        (Kind.PARAGRAPH, "Type:"),
        (Kind.CODE, "swim --far"),
        (Kind.LIST_ITEM, "a. first"),
        (Kind.LIST_ITEM, "b. second"),
        (Kind.LIST_ITEM, "3. third"),
        (Kind.CAPTION, "Prices"),
        (Kind.HEADING, "Who | Price"),
        (Kind.TABLE_ROW, "Adults | 4.50"),
        (Kind.HEADING, "Rules"),
        (Kind.HEADING, "In short"),
        (Kind.LIST_ITEM, "-r: Rescues."),
        (Kind.PARAGRAPH, "Unless it rains."),
        (Kind.PARAGRAPH, "[Lind] A book."),
    ]
    assert document.blocks[-1].heading == ("Rules", "In short")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param(
            ".. glossary::\n\n   Slide\n\n      A :term:`tower` of *water*.\n\n      It is wet.\n\n   .. a remark\n   Towel\n   Cloth : c\n      Dries.\n   Left",
            "- Slide: A tower of water.\n\nIt is wet.\n\n- Towel, Cloth: Dries.\n\nLeft",
            id="a glossary",
        ),
        pytest.param(".. versionadded:: 3.2\n   The slide.", "New in version 3.2: The slide.", id="a version"),
        pytest.param(
            ".. deprecated:: 4 Use *both*.", "Deprecated since version 4: Use both.", id="a version in a line"
        ),
        pytest.param(".. versionchanged:: 4\n\n   - Wet.", "Changed in version 4:\n\n- Wet.", id="a version of a list"),
        pytest.param(".. py:function:: swim(*args)\n   :async:\n\n   Swims.", "- swim(*args): Swims.", id="a function"),
        pytest.param(".. tab-item:: On *foot*\n\n   Walk.", "- On foot: Walk.", id="a tab"),
        pytest.param(".. only:: html\n\n   Seen.", "Seen.", id="a condition"),
        pytest.param(
            ".. seealso:: The map.\n\n.. youtube:: x1\n\nText.",
            "The map.\n\nText.",
            id="a name of which nothing is said",
        ),
        pytest.param(".. prompt:: bash\n\n   swim --far", "swim --far", id="a prompt"),
        pytest.param("One `link <https://a.example>`__, a *star and x_", "One link, a *star and x", id="mistakes"),
        pytest.param("| One\n| two", "One\n\ntwo", id="lines"),
    ],
)
def test_what_sphinx_has_beside_docutils_is_its_words(text: str, read: str) -> None:
    assert load(f"{text}\n".encode(), source="a.rst").text == read


def test_what_docutils_breaks_on_is_read_as_plain_text() -> None:
    # Block quotes nested this deep exceed its recursion limit.
    text = "\n\n".join(f"{' ' * depth}Deep {depth}." for depth in range(400))
    assert "Deep 399." in load(text.encode(), source="a.rst").text


def test_what_holds_nothing_to_see_is_refused() -> None:
    with pytest.raises(SourceError, match="no text"):
        load(b".. toctree::\n\n   rules\n", source="a.rst")


def test_it_is_told_by_its_media_type() -> None:
    assert load(b"A :ref:`map`.", source="stdin:x", media_type="text/x-rst").text == "A map."
