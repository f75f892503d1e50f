"""Encryption of secrets at rest, with keys that can be rotated."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_box: MultiFernet | None = None


class WrongKey(Exception):
    """A stored secret opens with none of the keys in use."""

    def __init__(self) -> None:
        super().__init__("a stored secret opens with none of PORTAL_ENCRYPTION_KEYS")


def use(keys: Sequence[str]) -> None:
    """Use these Fernet keys, oldest first: the last one encrypts, each may decrypt. Raise ValueError for a bad key."""
    global _box
    _box = MultiFernet([Fernet(key) for key in reversed(keys)])


def encrypt(text: str) -> str:
    """The text, sealed with the newest key."""
    return _in_use().encrypt(text.encode()).decode()


def decrypt(sealed: str) -> str:
    """What was sealed. Raise WrongKey."""
    try:
        return _in_use().decrypt(sealed).decode()
    except InvalidToken:
        raise WrongKey from None


def _in_use() -> MultiFernet:
    if _box is None:
        raise RuntimeError("secrets.use() comes before the first secret")
    return _box
