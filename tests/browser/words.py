"""The portal's texts in the languages that its customers read."""

from collections.abc import Callable

from babel.messages.pofile import read_po

from portal import ROOT

FRENCH = ROOT / "portal" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"


def english(text: str) -> str:
    return text


def french() -> Callable[[str], str]:
    """What turns an English text of the portal into the French one; names like MAPI have none and stay."""
    with FRENCH.open("rb") as file:
        catalogue = read_po(file)

    def say(text: str) -> str:
        message = catalogue.get(text)
        return str(message.string) if message else text

    return say
