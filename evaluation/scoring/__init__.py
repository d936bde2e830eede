"""How good the rules are on synthetic people: each one's diary screened, compared with the labels, and summed up."""
