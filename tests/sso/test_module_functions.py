"""The module's functions as WHMCS and its sample module's tests see them."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal import languages as portal_languages
from portal.sandbox.whmcs import php
from tests.missing import needs
from tests.sso.people import ALICE, IN_ADMIN_AREA, KEY, MARC, NORA, SETTINGS

Module = Callable[..., dict[str, Any]]

SOURCE = Path(__file__).parents[2] / "sso/whmcs/modules/servers/mailporch/mailporch.php"
FUNCTIONS = re.findall(r"^function mailporch_([A-Z]\w+)", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
# From the tests that WHMCS publishes with its sample module.
ARRAYS = {
    "AdminCustomButtonArray",
    "AdminServicesTabFields",
    "AdminSingleSignOn",
    "ClientArea",
    "ClientAreaCustomButtonArray",
    "ConfigOptions",
    "MetaData",
    "ServiceSingleSignOn",
    "TestConnection",
    # Not in those tests.
    "CustomActions",
    "ListAccounts",
}
TEXTS = {
    "AdminLink",
    "ChangePackage",
    "ChangePassword",
    "CreateAccount",
    "FinishSteps",
    "NewAdminPassword",
    "RefreshUsage",
    "RegisterExisting",
    "Renew",
    "SuspendAccount",
    "TerminateAccount",
    "UnsuspendAccount",
    "UsageUpdate",
}


@pytest.mark.parametrize("area", ["client", "admin", ""])
@pytest.mark.parametrize("function", sorted(ARRAYS & set(FUNCTIONS)))
def test_a_function_called_with_nothing_answers_an_array(php_program: str, function: str, area: str) -> None:
    answer = php.run(function, {}, session={"area": area})

    assert isinstance(answer["result"], dict | list)


@pytest.mark.parametrize("function", sorted(TEXTS & set(FUNCTIONS)))
def test_a_function_called_with_nothing_answers_a_text(php_program: str, function: str) -> None:
    answer = php.run(function, {}, session={"area": "admin"})

    assert isinstance(answer["result"], str)
    assert answer["result"] != "success" or function == "Renew"


def test_every_function_but_the_loader_which_throws_is_called_with_nothing() -> None:
    assert set(FUNCTIONS) - {"ServerChoices"} <= ARRAYS | TEXTS


def test_the_module_defines_what_it_supports_and_above_all_no_change_of_the_hidden_admins_password() -> None:
    assert set(FUNCTIONS) == {
        *("MetaData", "ConfigOptions", "ServerChoices", "TestConnection", "UsageUpdate", "ListAccounts"),
        *("CreateAccount", "SuspendAccount", "UnsuspendAccount", "TerminateAccount", "ChangePackage", "Renew"),
        *("AdminCustomButtonArray", "RefreshUsage", "FinishSteps", "RegisterExisting", "NewAdminPassword"),
        *("AdminServicesTabFields", "AdminSingleSignOn", "AdminLink"),
        *("ClientArea", "ServiceSingleSignOn", "CustomActions"),
    }


def test_the_settings_stand_in_the_order_that_whmcs_stores_them_by(module: Module) -> None:
    options = module("ConfigOptions", {})["result"]

    assert list(options) == list(SETTINGS)


def test_each_setting_has_a_label_a_help_text_and_its_default(module: Module) -> None:
    options = module("ConfigOptions", {})["result"]

    assert all(option["FriendlyName"] and option["Description"] for option in options.values())
    assert [option["Default"] for option in options.values()] == [
        *["10", "2.00", "3.00", "4.50", "", "default", "0", "on", "8", "on", "on", "on"],
        *["", "on", "on", "1", "0", "", "", "", "on", "", "none", ""],
    ]


def test_the_sellers_page_tells_of_every_setting_by_its_number_its_label_and_its_default(module: Module) -> None:
    page = (Path(__file__).parents[2] / "docs/seller/settings.md").read_text(encoding="utf-8")

    told = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|", page, re.MULTILINE)

    options = module("ConfigOptions", {})["result"].values()
    labels = [(number, option["FriendlyName"]) for number, option in enumerate(options, 1)]
    assert sorted((int(number), label) for number, label, _ in told) == labels
    defaults = {int(number): default for number, _, default in told}
    assert all(defaults[number] == option["Default"] for number, option in enumerate(options, 1) if option["Default"])


def test_an_admin_whose_language_is_french_reads_the_settings_and_what_went_wrong_in_french(module: Module) -> None:
    french = {"area": "admin", "admin": NORA, "language": "french"}

    options = module("ConfigOptions", {}, session=french)["result"]
    failed = module("TestConnection", {"serverhostname": "localhost", "serverport": "1"}, session=french)["result"]

    assert options["server"]["FriendlyName"] == "Serveur de courriel"
    assert failed["error"] == "Le nom d’utilisateur du serveur doit être le nom court de votre tenant dans le portail."


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("french-ca", "Serveur de courriel"),
        ("portuguese-pt", "Servidor de e-mail"),
        ("klingon", "Mail server"),
        ("../../config", "Mail server"),
    ],
)
def test_a_language_that_we_have_no_file_for_speaks_its_kin_or_english(
    module: Module, language: str, label: str
) -> None:
    options = module("ConfigOptions", {}, session={"area": "admin", "admin": NORA | {"language": language}})["result"]

    assert options["server"]["FriendlyName"] == label


LANGUAGES = ("english", "french", "german", "indonesian", "portuguese-br", "spanish")
# A key of which only the beginning stands in the code: the rest is a word of the module's or of the portal's.
COMPOSED = re.compile(r'"([a-z]+_)\{?\$')
OF_THE_PORTAL = {
    *("state_active", "state_suspended", "state_terminated", "state_failed", "state_pending"),
    *("dns_ok", "dns_missing", "dns_wrong", "dns_conflict", "dns_unknown", "dns_off"),
}


def test_the_module_has_a_file_of_sentences_for_each_language_of_the_portal() -> None:
    files = {file.stem for file in (SOURCE.parent / "lang").glob("*.php")}

    assert files == set(LANGUAGES)
    assert len(files) == len(portal_languages.LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_every_language_with_the_same_places_to_fill(language: str) -> None:
    english, other = (_sentences(name) for name in ("english", language))

    assert other.keys() == english.keys()
    assert [name for name in english if _places(english[name]) != _places(other[name])] == []
    assert [name for name, sentence in other.items() if not sentence.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_sentence_of_another_language_is_left_in_english(language: str) -> None:
    english, other = (_sentences(name) for name in ("english", language))

    assert [name for name, sentence in other.items() if sentence == english[name] and sentence.count(" ") > 3] == []


def test_every_sentence_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r"(?:Problem::of|Language::forStaff)\('([\w-]+)'", _code()))
    shown = set(re.findall(r"\$texts\['(\w+)'\]|\$texts\.(\w+)|texts\.(\w+)", _code()))

    assert len(asked) > 25
    assert {f"error_{name}" for name in asked} <= _sentences("english").keys()
    assert {name for names in shown for name in names if name} <= _sentences("english").keys()


def test_every_sentence_is_asked_for() -> None:
    code = _code()
    words = set(re.findall(r"'([\w-]+)'", code)) | set(re.findall(r"texts\.(\w+)", code))
    begins = set(COMPOSED.findall(code))

    unused = [
        name
        for name in _sentences("english").keys() - OF_THE_PORTAL
        if not {name, name.removeprefix("error_"), name.removeprefix("error_advice_")} & words
        and not any(_rest(name.removeprefix("error_"), begin) in words for begin in begins)
        # What is missing, for each of the two products.
        and re.sub("_(domain|mailbox)$", "", name) not in words
    ]

    assert unused == []


def _rest(name: str, begins: str) -> str | None:
    """The word of the code behind a beginning; of a setting, its help too."""
    return name.removeprefix(begins).removesuffix("_help") if name.startswith(begins) else None


def _places(sentence: str) -> int:
    return len(re.findall(r"%(?:\d+\$)?s", sentence))


def _code() -> str:
    """The module's PHP and templates, but for its sentences."""
    files = [SOURCE, *SOURCE.parent.glob("*.php"), *SOURCE.parent.glob("lib/*.php"), *SOURCE.parent.glob("**/*.tpl")]
    files += SOURCE.parents[1].glob("mailporchbox/**/*.tpl")
    return "".join(file.read_text(encoding="utf-8") for file in files)


