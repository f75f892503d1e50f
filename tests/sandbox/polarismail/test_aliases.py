"""Aliases of the PolarisMail sandbox."""

import pytest

SALES = {"alias": "sales", "domain": "mail.test", "forward": "marie@mail.test"}


def aliases(admin):
    return {row["alias"]: row["forward"] for row in admin.rows("getAllAliasesDomain", domain="mail.test")}


def test_the_aliases_of_a_domain_are_everybodys(admin):
    admin.rows("addAlias", **SALES)

    rows = admin.rows("getAllAliasesDomain", domain="mail.test")

    assert len(rows) == 7
    assert {"alias": "sales", "domain": "mail.test", "forward": "marie@mail.test"} in rows
    assert {"alias": "alias00003", "domain": "mail.test", "forward": "somebody2@example.org"} in rows


@pytest.mark.parametrize("forward", ["x@example.net", "x@post.test"])
def test_an_alias_may_lead_anywhere(admin, forward):
    admin.rows("addAlias", **SALES | {"forward": forward})

    assert aliases(admin)["sales"] == forward


@pytest.mark.parametrize("forward", ["marie", "", "a@x.test,b@x.test", "a@x.test b@x.test", "a@localhost"])
def test_an_alias_leads_to_one_whole_address(admin, forward):
    admin.refusal("addAlias", **SALES | {"forward": forward})

    assert "sales" not in aliases(admin)


@pytest.mark.parametrize("taken", ["adele.arnaud", "Alias00001", "list00001"])
def test_a_name_of_a_mailbox_alias_or_list_is_taken(admin, taken):
    assert admin.refusal("addAlias", **SALES | {"alias": taken}) == "Alias already exists"


def test_a_second_destination_is_no_second_alias(admin):
    admin.rows("addAlias", **SALES)

    assert admin.refusal("addAlias", **SALES | {"forward": "x@example.net"}) == "Alias already exists"
    assert aliases(admin)["sales"] == "marie@mail.test"


def test_the_destination_is_not_called_target(admin):
    given = {"alias": "sales", "domain": "mail.test", "forward": "x@example.net", "target": "y@example.net"}

    assert admin.refusal("addAlias", **given) == "Unexpected parameter: target"


def test_an_alias_is_removed(admin):
    admin.rows("addAlias", **SALES)

    admin.rows("removeAlias", alias="sales", domain="mail.test")

    assert "sales" not in aliases(admin)


def test_anybodys_alias_can_be_removed(admin):
    admin.rows("removeAlias", alias="alias00001", domain="mail.test")

    assert "alias00001" not in aliases(admin)


def test_an_alias_that_is_not_there_is_not_found(admin):
    assert admin.refusal("removeAlias", alias="sales", domain="mail.test") == "Alias not found"


def test_an_alias_that_somebody_took_away_is_gone(admin, sandbox):
    admin.rows("addAlias", **SALES)

    sandbox.remove("mail.test", "sales")

    assert "sales" not in aliases(admin)
