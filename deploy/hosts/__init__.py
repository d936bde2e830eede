"""The service on several hosts: network namespaces of this machine with addresses and servers of their own.

`deploy/hosts/run` starts it; docs/scale.md says what is shown with it. Each file is one kind of server, with its whole
configuration, so that it can be read as a model for real hosts.
"""
