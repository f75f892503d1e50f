"""The actions of an endpoint by name: each says which parameters it needs and which it knows."""

from collections.abc import Callable, Collection
from typing import NamedTuple, TypeAlias

from ..played.answers import Refusal
from .access import has_build, here
from .answers import Envelope, Parameters

Run: TypeAlias = Callable[[Parameters], Envelope]


class Action(NamedTuple):
    run: Run
    required: Collection[str]
    optional: Collection[str]

    def checked(self, given: Parameters) -> dict[str, str]:
        """The parameters by the names of the reference.

        PHP ignores what it does not know; here a misspelt one must not pass for a change that was made.
        """
        called = here().names
        known = {called.get(name, name): name for name in (*self.required, *self.optional)}
        for name in self.required:
            if called.get(name, name) not in given:
                raise Refusal(f"Missing parameter: {called.get(name, name)}")
        for name in given:
            if name not in known and not has_build("ignores-unknown"):
                raise Refusal(f"Unexpected parameter: {name}")
        return {known[name]: value for name, value in given.items() if name in known}


class Actions:
    """What an endpoint can do. Names are case-sensitive."""

    def __init__(self) -> None:
        self._known: dict[str, Action] = {}

    def action(self, name: str, *required: str, optional: Collection[str] = ()) -> Callable[[Run], Run]:
        def known(run: Run) -> Run:
            self._known[name] = Action(run, required, optional)
            return run

        return known

    def named(self, name: str) -> Action:
        # A text that no client takes for "what you name is not there".
        if name not in self._known:
            raise Refusal(f"Invalid action: {name}" if name else "No action given")
        return self._known[name]


admin = Actions()
user = Actions()
