#!/usr/bin/env python3
"""A stand-in for Apollo, SearXNG and Brave on a loopback port, for tests.

    standin.py --port-file FILE [--latency SECONDS] [--limit N] [--window SECONDS] [--key KEY]

People are found by what the local part of the address says; the default is "found". Words in it:
  miss        no such person                    locked     email_not_unlocked placeholder
  foreign     `contact` is somebody else        other      the person is somebody else
  verified    email_status verified             reject     the request gets a 422
  nul, long   odd strings                       elsewhere  the company has another domain

Companies are found by their domain: "firm" in it is known, "moved" has another domain, others are not.

GET /_control?mode=NAME[&times=N] makes the next N requests (0: all) misbehave:
  429 429bare 429past 401 402 403 404 400 422 500 302 truncated nul utf8 hugeid big bomb slow reset
  resetmid short shifted reversed fraction nothing empty blankrates norates
GET /_stats gives the counts as JSON.
"""
import argparse
import collections
import gzip
import http.server
import json
import os
import random
import socket
import socketserver
import struct
import threading
import time
import urllib.parse


REFUSALS = ("429", "429bare", "429past", "401", "402", "403", "404", "400", "422", "500", "302")


class State:
    def __init__(self, args):
        self.args = args
        self.lock = threading.Lock()
        self.mode, self.times = None, 0
        self.calls = self.credits = self.people = self.throttled = self.worst_window = self.repeated_calls = 0
        self.asked = collections.Counter()
        self.companies = collections.Counter()
        self.searched = 0
        self.reveals, self.polls = {}, collections.Counter()
        self.charged = collections.Counter()
        self.sizes = collections.Counter()
        self.paths = collections.Counter()
        self.keys_seen = set()
        self.window_start, self.window_used = 0.0, 0

    def take_mode(self):
        with self.lock:
            if self.mode is None:
                return None
            mode = self.mode
            if self.times:
                self.times -= 1
                if self.times == 0:
                    self.mode = None
            return mode

    def book(self):
        """One request in the fixed window that the first request opens. False: there is no room."""
        with self.lock:
            now = time.monotonic()
            if now - self.window_start >= self.args.window:
                self.window_start, self.window_used = now, 0
            if self.args.limit and self.window_used >= self.args.limit:
                self.throttled += 1
                return False
            self.window_used += 1
            self.worst_window = max(self.worst_window, self.window_used)
            return True

    def left(self):
        with self.lock:
            wait = self.args.window - (time.monotonic() - self.window_start)
            return max(self.args.limit - self.window_used, 0), self.window_used, max(int(wait) + 1, 1)


def company_for(domain):
    """What Apollo knows of a company, or None."""
    if "firm" not in domain:
        return None
    return {"id": "%024x" % abs(hash(domain)), "name": domain.split(".")[0].title() + " Inc",
            "primary_domain": "elsewhere.example" if "moved" in domain else domain,
            "website_url": "http://www." + domain, "primary_phone": {}, "industry": "testing",
            "raw_address": "1 Main Street, Testville", "technology_names": ["x"] * 100}


