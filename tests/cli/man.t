#!/bin/bash
# Every example of the man page runs, and says something.
. "$(dirname "$0")/lib.sh"

cd "$MAILSIGNAL_SOURCE" || exit 1
[ -d corpus/inbox ] || exit 77
mkdir -p "$work/bin"
ln -s "$MAILSIGNAL" "$work/bin/mailsignal"
PATH=$work/bin:$PATH

check "the page is valid" bash -c '! man --warnings -E UTF-8 -l -Tutf8 docs/mailsignal.1 2>&1 >/dev/null | grep .'
sed -n '/^\.EX$/,/^\.EE$/p' docs/mailsignal.1 | grep '^    ' | sed 's/\\-/-/g' >"$work/examples"
check "there are examples" test "$(wc -l <"$work/examples")" -ge 4
while read -r example; do
  check "$example" bash -c "set -o pipefail; $example | grep -q ."
done <"$work/examples"

for verb in $("$MAILSIGNAL" --help | awk '/^Verbs/ {on = 1; next} /^$/ {on = 0} on {print $1}'); do
  check "the page names the verb $verb" grep -qE "^\.BR? (\"?$verb|.*$verb)" docs/mailsignal.1
done

finish
