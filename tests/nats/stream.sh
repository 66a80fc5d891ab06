#!/usr/bin/env bash
# "publish" and "ingest --nats" against a real nats-server and a real PostgreSQL: the tables, duplicates, dead letters,
# slow batches, TLS, faults of the command line.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pg=$here/../pg
. "$pg/cluster.sh"
. "$pg/tap.sh"
. "$pg/mail.sh"
. "$here/server.sh"
trap 'nats_stop; cluster_stop; rm -rf "$tap_tmp"' EXIT
cluster_start || exit $?
nats_start || exit $?
two_tenants clean
for db in streamed refusing locked trusted; do cluster_createdb $db clean; done

raw() { python3 "$here/raw.py" "nats://127.0.0.1:$nats_port" "$@"; }
publish=(publish --nats "$nats_url" --stream MAIL)
engine=(--rules "$pg/fixtures/rules" --tenant "$tenant_a")
consume=(ingest "${engine[@]}" --nats "$nats_url" --stream MAIL --durable worker)

mbox 120 >"$tap_tmp/all.mbox"
mail 'Last One <last@firm.example>' last@firm.example 'Contract' 'All is well.' >"$tap_tmp/last.eml"
"$MAILSIGNAL" ingest "${engine[@]}" --quiet "$tap_tmp/all.mbox"
tap_report $? 'a direct ingest, to compare with'
want=$(tables)

# publishing
runs 0 "${publish[@]}" --resume "$tap_tmp/mark" "$tap_tmp/all.mbox"
has err '120 into the stream, 0 were there' 'publish makes the stream and fills it'
runs 0 "${publish[@]}" --resume "$tap_tmp/mark" "$tap_tmp/all.mbox"
has err ' 0 messages: ' 'publish --resume goes on behind what is done'
runs 0 "${publish[@]}" "$tap_tmp/all.mbox"
has err ' 0 into the stream, 120 were there' 'publishing twice adds nothing'
runs 64 "${publish[@]}" --subject other --resume "$tap_tmp/mark" "$tap_tmp/all.mbox"
has err 'belongs to another stream' 'a position belongs to its stream'
runs 78 "${publish[@]}" --subject other "$tap_tmp/all.mbox"
has err 'does not take the subject other' 'a stream without the subject is refused'
: >"$tap_tmp/none.mbox"
runs 0 "${publish[@]}" "$tap_tmp/none.mbox"
raw make '{"name":"LOOSE","subjects":["LOOSE.*"],"retention":"limits","storage":"memory","max_age":1000000000}' >/dev/null
runs 0 publish --nats "$nats_url" --stream LOOSE --subject LOOSE.mail "$tap_tmp/all.mbox"
has err 'differs: retention is limits.*storage is memory.*duplicate window.*drop the oldest' 'a stream of another kind is described'
{ echo 'From: a@b.example'; echo; head -c 1100000 /dev/zero | tr '\0' x; } >"$tap_tmp/long.eml"
runs 1 "${publish[@]}" "$tap_tmp/long.eml"
has err 'long.eml at offset 0: [0-9]+ bytes, more than the server takes' 'a message that is too long is named'

# consuming
PGDATABASE=streamed
runs 0 "${consume[@]}" --once --metrics "$tap_tmp/metrics"
same "$(tables)" "$want" 'the tables are those of a direct ingest'
has err '120 acknowledged, 0 delivered again, 0 dead letters.* 0 left' 'and the summary counts'
has metrics 'mailsignal_nats_acknowledged_total\{durable="worker"\} 120' 'and the metrics'
same "$(raw info MAIL)" 0 'what is stored has left the stream'

# dead letters: unreadable, refused by the database
raw pub MAIL.mail '' >/dev/null
PGDATABASE=refusing
query "alter table opportunity_signals add constraint odd check (source_id not like 'm7@%') not valid"
runs 0 publish --nats "$nats_url" --stream AGAIN "$tap_tmp/all.mbox"
runs 1 ingest "${engine[@]}" --nats "$nats_url" --stream AGAIN --durable worker --once
has err '1 refused, 119 acknowledged.* 1 dead letters' 'a message that the database refuses is a dead letter'
raw letter AGAIN_DEAD 1 >"$tap_tmp/out"
has out 'Mailsignal-Reason: .*odd' 'with the reason'
has out 'Mailsignal-Sequence: 7' 'and its place'
has out 'Mailsignal-Source: .*all.mbox at [0-9]+' 'and where it came from'
has out 'Message-ID: <m7@' 'and all of the message'
same "$(raw info AGAIN)" 0 'and is off the stream'
runs 1 "${consume[@]}" --once
raw letter MAIL_DEAD 1 >"$tap_tmp/out"
has out 'Mailsignal-Reason: .*empty' 'so is an empty message'

# a database that answers slowly: the server hears that the work goes on
PGDATABASE=locked
"$MAILSIGNAL" publish --nats "$nats_url" --stream SLOW --quiet "$tap_tmp/all.mbox"
"$CLUSTER_BIN/psql" -X -q -c 'begin; lock table opportunity_signals; select pg_sleep(9)' >/dev/null & lock=$!
asleep() { [ "$(query "select count(*) from pg_stat_activity where wait_event = 'PgSleep'")" = 1 ]; }
until_true asleep
runs 0 ingest "${engine[@]}" --nats "$nats_url" --stream SLOW --durable worker --once --ack-wait 3
wait $lock
same "$(tables)" "$want" 'a locked table is waited for'
has err ' 0 delivered again' 'and in-progress signals keep the messages with their worker'

