from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import listing
from portal.listing import PER_PAGE, Query
from portal.mail import Alias, Figures, Mailbox
from portal.mail.directory import Forwarding, Row, Snapshot

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = st.sampled_from(["", "an", "ann", "b", "É", "é", "STRASSE", "zz", "a b"])


DOMAIN = "alice.test"
NO_FIGURES = Figures(None, 0, 0, 0, 0, 0)


def mailbox(name: str, *, used: int | None = 0, days: int | None = None, enabled: bool = True) -> Mailbox:
    last = None if days is None else EPOCH + timedelta(days=days)
    return Mailbox(f"{name}@{DOMAIN}", name.title(), used, 0, last, enabled, False)


def snapshot(
    *mailboxes: Mailbox,
    aliases: tuple[Alias, ...] = (),
    eas: frozenset[str] = frozenset(),
    mapi: frozenset[str] = frozenset(),
) -> Snapshot:
    local = frozenset(mailbox.address for mailbox in mailboxes)
    return Snapshot(NO_FIGURES, mailboxes, local, aliases, eas, mapi, 0)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    names = draw(st.lists(st.text("abné.ß", min_size=1, max_size=5), max_size=130, unique=True))
    split = draw(st.integers(0, len(names)))
    mailboxes = [
        draw(st.builds(mailbox, st.just(name), used=few, days=few, enabled=st.booleans())) for name in names[:split]
    ]
    addresses = [mailbox.address for mailbox in mailboxes]
    targets = st.lists(st.sampled_from([*addresses, "x@example.com", "ann@example.org"]), max_size=2).map(tuple)
    aliases = [draw(st.builds(Alias, st.just(f"{name}@{DOMAIN}"), targets, st.booleans())) for name in names[split:]]
    switched_on = st.frozensets(st.sampled_from([*addresses, f"deleted@{DOMAIN}"]))
    return snapshot(*mailboxes, aliases=tuple(aliases), eas=draw(switched_on), mapi=draw(switched_on))


few = st.none() | st.integers(0, 5)
queries = st.builds(
    Query,
    q=WORDS,
    type=st.sampled_from(["", "mailbox", "forward"]),
    protocol=st.sampled_from(["", "eas", "mapi"]),
    state=st.sampled_from(["", "disabled"]),
    sort=st.sampled_from(["address", "-address", "size", "-size", "last", "-last"]),
    page=st.integers(1, 5),
)


# Also of addresses that are no mailbox any more.
forwardings = st.dictionaries(
    st.text("abné.ß", min_size=1, max_size=5).map(lambda name: f"{name}@{DOMAIN}"),
    st.lists(st.sampled_from(["zz@example.com", "ann@Éb.example"]), max_size=2).map(tuple),
)


PASSES: Mapping[str, Callable[[Row], bool]] = {
    "": lambda row: True,
    "mailbox": lambda row: row.kind == "mailbox",
    "forward": lambda row: row.kind == "forward",
    "eas": lambda row: row.activesync,
    "mapi": lambda row: row.mapi,
    "disabled": lambda row: row.mailbox is not None and not row.mailbox.enabled,
}


def every_row(snapshot: Snapshot, forwarding: Forwarding) -> list[Row]:
    return [snapshot.row(entry, forwarding) for entry in snapshot.entries]


def every_page(snapshot: Snapshot, query: Query, forwarding: Forwarding) -> list[Row]:
    pages = listing.page(snapshot, query, forwarding).pages
    return [
        row
        for number in range(1, pages + 1)
        for row in listing.page(snapshot, Query(**query.parameters(page=number)), forwarding).rows
    ]


def text(row: Row) -> str:
    name = row.mailbox.display_name if row.mailbox else ""
    return "\n".join((row.address, name, *row.aliases, *(row.destinations or ()))).casefold()


@given(snapshots(), queries, forwardings)
def test_the_pages_together_hold_each_matching_row_once(
    snapshot: Snapshot, query: Query, forwarding: Forwarding
) -> None:
    found = every_page(snapshot, query, forwarding)

    matching = [
        row.address
        for row in every_row(snapshot, forwarding)
        if all(word in text(row) for word in query.q.casefold().split())
        and all(PASSES[name](row) for name in (query.type, query.protocol, query.state))
    ]
    assert sorted(row.address for row in found) == matching


@given(snapshots(), queries)
def test_a_page_names_the_range_it_shows(snapshot: Snapshot, query: Query) -> None:
    page = listing.page(snapshot, query, {})

    assert 1 <= page.number <= page.pages
    assert len(page.rows) == (page.last - page.first + 1 if page.total else 0)
    assert page.last <= page.total
    assert len(page.rows) <= PER_PAGE


