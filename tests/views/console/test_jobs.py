"""The jobs: how far the collection is, what failed, and what is tried again."""

import re

from portal import collection
from portal.store import collecting, job_runs, services
from portal.store.services import Service
from tests.views.pages import says
from tests.world import Visitor, World


def found(world: World, slug: str, svc: int) -> Service:
    service = services.find(slug, svc)
    assert service is not None
    return service


def failed(world: World, slug: str = "northwind", svc: int = 101) -> None:
    with world.app.app_context():
        service = found(world, slug, svc)
        collecting.begin(service)
        collecting.finish(service, "read the domain's figures: no answer in time")


def test_the_progress_counts_what_was_read_failed_and_waits(world: World, nora: Visitor) -> None:
    failed(world)
    with world.app.app_context():
        list(collection.now_of(world.app.extensions["mail"], [found(world, "harbour", 201)]))

    page = nora.get("jobs/")

    assert says(page, "1 of 3 services are up to date · 0 being read · 1 waiting · 1 failed")
    assert '<progress max="3" value="1"' in page.text


def test_what_failed_is_tried_again_at_the_next_round(world: World, nora: Visitor) -> None:
    failed(world)
    with world.app.app_context():
        assert found(world, "northwind", 101) not in collecting.due()

    page = nora.post("jobs/northwind/101/retry")

    assert says(page, "within ten minutes")
    assert "retry" not in page.text
    with world.app.app_context():
        assert found(world, "northwind", 101) in collecting.due()


def test_only_the_own_tenants_failures_are_listed(world: World, hugo: Visitor) -> None:
    failed(world)
    failed(world, "harbour", 201)

    page = hugo.get("jobs/")

    assert re.findall(r'data-service="([^"]+)"', page.text) == ["harbour-201"]


def test_the_workers_last_runs_stand_there(world: World, nora: Visitor) -> None:
    before = nora.get("jobs/")
    with world.app.app_context():
        job_runs.begin("collect")
        job_runs.end("collect", "done")
        job_runs.begin("watch")

    page = nora.get("jobs/")

    assert says(before, "No worker has run yet.")
    assert set(re.findall(r'data-run="(\w+)"', page.text)) == {"collect", "watch"}
    assert says(page, "in progress")
