import base64

import pytest

from portal.config import ConfigError, from_env

# The same in each process, because names of tests are made of it.
FERNET = base64.urlsafe_b64encode(bytes(32)).decode()
SECRET = "k" * 32
ENOUGH = {
    "PORTAL_SECRET_KEYS": SECRET,
    "PORTAL_ENCRYPTION_KEYS": FERNET,
    "PORTAL_BASE_URL": "https://portal.northwind.test",
}


def test_three_settings_are_enough():
    config = from_env(ENOUGH)

    assert config["PORTAL_SECRET_KEYS"] == [SECRET]
    assert config["PORTAL_ENCRYPTION_KEYS"] == [FERNET]
    assert config["PORTAL_BASE_URL"] == "https://portal.northwind.test"
    assert config["PORTAL_TRUSTED_PROXIES"] == 0
    assert config["PORTAL_SESSION_IDLE"] == 1800
    assert config["PORTAL_SESSION_ABSOLUTE"] == 28800
    assert config["PORTAL_MAIL_CONNECT_TIMEOUT"] == 5
    assert config["PORTAL_MAIL_TIMEOUT"] == 20
    assert config["PORTAL_DNS_RESOLVERS"] == []
    assert config["PORTAL_DNS_LOOK_AGAIN"] == 15
    assert config["REDIS_URL"] is None


def test_the_database_is_sqlite_under_instance_unless_told():
    assert from_env(ENOUGH)["DATABASE_URL"].startswith("sqlite:////")
    assert from_env(ENOUGH)["DATABASE_URL"].endswith("/instance/portal.db")


@pytest.mark.parametrize("name", sorted(ENOUGH))
def test_a_missing_setting_is_named(name):
    given = {key: value for key, value in ENOUGH.items() if key != name}

    with pytest.raises(ConfigError, match=name):
        from_env(given)


@pytest.mark.parametrize("name", sorted(ENOUGH))
def test_an_empty_setting_is_a_missing_one(name):
    with pytest.raises(ConfigError, match=name):
        from_env({**ENOUGH, name: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_SECRET_KEYS", "short"),
        ("PORTAL_SECRET_KEYS", f"{SECRET},short"),
        ("PORTAL_SECRET_KEYS", ","),
        ("PORTAL_ENCRYPTION_KEYS", "not-a-fernet-key"),
        ("PORTAL_ENCRYPTION_KEYS", f"{FERNET},not-a-fernet-key"),
        ("PORTAL_BASE_URL", "portal.northwind.test"),
        ("PORTAL_BASE_URL", "http://portal.northwind.test"),
        ("PORTAL_BASE_URL", "https://portal.northwind.test/sub"),
        ("PORTAL_BASE_URL", "https://user:password@portal.northwind.test"),
        ("REDIS_URL", "http://localhost"),
        ("PORTAL_TRUSTED_PROXIES", "-1"),
        ("PORTAL_TRUSTED_PROXIES", "all"),
        ("PORTAL_DNS_RESOLVERS", "ns1.northwind.test"),
        ("PORTAL_DNS_RESOLVERS", "192.0.2.999"),
        ("PORTAL_DNS_RESOLVERS", "192.0.2.1:99999"),
        ("PORTAL_DNS_LOOK_AGAIN", "0"),
        ("PORTAL_DNS_LOOK_AGAIN", "1.5"),
        ("PORTAL_SESSION_IDLE", "0"),
        ("PORTAL_SESSION_IDLE", "half an hour"),
        ("PORTAL_MAIL_TIMEOUT", "nan"),
        ("PORTAL_MAIL_TIMEOUT", "-5"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(ConfigError, match=name):
        from_env({**ENOUGH, name: value})


@pytest.mark.parametrize("name", ["PORTAL_SECRET_KEYS", "PORTAL_ENCRYPTION_KEYS"])
def test_a_wrong_key_is_not_shown(name):
    with pytest.raises(ConfigError) as stop:
        from_env({**ENOUGH, name: "half-a-secret"})

    assert "half-a-secret" not in str(stop.value)


def test_a_setting_may_stand_in_a_file(tmp_path):
    (tmp_path / "keys").write_text(f"{FERNET}\n")
    given = {**ENOUGH, "PORTAL_ENCRYPTION_KEYS": "", "PORTAL_ENCRYPTION_KEYS_FILE": str(tmp_path / "keys")}

    assert from_env(given)["PORTAL_ENCRYPTION_KEYS"] == [FERNET]


def test_a_setting_given_twice_is_named_with_both_names(tmp_path):
    (tmp_path / "url").write_text("sqlite:///file.db")
    given = {**ENOUGH, "DATABASE_URL": "sqlite:///here.db", "DATABASE_URL_FILE": str(tmp_path / "url")}

    with pytest.raises(ConfigError, match="DATABASE_URL and DATABASE_URL_FILE"):
        from_env(given)


def test_a_file_that_is_not_there_is_named_by_its_variable(tmp_path):
    with pytest.raises(ConfigError, match="PORTAL_BASE_URL_FILE"):
        from_env({**ENOUGH, "PORTAL_BASE_URL": "", "PORTAL_BASE_URL_FILE": str(tmp_path / "missing")})


def test_several_keys_keep_their_order():
    config = from_env({**ENOUGH, "PORTAL_SECRET_KEYS": f"{SECRET}, {'n' * 40}"})

    assert config["PORTAL_SECRET_KEYS"] == [SECRET, "n" * 40]


@pytest.mark.parametrize("url", ["http://localhost:5000", "http://portal.northwind.localhost:5000/"])
def test_the_sandbox_may_do_without_https(url):
    assert from_env({**ENOUGH, "PORTAL_BASE_URL": url})["PORTAL_BASE_URL"] == url.removesuffix("/")


def test_resolvers_are_addresses_with_ports():
    config = from_env({**ENOUGH, "PORTAL_DNS_RESOLVERS": "192.0.2.1, 127.0.0.1:5353, [2001:db8::1], [::1]:53"})

    assert config["PORTAL_DNS_RESOLVERS"] == [
        ("192.0.2.1", 53),
        ("127.0.0.1", 5353),
        ("2001:db8::1", 53),
        ("::1", 53),
    ]


def test_time_outs_may_be_parts_of_a_second():
    assert from_env({**ENOUGH, "PORTAL_MAIL_TIMEOUT": "0.25"})["PORTAL_MAIL_TIMEOUT"] == 0.25
