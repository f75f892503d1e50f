"""When a tenant's WHMCS was last heard of: by kind, for each tenant, written once a minute at most."""

import pytest
import time_machine

from portal.store import contacts, exclusive
from portal.store.contacts import CALL, HANDOFF, PING

NOON = 1_800_000_000


def heard(tenant, kind=PING, module="0.1.0", at=NOON):
    with time_machine.travel(at, tick=False), exclusive(tenant):
        contacts.note(tenant, kind, module)


def told(tenant):
    return {kind: (row.at, row.module) for kind, row in contacts.of(tenant).items()}


def test_each_kind_and_tenant_is_told_apart(northwind, harbour):
    heard(northwind)
    heard(northwind, CALL, at=NOON + 1)
    heard(harbour, HANDOFF, "", at=NOON + 2)

    assert told(northwind) == {PING: (NOON, "0.1.0"), CALL: (NOON + 1, "0.1.0")}
    assert told(harbour) == {HANDOFF: (NOON + 2, "")}


@pytest.mark.parametrize(("later", "kept"), [(59, NOON), (60, NOON + 60), (-5, NOON - 5)])
def test_within_a_minute_nothing_is_written_but_a_clock_that_was_set_back_is_followed(northwind, later, kept):
    heard(northwind)

    heard(northwind, at=NOON + later)

    assert told(northwind) == {PING: (kept, "0.1.0")}


def test_another_version_of_the_module_is_told_at_once(northwind):
    heard(northwind)

    heard(northwind, module="0.2.0", at=NOON + 1)

    assert told(northwind) == {PING: (NOON + 1, "0.2.0")}


def test_of_many_at_once_one_is_written_and_none_fails(northwind, race):
    race(20, lambda: heard(northwind))

    assert told(northwind) == {PING: (NOON, "0.1.0")}
