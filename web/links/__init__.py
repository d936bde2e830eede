"""The pages behind the links in a message: no one signs in, and the link is all that opens them."""
