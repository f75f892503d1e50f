"""Domains: created, set up, closed and opened, deleted, each with what stands in the way."""

import pytest

from portal.mail import DomainSettings, NameTaken, NewDomain, NotFound, PasswordRejected, Refused, Unreachable
from portal.sandbox.control import Running
from portal.sandbox.smartermail.builds import BUILDS
from tests.mail.log import operations

NEW = NewDomain("q7hidden", "Str0ng!Enough-Word", settings=DomainSettings(mailboxes=10))
each_build = pytest.mark.parametrize("build", BUILDS)


@pytest.fixture
def shop(server):
    """A domain that there is not yet."""
    return server.domain("shop.test")


def signed_in(server, password: str = NEW.password) -> bool:
    return server.is_domain_admin("shop.test", NEW.admin, password)


@each_build
def test_a_domain_comes_and_goes_on_every_build(sandbox, server, shop, build) -> None:
    sandbox.build(build)

    shop.create(NEW)
    there = server.has_domain("shop.test"), signed_in(server), shop.is_administered_by(NEW.admin)
    shop.delete(files=True)

    assert there == (True, True, True)
    assert not server.has_domain("shop.test")


@pytest.mark.parametrize(("mailboxes", "users"), [(10, 11), (1, 2), (0, 0)])
def test_the_hidden_admin_takes_no_mailbox_of_the_customers(sandbox, shop, mailboxes, users) -> None:
    shop.create(NewDomain("q7hidden", NEW.password, settings=DomainSettings(mailboxes=mailboxes)))
    limit_of_new = sandbox.state("shop.test")["settings"]["maxUsers"]

    shop.configure(DomainSettings(mailboxes=mailboxes))

    assert limit_of_new == sandbox.state("shop.test")["settings"]["maxUsers"] == users


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("", "/var/lib/smartermail/Domains/shop.test"),
        ("/srv/mail/", "/srv/mail/shop.test"),
        ("C:\\SmarterMail\\Domains\\", "C:\\SmarterMail\\Domains\\shop.test"),
        ("D:\\", "D:\\shop.test"),
    ],
)
def test_a_domain_lies_in_the_given_folder_or_beside_the_others(sandbox, shop, folder, path) -> None:
    shop.create(NewDomain("q7hidden", NEW.password, folder=folder))

    assert sandbox.state("shop.test")["settings"]["domainPath"] == path


def test_the_first_domain_of_a_server_needs_a_folder(connect) -> None:
    with Running() as empty:
        server = connect(url=empty.url, username=empty.username, password=empty.password)

        with pytest.raises(Refused, match="no domain yet"):
            server.domain("shop.test").create(NEW)
        server.domain("shop.test").create(NewDomain("q7hidden", NEW.password, folder="/srv/mail"))

        assert empty.domains() == ["shop.test"]


@pytest.mark.parametrize("build", ["100.new", "100.polite"])
def test_a_domain_that_exists_is_not_created_again(sandbox, server, build) -> None:
    sandbox.build(build)
    before = sandbox.state("bob.test")

    with pytest.raises(NameTaken):
        server.domain("bob.test").create(NEW)

    assert sandbox.state("bob.test") == before


def test_a_domain_alias_of_another_domain_is_taken(server, alice, shop) -> None:
    alice.add_domain_alias("shop.test")

    with pytest.raises(NameTaken):
        shop.create(NEW)


def test_a_password_that_the_server_does_not_take_makes_no_domain(server, shop) -> None:
    with pytest.raises(PasswordRejected):
        shop.create(NewDomain("q7hidden", "abc"))

    assert not server.has_domain("shop.test")


def test_what_is_set_up_is_sent_once_and_the_rest_stays(sandbox, shop) -> None:
    wanted = DomainSettings(mailboxes=3, domain_aliases=2, activesync=True, mapi=False, outbound_ip="192.0.2.7")
    shop.create(NEW)
    fresh = sandbox.state("shop.test")["settings"]

    changed = [shop.configure(wanted), shop.configure(wanted)]

    after = sandbox.state("shop.test")["settings"]
    assert changed == [True, False]
    assert {key: value for key, value in after.items() if fresh[key] != value} == {
        "maxUsers": 4,
        "maxDomainAliases": 2,
        "enableActiveSyncAccountManagement": True,
        "enableMailForwarding": True,
        "outgoingIP": "192.0.2.7",
    }


def test_setting_up_a_closed_domain_leaves_it_closed_unless_it_is_to_be_opened(sandbox, shop) -> None:
    shop.create(NEW)
    shop.set_open(False)

    shop.configure(DomainSettings(mailboxes=5))
    closed = sandbox.state("shop.test")["settings"]["isEnabled"]
    shop.configure(DomainSettings(mailboxes=5), opened=True)

    assert (closed, sandbox.state("shop.test")["settings"]["isEnabled"]) == (False, True)


def test_a_closed_domain_is_signed_in_to_by_nobody_and_can_still_be_asked(server, shop) -> None:
    shop.create(NEW)

    shop.set_open(False)
    closed = signed_in(server)
    asked = shop.is_administered_by(NEW.admin), shop.figures().mailboxes
    shop.set_open(True)

    assert (closed, asked, signed_in(server)) == (False, (True, 1), True)


@pytest.mark.parametrize("files", [True, False])
def test_a_deletion_takes_the_files_along_only_when_asked_to(sandbox, shop, files) -> None:
    shop.create(NEW)
    path = sandbox.state("shop.test")["settings"]["domainPath"]

    shop.delete(files=files)

    assert (path in sandbox.disk()) is not files


def test_a_domain_that_is_gone_is_told_apart_from_a_server_that_does_not_answer(sandbox, shop) -> None:
    with pytest.raises(NotFound):
        shop.delete(files=True)
    with pytest.raises(NotFound):
        shop.set_open(False)
    sandbox.faults({"path": "settings/sysadmin", "kind": "500"})
    with pytest.raises(Unreachable):
        shop.delete(files=True)


@pytest.mark.parametrize(("name", "so"), [("q7hidden", True), ("marie", False), ("nobody", False)])
def test_who_administers_a_domain_is_told(sandbox, shop, name, so) -> None:
    shop.create(NEW)
    sandbox.mailbox("shop.test", "marie")

    assert shop.is_administered_by(name) is so


@each_build
def test_the_hidden_admin_leaves_the_list_of_addresses(sandbox, shop, build) -> None:
    sandbox.build(build)
    shop.create(NEW)

    shop.hide(NEW.admin)

    assert sandbox.state("shop.test")["users"][NEW.admin]["userMailSettings"]["hideFromGAL"] is True


def test_no_write_is_sent_twice(sandbox, server, shop) -> None:
    server.has_domain("shop.test")
    sandbox.clear_log()
    sandbox.faults({"path": "settings/sysadmin/domain-put", "kind": "down", "when": "after"})

    with pytest.raises(Unreachable):
        shop.create(NewDomain("q7hidden", NEW.password, folder="/srv/mail"))

    assert operations(sandbox) == ["settings/sysadmin/domain-put"]
    assert sandbox.state("shop.test")["settings"]["maxUsers"] == 0
