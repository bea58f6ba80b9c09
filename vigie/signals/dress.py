"""Which words that one text alone has only dress it: greetings, labels, comments, dropped ends.

Called by the likeness for each stretch in which two texts differ. A place, a figure or a denial is
never dress. Pure; must not weigh how much the texts share.
"""

from __future__ import annotations

from vigie.signals.clauses import COLON, COMMA, STOP
from vigie.signals.distinguishing import POLARITY
from vigie.signals.sides import MOST_LABEL, Side
from vigie.signals.voices import CALLS, HAPPENING

_LEAST_CORE_OF_CLAUSE = 6
_MOST_INSIDE = 3
_MOST_INSIDE_SHARE = 0.3
_MOST_DRESS = 8
_LEAST_FIGURES_KEPT = 2
_MOST_STAMP = 4
_LEAST_BEFORE_FACTS = 7
_STAMPS = frozenset(
    ("il", "y", "a", "ya", "min", "minutes", "jours", "poste", "publie", "maj", "hier")
)
_SORTS = """appel temoins recherche personne disparition avis disparu disparue signale officiel
derniere minute minutes video photo edit rappel vu lu partage tous toutes chers cheres amis voisins
message mairie inondation inondations crue crues tempete orage orages canicule seisme incendie feu
cyclone avalanche neige verglas accident explosion vigilance relai relais copie encore toujours
cours nouveau actualisation confirme reprise lecture transmis recu"""
_DRESS = frozenset(_SORTS.split())
"""Words in front of a message that say what sort of message it is, not what it tells."""


def is_head_harmless(gone: Side, new: Side) -> bool:
    """Tell whether two texts begin otherwise only by a greeting or a label."""
    if not gone.words or not new.words:
        return _is_label_harmless(new if new.words else gone)
    if gone.break_after == new.break_after == COLON and _names_label(gone, new):
        return False
    dressed = [side for side in (gone, new) if _is_dress(side)]
    if dressed:
        return _is_label_harmless(new if dressed[0] is gone else gone)
    greeted = [side for side in (gone, new) if _is_greeting(side)]
    if len(greeted) == 1:
        return _is_set_label(new if greeted[0] is gone else gone)
    return bool(greeted)


def _names_label(gone: Side, new: Side) -> bool:
    """``Pfff… Rodez :`` for ``Nevers :``: a remark may stand before the label of another place."""
    for side, other in ((gone, new), (new, gone)):
        marks = [at for at in range(side.at, side.end) if side.owner.breaks[at] >= COLON]
        last = set(side.owner.content[(marks or [side.at])[-1] : side.end])
        is_place = any(not last.isdisjoint(name.split()) for name in side.new_places())
        if is_place and len(last) <= MOST_LABEL and not _is_dress(other):
            return len(other.words) <= MOST_LABEL and not other.is_remark()
    return False


def _is_dress(side: Side) -> bool:
    return side.break_after >= COMMA and _DRESS.issuperset(side.words)


def _is_set_label(side: Side) -> bool:
    return side.break_after >= COLON and len(side.words) <= MOST_LABEL and _is_label_harmless(side)


def _is_label_harmless(side: Side) -> bool:
    """Tell whether words that one text alone has in front change nothing of the fact."""
    if side.break_after >= COLON and side.is_remark():
        return True
    figures = [word for word in side.typed_facts() if not _is_district(word)]
    is_label = side.break_after >= COLON and len(side.words) <= MOST_LABEL
    if figures and side.break_after >= COLON and side.figures_of_telling():
        return len(side.words) <= _MOST_DRESS and not side.new_places()
    if figures:
        # « A31 : trois blessés » names the road of which the other text does not speak at all.
        return is_label and _are_roads(figures) and not _has_road(side)
    if side.new_places():
        return is_label
    return not side.turns() or side.break_after >= COLON


def _are_roads(facts: list[str]) -> bool:
    return all(word.startswith("road_") for word in facts)


def _has_road(side: Side) -> bool:
    return any(fact.startswith("road_") for fact in side.other.all_facts)


def _is_district(word: str) -> bool:
    """Tell whether a figure in a label numbers a part of a town: ``Lyon 3e``."""
    return word[:-1].isdigit() and word[-1] == "e"


def _is_greeting(side: Side) -> bool:
    """Tell whether words in front of the core only dress it, as a sentence of their own."""
    if side.break_after >= COLON and side.is_remark():
        return True
    return (
        side.break_after >= STOP
        and len(side.words) <= _MOST_DRESS
        and not side.has_facts(is_comment=True)
        and not side.turns()
    )


