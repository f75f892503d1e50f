"""Actions for distribution lists. The same things go by other parameter names from one action to the next."""

from ..played.answers import Refusal
from .access import check_remote, has_build, proven, rows
from .actions import admin
from .answers import Envelope, Parameters, address, done, one_of
from .state import DistributionList

DISTRIBUTION = "1"


@admin.action("addList", "newlname", "domain", "newlisttype")
def add_list(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    one_of(given, "newlisttype", DISTRIBUTION)
    domain.lists[domain.claim(given["newlname"], "List")] = DistributionList(given["newlname"])
    return done("List added")


@admin.action("removeList", "lname", "domain")
def remove_list(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    gone = domain.list_of(given["lname"])
    if gone.members and has_build("list-kept-with-members"):
        raise Refusal("List has members")
    del domain.lists[gone.name.lower()]
    return done("List removed")


@admin.action("getAllListsDomain", "domain")
def get_all_lists_domain(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    names = sorted((kept.name for kept in domain.lists.values()), key=str.lower)
    if has_build("list-addresses"):
        names = [domain.address(name) for name in names]
    return done(rows([{"lname": name, "listtype": DISTRIBUTION} for name in names]))


@admin.action("getListMembers", "lname", "domain")
def get_list_members(given: Parameters) -> Envelope:
    kept = proven(given["domain"]).list_of(given["lname"])
    return done(rows([{"member": member} for member in kept.members]))


@admin.action("addListMember", "editlname", "editdomain", "newmember")
def add_list_member(given: Parameters) -> Envelope:
    kept = proven(given["editdomain"]).list_of(given["editlname"])
    member = address(given, "newmember")
    if is_member(kept, member):
        if not has_build("members-lenient"):
            raise Refusal("Member already exists")
        return done("Member added")
    check_remote(member, kept.members, "members")
    kept.members.append(member)
    return done("Member added")


@admin.action("removeListMember", "lname", "domain", "member")
def remove_list_member(given: Parameters) -> Envelope:
    kept = proven(given["domain"]).list_of(given["lname"])
    if not is_member(kept, given["member"]) and not has_build("members-lenient"):
        raise Refusal("Member not found")
    kept.members = [member for member in kept.members if member.lower() != given["member"].lower()]
    return done("Member removed")


def is_member(kept: DistributionList, wanted: str) -> bool:
    return wanted.lower() in map(str.lower, kept.members)
