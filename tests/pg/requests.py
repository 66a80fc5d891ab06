#!/usr/bin/env python3
"""Requests for `mailsignal worker`: requests.py MBOX [TENANT...], the tenants in turns; ids are counted from 1."""
import base64
import json
import sys

with open(sys.argv[1], "rb") as mbox:
    messages = (b"\n" + mbox.read()).split(b"\nFrom ")[1:]
for number, message in enumerate(messages, 1):
    raw = message.split(b"\n", 1)[1]
    request = {"id": number, "raw": base64.b64encode(raw).decode()}
    if tenants := sys.argv[2:]:
        request["tenant"] = tenants[number % len(tenants)]
    print(json.dumps(request))
