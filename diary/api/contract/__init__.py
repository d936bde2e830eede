"""The published contract: how operations are described, and their examples. The identity API is described here too."""
