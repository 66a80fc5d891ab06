#!/usr/bin/env bash
# A thousand people, two workers, and workers that are killed. TAP on stdout.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
start_all
export PGUSER=mailsignal_worker APOLLO_API_KEY=secret-key-123

people() { # NUMBER SOURCE
  PGUSER=postgres query "
    insert into contacts (tenant_id, email, first_name, last_name, title)
    select '$A', 'p' || g || '.crowd@acme.example', 'P' || g, 'Crowd', case when g % 2 = 0 then 'Typed by hand' end
    from generate_series(1, $1) g;
    insert into contact_enrichment_queue (tenant_id, email_address, source, source_id, extracted_data)
    select '$A', 'p' || g || '.crowd@acme.example', '$2', 'm' || g, '{\"firstName\": \"P\"}' from generate_series(1, $1) g"
}
super() { PGUSER=postgres query "$1"; }
by_hand() { super "select count(*) from contacts where title = 'Typed by hand'"; }
worker() { timeout -s KILL 100 "$MAILSIGNAL" enrich --tenant $A --quiet "$@"; }
clear_all() { PGUSER=postgres fresh; }

# throughput -----------------------------------------------------------------
clear_all
provider_start --latency 0.02
people 1000 email_signature
began=$(date +%s%N)
worker & first=$!
worker & second=$!
wait $first; same $? 0 'the first worker ends well'
wait $second; same $? 0 'and the second'
ms=$((($(date +%s%N) - began) / 1000000))
echo "# 1000 people, two workers, 20 ms latency: $ms ms, $(stat calls) requests, $(stat credits) credits"
[ $ms -lt 10000 ]; tap_report $? "in less than ten seconds ($ms ms)"
same "$(stat calls)" 100 'a hundred requests'
same "$(stat credits) $(stat charged_distinct)" '1000 1000' 'each person is paid for once'
same "$(super "select count(*) from contact_enrichment_queue where status = 'completed' and attempts = 1")" 1000 'every row is completed at once'
same "$(by_hand)" 500 'what was typed by hand stays'

# the window -------------------------------------------------------------------
clear_all
provider_start --limit 7 --window 4
people 150 apollo
worker & first=$!
worker & second=$!
wait $first $second
echo "# 150 people, seven requests a window: $(stat calls) requests, $(stat throttled) turned away"
same "$(stat worst_window)" 7 'never more requests in a window than allowed'
[ "$(stat throttled)" -le 1 ]; tap_report $? 'at most one turned away: before the first answer nobody knows the limit'
same "$(super "select count(*) || ' ' || max(attempts) from contact_enrichment_queue where status = 'pending'")" '80 0' \
  'the others wait, and that is no attempt'
super "update enrichment_rate_windows set window_started_at = window_started_at - interval '1 minute';
  update enrichment_providers set paused_until = null; update contact_enrichment_queue set run_at = now() where status = 'pending'"
sleep 4
worker
same "$(stat worst_window) $(super "select count(*) from contact_enrichment_queue where status = 'pending'")" '7 10' \
  'the next window takes seven more'

# a database that restarts --------------------------------------------------------
clear_all
provider_start --latency 0.02
people 300 apollo
worker & first=$!
worker & second=$!
sleep 1
cluster_as_owner "$CLUSTER_BIN/pg_ctl" -D "$CLUSTER_DIR/data" -m fast -w -l "$CLUSTER_DIR/data/server.log" restart >/dev/null 2>&1
wait $first; same $? 0 'a worker outlives a restart of the database'
wait $second
super "update contact_enrichment_queue set locked_until = now() where status = 'processing'"
sleep 0.1
worker
same "$(super "select count(*) from contact_enrichment_queue where status = 'completed'") $(stat charged_distinct) $(stat charged_twice)" \
  '300 300 0' 'nobody is lost or paid for twice'

# kills ------------------------------------------------------------------------
clear_all
provider_start --latency 0.02
people 500 apollo
kills=${KILLS:-15}
for _ in $(seq "$kills"); do
  "$MAILSIGNAL" enrich --tenant $A --quiet --lease 5 & victim=$!
  sleep 0.$((RANDOM % 3))$((RANDOM % 10))
  kill -KILL $victim 2>/dev/null
  wait $victim 2>/dev/null
done
"$MAILSIGNAL" enrich --tenant $A --quiet --lease 5 --watch & victim=$!
sleep 0.2
kill -TERM $victim
wait $victim; same $? 130 'SIGTERM ends a worker cleanly'
for _ in $(seq 12); do
  "$MAILSIGNAL" enrich --tenant $A --lease 5 --log >>"$tap_tmp/out" 2>>"$tap_tmp/err"
  [ "$(super "select count(*) from contact_enrichment_queue where status in ('pending', 'processing')")" = 0 ] && break
  sleep 1
done
twice=$(stat charged_twice)
echo "# 500 people, $kills kills: $(stat calls) requests, $(stat credits) credits, $twice people paid for twice"
same "$(super "select count(*) filter (where status = 'completed') || ' ' || count(*) from contact_enrichment_queue")" '500 500' 'no row is lost or stuck'
same "$(stat charged_distinct)" 500 'everybody was found'
[ "$twice" -le $((kills * 10)) ]; tap_report $? 'at most one request is repeated for each kill'
[ $(($(stat calls) - 50)) -le $((kills * 2)) ]; tap_report $? 'and few requests more are made'
same "$(by_hand)" 250 'what was typed by hand stays'

tap_end
