"""The hidden admin's name and passwords: nobody can guess them, and no policy refuses them."""

import secrets
import string

from portal import passwords
from portal.mail import PasswordRules
from portal.passwords import Policy

NAME_LENGTH = 16
LENGTH = 24
# Those of `passwords.SPECIAL` that WHMCS, shells and URLs leave alone.
SPECIAL = "!*-_=+"
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SPECIAL)


def new_name() -> str:
    """Letters alone: no server takes that for anything but a name."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(NAME_LENGTH))


def new_password(least: int, rules: PasswordRules | None, name: str, domain: str) -> str:
    """With every class of characters, as long as the plan (`least`) and the mail server's own rules want it."""
    least = max(LENGTH, least, rules.min_length if rules else 0)
    policy = Policy(least, upper=True, digit=True, special=True)
    while True:
        drawn = [secrets.choice(kind) for kind in CLASSES]
        drawn += [secrets.choice("".join(CLASSES)) for _ in range(least - len(drawn))]
        secrets.SystemRandom().shuffle(drawn)
        password = "".join(drawn)
        if not passwords.check(password, password, policy, name, domain):
            return password
