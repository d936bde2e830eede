"""How a run is shared out among parallel workers (`-n 3 --dist worksteal`).

A pytest plugin (`-p tests.parallel`, see pyproject.toml): the long tests begin first, some with each worker, so that at
the end nobody waits for the last of them. Those of one module go to one worker: some take turns, as those do that start
the service at its usual ports, and would only wait for each other.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

Item = TypeVar("Item")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """After the tests have been put into a random order, the same with every worker."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [item for item in items if is_long(item)]
    others = [item for item in items if not is_long(item)]
    items[:] = shared_out(long, others, workers, module=lambda item: item.nodeid.partition("::")[0])


def is_long(item: pytest.Item) -> bool:
    """Whether it has a time limit of its own."""
    return item.get_closest_marker("timeout") is not None


def shared_out(
    long: Sequence[Item], others: Sequence[Item], workers: int, *, module: Callable[[Item], str]
) -> list[Item]:
    """In equal parts, one after the other as `worksteal` deals them out, each of which begins with its long ones.

    The others stay side by side, as tests of a module do that share a fixture.
    """
    shares = by_module(long, workers, module=module)
    dealt: list[Item] = []
    taken = 0
    for worker, mine in enumerate(shares):
        left = len(long) + len(others) - len(dealt)
        until = max(taken, taken + left // (workers - worker) - len(mine))
        dealt += [*mine, *others[taken:until]]
        taken = until
    return [*dealt, *others[taken:]]


def by_module(items: Sequence[Item], workers: int, *, module: Callable[[Item], str]) -> list[list[Item]]:
    """Whole modules to each, about as many tests to one as to another."""
    modules: dict[str, list[Item]] = {}
    for item in items:
        modules.setdefault(module(item), []).append(item)
    shares: list[list[Item]] = [[] for _ in range(workers)]
    for together in sorted(modules.values(), key=len, reverse=True):
        min(shares, key=len).extend(together)
    return shares