# a message that takes its worker with it, time and again
"$MAILSIGNAL" publish --nats "$nats_url" --stream POISON --quiet "$tap_tmp/all.mbox"
poison=(ingest "${engine[@]}" --nats "$nats_url" --stream POISON --durable worker --ack-wait 1 --max-deliver 4)
query 'create function hang() returns trigger language plpgsql as $$ begin
  if new.source_id like '"'m7@%'"' then perform pg_sleep(600); end if; return new; end $$;
  create trigger hang before insert on opportunity_signals for each row execute function hang();
  truncate opportunity_signals, contact_enrichment_queue, mailsignal_mails cascade'
for i in 1 2 3 4; do
  "$MAILSIGNAL" "${poison[@]}" --batch 1 --once 2>"$tap_tmp/err" & worker=$!
  until_true asleep # on the message that hangs
  kill -9 $worker 2>/dev/null
  wait $worker 2>/dev/null
  query "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'" >/dev/null
done
runs 0 "${poison[@]}" --once
raw letter POISON_DEAD 1 >"$tap_tmp/out"
has out 'Mailsignal-Reason: delivered 4 times and never acknowledged' 'a message that never ends well is a dead letter'
has out 'Message-ID: <m7@' 'the right one'
same "$(raw info POISON_DEAD)" 1 'and no other'

# the end of a worker
"$MAILSIGNAL" "${publish[@]}" --quiet <"$tap_tmp/last.eml"
"$MAILSIGNAL" "${consume[@]}" 2>"$tap_tmp/err" & worker=$!
is_drained() { [ "$(raw info MAIL)" = 0 ]; }
until_true is_drained
kill -TERM $worker
wait $worker
same $? 0 'SIGTERM ends a worker with 0'

# TLS
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
  -keyout "$tap_tmp/key.pem" -out "$tap_tmp/cert.pem" 2>/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=other -keyout /dev/null -out "$tap_tmp/other.pem" 2>/dev/null
nats_stop
nats_start "tls { cert_file: \"$tap_tmp/cert.pem\", key_file: \"$tap_tmp/key.pem\" }" \
  'authorization { user: mail, password: "s3cret" }' || exit 1
secure=tls://mail:s3cret@127.0.0.1:$nats_port
runs 0 publish --nats "$secure" --nats-tls-ca "$tap_tmp/cert.pem" --stream MAIL "$tap_tmp/all.mbox"
runs 78 publish --nats "$secure" --nats-tls-ca "$tap_tmp/other.pem" --stream MAIL "$tap_tmp/all.mbox"
runs 78 publish --nats "tls://mail:wr0ng@127.0.0.1:$nats_port" --nats-tls-ca "$tap_tmp/cert.pem" --stream MAIL "$tap_tmp/all.mbox"
hasnt err 'wr0ng' 'a wrong password is not printed'

# credentials: an operator, accounts and users with JWTs, as nsc makes them
python3 "$here/creds.py" "$tap_tmp/nsc" || tap_report 1 'credentials for the test'
nats_stop
nats_start "$(cat "$tap_tmp/nsc/server.conf")" || exit 1
PGDATABASE=trusted
mine=(--nats "$nats_url" --nats-creds "$tap_tmp/nsc/user.creds" --stream MAIL)
runs 0 publish "${mine[@]}" "$tap_tmp/all.mbox"
runs 0 ingest "${engine[@]}" "${mine[@]}" --durable worker --once
has err '120 acknowledged.* 0 left' 'a credentials file opens a server of accounts'
same "$(tables)" "$want" 'and the mail in it is that of a direct ingest'
for creds in stranger expired; do
  runs 78 publish --nats "$nats_url" --nats-creds "$tap_tmp/nsc/$creds.creds" --stream MAIL "$tap_tmp/all.mbox"
  has err 'Authorization Violation' "credentials that are refused: $creds"
  hasnt err "$(grep '^SU' "$tap_tmp/nsc/$creds.creds")" 'are not printed'
done
runs 78 publish --nats "$nats_url" --stream MAIL "$tap_tmp/all.mbox"
echo nonsense >"$tap_tmp/broken.creds"
runs 78 publish --nats "$nats_url" --nats-creds "$tap_tmp/broken.creds" --stream MAIL "$tap_tmp/all.mbox"

# the command line
runs 64 ingest "${engine[@]}" --nats "$nats_url" --stream MAIL --durable w "$tap_tmp/all.mbox"
runs 64 ingest "${engine[@]}" --nats "$nats_url" --stream MAIL
has err 'needs --durable' 'the consumer has to be named'
runs 64 publish --nats "$nats_url" --stream a.b "$tap_tmp/all.mbox"
runs 78 publish --nats "$nats_url" --nats-creds "$tap_tmp/not-here" --stream MAIL "$tap_tmp/all.mbox"
nats_kill TERM
runs 75 publish --nats "$nats_url" --stream MAIL --patience 0.1 "$tap_tmp/all.mbox"
has err 'no connection to the NATS server' 'a server that is away'

tap_end
