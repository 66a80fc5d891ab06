#!/usr/bin/env python3
"""What `nsc` would make, for a test: creds.py FOLDER writes server.conf (operator, accounts) and the credentials files
user.creds, stranger.creds (of an account that the server does not know) and expired.creds.

Keys and JWTs in the form of github.com/nats-io/nkeys and jwt, version 2; openssl does Ed25519.
"""
import base64
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

OPERATOR, ACCOUNT, USER, SEED = 14 << 3, 0, 20 << 3, 18 << 3
UNLIMITED = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf", "mem_storage", "disk_storage",
                           "streams", "consumer"), -1) | {"wildcards": True}


def crc16(data):
    """XMODEM"""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xffff
    return crc.to_bytes(2, "little")


def encode(data):
    return base64.b32encode(data + crc16(data)).decode().rstrip("=")


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, check=True, capture_output=True).stdout


class Key:
    def __init__(self, kind, folder):
        secret = os.urandom(32)
        self.file = folder / f"key{len(list(folder.iterdir()))}.der"
        self.file.write_bytes(bytes.fromhex("302e020100300506032b657004220420") + secret)
        public = openssl("pkey", "-inform", "DER", "-in", self.file, "-pubout", "-outform", "DER")[-32:]
        self.public = encode(bytes([kind]) + public)
        self.seed = encode(bytes([SEED | kind >> 5, (kind & 31) << 3]) + secret)

    def sign(self, data):
        message = self.file.with_suffix(".txt")
        message.write_bytes(data)
        return openssl("pkeyutl", "-sign", "-keyform", "DER", "-inkey", self.file, "-rawin", "-in", message)


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt(issuer, subject, name, nats, **more):
    claims = {"iat": int(time.time()), "iss": issuer.public, "name": name, "sub": subject.public,
              "nats": nats | {"version": 2}} | more
    claims["jti"] = base64.b32encode(hashlib.sha256(json.dumps(claims).encode()).digest()).decode().rstrip("=")
    parts = [{"typ": "JWT", "alg": "ed25519-nkey"}, claims]
    text = ".".join(url64(json.dumps(part).encode()) for part in parts)
    return text + "." + url64(issuer.sign(text.encode()))


def write_creds(path, account, folder, **more):
    user = Key(USER, folder)
    nats = {"type": "user", "pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1}
    path.write_text(f"-----BEGIN NATS USER JWT-----\n{jwt(account, user, 'mail', nats, **more)}\n"
                    f"------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{user.seed}\n"
                    "------END USER NKEY SEED------\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    keys = folder / "keys"
    keys.mkdir(parents=True)
    operator = Key(OPERATOR, keys)
    system, mail, stranger = (Key(ACCOUNT, keys) for _ in range(3))
    account = {"type": "account", "limits": UNLIMITED, "default_permissions": {"pub": {}, "sub": {}}}
    (folder / "server.conf").write_text(
        f"operator: {jwt(operator, operator, 'test', {'type': 'operator'})}\n"
        f"system_account: {system.public}\nresolver: MEMORY\nresolver_preload: {{\n"
        f"  {system.public}: {jwt(operator, system, 'SYS', account | {'limits': {k: v for k, v in UNLIMITED.items() if 'storage' not in k and k not in ('streams', 'consumer')}})}\n"
        f"  {mail.public}: {jwt(operator, mail, 'MAIL', account)}\n}}\n")
    write_creds(folder / "user.creds", mail, keys)
    write_creds(folder / "stranger.creds", stranger, keys)
    write_creds(folder / "expired.creds", mail, keys, exp=int(time.time()) - 3600)


main()
