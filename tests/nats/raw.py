#!/usr/bin/env python3
"""The few words of the NATS protocol that the tests need, without a client library.

  raw.py URL pub SUBJECT TEXT        publish into a stream; prints its answer
  raw.py URL info STREAM             messages of the stream, or "none"
  raw.py URL waiting STREAM DURABLE  messages that are not delivered, or not acknowledged
  raw.py URL letter STREAM SEQUENCE  headers and body of a stored message
  raw.py URL make JSON               make a stream from its configuration
"""
import base64
import json
import socket
import sys


class Connection:
    def __init__(self, url):
        host, port = url.rsplit("/", 1)[1].rsplit("@", 1)[-1].split(":")
        self.stream = socket.create_connection((host, int(port)), timeout=10).makefile("rwb")
        self.stream.readline()  # INFO
        self.send(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}', b"SUB _INBOX.x 1")

    def send(self, *lines):
        self.stream.write(b"".join(line + b"\r\n" for line in lines))
        self.stream.flush()

    def request(self, subject, data):
        self.send(b"PUB %s _INBOX.x %d" % (subject.encode(), len(data)), data)
        while line := self.stream.readline():
            words = line.split()
            if words[0] == b"PING":
                self.send(b"PONG")
            elif words[0] in (b"MSG", b"HMSG"):
                return self.stream.read(int(words[-1]))
            elif words[0] == b"-ERR":
                sys.exit(line.decode())
        sys.exit("the server has hung up")


def main():
    connection, verb, name = Connection(sys.argv[1]), sys.argv[2], sys.argv[3]
    if verb == "pub":
        print(connection.request(name, sys.argv[4].encode()).decode())
    elif verb == "make":
        stream = json.loads(name)["name"]
        print(connection.request("$JS.API.STREAM.CREATE." + stream, name.encode()).decode())
    elif verb == "info":
        answer = json.loads(connection.request("$JS.API.STREAM.INFO." + name, b""))
        print(answer["state"]["messages"] if "state" in answer else "none")
    elif verb == "waiting":
        answer = json.loads(connection.request(f"$JS.API.CONSUMER.INFO.{name}.{sys.argv[4]}", b""))
        print(answer["num_pending"] + answer["num_ack_pending"])
    elif verb == "letter":
        answer = json.loads(connection.request("$JS.API.STREAM.MSG.GET." + name,
                                               json.dumps({"seq": int(sys.argv[4])}).encode()))
        for part in ("hdrs", "data"):
            print(base64.b64decode(answer["message"].get(part, "")).decode())


main()
