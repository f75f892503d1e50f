"""The module mailporchbox as WHMCS loads it: beside mailporch, whose library and hooks it uses, or without."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from portal import handoff
from portal.plan import MailboxPlan
from portal.sandbox.whmcs import php
from sso import envelope
from tests.shared_world import DOMAIN, SharedWorld
from tests.sso.people import ALICE, IN_ADMIN_AREA, KEY
from tests.sso.test_module_functions import ARRAYS, TEXTS
from tests.sso.whmcs import Whmcs, hosting

MODULES = Path(__file__).parents[2] / "sso/whmcs/modules/servers"
SOURCE = MODULES / "mailporchbox" / "mailporchbox.php"
FUNCTIONS = re.findall(r"^function mailporchbox_([A-Z]\w+)", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
MENU: dict[str, Any] = {"Service Details Actions": {"Change Password": {}}}
CONFIG = {"SystemURL": "https://billing.northwind.test/", "Language": "english"}


@pytest.mark.parametrize("area", ["client", "admin", ""])
@pytest.mark.parametrize("function", sorted((ARRAYS | TEXTS) & set(FUNCTIONS)))
def test_a_function_called_with_nothing_answers_as_whmcs_expects(php_program: str, function: str, area: str) -> None:
    answer = php.run(function, {}, module="mailporchbox", session={"area": area})

    assert isinstance(answer["result"], dict | list if function in ARRAYS else str)
    assert answer["result"] != "success" or function == "Renew"


def test_the_module_defines_what_it_supports_and_customers_change_their_own_password() -> None:
    assert set(FUNCTIONS) == {
        *("MetaData", "ConfigOptions", "ServerChoices", "TestConnection", "UsageUpdate", "ListAccounts"),
        *("CreateAccount", "SuspendAccount", "UnsuspendAccount", "TerminateAccount", "ChangePackage", "Renew"),
        *("ChangePassword", "AdminCustomButtonArray", "RefreshUsage", "FinishSteps", "RegisterExisting"),
        *("AdminServicesTabFields", "AdminSingleSignOn", "AdminLink"),
        *("ClientArea", "ServiceSingleSignOn", "CustomActions"),
    }


def test_the_settings_and_their_defaults_are_the_plans(php_program: str) -> None:
    options = php.run("ConfigOptions", {}, module="mailporchbox")["result"]

    assert tuple(options) == MailboxPlan.names()
    defaults = {name: option["Default"] for name, option in options.items()}
    assert MailboxPlan.parse(defaults).errors == {}
    assert all(getattr(MailboxPlan.parse(defaults), name) == getattr(MailboxPlan.parse({}), name) for name in defaults)
    assert all(option["FriendlyName"] and option["Description"] and option["SimpleMode"] for option in options.values())
    assert options["server"]["Loader"] == "mailporchbox_ServerChoices"


def test_the_sellers_page_tells_of_every_setting_by_its_number_its_label_and_its_default(php_program: str) -> None:
    page = (MODULES.parents[3] / "docs/seller/mailboxes.md").read_text(encoding="utf-8")

    told = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)

    options = php.run("ConfigOptions", {}, module="mailporchbox")["result"].values()
    assert [(int(number), label) for number, label, _ in told] == [
        (number, option["FriendlyName"]) for number, option in enumerate(options, 1)
    ]
    assert all(
        default == option["Default"] for (*_, default), option in zip(told, options, strict=True) if option["Default"]
    )


@pytest.mark.parametrize("name", ["clientarea.tpl", "notice.tpl"])
def test_both_modules_have_the_same_page(name: str) -> None:
    texts = {(MODULES / module / "templates" / name).read_bytes() for module in ("mailporch", "mailporchbox")}

    assert len(texts) == 1


# Without mailporch's folder.


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, Any]:
    shutil.copytree(MODULES / "mailporchbox", tmp_path / "mailporchbox")
    return {"modules": str(tmp_path), "module": "mailporchbox", "active": ["mailporchbox"]}


@pytest.mark.parametrize("function", sorted((ARRAYS | TEXTS) & set(FUNCTIONS) - {"ConfigOptions"}))
def test_without_its_library_every_function_still_answers(
    php_program: str, alone: dict[str, Any], function: str
) -> None:
    answer = php.run(function, {}, **alone)

    assert isinstance(answer["result"], dict | list if function in ARRAYS else str)


@pytest.mark.parametrize(
    "function", ["TestConnection", "CreateAccount", "AdminServicesTabFields", "ServiceSingleSignOn"]
)
def test_without_its_library_staff_read_what_is_missing(php_program: str, alone: dict[str, Any], function: str) -> None:
    answer = php.run(function, {}, **alone)

    assert "The folder modules/servers/mailporch is missing" in str(answer["result"])


def test_without_its_library_no_settings_are_shown_that_saving_would_empty(
    php_program: str, alone: dict[str, Any]
) -> None:
    with pytest.raises(php.ModuleFault, match="modules/servers/mailporch is missing"):
        php.run("ConfigOptions", {}, **alone)


# In the cart.


def faults(boxes: Whmcs, fields: Any, language: str = "english", **context: Any) -> Any:
    session = {"area": "client", "language": language}
    return boxes.reach("ShoppingCartValidateProductUpdate", {"customfield": fields}, session=session, **context)


@pytest.mark.parametrize("active", [["mailporch"], ["mailporchbox"], ["mailporch", "mailporchbox"]])
def test_a_reserved_name_is_refused_in_the_cart_once(boxes: Whmcs, active: list[str]) -> None:
    answer = faults(boxes, {"7": " PostMaster "}, active=active)

    assert answer == ['"postmaster" is reserved. Please choose another first part of your e-mail address.']


@pytest.mark.parametrize("typed", ["alice", " Alice.Martin-2 ", "infos"])
def test_a_name_by_the_rules_passes_the_cart(boxes: Whmcs, typed: str) -> None:
    assert faults(boxes, {"7": typed}) == []


@pytest.mark.parametrize("typed", ["", "a..b", "-a", "a@mail.test", "é", "a" * 65])
def test_each_rule_has_a_sentence_in_both_languages(boxes: Whmcs, typed: str) -> None:
    [english], [french] = (faults(boxes, {"7": typed}, language) for language in ("english", "french"))

    assert english.count("e-mail address") == 1
    assert french.count("adresse de courriel") == 1


def test_what_a_customer_typed_is_no_html(boxes: Whmcs) -> None:
    assert "&lt;b&gt;" in faults(boxes, {"7": "<b>"})[0]
    assert "&lt;b&gt;" in faults(boxes, {"7": "&lt;b&gt;"})[0]


@pytest.mark.parametrize(
    "fields", [{"8": "admin"}, {"9": "admin"}, {"77": "admin"}, {}, None, "admin", {"7'": "admin"}]
)
def test_fields_of_others_and_nonsense_pass_the_cart(boxes: Whmcs, fields: Any) -> None:
    assert faults(boxes, fields) == []


# Its hooks, which are mailporch's.


@pytest.mark.parametrize("active", [["mailporchbox"], ["mailporch", "mailporchbox"], ["mailporchbox", "mailporch"]])
def test_the_hooks_work_once_whichever_module_a_product_uses(boxes: Whmcs, active: list[str]) -> None:
    boxes.query("update tblhosting set diskusage = 5 where id = 301")

    changed = boxes.reach("ClientAreaPageProductDetails", {"serviceid": 301, "ns1": "ns1.test"}, active=active)
    boxes.reach("UserLogout", {"user": {"id": 21}}, active=active)

    assert changed == {"ns1": ""}
    assert [call["action"] for call in boxes.module_calls] == ["POST /api/v1/logout"]


def test_the_product_page_of_a_mailbox_keeps_whmcss_change_of_password(boxes: Whmcs) -> None:
    shown = {"serviceid": 301, "username": "alice@mail.test", "password": "first", "modulechangepassword": True}

    sidebar = boxes.reach("ClientAreaPrimarySidebar", MENU, request={"action": "productdetails", "id": "301"})
    changed = boxes.reach("ClientAreaPageProductDetails", shown)

    assert sidebar == MENU
    assert changed == {"password": ""}


def test_an_invoice_of_a_mailbox_stays_as_whmcs_made_it(boxes: Whmcs) -> None:
    boxes.query("update tblhosting set domainstatus = 'Active' where id = 301")
    boxes.cron()

    boxes.create_invoice(1, hosting(301, "5.00", "Premium Email Account"))

    assert boxes.lines(1) == [("Premium Email Account", "5.00")]
    assert (boxes.states(), boxes.mails) == ([], [])


# The way in.


def test_the_page_hands_over_to_the_mailbox_with_the_settings_a_page_needs(boxes: Whmcs, shared: SharedWorld) -> None:
    boxes.call("CreateAccount", 301)

    answer = boxes.call("ClientArea", 301, session={"area": "client", "user": ALICE}, render=True)

    variables = answer["result"]["templateVariables"]
    opened = envelope.unseal(variables["handOff"], [shared.keys["northwind"]], envelope.HANDOFF)
    claims = handoff.parse(opened.payload)
    assert (claims.product, claims.name) == ("mailbox", f"alice@{DOMAIN}")
    assert claims.claims["plan"] == {"max_aliases": "25", "external_forwards": "", "max_lists": "5"}
    assert variables["handOff"] in answer["html"]
    assert "/modules/servers/mailporch/frame.js?v=" in variables["script"]


@pytest.mark.parametrize("function", ["ClientArea", "ServiceSingleSignOn", "CustomActions"])
def test_a_mailbox_that_is_not_there_yet_has_a_notice(boxes: Whmcs, function: str) -> None:
    answer = boxes.call(function, 301, session={"area": "client", "user": ALICE})

    assert "cannot be opened at the moment" in str(answer["result"])


def test_the_admins_page_leads_in_and_tells_the_state(boxes: Whmcs) -> None:
    boxes.call("CreateAccount", 301)
    boxes.cron()

    rows = boxes.call("AdminServicesTabFields", 301)["result"]

    assert f"{boxes.server['serverport']}/sso/northwind#" in rows["E-mail portal"]
    assert rows["State"] == "Active (shared1)"
    assert "DNS" not in rows


def test_hooks_that_were_never_seen_are_told_by_what_they_do_for_mailboxes(boxes: Whmcs) -> None:
    rows = boxes.call("AdminServicesTabFields", 301, active=[])["result"]

    assert "names are not checked in the cart" in rows["To look at"]


def test_the_buttons_are_those_that_a_mailbox_has(php_program: str) -> None:
    buttons = php.run("AdminCustomButtonArray", {}, module="mailporchbox", session=IN_ADMIN_AREA)["result"]

    assert set(buttons.values()) == {"RefreshUsage", "FinishSteps", "RegisterExisting"}


def test_usage_is_asked_for_each_service_and_what_is_not_known_stays(boxes: Whmcs) -> None:
    boxes.call("CreateAccount", 301)
    boxes.query("update tblhosting set domainstatus = 'Active', diskusage = 7 where id = 301")

    answer = boxes.run("UsageUpdate", boxes.server | {"serverid": 2}, module="mailporchbox")["result"]

    assert answer == "Service 301: not-read."
    assert boxes.service(301)["diskusage"] == 7


def test_a_wrong_key_is_told_by_the_name_of_what_is_wrong(boxes: Whmcs) -> None:
    answer = boxes.run("TestConnection", boxes.server | {"serverpassword": KEY}, module="mailporchbox")["result"]

    assert "the password is not its key" in answer["error"]