def _sentences(language: str) -> dict[str, str]:
    """What PHP reads in a file of sentences."""
    file = SOURCE.parent / "lang" / f"{language}.php"
    script = "echo json_encode(require $argv[1], JSON_THROW_ON_ERROR);"
    said = subprocess.run([needs("php"), "-r", script, str(file)], capture_output=True, text=True, check=True)
    sentences: dict[str, str] = json.loads(said.stdout)
    return sentences


def test_every_setting_shows_in_simple_mode_where_the_mail_servers_are_listed(module: Module) -> None:
    options = module("ConfigOptions", {})["result"]

    assert all(option["SimpleMode"] is True for option in options.values())
    assert options["server"]["Loader"] == "mailporch_ServerChoices"


@pytest.mark.parametrize(
    ("function", "session"), [("ClientArea", {}), ("AdminServicesTabFields", {"session": IN_ADMIN_AREA})]
)
def test_a_page_with_a_token_is_kept_out_of_caches(module: Module, function: str, session: dict[str, Any]) -> None:
    answer = module(function, **session)

    assert answer["headers"] == ["Cache-Control: private, no-store"]


def test_the_module_log_holds_no_secret(module: Module, params: dict[str, Any]) -> None:
    refused = params | {"domain": ""}
    answers = [
        module("ClientArea"),
        module("ClientArea", refused),
        module("ClientArea", session={"area": "client", "user": MARC}, permissions=[]),
        module("ServiceSingleSignOn", session=IN_ADMIN_AREA),
        module("ServiceSingleSignOn", params | {"serverpassword": KEY + "!"}),
        module("AdminServicesTabFields", refused, session=IN_ADMIN_AREA),
        module("AdminSingleSignOn", params | {"serverhostname": KEY}, session={"area": "admin"}),
        module("TestConnection", params | {"serverhostname": "localhost", "serverport": "1", "serversecure": False}),
    ]

    log = json.dumps([answer["module_calls"] for answer in answers])

    assert "localhost" in log
    assert KEY not in log
    assert "hidden-admin" not in log
    assert "eyJ" not in log


