#!/usr/bin/env bash
# Two workers at one stream, killed at random, their server killed, stopped and cut off: the tables equal those of a
# direct ingest.
#
#   MESSAGES, KILLS (of each worker), RESTARTS (of the server) set the size
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pg=$here/../pg
messages=${MESSAGES:-3000}
kills=${KILLS:-5}
restarts=${RESTARTS:-3}
. "$pg/cluster.sh"
. "$pg/tap.sh"
. "$pg/mail.sh"
. "$here/server.sh"
trap 'kill -9 $workers 2>/dev/null; nats_stop; cluster_stop; rm -rf "$tap_tmp"' EXIT
workers=
cluster_start || exit $?
nats_start || exit $?
two_tenants clean
cluster_createdb streamed clean

# mail.sh makes a message in several processes; this is the same mail, fast enough for many.
awk -v n="$messages" 'BEGIN { for (i = 1; i <= n; i++) printf \
  "From p@firm.example Tue Mar  4 10:11:12 2025\nFrom: Jane Doe%d <p%d@firm%d.example>\nTo: ops@us.example\n" \
  "Subject: Contract %d\nMessage-ID: <m%d@firm.example>\nDate: Tue, 04 Mar 2025 10:11:12 +0000\n\nHello,\n\n" \
  "After a poor year we are leaving you in May. The support was terrible.\n\nBest regards,\nJane Doe%d\n" \
  "VP Operations\nAcme Ltd\nTel: +44 20 7946 0958\n\n", i, i, i, i, i, i }' >"$tap_tmp/all.mbox"
engine=(--rules "$pg/fixtures/rules" --tenant "$tenant_a" --batch 100 --jobs 1 --quiet)
"$MAILSIGNAL" ingest "${engine[@]}" "$tap_tmp/all.mbox"
tap_report $? 'a direct ingest, to compare with'
want=$(tables)
PGDATABASE=streamed

raw() { python3 "$here/raw.py" "$nats_url" "$@"; }

publish_all() {
  "$MAILSIGNAL" publish --nats "$nats_url" --stream MAIL --resume "$tap_tmp/mark" --quiet "$tap_tmp/all.mbox"
}

# A worker, killed after a random time as often as is wanted, then left to drain the stream.
worker() {
  local i pid
  for ((i = 0; ; i++)); do
    "$MAILSIGNAL" ingest "${engine[@]}" --nats "$nats_url" --stream MAIL --durable worker --ack-wait 2 --once \
      --max-deliver $((2 * kills + 10 * restarts + 20)) \
      2>>"$tap_tmp/workers" & pid=$!
    if [ $i -ge "$kills" ]; then
      wait $pid
      return
    fi
    sleep "0.$((RANDOM % 8 + 2))"
    kill -9 $pid 2>/dev/null && echo killed >>"$tap_tmp/killed"
    wait $pid 2>/dev/null
  done
}

publish_all & publisher=$!
sleep 0.3
worker & one=$!
worker & two=$!
workers="$one $two"
for ((i = 0; i < restarts; i++)); do
  sleep 1
  case $((i % 3)) in
    0) nats_kill KILL; sleep 0.5; nats_again ;;
    1) nats_kill TERM; sleep 0.5; nats_again ;;
    2) kill -STOP $nats_pid; sleep 2; kill -CONT $nats_pid ;; # silent, as behind a cut cable
  esac
done
wait $publisher
same $? 0 'publish outlives the restarts'
wait $one
first=$?
wait $two
second=$?
same "$first $second" '0 0' 'so do the workers'
"$MAILSIGNAL" publish --nats "$nats_url" --stream MAIL --quiet "$tap_tmp/all.mbox"
"$MAILSIGNAL" ingest "${engine[@]}" --nats "$nats_url" --stream MAIL --durable worker --once
same "$(tables)" "$want" "after $(grep -c . "$tap_tmp/killed") kill -9 and $restarts restarts the tables are those of a direct ingest"
# A server that is killed may forget that it took acknowledged messages off the stream, though not that they were
# acknowledged: what counts is what waits.
same "$(raw waiting MAIL worker)" 0 'and no message waits'
same "$(raw info MAIL_DEAD)" 0 'nor is there a dead letter'
tap_end
