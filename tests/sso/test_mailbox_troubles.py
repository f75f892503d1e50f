"""What can go wrong with single mailboxes, brought about for real, and what whoever has to mend it reads.

The troubles are those that the guide of the module before ours lists, in its order. Each sentence names cause and cure.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal import shared_mailbox
from portal.store import servers
from tests.shared_world import DOMAIN, PASSWORD, SharedWorld
from tests.sso.people import ALICE, KEY, NORA
from tests.sso.whmcs import Whmcs
from tests.views.pages import text_of
from tests.views.shared.people import visitor

MODULES = Path(__file__).parents[2] / "sso/whmcs/modules/servers"
CREATE_REFUSED = "SQLSTATE[42000]: 1142 CREATE command denied to user 'whmcs'@'localhost'"


@dataclass
class Scene:
    """Northwind's WHMCS, where Alice has ordered a mailbox, its portal and the mail server."""

    boxes: Whmcs
    shared: SharedWorld
    folder: Path
    language: str = "english"
    context: dict[str, Any] = field(default_factory=dict)
    password: str = ""

    def entry(self, **changed: Any) -> None:
        """Change WHMCS's entry of the portal."""
        self.boxes.server |= changed

    def server(self, **changed: str) -> None:
        """Change the portal's entry of the mail server."""
        [record] = servers.all_servers()
        for name, value in changed.items():
            setattr(record, name, value)
        record.changed += 1
        record.save()

    def sql(self, text: str) -> None:
        self.boxes.query(text)

    def fault(self, action: str, kind: str, message: str = "") -> None:
        self.shared.mail.faults({"action": action, "kind": kind, "message": message})

    def plan(self, **changed: str) -> None:
        """Have another plan for the mailbox, which is there."""
        self.shared.mail.mailbox(DOMAIN, "alice", password=PASSWORD)
        self.shared.register("northwind", 301, f"alice@{DOMAIN}", **changed)

    def own(self, name: str, kind: str = "add_alias") -> None:
        """Have an alias or list of Alice's."""
        getattr(shared_mailbox, kind)(self.shared.holder(), name, *(["alice"] if kind == "add_alias" else []))

    # Who reads what.

    def in_admin_area(self, function: str, **params: Any) -> Any:
        context = {"session": {"area": "admin", "admin": NORA, "language": self.language}} | self.context
        return self.boxes.run(function, params or self.boxes.params(301), module="mailporchbox", **context)

    def tests_connection(self) -> str:
        return str(self.in_admin_area("TestConnection", **self.boxes.server)["result"]["error"])

    def creates(self) -> str:
        return str(self.in_admin_area("CreateAccount")["result"])

    def staff_set_password(self) -> str:
        return str(
            self.in_admin_area("ChangePassword", **(self.boxes.params(301) | {"password": self.password}))["result"]
        )

    def customer_sets_password(self) -> str:
        context = {"session": {"area": "client", "user": ALICE, "language": self.language}}
        params = self.boxes.params(301) | {"password": self.password}
        answer = self.boxes.run(
            "ChangePassword", params, module="mailporchbox", **context, config={"Language": "english"}
        )
        return str(answer["result"])

    def orders(self) -> str:
        [(handle,)] = [tuple(row.values()) for row in self.boxes.query("select value from tblcustomfieldsvalues")]
        session = {"area": "client", "language": self.language}
        [sentence] = self.boxes.reach(
            "ShoppingCartValidateProductUpdate", {"customfield": {"7": handle}}, session=session
        )
        return str(sentence)

    def posts(self, path: str, **form: str) -> str:
        """What stands on the card in the portal after that."""
        language = "fr" if self.language == "french" else "en"
        alice = visitor(self.shared, "northwind", 301, "alice", lang=language)
        card = alice.post(path, form) if form else alice.get(path)
        assert card.status_code in (200, 422)
        return text_of(card.text)

    def alias(self, name: str = "shop", to: str = "alice") -> str:
        return self.posts("aliases/", name=name, destinations=to)

    def changes_password(self) -> str:
        return self.posts("password", password=self.password, password_again=self.password)


@pytest.fixture
def scene(boxes: Whmcs, shared: SharedWorld, tmp_path: Path) -> Iterator[Scene]:
    yield Scene(boxes, shared, tmp_path)
    shared.mail.faults()
    shared.mail.build()


@dataclass(frozen=True)
class Trouble:
    """`cause` and `cure` stand in what is read, or in `french` their like; what the portal tells staff is English."""

    bring: Callable[[Scene], Any]
    read: Callable[[Scene], str]
    cause: str
    cure: str
    french: tuple[str, str] | None = None


def all_at_once(*acts: Callable[[Scene], Any]) -> Callable[[Scene], None]:
    def do(scene: Scene) -> None:
        for act in acts:
            act(scene)

    return do


