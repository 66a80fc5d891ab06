#!/usr/bin/env bash
# Phone numbers: not asked for, unless operator and tenant both want them; then polled for. TAP on stdout.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
start_all
provider_start --key secret-key-123
KEY=secret-key-123
hook=https://hook.example/x

settings() { query "insert into enrichment_settings (tenant_id, lookups, reveal_phones, daily_credits) values ('$A', true, $1, $2)"; }
people() { for who in ann.call bob.nophone; do person $who@acme.example; ask $who@acme.example; done; }
numbers() { query "select string_agg(coalesce(mobile, '-'), ' ' order by email) from contacts where email ~ '^(ann.call|bob.nophone|cat.has)@'"; }
poll() { query "update enrichment_reveals set poll_at = now()"; enrich 0 --reveal-phones $hook; }
booked() { query "select credits from enrichment_usage where provider = 'apollo'"; }

fresh
settings true null
people
enrich 0
same "$(stat reveals)" 0 'a tenant alone does not suffice'
fresh
settings false null
people
enrich 0 --reveal-phones $hook
same "$(stat reveals)" 0 'nor does the operator'

fresh
settings true null
people
person cat.has@acme.example
query "update contacts set phone = '+15550100200' where email like 'cat%'"
ask cat.has@acme.example
enrich 0 --reveal-phones $hook
same "$(stat reveals) $(query "select cardinality(queue_ids) || ' ' || credits from enrichment_reveals")" '1 2 16.0000' \
  'both want it: for the two that have no number'
same "$(booked) $(numbers)" '19.0000 - - -' 'the credits are booked, the numbers are to come'
same "$(query "select count(*) from contact_enrichment_queue where status = 'completed'")" 3 'and nobody waits for them'
poll
same "$(query "select polls || ' ' || (poll_at > now()) from enrichment_reveals")" '1 true' 'not there yet: later'
poll
same "$(numbers)" '+15550177777 - -' 'the number that may be called is merged'
same "$(booked) $(query "select count(*) from enrichment_reveals")" '11.0000 0' 'what was not charged is free again'
same "$(query "select distinct source from contact_field_sources where field = 'mobile'")" apollo 'with its origin'
same "$(query "select count(*) from contact_enrichment_queue where extracted_data::text like '%\"id\"%'")" 0 "Apollo's ids are not kept"
before=$(stat reveals)
ask ann.call@acme.example
enrich 0 --reveal-phones $hook
same "$(stat reveals)" "$before" 'who has a number is not asked about again'

fresh
settings true null
people
enrich 0 --reveal-phones $hook
query "select ms_erase_person('$A', 'ann.call@acme.example')" >/dev/null
poll
poll
same "$(query "select count(*) from contact_enrichment_queue where email_address like 'ann%'")" 0 'a number does not bring back who was erased'

fresh
settings true null
people
enrich 0 --reveal-phones $hook
control expired
poll
poll
same "$(query "select count(*) from enrichment_reveals") $(booked)" '0 18.0000' 'a result that has expired is given up; the credits stay booked'

fresh
settings true 10
people
enrich 0 --reveal-phones $hook
same "$(query "select count(*) from contact_enrichment_queue where status = 'completed'") $(booked)" '1 9.0000' 'a budget of ten is one person with a number'

fresh
settings true null
person dan.call@acme.example
ask dan.call@acme.example
control hugeid
enrich 0 --reveal-phones $hook
same "$(query "select count(*) from enrichment_reveals") $(booked)" '0 9.0000' 'an id that no integer holds cannot be polled; the credits stay booked'
enrich 78 --reveal-phones 'http://hook.example/x'

tap_end
