"""The rules a mailbox password has to keep; static/passwords.js holds the same ones for the browser."""

from dataclasses import dataclass

SPECIAL = frozenset("!@#$%^&*-_=+")
UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
DIGITS = frozenset("0123456789")
# Unicode's White_Space.
SPACES = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | set(map(chr, range(0x2000, 0x200B)))

# Nearly every password contains a given single letter, so a mailbox called "a" would refuse them all.
SHORTEST_USER_NAME = 2
SHORTEST_LABEL = 4

# Letters beyond A-Z are compared as they are: two languages' Unicode tables need not be of the same year.
ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a plan asks of passwords. `min_length` is in characters (code points).

    `names`: user name and domain may not be in it.
    """

    min_length: int
    upper: bool
    digit: bool
    special: bool
    lower: bool = False
    no_spaces: bool = False
    names: bool = True

    @property
    def rules(self) -> list[str]:
        """The names of the rules in force, in the order they are shown."""
        chosen = {
            "upper": self.upper,
            "lower": self.lower,
            "digit": self.digit,
            "special": self.special,
            "spaces": self.no_spaces,
            "user": self.names,
            "domain": self.names,
        }
        return ["length", *(rule for rule, asked in chosen.items() if asked), "match"]


def check(password: str, again: str, policy: Policy, user_name: str, domain: str) -> list[str]:
    """The names of the rules of `policy.rules` that are broken, none when the password is good.

    `user_name` is the local part of the address. The domain counts whole and by its first label, if that has at
    least four characters. Names are found in any spelling of A-Z.
    """
    kept = {
        "length": len(password) >= max(1, policy.min_length),
        "upper": not UPPER.isdisjoint(password),
        "lower": not LOWER.isdisjoint(password),
        "digit": not DIGITS.isdisjoint(password),
        "special": not SPECIAL.isdisjoint(password),
        "spaces": SPACES.isdisjoint(password),
        "user": not _contains(password, user_name, SHORTEST_USER_NAME),
        "domain": not _contains(password, domain, 1)
        and not _contains(password, domain.partition(".")[0], SHORTEST_LABEL),
        "match": password == again,
    }
    return [rule for rule in policy.rules if not kept[rule]]


def _contains(password: str, name: str, shortest: int) -> bool:
    return len(name) >= shortest and name.translate(ASCII_LOWER) in password.translate(ASCII_LOWER)
