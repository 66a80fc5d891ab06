-- What reading mail writes: links, signals, requests, activity, feedback, intel. As the worker; each batch twice.

begin;
select * from no_plan();
\ir fixtures/two_tenants.sql
\set A '''a0000000-0000-0000-0000-000000000000'''
\set B '''b0000000-0000-0000-0000-000000000000'''

insert into public.clients (id, tenant_id, company_name, email) values
  ('a2000000-0000-0000-0000-000000000002', :A, 'Twin One', 'a@twin.example'),
  ('a2000000-0000-0000-0000-000000000003', :A, 'Twin Two', 'b@twin.example');

set local role mailsignal_worker;

-- links
select results_eq(
  $$ select email, right(contact_id::text, 1), right(client_id::text, 1)
     from public.ms_link('a0000000-0000-0000-0000-000000000000',
       array[' JANE@acme.example ', 'new@acme.example', 'x@twin.example', 'y@free.example', 'z@acme.example', null],
       array['acme.example', 'ACME.example', 'twin.example', 'free.example', null, null]) order by 1 $$,
  $$ values ('jane@acme.example', '1', '1'), ('new@acme.example', null, '1'), ('x@twin.example', null, null),
            ('y@free.example', null, null), ('z@acme.example', null, null) $$,
  'by address; by domain where it is given and points to one client');
select results_eq(
  $$ select contact_id from public.ms_link('b0000000-0000-0000-0000-000000000000', array['jane@acme.example']) $$,
  $$ values ('b3000000-0000-0000-0000-000000000001'::uuid) $$, 'each tenant has its own contact');

-- signals
create function pg_temp.signals(p_tenant uuid) returns integer language sql as $$
  select public.ms_ingest_signals(p_tenant,
    array['a9000000-0000-0000-0000-000000000001', 'a9000000-0000-0000-0000-000000000002', 'a9000000-0000-0000-0000-000000000003']::uuid[],
    array['m1', 'm1', 'm2'], array['Jane@acme.example', 'jane@acme.example', 'new@acme.example'],
    array['acme.example', 'acme.example', 'acme.example'], array['urgency', 'renewal', 'urgency'],
    array[0.9, 0.95, 0.5], array['now', 'renew', 'soon, "quoted", {braced}'],
    array['{"keywords": ["now"]}', null, '{}'])
$$;
select is(pg_temp.signals(:A), 3, 'three signals');
select is(pg_temp.signals(:A), 0, 'none the second time');
select results_eq(
  $$ select source_type, source_id, signal_type, signal_strength, right(contact_id::text, 1), right(client_id::text, 1), extracted_text, context
     from public.opportunity_signals order by source_id, signal_type $$,
  $$ values ('email', 'm1', 'renewal', 0.95, '1', '1', 'renew', '{}'::jsonb),
            ('email', 'm1', 'urgency', 0.90, '1', '1', 'now', '{"keywords": ["now"]}'::jsonb),
            ('email', 'm2', 'urgency', 0.50, null, '1', 'soon, "quoted", {braced}', '{}'::jsonb) $$, 'linked and whole');
select throws_ok($$ select public.ms_ingest_signals('a0000000-0000-0000-0000-000000000000', array[gen_random_uuid()], array['m9'],
  array['x@y.z'], null, array['banana'], array[0.5], array['x'], array['{}']) $$, '23514', null, 'an unknown type fails the batch');
select is(public.ms_ingest_signals(:A, array[gen_random_uuid()], array[repeat('x', 5000)], array['x@y.z'], null,
  array['urgency'], array[0.5], array['x'], array['{}']), 1, 'an endless Message-ID is no obstacle');
select is(public.ms_ingest_signals(:A, '{}', '{}', '{}', null, '{}', '{}', '{}', '{}'), 0, 'an empty batch');

