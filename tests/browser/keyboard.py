"""Somebody who has a keyboard and no mouse."""

from collections.abc import Callable

from playwright.sync_api import Frame, Locator

MOST_STOPS = 80

# Where the keyboard is, and whether one can see it there.
FOCUS = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    return {
        here: document.hasFocus() && at !== document.body && at.checkVisibility(),
        name: at.outerHTML.slice(0, 150),
        seen: style.outlineStyle !== "none" || style.boxShadow !== "none",
    };
}"""
HAS_FOCUS = "all => document.hasFocus() && all.includes(document.activeElement)"


class Keyboard:
    """Presses keys, and remembers the stops at which nothing showed where it was.

    Names of controls are given in English and looked for in the language of `say`.
    """

    def __init__(self, portal: Frame, say: Callable[[str], str] = str) -> None:
        self.portal = portal
        self.say = say
        self.unseen: set[str] = set()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.portal.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.portal.page.keyboard.type(text)

    def link(self, name: str) -> None:
        """Follow a link."""
        self.to(self.portal.get_by_role("link", name=self.say(name), exact=True))
        self.press("Enter")

    def button(self, name: str) -> None:
        """Press a button."""
        self.to(self.portal.get_by_role("button", name=self.say(name), exact=True))
        self.press("Enter")

    def switch(self, name: str) -> None:
        """Switch a box on or off."""
        self.to(self.portal.get_by_role("checkbox", name=self.say(name), exact=True))
        self.press("Space")

    def write(self, label: str, text: str) -> None:
        """Type into a field in the place of what is there. Of a list of fields the label has the number."""
        name, _, number = label.partition("#")
        label = f"{self.say(name.strip())} {number}" if number else self.say(name)
        self.to(self.portal.get_by_role("textbox", name=label, exact=True))
        self.press("ControlOrMeta+a", "Delete")
        self.type(text)

    def tab_to(self, wanted: str) -> None:
        """Press Tab until the focus is on what this selector finds."""
        self.to(self.portal.locator(wanted))

    def to(self, wanted: Locator, key: str = "Tab") -> None:
        """Press a key until the focus is on what is wanted."""
        for _ in range(MOST_STOPS):
            self.press(key)
            focus = self.portal.evaluate(FOCUS)
            if focus["here"] and not focus["seen"]:
                self.unseen.add(focus["name"])
            if self.on(wanted):
                return
        raise AssertionError(f"{key} does not lead to {wanted}")

    def at(self, wanted: str) -> bool:
        """Whether the focus is on what this selector finds."""
        return self.on(self.portal.locator(wanted))

    def on(self, wanted: Locator) -> bool:
        return wanted.evaluate_all(HAS_FOCUS)

    @property
    def lost(self) -> bool:
        """Whether the next key would go nowhere in particular."""
        return not self.portal.evaluate(FOCUS)["here"]
