"""Pages for people: what a browser shows of the diary and its alerts. Everything works without a script."""