-- requests
reset role;
select public.ms_suppress(:A, 'quiet@acme.example') \g /dev/null
select public.ms_suppress(null, 'gone.example') \g /dev/null
set local role mailsignal_worker;
create function pg_temp.contacts(p_tenant uuid) returns integer language sql as $$
  select public.ms_ingest_contacts(p_tenant,
    (select array_agg(('a900000' || g || '-0000-0000-0000-000000000009')::uuid) from generate_series(1, 4) g),
    array['m1', 'm2', 'm3', 'm4'],
    array['Jane@acme.example', 'new@acme.example', 'Quiet@acme.example', 'x@mail.gone.example'],
    array['{"title": "CEO"}', '{"title": "CTO"}', '{"title": "x"}', '{"title": "y"}'])
$$;
select is(pg_temp.contacts(:A), 2, 'two requests; suppressed addresses and domains make none');
select is(pg_temp.contacts(:A), 0, 'none the second time');
select results_eq(
  $$ select email_address, source, source_id, right(contact_id::text, 1), status, extracted_data ->> 'title'
     from public.contact_enrichment_queue order by source_id $$,
  $$ values ('jane@acme.example', 'email_signature', 'm1', '1', 'pending', 'CEO'),
            ('new@acme.example', 'email_signature', 'm2', null, 'pending', 'CTO') $$, 'linked and whole');

-- activity
reset role;
update public.deals set last_activity_at = now() - interval '30 days', stalled_at = now();
insert into public.deals (id, tenant_id, contact_id, title, stage, last_activity_at) values
  ('a5000000-0000-0000-0000-000000000002', :A, 'a3000000-0000-0000-0000-000000000001', 'closed', 'closed_lost', now() - interval '30 days');
set local role mailsignal_worker;
select is(public.ms_ingest_activity(:A, array['jane@acme.example', 'Jane@acme.example', 'new@acme.example'],
  array[now() - interval '3 days', now() - interval '2 days', now()]), 1, 'one open deal');
select is(public.ms_ingest_activity(:A, array['jane@acme.example', 'Jane@acme.example'],
  array[now() - interval '3 days', now() - interval '2 days']), 0, 'none the second time');
select ok(last_activity_at = now() - interval '2 days' and stalled_at is null, 'the newest mail counts')
from public.deals where id = 'a5000000-0000-0000-0000-000000000001';
select is(public.ms_ingest_activity(:A, array['jane@acme.example'], array['2099-01-01'::timestamptz]), 1, 'a mail from the future');
select is(last_activity_at, now(), 'is of today') from public.deals where id = 'a5000000-0000-0000-0000-000000000001';
select is(last_activity_at, now() - interval '30 days', 'no other tenant''s deal moved') from public.deals
where id = 'b5000000-0000-0000-0000-000000000001';

-- feedback
reset role;
insert into public.orders (id, tenant_id, client_id, order_number) values
  ('a4000000-0000-0000-0000-000000000002', :A, 'a2000000-0000-0000-0000-000000000001', 'A-2'),
  ('a4000000-0000-0000-0000-000000000003', :A, 'a2000000-0000-0000-0000-000000000001', 'A-3'),
  ('a4000000-0000-0000-0000-000000000004', :A, 'a2000000-0000-0000-0000-000000000001', 'A-4');
insert into public.feedback_requests (id, tenant_id, order_id, client_id, contact_id, status, delivery_date, scheduled_for, sent_at,
                                      expires_at, response_email_id) values
  ('ac000000-0000-0000-0000-000000000001', :A, 'a4000000-0000-0000-0000-000000000001', 'a2000000-0000-0000-0000-000000000001',
   'a3000000-0000-0000-0000-000000000001', 'sent', now(), now(), now() - interval '10 days', now() + interval '20 days', null),
  ('ac000000-0000-0000-0000-000000000002', :A, 'a4000000-0000-0000-0000-000000000002', 'a2000000-0000-0000-0000-000000000001',
   'a3000000-0000-0000-0000-000000000002', 'sent', now(), now(), now() - interval '10 days', now() + interval '20 days', null),
  ('ac000000-0000-0000-0000-000000000003', :A, 'a4000000-0000-0000-0000-000000000003', 'a2000000-0000-0000-0000-000000000001',
   'a3000000-0000-0000-0000-000000000002', 'sent', now(), now(), now() - interval '10 days', now() + interval '20 days', null),
  ('ac000000-0000-0000-0000-000000000004', :A, 'a4000000-0000-0000-0000-000000000004', 'a2000000-0000-0000-0000-000000000001',
   null, 'responded', now(), now(), now() - interval '10 days', null, 'named');
