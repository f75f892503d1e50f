"""Domains of the PolarisMail sandbox, and the admin's own account."""

import pytest

MAIL = {"domain": "mail.test"}


def test_domains_are_told_in_texts(admin):
    rows = admin.rows("getAllDomains")

    assert rows[0] == {"id": "1001", "domain": "mail.test", "isauditdomain": "0", "domaintype": "2", "active": "1"}
    assert [row["domain"] for row in rows] == ["mail.test", "post.test"]


def test_a_domain_mixes_numbers_and_texts_that_are_numbers(admin):
    told = admin.rows("getDomainInfo", **MAIL)

    assert (told["vusers"], told["aliases"], told["lists"], told["active"]) == (12, 6, 3, "1")


def test_a_domain_is_added_and_then_to_be_proven(admin):
    admin.rows("addDomain", newdomain="new.test")

    said = admin.call("getDomainVerification", domain="new.test")
    assert (said["returncode"], said["returndata"].startswith("verify-")) == (1, True)
    assert "mx-verification" in said["message"]


def test_a_proven_domain_has_nothing_to_verify(admin):
    assert admin.refusal("getDomainVerification", **MAIL) == "Nothing to verify"


def test_a_domain_is_not_added_as_domain(admin):
    assert admin.refusal("addDomain", newdomain="new.test", domain="new.test") == "Unexpected parameter: domain"


def test_a_domain_that_is_there_is_not_available(admin):
    admin.rows("isDomainAvailable", domain="new.test")

    assert admin.refusal("isDomainAvailable", **MAIL) == "Domain already exists"
    assert admin.refusal("addDomain", newdomain="mail.test") == "Domain already exists"


def test_a_domain_goes_with_everybodys_mailboxes(admin):
    admin.rows("removeDomain", **MAIL)

    assert admin.refusal("getDomainInfo", **MAIL) == "Domain not found"


def test_a_domain_keeps_what_a_change_leaves_out(admin):
    admin.rows("updateDomain", **MAIL, editdtzone="Europe/Paris", editcatchall="all@mail.test")

    admin.rows("updateDomain", **MAIL, editdomainactive="0", editexchangeenabled="1")

    told = admin.rows("getDomainInfo", **MAIL)
    assert (told["dtzone"], told["catchall"]) == ("Europe/Paris", "all@mail.test")
    assert (told["active"], told["exchange_enabled"]) == ("0", "1")
    assert admin.rows("getAllDomains")[0]["active"] == "0"


def test_a_change_of_nothing_is_refused(admin):
    admin.refusal("updateDomain", **MAIL)


def test_the_quota_of_a_domain_is_the_sum_of_its_mailboxes(admin):
    total = sum(int(row["quota"]) for row in admin.users().values()) / 1000

    assert int(admin.rows("getDomainAssignedQuota", **MAIL)["totalquota"]) == int(total)


def test_other_names_of_a_domain_are_no_aliases(admin):
    admin.rows("addAliasDomain", **MAIL, adomain="mail-two.test")
    added = admin.rows("getAliasDomains", **MAIL)

    admin.rows("removeAliasDomain", **MAIL, adomain="mail-two.test")

    assert added == [{"alias_domain_id": 1, "alias_domain": "mail-two.test"}]
    assert admin.rows("getAliasDomains", **MAIL) == []
    assert admin.refusal("removeAliasDomain", **MAIL, adomain="mail-two.test") == "Alias domain not found"


def test_another_name_is_taken_when_a_domain_has_it(admin):
    assert admin.refusal("addAliasDomain", **MAIL, adomain="post.test") == "Domain already exists"


def test_dkim_is_told_beside_the_data_when_it_is_enabled(admin):
    said = admin.call("enableDKIM", **MAIL)

    assert said["returndata"] == "DKIM enabled"
    assert admin.rows("getDKIM", **MAIL) == {
        "dkim_enabled": "1",
        "dkim_host": said["dkimhost"],
        "dkim_key": said["dkimkey"],
    }


def test_dkim_is_disabled(admin):
    admin.rows("enableDKIM", **MAIL)

    admin.rows("disableDKIM", **MAIL)

    assert admin.rows("getDKIM", **MAIL)["dkim_enabled"] == "0"


def test_a_brand_is_set_in_brackets_and_reset(admin):
    admin.rows("setDomainBrandingV2", **MAIL, **{"brand[brandname]": "Nord", "brand[brandcolor]": "aa3300"})
    told = admin.rows("getDomainBrandInfo", **MAIL)

    admin.rows("resetDomainBranding", **MAIL)

    assert (told["brandname"], told["brandcolor"], told["supportemail"]) == ("Nord", "aa3300", "")
    assert not any(admin.rows("getDomainBrandInfo", **MAIL).values())


def test_a_footer_is_kept(admin):
    admin.rows("setFooterDomain", **MAIL, footertxt="À bientôt <b>")

    assert admin.rows("getFooterDomain", **MAIL) == "À bientôt <b>"


def test_the_figures_of_the_account_count_what_is_used_and_bought(admin, sandbox):
    sandbox.room(basic=3, enhanced=2, quota=50)
    types = [row["account_type"] for name in ("mail.test", "post.test") for row in admin.users(name).values()]

    told = admin.rows("getAdminStats")

    assert (told["curemails"], told["cureemails"]) == (types.count("1"), str(types.count("2")))
    assert int(told["maxemails"]) - told["curemails"] == 3
    assert int(told["maxeemails"]) - int(told["cureemails"]) == 2
    assert float(told["maxquota"]) - float(told["curquota"]) == 50


@pytest.mark.parametrize("action", ["getAdminBrandInfo", "getAccountStats"])
def test_the_account_tells_about_itself(admin, action):
    admin.rows(action)


def test_the_address_of_the_admin_is_changed(admin):
    admin.rows("changeEmail", emailadmin="boss@sandbox.test")

    assert admin.rows("getAdminBrandInfo")["supportemail"] == "boss@sandbox.test"
    admin.refusal("changeEmail", emailadmin="boss")


def test_the_password_of_the_admin_is_changed_until_a_reset(admin, nobody, sandbox):
    admin.rows("changePassword", password1="Other-Admin-1", password2="Other-Admin-1")
    nobody.sign_in(username=sandbox.username, password="Other-Admin-1")

    sandbox.reset()

    nobody.sign_in(username=sandbox.username, password=sandbox.password)


def test_a_new_password_of_the_admin_is_written_twice(admin):
    assert admin.refusal("changePassword", password1="Other-Admin-1", password2="x") == "Passwords differ"
