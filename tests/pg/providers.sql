-- Pauses, rates, budgets, settings, provenance. As the worker.

begin;
select * from no_plan();
\ir fixtures/two_tenants.sql
\set A '''a0000000-0000-0000-0000-000000000000'''
set local role mailsignal_worker;

select is(public.ms_provider_paused_until('apollo'), null, 'no pause');
select is(public.ms_pause_provider('apollo', now() + interval '1 hour', 'key refused'), now() + interval '1 hour', 'a pause');
select is(public.ms_pause_provider('apollo', now() + interval '1 minute', 'throttled'), now() + interval '1 hour', 'is not shortened');
select is(pause_reason, 'key refused', 'and keeps its reason') from public.enrichment_providers;
select is(public.ms_provider_paused_until('apollo'), now() + interval '1 hour', 'everybody sees it');
select public.ms_resume_provider('apollo') \g /dev/null
select is(public.ms_provider_paused_until('apollo'), null, 'it can be ended');

select is(public.ms_take_rate('apollo', 'match'), null, 'unknown limits do not hold anybody');
select public.ms_record_rate('apollo', 'match', 60, 10, 7) \g /dev/null
select public.ms_record_rate('apollo', 'match', 3600, 100, 7) \g /dev/null
select public.ms_record_rate('apollo', 'match', 60, 10, 5) \g /dev/null
select is(requests_used, 7, 'a late answer takes nothing back') from public.enrichment_rate_windows where window_seconds = 60;
select is(public.ms_take_rate('apollo', 'match', 2), null, 'room for two');
select is(public.ms_take_rate('apollo', 'match', 2), now() + interval '1 minute', 'no room for two more until the window ends');
select results_eq('select requests_used from public.enrichment_rate_windows order by window_seconds', 'values (9), (9)',
  'and nothing was booked');
select is(public.ms_take_rate('apollo', 'bulk', 20), null, 'another endpoint has its own');
update public.enrichment_rate_windows set window_started_at = now() - interval '61 seconds' where window_seconds = 60;
select is(public.ms_take_rate('apollo', 'match', 2), null, 'a new window');
select results_eq('select requests_used from public.enrichment_rate_windows order by window_seconds', 'values (2), (11)',
  'starts at nothing');
select public.ms_record_rate('apollo', 'match', 60, null, null) \g /dev/null
select is((select count(*) from public.enrichment_rate_windows), 1::bigint, 'an unlimited window is forgotten');

select is(public.ms_reserve_credits(:A, 'apollo', 1), (now() at time zone 'UTC')::date, 'no bound: go');
select is(public.ms_reserve_credits(:A, 'apollo', 1, 1.5), null, 'the caller''s bound');
reset role;
insert into public.enrichment_settings (tenant_id, daily_credits, lookups, retention_days) values (:A, 3, true, 30);
set local role mailsignal_worker;
select isnt(public.ms_reserve_credits(:A, 'brave', 2, 10), null, 'the tenant''s bound is met');
select is(public.ms_reserve_credits(:A, 'apollo', 0.25, 10), null, 'over all providers');
select public.ms_settle_credits(:A, 'brave', (now() at time zone 'UTC')::date, 2, 0.5) \g /dev/null
select isnt(public.ms_reserve_credits(:A, 'apollo', 1.5), null, 'what was not charged is free again');
select results_eq('select provider, requests, credits from public.enrichment_usage order by 1',
  $$ values ('apollo', 2, 2.5000), ('brave', 1, 0.5000) $$, 'the books');
select ok(public.ms_lookups_allowed(:A), 'a tenant that said yes');
select ok(not public.ms_lookups_allowed('b0000000-0000-0000-0000-000000000000'), 'one that said nothing');
select ok(public.ms_lookups_allowed('b0000000-0000-0000-0000-000000000000', true), 'unless the caller says otherwise');

