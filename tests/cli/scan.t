#!/bin/bash
# scan: formats, sources, exit statuses, pipes.
. "$(dirname "$0")/lib.sh"

message one "Hello there." >"$work/1.eml"
message two "Second." >"$work/2.eml"
{ echo "From x Mon Jan  1 10:00:00 2024"; cat "$work/1.eml"; echo; echo "From y Mon Jan  1 10:00:00 2024"; cat "$work/2.eml"; } >"$work/both.mbox"

run scan "$work/1.eml" "$work/2.eml"
check "two files, two records" lines 2
check "records name their file" says "\"path\":\"$work/1.eml\",\"offset\":0"
check "and it is no failure" ends 0 ""

"$MAILSIGNAL" scan <"$work/both.mbox" >"$work/out"
check "an mbox on stdin" lines 2
"$MAILSIGNAL" scan - <"$work/1.eml" >"$work/out"
check "one message on stdin" lines 1
check "stdin is called -" says '"path":"-"'

run scan --text --zones "$work/1.eml"
check "--text" says '"text":"Hello there.'
check "--zones" says '"zones":[{"zone":"body","start":0'

run scan "$work/missing.eml"
check "a missing path" ends 66 "missing.eml: No such file or directory"
run scan "$work/missing.eml" "$work/1.eml"
check "a missing path beside a good one" ends 1 "missing.eml: No such file or directory"
check "the rest goes on" lines 2

tar -C "$work" -czf "$work/mail.tgz" 1.eml 2.eml
run scan "$work/mail.tgz"
check "an archive" lines 2
head -c 100 "$work/mail.tgz" >"$work/cut.tgz"
run scan "$work/cut.tgz"
check "a truncated archive" ends 1 "cut.tgz: cannot read this archive"
check "gives whole lines only" bash -c "jq -e . '$work/out' >/dev/null"

run scan --strict "$work/cut.tgz" "$work/1.eml"
check "--strict ends at the first unreadable item" ends 65 "cut.tgz"

run scan --format tabel "$work/1.eml"
check "an unknown format" ends 64 "'tabel' is none of ndjson, table"
run scan --jbos 3
check "an unknown option" ends 64 "did you mean --jobs?"
run scan --min-strength 2
check "a number out of range" ends 64 "is not a number from 0 to 1"
run scna
check "an unknown verb" ends 64 "did you mean 'scan'?"
run scan --jobs
check "an option without its value" ends 64 "--jobs needs a value"
run scan --rules "$work/none" "$work/1.eml"
check "a rules folder that is not there" ends 78 "$work/none"

run scan --format table "$work/both.mbox"
check "the table has a total" says "2 messages"
check "the table has the subject" says "two"

for jobs in 1 2 8; do
  for i in 1 2 3 4 5 6 7 8 9; do cat "$work/both.mbox"; echo; done | "$MAILSIGNAL" scan --jobs $jobs --text --zones >"$work/jobs.$jobs"
done
check "1 and 2 jobs give the same" cmp "$work/jobs.1" "$work/jobs.2"
check "1 and 8 jobs give the same" cmp "$work/jobs.1" "$work/jobs.8"

for i in $(seq 2000); do cat "$work/both.mbox"; echo; done >"$work/many.mbox"
"$MAILSIGNAL" scan "$work/many.mbox" 2>"$work/err" | head -1 >"$work/out"
status=${PIPESTATUS[0]}
check "a closed pipe ends the run quietly" ends 0 ""
check "without a word" test ! -s "$work/err"

{ cat "$work/many.mbox"; sleep 5; } | "$MAILSIGNAL" scan >"$work/out" 2>"$work/err" &
pid=$!
sleep 1
pkill -INT -P $$ -x mailsignal || kill -INT $pid
wait $pid
status=$?
check "Ctrl-C ends with 130" ends 130 ""
check "and whole lines" bash -c "tail -1 '$work/out' | jq -e .message_id >/dev/null"

run --help
check "help fits a screen" test "$(wc -l <"$work/out")" -le 24
run scan --help
check "help of a verb fits a screen" test "$(wc -l <"$work/out")" -le 24
run --version
check "version" says "mailsignal "
for shell in bash zsh fish; do
  run completion $shell
  check "completion for $shell names the verbs" says scan
done
check "the bash completion is valid" bash -n <("$MAILSIGNAL" completion bash)
run completion tcsh
check "completion for an unknown shell" ends 64 "bash, zsh or fish"
run explain "$work/1.eml"
check "explain shows the zones" says "body | Hello there."

finish