def person_for(details):
    """What Apollo knows of somebody, or None."""
    email = details.get("email", "")
    local, _, domain = email.partition("@")
    if "miss" in local:
        return None
    first, _, last = local.partition(".")
    last = last.split("-")[0] or "Doe"
    person = {
        "id": "%024x" % abs(hash(email)), "first_name": first.title(), "last_name": last.title(),
        "title": "Director of Testing", "email": email,
        "email_status": "verified" if "verified" in local else "guessed",
        "linkedin_url": "http://www.linkedin.com/in/" + local, "twitter_url": None, "photo_url": "x",
        "employment_history": [{"title": "x" * 500}],
        "organization": {"name": "Example " + domain.split(".")[0].title(), "primary_domain": domain,
                         "website_url": "http://www." + domain, "primary_phone": {}},
    }
    if "locked" in local:
        person.update(email="email_not_unlocked@domain.com", email_status="verified")
    if "foreign" in local:
        person["contact"] = {"first_name": "Roy", "email": "roy@elsewhere.example", "title": "CEO",
                             "phone_numbers": [{"sanitized_number": "+15550100000", "type": "mobile"}]}
    if "ownrecord" in local:
        person["contact"] = {"email": email,
                             "phone_numbers": [{"sanitized_number": "+15550199999", "type": "mobile"}]}
    if "other" in local:
        person.update(first_name="Somebody", last_name="Else", email="somebody.else@elsewhere.example")
    if "nul" in local:
        person["title"] = "Head\u0000 of <b>Nothing</b>"
    if "long" in local:
        person["title"] = "x" * 5000
    return person


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def send(self, status, body, kind="application/json", headers=()):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def rates(self):
        state = self.server.state
        left, used, _ = state.left()
        if not state.args.limit:
            return [("x-rate-limit-minute", "1000"), ("x-minute-usage", str(min(used, 1))),
                    ("x-minute-requests-left", "999"), ("x-rate-limit-hourly", ""),
                    ("x-rate-limit-24-hour", "")]
        return [("x-rate-limit-minute", str(state.args.limit)), ("x-minute-usage", str(used)),
                ("x-minute-requests-left", str(left)), ("x-rate-limit-hourly", "")]

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        state = self.server.state
        if url.path == "/_control":
            with state.lock:
                state.mode, state.times = query.get("mode") or None, int(query.get("times", 1))
            return self.send(200, {})
        if url.path == "/_stats":
            with state.lock:
                return self.send(200, {
                    "calls": state.calls, "credits": state.credits, "people": state.people,
                    "distinct": len(state.asked), "charged_distinct": len(state.charged),
                    "charged_twice": sum(n - 1 for n in state.charged.values()),
                    "repeated_calls": state.repeated_calls, "companies": state.companies,
                    "reveals": len(state.reveals), "searched": state.searched,
                    "throttled": state.throttled, "worst_window": state.worst_window,
                    "sizes": state.sizes, "paths": state.paths, "keys": sorted(state.keys_seen)})
        with state.lock:
            state.calls += 1
            state.paths[url.path] += 1
            state.keys_seen.add(self.headers.get("x-api-key", self.headers.get("x-subscription-token", "")))
        if url.path.endswith("/search"):
            return self.search(url.path, query)
        if url.path.endswith("/organizations/enrich"):
            return self.company(query)
        if "/webhook_result/" in url.path:
            return self.result(url.path.rpartition("/")[2])
        self.send(404, {"error": "no such route"})

    def search(self, path, query):
        state = self.server.state
        with state.lock:
            state.searched += 1
        mode = state.take_mode()
        if "web/search" in path and state.args.key and self.headers.get("x-subscription-token") != state.args.key:
            return self.send(422, {"error": {"code": "SUBSCRIPTION_TOKEN_INVALID"}})
        if mode == "403":
            return self.send(403, b"<html>Forbidden</html>", "text/html")
        if mode == "empty":
            return self.send(200, {"results": [], "unresponsive_engines": [["duckduckgo", "CAPTCHA"]]})
        name = query["q"].split('"')[1]
        results = [
            {"url": "https://evil.example/?linkedin.com/in/x", "title": name, "content": "acme"},
            {"url": "https://www.linkedin.com/in/wrong", "title": "Somebody Else - CEO - Acme"},
            {"url": "https://uk.linkedin.com/in/found", "title": name + " - Chief Tester - Acme Ltd | LinkedIn"}]
        if "web/search" in path:
            if not state.book():
                return self.send(429, {"error": {"code": "RATE_LIMITED"}}, headers=[("retry-after", "1")])
            with state.lock:
                state.credits += 1
            return self.send(200, {"web": {"results": results}}, headers=[
                ("X-RateLimit-Limit", "%d, 15000" % state.args.limit),
                ("X-RateLimit-Policy", "%d;w=%d, 15000;w=2592000" % (state.args.limit, state.args.window)),
                ("X-RateLimit-Remaining", "%d, 14000" % state.left()[0])])
        self.send(200, {"query": query["q"], "results": results, "unresponsive_engines": []})

    def company(self, query):
        state = self.server.state
        time.sleep(state.args.latency)
        if state.args.key and self.headers.get("x-api-key") != state.args.key:
            return self.send(401, b"Invalid API key. See https://docs.apollo.io/", "text/plain")
        mode = state.take_mode()
        if mode in REFUSALS:
            return self.refuse(mode)
        if mode == "reset":
            return self.reset()
        company = company_for(query.get("domain", ""))
        with state.lock:
            state.companies[query.get("domain")] += 1
            state.credits += company is not None
        self.deliver(json.dumps({"organization": company} if company else {}).encode(), mode)

    def result(self, request_id):
        """The phone numbers of an earlier request: not there at the first poll."""
        state = self.server.state
        with state.lock:
            emails = state.reveals.get(request_id)
            polls = state.polls[request_id] = state.polls[request_id] + 1
        if emails is None:
            return self.send(404, {"error_code": "request_id_unknown"})
        if state.take_mode() == "expired":
            return self.send(410, {"error_code": "request_id_expired"})
        if polls == 1:
            return self.send(404, {"error_code": "result_pending", "retry_after_seconds": 45})
        people = [{"id": person_for({"email": email})["id"], "status": "success", "phone_numbers": [
            {"sanitized_number": "+15550142424", "type_cd": "mobile", "dnc_status_cd": "dnc"},
            {"sanitized_number": "+15550177777", "type_cd": "mobile", "status_cd": "valid_number"}]}
            for email in emails if "nophone" not in email]
        with state.lock:
            state.credits += 8 * len(people)
        self.send(200, {"webhook_result": {"status": "success", "credits_consumed": 8 * len(people),
                                           "people": json.dumps(people) if len(people) == 1 else people}})

    def do_POST(self):
        state = self.server.state
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        with state.lock:
            state.calls += 1
            state.paths[url.path] += 1
            state.keys_seen.add(self.headers.get("x-api-key", ""))
        time.sleep(state.args.latency)
        if state.args.key and self.headers.get("x-api-key") != state.args.key:
            return self.send(401, b"Invalid API key. See https://docs.apollo.io/", "text/plain")
        bulk = url.path.endswith("bulk_match")
        details = body.get("details", []) if bulk else [body]
        mode = state.take_mode()
        if len(details) > 10:
            return self.send(400, {"status": "failed", "error_code": "RECORD_LIMIT_EXCEEDED"})
        if not state.book():
            return self.send(429, {"message": "The maximum number of api calls"},
                             headers=[("retry-after", str(state.left()[2]))] + self.rates())
        if any("reject" in d.get("email", "") for d in details):
            return self.send(422, {"status": "failed", "error_code": "UNKNOWN_ERROR"})
        if mode in REFUSALS:
            return self.refuse(mode)
        if mode == "reset":
            return self.reset()
        reveal = query.get("reveal_phone_number") == "true"
        if reveal and not query.get("webhook_url", "").startswith("https://"):
            return self.send(422, {"error": "webhook_url"})
        self.answer(details, bulk, mode, reveal)

    def refuse(self, mode):
        headers = {"429": [("retry-after", "2")], "302": [("Location", self.server.state.args.redirect)],
                   "429past": [("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]}.get(mode, [])
        body = {"401": b"Invalid API key. See https://docs.apollo.io/", "500": b"<html>Oops</html>",
                "403": {"error": "plan", "error_code": "API_INACCESSIBLE"}}.get(mode, {"error": "no"})
        self.send(int(mode[:3]), body, "text/plain" if isinstance(body, bytes) else "application/json",
                  headers)

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def answer(self, details, bulk, mode, reveal):
        state = self.server.state
        people = [person_for(d) for d in details]
        if mode == "nothing":
            people = [None] * len(people)
        found = sum(p is not None for p in people)
        with state.lock:
            state.people += len(details)
            state.sizes[str(len(details))] += 1
            again = [d for d, p in zip(details, people) if p and state.charged[d.get("email")]]
            state.repeated_calls += bool(again)
            for d, p in zip(details, people):
                state.asked[d.get("email")] += 1
                if p:
                    state.charged[d.get("email")] += 1
            state.credits += found * (0.5 if mode == "fraction" else 1)
        if mode == "short":
            people = people[:-1]
        if mode == "shifted":
            people = people[1:] + [None]
        if mode == "reversed":
            people = people[::-1]
        request_id = 10 ** 30 if mode == "hugeid" else -random.getrandbits(62)
        if reveal:
            with state.lock:
                state.reveals[str(request_id)] = [d["email"] for d, p in zip(details, people) if p]
        if bulk:
            out = {"status": "success", "error_code": None, "total_requested_enrichments": len(details),
                   "unique_enriched_records": found, "missing_records": len(details) - found,
                   "credits_consumed": found * (0.5 if mode == "fraction" else 1),
                   "matches": people, "request_id": request_id}
        else:
            out = {"person": people[0], "request_id": request_id}
            if people[0] is None and random.random() < 0.5:
                del out["person"]
        self.deliver(json.dumps(out).encode(), mode)

    def deliver(self, body, mode):
        rates = [] if mode == "norates" else self.rates()
        if mode == "blankrates":
            rates = [("x-rate-limit-minute", ""), ("x-rate-limit-hourly", ""), ("x-rate-limit-24-hour", "")]
        if mode == "truncated":
            body = body[:len(body) // 2]
        if mode == "utf8":
            body = body.replace(b"Director", b"Dir\xff\xfeector")
        if mode == "big":
            body = body[:-1] + b', "junk": "' + b"x" * 10_000_000 + b'"}'
        if mode == "bomb":
            rates = rates + [("Content-Encoding", "gzip")]
            body = gzip.compress(body[:-1] + b', "junk": "' + b"x" * 60_000_000 + b'"}', 1)
        if mode == "resetmid":
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:10])
            self.wfile.flush()
            return self.reset()
        if mode == "slow":
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(0.3)
            except OSError:
                pass
            self.close_connection = True
            return
        try:
            self.send(200, body, headers=rates)
        except OSError:
            self.close_connection = True


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--latency", type=float, default=0)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--window", type=float, default=60)
    parser.add_argument("--key", default="")
    parser.add_argument("--redirect", default="http://127.0.0.1:1/")
    args = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.state = State(args)
    with open(args.port_file + ".tmp", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(args.port_file + ".tmp", args.port_file)
    server.serve_forever()


main()
