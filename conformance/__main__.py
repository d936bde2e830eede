"""`python -m conformance --url http://127.0.0.1:8000 --token TOKEN`: play the scripts, print pass or fail for each."""

import argparse
import os
import sys

from conformance.connection import Connection, signed_in
from conformance.playing import play
from conformance.script import scripts


def main(arguments: list[str] | None = None) -> int:
    """0 when every script passes, 1 when one does not, 2 when nothing could be played."""
    asked = _asked(arguments)
    try:
        tokens = _tokens(asked)
        chosen = list(scripts(asked.vector))
    except (OSError, PermissionError, ValueError) as error:
        print(f"cannot begin: {error}", file=sys.stderr)
        return 2
    failed = 0
    for script in chosen:
        failures = play(script, lambda device: Connection(asked.url, tokens[device != "phone"]))
        failed += bool(failures)
        print(f"{'FAIL' if failures else 'pass'}  {script['name']}: {script['title']}")
        for failure in failures:
            print(f"      {failure}")
    print(f"{len(chosen) - failed} of {len(chosen)} passed")
    return 1 if failed else 0


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("conformance", description="Play the sync scripts against a running service.")
    parser.add_argument("--url", required=True, help="where the service is, such as http://127.0.0.1:8000")
    parser.add_argument("--token", help="of a signed-in device (else CONFORMANCE_TOKEN)")
    parser.add_argument("--second-token", help="of a second device of the same account; else both use the first")
    parser.add_argument("--email", help="sign in with this and CONFORMANCE_PASSWORD instead of a token")
    parser.add_argument("vector", nargs="*", help="play only these (names in conformance/vectors)")
    return parser.parse_args(arguments)


def _tokens(asked: argparse.Namespace) -> tuple[str, str]:
    """Of the phone and of the other device. Secrets on a command line can be seen, so they may come from elsewhere."""
    if asked.email:
        password = os.environ.get("CONFORMANCE_PASSWORD", "")
        return signed_in(asked.url, asked.email, password), signed_in(asked.url, asked.email, password)
    token = asked.token or os.environ.get("CONFORMANCE_TOKEN", "")
    if not token:
        raise ValueError("give --token, or --email and CONFORMANCE_PASSWORD")
    Connection(asked.url)
    return token, asked.second_token or token


if __name__ == "__main__":
    sys.exit(main())
