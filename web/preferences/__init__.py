"""How someone wants to be named, reminded and reached."""
