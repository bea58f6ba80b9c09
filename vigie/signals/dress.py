"""Which words that one text alone has only dress it: greetings, labels, comments, dropped ends.

Called by the likeness for each stretch in which two texts differ. A place, a figure or a denial is
never dress. Pure; must not weigh how much the texts share.
"""

from __future__ import annotations

from dataclasses import dataclass

from vigie.signals.distinguishing import ENDINGS, POLARITY
from vigie.signals.signature import COLON, COMMA, STOP, Signature

MOST_LABEL = 6
_LEAST_CORE_OF_CLAUSE = 6
_MOST_INSIDE = 3
_MOST_INSIDE_SHARE = 0.3
_MOST_DRESS = 8
_SIGNING = "mairie prefecture commune ville sdis equipe pharmacie votre vos maire service adjoint"
_SIGNERS = frozenset(_SIGNING.split())
_COUNTED_THINGS = """mort morts blesse blesses blessee blessees disparu disparus victime victimes
foyer foyers maison maisons personnes habitants evacue evacues evacuees sinistres vehicules voitures
clients abonnes pompiers hospitalises urgences deces ha"""
_COUNTED = frozenset(_COUNTED_THINGS.split())
_MEASURED = ("height_", "centimetres_", "mark_")
_SORTS = """appel temoins recherche personne disparition avis disparu disparue signale officiel
derniere minute video photo edit rappel vu lu partage tous toutes chers cheres amis voisins message
mairie inondation inondations crue crues tempete orage orages canicule seisme incendie feu cyclone
avalanche neige verglas accident explosion vigilance"""
_DRESS = frozenset(_SORTS.split())
"""Words in front of a message that say what sort of message it is, not what it tells."""


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
        """Tell whether they say that it is over or untrue."""
        return not ENDINGS.isdisjoint(self.words)

    def turns(self) -> bool:
        """Tell whether they deny, end, or name a side or a day."""
        return not POLARITY.isdisjoint(self.words)

    def typed_facts(self) -> list[str]:
        """Return the figures, hours, heights and roads that only this text has."""
        new = self.owner.typed_facts - self.other.facts
        return [word for word in self.words if word in new]

    def new_places(self, *, is_comment: bool = False) -> list[str]:
        """Return the places that only this text names; in a comment, those that are led to."""
        held = set(self.words)
        named = self.owner.led_places if is_comment else self.owner.places
        return [name for name in named - self.other.places if not held.isdisjoint(name.split())]

    def is_rest_of_name(self) -> bool:
        """Tell whether they end a place's long name that the other text gives in short."""
        held = set(self.words)
        before = self.owner.content[: self.at]
        return any(
            held <= set(name.split()[1:]) and name.split()[0] in before[-len(name.split()) :]
            for name in self.owner.places
        )

    def is_aside(self) -> bool:
        """Tell whether they are a sentence of somebody's own: ``je pars à 7h15``.

        A figure of the crisis in it (victims, homes, levels) or a place makes it news.
        """
        return (
            self.break_before >= STOP
            and len(self.words) <= _MOST_DRESS
            and _COUNTED.isdisjoint(self.words)
            and not any(word.startswith(_MEASURED) for word in self.words)
            and not self.new_places(is_comment=True)
        )

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


def is_head_harmless(gone: Side, new: Side) -> bool:
    """Tell whether two texts begin otherwise only by a greeting or a label."""
    if gone.words and new.words and not _DRESS.issuperset(gone.words):
        if _DRESS.issuperset(new.words):
            return _is_label_harmless(gone)
        return all(_is_greeting(side) for side in (gone, new))
    return _is_label_harmless(new if new.words else gone)


def _is_label_harmless(side: Side) -> bool:
    """Tell whether words that one text alone has in front change nothing of the fact."""
    if any(not _is_district(word) for word in side.typed_facts()):
        return False
    if side.new_places():
        return side.break_after >= COLON and len(side.words) <= MOST_LABEL
    return not side.turns() or side.break_after >= COLON


def _is_district(word: str) -> bool:
    """Tell whether a figure in a label numbers a part of a town: ``Lyon 3e``."""
    return word[:-1].isdigit() and word[-1] == "e"


def _is_greeting(side: Side) -> bool:
    """Tell whether words in front of the core only dress it, as a sentence of their own."""
    return (
        side.break_after >= STOP
        and len(side.words) <= _MOST_DRESS
        and not side.has_facts(is_comment=True)
        and not side.turns()
    )


def is_tail_harmless(gone: Side, new: Side) -> bool:
    """Tell whether two texts end otherwise only by a comment, a signature or a dropped end."""
    if gone.words and new.words:
        dressed = [side for side in (gone, new) if _is_farewell(side)]
        return bool(dressed) and min(gone.break_before, new.break_before) >= COLON
    if gone.words:
        return _is_drop_harmless(gone)
    if new.is_signed():
        return True
    if new.is_aside():
        return True
    if new.has_facts(is_comment=new.break_before >= STOP):
        return False
    return not new.turns() or new.break_before >= COMMA


def _is_drop_harmless(gone: Side) -> bool:
    """Tell whether a later text ends earlier: cut by a tool, or at the end of a clause."""
    if gone.other.is_cut or not gone.has_facts():
        return True
    if gone.owner.quotation_count > 1:
        return not gone.new_places()
    if gone.break_before == COLON:
        return not gone.new_places(is_comment=True)
    is_place_kept = bool(gone.owner.places & gone.other.places)
    if gone.break_before >= COMMA:
        return is_place_kept or not gone.new_places(is_comment=True)
    return gone.words[0].startswith("hour_") and not gone.new_places(is_comment=True)


def _is_farewell(side: Side) -> bool:
    return (
        side.break_before >= COLON
        and len(side.words) <= _MOST_DRESS
        and not side.has_facts(is_comment=True)
        and not side.turns()
    )


def is_inside_harmless(gone: Side, new: Side, core: int) -> bool:
    """Tell whether one text only adds a few words, or leaves out a clause, inside the other.

    Args:
        gone: What the later text lacks.
        new: What it adds.
        core: How many words both share.
    """
    if gone.words and new.words:
        return False
    side = gone if gone.words else new
    if side.is_rest_of_name():
        return True
    if side is gone and _is_left_out(gone):
        return core >= _LEAST_CORE_OF_CLAUSE
    if side.has_facts() or side.turns() or side.has_names():
        return False
    return len(side.words) <= min(_MOST_INSIDE, max(1, int(_MOST_INSIDE_SHARE * core)))


def _is_left_out(gone: Side) -> bool:
    """Tell whether it is what a headline leaves out: a whole clause, or the hour."""
    if len(gone.words) == 1 and gone.words[0].startswith("hour_"):
        return True
    is_clause = gone.break_before >= COMMA and gone.break_after >= COMMA
    return is_clause and not gone.new_places() and not gone.turns()
