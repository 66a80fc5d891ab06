#!/usr/bin/env bash
# JetStream at full size: 100,000 messages, two workers killed ten times each, the server restarted twice.
#
#   bench/nats.sh PROGRAM [MESSAGES]
#
# Prints what tests/nats/crash.sh checks, and how long it took: the tables must equal those of a direct ingest.
set -u
export MAILSIGNAL=${1:?usage: bench/nats.sh PROGRAM [MESSAGES]}
export MESSAGES=${2:-100000} KILLS=10 RESTARTS=2
time "$(dirname "${BASH_SOURCE[0]}")/../tests/nats/crash.sh"
