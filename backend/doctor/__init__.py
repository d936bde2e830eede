"""`manage.py doctor`: a running installation looked at from end to end, in plain words, with nothing about people.

Each module looks at one part and says what it finds; what stops a start or makes `/health/ready` fail is asked where
that is decided (`backend.checks`, `backend.health`), not a second time.
"""
