#!/usr/bin/env bash
# SIGKILL and restarts at random moments, of two workers and of PostgreSQL: nobody is lost, and the provider charges
# nobody twice but for the people of the one request that a kill interrupts. KILLS=50 for more. TAP on stdout.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
start_all
. "$here/crowd.sh"
kills=${KILLS:-12}
n=$((kills * 60)) # plenty: the same people are not hit over and over
clear_all
provider_start --latency 0.02
people $n apollo
super checkpoint # the test's own rows are not to be lost: elsewhere this server commits without waiting for the disk

victims=()
start_worker() { # NUMBER
  "$MAILSIGNAL" enrich --tenant $A --quiet --watch 2>>"$tap_tmp/err" &
  victims[$1]=$!
}
kill_worker() { # fails when it had ended before
  kill -KILL "${victims[$1]}" 2>/dev/null || return 1
  wait "${victims[$1]}" 2>/dev/null
  return 0
}
trap 'kill_worker 0; kill_worker 1; provider_stop; cluster_stop; rm -rf "$tap_tmp"' EXIT
# Until a process catches SIGTERM, or has ended.
catches_term() {
  until [ $(((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null || echo 4000)) >> 14 & 1)) -eq 1 ]; do
    kill -0 "$1" 2>/dev/null || break
  done
}
pause() { sleep 0.$((RANDOM % 6))$((RANDOM % 10)); }

# Leases of the dead run out at once, which must not take rows from the living: workers die in pairs.
workers=0 servers=0 backends=0
start_worker 0
start_worker 1
while [ $((workers + servers + backends)) -lt "$kills" ]; do
  pause
  case $((RANDOM % 6)) in
    0)
      cluster_as_owner "$CLUSTER_BIN/pg_ctl" -D "$CLUSTER_DIR/data" -m immediate -w -l "$CLUSTER_DIR/data/server.log" \
        restart >/dev/null 2>&1
      servers=$((servers + 1))
      ;;
    1) # one backend is killed, so that the server throws out the others, too
      pid=$(super "select pid from pg_stat_activity where usename = 'mailsignal_worker' limit 1" 2>/dev/null)
      [ -n "$pid" ] && cluster_as_owner kill -KILL "$pid" && backends=$((backends + 1))
      ;;
    *)
      kill_worker 0 && workers=$((workers + 1))
      kill_worker 1 && workers=$((workers + 1))
      until expire >/dev/null 2>&1; do sleep 0.1; done # the server may be recovering
      start_worker 0
      start_worker 1
      ;;
  esac
done
kill_worker 0
kill_worker 1
total=$((workers + servers + backends + 2))
until expire >/dev/null 2>&1; do sleep 0.1; done
left=$(unsettled)

"$MAILSIGNAL" enrich --tenant $A --quiet --watch & victims[0]=$!
catches_term ${victims[0]}
kill -TERM ${victims[0]}
wait ${victims[0]}; same $? 130 'SIGTERM ends a worker cleanly'
for _ in $(seq 20); do
  worker
  [ "$(unsettled)" = 0 ] && break
  expire
done

twice=$(stat charged_twice)
counted=$(super "select repeated from enrichment_usage where provider = 'apollo'")
booked=$(super "select credits from enrichment_usage where provider = 'apollo'")
echo "# $n people; $workers workers, $servers servers and $backends backends killed, $left rows left then;" \
  "$(stat calls) requests, $(stat credits) credits, $(stat repeated_calls) requests with $twice people charged twice," \
  "$counted counted as asked about again, $booked credits booked"
same "$(super "select count(*) filter (where status = 'completed') || ' ' || count(*) from contact_enrichment_queue")" "$n $n" 'no row is lost or stuck'
same "$(stat charged_distinct) $(super 'select trunc(sum(credits_used)) from contact_enrichment_queue')" "$n $n" 'everybody is found, for one credit a row'
[ "$twice" -le $((total * 10)) ]; tap_report $? "a kill repeats at most the people of one request"
[ "$(stat repeated_calls)" -le $total ]; tap_report $? 'no more requests are repeated than there were kills'
[ "$twice" -le "$counted" ]; tap_report $? 'and they are counted'
[ "$(stat credits)" -eq $((n + twice)) ]; tap_report $? 'nothing else is charged'
[ "${booked%.*}" -ge "$(stat credits)" ]; tap_report $? 'the books hold all that was charged'
same "$(by_hand)" $((n / 2)) 'what was typed by hand stays'

tap_end
