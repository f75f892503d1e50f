"""The values a fresh domain and a fresh mailbox start with."""

from typing import Any

NEVER = "0001-01-01T00:00:00"

# The `domainSettings`, with the values of a fresh domain. Sizes are bytes, 0 = no limit.
SETTINGS: dict[str, Any] = {
    "isEnabled": True,
    "hostname": "",
    "mainDomainAdmin": "",
    "outgoingIP": "",
    "domainPath": "",
    "maxUsers": 0,
    "maxAliases": 0,
    "maxLists": 0,
    "maxDomainAliases": 0,
    "maxSize": 0,
    "maxMailboxSize": 0,
    "maxMessageSize": 10240000,
    "maxRecipients": 200,
    "enableMailForwarding": False,
    "enableActiveSyncAccountManagement": False,
    "enableMapiEwsAccountManagement": False,
    "maxActiveSyncAccounts": 0,
    "maxMapiEwsAccounts": 0,
    "showDomainAliasMenu": False,
    "showListMenu": False,
    "allowUserSizeChanging": True,
    "enableSmtpAccounts": False,
    "enableXmpp": False,
    "enableDisposableAddresses": False,
    "enableFileStorage": False,
    "webConferencing": False,
    "activeDirectoryIntegration": False,
    "customLoginDisplay": False,
    "sharedGlobalAddressList": True,
    "showSpamMenu": True,
    "calendarPublicAvailability": False,
    "requireSmtpAuthentication": True,
    "bypassForwardBlackList": False,
    "listCommandAddress": "STServ",
    "catchAll": "",
    "twoFactorSettings": {"setting": "0"},
    "throttleSettings": {
        "messagesPerHour": 5000,
        "messagesAction": 0,
        "bandwidthPerHour": 100,
        "bandwidthAction": 0,
        "bouncesPerHour": 0,
        "bouncesAction": 0,
    },
    "blockedCountriesAtAuth": {"type": 0, "countries": []},
    # Secrets that a real server sends along: they must come out nowhere.
    "ldapPassword": "never-forward-this",
    "enableDkimSigningDomainAdmin": False,
    "domainKeysSettings": {
        "selector": "",
        "publicKey": "",
        "privateKey": "never-forward-this",
        "keySize": 0,
        "isActive": False,
        "forced": False,
        "pending": None,
        "dkimCanonicalizationAlgorithmBody": 1,
        "dkimCanonicalizationAlgorithmHeader": 1,
        "dkimHeaderFieldOption": 0,
        "dkimHeaderFields": [],
        "maxMessageSign": 0,
    },
}

# The `password-settings`.
PASSWORD_RULES: dict[str, Any] = {
    "requireCapital": False,
    "requireLower": False,
    "requireNumber": False,
    "requireSymbol": False,
    "notUsername": False,
    "preventCommonPasswords": False,
    "minLength": {"enabled": True, "ruleValue": 5},
    "preventPreviousPasswords": {"enabled": False, "ruleValue": 0},
    "expiration": {"enabled": False, "ruleValue": 0, "gracePeriodDays": 0},
}

NO_FORWARDS: dict[str, Any] = {
    "forwardList": [],
    "keepRecipients": False,
    "deleteOnForward": False,
    "spamForwardOption": "None",
}
