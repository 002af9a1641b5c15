"""The tasks of the hub."""

from execution_hub.domain.task import Task, TaskDraft
from execution_hub.hub.catalogue import Catalogue
from execution_hub.store.database import Database
from execution_hub.store.tasks import tasks


class Tasks(Catalogue[Task, TaskDraft]):
    """Named pieces of work for workflows, the newest first."""

    def __init__(self, database: Database) -> None:
        """Keep them in a database."""
        super().__init__(database, tasks)
