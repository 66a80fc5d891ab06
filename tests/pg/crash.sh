#!/usr/bin/env bash
# "ingest" killed, cut off from its database, and run twice at once: the tables equal those of one clean run.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/cluster.sh"
. "$here/tap.sh"
. "$here/mail.sh"
kills=${KILLS:-50}
CLUSTER_OPTIONS='-c synchronous_commit=on' # what was committed survives the server's crash
cluster_start || exit $?
# A tenant with contacts, deals and requests, so that facts count too.
two_tenants clean
query "insert into contacts (id, tenant_id, client_id, first_name, last_name, email)
  select ('a3000000-0000-0000-0001-' || lpad(g::text, 12, '0'))::uuid, '$tenant_a', 'a2000000-0000-0000-0000-000000000001',
         'p', g::text, 'p' || g || '@firm' || g || '.example' from generate_series(1, 60) g;
  insert into deals (id, tenant_id, contact_id, title, stage, last_activity_at)
  select ('a5000000-0000-0000-0001-' || lpad(g::text, 12, '0'))::uuid, '$tenant_a',
         ('a3000000-0000-0000-0001-' || lpad(g::text, 12, '0'))::uuid, 'd', 'lead', '2020-01-01' from generate_series(1, 60) g;
  insert into quotes (id, tenant_id, client_id, contact_id, quote_number, title, total_amount, status, sent_at)
  select ('a6000000-0000-0000-0001-' || lpad(g::text, 12, '0'))::uuid, '$tenant_a', 'a2000000-0000-0000-0000-000000000001',
         ('a3000000-0000-0000-0001-' || lpad(g::text, 12, '0'))::uuid, g::text, 'q', 1, 'sent', '2025-01-01'
  from generate_series(1, 60) g"
cluster_createdb before clean

mbox 600 >"$tap_tmp/all.mbox"
ingest=("$MAILSIGNAL" ingest --rules "$here/fixtures/rules" --tenant "$tenant_a" --batch 25 --quiet)
"$MAILSIGNAL" scan --rules "$here/fixtures/rules" "$tap_tmp/all.mbox" >/dev/null # compiles the rules into the cache
began=$(date +%s%N)
"${ingest[@]}" "$tap_tmp/all.mbox"
tap_report $? 'a clean run'
took=$((($(date +%s%N) - began) / 1000000)) # ms
want=$(tables)

fresh() {
  "$CLUSTER_BIN/dropdb" --if-exists "$1" 2>/dev/null
  cluster_createdb "$1" before
  PGDATABASE=$1
}

# kill -9 at random points: from the start, and with a checkpoint. A machine is not equally fast all the time: a run
# that came to its end makes the next wait shorter, one that did not makes it longer.
killed=0
for ((i = 1; i <= kills; i++)); do
  [ $((i % 10)) -ne 1 ] || { fresh killed; rm -f "$tap_tmp/mark"; }
  resume=()
  [ $((i / 10 % 2)) -eq 0 ] || resume=(--resume "$tap_tmp/mark")
  "${ingest[@]}" "${resume[@]}" "$tap_tmp/all.mbox" 2>/dev/null & pid=$!
  sleep "$(awk -v ms="$((RANDOM % (took + 1)))" 'BEGIN { printf "%.3f", ms / 1000 }')"
  kill -9 $pid 2>/dev/null
  wait $pid 2>/dev/null
  if [ $? -eq 137 ]; then killed=$((killed + 1)) took=$((took * 9 / 8)); else took=$((took * 3 / 4)); fi
  if [ $((i % 10)) -eq 0 ]; then
    "${ingest[@]}" "${resume[@]}" "$tap_tmp/all.mbox"
    same "$(tables)" "$want" "after kill -9 number $i the tables are those of a clean run"
  fi
done
[ $killed -gt $((kills / 3)) ]
tap_report $? "$killed of $kills runs were killed before their end"

# two at once
rm -f "$tap_tmp/mark"
fresh twice
"${ingest[@]}" "$tap_tmp/all.mbox" & one=$!
"${ingest[@]}" "$tap_tmp/all.mbox" & two=$!
wait $one; first=$?
wait $two; second=$?
same "$first $second" '0 0' 'two ingests of one archive at once'
same "$(tables)" "$want" 'store it once'

# The first half of the mail goes in at once; the rest when the test says so, through descriptor 8.
half=$(($(stat -c %s "$tap_tmp/all.mbox") / 2))
mkfifo "$tap_tmp/pipe"
begin_slowly() {
  "${ingest[@]}" "$@" - <"$tap_tmp/pipe" 2>"$tap_tmp/err" & pid=$!
  exec 8>"$tap_tmp/pipe"
  head -c $half "$tap_tmp/all.mbox" >&8
  until_true some_is_stored || tap_report 1 'the first half arrives'
}
some_is_stored() { [ "$(query 'select count(*) > 0 from opportunity_signals')" = t ]; }
send_the_rest() {
  tail -c +$((half + 1)) "$tap_tmp/all.mbox" >&8 & sender=$!
  exec 8>&-
}
end_slowly() {
  wait $pid
  local status=$?
  wait $sender 2>/dev/null
  return $status
}

# the database goes away in the middle, and comes back
fresh restarted
begin_slowly --patience 60
cluster_crash
send_the_rest
sleep 2
cluster_again >/dev/null
end_slowly
same $? 0 'a database that is stopped and started is waited for'
same "$(tables)" "$want" 'and nothing is lost or doubled'

# it stays away: 75, and the position to go on from
fresh away
begin_slowly --patience 1 --resume "$tap_tmp/mark"
cluster_crash
send_the_rest
end_slowly
same $? 75 'a database that stays away ends the run with 75'
has err '[0-9]+ messages are done' 'with the position'
cluster_again >/dev/null
"${ingest[@]}" --resume "$tap_tmp/mark" - <"$tap_tmp/all.mbox"
tap_report $? 'the next run goes on'
same "$(tables)" "$want" 'and the tables are those of a clean run'

tap_end
