#!/usr/bin/env python3
"""A server that takes each connection, closes it after half a second and writes a line: closes.py; the first is its port."""
import socket
import time

with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    while True:
        connection, _ = server.accept()
        time.sleep(0.5)
        connection.close()
        print("closed", flush=True)
