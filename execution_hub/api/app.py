"""The API as one FastAPI app, with its documentation, to be mounted around the pages."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.routing import BaseRoute, Match
from starlette.staticfiles import StaticFiles

from execution_hub.api import (
    about,
    agents,
    calls,
    cases,
    compare,
    errors,
    executions,
    health,
    interventions,
    metrics,
    models,
    pins,
    queue,
    reports,
    socket,
    suite_files,
    suites,
    tasks,
    tools,
    verdicts,
    webhooks,
    workers,
    workflows,
)
from execution_hub.api.examples import add_examples
from execution_hub.api.guide import guide
from execution_hub.api.limit import BodyLimit
from execution_hub.content_policy import NO_FRAMES, policy
from execution_hub.version import VERSION

ASSETS = "/api/docs/assets"
OPENAPI = "/api/openapi.json"
# In the order in which the document shows them.
TAGS = [
    {"name": "agents", "description": "Who answers: a model, a prompt, limits."},
    {"name": "workflows", "description": "Steps of agents and approvals that wait for one another."},
    {"name": "tasks", "description": "Named inputs for workflows."},
    {"name": "suites", "description": "Cases, what is to come of them, and runs that judge it."},
    {"name": "executions", "description": "What runs and what ran: start, watch, answer, stop, run again."},
    {"name": "tools", "description": "What agents may call: the built-in tools, and those of MCP servers."},
    {"name": "queue", "description": "What has yet to start, and how much is kept."},
    {"name": "workers", "description": "The processes of the hub, where it has several."},
    {"name": "health", "description": "Whether the hub works, and how it is set up."},
]
# The routes with fixed words before those with ids.
MODULES = (
    agents,
    cases,
    workflows,
    tasks,
    suite_files,
    suites,
    pins,
    verdicts,
    webhooks,
    interventions,
    reports,
    executions,
    calls,
    compare,
    models,
    tools,
    queue,
    workers,
    health,
    about,
)
ABOUT = (
    "Everything that the pages do. Lists come in pages: follow `next_cursor`. Errors are "
    '`{"error": {"code", "message", "details"}}`. Live changes come over the WebSocket '
    "`/ws/executions?client_id=…`, or by asking `GET /api/executions?changed_after=…`."
)
METHODS = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
# Answered with what is allowed instead: the router itself would name the methods of one of a path's routes only.
REFUSED_METHODS = ["OPTIONS", "TRACE"]


def create_api() -> FastAPI:
    """Make the API.

    Its routes are /metrics, and below /api and /ws; what else is asked falls through to what is mounted under it.
    """
    app = FastAPI(
        title="Execution Hub",
        version=VERSION,
        description=ABOUT,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        openapi_url=OPENAPI,
    )
    _show_examples(app)
    errors.install(app)
    app.add_middleware(BodyLimit)
    for module in (*MODULES, socket, metrics):
        for route in module.router.routes:
            if isinstance(route, APIRoute) and route.summary is None:
                # "Update agent" of `update_agent`; FastAPI would write it as a title.
                route.summary = route.name.replace("_", " ").capitalize()
        # As they are: `include_router` would make each of them once more, which took more than half of a hub's start.
        app.routes.extend(module.router.routes)

    # Made once: its script stands in it, so its policy has a hash of it.
    page = get_swagger_ui_html(
        openapi_url=OPENAPI,
        title="Execution Hub API",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url="/favicon.svg",
        # Without the badge of a validator that is asked over the internet, and that the page's policy refuses.
        swagger_ui_parameters={"validatorUrl": None, "defaultModelsExpandDepth": 0, "filter": True},
    )
    page.headers["Content-Security-Policy"] = f"{policy([bytes(page.body).decode()])}; {NO_FRAMES}"

    @app.get("/api/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return page

    app.add_api_route("/api/docs/guide/{name}", guide, include_in_schema=False)

    # From a package, not from a CDN: the documentation works offline.
    assets = Path(str(resources.files("fastapi_swagger") / "resources"))
    app.mount(ASSETS, StaticFiles(directory=assets), name="swagger-ui")

    known = tuple(app.routes)

    @app.api_route("/api/{path:path}", methods=[*METHODS, *REFUSED_METHODS], include_in_schema=False)
    async def unknown(request: Request) -> None:
        # This route takes every method, so the router itself never finds that only the method was wrong.
        if allowed := _methods_of(known, request):
            raise HTTPException(405, "Method Not Allowed", {"Allow": ", ".join(allowed)})
        raise errors.nothing_at(request.url.path)

    return app


def _show_examples(app: FastAPI) -> None:
    made = app.openapi

    def openapi() -> dict[str, Any]:
        # FastAPI makes it once and keeps it.
        if app.openapi_schema is None:
            add_examples(made())
        return made()

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to extend it


def _methods_of(routes: Iterable[BaseRoute], request: Request) -> list[str]:
    """Return the methods with which something answers at the request's path."""

    def is_known(method: str) -> bool:
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in routes)

    return [method for method in METHODS if is_known(method)]
