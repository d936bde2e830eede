"""What npm installs is locked, and from nowhere in particular."""

import json

from tests.clients.node import SDK


def test_the_lock_names_no_host_and_checks_every_package() -> None:
    locked = json.loads((SDK / "package-lock.json").read_text())["packages"]
    packages = {name: package for name, package in locked.items() if name}
    assert len(packages) > 10
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert package["integrity"].startswith("sha512-"), name
