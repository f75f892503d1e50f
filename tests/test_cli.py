import re
from collections.abc import Iterator

import pytest
from click.testing import Result
from cryptography.fernet import Fernet
from flask import Flask

from portal import cli, store
from portal.store import own_hosts, servers, tenants

KEY = re.compile(r"[A-Za-z0-9_-]{43}")
SERVER = [
    "server",
    "add",
    "smartermail",
    "mail-one",
    "--url=https://mail.test/",
    "--username=portal",
    "--mail-host=MX.test",
]
NORTHWIND = ["tenant", "add", "northwind", "--name=Northwind", "--whmcs-url=https://whmcs.northwind.test"]


@pytest.fixture
def app(tmp_path) -> Iterator[Flask]:
    """The commands on a database without tables."""
    app = Flask("portal")
    cli.init_app(app)
    store.use(f"sqlite:///{tmp_path}/portal.db", [Fernet.generate_key().decode()])
    yield app
    store.close()


@pytest.fixture
def command(app):
    """Runs a command."""

    def run(*words: str, stdin: str = "") -> Result:
        return app.test_cli_runner().invoke(args=list(words), input=stdin)

    return run


@pytest.fixture
def flask(command):
    """Runs a command on a database that is up to date."""
    command("db", "upgrade")
    return command


def test_upgrade_names_what_it_did(command):
    first = command("db", "upgrade")
    second = command("db", "upgrade")

    assert first.stdout.startswith("applied 0001_")
    assert second.stdout == "nothing to do\n"


def test_a_new_tenants_key_is_all_that_goes_to_the_standard_output(flask):
    result = flask(*NORTHWIND)

    assert KEY.fullmatch(result.stdout.strip())
    assert tenants.keys(tenants.by_slug("northwind")) == [result.stdout.strip()]


def test_a_tenant_is_kept_with_all_that_was_told(flask):
    flask(*NORTHWIND, "--owner", "--colour=#AABBCC", "--origin=https://a.test", "--origin=https://b.test")

    kept = tenants.by_slug("northwind")
    assert (kept.name, kept.whmcs_url, kept.owner) == ("Northwind", "https://whmcs.northwind.test", True)
    assert kept.brand == {"colour": "#aabbcc"}
    assert tenants.origins(kept) == ["https://a.test", "https://b.test"]


@pytest.mark.parametrize(
    "more", [["--colour=red"], ["--whmcs-url=whmcs"], ["--origin=http://a.test"], ["--origin=https://a.test/page"]]
)
def test_a_tenant_with_a_wrong_setting_is_not_made(flask, more):
    result = flask(*NORTHWIND, *more)

    assert result.exit_code != 0
    assert "Error: " in result.stderr
    assert tenants.by_slug("northwind") is None


def test_a_second_tenant_of_that_name_is_refused_with_a_sentence(flask):
    flask(*NORTHWIND)

    result = flask(*NORTHWIND)

    assert result.exit_code == 1
    assert result.stderr == "Error: there is a tenant northwind already\n"


def test_the_list_of_tenants_holds_no_key(flask):
    key = flask(*NORTHWIND, "--owner", "--origin=https://a.test").stdout.strip()

    result = flask("tenant", "list")

    assert result.stdout == "northwind (owner)\tNorthwind\thttps://whmcs.northwind.test\thttps://a.test\n"
    assert key not in result.output


def test_rotation_prints_the_new_key_and_keeps_the_old_one_for_a_while(flask):
    old = flask(*NORTHWIND).stdout.strip()

    new = flask("tenant", "rotate", "northwind").stdout.strip()

    assert tenants.keys(tenants.by_slug("northwind")) == [old, new]


def test_rotation_without_overlap_ends_the_old_key(flask):
    flask(*NORTHWIND)

    new = flask("tenant", "rotate", "northwind", "--overlap=0").stdout.strip()

    assert tenants.keys(tenants.by_slug("northwind")) == [new]


def test_origins_are_added_removed_and_listed(flask):
    flask(*NORTHWIND)
    flask("tenant", "origin", "northwind", "add", "https://a.test")
    flask("tenant", "origin", "northwind", "add", "https://b.test")

    removed = flask("tenant", "origin", "northwind", "remove", "https://a.test")

    assert removed.stdout == "https://b.test\nhttps://whmcs.northwind.test\n"
    assert flask("tenant", "origin", "northwind").stdout == removed.stdout


def test_a_host_name_that_is_anothers_is_told_and_taken_back(flask):
    for slug in ("acme", "quay"):
        flask("tenant", "add", slug, f"--name={slug}", f"--whmcs-url=https://my.{slug}.test")
    own_hosts.put(tenants.by_slug("acme"), "mail.quay.example.com")
    told = flask("tenant", "host", "acme").stdout

    ended = flask("tenant", "host", "acme", "--end")

    assert (told, ended.exit_code) == ("mail.quay.example.com\n", 0)
    own_hosts.put(tenants.by_slug("quay"), "mail.quay.example.com")
    assert [flask("tenant", "host", slug).stdout for slug in ("acme", "quay")] == ["", told]


