# Checks for shell tests, after cluster.sh. Source this file; end with tap_end.
#
#   runs STATUS ARG…        mailsignal ARG… ends with that status; output in $tap_tmp/out and err
#   has out|err REGEX NAME  a line of it matches     hasnt …  none does
#   same GOT WANT NAME
#   query SQL               one value from $PGDATABASE
#   until_true COMMAND...   waits for it, a minute at most: a loaded machine is slow, and nobody waits longer than needed

: "${MAILSIGNAL:?the program to test}"
tap_tmp=$(mktemp -d)
chmod 755 "$tap_tmp"
tap_number=0
tap_failed=0
trap 'cluster_stop; rm -rf "$tap_tmp"' EXIT
trap 'exit 1' INT TERM

tap_report() {
  tap_number=$((tap_number + 1))
  if [ "$1" -eq 0 ]; then
    echo "ok $tap_number - $2"
  else
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_number - $2"
    sed 's/^/    # /' "$tap_tmp/out" "$tap_tmp/err" 2>/dev/null | tail -20 | cut -c 1-400
  fi
}

runs() {
  local want=$1 got
  shift
  "$MAILSIGNAL" "$@" >"$tap_tmp/out" 2>"$tap_tmp/err" </dev/null
  got=$?
  [ $got -eq "$want" ]
  tap_report $? "'$*' ends with $want (got $got)"
}

has() {
  grep -Eq -- "$2" "$tap_tmp/$1"
  tap_report $? "$3"
}

hasnt() {
  ! grep -Eq -- "$2" "$tap_tmp/$1"
  tap_report $? "$3"
}

same() {
  [ "$1" = "$2" ]
  tap_report $? "$3"
  [ "$1" = "$2" ] || printf '    # got:    %s\n    # wanted: %s\n' "$1" "$2"
}

query() {
  "$CLUSTER_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}

until_true() {
  local end=$((SECONDS + 60))
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}

tap_end() {
  echo "1..$tap_number"
  [ "$tap_failed" -eq 0 ] || { echo "# $tap_failed of $tap_number failed"; exit 1; }
}
