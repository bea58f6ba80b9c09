"""Which question a row has for the online geocoder, and its answer laid over the row's cells.

Called by ``describing``, so that a row described anew keeps its finer point, and by ``geocoding``,
which asks. Pure: asks nobody itself. Only the machine's own commune point is ever refined.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from vigie.records.addresses import KnownAddresses
from vigie.records.observation import CellValue
from vigie.signals.addresses import address_in
from vigie.signals.gazetteer import Commune, Gazetteer
from vigie.signals.normalisation import fold, words

GEOCODER_ID = "geocoder:geoplateforme"
"""Names the geocoder in health and journal; no source of a convention can bear it."""
_BETWEEN = " ; "
"""Between the names that ``Lieu`` lists."""


@dataclass(frozen=True, slots=True)
class AddressQuestion:
    """An address in a commune: all that is ever asked with."""

    address: str
    commune: Commune

    @property
    def key(self) -> str:
        """Digest by which the answer is kept."""
        told = json.dumps([fold(self.address), self.commune.insee])
        return hashlib.sha256(told.encode()).hexdigest()


def question_of(cells: Mapping[str, CellValue], gazetteer: Gazetteer) -> AddressQuestion | None:
    """Return what could be asked to place a row better than by its commune, or None.

    None too where the row has another point than its commune's, or its text names several
    communes: nobody could say in which of them the street lies.

    Args:
        cells: The machine's cells.
        gazetteer: All communes.
    """
    name, text = cells.get("commune"), cells.get("original_text")
    if not isinstance(name, str) or not isinstance(text, str):
        return None
    address = address_in(text, name)
    commune = _commune_of(name, cells, gazetteer) if address else None
    if not address or commune is None:
        return None
    for part in str(cells.get("place") or "").split(_BETWEEN):
        codes = gazetteer.codes_named(words(part))
        if codes and commune.insee not in codes:
            return None
    return AddressQuestion(address, commune)


def refined(
    cells: dict[str, CellValue], gazetteer: Gazetteer, answers: KnownAddresses
) -> dict[str, CellValue]:
    """Return the cells with the finer point that was answered, or as they are.

    Args:
        cells: The machine's cells.
        gazetteer: All communes.
        answers: By the digest of the question.
    """
    if not answers:
        return cells
    question = question_of(cells, gazetteer)
    placed = answers.get(question.key) if question else None
    former = cells.get("precision_metres")
    if question is None or placed is None:
        return cells
    if isinstance(former, int | float) and former <= placed.precision_metres:
        return cells
    names = [question.address, *str(cells.get("place") or "").split(_BETWEEN)]
    return cells | {
        # The words that led to the point stand beside it.
        "place": _BETWEEN.join(dict.fromkeys(filter(None, names))),
        "lat": placed.lat,
        "lon": placed.lon,
        "precision_metres": placed.precision_metres,
    }


def _commune_of(name: str, cells: Mapping[str, CellValue], gazetteer: Gazetteer) -> Commune | None:
    """Return the commune of a name whose own point a row has."""
    point = (cells.get("lon"), cells.get("lat"))
    found = (gazetteer.commune(code) for code in gazetteer.codes_named(words(name)))
    return next((one for one in found if one.lat is not None and (one.lon, one.lat) == point), None)