def is_created(scene: Scene) -> None:
    assert scene.creates() == "success"


def chooses(password: str) -> Callable[[Scene], None]:
    return lambda scene: setattr(scene, "password", password)


def refuses_password(message: str) -> Callable[[Scene], None]:
    return lambda scene: scene.fault("updateUser", "refuse", message)


def is_without_library(scene: Scene) -> None:
    shutil.copytree(MODULES / "mailporchbox", scene.folder / "modules/mailporchbox")
    scene.context = {"modules": str(scene.folder / "modules"), "active": ["mailporchbox"]}


def is_used_before(scene: Scene) -> None:
    is_created(scene)
    scene.shared.mail.build("password-reuse")
    for password in ("F1rst!Password", "S3cond!Password"):
        scene.password = password
        assert scene.staff_set_password() == "success"
    scene.password = "F1rst!Password"


def is_used_now(scene: Scene) -> None:
    scene.plan()
    scene.shared.mail.build("password-reuse")
    scene.password = "Str0ng!Enough-Word"
    scene.changes_password()


WRONG_KEY = ("does not know this user name (tenant), or the password is not its key", "Enter both again")
WRONG_KEY_FRENCH = ("ne connaît pas ce nom d’utilisateur (tenant), ou le mot de passe n’est pas sa clé", "Saisissez")
SIGN_IN = ("sign in: refused: Invalid credentials", "Check the user name and the password of the server's entry")
WEAK = ("needs at least 10 characters", "Set another one and repeat")
PLATFORM = ("The mail platform refused the password", "Set another one and repeat")
SHOWN = ("This password was not accepted", "It needs at least 10 characters")
SHOWN_FRENCH = ("Ce mot de passe n’a pas été accepté", "Il doit avoir au moins 10 caractères")

