#!/bin/bash
# worker: the protocol of docs/worker.md, and the clients under docs/clients.
. "$(dirname "$0")/lib.sh"

message one "Hello there." >"$work/1.eml"
raw=$(base64 -w0 <"$work/1.eml")
worker() { "$MAILSIGNAL" worker "$@" >"$work/out" 2>"$work/err"; status=$?; }
answer() { sed -n "$(($1 + 1))p" "$work/out" | jq -ce "$2"; }

worker <<END
{"cmd":"ping"}
{"id":7,"raw":"$raw"}
{"id":{"a":[1,"x"]},"path":"$work/1.eml","text":true,"zones":true,"source_id":"S1"}
this is not JSON
[1]
{"id":8}
{"id":9,"raw":"***"}
{"id":10,"path":"$work/missing.eml"}
{"id":11,"cmd":"dance"}
{"id":12,"raw":""}

{"cmd":"stats","id":13}
END
check "EOF ends with 0" ends 0 ""
check "first line: ready" test "$(head -1 "$work/out" | jq -c '[.ready, (.ruleset | startswith("sha256:"))]')" = '[true,true]'
check "ping" test "$(answer 1 .)" = '{"pong":true}'
check "id is the first key" bash -c "sed -n 3p '$work/out' | grep -q '^{\"id\":7,\"schema\":1,'"
check "raw" test "$(answer 2 .message_id)" = '"one@example.org"'
check "any JSON value is an id" test "$(answer 3 .id)" = '{"a":[1,"x"]}'
check "path with text and source_id" test "$(answer 3 '[.text, .source_id, (.zones | length > 0)]')" = '["Hello there.\n","S1",true]'
check "not JSON" test "$(answer 4 '[.id, .error.code]')" = '[null,"request.json"]'
check "not an object" test "$(answer 5 .error.code)" = '"request"'
check "nothing to do" test "$(answer 6 '[.id, .error.code]')" = '[8,"request"]'
check "bad base64" test "$(answer 7 .error.code)" = '"request.raw"'
check "missing file" test "$(answer 8 '[.id, .error.code]')" = '[10,"io"]'
check "unknown command" test "$(answer 9 .error.code)" = '"request.cmd"'
check "an empty message has an answer" test "$(answer 10 .id)" = 12
check "empty lines are passed over; stats" test "$(answer 11 '[.id, .stats.messages, .stats.errors]')" = '[13,3,6]'

# base64 in all its forms, and lines that look like requests with it
for n in 0 1 2 3 4 5; do head -c $(($(stat -c %s "$work/1.eml") - n)) "$work/1.eml" >"$work/cut.$n"; done
slashed='From: a@b.example\nMessage-ID: <x>\n\n???>>>~~~'
quoted=$(printf "$slashed" | base64 -w0)
{ for n in 0 1 2 3 4 5; do
    encoded=$(base64 -w0 <"$work/cut.$n")
    echo "{\"id\":1,\"raw\":\"$encoded\",\"text\":true}"
    echo "{\"raw\" : \"${encoded%%=*}\",\"id\":1,\"text\":true}"
    echo "{\"id\":1,\"raw\":\"$(base64 -w 76 <"$work/cut.$n" | sed 's/$/\\r\\n/' | tr -d '\n')\",\"text\":true}"
    echo "{\"id\":1,\"path\":\"$work/cut.$n\",\"text\":true}"
  done; } | worker
