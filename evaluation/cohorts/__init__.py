"""Synthetic people with back pain, on whom the rules are measured.

No public set of daily back-pain diaries with outcomes exists. So a person's true state on every day is drawn first, the
label is computed from that state by code of its own, and what a phone would have reported is the state with noise, gaps
and mistakes on top. Nothing here knows the rules' code: a generator that did would only prove that the code agrees with
itself. Shares and prevalences marked with a source are from the literature; the others are plausible choices.
"""
