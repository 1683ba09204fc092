"""Values of PostGIS: points, lines, areas and collections within the plan's country, in the form EWKT.

Forms: OGC 06-103r4 (well-known text) with the prefix ``SRID=n;`` of PostGIS. Projections, so that a column of another
reference system lies in the same place: Snyder, *Map Projections: A Working Manual* (USGS 1395), spherical Mercator
(p. 41) and transverse Mercator (p. 61). Centres of places are projected and rounded to ten metres; figures within a
place are drawn in whole units around them.
"""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain, Facet, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.reference.places import Atlas, atlas, country_of
from datalchemy_nb.domains.strings import join

_OWN: Final = 1 << 32
_MICRO: Final = 1_000_000
_TYPED: Final = re.compile(r"\(\s*([a-zA-Z]+?)\s*(ZM|Z|M)?\s*(?:,\s*(\d+)\s*)?\)")

_RING: Final = "({0},{1},{2},{3},{0})"
_SHAPES: Final = {
    "geometry": "POINT{d}({0})",
    "point": "POINT{d}({0})",
    "linestring": "LINESTRING{d}({0},{1},{2})",
    "polygon": f"POLYGON{{d}}({_RING})",
    "multipoint": "MULTIPOINT{d}(({0}),({2}))",
    "multilinestring": "MULTILINESTRING{d}(({0},{1}),({2},{3}))",
    "multipolygon": f"MULTIPOLYGON{{d}}(({_RING}),(({{4}},{{5}},{{6}},{{7}},{{4}})))",
    "geometrycollection": "GEOMETRYCOLLECTION{d}(POINT{d}({0}),LINESTRING{d}({1},{2}))",
    "circularstring": "CIRCULARSTRING{d}({0},{1},{2})",
    "compoundcurve": "COMPOUNDCURVE{d}(({0},{1}),({1},{2}))",
    "curvepolygon": f"CURVEPOLYGON{{d}}({_RING})",
    "multicurve": "MULTICURVE{d}(({0},{1}),({2},{3}))",
    "multisurface": f"MULTISURFACE{{d}}(({_RING}))",
    "triangle": "TRIANGLE{d}(({0},{1},{2},{0}))",
    "tin": "TIN{d}((({0},{1},{2},{0})))",
    "polyhedralsurface": f"POLYHEDRALSURFACE{{d}}(({_RING}))",
}
"""Text of each kind; numbers stand for corners, ``d`` for the dimensions."""

_CORNERS: Final = ((0, 0), (1, 0), (1, 1), (0, 1), (2, 0), (3, 0), (3, 1), (2, 1))
"""Where each corner lies, in sizes of the figure, anticlockwise."""


class Kind(NamedTuple):
    """What a spatial column holds.

    Attributes:
        shape: a key of the kinds, in lower case.
        dimensions: ``""``, ``Z``, ``M`` or ``ZM``.
        srid: the spatial reference system; 0 = none.
    """

    shape: str
    dimensions: str
    srid: int


def kind_of(type_name: str) -> Kind | None:
    """Read a printed type such as ``geometry(PointZ,4326)``; None where the kind is not known.

    A geography without a reference system is in 4326.
    """
    usual = 4326 if type_name.rpartition(".")[2].startswith("geography") else 0
    found = _TYPED.search(type_name)
    if found is None:
        return Kind("geometry", "", usual)
    shape = found[1].lower()
    return Kind(shape, found[2] or "", int(found[3] or usual)) if shape in _SHAPES else None


# --- reference systems ------------------------------------------------------------------------------------------------

_A, _F = 6_378_137.0, 1 / 298.257222101
_E2 = _F * (2 - _F)
_MERCATOR: Final = frozenset({3857, 900913, 3785, 102100, 102113})
_GEOGRAPHIC: Final = frozenset({0, *range(4000, 5000), 6318, 7844, 9000, 9057})
"""EPSG numbers geographic systems from 4001 to 4999; WGS 84 and SIRGAS 2000 are there."""


def _zones(first: int, north: int, count: int, *, south: bool = False) -> dict[int, tuple[int, bool]]:
    return {first + i: (north + i, south) for i in range(count)}


_UTM: Final = {
    **_zones(32601, 1, 60),
    **_zones(32701, 1, 60, south=True),
    **_zones(31965, 11, 12),
    **_zones(31977, 17, 9, south=True),
    **_zones(29168, 18, 5),
    **_zones(29187, 17, 9, south=True),
    **_zones(25828, 28, 11),
    **_zones(26901, 1, 23),
}
"""Zone, and whether south of the equator: WGS 84, SIRGAS 2000, SAD 69, ETRS89, NAD 83."""


def is_placed(srid: int) -> bool:
    """Whether places can be put into a reference system; others get coordinates of a plane."""
    return srid in _GEOGRAPHIC or srid in _MERCATOR or srid in _UTM