TROUBLES = {
    # Test Connection fails.
    "user name": Trouble(
        lambda it: it.entry(serverusername="nobody"), Scene.tests_connection, *WRONG_KEY, WRONG_KEY_FRENCH
    ),
    "password": Trouble(lambda it: it.entry(serverpassword=KEY), Scene.tests_connection, *WRONG_KEY, WRONG_KEY_FRENCH),
    "no key": Trouble(
        lambda it: it.entry(serverpassword="secret"),
        Scene.tests_connection,
        "is not a key of the portal",
        "Paste the key again",
        ("n’est pas une clé du portail", "Collez la clé à nouveau"),
    ),
    "user name of the mail server": Trouble(
        lambda it: it.server(username="nobody"), Scene.tests_connection, "shared1: " + SIGN_IN[0], SIGN_IN[1]
    ),
    "password of the mail server": Trouble(lambda it: it.server(password="wrong"), Scene.tests_connection, *SIGN_IN),
    "endpoint": Trouble(
        lambda it: it.server(url=f"{it.shared.mail.url}/admin/other.php"),
        Scene.tests_connection,
        "HTTP 404. What answers there is not the API",
        "check the address of the API",
    ),
    "endpoint of users": Trouble(
        lambda it: it.server(url=f"{it.shared.mail.url}/webmail/"),
        Scene.tests_connection,
        "What answers there is not the API",
        "check the address of the API",
    ),
    "endpoint that no host can have": Trouble(
        lambda it: it.server(url="http://cp..emailarray.test/admin/json.php"),
        Scene.tests_connection,
        "no answer",
        "Check the address of the API",
    ),
    "no portal": Trouble(
        lambda it: it.entry(serverport=str(urlsplit(it.shared.mail.url).port)),
        Scene.tests_connection,
        "refused the call (HTTP 404)",
        "Check the host name and the port",
        ("a refusé l’appel (HTTP 404)", "Vérifiez le nom d’hôte et le port"),
    ),
    "cURL": Trouble(
        lambda it: it.context.update(lacking="curl_init"),
        Scene.tests_connection,
        "PHP lacks its extension cURL here",
        "Have it installed",
        ("Il manque ici à PHP son extension cURL", "Faites-la installer"),
    ),
    "outbound": Trouble(
        lambda it: it.entry(serverport="1"),
        Scene.tests_connection,
        "Nothing answers at http://localhost:1: the portal is down, or a firewall is between",
        "Check the host name and the port",
        ("le portail est arrêté, ou un pare-feu est entre les deux", "Vérifiez le nom d’hôte et le port"),
    ),
    "outbound of the portal": Trouble(
        lambda it: it.server(url="http://127.0.0.1:1/admin/json.php"),
        Scene.tests_connection,
        "no answer",
        "that the portal's machine may connect to it (firewall, DNS)",
    ),
    "permissions": Trouble(
        lambda it: it.fault("getAllDomains", "refuse", "Permission denied"),
        Scene.tests_connection,
        "Permission denied. The account lacks rights",
        "give it all of an admin's",
    ),
    "address that may not call": Trouble(
        lambda it: it.fault("*", "403"),
        Scene.tests_connection,
        "HTTP 403. What answers there is not the API, or turns the portal's machine away",
        "with the vendor whether the account may be used from there",
    ),
    "platform in trouble": Trouble(
        lambda it: it.fault("*", "502"),
        Scene.tests_connection,
        "The mail platform is at fault itself",
        "try again later",
    ),
    # Mailbox creation fails.
    "domain not listed": Trouble(
        lambda it: it.sql("update tblhosting set domain = 'elsewhere.test' where id = 301"),
        Scene.creates,
        "Domain not allowed: elsewhere.test is not in the product's setting allowed_domains (mail.test)",
        "Add it there, or choose one of them",
    ),
    "domain not on the platform": Trouble(
        lambda it: it.sql("update tblproducts set configoption2 = 'new.test' where id = 3"),
        Scene.creates,
        "account has no domain new.test",
        "Add it there, or take it out of allowed_domains",
    ),
    "handle": Trouble(
        lambda it: it.sql("update tblcustomfieldsvalues set value = 'a b'"),
        Scene.creates,
        'The mailbox name "a b" holds other characters',
        "Correct it in the custom field Mailbox",
    ),
    "no handle": Trouble(
        lambda it: it.sql("delete from tblcustomfieldsvalues"),
        Scene.creates,
        "This service has no mailbox yet",
        'Fill in the custom field "Mailbox"',
        ("Ce service n’a pas encore de boîte", "Remplissez le champ personnalisé « Mailbox »"),
    ),
    "handle in the cart": Trouble(
        lambda it: it.sql("update tblcustomfieldsvalues set value = 'a b'"),
        Scene.orders,
        '"a b" cannot be the first part',
        "it may have the letters a to z, digits",
        ("« a b » ne peut pas être la première partie", "elle peut avoir les lettres a à z, des chiffres"),
    ),
    "reserved": Trouble(
        lambda it: it.sql("update tblcustomfieldsvalues set value = 'postmaster'"),
        Scene.creates,
        'The mailbox name "postmaster" is reserved',
        "Choose another one in the custom field Mailbox",
    ),
    "reserved in the cart": Trouble(
        lambda it: it.sql("update tblcustomfieldsvalues set value = 'postmaster'"),
        Scene.orders,
        '"postmaster" is reserved',
        "Please choose another first part",
        ("« postmaster » est réservé", "Choisissez une autre première partie"),
    ),
    "exists": Trouble(
        lambda it: it.shared.mail.mailbox(DOMAIN, "alice", password=PASSWORD),
        Scene.creates,
        "The name alice@mail.test is in use on the mail server already",
        "Choose another name; or, if the mailbox is theirs, register it with its password",
    ),
    "generated password": Trouble(
        lambda it: it.sql("update tblhosting set password = 'encrypted:weak' where id = 301"), Scene.creates, *WEAK
    ),
    "generated password, by the platform": Trouble(
        lambda it: it.fault("addUser", "refuse", "Password contains invalid characters"), Scene.creates, *PLATFORM
    ),
    # The two with an error of their own.
    "no domain": Trouble(
        lambda it: it.sql("update tblproducts set configoption2 = 'a.test, b.test' where id = 3"),
        Scene.creates,
        "No domain found",
        "Enter the domain on the service, or allow one domain only",
    ),
    "domain not allowed": Trouble(
        lambda it: it.sql("update tblhosting set domain = 'elsewhere.test' where id = 301"),
        Scene.creates,
        "Domain not allowed",
        "Add it there, or choose one of them",
    ),
    # Password change fails.
    "short, by staff": Trouble(all_at_once(is_created, chooses("Sh0rt!")), Scene.staff_set_password, *WEAK),
    "space, by staff": Trouble(
        all_at_once(is_created, chooses("Str0ng! Enough")), Scene.staff_set_password, "it needs no spaces", WEAK[1]
    ),
    "used before, by staff": Trouble(
        is_used_before,
        Scene.staff_set_password,
        f"{PLATFORM[0]}: it may be too weak, have been used before",
        PLATFORM[1],
    ),
    "invalid characters, by staff": Trouble(
        all_at_once(is_created, chooses("Str0ng!Enough"), refuses_password("Password contains invalid characters")),
        Scene.staff_set_password,
        "hold characters that it does not take",
        PLATFORM[1],
    ),
    "short, on WHMCS's page": Trouble(
        all_at_once(is_created, chooses("Sh0rt!")), Scene.customer_sets_password, *SHOWN, SHOWN_FRENCH
    ),
    "used before, on WHMCS's page": Trouble(
        is_used_before,
        Scene.customer_sets_password,
        SHOWN[0],
        "it must not have been used before",
        (SHOWN_FRENCH[0], "ne pas avoir déjà servi"),
    ),
    "short, in the portal": Trouble(
        all_at_once(Scene.plan, chooses("Sh0rt!")),
        Scene.changes_password,
        "This password is not good enough",
        "At least 10 characters",
        ("Ce mot de passe ne convient pas", "Au moins 10 caractères"),
    ),
    "space, in the portal": Trouble(
        all_at_once(Scene.plan, chooses("Str0ng! Enough")),
        Scene.changes_password,
        "This password is not good enough",
        "No spaces",
        ("Ce mot de passe ne convient pas", "Aucune espace"),
    ),
    "used before, in the portal": Trouble(
        is_used_now,
        Scene.changes_password,
        "The mail server has a rule of its own that it does not keep; perhaps it was used before",
        "Try another, longer one",
        ("peut-être a-t-il déjà servi", "Essayez-en un autre, plus long"),
    ),
    # Aliases are not saving.
    "no right to make tables": Trouble(
        lambda it: it.context.update(create_refused=CREATE_REFUSED),
        Scene.tests_connection,
        "The table mod_mailporch_portals could not be made",
        "the database user of WHMCS needs the right CREATE",
        ("La table mod_mailporch_portals n’a pas pu être créée", "le droit CREATE"),
    ),
    "too many aliases": Trouble(
        all_at_once(lambda it: it.plan(max_aliases="1"), lambda it: it.own("news")),
        Scene.alias,
        "Your plan has no room for another one",
        "Delete one first, or choose a larger plan",
        ("Votre forfait n’en permet pas un de plus", "Supprimez-en d’abord un"),
    ),
    "reserved alias": Trouble(
        Scene.plan,
        lambda it: it.alias("postmaster"),
        "This name is reserved",
        "Choose another one",
        ("Ce nom est réservé", "Choisissez-en un autre"),
    ),
    "alias that somebody has": Trouble(
        Scene.plan,
        lambda it: it.alias("alias00001"),
        "This name cannot be had at mail.test",
        "Choose another one",
        ("Ce nom n’est pas disponible sur mail.test", "Choisissez-en un autre"),
    ),
    "alias to outside": Trouble(
        Scene.plan,
        lambda it: it.alias(to="somebody@example.net"),
        "your plan allows no others",
        "It has to be an address at mail.test",
        ("votre forfait n’en permet pas d’autres", "Ce doit être une adresse de mail.test"),
    ),
    # Distribution lists are not working.
    "library": Trouble(
        is_without_library,
        Scene.creates,
        "The folder modules/servers/mailporch is missing",
        "copy both folders",
    ),
    "too many lists": Trouble(
        all_at_once(lambda it: it.plan(max_lists="1"), lambda it: it.own("team", "create_list")),
        lambda it: it.posts("lists/", name="crew"),
        "Your plan has no room for another one",
        "Delete one first, or choose a larger plan",
        ("Votre forfait n’en permet pas un de plus", "Supprimez-en d’abord un"),
    ),
    "too many lists, on the card": Trouble(
        all_at_once(lambda it: it.plan(max_lists="1"), lambda it: it.own("team", "create_list")),
        lambda it: it.posts("lists/"),
        "Your plan has no room for another list",
        "Delete one first, or choose a larger plan",
        ("Votre forfait ne permet pas d’autre liste", "Supprimez-en d’abord une"),
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_what_goes_wrong_is_told_with_its_cause_and_its_cure(scene: Scene, name: str) -> None:
    trouble = TROUBLES[name]
    trouble.bring(scene)

    sentence = trouble.read(scene)

    assert trouble.cause in sentence
    assert trouble.cure in sentence


@pytest.mark.parametrize("name", [name for name, trouble in TROUBLES.items() if trouble.french])
def test_so_it_is_in_french(scene: Scene, name: str) -> None:
    trouble = TROUBLES[name]
    scene.language = "french"
    trouble.bring(scene)

    sentence = trouble.read(scene)

    assert trouble.french is not None
    assert [words for words in trouble.french if words not in sentence] == []


def test_what_went_wrong_stands_in_whmcss_module_log_with_the_call(scene: Scene) -> None:
    scene.sql("update tblcustomfieldsvalues set value = 'postmaster'")

    entries = scene.in_admin_area("CreateAccount")["module_calls"]

    [call, told] = [
        entry for entry in entries if entry["action"] in ("POST /api/v1/services/301/create", "CreateAccount")
    ]
    assert call["response"]["HTTP 422"]["code"] == "handle"
    assert "is reserved" in told["response"]
