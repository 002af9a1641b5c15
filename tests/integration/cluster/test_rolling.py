"""A rolling upgrade: a newer release beside this one, on a database that it has migrated while all of them work."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from execution_hub.store.revisions import current_revision, head_revision
from tests.support.cluster import Cluster, WorkerProcess, name_of, refused, started_by
from tests.support.environment import bare_environment
from tests.support.exported import copy_project
from tests.support.server import HubProcess, poll

OWN = head_revision()
EXPANDED, CONTRACTED = (f"{int(OWN) + more:04}" for more in (1, 2))
# As a next release would have them: first something is added, later something goes that only older programs used.
EXPAND = f"""
import sqlalchemy as sa
from alembic import op

revision = "{EXPANDED}"
down_revision = "{OWN}"
compatible_from = "{OWN}"


def upgrade() -> None:
    op.add_column("executions", sa.Column("noted", sa.Text(), nullable=False, server_default=""))
    with op.get_context().autocommit_block():
        op.create_index("executions_noted", "executions", ["noted"], postgresql_concurrently=True, if_not_exists=True)
"""
CONTRACT = f"""
from alembic import op

revision = "{CONTRACTED}"
down_revision = "{EXPANDED}"
compatible_from = "{EXPANDED}"


def upgrade() -> None:
    op.drop_index("executions_noted", table_name="executions")
"""


class Newer:
    """The next release: this very code in a folder of its own, with further revisions.

    Attributes:
        tree: The folder.
    """

    def __init__(self, tree: Path, url: str) -> None:
        self.tree, self._url = tree, url
        copy_project(tree)
        self.add(EXPANDED, EXPAND)

    def add(self, revision: str, text: str) -> None:
        """Add a revision."""
        (self.tree / "alembic" / "versions" / f"{revision}_next.py").write_text(text)

    def migrate(self) -> subprocess.CompletedProcess[str]:
        """Run its `execution-hub migrate`."""
        environment = {**bare_environment(), "HUB_DATABASE_URL": self._url, "HUB_DATA_DIR": str(self.tree / "data")}
        words = (sys.executable, "-m", "execution_hub.cli", "migrate")
        return subprocess.run(words, cwd=self.tree, env=environment, capture_output=True, text=True, timeout=120)

    def worker(self, folder: Path) -> HubProcess:
        """Return a worker of it, not started."""
        made = WorkerProcess(folder, cwd=str(self.tree), HUB_DATABASE_URL=self._url)
        made._command = (sys.executable, "-m", "execution_hub.cli", "worker", "--health-port", str(made.port))
        return made


class Feed:
    """Starts tests, one after the other, until it is told to stop."""

    def __init__(self, web: HubProcess) -> None:
        self._web, self._agent = web, web.agent_id()
        self.ids: list[int] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self._thread.start()

    def _go_on(self) -> None:
        while not self._is_over.wait(0.05):
            self.ids.append(self._web.start_test(f"[fast] {len(self.ids)}", self._agent))

    def end(self) -> list[int]:
        """Stop, and return what was started."""
        self._is_over.set()
        self._thread.join()
        return self.ids


@pytest.fixture
def newer(tmp_path: Path, cluster: Cluster) -> Newer:
    """Return the next release, on the database of the cluster."""
    return Newer(tmp_path / "newer", cluster.url)


def test_old_and_new_work_together_and_nothing_is_lost(cluster: Cluster, newer: Newer, tmp_path: Path) -> None:
    """Migrated under load; an old worker dies and comes back, a new one works beside it; then only new ones are."""
    old, web = cluster.worker(), cluster.web()
    new = newer.worker(tmp_path / "new")
    feed = Feed(web)
    try:
        poll(lambda: len(feed.ids) > 20, 60)
        done = newer.migrate()
        assert done.returncode == 0, done.stderr
        assert f"was at revision {OWN} and is at revision {EXPANDED} now." in done.stdout
        new.start()
        old.kill()
        old.start()
        poll(lambda: {old.pid, new.pid, web.pid} <= cluster.members(web).keys())
        both = {name_of(old), name_of(new)}
        poll(lambda: both <= {name for each in feed.ids[-40:] for name in started_by(web, each)}, 120, 0.5)
        old.stop()
        ids = feed.end()
        assert {web.ended(each)["status"] for each in ids} == {"succeeded"}
        workers = {each for execution_id in ids for each in started_by(web, execution_id)}
        assert len(workers) == 3, "the old one before and after its death, and the new one"

        newer.add(CONTRACTED, CONTRACT)
        refusal = newer.migrate()
        assert refusal.returncode == 1
        assert f"does not go together with programs older than {EXPANDED}, which still run: " in refusal.stderr
        assert current_revision(cluster.url) == EXPANDED
        web.stop()
        assert newer.migrate().returncode == 0
        assert current_revision(cluster.url) == CONTRACTED
        assert new.call("GET", "/api/ready")[0] == 200
        said = refused("worker", HUB_DATABASE_URL=cluster.url)
        assert f"at revision {CONTRACTED}, which this version does not know" in said
    finally:
        feed.end()
        new.kill()