def _projected(srid: int, longitude: float, latitude: float) -> tuple[float, float]:
    """Metres east and north."""
    if srid in _MERCATOR:
        return _A * math.radians(longitude), _A * math.asinh(math.tan(math.radians(latitude)))
    if srid not in _UTM:
        return 500_000.0 + longitude * 1_000, 5_000_000.0 + latitude * 1_000
    zone, south = _UTM[srid]
    # Far from the zone's meridian the series says nothing: what lies there is put onto the zone's edge.
    away = max(-6.0, min(6.0, longitude - (zone * 6 - 183)))
    phi, lam = math.radians(latitude), math.radians(away)
    ep2 = _E2 / (1 - _E2)
    n = _A / math.sqrt(1 - _E2 * math.sin(phi) ** 2)
    t, c, a = math.tan(phi) ** 2, ep2 * math.cos(phi) ** 2, lam * math.cos(phi)
    east = 0.9996 * n * (a + (1 - t + c) * a**3 / 6 + (5 - 18 * t + t * t + 72 * c - 58 * ep2) * a**5 / 120) + 500_000
    m = _A * (
        (1 - _E2 / 4 - 3 * _E2**2 / 64 - 5 * _E2**3 / 256) * phi
        - (3 * _E2 / 8 + 3 * _E2**2 / 32 + 45 * _E2**3 / 1024) * math.sin(2 * phi)
        + (15 * _E2**2 / 256 + 45 * _E2**3 / 1024) * math.sin(4 * phi)
        - (35 * _E2**3 / 3072) * math.sin(6 * phi)
    )
    fourth = (5 - t + 9 * c + 4 * c * c) * a**4 / 24 + (61 - 58 * t + t * t + 600 * c - 330 * ep2) * a**6 / 720
    north = 0.9996 * (m + n * math.tan(phi) * (a * a / 2 + fourth))
    return east, north + (10_000_000 if south else 0)


# --- values -----------------------------------------------------------------------------------------------------------


class Spatial(Facet):
    """A figure within a city of the country, as EWKT.

    Args:
        places: the cities.
        kind: what the column holds.
        box: write a ``box2d`` or ``box3d`` instead.
    """

    category: Category = "other"
    injective = False
    own_size = _OWN

    def __init__(self, places: Atlas, kind: Kind, box: str = "") -> None:
        self.places, self.entity, self.kind, self.box = places, places.entity, kind, box
        self.size = min(places.entity.size * _OWN, MAX_SIZE)
        self.in_degrees = kind.srid in _GEOGRAPHIC
        if not is_placed(kind.srid):
            self.caution = f"places cannot be put into SRID {kind.srid}; the coordinates are those of a plane"
        centres = [(float(row["longitude"]), float(row["latitude"])) for row in places.rows]
        if self.in_degrees:
            found = [(round(east * _MICRO), round(north * _MICRO)) for east, north in centres]
        else:
            metres = [_projected(kind.srid, *centre) for centre in centres]
            found = [(round(east / 10) * 1000, round(north / 10) * 1000) for east, north in metres]
        self._east, self._north = (np.array([place[i] for place in found], dtype=np.int64) for i in (0, 1))
        # Hundredths of a metre, or millionths of a degree: some eight hundred metres around the centre either way.
        self._spread = 16_000 if self.in_degrees else 160_000

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        cities = self.places.cities(entity).view(np.int64)
        east_bits, north_bits, size_bits = mix(own), mix(own ^ np.uint64(0x5A5A5A5A)), mix(own ^ np.uint64(0xA5A5A5A5))
        east = self._east.take(cities) + self._within(east_bits, self._spread)
        north = self._north.take(cities) + self._within(north_bits, self._spread)
        unit = 100 if self.in_degrees else 1_000
        size = (1 + (size_bits % np.uint64(20)).astype(np.int64)) * unit
        height = (size_bits >> np.uint64(8)) % np.uint64(900)
        corners = [self._corner(east + dx * size, north + dy * size, height) for dx, dy in _CORNERS]
        if self.box:
            names = {"box2d": ("BOX(", corners), "box3d": ("BOX3D(", corners)}[self.box]
            return join([names[0], names[1][0], ",", names[1][2], ")"])
        return join([f"SRID={self.kind.srid};" if self.kind.srid else "", *self._parts(corners)])

    def draw(self, bits: U64) -> U64:
        return self.entity.draw(bits) * np.uint64(_OWN) + (bits & np.uint64(_OWN - 1))

    @staticmethod
    def _within(bits: U64, spread: int) -> npt.NDArray[np.int64]:
        return (bits % np.uint64(spread)).astype(np.int64) - spread // 2

    def _corner(self, east: npt.NDArray[np.int64], north: npt.NDArray[np.int64], height: U64) -> pl.Series:
        scale = 6 if self.in_degrees else 2
        parts: list[pl.Series | str] = [_fixed(east, scale), " ", _fixed(north, scale)]
        shown = {"box3d": 1, "box2d": 0}.get(self.box, len(self.kind.dimensions))
        for _ in range(shown):
            parts += [" ", pl.Series(height).cast(pl.String)]
        return join(parts)

    def _parts(self, corners: list[pl.Series]) -> list[pl.Series | str]:
        dimensions = f" {self.kind.dimensions} " if self.kind.dimensions else ""
        pieces = re.split(r"\{(\d)\}", _SHAPES[self.kind.shape].replace("{d}", dimensions))
        return [corners[int(piece)] if place % 2 else piece for place, piece in enumerate(pieces) if piece]


def _fixed(values: npt.NDArray[np.int64], scale: int) -> pl.Series:
    """Whole numbers of units of 10**-scale, with the point."""
    size = np.abs(values)
    whole, rest = pl.Series(size // 10**scale).cast(pl.String), pl.Series(size % 10**scale).cast(pl.String)
    text = join([whole, ".", rest.str.zfill(scale)])
    return join(["-", text]).zip_with(pl.Series(values < 0), text)


def spatial(slot: Slot, box: str = "") -> Domain | None:
    """Return figures of the column's kind within the plan's country; None where the kind is not known."""
    kind = Kind("geometry", "", 0) if box else kind_of(slot.type_name)
    return None if kind is None else Spatial(atlas(country_of(None, slot.locale)), kind, box)
