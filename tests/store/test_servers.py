import pytest

from portal.store import AlreadyExists, servers
from portal.store.servers import Loan


def add(name, **more):
    return servers.add(
        kind="smartermail",
        name=name,
        url="https://mail.test",
        username="portal",
        password="secret",
        mail_host="mx.test",
        **more,
    )


def names(tenant):
    return [server.name for server in servers.available_to(tenant)]


def test_the_owner_may_use_every_server(northwind, mail_server):
    add("mail-two")

    assert names(northwind) == ["mail-one", "mail-two"]


def test_a_reseller_may_use_what_was_lent_to_it(harbour, mail_server):
    add("mail-two", lend_to=[harbour])

    assert names(harbour) == ["mail-two"]


def test_a_server_that_was_not_lent_is_not_found_by_its_name(harbour, mail_server):
    assert servers.named(harbour, "mail-one") is None


def test_a_server_is_found_by_its_exact_name(northwind, mail_server):
    assert servers.named(northwind, "mail-one").id == mail_server.id
    assert servers.named(northwind, "Mail-One") is None


def test_mx_hosts_are_the_mail_host_unless_told(northwind, mail_server):
    add("mail-two", mx_hosts=["mx1.test", "mx2.test"])

    assert servers.named(northwind, "mail-one").mx_hosts == ["mx.northwind.test"]
    assert servers.named(northwind, "mail-two").mx_hosts == ["mx1.test", "mx2.test"]


def test_a_taken_name_is_refused_and_nothing_is_lent(harbour, mail_server):
    with pytest.raises(AlreadyExists, match="mail-one"):
        add("mail-one", lend_to=[harbour])

    assert Loan.select().count() == 0


def test_what_is_particular_to_its_kind_is_kept(northwind, mail_server):
    add("mail-two", options={"mb_per_gb": "1024"})

    assert servers.named(northwind, "mail-two").options == {"mb_per_gb": "1024"}
    assert servers.named(northwind, "mail-one").options == {}


def test_a_loan_is_told_by_its_server_and_tenant(northwind, harbour, mail_server):
    lent = add("mail-two", lend_to=[harbour])

    assert servers.loan(lent, harbour) is not None
    assert servers.loan(mail_server, harbour) is None
