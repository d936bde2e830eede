"""The diary documents that say on which dates rules are, or must not be, found in them."""

import json
from pathlib import Path

VECTORS = [json.loads(line) for line in Path(__file__).with_name("vectors.jsonl").read_text().splitlines()]
