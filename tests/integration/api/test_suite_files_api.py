"""Cases of suites as files over HTTP, and the report of a run."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from junitparser import Error, Failure, JUnitXml

from execution_hub.views.run_junit import write_junit
from execution_hub.words.catalogue import CATALOGUES
from tests.support.api import Api, ended

HELPER = 1
HOSTILE = "</style><script>alert(1)</script>\"' {{ 7*7 }} & \u202e\x1b[31m\x0b"
TABLE = (
    "name,input,expected,checks\r\n"
    'Bees,[fast] bees,=1+1,"[{""type"": ""contains"", ""value"": ""bees""}]"\r\n'
    'Short,[fast] x,,"[{""type"": ""max_chars"", ""value"": 3}]"\r\n'
)


async def bring(api: Api, **values: Any) -> dict[str, Any]:
    """Import a suite and return it."""
    given = {"format": "csv", "text": TABLE, "targets": [{"agent_id": HELPER}], **values}
    status, answer = await api.call("POST", "/api/suites/import", json=given)
    assert status == 201, answer
    return dict(answer)


async def test_cases_go_out_and_come_in_again(api: Api) -> None:
    suite = await bring(api, name="研究/ x")
    assert [each["golden"] for each in suite["cases"]] == ["=1+1", None]
    path = f"/api/suites/{suite['id']}"
    for number, (kind, media) in enumerate((("csv", "text/csv"), ("jsonl", "application/x-ndjson")), 2):
        file = await api.client.get(f"{path}/cases?format={kind}")
        assert file.headers["content-type"].startswith(media)
        assert file.headers["content-disposition"] == (
            f"attachment; filename=\"__-x.{kind}\"; filename*=UTF-8''%E7%A0%94%E7%A9%B6-x.{kind}"
        )
        same = await bring(api, name="研究/ x", format=kind, text=file.content.decode())
        assert same["cases"] == suite["cases"]
        assert same["name"] == f"研究/ x ({number})"
    status, more = await api.call("POST", f"{path}/import", json={"format": "csv", "text": TABLE})
    assert (status, [each["name"] for each in more["cases"]]) == (200, ["Bees", "Short", "Bees (2)", "Short (2)"])
    assert more["unmapped"] == []
    own = {"format": "promptfoo", "text": "prompts: ['{{ q }}']\ntests: [{vars: {q: x}, assert: [{type: python}]}]"}
    status, other = await api.call("POST", f"{path}/import", json={**own, "mode": "replace"})
    assert (status, [each["name"] for each in other["cases"]]) == (200, ["x"])
    assert [each["place"] for each in other["unmapped"]] == ["tests[0].assert[0]"]
    headers = {"If-Match": f'"{suite["version"]}"'}
    assert (await api.call("POST", f"{path}/import", json=own, headers=headers))[0] == 412


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": "name,input\na,"}, "line 2.input"),
        ({"format": "jsonl", "text": "{"}, "text"),
        ({"format": "xlsx"}, "format"),
        ({"targets": [{"agent_id": 99}]}, "targets[0].agent_id"),
        ({"judge_agent_id": 2**53 * 2**20}, "judge_agent_id"),
        ({"repeats": 0}, "repeats"),
        ({"name": "x" * 121}, "name"),
    ],
)
async def test_a_file_that_does_not_fit_is_refused_and_nothing_is_stored(
    api: Api, values: dict[str, Any], field: str
) -> None:
    given = {"format": "csv", "text": TABLE, **values}
    status, answer = await api.call("POST", "/api/suites/import", json=given)
    assert (status, answer["error"]["details"]["field"]) == (422, field)
    # The sample alone.
    assert len((await api.call("GET", "/api/suites"))[1]["items"]) == 1


async def test_a_report_runs_nothing_that_people_or_models_wrote(api: Api) -> None:
    """As a page in both languages, and as JUnit XML, which two parsers read."""
    hostile = HOSTILE.replace("\u202e", "").replace("\x1b", "").replace("\x0b", "")
    suite = await bring(api, name=hostile, format="jsonl", text='{"input": "x"}', repeats=2)
    cases = [
        {
            "name": hostile,
            "input": f"[fast] {HOSTILE}",
            "checks": [{"type": "contains", "value": HOSTILE, "not": True}],
        },
        {"name": "ok", "input": "[fast] ok", "checks": [{"type": "contains", "value": "ok"}]},
        {"name": "broken", "input": "[fast] [fail] x"},
    ]
    status, answer = await api.call("PATCH", f"/api/suites/{suite['id']}", json={"cases": cases})
    assert status == 200, answer
    started = (await api.call("POST", f"/api/suites/{suite['id']}/run"))[1]["id"]
    run = await ended(api, started)

    page = await api.client.get(f"/api/executions/{started}/report", headers={"Accept-Language": "zh"})
    assert page.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert page.headers["content-disposition"].startswith("attachment; ")
    assert '<html lang="zh">' in page.text
    assert "<script" not in page.text and "alert(1)" in page.text and "{{ 7*7 }}" in page.text
    assert "contains: 内容是" in page.text
    assert "\x1b" not in page.text and "\x0b" not in page.text and "\u202e" not in page.text
    assert page.text.count("<details") == 4
    assert "http:" not in page.text and "https:" not in page.text and "url(" not in page.text
    english = (await api.client.get(f"/api/executions/{started}/report?language=en")).text
    assert "Not passed" in english and "33.3%" in english
    refused = await api.client.get(f"/api/executions/{started}/report?language=xx")
    assert refused.status_code == 422 and all(f"'{each}'" in refused.text for each in CATALOGUES), refused.text

    children = (await api.call("GET", f"/api/executions?parent_id={started}"))[1]["items"]
    file = write_junit(run, children, "http://hub.example")
    (read,) = JUnitXml.fromstring(file)
    assert (read.tests, read.failures, read.errors) == (6, 2, 2)
    first = next(iter(read))
    assert first.name.startswith("</style><script>alert(1)") and isinstance(first.result[0], Failure)
    assert isinstance(list(read)[-1].result[0], Error)
    root = ET.fromstring(file)  # noqa: S314 - our own
    ids = {each.get("value") for each in root.iterfind(".//property[@name='execution_id']")}
    assert ids == {str(each["id"]) for each in children}
    assert (root.findtext(".//failure") or "").endswith(
        f"http://hub.example/executions/{run['results'][0]['execution_id']}"
    )

    assert (await api.call("GET", f"/api/executions/{children[0]['id']}/report"))[0] == 404
    assert (await api.call("GET", "/api/executions/999/report"))[0] == 404