@given(snapshots(), queries)
def test_rows_stand_in_the_order_asked_for(snapshot: Snapshot, query: Query) -> None:
    found = every_page(snapshot, query, {})

    key = listing.SORT_KEYS[query.sort.removeprefix("-")]
    keys = [key(row.mailbox or Alias(row.address, row.destinations or ())) for row in found]
    assert all(one >= other if query.sort.startswith("-") else one <= other for one, other in pairwise(keys))


@given(snapshots())
def test_a_filters_count_is_the_number_of_rows_it_shows(snapshot: Snapshot) -> None:
    counts = listing.counts(snapshot)

    places = {"mailbox": "type", "forward": "type", "eas": "protocol", "mapi": "protocol", "disabled": "state"}
    assert counts == {name: listing.page(snapshot, Query(**{place: name}), {}).total for name, place in places.items()}


@given(queries)
def test_an_address_carries_its_query_whole(query: Query) -> None:
    parameters = {name: str(value) for name, value in query.parameters(page=query.page).items()}

    assert Query.parse(parameters) == replace(query, q=query.q.strip())


@given(queries, st.sampled_from(["address", "-size"]))
def test_a_change_of_the_query_goes_back_to_the_first_page(query: Query, sort: str) -> None:
    parameters = query.parameters(sort=sort)

    assert "page" not in parameters
    assert parameters.get("sort", "address") == sort


@given(st.dictionaries(st.sampled_from(["q", "type", "protocol", "state", "sort", "page"]), st.text(max_size=20)))
def test_no_address_is_too_strange_to_be_read(values: Mapping[str, str]) -> None:
    query = Query.parse(values)

    assert query.page >= 1
    assert query.sort.removeprefix("-") in listing.SORT_KEYS
    assert listing.page(snapshot(), query, {}).rows == []


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "", " 2", "٢", "²", "9" * 9, "1e3"])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    query = Query.parse({"page": page})

    assert query.page == 1


def test_a_search_is_cut_to_a_bearable_length() -> None:
    query = Query.parse({"q": "x" * 10_000})

    assert len(query.q) == listing.LONGEST_SEARCH


@pytest.mark.parametrize("q", ["Straße", "STRASSE", "straSSe"])
def test_a_search_compares_folded(q: str) -> None:
    held = snapshot(mailbox("straße"), mailbox("other"))

    page = listing.page(held, Query(q=q), {})

    assert [row.address for row in page.rows] == ["straße@alice.test"]


def test_what_is_not_known_sorts_below_what_is() -> None:
    forward = Alias(f"c@{DOMAIN}", ("x@example.com",))
    held = snapshot(mailbox("a", used=None, days=None), mailbox("b", used=0, days=1), aliases=(forward,))

    by_size = listing.page(held, Query(sort="-size"), {}).rows
    by_last = listing.page(held, Query(sort="-last"), {}).rows

    assert by_size[0].address == by_last[0].address == "b@alice.test"


def test_a_mailbox_is_found_by_where_it_is_known_to_forward_to() -> None:
    held = snapshot(mailbox("ann"), mailbox("ben"), mailbox("cleo"))
    forwarding = {f"ann@{DOMAIN}": ("Somebody@example.com",), f"ben@{DOMAIN}": ()}

    page = listing.page(held, Query(q="somebody ann"), forwarding)

    assert [(row.address, row.destinations) for row in page.rows] == [(f"ann@{DOMAIN}", ("Somebody@example.com",))]


def test_a_search_that_is_made_again_finds_what_has_become_known() -> None:
    held = snapshot(mailbox("ann"), mailbox("ben"))
    before = listing.page(held, Query(q="somebody"), {})

    after = listing.page(held, Query(q="somebody"), {f"ben@{DOMAIN}": ("somebody@example.com",)})

    assert [page.total for page in (before, after)] == [0, 1]
    assert [row.address for row in after.rows] == [f"ben@{DOMAIN}"]


def test_only_what_is_not_known_to_forward_nowhere_is_unsearched() -> None:
    held = snapshot(mailbox("ann"), mailbox("ben"), mailbox("cleo"))
    forwarding = {f"ann@{DOMAIN}": ("x@example.com",), f"ben@{DOMAIN}": ()}

    unsearched = listing.unsearched(held, Query(q="x"), forwarding)

    assert unsearched == 1
    assert not listing.unsearched(held, Query(), forwarding)
    assert not listing.unsearched(held, Query(q="x", type="forward"), forwarding)


@pytest.mark.parametrize(
    ("q", "shown"), [("", ("one", "two")), ("three", ("three", "one")), ("FOUR three", ("three", "four"))]
)
def test_of_many_names_those_that_were_searched_for_are_shown_first(q: str, shown: tuple[str, ...]) -> None:
    assert listing.foremost(("one", "two", "three", "four"), Query(q=q)) == shown