@pytest.mark.parametrize(
    ("whmcs_url", "origin"),
    [
        ("https://my.acme.test/billing/whmcs", "https://my.acme.test"),
        ("https://My.Acme.test:443/", "https://my.acme.test"),
        ("https://my.acme.test:8443", "https://my.acme.test:8443"),
    ],
)
def test_without_an_origin_whmcss_own_may_embed_the_portal(flask, whmcs_url, origin):
    flask("tenant", "add", "acme", "--name=Acme", f"--whmcs-url={whmcs_url}")

    assert flask("tenant", "origin", "acme").stdout == f"{origin}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["nobody", "list"],
        ["northwind", "add"],
        ["northwind", "add", "https://a.test/"],
        ["northwind", "remove", "https://a.test"],
        ["northwind", "list", "https://a.test"],
    ],
)
def test_an_origin_command_that_cannot_be_done_fails(flask, words):
    flask(*NORTHWIND)

    result = flask("tenant", "origin", *words)

    assert result.exit_code != 0
    assert "Error: " in result.stderr


def test_a_mail_servers_password_is_read_from_the_standard_input(flask):
    flask(*NORTHWIND, "--owner")

    result = flask(*SERVER, stdin="the secret\n")

    kept = servers.named(tenants.by_slug("northwind"), "mail-one")
    assert result.stdout == "added mail-one\n"
    assert (kept.url, kept.password, kept.mail_host, kept.mx_hosts) == (
        "https://mail.test",
        "the secret",
        "mx.test",
        ["mx.test"],
    )


def test_a_mail_servers_password_is_read_from_a_file(flask, tmp_path):
    flask(*NORTHWIND, "--owner")
    (tmp_path / "password").write_text("the secret\n")

    flask(*SERVER, f"--password-file={tmp_path / 'password'}")

    assert servers.named(tenants.by_slug("northwind"), "mail-one").password == "the secret"


def test_a_mail_server_without_a_password_is_not_kept(flask):
    result = flask(*SERVER)

    assert result.exit_code == 1
    assert servers.all_servers() == []


def test_there_is_no_option_that_takes_the_password_itself(flask):
    result = flask(*SERVER, "--password=secret", stdin="secret\n")

    assert result.exit_code == 2
    assert servers.all_servers() == []


def test_a_mail_server_is_lent_to_the_tenants_that_are_named(flask):
    flask(*NORTHWIND)

    flask(*SERVER, "--lend-to=northwind", "--mx-host=MX1.test", stdin="secret\n")

    [lent] = servers.available_to(tenants.by_slug("northwind"))
    assert (lent.name, lent.mx_hosts) == ("mail-one", ["mx1.test"])


def test_the_list_of_mail_servers_holds_no_password(flask):
    flask(*NORTHWIND)
    flask(*SERVER, "--lend-to=northwind", stdin="the secret\n")

    result = flask("server", "list")

    lent = "lent to: northwind (domains 0/unlimited, mailboxes 0/unlimited)"
    assert result.stdout == f"mail-one\tsmartermail\thttps://mail.test\tportal\tmx.test\t{lent}\n"


def test_a_second_server_of_that_name_is_refused_with_a_sentence(flask):
    flask(*SERVER, stdin="secret\n")

    result = flask(*SERVER, stdin="secret\n")

    assert result.stderr == "Error: there is a mail server mail-one already\n"


POLARISMAIL = ["server", "add", "polarismail", "shared", "--username=portal", "--mail-host=mail.test"]


def test_a_polarismail_server_is_the_vendors_unless_told(flask):
    flask(*NORTHWIND, "--owner")

    flask(*POLARISMAIL, stdin="secret\n")

    [kept] = servers.all_servers()
    assert (kept.kind, kept.url) == ("polarismail", "https://cp.emailarray.com/admin/json.php")
    assert (kept.webmail_url, kept.options) == ("https://al.emailarray.com/", {})


def test_another_polarismail_server_is_not_given_the_vendors_webmail(flask):
    flask(*POLARISMAIL, "--url=https://polaris.test/admin/json.php", stdin="secret\n")

    [kept] = servers.all_servers()
    assert (kept.url, kept.webmail_url) == ("https://polaris.test/admin/json.php", "")


def test_what_is_otherwise_with_a_server_is_kept_and_listed(flask):
    flask(*POLARISMAIL, "--option=update_timezone=editdtzone", "--option=mb_per_gb=1024", stdin="secret\n")

    result = flask("server", "list")

    assert servers.all_servers()[0].options == {"update_timezone": "editdtzone", "mb_per_gb": "1024"}
    assert result.stdout.endswith("\tupdate_timezone=editdtzone\tmb_per_gb=1024\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([*POLARISMAIL, "--option=mb_per_gb=7"], "mb_per_gb is 1000 or 1024"),
        ([*POLARISMAIL, "--option=colour=blue"], "there is no option colour"),
        ([*POLARISMAIL, "--option=colour"], "write name=value"),
        ([*SERVER, "--option=mb_per_gb=1024"], "a server of kind smartermail has no options"),
        ([word for word in SERVER if not word.startswith("--url")], "--url is needed for smartermail"),
    ],
)
def test_a_server_with_what_has_no_meaning_is_not_kept(flask, words, sentence):
    result = flask(*words, stdin="secret\n")

    assert result.exit_code != 0
    assert sentence in result.stderr
    assert servers.all_servers() == []
