"""The SDK by itself: its own tests, which need nothing but Node.js."""

from tests.clients.node import SDK, run


def test_its_own_tests_pass() -> None:
    told = run("--test", "--test-reporter", "tap", *sorted(map(str, (SDK / "test").glob("*.test.ts"))))
    assert "# fail 0" in told
    assert "# pass 0" not in told


def test_its_sources_are_short_enough_to_read() -> None:
    long = [path.name for path in SDK.glob("src/**/*.ts") if path.read_text().count("\n") > 250]
    assert set(long) <= {"contract.ts", "table.ts"}
