"""Who and what WHMCS knows in the module's tests: Alice owns alice.test, Marc may only look, Nora is an admin."""

from typing import Any

KEY = "northwind-key-for-tests-only_0123456789abcd"
ALICE: dict[str, Any] = {"id": 21, "fullName": "Alice Martin", "email": "alice@customer.test"}
MARC: dict[str, Any] = {"id": 22, "fullName": "Marc Martin", "email": "marc@customer.test"}
NORA: dict[str, Any] = {"id": 1, "fullName": "Nora Ward", "email": "nora@northwind.test"}
IN_ADMIN_AREA = {"area": "admin", "admin": NORA}
SETTINGS = {
    "tier_gb": "10",
    "eas_price": "2.00",
    "mapi_price": "CAD 3.00, USD 2.40",
    "combined_price": "4.50",
    "domain_path": "C:\\SmarterMail\\Domains",
    "outbound_ip": "default",
    "max_users": "25",
    "delete_data": "on",
    "password_min_length": "8",
    "password_upper": "on",
    "password_digit": "on",
    "password_special": "",
    "spf_primary": "include:spf.mailhost.test",
    "offer_eas": "on",
    "offer_mapi": "",
    "activation_days": "1",
    "max_domain_aliases": "2",
    "spf_secondary": "a:old.mailhost.test, ip4:192.0.2.7",
    "autodiscover_host": "",
    "autodiscover_srv": "",
    "check_dmarc": "on",
    "dmarc_rua": "dmarc@mailhost.test",
    "dmarc_policy": "quarantine",
    "server": "mail-1",
}
FIRST_PASSWORD = "By-WHMCS-made-1"
MAILBOX_SETTINGS = {
    "server": "shared1",
    "allowed_domains": "mail.test",
    "account_type": "Basic",
    "quota_gb": "25",
    "max_aliases": "25",
    "external_forwards": "",
    "timezone": "America/Montreal",
    "date_format": "yyyy-mm-dd",
    "language": "en",
    "max_lists": "5",
}
HANDED_OVER = {
    name: SETTINGS[name] for name in SETTINGS.keys() - {"domain_path", "outbound_ip", "delete_data", "server"}
}
