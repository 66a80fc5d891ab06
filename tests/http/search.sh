#!/usr/bin/env bash
# Web search: SearXNG and Brave. TAP on stdout.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
start_all
provider_start

# SearXNG
fresh
person jane.roe@acme.example Jane Roe
ask jane.roe@acme.example web_search
KEY= enrich 0 --searxng-url "$SEARCH_URL"
same "$(query "select title || '|' || (props ->> 'linkedin') from contacts where email = 'jane.roe@acme.example'")" \
  'Chief Tester|https://uk.linkedin.com/in/found' 'a profile whose title fits name and company'
fresh
query "update contacts set props = '{}'"
ask jim@acme.example web_search
control empty
KEY= enrich 0 --searxng-url "$SEARCH_URL"
same "$(query "select status || attempts from contact_enrichment_queue")" completed2 'blocked engines are not "nothing found"'
fresh
person jane.roe@acme.example Jane Roe
ask jane.roe@acme.example web_search
control 403
KEY= enrich 69 --searxng-url "$SEARCH_URL"
has err 'web_search answers 403' 'JSON that is switched off is said'
same "$(query "select status || attempts from contact_enrichment_queue")" pending0 'and the row waits'

# not too fast, whoever asks
fresh
provider_start
for i in 1 2 3; do person "jane$i.roe@acme.example" Jane Roe; ask "jane$i.roe@acme.example" web_search; done
for _ in 1 2; do
  PGUSER=mailsignal_worker timeout -s KILL 100 "$MAILSIGNAL" enrich --tenant $A --quiet --searxng-url "$SEARCH_URL" &
done
wait $(jobs -p | grep -vx $provider_pid)
same "$(query "select count(*) from contact_enrichment_queue where status = 'completed' and attempts = 1") $(stat searched)" '3 3' 'each is searched for once'
fresh
person jane.roe@acme.example Jane Roe
ask jane.roe@acme.example web_search
query "insert into enrichment_rate_windows values ('web_search', 'search', 3, 1, 1, now() + interval '1 hour')"
KEY= enrich 0 --searxng-url "$SEARCH_URL"
same "$(stat searched) $(query "select status || attempts || (run_at > now() + interval '50 minutes') from contact_enrichment_queue")" \
  '3 pending0true' 'whoever comes within three seconds of another waits, untried'

# Brave
brave() { BRAVE_API_KEY=brave-key KEY= enrich "$@"; }
fresh
provider_start --key brave-key --limit 2 --window 3600
for i in 1 2 3; do person "jane$i.roe@acme.example" Jane Roe; ask "jane$i.roe@acme.example" web_search; done
brave 0
same "$(query "select title || '|' || (props ->> 'linkedin') from contacts where email = 'jane1.roe@acme.example'")" \
  'Chief Tester|https://uk.linkedin.com/in/found' 'Brave finds the profile'
same "$(stat paths) $(stat keys)" '{"/res/v1/web/search": 2} ["brave-key"]' 'the key goes into the header'
same "$(stat throttled) $(query "select status || ' ' || attempts from contact_enrichment_queue order by status desc limit 1")" '0 pending 0' \
  'its limit is kept without being turned away'
same "$(query "select sum(credits) from enrichment_usage")" 2.0000 'a search is a credit'
same "$(query "select distinct source from contact_field_sources where field = 'title'")" web_search 'with its origin'
fresh
person jane.roe@acme.example Jane Roe
ask jane.roe@acme.example web_search
BRAVE_API_KEY=wrong KEY= enrich 69
same "$(query "select status || attempts from contact_enrichment_queue") $(query "select pause_reason from enrichment_providers")" 'pending0 refused' \
  'a wrong token pauses Brave'

tap_end