def is_tail_harmless(gone: Side, new: Side) -> bool:
    """Tell whether two texts end otherwise only by a comment, a signature or a dropped end."""
    if gone.words:
        return _is_end_replaced_harmless(gone, new) if new.words else _is_drop_harmless(gone)
    if new.is_call():
        return False
    if new.is_signed() or new.is_aside() or _is_remark_after(new):
        return True
    if new.is_detour() or new.is_telephone() or _is_stamp(new):
        return True
    has_facts = new.has_facts(is_comment=new.break_before >= STOP)
    return not has_facts and _is_turn_harmless(new)


def _is_turn_harmless(new: Side) -> bool:
    """Tell whether words of denial or day at the end are of a clause of their own, or none."""
    return not new.turns() or new.break_before >= COMMA or _is_advice(new) or new.is_own_clause()


def _is_remark_after(side: Side) -> bool:
    is_begun = side.break_before >= COMMA or side.opens_voice()
    return is_begun and side.is_remark()


def _is_advice(side: Side) -> bool:
    """``ne sortez pas``: advice, with no mark before it."""
    return side.words[0].endswith("ez") and POLARITY.intersection(side.words) <= {"pas"}


def _is_stamp(side: Side) -> bool:
    """``il y a 12 minutes``, ``(18:42)``: when it was posted, as a copied screen shows it."""
    return (
        side.break_before >= COMMA
        and len(side.words) <= _MOST_STAMP
        and bool(side.typed_facts())
        and side.figures_of_telling()
        and _STAMPS.issuperset(word for word in side.words if word not in side.typed_facts())
    )


def _is_end_replaced_harmless(gone: Side, new: Side) -> bool:
    """Tell whether a remark stands in place of a dropped end, or one farewell of another."""
    farewells = [side for side in (gone, new) if _is_farewell(side)]
    if farewells and min(gone.break_before, new.break_before) >= COLON:
        return True
    if gone.break_before < COMMA or not _is_drop_harmless(gone):
        return False
    is_plain = not gone.has_facts()
    if gone.turns() and not (is_plain and new.break_before >= STOP and not new.turns()):
        return False
    if _is_remark_after(new):
        return new.break_before >= COLON or is_plain
    if new.has_names() or not HAPPENING.isdisjoint(new.words) or not CALLS.isdisjoint(new.words):
        return False
    return _is_farewell(new, COMMA if is_plain else COLON) and (
        is_plain or gone.at >= _LEAST_BEFORE_FACTS
    )


def _is_drop_harmless(gone: Side) -> bool:
    """Tell whether a later text ends earlier: cut by a tool, or at the end of a clause."""
    if gone.other.is_cut or not gone.has_facts() or _is_remark_after(gone):
        return True
    if gone.owner.quotation_count > 1:
        return not gone.new_places()
    if gone.break_before == COLON:
        return not gone.new_places(is_comment=True)
    is_place_kept = bool(gone.owner.places & gone.other.places)
    if gone.break_before >= COMMA:
        return is_place_kept or not gone.new_places(is_comment=True)
    return gone.words[0].startswith("hour_") and not gone.new_places(is_comment=True)


def _is_farewell(side: Side, least_break: int = COLON) -> bool:
    return (
        side.break_before >= least_break
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
    if side.is_rest_of_name() or side.is_district():
        return True
    if side is gone and _is_left_out(gone):
        return core >= _LEAST_CORE_OF_CLAUSE
    if side.new_places() or side.turns() or side.has_names():
        return False
    # A figure that the other text has elsewhere: « 2 ensevelis, 2 dégagés », « …, 1 dégagé ».
    has_figures = any(word.isdigit() for word in side.words) or bool(side.typed_facts())
    if has_figures and not (side is gone and side.typed_facts() and _keeps_figures(gone)):
        return False
    return len(side.words) <= min(_MOST_INSIDE, max(1, int(_MOST_INSIDE_SHARE * core)))


def _keeps_figures(gone: Side) -> bool:
    """Tell whether a headline leaves out one figure of several: ``40 secouristes et 3 chiens``."""
    kept = gone.owner.typed_facts & gone.other.typed_facts
    return len(kept) >= _LEAST_FIGURES_KEPT and gone.other.typed_facts <= gone.owner.all_facts


def _is_left_out(gone: Side) -> bool:
    """Tell whether it is what a headline leaves out: a whole clause, or the hour."""
    if len(gone.words) == 1 and gone.words[0].startswith("hour_"):
        return True
    is_clause = gone.break_before >= COMMA and gone.break_after >= COMMA
    return is_clause and not gone.new_places() and not gone.turns()
