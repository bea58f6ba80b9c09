"""Rules of where a convention holds. Called by the loader; pure.

Source of the department codes: INSEE, code officiel géographique.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vigie.convention.document import Breach, Document
from vigie.convention.registry import Registry
from vigie.language import say

METROPOLITAN = frozenset({f"{number:02d}" for number in range(1, 96)} - {"20"} | {"2A", "2B"})
# Departments and regions 971–976; collectivities 975, 977, 978, 984, 986–988; Clipperton 989.
OVERSEAS = frozenset(
    ["971", "972", "973", "974", "975", "976", "977", "978", "984", "986", "987", "988", "989"],
)
DEPARTMENTS = METROPOLITAN | OVERSEAS

_Territory = Mapping[str, object]


def department_of(commune: str) -> str:
    """Return the department of an INSEE code of a commune: three characters overseas, else two."""
    return commune[:3] if commune[:2] in {"97", "98"} else commune[:2]


def not_empty(document: Document, _registry: Registry) -> Iterable[Breach]:
    """A territory names at least something."""
    territory = document.value("territory")
    if isinstance(territory, Mapping) and not any(
        value for name, value in territory.items() if name not in {"places", "geocoder"}
    ):
        yield Breach(
            ("territory",),
            say("The territory is empty."),
            say("Name departments or communes, or write all_france: true or overseas: true."),
        )


def departments_exist(document: Document, _registry: Registry) -> Iterable[Breach]:
    """Each department exists."""
    for at, code in document.texts("territory", "departments"):
        if code not in DEPARTMENTS:
            yield Breach(
                ("territory", "departments", at),
                say("There is no department {code}.", code=code[:10]),
                say('Corsica is "2A" and "2B"; overseas codes have three digits: "971" to "989".'),
            )


def communes_belong(document: Document, _registry: Registry) -> Iterable[Breach]:
    """Each commune lies in an existing department, and in a listed one if any is listed."""
    listed = {code for _, code in document.texts("territory", "departments")}
    is_everywhere = document.value("territory", "all_france") is True
    has_overseas = document.value("territory", "overseas") is True
    for at, commune in document.texts("territory", "communes"):
        department = department_of(commune)
        if department not in DEPARTMENTS:
            yield Breach(
                ("territory", "communes", at),
                say("The commune {code} lies in no department that exists.", code=commune[:10]),
                say("Write the INSEE code, which is not the postcode."),
            )
        elif (
            listed
            and department not in listed
            and not is_everywhere
            and not (has_overseas and department in OVERSEAS)
        ):
            yield Breach(
                ("territory", "communes", at),
                say(
                    "The commune {code} lies in department {department}, which is not listed.",
                    code=commune,
                    department=department,
                ),
                say(
                    'Add "{department}" to departments, or correct the code.', department=department
                ),
            )
