"""What the online geocoder answered: asked once for an activation, then known.

A part of ``repository.Store``. Questions are kept as digests: no address of a person stands here.
"""

from __future__ import annotations

from dataclasses import asdict

from sqlmodel import select

from vigie.records.addresses import KnownAddresses, PlacedAddress
from vigie.store.bulk import replace_rows
from vigie.store.connection import Connected
from vigie.store.tables import AddressRow


class Addresses(Connected):
    """The geocoder's answers of each activation."""

    def addresses(self, activation_id: str) -> dict[str, PlacedAddress | None]:
        """Return the digest of each answered question to its point, None where there is none."""
        with self._reading() as session:
            found = session.exec(
                select(AddressRow.key, AddressRow.place).where(
                    AddressRow.activation_id == activation_id
                )
            )
            return {key: PlacedAddress(**place) if place else None for key, place in found}

    def keep_addresses(self, activation_id: str, answers: KnownAddresses) -> None:
        """Keep answers; a question that was answered before has the later one."""
        rows = [
            {"activation_id": activation_id, "key": key, "place": asdict(place) if place else {}}
            for key, place in answers.items()
        ]
        with self._writing() as session:
            replace_rows(session, AddressRow, rows, ("activation_id", "key"))
