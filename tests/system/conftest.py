# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Fixtures: one Airflow for all system tests."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .crashes import Crashes, crashes
from .database import postgresql
from .killing import Killing, killing
from .loud import LoudStack, Written
from .outcomes import Outcomes
from .outcomes import outcomes as run_of_outcomes
from .poisoned import Poisoned
from .poisoned import poisoned as run_of_poisoned
from .stack import Stack
from .stories import Stories
from .thousand import Thousand, thousand
from .upgrades import Upgrades, upgrades

FIGURES: list[str] = []


@pytest.fixture(scope="session")
def figure() -> Callable[[str], None]:
    """Note a line about a measurement, for the end of the report."""
    return FIGURES.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the noted measurements at the end of the report."""
    for line in FIGURES:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def _ends_on_sigterm() -> Iterator[None]:
    """End at SIGTERM as at Ctrl-C: fixtures are torn down, and no process is left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Airflow's components, healthy, without a triggerer."""
    home: Path = tmp_path_factory.mktemp("airflow")
    with postgresql() as database, pytest.MonkeyPatch.context() as patch:
        booted = Stack(home, database)
        try:
            booted.boot(patch)
            yield booted
        finally:
            booted.stop()


@pytest.fixture(scope="session")
def stories(stack: Stack) -> Stories:
    """The run of ``stories``, not started yet; whoever starts the triggerers starts it and waits for its end."""
    return Stories(stack)


@pytest.fixture(scope="session")
def killed(stack: Stack, stories: Stories) -> Killing:
    """The results of the run of that name, after its end, when no triggerer runs."""
    with stack.triggerer("triggerer-1") as one, stack.triggerer("triggerer-2") as other:
        stories.start()
        return killing(stack, (one, other), stories)


@pytest.fixture(scope="session")
def outcomes(stack: Stack) -> Outcomes:
    """The results of the run of that name, after its end, when no triggerer runs."""
    with stack.triggerer("triggerer-outcomes") as triggerer:
        return run_of_outcomes(stack, triggerer)


@pytest.fixture(scope="session")
def crashed(stack: Stack) -> Crashes:
    """The results of the run of that name, after its end, when no triggerer runs."""
    return crashes(stack)


@pytest.fixture(scope="session")
def upgraded(stack: Stack) -> Upgrades:
    """The results of the run of that name, after its end, when no triggerer runs."""
    return upgrades(stack)


@pytest.fixture(scope="session")
def poisoned(stack: Stack) -> Poisoned:
    """The results of the run of that name, after its end, when no triggerer runs."""
    with stack.triggerer("triggerer-poisoned") as triggerer:
        return run_of_poisoned(stack, triggerer)


@pytest.fixture(scope="session")
def a_thousand(stack: Stack) -> Thousand:
    """The results of the run of that name, after its end, when no triggerer runs."""
    with stack.triggerer("triggerer-thousand") as triggerer:
        return thousand(stack, triggerer)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    """What a separate Airflow has written, after all its processes have ended."""
    home, outside = tmp_path_factory.mktemp("loud"), tmp_path_factory.mktemp("outside")
    with postgresql() as database, pytest.MonkeyPatch.context() as patch:
        stack = LoudStack(home, database, outside)
        try:
            stack.boot(patch)
            yield stack.run()
        finally:
            stack.stop()