set local role mailsignal_worker;
create function pg_temp.feedback(p_tenant uuid) returns integer language sql as $$
  select public.ms_ingest_feedback(p_tenant, array['early', 'f1', 'f2', 'f3', 'named'],
    array['jane@acme.example', 'jane@acme.example', 'jane@acme.example', 'jim@acme.example', 'who@ever.example'],
    array[now() - interval '11 days', now() - interval '2 days', now() - interval '1 day', now(), now()],
    array['neutral', 'positive', 'negative', 'negative', 'negative'], array[0, 0.8, -1, -1, -0.5],
    array['too early', 'good', 'bad', 'whose', 'named'])
$$;
select is(pg_temp.feedback(:A), 2, 'the only open request of the sender, and the one that names the mail');
select is(pg_temp.feedback(:A), 0, 'none the second time');
select results_eq(
  $$ select right(id::text, 1), status, response_email_id, sentiment, sentiment_score, response_summary, responded_at
     from public.feedback_requests order by id $$,
  $$ values ('1', 'responded', 'f1', 'positive', 0.80, 'good', now() - interval '2 days'),
            ('2', 'sent', null, null, null, null, null), ('3', 'sent', null, null, null, null, null),
            ('4', 'responded', 'named', 'negative', -0.50, 'named', now()) $$,
  'the first answer counts, an earlier mail and an ambiguous one do not');

-- intel
reset role;
insert into public.quotes (id, tenant_id, client_id, contact_id, quote_number, title, status, total_amount, sent_at, intel) values
  ('a6000000-0000-0000-0000-000000000001', :A, 'a2000000-0000-0000-0000-000000000001', 'a3000000-0000-0000-0000-000000000001',
   '1', 'older', 'sent', 1, now() - interval '2 days', '{}'),
  ('a6000000-0000-0000-0000-000000000002', :A, 'a2000000-0000-0000-0000-000000000001', 'a3000000-0000-0000-0000-000000000001',
   '2', 'open', 'viewed', 1, now() - interval '1 day', '{"budget": "50k", "requirements": ["sso"], "note": "typed"}'),
  ('a6000000-0000-0000-0000-000000000003', :A, 'a2000000-0000-0000-0000-000000000001', 'a3000000-0000-0000-0000-000000000001',
   '3', 'decided', 'accepted', 1, now(), '{}');
set local role mailsignal_worker;
select is(public.ms_ingest_quote_intel(:A, array['jane@acme.example', 'jane@acme.example', 'new@acme.example'],
  array['{"budget": "10k", "requirements": ["sso", "api"], "timeline": null, "rude": 1}', '{"timeline": "May"}', '{"budget": "1"}']),
  2, 'two mails tell something new');
select is(public.ms_ingest_quote_intel(:A, array['jane@acme.example', 'jane@acme.example'],
  array['{"budget": "10k", "requirements": ["sso", "api"]}', '{"timeline": "May"}']), 0, 'nothing the second time');
select results_eq('select right(id::text, 1), intel from public.quotes order by id',
  $$ values ('1', '{}'::jsonb), ('2', '{"budget": "50k", "requirements": ["sso", "api"], "timeline": "May", "note": "typed"}'::jsonb),
            ('3', '{}'::jsonb) $$, 'what is known stays, lists grow, other keys are not ours');
reset role;

