# Sourced by the command line tests. Each test is: check NAME COMMAND..., which must succeed.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME="$work/config" XDG_CACHE_HOME="${XDG_CACHE_HOME:-$work/cache}" NO_COLOR=1
passed=0 failed=0

check() {
  name=$1
  shift
  if "$@" >"$work/check.out" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "not ok: $name"
    cat "$work/check.out"
  fi
}

# run ARGS...: the program; leaves its exit status in $status, its output in $work/out and /err.
run() {
  "$MAILSIGNAL" "$@" >"$work/out" 2>"$work/err"
  status=$?
}

# ends STATUS TEXT: the last run ended with STATUS and said TEXT on stderr ('' = whatever).
ends() {
  [ "$status" -eq "$1" ] || { echo "exit status $status instead of $1"; cat "$work/err"; return 1; }
  [ -z "$2" ] || grep -qF -- "$2" "$work/err" || { echo "stderr lacks '$2':"; cat "$work/err"; return 1; }
}

# says TEXT: the last run wrote TEXT to stdout.
says() {
  grep -qF -- "$1" "$work/out" || { echo "stdout lacks '$1':"; cat "$work/out"; return 1; }
}

lines() {
  [ "$(wc -l <"$work/out")" -eq "$1" ] || { echo "not $1 lines:"; cat "$work/out"; return 1; }
}

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

message() { # SUBJECT BODY
  printf 'From: "Ann Bell" <ann@example.org>\nTo: sales@example.com\nSubject: %s\nMessage-ID: <%s@example.org>\nDate: Tue, 4 Mar 2025 10:11:12 +0000\n\n%s\n' "$1" "$1" "$2"
}
