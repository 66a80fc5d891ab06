#!/bin/bash
# An installation that is moved as a whole still finds its second program, the one that has every
# verb; without that program the error says what is missing.
. "$(dirname "$0")/lib.sh"

build=$(dirname "$MAILSIGNAL")
message one "We are moving to another supplier in March." >"$work/1.eml"

check "installs" cmake --install "$build" --prefix "$work/first"
mv "$work/first" "$work/moved"
MAILSIGNAL=$work/moved/bin/mailsignal

run scan "$work/1.eml"
check "a verb of the first program" ends 0 ""
check "its record" says churn_risk
run db --help
check "a verb of the second" ends 0 ""
check "its help" says "--standalone"
run --help
check "help knows the verbs of both" says "enrich"
run scna
check "a typing error" ends 64 "did you mean 'scan'?"
run
check "no verb" ends 64 ""
ln -s "$MAILSIGNAL" "$work/link"
MAILSIGNAL=$work/link
run db --help
check "through a link" ends 0 ""

mv "$work/moved/libexec" "$work/moved/elsewhere"
run db status
check "the second program is missing" ends 70 "libexec/mailsignal/mailsignal-full, which has the verbs other than scan"
run scan "$work/1.eml"
check "the first needs it not" ends 0 ""

finish
