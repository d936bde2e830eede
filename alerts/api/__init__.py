"""The API of the alerts: one module an address."""
