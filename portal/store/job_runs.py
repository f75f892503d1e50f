"""When the worker last did what, so that people see that it works. Nothing depends on these rows."""

from peewee import BigIntegerField, CharField

from portal.store.base import Table, now


class JobRun(Table):
    """The last run of a job. `ended` is None while it runs, or when its process died; `result` is for staff."""

    name = CharField(max_length=32, primary_key=True)
    started = BigIntegerField()
    ended = BigIntegerField(null=True)
    result = CharField(max_length=64, default="")

    @property
    def seen(self) -> int:
        """The last time that something was heard of it."""
        return self.ended or self.started


def begin(name: str) -> None:
    """It runs from now on."""
    values: dict[object, object] = {JobRun.started: now(), JobRun.ended: None, JobRun.result: ""}
    if JobRun.update(values).where(JobRun.name == name).execute() == 0:
        JobRun.insert(name=name, started=now(), result="").on_conflict_ignore().execute()


def end(name: str, result: str) -> None:
    """It has ended, in these few words."""
    JobRun.update(ended=now(), result=result[:64]).where(JobRun.name == name).execute()


def newest() -> list[JobRun]:
    """The last run of each job, the newest first."""
    return sorted(JobRun.select(), key=lambda run: run.seen, reverse=True)
