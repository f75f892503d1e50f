"""Actions for aliases: a name, and the one address it forwards to. There is no change, and no owner."""

from .access import check_remote, here, proven, rows
from .actions import admin
from .answers import Envelope, Parameters, address, done
from .state import Alias


@admin.action("addAlias", "alias", "domain", "forward")
def add_alias(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    key = domain.claim(given["alias"], "Alias")
    forward = address(given, "forward")
    check_remote(
        forward, [alias.forward for one in here().domains.values() for alias in one.aliases.values()], "aliases"
    )
    domain.aliases[key] = Alias(given["alias"], forward)
    return done("Alias added")


@admin.action("removeAlias", "alias", "domain")
def remove_alias(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    del domain.aliases[domain.alias(given["alias"]).name.lower()]
    return done("Alias removed")


@admin.action("getAllAliasesDomain", "domain")
def get_all_aliases_domain(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    kept = sorted(domain.aliases.values(), key=lambda alias: alias.name.lower())
    return done(rows([{"alias": alias.name, "domain": domain.name, "forward": alias.forward} for alias in kept]))
