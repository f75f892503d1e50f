import pytest

from portal.mail.polarismail.options import VENDOR_SECOND_URL, VENDOR_URL, Options


def test_the_vendors_addresses_are_known() -> None:
    options = Options.read({}, VENDOR_URL)

    assert (options.second_url, options.user_url) == (VENDOR_SECOND_URL, "https://cp.emailarray.com/json.php")
    assert options.panel_url == "https://cp.emailarray.com/processlogin.php"


def test_another_server_has_no_second_host_and_its_own_panel() -> None:
    options = Options.read({}, "http://127.0.0.1:8000/admin/json.php")

    assert (options.second_url, options.user_url) == ("", "http://127.0.0.1:8000/json.php")
    assert options.panel_url == "http://127.0.0.1:8000/processlogin.php"


def test_the_entry_has_the_last_word() -> None:
    options = Options.read({"second_url": "", "mb_per_gb": "1024", "update_timezone": "editdtzone"}, VENDOR_URL)

    assert (options.second_url, options.mb_per_gb, options.updated("timezone")) == ("", 1024, "editdtzone")
    assert options.updated("language") == "edituser_language"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mb_per_gb", "1"),
        ("mb_per_gb", "many"),
        ("second_url", "cfcp.emailarray.com"),
        ("webmail_link", "javascript:alert(1)"),
        ("update_timezone", "edit time zone"),
        ("sign_in_each_time", "sometimes"),
        ("webmail_url", "https://evil.test/"),
        ("colour", "blue"),
    ],
)
def test_an_option_without_meaning_is_told(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        Options.read({name: text}, VENDOR_URL)
