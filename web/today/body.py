"""The picture of a body in the entry's form: where on it each site is, to be tapped beside the check boxes.

Tapping a place ticks the box of its site, which is what is sent; without the picture nothing is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

WIDTH: Final = 140
HEIGHT: Final = 174
"""Of the picture, in its own units: two figures of 70, the front and the back."""
_FRONT: Final = 35
_BACK: Final = 105
"""The middle of each figure."""

Box = tuple[int, int, int, int]
"""Left edge from the middle of the figure, upper edge, width, height."""
_SHOULDERS: Final[Sequence[Box]] = ((-23, 32, 13, 14), (10, 32, 13, 14))
_ON_BOTH_SIDES: Final[Mapping[str, Sequence[Box]]] = {
    "shoulder": _SHOULDERS,
    "hip": ((-20, 89, 40, 13),),
    "leg": ((-20, 103, 40, 56),),
}
_ON_THE_FRONT: Final[Mapping[str, Sequence[Box]]] = {"chest": ((-18, 47, 36, 20),)}
_ON_THE_BACK: Final[Mapping[str, Sequence[Box]]] = {
    "neck": ((-8, 21, 16, 12),),
    "upper_back": ((-10, 34, 20, 17),),
    "mid_back": ((-10, 52, 20, 17),),
    "lower_back": ((-10, 70, 20, 18),),
    "left_flank": ((-22, 62, 12, 26),),
    "right_flank": ((10, 62, 12, 26),),
}
"""Seen from behind, left is on the left."""


class Place(NamedTuple):
    """A place of a site on the picture, in its units."""

    site: str
    x: int
    y: int
    width: int
    height: int


def places() -> Iterator[Place]:
    """Every place that can be tapped."""
    for middle, more in ((_FRONT, _ON_THE_FRONT), (_BACK, _ON_THE_BACK)):
        for site, boxes in {**_ON_BOTH_SIDES, **more}.items():
            for left, top, width, height in boxes:
                yield Place(site, middle + left, top, width, height)


def body() -> dict[str, object]:
    """What the template draws."""
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "figures": ((_FRONT, _("From the front")), (_BACK, _("From behind"))),
        "places": list(places()),
    }
