"""What Prometheus would read."""

from prometheus_client.parser import text_string_to_metric_families

from tests.support.api import Api, sample_id


class Scrape:
    """The samples of one answer, by name and labels."""

    def __init__(self, text: str) -> None:
        """Read them, as Prometheus does."""
        self.families = list(text_string_to_metric_families(text))
        self._samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        """Return a sample with exactly these labels; 0 where there is none, as before it is counted first."""
        return self._samples.get((name, frozenset(labels.items())), 0.0)

    def labels(self, name: str, label: str) -> set[str]:
        """Return the values that a label has in samples of a name."""
        return {dict(labels)[label] for found, labels in self._samples if found == name}

    def since(self, before: "Scrape", name: str, **labels: str) -> float:
        """Return what a counter has counted since another scrape."""
        return self.value(name, **labels) - before.value(name, **labels)


async def scrape(api: Api, url: str = "/metrics") -> Scrape:
    """Ask for the figures, of another address if one is given."""
    answer = await api.client.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return Scrape(answer.text)


async def start(api: Api, text: str, agent_id: int | None = None) -> int:
    """Start a test of an agent, the simulated one if omitted, and return its id."""
    agent_id = agent_id or await sample_id(api)
    return int((await api.call("POST", f"/api/agents/{agent_id}/test", json={"input": text}))[1]["id"])
