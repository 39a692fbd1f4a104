"""A forge to ask, and what asks it."""

import contextlib

import pytest

from fake_forge import FakeForge
from forge_driver import Driver


@pytest.fixture(params=["forgejo", "github"])
def forge(request):
    with contextlib.closing(FakeForge(request.param)) as server:
        yield server


@pytest.fixture
def github():
    with contextlib.closing(FakeForge("github")) as server:
        yield server


@pytest.fixture
def forgejo():
    with contextlib.closing(FakeForge("forgejo")) as server:
        yield server


@pytest.fixture
def driver(forge):
    return Driver(forge)