-- facts: each mail once
delete from public.feedback_requests;
insert into public.feedback_requests (id, tenant_id, order_id, client_id, contact_id, status, delivery_date, scheduled_for, sent_at,
                                      response_email_id) values
  ('ac000000-0000-0000-0000-000000000001', :A, 'a4000000-0000-0000-0000-000000000001', 'a2000000-0000-0000-0000-000000000001',
   'a3000000-0000-0000-0000-000000000001', 'sent', now(), now(), now() - interval '10 days', '<asked@us.example>'),
  ('ac000000-0000-0000-0000-000000000002', :A, 'a4000000-0000-0000-0000-000000000002', 'a2000000-0000-0000-0000-000000000001',
   'a3000000-0000-0000-0000-000000000001', 'sent', now(), now(), now() - interval '10 days', null);
set local role mailsignal_worker;
create function pg_temp.facts(p_first integer, p_last integer) returns integer language sql as $$
  select public.ms_ingest_facts('a0000000-0000-0000-0000-000000000000',
    (array['af000000-0000-5000-8000-000000000001', 'af000000-0000-5000-8000-000000000002',
           'af000000-0000-5000-8000-000000000003', 'af000000-0000-5000-8000-000000000001']::uuid[])[p_first:p_last],
    (array['q1', 'q2', 'q3', 'q1'])[p_first:p_last],
    (array['jane@acme.example', 'assistant@acme.example', 'jane@acme.example', 'jane@acme.example'])[p_first:p_last],
    (array[now(), now(), now(), now()])[p_first:p_last],
    (array[null, E'first@x.example\nasked@us.example', null, null])[p_first:p_last],
    (array['neutral', 'positive', 'negative', 'neutral'])[p_first:p_last], (array[0, 0.5, -0.5, 0])[p_first:p_last],
    (array['which one', 'fine', 'slow', 'again'])[p_first:p_last],
    (array[null, null, '{"competitor": "Initech"}', null])[p_first:p_last])
$$;
select is(pg_temp.facts(1, 4), 3, 'three mails, one of them twice');
select results_eq(
  'select right(id::text, 1), sentiment, response_summary, response_email_id from public.feedback_requests order by id',
  $$ values ('1', 'positive', 'fine', '<asked@us.example>'), ('2', 'negative', 'slow', 'q3') $$,
  'a reply answers what it replies to; the only request left takes the next mail');
select is(intel ->> 'competitor', 'Initech', 'intel') from public.quotes where id = 'a6000000-0000-0000-0000-000000000002';
reset role;
update public.feedback_requests set sentiment = null, status = 'sent', responded_at = null, response_email_id = null
where id = 'ac000000-0000-0000-0000-000000000002';
set local role mailsignal_worker;
select is(pg_temp.facts(1, 4), 0, 'no mail is new');
select is(sentiment, null, 'so the first mail, now unambiguous, answers nothing')
from public.feedback_requests where id = 'ac000000-0000-0000-0000-000000000002';
select is(public.ms_ingest_facts('a0000000-0000-0000-0000-000000000000', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'), 0,
  'an empty batch of facts');
reset role;

-- a bound session
set local role mailsignal_worker;
set local mailsignal.tenant_id = 'a0000000-0000-0000-0000-000000000000';
select is(pg_temp.signals(:A), 0, 'a session bound to A serves A');
select throws_ok($$ select pg_temp.signals('b0000000-0000-0000-0000-000000000000') $$, '42501', null, 'and not B');
reset role;

-- links use the index in spite of row security
set local mailsignal.tenant_id = '';
insert into public.contacts (tenant_id, first_name, last_name, email)
select 'b0000000-0000-0000-0000-000000000000', 'n', g::text, 'n' || g || '@many.example' from generate_series(1, 20000) g;
analyze public.contacts;
set local role mailsignal_worker;
select performs_ok($$ select * from public.ms_link('b0000000-0000-0000-0000-000000000000',
  (select array_agg('n' || g || '@many.example') from generate_series(1, 200) g)) $$, 500, 'two hundred links in 20,000 contacts');
reset role;

select * from finish();
rollback;
