"""Versions over HTTP: what an agent, a workflow or a task was after each save. The same paths for each kind."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from execution_hub.api import wire_bench
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.etags import ETAG, IfMatch, seen_version, tagged
from execution_hub.api.params import Cursor, Id, Limit
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.version import LABEL_MAX
from execution_hub.hub.catalogue import Catalogue


class Label(Body):
    """What to call a version."""

    model_config = example(label="Before the new tone")

    label: Annotated[str, TextLimit(LABEL_MAX, is_name=True)]


def add_versions(router: APIRouter, catalogue: Callable[[], Catalogue[Any, Any]], shape: type[BaseModel]) -> None:
    """Add the paths of the versions of a kind.

    Args:
        router: That of the kind.
        catalogue: Returns what the hub keeps of the kind.
        shape: How one looks on the wire.
    """

    @router.get("/{object_id}/versions", **answers(wire_bench.VersionList, 404))
    async def list_versions(object_id: Id, limit: Limit = LIMIT_MAX, cursor: Cursor = None) -> dict[str, Any]:
        """List what it was after each save, newest first, in pages."""
        found, next_cursor = await catalogue().versions(object_id, limit=limit, cursor=cursor or None)
        return {"items": [each.as_json() for each in found], "next_cursor": next_cursor}

    @router.get("/{object_id}/versions/{number}", **answers(wire_bench.WholeVersion, 404))
    async def get_version(object_id: Id, number: Id) -> dict[str, Any]:
        """Return what it was as of a version, whole."""
        return (await catalogue().version(object_id, number)).as_json(is_whole=True)

    @router.put("/{object_id}/versions/{number}/label", **answers(wire_bench.ListedVersion, 404, has_body=True))
    async def label_version(object_id: Id, number: Id, body: Label) -> dict[str, Any]:
        """Call a version something; an empty label takes it away."""
        return (await catalogue().label_version(object_id, number, body.label)).as_json()

    @router.post("/{object_id}/versions/{number}/restore", **answers(shape, 404, 412, **ETAG))
    async def restore_version(object_id: Id, number: Id, response: Response, if_match: IfMatch = "") -> dict[str, Any]:
        """Save what it was as of a version again, as its newest version; nothing is lost."""
        return tagged(response, await catalogue().restore(object_id, number, version=seen_version(if_match)))
