"""Between the network and the threads that work: whole requests in, whole answers out (docs/adr/0011).

An event loop collects a request's body and sends its answer, at whatever pace the client has. A thread sees a request
only when all of it is here, and is free again before the first byte of the answer leaves. So a slow client costs a
socket and a few kilobytes, never a thread.
"""
