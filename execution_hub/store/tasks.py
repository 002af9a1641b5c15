"""Queries of tasks."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from execution_hub.domain.task import Task, TaskDraft
from execution_hub.store.catalogue import Catalogue
from execution_hub.store.catalogue_tables import TaskColumns


def _read(row: RowMapping) -> Task:
    return Task(**{name: row[name] for name in Task.__dataclass_fields__})


def _content(found: Task | TaskDraft) -> dict[str, Any]:
    return {name: getattr(found, name) for name in TaskDraft.__dataclass_fields__}


def _changes(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in TaskDraft.__dataclass_fields__ if name in content}


tasks = Catalogue[Task, TaskDraft](
    "task",
    TaskColumns.__table__,  # type: ignore[attr-defined]
    read=_read,
    content=_content,
    texts=("description", "input"),
    changes=_changes,
    is_by_name=False,
)
