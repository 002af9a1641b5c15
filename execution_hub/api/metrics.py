"""What Prometheus asks for, beside the API: no JSON, and not in its document."""

from fastapi import APIRouter
from starlette.responses import Response

from execution_hub.hub.hub import current_hub
from execution_hub.metrics import CONTENT_TYPE

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def scrape() -> Response:
    """Return the figures of this process, and of the hub as it knows it, in Prometheus's text format."""
    text = await current_hub().metrics.scrape()
    # Not `media_type`, to which a charset would be added again.
    return Response(text, headers={"content-type": CONTENT_TYPE, "cache-control": "no-store"})
