"""The pages behind the links in a message: nobody signs in, and the link is all that opens them."""
