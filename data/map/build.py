"""Make ``departements.geojson`` from the contours that ``data/README.md`` credits.

Run by hand: ``python data/map/build.py SOURCE.geojson``. Rounds to four decimals (11 m), drops
points that then coincide, turns rings by the right-hand rule (RFC 7946, 3.1.6), sorts by code.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

_DECIMALS = 4
_LEAST_POINTS = 4
HERE = Path(__file__).resolve().parent

Ring = list[tuple[float, float]]


def ring_area(ring: Ring) -> float:
    """Return the signed area in square degrees: positive = counter-clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def rounded(ring: list[list[float]], *, is_outer: bool) -> Ring:
    """Return a ring rounded, without repeated points, turned as its role asks; maybe empty."""
    points: Ring = []
    for lon, lat in ring:
        point = (round(lon, _DECIMALS), round(lat, _DECIMALS))
        if not points or points[-1] != point:
            points.append(point)
    if len(points) < _LEAST_POINTS:
        return []
    return points if (ring_area(points) > 0) == is_outer else points[::-1]


def build(source: Path) -> str:
    """Return the file's text: one department a line."""
    lines = []
    features = json.loads(source.read_text(encoding="utf-8"))["features"]
    for feature in sorted(features, key=lambda one: one["properties"]["code"]):
        shape = feature["geometry"]
        parts = shape["coordinates"]
        polygons = [parts] if shape["type"] == "Polygon" else parts
        turned = [
            [ring for n, one in enumerate(polygon) if (ring := rounded(one, is_outer=n == 0))]
            for polygon in polygons
        ]
        made = {
            "type": "Feature",
            "properties": {
                "code": feature["properties"]["code"],
                "name": feature["properties"]["nom"],
            },
            "geometry": {"type": "MultiPolygon", "coordinates": [one for one in turned if one]},
        }
        lines.append(json.dumps(made, ensure_ascii=False, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


if __name__ == "__main__":
    (HERE / "departements.geojson").write_text(build(Path(sys.argv[1])), encoding="utf-8")
