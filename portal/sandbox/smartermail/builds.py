"""The builds of the product this server can be: each names what it lacks and how it behaves differently."""

from dataclasses import dataclass

NEWEST = "100.new"

# Before about November 2024 changes were posted to the mailbox's own path, without `email` in the body.
OLD_ONLY = frozenset(
    {
        "POST settings/domain/user/<email>",
        "POST settings/domain/user-mail/<email>",
        "POST settings/domain/impersonate-user/<email>",
    }
)
NEW_ONLY = frozenset(
    {
        "POST settings/domain/post-user",
        "POST settings/domain/post-user-mail",
        "POST settings/domain/get-user",
        "POST settings/domain/get-user-mail",
        "POST settings/domain/get-mailbox-forward-list",
        "POST settings/domain/impersonate-user",
        "GET settings/domain/list-users",
        "POST settings/domain/account-search-quick",
        "POST settings/domain/kill-user-sessions",
        "POST settings/domain/drop-user-connections",
        "POST settings/sysadmin/get-user",
    }
)
PATH_READS = frozenset(
    {
        "GET settings/domain/user/<email>",
        "GET settings/domain/user-mail/<email>",
        "GET settings/domain/mailbox-forward-list/<email>",
    }
)


@dataclass(frozen=True)
class Build:
    """A build: `absent` routes answer 404, `traits` are ways to behave that the routes ask about."""

    note: str
    absent: frozenset[str] = OLD_ONLY
    traits: frozenset[str] = frozenset()


BUILDS = {
    NEWEST: Build("everything as in the newest documentation"),
    "100.old": Build(
        "before November 2024: changes are posted to user/{email} and user-mail/{email}; no list-users, no "
        "account-search-quick, no get-user, get-user-mail or get-mailbox-forward-list, no kill-user-sessions and "
        "drop-user-connections; domain aliases come as `data`; sign-in answers lack refreshTokenExpiration and "
        "passwordExpired, names at sign-in are case-sensitive, and a second factor is a 401",
        NEW_ONLY,
        frozenset({"old-domain-aliases", "short-sign-in", "case-sensitive-sign-in", "two-step-is-401"}),
    ),
    "100.posted-reads": Build(
        "no reads with an address in the path: only get-user and its like", OLD_ONLY | PATH_READS
    ),
    "100.path-reads": Build(
        "no get-user, get-user-mail and get-mailbox-forward-list: only reads with an address in the path",
        OLD_ONLY
        | {
            "POST settings/domain/get-user",
            "POST settings/domain/get-user-mail",
            "POST settings/domain/get-mailbox-forward-list",
        },
    ),
    "100.no-list-users": Build(
        "no list-users: sizes come from account-search-quick alone", OLD_ONLY | {"GET settings/domain/list-users"}
    ),
    "100.no-size": Build("a domain's figures have neither `size` nor `sizeMb`", traits=frozenset({"no-size"})),
    "100.null-targets": Build(
        "the list of aliases has `targets` null: only alias/{name} tells them", traits=frozenset({"null-targets"})
    ),
    "100.users-delete": Build(
        "no account-list-delete: users-delete and alias-delete instead",
        OLD_ONLY | {"POST settings/domain/account-list-delete"},
    ),
    "100.no-header": Build(
        "X-SmarterMailDomain is ignored: a system admin needs manage-domain", traits=frozenset({"no-header"})
    ),
    "100.polite": Build(
        "a refusal comes under HTTP 200 with success false (401, 403 and 404 stay)", traits=frozenset({"polite"})
    ),
    "100.lists-inactive": Build(
        "a mailbox whose ActiveSync or MAPI was switched off stays listed, with isActive false",
        traits=frozenset({"lists-inactive"}),
    ),
    "100.ignores-forwards": Build(
        "user-put accepts forwardList and does nothing with it", traits=frozenset({"ignores-forwards"})
    ),
    "100.refuses-folders": Build(
        "domain-put refuses a folder that exists already", traits=frozenset({"refuses-folders"})
    ),
    "100.login-by-address": Build(
        "retrieve-login-token knows a user by the whole address alone", traits=frozenset({"login-by-address"})
    ),
    "100.login-elsewhere": Build(
        "retrieve-login-token answers with the name of another host of the server's",
        traits=frozenset({"login-elsewhere"}),
    ),
    "100.no-login-token": Build("no retrieve-login-token", OLD_ONLY | {"POST auth/retrieve-login-token"}),
    "100.dkim-inert": Build(
        "dkim-enable answers success without effect while there was never a key", traits=frozenset({"dkim-inert"})
    ),
    "100.dkim-pending-false": Build(
        "the `pending` key of DKIM is false where there is none", traits=frozenset({"dkim-pending-false"})
    ),
    "100.dkim-pending-absent": Build(
        "the `pending` key of DKIM is left out where there is none", traits=frozenset({"dkim-pending-absent"})
    ),
    "100.dkim-no-flag": Build(
        "the domain settings lack enableDkimSigningDomainAdmin: nothing tells whether it signs",
        traits=frozenset({"dkim-no-flag"}),
    ),
    "100.dkim-right": Build(
        "enableDkimSigningDomainAdmin is the domain admin's right, always given: nothing tells whether it signs",
        traits=frozenset({"dkim-right"}),
    ),
}
