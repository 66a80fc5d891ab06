#!/usr/bin/env bash
# The verbs "enrich" and "erase" on a throwaway server, against a stand-in for the providers. TAP on stdout.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
start_all
provider_start --key secret-key-123

# a signature and nobody to ask --------------------------------------------------
fresh
person jane.roe@acme.example Jane Roe 'Head of Sales'
ask jane.roe@acme.example email_signature '{"firstName":"Jane","lastName":"Roe","title":"VP Sales",
  "phone":"+442079460958","company":"Acme Ltd","linkedin":"https://www.linkedin.com/in/janeroe","confidence":0.9}'
KEY= enrich 0
same "$(row jane.roe@acme.example)" 'completed|1|' 'a signature is merged without a key'
same "$(query "select title || '|' || phone || '|' || (props ->> 'company') from contacts where email = 'jane.roe@acme.example'")" \
  'Head of Sales|+442079460958|Acme Ltd' 'blanks are filled, a human value stays'
same "$(query "select merge_conflicts -> 0 ->> 'field' || '|' || (merge_conflicts -> 0 ->> 'current') || '|' || (merge_conflicts -> 0 ->> 'proposed')
  || '|' || jsonb_array_length(merge_conflicts) from contact_enrichment_queue")" 'title|Head of Sales|VP Sales|1' 'and becomes a conflict'
same "$(query "select extracted_data -> 'context' -> 'changes' -> 0 ->> 'to' from contact_enrichment_queue")" 'VP Sales' \
  'a new title is a change event'
same "$(query "select string_agg(field || '=' || source, ' ' order by field) from contact_field_sources")" \
  'phone=email_signature props.company=email_signature props.linkedin=email_signature' 'each value has its origin'
ask jane.roe@acme.example email_signature '{"firstName":"Jane","title":"VP Sales","phone":"020 7946 0958"}'
KEY= enrich 0
same "$(query "select sum(jsonb_array_length(merge_conflicts)) from contact_enrichment_queue")" 1 'the same conflict is not stored twice'
same "$(stat calls)" 0 'nobody was asked'

# Apollo ------------------------------------------------------------------------
fresh
for i in $(seq 12); do person "p$i.verified-x@acme.example" "P$i"; ask "p$i.verified-x@acme.example"; done
enrich 0 --log
same "$(stat sizes)" '{"10": 1, "2": 1}' 'twelve people are two requests'
same "$(stat credits)" 12 'for twelve credits'
same "$(query "select count(*) from contact_enrichment_queue where status = 'completed'")" 12 'all rows are completed'
same "$(query "select sum(credits_used) || '|' || (select sum(credits) from enrichment_usage) from contact_enrichment_queue")" \
  '12.0000|12.0000' 'credits are kept by row and by day'
same "$(query "select last_name || '|' || title || '|' || (props ->> 'linkedin') from contacts where email = 'p1.verified-x@acme.example'")" \
  'Verified|Director of Testing|http://www.linkedin.com/in/p1.verified-x' 'what was blank is filled'
hasnt err '@|secret-key|Verified' 'no address, name or key is logged'
query "update contact_enrichment_queue set status = 'pending', attempts = 0, extracted_data = '{}' where email_address like 'p1.%'"
query "update contacts set title = null where email like 'p%'"
ask p1.verified-x@acme.example
ask p2.verified-x@acme.example
enrich 0
same "$(stat credits)" 13 'who was asked about lately is not paid for again'

# whom not to ask ----------------------------------------------------------------
fresh
before=$(stat calls)
query "insert into enrichment_settings (tenant_id, lookups, own_domains) values ('$A', true, '{us.example}')"
query "select ms_suppress('$A', 'nobody.here@acme.example'), ms_suppress(null, 'secret.example')" >/dev/null
query "insert into auth.users (id) values ('f0000000-0000-0000-0000-000000000001'), ('f0000000-0000-0000-0000-000000000002');
  insert into profiles (id, tenant_id, email) values ('f0000000-0000-0000-0000-000000000001', '$A', 'Me@Our-Users.example'),
    ('f0000000-0000-0000-0000-000000000002', '$A', 'me.too@gmail.com')"