def test_a_page_that_failed_says_why_in_the_module_log(module: Module, params: dict[str, Any]) -> None:
    answer = module("ClientArea", params | {"domain": ""})

    (entry,) = answer["module_calls"]
    assert entry["action"] == "ClientArea"
    assert entry["request"] == {"serviceid": 101, "serverid": 1}
    assert "has no domain" in entry["response"]


def test_what_whmcs_refuses_to_tell_is_not_guessed(module: Module) -> None:
    answer = module("ServiceSingleSignOn", session=IN_ADMIN_AREA, refused={"GetClientsProducts": "Not allowed"})

    assert answer["result"] == {
        "success": False,
        "errorMsg": "WHMCS refused GetClientsProducts: Not allowed.",
    }


def test_the_stand_in_does_not_hide_what_the_module_asks_of_whmcs(php_program: str, params: dict[str, Any]) -> None:
    known = {"session": {"user": ALICE}, "config": {"SystemURL": "https://billing.northwind.test"}}

    with pytest.raises(php.ModuleFault, match='brings no "currency"'):
        php.run("ClientArea", params, **known)


def test_a_function_that_the_module_lacks_is_a_fault_of_the_call(php_program: str) -> None:
    with pytest.raises(php.ModuleFault, match="mailporch_ChangePassword"):
        php.run("ChangePassword", {})
