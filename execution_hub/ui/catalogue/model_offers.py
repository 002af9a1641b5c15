"""Which models the forms of an agent offer."""

from execution_hub.hub.hub import Hub
from execution_hub.views.model_offer import ModelOffer


def model_offers(hub: Hub) -> list[ModelOffer]:
    """Return the models known now; who was not asked lately is asked meanwhile, for the next time.

    Args:
        hub: The hub.
    """
    hub.models.refresh()
    return [ModelOffer.of(each) for each in hub.models.known()]
