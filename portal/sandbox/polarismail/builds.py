"""What nobody has confirmed about the real server: each build is one way it may behave that is not the default.

Several may be switched on at once. Names of parameters that may differ are a switch of their own (`names`).
"""

BUILDS = {
    "update-resets": "updateUser: what is left out of name, type and quota goes back to its default",
    "update-resets-all": "updateUser: language, time zone, date format and 2FA too go back when they are left out",
    "ignores-unknown": "parameters it does not know are ignored without a word, as PHP does by itself",
    "info-bare": "getUserInfo does not tell language, time zone, date format and 2FA",
    "info-rows": "getUserInfo answers an array of one row",
    "info-refused": "there is no getUserInfo",
    "empty-text": 'a collection without rows is ""',
    "empty-object": "a collection without rows is {}",
    "empty-refused": "a collection without rows is a refusal",
    "quota-1024": "1 GB written reads as 1024 MB",
    "row-numbers": "rows of mailboxes hold numbers instead of texts",
    "row-booleans": "`disabled` is true or false",
    "row-without-email": "rows of mailboxes lack `email`",
    "usage-text": "`usage` is a text with a unit",
    "no-meta": "a page of a list lacks `meta`",
    "capped-pages": "a page has 10 rows at most, whatever `limit` says",
    "list-addresses": "`lname` of a row is the whole address",
    "verification-object": "getDomainVerification tells type, host and value as an object",
    "error-in-message": "the text of a refusal is in `message`, and `returndata` is empty",
    "repeat-refused": "a mailbox that is disabled already cannot be disabled, nor an enabled one enabled",
    "removal-cascades": "removeUser takes along the aliases that point to the mailbox and its memberships",
    "members-lenient": "adding a member twice and removing one that is absent succeed",
    "list-kept-with-members": "removeList refuses while there are members",
    "password-reuse": "a password that the mailbox had before is refused",
    "remote-limit": "four aliases and four members of each list may lie outside this account",
    "one-call-tokens": "a token is good for one call",
    "one-token": "a new sign-in ends the tokens of the earlier ones",
    "otp-for-disabled": "a disabled mailbox gets a one-time password, which lets it in",
    "webmail-bare-url": "`url` of getOTPassAndToken is a host name without scheme and query",
}
