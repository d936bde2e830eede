"""The types of the SDK in Python are those of the published contract."""

import importlib.util

from tests.service import ROOT


def test_they_are_what_the_contract_says() -> None:
    spec = importlib.util.spec_from_file_location("contract_types", ROOT / "clients" / "contract_types.py")
    assert spec
    assert spec.loader
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert generator.TARGET.read_text("utf-8") == generator.contract(), "make schema"
