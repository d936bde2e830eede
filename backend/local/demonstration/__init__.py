"""A demonstration: made-up people whose diaries go in through the HTTP API, as an app would send them."""
