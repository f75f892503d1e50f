from contextlib import suppress

from portal.store import database, sessions, tenants, tokens
from tests.store.conftest import NOW

JTI = "AAECAwQFBgcICQoLDA0ODw"


def spend(tenant):
    with database.atomic():
        return tokens.spend(tenant, JTI, None, NOW)


def test_of_24_who_spend_a_token_at_once_one_wins(northwind, race):
    answers = race(24, lambda: spend(northwind))

    assert sorted(answers) == [False] * 23 + [True]


def test_a_refused_token_leaves_the_transaction_in_order(northwind):
    spend(northwind)

    with database.atomic():
        refused = tokens.spend(northwind, JTI, None, NOW)
        tenants.add_origin(northwind, "https://whmcs.northwind.test")

    assert refused is False
    assert tenants.origins(northwind) == ["https://whmcs.northwind.test"]


def test_a_spending_that_is_rolled_back_has_not_happened(northwind):
    with suppress(ValueError), database.atomic():
        tokens.spend(northwind, JTI, None, NOW)
        raise ValueError

    assert spend(northwind) is True


def test_each_tenant_has_tokens_of_its_own(northwind, harbour):
    spend(northwind)

    assert spend(harbour) is True


def test_tokens_that_differ_in_case_are_two(northwind):
    tokens.spend(northwind, "a" * 22, None, NOW)

    assert tokens.spend(northwind, "A" * 22, None, NOW) is True


def test_a_token_remembers_the_session_it_opened(northwind, session):
    tokens.spend(northwind, JTI, session, NOW)

    assert tokens.spent_by(northwind, JTI) == session.id


def test_an_unspent_token_opened_nothing(northwind):
    assert tokens.spent_by(northwind, JTI) is None


def test_a_token_stays_spent_when_its_session_is_purged(northwind, session):
    tokens.spend(northwind, JTI, session, NOW)

    sessions.purge(NOW + 1)

    assert spend(northwind) is False
    assert tokens.spent_by(northwind, JTI) is None


def test_a_purge_forgets_old_tokens_only(northwind):
    tokens.spend(northwind, "an-old-one", None, NOW - 3600)
    spend(northwind)

    forgotten = tokens.purge(NOW - 3599)

    assert forgotten == 1
    assert spend(northwind) is False