check "base64 with, without padding, in lines: as the file" test "$(tail -n +2 "$work/out" | sed 's/"path":"[^"]*"/"path":"-"/' | uniq | wc -l)" = 6
worker --text <<END
{"id":1,"raw":"${quoted//\//\\/}"}
{"id":2,"raw":"${quoted//\//\\u002f}"}
{"id":3,"raw":"$quoted"}
{"id":"\\"raw\\":\\"QUJD\\"","raw":"$quoted"}
{"id":5,"x":{"raw":"QUJD"},"raw":"$quoted"}
{"id":6,"raw":"QUJD","raw":"$quoted"}
{"id":7,"x":{"raw":"QUJD"},"raw":"?"}
{"id":8,"raw":"QUJD","r\\u0061w":"$quoted"}
{"id":9,"raw":"A"}
{"id":10,"raw":"QQ="}
{"id":11,"raw":"QQ==="}
{"id":12,"raw":"QQ==QQ=="}
{"id":13,"raw":"Q Q"}
{"id":14,"raw":"QUJD"x"QUJD"}
{"id":15,"raw":"QUJD
{"id":16,"raw":"QUJD","cmd":"ping"}
{"id":17,"raw":"QUJD","c\\u006dd":"ping"}
END
check "escapes, keys within keys, keys twice" test "$(for i in 1 2 3 4 5 6 8; do answer $i .text; done | uniq -c | tr -s ' ')" = ' 7 "???>>>~~~"'
check "an id that looks like a key" test "$(answer 4 .id)" = '"\"raw\":\"QUJD\""'
check "no base64" test "$(for i in 7 9 10 11 12 13; do answer $i .error.code; done | uniq -c | tr -s ' ')" = ' 6 "request.raw"'
check "no JSON" test "$(for i in 14 15; do answer $i .error.code; done | uniq -c | tr -s ' ')" = ' 2 "request.json"'
check "a command comes first" test "$(for i in 16 17; do answer $i .pong; done | uniq -c | tr -s ' ')" = ' 2 true'

for i in $(seq 500); do echo "{\"id\":$i,\"raw\":\"$raw\"}"; done >"$work/many"
worker --jobs 4 <"$work/many"
check "500 requests, 4 jobs: all answered in order" bash -c "tail -n +2 '$work/out' | jq .id | cmp - <(seq 500)"

mkdir -p "$work/rules/signals"
good='- {id: test.hello, about: Says hello, weight: 0.9, match: ["hello there"]}'
echo "$good" >"$work/rules/signals/urgency.yaml"
rm -f "$work/out"
lines() { for _ in $(seq 600); do [ "$(cat "$work/out" 2>/dev/null | wc -l)" -ge "$1" ] && break; sleep 0.1; done; }
{ echo "{\"id\":1,\"raw\":\"$raw\"}"; lines 2
  echo "- {id: 5" >"$work/rules/signals/urgency.yaml"; echo '{"cmd":"reload","id":2}'; lines 3
  echo "{\"id\":3,\"raw\":\"$raw\"}"; echo "${good/hello there/good bye}" >"$work/rules/signals/urgency.yaml"; echo '{"cmd":"reload","id":4}'
  lines 5; echo "{\"id\":5,\"raw\":\"$raw\"}"; } | worker --rules "$work/rules"
check "faulty rules are refused with their faults" test "$(answer 2 '[.error.code, (.error.faults[0] | contains("urgency.yaml:"))]')" = '["rules",true]'
check "and the old stay" test "$(answer 1 .ruleset)" = "$(answer 3 .ruleset)"
check "good rules are taken" test "$(answer 4 .reloaded)" = true
check "and used" test "$(answer 4 .ruleset)" = "$(answer 5 .ruleset)" -a "$(answer 5 .ruleset)" != "$(answer 1 .ruleset)"

mkfifo "$work/in"
"$MAILSIGNAL" worker <"$work/in" >"$work/out" 2>"$work/err" &
pid=$!
exec 3>"$work/in"
echo "{\"id\":1,\"raw\":\"$raw\"}" >&3
for i in $(seq 600); do [ "$(wc -l <"$work/out")" -ge 2 ] && break; sleep 0.1; done
check "answers are flushed while stdin stays open" test "$(answer 1 .id)" = 1
kill -TERM $pid
wait $pid
status=$?
exec 3>&-
check "SIGTERM drains and ends with 0" ends 0 ""

head -c 101000000 /dev/zero | tr '\0' 'x' >"$work/long"
{ cat "$work/long"; echo; echo '{"cmd":"ping"}'; } | worker
check "an overlong line is refused" test "$(answer 1 .error.code)" = '"request.too_long"'
check "and the worker lives on" test "$(answer 2 .pong)" = true

PYTHONPATH=$MAILSIGNAL_SOURCE/docs/clients PYTHONDONTWRITEBYTECODE=1 python3 - "$MAILSIGNAL" "$work/1.eml" >"$work/out" 2>"$work/err" <<'END'
import sys
from mailsignal import Worker
raw = open(sys.argv[2], "rb").read()
worker = Worker(sys.argv[1], "--jobs", "2")
print(worker.analyse(raw, text=True)["text"].strip())
print(sum(r["message_id"] == "one@example.org" for r in worker.analyse_many([raw] * 100)))
print(worker.call({"cmd": "ping"})["pong"], worker.close())
END
check "the Python client" test "$(tr '\n' ' ' <"$work/out")" = "Hello there. 100 True 0 "
if command -v node >/dev/null; then
  node - "$MAILSIGNAL" "$work/1.eml" "$MAILSIGNAL_SOURCE/docs/clients/mailsignal.js" >"$work/out" 2>"$work/err" <<'END'
const [program, mail, client] = process.argv.slice(2);
const { Worker } = require(client);
(async () => {
  const raw = require('node:fs').readFileSync(mail);
  const worker = await Worker.start(program, ['--jobs', '2']);
  const records = await Promise.all(Array.from({ length: 100 }, () => worker.analyse(raw)));
  console.log(records.filter((r, i) => r.id === i + 1 && r.message_id === 'one@example.org').length, await worker.close());
})();
END
  check "the Node.js client" test "$(cat "$work/out")" = "100 0"
fi

finish
