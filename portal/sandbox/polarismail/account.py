"""Actions for the admin's own account."""

from ..played.answers import Refusal
from .access import here, rows
from .actions import admin
from .answers import Envelope, Parameters, address, done
from .state import BASIC, ENHANCED, check_password

MOST_DOMAINS = 100


@admin.action("getAdminStats")
def get_admin_stats(_given: Parameters) -> Envelope:
    """What is used and what was bought; one of the numbers is a number, as it was seen."""
    server = here()
    return done(
        {
            "curemails": server.seats(BASIC),
            "cureemails": str(server.seats(ENHANCED)),
            "curocemails": "0",
            "curexemails": "0",
            "maxemails": str(server.most_seats[BASIC]),
            "maxeemails": str(server.most_seats[ENHANCED]),
            "maxocemails": "0",
            "maxexemails": "0",
            "curdomains": str(len(server.domains)),
            "maxdomains": str(MOST_DOMAINS),
            "curquota": str(server.quota()),
            "maxquota": str(server.most_quota),
            "autogrow_quota": "0",
        }
    )


@admin.action("getAdminBrandInfo")
def get_admin_brand_info(_given: Parameters) -> Envelope:
    return done({"brandname": "Sandbox", "supportemail": here().email})


@admin.action("getAccountStats")
def get_account_stats(_given: Parameters) -> Envelope:
    """Who of the account did what: nothing is kept."""
    return done(rows([]))


@admin.action("changePassword", "password1", "password2")
def change_password(given: Parameters) -> Envelope:
    if given["password1"] != given["password2"]:
        raise Refusal("Passwords differ")
    check_password(given["password1"])
    here().password = given["password1"]
    return done("Password changed")


@admin.action("changeEmail", "emailadmin")
def change_email(given: Parameters) -> Envelope:
    here().email = address(given, "emailadmin")
    return done("Address changed")
