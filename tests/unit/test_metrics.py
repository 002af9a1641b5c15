"""What is counted, and what Prometheus reads of it."""

import pytest

from execution_hub import metrics
from execution_hub.metrics import MODELS_MAX, OTHER, Figures, Names, count_usage, exposition
from tests.support.metrics import Scrape

FIGURES = Figures(
    "alone", 1, 10, {("agent_test", "pending"): 2}, 2, 1.5, True, {("alone", "running"): 1}, {"polling": 3}
)


def scrape() -> Scrape:
    return Scrape(exposition(FIGURES).decode())


def test_only_the_first_names_have_a_label_of_their_own() -> None:
    names = Names(2)
    assert [names.label(each) for each in ("a", "b", "c", "a", "d")] == ["a", "b", OTHER, "a", OTHER]


def test_whatever_a_model_is_called_the_text_stays_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes, line breaks, half characters, and far too many of them: a bounded number of labels, each as it was."""
    monkeypatch.setattr(metrics, "_models", Names(MODELS_MAX))
    hostile = ['a"b', "a\\b", 'x"} 1\nhub_executions{type="forged"} 7', "模型", "\ud800half", "#", "a,b=c"]
    before = scrape()
    for name in [*hostile, *(f"model-{number}" for number in range(2 * MODELS_MAX))]:
        count_usage(name, (("input", 3), ("output", None)), 0.5)
    after = scrape()
    found = after.labels("hub_model_tokens_total", "model") - before.labels("hub_model_tokens_total", "model")
    assert found >= {"?half" if name == "\ud800half" else name for name in hostile}
    assert len(found) == MODELS_MAX + 1
    left_out = len(hostile) + 2 * MODELS_MAX - MODELS_MAX
    assert after.since(before, "hub_model_tokens_total", model=OTHER, kind="input") == 3 * left_out
    assert after.since(before, "hub_model_cost_usd_total", model=OTHER) == 0.5 * left_out
    assert after.labels("hub_executions", "type") == {"agent_test"}


def test_a_model_that_used_nothing_takes_no_label() -> None:
    count_usage("of-nobody", (("input", None), ("output", 0)), None)
    assert "of-nobody" not in scrape().labels("hub_model_tokens_total", "model")


def test_each_figure_has_words_and_the_gauges_are_as_they_were_told() -> None:
    found = scrape()
    assert all(family.documentation for family in found.families)
    assert found.value("hub_executions", type="agent_test", status="pending") == 2
    assert (found.value("hub_queue_length"), found.value("hub_queue_oldest_seconds")) == (2, 1.5)
    assert (found.value("hub_queue_paused"), found.value("hub_clients", kind="polling")) == (1, 3)
    assert (found.value("hub_process_running"), found.value("hub_process_slots")) == (1, 10)
    assert found.value("hub_workers", role="alone", status="running") == 1
