"""The cluster that the tests share; whom a test kills is started again for the next."""

import pytest
from machines import Cluster


@pytest.fixture(scope="session")
def started(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def cluster(started):
    """The cluster with all its workers."""
    started.complete()
    return started
