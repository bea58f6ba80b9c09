"""What one text alone says in one stretch: its figures, its places, its end, whose voice it is.

Called by the dress and the likeness. Pure; must not judge whether it matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from vigie.signals.clauses import COLON, COMMA, STOP
from vigie.signals.distinguishing import CONTRARIES, ENDINGS, NEGATIONS, POLARITY
from vigie.signals.signature import Signature
from vigie.signals.voices import CALLS, CASUALTIES, COMFORT, HAPPENING

MOST_LABEL = 6
_MOST_ASIDE = 8
_MOST_REMARK = 24
_SIGNING = "mairie prefecture commune ville sdis equipe pharmacie maire service adjoint"
_SIGNERS = frozenset(_SIGNING.split())
_COUNTED_THINGS = """mort morts blesse blesses blessee blessees disparu disparus victime victimes
foyer foyers maison maisons personnes habitants evacue evacues evacuees sinistres vehicules voitures
clients abonnes pompiers hospitalises urgences deces ha"""
_COUNTED = frozenset(_COUNTED_THINGS.split())
_MEASURED = ("height_", "centimetres_", "mark_")
_WAYS = ("road_", "mark_", "phone_")
_WATER = frozenset({"eau", "niveau", "hauteur", "monte", "atteint", "debit", "fissure", "breche"})
_CANCELLED = frozenset({"annule", "annulee", "annules", "annulees"})
_FINISHED = frozenset({"fini", "finie", "finis"})
_UNITS_OF_TIME = frozenset({"min", "minutes", "ans", "an", "jours", "jour", "heures", "secondes"})
_NUMBERING_WORDS = "numero point communique message bulletin flash situation maj no"
_NUMBERED = frozenset(_NUMBERING_WORDS.split())
_AUTHORITY_WORDS = "prefecture sdis pompiers mairie entraide infos info gendarmerie police meteo"
_AUTHORITIES = frozenset(_AUTHORITY_WORDS.split())
_LEAST_OF_CLAUSE = 2
_ANY_CLAUSE = "pas plus demain soir matin nuit hier toute toutes"
_OF_ANY_CLAUSE = frozenset(_ANY_CLAUSE.split())
_DETOUR_WORDS = "passez passer contournez deviation itineraire contournement prenez"
_DETOURS = frozenset(_DETOUR_WORDS.split())
_MOST_DETOUR = 8
_PERIOD_WORDS = "semaine journee mois soiree apres matinee annee monde"
_PERIODS = frozenset(_PERIOD_WORDS.split())
_GOOD_NEWS = """revenue revenu revenus retour normale normal sain saine sauf sauve saufs sauves
indemne reprise reprend decrue ecarte"""
_TELLS_END = ENDINGS | frozenset(_GOOD_NEWS.split())


@dataclass(frozen=True, slots=True)
class Side:
    """The words of one text in one stretch, and where they stand in it.

    Attributes:
        words: Those that the other text lacks.
        at: Where the stretch begins among the owner's words.
        end: Where it ends.
        owner: The text that has them.
        other: The text that lacks them.
    """

    words: tuple[str, ...]
    at: int
    end: int
    owner: Signature
    other: Signature

    @property
    def break_before(self) -> int:
        """How strongly they are set off from what stands before."""
        return self.owner.breaks[self.at] if self.at < len(self.owner.breaks) else STOP

    @property
    def break_after(self) -> int:
        """How strongly they are set off from what follows."""
        return self.owner.breaks[self.end] if self.end < len(self.owner.breaks) else STOP

    def is_ending(self) -> bool:
        """Tell whether they say that it is over or untrue, and not of something of their own."""
        ends = {
            word
            for before, word in pairwise(("", *self.words))
            if word in ENDINGS and not (before == "pas" and word in _FINISHED)
        }
        if not ends:
            return False
        return not (self._cancels_own(ends) or self._ends_period(ends) or self._labels_end(ends))

    def denies_shared(self) -> bool:
        """``on n'a plus besoin de rien``: they deny a word of the other text."""
        return any(
            one in NEGATIONS and word in self.other.content and self.at > 0
            for one, word in pairwise(self.words)
        )

    def _cancels_own(self, ends: frozenset[str] | set[str]) -> bool:
        """``on annule la rando``: somebody's own plan, of which the other text does not speak."""
        is_own = self.break_before >= COMMA or self.opens_voice()
        if not ends <= _CANCELLED or not is_own or self.at == 0:
            return False
        rest = [word for word in self.words if word not in ends]
        return bool(rest) and set(rest).isdisjoint(self.other.content)

    def _ends_period(self, ends: frozenset[str] | set[str]) -> bool:
        """``belle fin de semaine``."""
        at = self.words.index("fin") if ends == {"fin"} else len(self.words)
        return at + 1 < len(self.words) and self.words[at + 1] in _PERIODS

    def _labels_end(self, ends: frozenset[str] | set[str]) -> bool:
        """``[FIN D'ALERTE]`` in front of what itself tells an end."""
        return (
            self.at == 0
            and self.break_after >= COLON
            and len(self.words) <= MOST_LABEL
            and CONTRARIES.isdisjoint(ends)
            and not _TELLS_END.isdisjoint(self.other.content)
        )

    def turns(self) -> bool:
        """Tell whether they deny, end, or name a side or a day."""
        return not POLARITY.isdisjoint(self.words)

    def typed_facts(self) -> list[str]:
        """Return the figures, hours, heights and roads that only this text has."""
        new = self.owner.typed_facts - self.other.all_facts
        return [word for word in self.words if word in new]

    def stated_facts(self) -> list[str]:
        """Return those of ``typed_facts`` that nobody says of themselves."""
        return [word for word in self.typed_facts() if word in self.owner.stated_facts]

    def new_places(self, *, is_comment: bool = False) -> list[str]:
        """Return the places that only this text names; in a comment, those that are led to."""
        held = set(self.words)
        named = self.owner.led_places if is_comment else self.owner.told_places
        return [name for name in named - self.other.places if not held.isdisjoint(name.split())]

    def is_rest_of_name(self) -> bool:
        """Tell whether they end a place's long name that the other text gives in short."""
        held = set(self.words)
        before = self.owner.content[: self.at]
        return any(
            held <= set(name.split()[1:]) and name.split()[0] in before[-len(name.split()) :]
            for name in self.owner.places
        )

    def is_district(self) -> bool:
        """Tell whether they number a part of a town: ``Lyon 3e``."""
        return all(word[:-1].isdigit() and word[-1] == "e" for word in self.words)

    def is_voiced(self) -> bool:
        """Tell whether somebody says most of them of themselves."""
        own = self.owner.voiced[self.at : self.end]
        return sum(own) * 2 > len(own)

    def opens_voice(self) -> bool:
        """Tell whether somebody begins to speak of themselves in them, a mark before or none."""
        return self.owner.opened[self.at] and self.is_voiced()

    def _begins_voice(self) -> bool:
        """Tell whether the voice is their own, not that of the sentence that they end."""
        is_begun = self.at == 0 or self.break_before >= COLON or not self.owner.voiced[self.at - 1]
        return self.opens_voice() or (is_begun and self.is_voiced())

    def is_aside(self) -> bool:
        """Tell whether they are a sentence of somebody's own: ``je pars à 7h15``.

        A figure of the crisis in it (victims, homes, levels), a road or a place makes it news.
        """
        return (
            self.break_before >= STOP
            and len(self.words) <= _MOST_ASIDE
            and _COUNTED.isdisjoint(self.words)
            and not any(word.startswith((*_MEASURED, "road_")) for word in self.typed_facts())
            and not self.new_places(is_comment=True)
        )

    def figures_of_telling(self) -> bool:
        """Tell whether their figures only say when or how often somebody tells it.

        Hours, minutes, ages and the number of a message; an hour that the other text could mean
        otherwise is no such figure.
        """
        hours = {fact for fact in self.other.stated_facts if fact.startswith("hour_")}
        for at, word in enumerate(self.words):
            if word not in self.typed_facts():
                continue
            before, after = ("", *self.words)[at], (*self.words, "")[at + 1]
            if word.startswith("hour_"):
                is_harmless = not hours or not hours.isdisjoint(self.owner.facts)
            else:
                is_numbered = before in _NUMBERED or self._is_department(word, before, after)
                is_harmless = word.isdigit() and (after in _UNITS_OF_TIME or is_numbered)
            if not is_harmless:
                return False
        return CASUALTIES.isdisjoint(self.words) and _WATER.isdisjoint(self.words)

    def _is_department(self, word: str, before: str, after: str) -> bool:
        """``Préfecture 58 :``, the number of a department at the end of a signature."""
        return len(word) == len("58") and before in _AUTHORITIES and not after

    def is_own_clause(self) -> bool:
        """Tell whether they are a clause on something else: ``le pain sera pas livré demain``.

        Their denial and their day are theirs then, though no mark sets them off.
        """
        said = set(self.words)
        others = said - POLARITY
        return (
            len(others) >= _LEAST_OF_CLAUSE
            and said & POLARITY <= _OF_ANY_CLAUSE
            and said.isdisjoint(self.other.content)
            and (HAPPENING | _TELLS_END | CALLS).isdisjoint(said)
        )

    def is_detour(self) -> bool:
        """Tell whether they only say which way to take instead: the fact is where it was."""
        return (
            self.break_before >= STOP
            and self.words[0] in _DETOURS
            and len(self.words) <= _MOST_DETOUR
            and _DETOURS.isdisjoint(self.other.content)
            and all(word.startswith("road_") for word in self.typed_facts())
            and POLARITY.isdisjoint(self.words)
        )

    def is_telephone(self) -> bool:
        """Tell whether they add a telephone number, of which the other text has none."""
        figures = self.typed_facts()
        return (
            bool(figures)
            and all(word.startswith("phone_") for word in figures)
            and not any(word.startswith("phone_") for word in self.other.typed_facts)
            and len(self.words) <= MOST_LABEL
            and not self.new_places()
            and not self.turns()
        )

    def is_call(self) -> bool:
        """Tell whether somebody calls for help for themselves: news, whatever stands before it."""
        said = set(self.words)
        return self.is_voiced() and not CALLS.isdisjoint(said) and COMFORT.isdisjoint(said)

    def is_remark(self) -> bool:
        """Tell whether somebody says of themselves what changes nothing: ``j'y suis depuis 2 h``.

        A call for help, a casualty, a level, another road or something that happens elsewhere is
        news of its own, whoever says it.
        """
        if not self._begins_voice() or len(self.words) > _MOST_REMARK:
            return False
        said = set(self.words)
        if self.is_call() or self.stated_facts():
            return False
        figures = self.typed_facts()
        if any(word.startswith(_WAYS) for word in figures):
            return False
        if self._counts_casualties(figures):
            return False
        if any(word.startswith(_MEASURED) for word in figures) and not _WATER.isdisjoint(said):
            return False
        return not self.new_places() or (self._is_set_off() and HAPPENING.isdisjoint(said))

    def _counts_casualties(self, figures: list[str]) -> bool:
        """Tell whether a figure counts the hurt: ``3 gros blessés``, not ``je suis mort``."""
        return any(
            word in figures and not CASUALTIES.isdisjoint(self.words[at + 1 : at + 3])
            for at, word in enumerate(self.words)
        )

    def _is_set_off(self) -> bool:
        return (self.break_after if self.at == 0 else self.break_before) >= COLON

    def is_signed(self) -> bool:
        """Tell whether the words are somebody's signature: ``La mairie de Saint-Philippe``."""
        return (
            self.break_before >= STOP
            and self.words[0] in _SIGNERS
            and len(self.words) <= MOST_LABEL
            and not self.typed_facts()
        )

    def has_names(self) -> bool:
        """Tell whether they hold a word with a capital inside its sentence."""
        return not self.owner.names.isdisjoint(self.words)

    def has_facts(self, *, is_comment: bool = False) -> bool:
        """Tell whether they hold a place or a figure of their own."""
        return bool(self.typed_facts() or self.new_places(is_comment=is_comment))
