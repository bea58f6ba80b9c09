"""Messages for people: English in the code, other languages in one catalogue file each.

``say`` is called by every room for whatever a person reads; ``label`` gives the word for a code
(``status``, ``urgency``, ``category``, ``column``, ``sheet`` …). A language is one file
``vigie/language/<code>.po`` plus one folder of templates. Must not know any room.
"""

from __future__ import annotations

import functools
from importlib import resources

from babel.messages.pofile import read_po

_NO_CONTEXT = ""


class Catalogue:
    """The sentences and labels of one language.

    Args:
        code: Language code such as ``fr``.
        sentences: English sentence (with ``{placeholders}``) to translated sentence.
        labels: (context, code) to label.
    """

    def __init__(
        self, code: str, sentences: dict[str, str], labels: dict[tuple[str, str], str]
    ) -> None:
        self.code = code
        self._sentences = sentences
        self._labels = labels
        self._codes = {(context, text.casefold()): key for (context, key), text in labels.items()}

    def say(self, sentence: str, /, **values: object) -> str:
        """Return the sentence in this language with its placeholders filled.

        A sentence that the catalogue lacks stays English: better read than lost.
        """
        text = self._sentences.get(sentence) or sentence
        return text.format(**values) if values else text

    def label(self, context: str, code: str) -> str:
        """Return the word for a code, or the code itself where the catalogue has none."""
        return self._labels.get((context, code), code)

    def code_of(self, context: str, text: str) -> str | None:
        """Return the code whose label people typed (any case), or None if it is no label."""
        folded = text.strip().casefold()
        return self._codes.get((context, folded))

    def codes(self, context: str) -> list[str]:
        """Return the codes known in a context, in the catalogue's order."""
        return [code for (ctx, code) in self._labels if ctx == context]


@functools.cache
def catalogue(code: str) -> Catalogue:
    """Return the catalogue of a language; ``en`` and unknown codes give English sentences.

    Labels of a language without a file are those of French turned into their codes.
    """
    file = resources.files(__name__).joinpath(f"{code}.po")
    sentences: dict[str, str] = {}
    labels: dict[tuple[str, str], str] = {}
    if file.is_file():
        with file.open("rb") as handle:
            for message in read_po(handle, locale=code):
                if not message.id or not isinstance(message.id, str):
                    continue
                if message.context:
                    labels[message.context, message.id] = str(message.string)
                else:
                    sentences[message.id] = str(message.string)
    return Catalogue(code, sentences, labels)


_current: list[str] = ["fr"]


def use_language(code: str) -> None:
    """Choose the language of ``say`` for this process (the command line does, from VIGIE_LANG)."""
    _current[0] = code


def current_language() -> str:
    """Return the code of the language that ``say`` speaks in this process."""
    return _current[0]


def say(sentence: str, /, **values: object) -> str:
    """Return a sentence in the process's language; see ``Catalogue.say``."""
    return catalogue(_current[0]).say(sentence, **values)
