"""The care circle: an invitation, the people someone cares for, and their alerts."""
