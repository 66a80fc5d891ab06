#!/bin/bash
# Where options come from: flag, environment, user's file, in this order.
. "$(dirname "$0")/lib.sh"

message one "Hello there." >"$work/1.eml"
mkdir -p "$work/config/mailsignal"
file=$work/config/mailsignal/config.yaml
direction() { jq -r .direction "$work/out"; }

echo "own-domain: [example.org]" >"$file"
run scan "$work/1.eml"
check "the file is read" test "$(direction)" = outbound
MAILSIGNAL_OWN_DOMAIN=example.com run scan "$work/1.eml"
check "the environment wins over the file" test "$(direction)" = inbound
MAILSIGNAL_OWN_DOMAIN=example.com run scan --own-domain example.org "$work/1.eml"
check "a flag wins over the environment" test "$(direction)" = outbound
MAILSIGNAL_OWN_DOMAIN=other.test,example.org,example.com run scan "$work/1.eml"
check "lists have commas in the environment" test "$(direction)" = internal

echo "jbos: 2" >"$file"
run scan "$work/1.eml"
check "an unknown setting" ends 78 "config.yaml:1: unknown setting 'jbos'"
printf 'jobs: [1\n' >"$file"
run scan "$work/1.eml"
check "broken YAML" ends 78 "config.yaml:2:1:"
echo "just words" >"$file"
run scan "$work/1.eml"
check "no mapping" ends 78 "expected 'option: value'"
echo "jobs: many" >"$file"
run scan "$work/1.eml"
check "a wrong value names its place" ends 64 "config.yaml:1: 'many' is not a number"
: >"$file"
run scan "$work/1.eml"
check "an empty file is fine" ends 0 ""

finish
