"""What became of one assumption about a mail server, when it was tried on a real one."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """`noted`: it differs, and the client gets along with it. `unknown`: no usable answer came."""

    OK = "ok"
    NOTED = "noted"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checked:
    """`means`: what follows where it is not as expected. No secret is in any of it."""

    name: str
    standing: Standing
    expected: str
    seen: str
    means: str

    @property
    def good(self) -> bool:
        """Whether the portal can work with it."""
        return self.standing in (Standing.OK, Standing.NOTED)