-- companies
create temp table company (token uuid) on commit drop;
insert into company select lease_token from public.ms_claim_organization(' Acme.Example ', 90) where state = 'ask' and not repeated and attempts = 1;
select is((select count(*) from company), 1::bigint, 'whoever comes first asks about a company');
select is((select state from public.ms_claim_organization('acme.example', 90)), 'busy', 'the next waits');
select ok(not public.ms_settle_organization('acme.example', gen_random_uuid(), '{}'), 'only the holder answers');
select ok(public.ms_release_organization('acme.example', token, 'lost'), 'a request is lost') from company;
update company c set token = o.lease_token from public.ms_claim_organization('acme.example', 90) o where o.state = 'ask' and o.repeated and o.attempts = 2;
select ok(public.ms_release_organization('acme.example', token), 'the next has not asked') from company;
update company c set token = o.lease_token from public.ms_claim_organization('acme.example', 90) o where o.state = 'ask' and not o.repeated and o.attempts = 2;
select ok(public.ms_settle_organization('acme.example', token, '{"company": "Acme"}'), 'the one after knows') from company;
select ok(not public.ms_settle_organization('acme.example', token, null), 'once') from company;
select results_eq($$ select state, facts ->> 'company' from public.ms_claim_organization('ACME.example', 90) $$,
  $$ values ('known', 'Acme') $$, 'and then everybody does');
select is((select state from public.ms_claim_organization('acme.example', 0)), 'ask', 'until the interval is over');
select throws_ok($$ select public.ms_release_organization('acme.example', null, 'maybe') $$, '22023', null, 'an outcome is one of three');
update public.enrichment_organizations set created_at = now() - interval '91 days', answered_at = now() - interval '91 days', asked_until = null;
reset role;
update public.enrichment_settings set reask_days = 120 where tenant_id = :A;
set local role mailsignal_worker;
select is(public.ms_purge_organizations(), 0, 'answers stay while a tenant would use them again');
reset role;
update public.enrichment_settings set reask_days = 90 where tenant_id = :A;
set local role mailsignal_worker;
select is(public.ms_purge_organizations(), 1, 'old answers go');

-- phone numbers that come later
reset role;
insert into public.contact_enrichment_queue (id, tenant_id, email_address, source, status, extracted_data) values
  ('a8000000-0000-0000-0000-0000000000f1', :A, 'f1@a.example', 'apollo', 'completed', '{"apollo": {"match": true, "title": "CEO"}}'),
  ('a8000000-0000-0000-0000-0000000000f2', :A, 'f2@a.example', 'apollo', 'completed', '{"apollo": {"match": true}}');
set local role mailsignal_worker;
insert into public.enrichment_reveals (provider, request_id, tenant_id, queue_ids, person_ids, booked_on, credits) values
  ('apollo', -9223372036854775808, :A, array['a8000000-0000-0000-0000-0000000000f1', 'a8000000-0000-0000-0000-0000000000f2']::uuid[],
   array['p1', 'p2'], (now() at time zone 'UTC')::date, 16);
select is((select count(*) from public.ms_claim_reveal('apollo', 'b0000000-0000-0000-0000-000000000000')), 0::bigint, 'not of another tenant');
select is((select polls from public.ms_claim_reveal('apollo')), 1, 'one poll');
select is((select count(*) from public.ms_claim_reveal('apollo')), 0::bigint, 'at a time');
select ok(public.ms_delay_reveal('apollo', -9223372036854775808, now()), 'not there yet');
select is((select polls from public.ms_claim_reveal('apollo')), 2, 'again');
select is(public.ms_finish_reveal('apollo', -9223372036854775808, array['p1', 'px'],
  array['{"mobile": "+15550100"}', '{"mobile": "+15550199"}']::jsonb[], 8), 1, 'one has a number');
select results_eq($$ select email_address, extracted_data, status from public.contact_enrichment_queue where source_id like 'phone:%' $$,
  $$ values ('f1@a.example', '{"apollo": {"match": true, "title": "CEO", "mobile": "+15550100"}}'::jsonb, 'pending') $$,
  'which is to be merged with the former answer');
select is(public.ms_finish_reveal('apollo', -9223372036854775808, array['p1'], array['{}']::jsonb[], 8), 0, 'once');

select is(public.ms_record_sources(:A, 'a3000000-0000-0000-0000-000000000001', 'email_signature', null,
  array['title', 'phone'], array[0.9, 0.8]), 2, 'the origin of two fields');
select is(public.ms_record_sources(:A, 'a3000000-0000-0000-0000-000000000001', 'apollo', null, array['title'], array[0.7]), 1,
  'the newest origin counts');
select is(public.ms_record_sources(:A, 'b3000000-0000-0000-0000-000000000001', 'apollo', null, array['title']), 0,
  'not for a contact of another tenant');
select results_eq('select field, source, confidence from public.contact_field_sources order by 1',
  $$ values ('phone', 'email_signature', 0.80), ('title', 'apollo', 0.70) $$, 'the origins');

select * from finish();
rollback;