for email in sales@acme.example someone@gmail.com bob.b@mail.us.example ann.c@our-users.example joe.d@mailinator.com reply-0a1b2c3d4e5f6071@acme.example x.y@eu.secret.example; do ask $email; done
query "insert into contact_enrichment_queue (tenant_id, email_address, source) values ('$A', null, 'apollo'),
  ('$A', 'nobody.here@acme.example', 'apollo')"
enrich 0
same "$(query "select string_agg(error_message, ' ' order by error_message) from contact_enrichment_queue where status = 'skipped'")" \
  'disposable free_mail machine_address no_address own_domain own_domain role_account suppressed suppressed' 'each is skipped with its reason'
same "$(stat calls)" "$before" 'before any request'
query "update enrichment_settings set lookups = false"
ask jane.x@acme.example
enrich 0
same "$(row jane.x@acme.example)" 'skipped|1|lookups_off' 'a tenant that wants no look-ups gets none'

# answers that are not what they seem ----------------------------------------------
fresh
for who in kate.miss lou.locked mia.foreign ned.other oli.nul pam.long quin.reject ron.ownrecord; do
  person $who@acme.example "${who%%.*}" "${who#*.}"
  ask $who@acme.example
done
query "update contacts set first_name = 'Ned', last_name = 'Quite' where email = 'ned.other@acme.example'"
enrich 0
same "$(row kate.miss@acme.example)" 'skipped|1|no_match' 'null is no match'
same "$(row ned.other@acme.example)" 'skipped|1|identity_mismatch' 'somebody else is not merged'
same "$(query "select status || error_message from contact_enrichment_queue where email_address = 'quin.reject@acme.example'")" \
  'failedapollo rejects the request: status 422' 'one bad person fails alone'
same "$(query "select count(*) from contact_enrichment_queue where status = 'completed'")" 5 'the others of the request are merged'
same "$(query "select count(*) from contact_enrichment_queue where extracted_data::text like '%not_unlocked%'")" 0 'placeholders are rejected'
same "$(query "select mobile is null from contacts where email = 'mia.foreign@acme.example'")" t "a foreign contact's number is not taken"
same "$(query "select mobile from contacts where email = 'ron.ownrecord@acme.example'")" '+15550199999' 'the own one is'
same "$(query "select title from contacts where email = 'oli.nul@acme.example'")" 'Head of bNothing/b' 'NUL and markup are dropped'
same "$(query "select title is null from contacts where email = 'pam.long@acme.example'")" t 'a value without end is not taken'

# misaligned and damaged answers ------------------------------------------------------
for mode in short shifted reversed hugeid utf8 blankrates norates; do
  fresh
  for i in 1 2 3; do person "al$i.mill@acme.example" "Al$i"; ask "al$i.mill@acme.example"; done
  control $mode
  enrich 0
  same "$(query "select string_agg(q.status || (c.props ->> 'linkedin' = 'http://www.linkedin.com/in/' || split_part(c.email, '@', 1)), ' ')
    from contact_enrichment_queue q join contacts c on c.email = q.email_address")" \
    'completedtrue completedtrue completedtrue' "answer '$mode': each gets the own values"
