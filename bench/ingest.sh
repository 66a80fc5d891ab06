#!/usr/bin/env bash
# How much longer "ingest" into a local PostgreSQL takes than "scan" of the same archive to /dev/null.
#
#   bench/ingest.sh PROGRAM ARCHIVE [REPEATS]
#
# Prints the medians and their ratio; the aim is 1.5. The server is a throwaway one, with fsync on.
set -u
program=${1:?usage: bench/ingest.sh PROGRAM ARCHIVE [REPEATS]}
archive=${2:?usage: bench/ingest.sh PROGRAM ARCHIVE [REPEATS]}
repeats=${3:-5}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../tests/pg/cluster.sh"
trap cluster_stop EXIT
CLUSTER_OPTIONS='-c fsync=on -c synchronous_commit=on -c full_page_writes=on'
cluster_start || exit $?
unset DATABASE_URL
tenant=a0000000-0000-0000-0000-000000000000

cluster_createdb empty
export PGDATABASE=empty
"$program" db migrate --standalone >/dev/null || exit 1
cluster_psql empty -c "insert into tenants (id, name) values ('$tenant', 'bench')"

seconds() {
  local began ended
  began=$(date +%s%N)
  "$@" || return 1
  ended=$(date +%s%N)
  awk -v ns=$((ended - began)) 'BEGIN { printf "%.3f\n", ns / 1e9 }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

scan() { "$program" scan --quiet "$archive" >/dev/null; }
ingest() { "$program" ingest --quiet --tenant "$tenant" "$archive"; }

scans= ingests=
scan # the compiled rules and the archive are in the caches then
for ((i = 0; i < repeats; i++)); do
  PGDATABASE=postgres
  "$CLUSTER_BIN/dropdb" --if-exists run 2>/dev/null
  cluster_createdb run empty
  PGDATABASE=run
  scans+="$(seconds scan)"$'\n' || exit 1
  ingests+="$(seconds ingest)"$'\n' || exit 1
done
scan_s=$(printf %s "$scans" | median)
ingest_s=$(printf %s "$ingests" | median)
rows=$(cluster_psql run -At -c 'select (select count(*) from opportunity_signals) + (select count(*) from contact_enrichment_queue)')
awk -v s="$scan_s" -v i="$ingest_s" -v r="$rows" \
  'BEGIN { printf "scan %.2f s, ingest %.2f s (%d rows): ratio %.2f\n", s, i, r, i / s }'
