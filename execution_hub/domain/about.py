"""What a hub is and how it is set up, as values: nothing secret is in them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of models, as it is set up.

    Attributes:
        name: What it is called.
        has_key: Whether there is a key.
        key_variable: The variable that holds the key.
        host: The host that is asked, with a port that is not the default one: no path and no credentials.
        host_variable: The variable that names another address.
        needs_key: Whether it refuses to answer without a key; a local server mostly does not.
    """

    name: str
    has_key: bool
    key_variable: str
    host: str
    host_variable: str
    needs_key: bool = True


@dataclass(frozen=True, slots=True)
class DatabaseSize:
    """A database and how large it is.

    Attributes:
        name: Its file, or the database on its server.
        bytes: Its size.
    """

    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much the hub keeps.

    Attributes:
        data_bytes: All that is in the data folder.
        is_partial: Whether the data folder holds more than was looked at.
        databases: The databases.
        executions: How many executions are kept.
        is_more: Whether there are more executions than were counted.
        measured_at: When, ISO 8601 with Z.
    """

    data_bytes: int
    is_partial: bool
    databases: tuple[DatabaseSize, ...]
    executions: int
    is_more: bool
    measured_at: str


@dataclass(frozen=True, slots=True)
class HubFacts:
    """What the hub is and how it is set up.

    Attributes:
        version: Of the hub.
        address: Where it serves.
        data_dir: Its data folder.
        database: `sqlite` or `postgresql`.
        revision: What the database was migrated to.
        transport: See HUB_TRANSPORT.
        providers: The providers of models.
        execution_timeout_seconds, output_max_bytes: See the settings of these names.
        input_max, prompt_max: The most characters.
        steps_max: The most steps of a workflow.
        retention_days, retention_max: See the settings of these names; 0 keeps all.
        takes_webhooks: Whether there is a secret that webhooks are signed with.
    """

    version: str
    address: str
    data_dir: str
    database: str
    revision: str
    transport: str
    providers: tuple[Provider, ...]
    execution_timeout_seconds: float
    output_max_bytes: int
    input_max: int
    prompt_max: int
    steps_max: int
    retention_days: int
    retention_max: int
    takes_webhooks: bool