done
# Peak memory of a run, in kB, in $peak.
measured() {
  peak=$(PGUSER=mailsignal_worker APOLLO_API_KEY=secret-key-123 python3 -c 'import resource, subprocess, sys
with open(sys.argv[1], "w") as err:
    subprocess.run(sys.argv[2:], stderr=err, timeout=300)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$tap_tmp/err" "$MAILSIGNAL" enrich --tenant $A --timeout 60)
}
usual=
for mode in truncated big bomb; do
  fresh
  person al.mill@acme.example Al Mill
  ask al.mill@acme.example
  control $mode 0
  measured
  has err '1 failed' 'a summary'
  same "$(query "select status || attempts from contact_enrichment_queue")" failed2 "answer '$mode': tried twice, then failed"
  control ''
  : ${usual:=$peak}
  [ "$peak" -lt $((usual + 40000)) ]; tap_report $? "with $peak kB; a truncated answer takes $usual kB"
done
fresh
person al.mill@acme.example Al Mill
ask al.mill@acme.example
control fraction
enrich 0
same "$(query "select coalesce(sum(credits_used), -1) from contact_enrichment_queue")" 1.0000 'one person, by default one credit'

# refusals and pauses -------------------------------------------------------------------
one() { # MODE STATUS WANTED-ROW NAME
  fresh
  person al.mill@acme.example Al Mill
  ask al.mill@acme.example
  control "$1"
  enrich "$2" "${@:5}"
  same "$(query "select status || attempts || coalesce(' ' || error_message, '') from contact_enrichment_queue")" "$3" "$4"
  control ''
}
one 401 78 pending0 'a refused key: given back untried'
same "$(query "select pause_reason from enrichment_providers")" refused 'and Apollo is paused'
before=$(stat calls)
enrich 0
same "$(stat calls)" "$before" 'a paused provider is not asked'
one 403 69 pending0 'a plan that does not allow it: given back untried'
one 429 0 completed1 'throttled: waits and goes on, the attempt not counted'
one 429bare 0 pending0 'throttled without a time: a minute'
one 429past 0 completed1 'throttled until a time in the past'
one 500 0 completed2 'trouble at Apollo is tried again'
one 302 0 completed2 'a redirect is not followed, but tried again'
one reset 0 completed2 'a reset connection is tried again'
one resetmid 0 completed2 'also in the middle of the answer'
one slow 0 completed2 'a slow answer is cut' --timeout 6
one 404 0 'failed1 apollo rejects the request: status 404' 'a rejected request fails'
KEY=wrong-key one '' 78 pending0 'a wrong key'
APOLLO_BASE_URL=http://127.0.0.1:1/v1 one '' 75 pending0 'nobody there: given back untried'
APOLLO_BASE_URL=http://example.org/v1 one '' 78 pending0 'plain http only on this machine'
KEY=$'two\nlines' one '' 78 pending0 'a key of two lines is refused'

# budget --------------------------------------------------------------------------------
fresh
for i in $(seq 12); do person "b$i.udget@acme.example" "B$i"; ask "b$i.udget@acme.example"; done
before=$(stat credits)
enrich 0 --budget 7
same "$(query "select trunc($(stat credits) - $before)")" 7 'a budget of seven is seven credits'
same "$(query "select status, count(*), min(attempts) from contact_enrichment_queue group by 1 order by 1")" $'completed|7|1\npending|5|0' \
  'the others wait untried'
has err 'budget of the day' 'and the summary says so'

# dry run -------------------------------------------------------------------------------
fresh
person jane.roe@acme.example Jane Roe
ask jane.roe@acme.example
ask info@acme.example
before=$(stat calls)
enrich 0 --dry-run
has out '"send":\{"email":"jane.roe@acme.example","first_name":"Jane","last_name":"Roe"\}' 'a dry run prints what would be sent'
has out '"action":"bill","people":1,.*"rows_not_asked":1,.*"requests":2,"credits_at_most":2.0' 'and the bill, with the company'
for i in $(seq 11); do person "dr$i.y@dry.example" Dr Y; ask "dr$i.y@dry.example"; done
ask dr1.y@dry.example
ask dr2.y@dry.example apollo '{"apollo": {"at": "2999-01-01T00:00:00Z", "match": false}}'
person unknown@other.example Un Known
ask unknown@other.example apollo '{"apollo": {"at": "2999-01-01T00:00:00Z", "match": false}}'
enrich 0 --dry-run
has out '"action":"merge",.*"email":"unknown@other.example","company_if_open":"other.example"' 'a company is asked about where its person is not'
has out '"action":"bill","people":11,"companies_at_most":3,"rows_not_asked":5,"rows_beyond_budget":0,"requests":5,"credits_at_most":14.0' \
  'nobody is on the bill twice, or again'
enrich 0 --dry-run --budget 5
has out '"action":"bill",.*"rows_beyond_budget":8,.*"credits_at_most":5.0' 'the bill ends with the budget'
same "$(stat calls)$(query "select distinct status || attempts from contact_enrichment_queue")" "${before}pending0" 'and does nothing'

# metrics, key file, usage ------------------------------------------------------------------
fresh
person jane.roe@acme.example Jane Roe
ask jane.roe@acme.example
printf 'secret-key-123\n' >"$tap_tmp/key"
chmod 644 "$tap_tmp/key"
KEY= enrich 78 --apollo-key-file "$tap_tmp/key"
has err 'chmod 600' 'a key that others may read is refused'
chmod 600 "$tap_tmp/key"
KEY= enrich 0 --apollo-key-file "$tap_tmp/key" --metrics "$tap_tmp/metrics"
same "$(tail -1 "$tap_tmp/metrics")$(grep -c 'rows_total{result="completed"} 1$' "$tap_tmp/metrics")" '# EOF1' 'metrics are written'
enrich 64 --once --watch
PGUSER=mailsignal_worker runs 64 enrich
same "$(stat keys)" '["secret-key-123", "wrong-key"]' 'the key goes into the header'

# trust ---------------------------------------------------------------------------------
fresh
person tia.verified@acme.example Tia Verified
ask tia.verified@acme.example
enrich 0
ask tia.verified@acme.example email_signature '{"firstName":"Tia","lastName":"Verified","title":"Owner","confidence":0.9}'
KEY= enrich 0
same "$(query "select title from contacts where email = 'tia.verified@acme.example'")" Owner 'a signature goes before Apollo'
query "update contacts set title = 'Boss' where email = 'tia.verified@acme.example'"
ask tia.verified@acme.example email_signature '{"firstName":"Tia","lastName":"Verified","title":"Chair","confidence":0.9}'
KEY= enrich 0
same "$(query "select title from contacts where email = 'tia.verified@acme.example'")" Boss 'what a human changed since stays'
same "$(query "select count(*) from contacts c join contact_enrichment_queue q on q.merged_to_contact_id = c.id where c.tenant_id <> q.tenant_id")" 0 \
  'nothing crosses tenants'

# rows of somebody else's making --------------------------------------------------------
fresh
person una.plain@acme.example Una Plain
ask una.plain@acme.example apollo '{"apollo": {"at": "yesterday", "match": "maybe"}, "confidence": "high", "evidence": []}'
ask una.plain@acme.example email_signature '[]'
ask una.plain@acme.example manual '{"title": {"a": 1}, "firstName": 5, "apollo": [1, 2]}'
enrich 0
same "$(query "select count(*) from contact_enrichment_queue where status in ('completed', 'skipped')")" 3 'odd data stops nothing'
query "insert into contacts (tenant_id, email, first_name, last_name) values ('$B', 'una.plain@acme.example', '', '')"
ask una.plain@acme.example apollo
enrich 0
same "$(query "select first_name from contacts where tenant_id = '$B' and email = 'una.plain@acme.example'")" '' \
  "another tenant's contact with the same address stays"

# erase ---------------------------------------------------------------------------------
runs 0 erase --tenant $A --email una.plain@acme.example
has out '"contacts_deleted": 1' 'erase says what it did'
same "$(query "select count(*) from contacts where email like 'una%'")$(query "select count(*) from contact_enrichment_queue")" 10 'and the person is gone, from this tenant only'
runs 64 erase --tenant $A
runs 64 erase --email a@b.example
PGUSER=mailsignal_worker runs 78 erase --tenant $A --email a@b.example

tap_end
