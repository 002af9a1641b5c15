"""The dashboard's filters as they stand in its address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import InvalidInput
from execution_hub.views.addresses import dashboard_path

SPANS = {"1h": timedelta(hours=1), "24h": timedelta(hours=24), "7d": timedelta(days=7)}
Q_MAX = 200


@dataclass(frozen=True, slots=True)
class FilterWords:
    """The words of the address; an empty one lets all through.

    Attributes:
        type, status, agent_id, workflow_id, q: As in the API's list.
        time: `1h`, `24h`, `7d`.
        since, until: A span of its own instead, ISO 8601, half-open.
    """

    type: str = ""
    status: str = ""
    agent_id: str = ""
    workflow_id: str = ""
    time: str = ""
    since: str = ""
    until: str = ""
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "FilterWords":
        """Read the words of an address; those that mean nothing are left out.

        >>> FilterWords.of({"status": "failed", "time": "tomorrow", "x": "y"})
        FilterWords(type='', status='failed', agent_id='', workflow_id='', time='', since='', until='', q='')
        """
        words = {name: query.get(name, "")[:Q_MAX] for name in cls.__dataclass_fields__}
        for name in ("status", "agent_id", "workflow_id", "since", "until"):
            try:
                ExecutionFilter.from_query({name: words[name]})
            except InvalidInput:
                words[name] = ""
        if words["time"] not in SPANS:
            words["time"] = ""
        if words["time"]:
            words["since"] = words["until"] = ""
        return cls(**words)

    @property
    def is_empty(self) -> bool:
        """Whether all executions pass."""
        return self == FilterWords()

    def path(self, **changes: str) -> str:
        """Return the address of the dashboard with these words, some of them changed.

        >>> FilterWords(status="failed").path(type="agent_test", status="")
        '/?type=agent_test'
        """
        return dashboard_path(**{name: changes.get(name, getattr(self, name)) for name in self.__dataclass_fields__})

    def where(self, now: datetime) -> ExecutionFilter:
        """Return the filter these words mean.

        Args:
            now: The present, UTC: where the time span ends.
        """
        names = ("type", "status", "agent_id", "workflow_id", "since", "until", "q")
        found = ExecutionFilter.from_query({name: getattr(self, name) for name in names})
        return found.but(since=now - SPANS[self.time]) if self.time else found
