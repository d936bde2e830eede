"""Every test is run by exactly one worker, and each worker begins with its share of the long ones."""

import pytest

from tests.parallel import shared_out


@pytest.mark.parametrize(("long", "others", "workers"), [(50, 6000, 3), (5, 3, 3), (0, 9, 4), (1, 1, 5), (7, 90, 1)])
def test_each_is_dealt_out_once_and_those_of_a_module_stay_side_by_side(long: int, others: int, workers: int) -> None:
    dealt = shared_out(range(-long, 0), range(others), workers, module=str)
    assert sorted(dealt) == list(range(-long, others))
    assert [test for test in dealt if test >= 0] == list(range(others))


def test_each_worker_begins_with_its_share_of_the_long_ones() -> None:
    dealt = shared_out(["a", "b", "c", "d"], [str(number) for number in range(8)], 3, module=str)
    assert [dealt[:4], dealt[4:8], dealt[8:]] == [["a", "d", "0", "1"], ["b", "2", "3", "4"], ["c", "5", "6", "7"]]


def test_long_ones_of_a_module_go_to_one_worker() -> None:
    dealt = shared_out(["a1", "b1", "a2", "c1", "a3", "b2"], [], 2, module=lambda name: name[0])
    assert dealt == ["a1", "a2", "a3", "b1", "b2", "c1"]
