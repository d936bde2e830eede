"""`python -m conformance --url http://127.0.0.1:8000 --token TOKEN`: play the scripts, print pass or fail for each."""

import argparse
import os
import shlex
import sys
from http.client import HTTPException

from conformance.accounts import Account, made, signed_in
from conformance.connection import Connection, check
from conformance.playing import play
from conformance.script import scripts

_NOT_BEGUN = 2


def main(arguments: list[str] | None = None) -> int:
    """0 when every script passes, 1 when one does not, 2 when nothing could be played: no service, or no way in."""
    asked = _asked(arguments)
    try:
        chosen = list(scripts(asked.vector))
        tokens = _tokens(asked)
        _check(asked.url, tokens)
    except (OSError, HTTPException, ValueError) as error:
        return _stopped("cannot begin", error)
    failed = 0
    for script in chosen:
        failures = play(script, lambda device: Connection(asked.url, tokens[device != "phone"]), asked.app)
        if failures:
            failed += 1
            try:
                _check(asked.url, tokens)
            except (OSError, HTTPException, ValueError) as error:
                return _stopped(f"cannot go on with {script['name']}", error)
        print(f"{'FAIL' if failures else 'pass'}  {script['name']}: {script['title']}")
        for failure in failures:
            print(f"      {failure}")
    print(f"{len(chosen) - failed} of {len(chosen)} passed")
    return 1 if failed else 0


def _stopped(what: str, error: Exception) -> int:
    why = {"ConnectionRefusedError": "no service answers there: ", "PermissionError": "no way in: "}
    print(f"{what}: {why.get(type(error).__name__, '')}{error}", file=sys.stderr)
    return _NOT_BEGUN


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("conformance", description="Play the sync scripts against a running service.")
    parser.add_argument("--url", required=True, help="where the service is, such as http://127.0.0.1:8000")
    parser.add_argument("--mail-url", help="the page of its mail catcher: the kit makes an account of its own")
    parser.add_argument("--token", help="of a signed-in device (else CONFORMANCE_TOKEN)")
    parser.add_argument("--second-token", help="of a second device of the same account; else both use the first")
    parser.add_argument("--email", help="sign in with this and CONFORMANCE_PASSWORD instead of a token")
    parser.add_argument("--app", type=shlex.split, help="the command of an app that plays the devices (see app.py)")
    parser.add_argument("vector", nargs="*", help="play only these (names in conformance/vectors)")
    return parser.parse_args(arguments)


def _tokens(asked: argparse.Namespace) -> tuple[str, str]:
    """Of the phone and of the other device. Secrets on a command line can be seen, so they may come from elsewhere."""
    token = asked.token or os.environ.get("CONFORMANCE_TOKEN", "")
    if token:
        return token, asked.second_token or token
    if asked.mail_url:
        account = made(asked.url, asked.mail_url)
    elif asked.email:
        account = Account(asked.email, os.environ.get("CONFORMANCE_PASSWORD", ""))
    else:
        raise ValueError("give --mail-url, --token, or --email and CONFORMANCE_PASSWORD")
    return signed_in(asked.url, account), signed_in(asked.url, account)


def _check(url: str, tokens: tuple[str, str]) -> None:
    """Raises OSError, HTTPException or ValueError when the service can't be reached with them."""
    for token in dict.fromkeys(tokens):
        with Connection(url, token) as connection:
            check(connection)


if __name__ == "__main__":
    sys.exit(main())
