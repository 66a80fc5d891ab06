#!/bin/bash
# The author's tools that run mail: rules eval, rules diff, rules learn; and rules of one's own.
. "$(dirname "$0")/lib.sh"

mkdir -p "$work/old/signals" "$work/new/signals" "$work/mail"
rule='- {id: churn.test, about: Names the grey parrot, weight: 0.91, match: ["grey parrot"], tests: {match: ["the grey parrot"], reject: ["the parrot"]}}'
echo "$rule" >"$work/new/signals/churn_risk.yaml"
message parrot "The grey parrot sleeps today." >"$work/mail/1.eml"
message plain "The minutes of Tuesday are attached." >"$work/mail/2.eml"
printf '%s\n' '{"file":"eml/1.eml","signals":[{"type":"churn_risk"}]}' '{"file":"2.eml","signals":[]}' >"$work/labels.jsonl"

run scan --rules "$work/new" "$work/mail/1.eml"
check "a rule of one's own counts whatever the learned weights say" says '"signal_type":"churn_risk","signal_strength":0.91'
check "and is named" says '"id":"churn.test","text":"grey parrot","zone":"body","start":4,"end":15,"weight":0.91'
run explain --rules "$work/new" "$work/mail/1.eml"
check "explain has the sum" says "+0.91  churn.test"

run explain --rules "$work/new" --rule churn.test "$work/mail/1.eml"
check "explain --rule: it fires" says "fires on 'gray parrot': counts"
run explain --rules "$work/new" --rule churn.test "$work/mail/2.eml"
check "explain --rule: it does not" says "does not fire"
check "explain --rule: no nearest miss" says "nearest miss: none"
message redparrot "I saw your grey bird." >"$work/4.eml"
run explain --rules "$work/new" --rule churn.test "$work/4.eml"
check "explain --rule: the nearest miss" says "1 of 2 elements fit, 'gray', but not \"parrot\" beside it"
check "with its sentence" says "in: I saw your grey bird."
run explain --format json --rules "$work/new" --rule churn.test "$work/4.eml" "$work/mail/1.eml"
check "explain --rule as JSON: the miss" test "$(jq -c 'select(.fires == []) | .nearest_miss | [.kind, .words, .failed, .fitted, .elements]' "$work/out")" = '["words","gray","parrot",1,2]'
check "explain --rule as JSON: the hit" test "$(jq -c 'select(.fires != []) | [.rule, .fires[0].outcome, .nearest_miss]' "$work/out")" = '["churn.test","counts",null]'
run explain --format json "$work/4.eml"
check "explain --format json needs --rule" ends 64 "needs --rule"
message noparrot "There is no grey parrot here." >"$work/3.eml"
run explain --rules "$work/new" --rule churn.test "$work/3.eml"
check "explain --rule: negated" says "does not count: negated by 'no'"
run explain --rules "$work/new" --rule churn.tset "$work/mail/1.eml"
check "explain --rule: unknown" ends 64 "did you mean 'churn.test'?"

run rules eval --rules "$work/new" "$work/labels.jsonl" "$work/mail"
check "eval: the signal" says "churn_risk                   precision 1.000  recall 1.000"
check "eval: the rule" bash -c "grep -Eq 'churn.test +1 +1.00 +1 +0' '$work/out'"
mkdir -p "$work/more/signals"
echo '- {id: churn.sleeps, weight: 0.9, match: ["parrot sleeps"]}' >"$work/more/signals/churn_risk.yaml"
echo '- {id: churn.walrus, weight: 0.9, match: ["white walrus"]}' >>"$work/more/signals/churn_risk.yaml"
run rules eval --rules "$work/new" --rules "$work/more" "$work/labels.jsonl" "$work/mail"
check "eval: rules that hit together" bash -c "grep -Eq 'churn.test +1 +1.00 +0 +1' '$work/out'"
check "eval: dead rules by name" bash -c "sed '1,/rules never hit:/d' '$work/out' | grep -q churn.walrus"
check "but not the live one" bash -c "! sed '1,/rules never hit:/d' '$work/out' | grep -q churn.test"
run rules eval --format json --rules "$work/new" "$work/labels.jsonl" "$work/mail"
check "eval as JSON" test "$(jq -c '[.messages, .unlabelled, (.rules[] | select(.id == "churn.test") | .hits)]' "$work/out")" = '[2,0,1]'
echo "nonsense" >"$work/bad.jsonl"
run rules eval "$work/bad.jsonl" "$work/mail"
check "eval: bad labels are named by line" ends 65 "bad.jsonl:1: not a JSON object"

run rules diff --format json "$work/old" "$work/new" "$work/mail"
check "diff: added" test "$(jq -c '[.messages, .added.count, .removed.count, .added.samples[0].signal]' "$work/out")" = '[2,1,0,"churn_risk"]'
run rules diff "$work/new" "$work/old" "$work/mail"
check "diff: removed" says "1 signals removed"

run rules learn "$work/labels.jsonl"
check "learn says what it needs" ends 64 "--output DIR"
run rules learn "$work/missing.jsonl" -o "$MAILSIGNAL_SOURCE/rules/learned"
check "learn: missing labels" ends 66 "missing.jsonl: No such file"

mkdir "$work/learned"
cp "$MAILSIGNAL_SOURCE/rules/learned/concepts.txt" "$work/learned/"
for i in $(seq 60); do
  echo "{\"text\":\"We will leave you in month $i.\",\"signals\":[{\"type\":\"churn_risk\",\"evidence\":\"We will leave you\"}],\"lang\":\"en\"}"
  echo "{\"text\":\"The file number $i is attached.\",\"signals\":[],\"lang\":\"en\"}"
done >"$work/train.jsonl"
cp "$work/train.jsonl" "$work/train2.jsonl"
sed 's/"text"/"new_text"/' "$work/train.jsonl" >"$work/ordinary.jsonl"
run rules learn "$work/train.jsonl" "$work/train2.jsonl" --ordinary "$work/ordinary.jsonl" -o "$work/learned"
check "learn writes a model" ends 0 "out of fold"
check "with a weight for the word that tells" grep -qE "^f u leav.*ch\+" "$work/learned/model.txt"
check "thresholds were chosen on ordinary mail too" ends 0 "ordinary mails: precision"
check "with weights for the context" grep -qE "^f u leav.*an\+" "$work/learned/model.txt"
cp "$work/learned/model.txt" "$work/first.txt"
run rules learn "$work/train.jsonl" "$work/train2.jsonl" --ordinary "$work/ordinary.jsonl" -o "$work/learned"
check "the same data gives the same file" cmp "$work/first.txt" "$work/learned/model.txt"

finish
