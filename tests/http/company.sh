#!/usr/bin/env bash
# Companies: what a person's answer leaves open is asked for by domain, once for all. TAP on stdout.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
start_all
provider_start --key secret-key-123
KEY=secret-key-123

company() { query "select coalesce(props ->> 'company', '-') || '|' || coalesce(props ->> 'website', '-') from contacts where email = '$1'"; }
asked() { stat companies; }
company_credits() { query "select credits from enrichment_usage where provider = 'apollo_organization'"; }

fresh
person ann.miss@one-firm.example Ann Miss
person bob.miss@one-firm.example Bob Miss
person cat.miss@unheard.example Cat Miss
person dan.found@two-firm.example Dan Found
for who in ann.miss@one-firm bob.miss@one-firm cat.miss@unheard dan.found@two-firm; do ask $who.example; done
enrich 0
same "$(asked)" '{"one-firm.example": 1, "unheard.example": 1}' 'each domain once, and none where the person has told'
same "$(stat credits)" 2 'a person and a company are two credits'
same "$(company ann.miss@one-firm.example) $(company bob.miss@one-firm.example)" \
  'One-Firm Inc|http://www.one-firm.example One-Firm Inc|http://www.one-firm.example' 'colleagues share the facts'
same "$(row ann.miss@one-firm.example) $(row cat.miss@unheard.example)" 'completed|1| skipped|1|no_match' \
  'a row whose company is found is completed'
same "$(query "select string_agg(distinct f.field || '=' || f.source, ' ' order by f.field || '=' || f.source) from contact_field_sources f
  join contacts c on c.id = f.contact_id where c.email = 'ann.miss@one-firm.example'")" \
  'props.address=apollo_organization props.company=apollo_organization props.website=apollo_organization' 'with their origin'
same "$(query "select string_agg(provider || '=' || requests || '/' || credits, ' ' order by provider) from enrichment_usage")" \
  'apollo=1/1.0000 apollo_organization=2/1.0000' 'and their place in the books'
same "$(query "select string_agg(credits_used::text, ' ' order by email_address) from contact_enrichment_queue")" \
  '1.0000 0.0000 0.0000 1.0000' 'the row that asked bears the credit'
person eve.miss@one-firm.example Eve Miss
person fay.miss@unheard.example Fay Miss
ask eve.miss@one-firm.example
ask fay.miss@unheard.example
enrich 0
same "$(asked)" '{"one-firm.example": 1, "unheard.example": 1}' 'within the interval nobody asks again, nor for the unknown'
same "$(company eve.miss@one-firm.example)" 'One-Firm Inc|http://www.one-firm.example' 'a later colleague gets the kept facts'
query "update enrichment_organizations set answered_at = answered_at - interval '91 days'"
person gus.miss@one-firm.example Gus Miss
ask gus.miss@one-firm.example
enrich 0
same "$(asked)" '{"one-firm.example": 2, "unheard.example": 1}' 'after the interval it is asked again'

fresh
person hal.miss@three-firm.example Hal Miss
query "update contacts set props = '{\"company\": \"Typed Ltd\"}' where email = 'hal.miss@three-firm.example'"
person ida.miss@moved-firm.example Ida Miss
person jon.miss@gmail.com Jon Miss
ask hal.miss@three-firm.example
ask ida.miss@moved-firm.example
ask jon.miss@gmail.com
ask kim.miss@four-firm.example email_signature '{"firstName":"Kim","lastName":"Miss","company":"Four"}'
ask lea.miss@five-firm.example
enrich 0 --free-mail
same "$(query "select string_agg(domain, ' ') from enrichment_organizations")" moved-firm.example \
  'not where the contact or the signature tells, not for free mail, not without a contact'
same "$(company hal.miss@three-firm.example) $(company ida.miss@moved-firm.example)" 'Typed Ltd|- -|-' \
  "a human's value stays; another company's facts are not taken"

fresh
query "insert into clients (id, tenant_id, company_name) values ('a2000000-0000-0000-0000-00000000ffff', '$A', 'Known Client')"
person mia.miss@six-firm.example Mia Miss
query "update contacts set client_id = 'a2000000-0000-0000-0000-00000000ffff' where email = 'mia.miss@six-firm.example'"
ask mia.miss@six-firm.example
enrich 0
same "$(query "select count(*) from enrichment_organizations")" 0 "a contact's client tells the company already"

# trouble: the person's row does not suffer, nor the five credits that others have booked --
trouble() { # MODE TIMES WANTED-ROW WANTED-ANSWERED NAME
  fresh
  person nat.miss@seven-firm.example Nat Miss
  ask nat.miss@seven-firm.example apollo '{"apollo": {"at": "2030-01-01T00:00:00Z", "match": false}}'
  query "insert into enrichment_usage (tenant_id, provider, day, credits)
    values ('$A', 'apollo_organization', (now() at time zone 'UTC')::date, 5)"
  control "$1" "$2"
  enrich 0 --timeout 20
  same "$(row nat.miss@seven-firm.example) $(query "select coalesce(facts ->> 'company', '-') || '|' || attempts from enrichment_organizations")" "$3 $4" "$5"
  control ''
}
trouble 404 1 'skipped|1|no_match' '-|0' 'a rejected request: not known'
trouble 500 1 'completed|1|' 'Seven-Firm Inc|0' 'trouble at Apollo: tried again'
trouble 500 0 'skipped|1|no_match' '-|0' 'three times: goes on without'
same "$(company_credits)" 5.0000 'and gives back what it has booked, not what others have'
trouble reset 1 'completed|1|' 'Seven-Firm Inc|0' 'a lost answer: tried again'
same "$(company_credits)" 7.0000 'and what may have been charged stays booked'
trouble 429 1 'completed|1|' 'Seven-Firm Inc|0' 'throttled: waits'
trouble 403 1 'skipped|1|no_match' '-|0' 'a key for people only: goes on without'
same "$(query "select string_agg(provider, ' ') from enrichment_providers where paused_until > now()")" apollo_organization 'and people are still asked about'
trouble big 0 'skipped|1|no_match' '-|0' 'answers without end: goes on without'

fresh
query "insert into enrichment_settings (tenant_id, lookups, daily_credits) values ('$A', true, 1)"
for i in 1 2 3; do person "o$i.miss@o$i-firm.example" O Miss; ask "o$i.miss@o$i-firm.example"; done
before=$(stat credits)
enrich 0 --budget 1
same "$(($(stat credits) - before)) $(query "select count(*) from enrichment_organizations where facts is not null")" '1 1' 'a budget of one is one company'

# several workers ----------------------------------------------------------------------
fresh
provider_start --key secret-key-123 --latency 0.02
query "insert into contacts (tenant_id, email, first_name, last_name) select '$A', 'q' || g || '.miss@d' || g % 40 || '-firm.example', 'Q', 'Miss'
    from generate_series(1, 400) g;
  insert into contact_enrichment_queue (tenant_id, email_address, source, source_id) select '$A', email, 'apollo', 'c' || email
    from contacts where email like 'q%.miss@d%'"
for _ in 1 2 3; do
  PGUSER=mailsignal_worker APOLLO_API_KEY=$KEY timeout -s KILL 100 "$MAILSIGNAL" enrich --tenant $A --quiet &
done
wait $(jobs -p | grep -vx $provider_pid)
same "$(stat credits) $(query "select count(*) from enrichment_organizations where facts is not null")" '40 40' 'three workers ask once for each domain'
same "$(query "select count(*) from contacts where props ->> 'company' like 'D%-Firm Inc'")" 400 'and fill all contacts'

tap_end
