#!/bin/sh
# Golden records: each folder TOPIC/NAME holds in.eml and out.json, the record that
# `mailsignal scan --text --zones` gives (one JSON value a line, keys in order), and perhaps args
# with other options. UPDATE=1 writes out.json anew; read the diff before you commit it.
set -u
cd "$(dirname "$0")" || exit 1
passed=0 failed=0
for case in */*/; do
  case=${case%/}
  [ -f "$case/in.eml" ] || continue
  args='--text --zones'
  [ -f "$case/args" ] && args=$(cat "$case/args")
  # shellcheck disable=SC2086 # args are words
  got=$("$MAILSIGNAL" scan $args "$case/in.eml" | jq 'del(.ruleset)')
  if [ "${UPDATE:-}" = 1 ]; then
    printf '%s\n' "$got" >"$case/out.json"
  fi
  if printf '%s\n' "$got" | diff -u "$case/out.json" - >/tmp/case.$$; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "not ok $case"
    cat /tmp/case.$$
  fi
done
rm -f /tmp/case.$$
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
