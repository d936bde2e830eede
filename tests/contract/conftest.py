"""The cast of the diary's tests."""

from tests.diary.conftest import alice as alice
from tests.diary.conftest import bob as bob
from tests.diary.conftest import charlie as charlie
