-- The queue's life: claim, lease, answer, complete, fail, release, rescue, purge. As the worker.

begin;
select * from no_plan();
\ir fixtures/two_tenants.sql

insert into public.contact_enrichment_queue (id, tenant_id, source, email_address, priority, run_at, max_attempts, contact_id) values
  ('a8000000-0000-0000-0000-000000000001', 'a0000000-0000-0000-0000-000000000000', 'apollo', '1@a.example', 100, now() - interval '1 hour', 2, null),
  ('a8000000-0000-0000-0000-000000000002', 'a0000000-0000-0000-0000-000000000000', 'apollo', '2@a.example', 10, now(), 5, null),
  ('a8000000-0000-0000-0000-000000000003', 'a0000000-0000-0000-0000-000000000000', 'email_signature', '3@a.example', 100, now(), 5, null),
  ('a8000000-0000-0000-0000-000000000004', 'a0000000-0000-0000-0000-000000000000', 'apollo', '4@a.example', 1, now() + interval '1 hour', 5, null),
  ('b8000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000000', 'apollo', '1@b.example', 50, now(), 5, null);

create temp table got (id uuid, token uuid, place serial) on commit drop;
grant all on got, got_place_seq to mailsignal_worker;
set local role mailsignal_worker;

insert into got select id, lease_token from public.ms_claim('a0000000-0000-0000-0000-000000000000', array['apollo'], 10, '10 minutes');
select results_eq('select right(id::text, 1)::integer from got order by 1', 'values (1), (2)',
  'due rows of the tenant and the source');
select is((select count(*) from public.ms_claim('a0000000-0000-0000-0000-000000000000', array['apollo'])), 0::bigint,
  'claimed once');
select ok(status = 'processing' and attempts = 1 and locked_until = now() + interval '10 minutes' and lease_token is not null,
  'in processing, the attempt counted, with a lease') from public.contact_enrichment_queue
where id = 'a8000000-0000-0000-0000-000000000001';
select is((select id from public.ms_claim(null, null, 1)), 'b8000000-0000-0000-0000-000000000001',
  'of all tenants, the lowest priority first');
select is((select count(*) from public.ms_claim(null, null, 10)), 1::bigint, 'then the rest; what is not due stays');

-- answers and conflicts
select ok(public.ms_store_answer(id, token, '{"title": "CEO"}', 0.5), 'an answer is kept') from got where id::text like '%1';
select ok(not public.ms_store_answer(id, gen_random_uuid(), '{"title": "thief"}'), 'not without the lease') from got where id::text like '%1';
select ok(not public.ms_complete(id, gen_random_uuid()), 'no completion without the lease') from got where id::text like '%1';
select is(public.ms_fail(id, gen_random_uuid(), 'x'), null, 'no failure without the lease') from got where id::text like '%1';
select ok(not public.ms_release(id, gen_random_uuid()), 'no release without the lease') from got where id::text like '%1';
select ok(not public.ms_extend(id, gen_random_uuid()), 'no extension without the lease') from got where id::text like '%1';
select ok(public.ms_extend(id, token, '1 hour'), 'a lease is prolonged') from got where id::text like '%1';
select throws_ok($$ select public.ms_complete(id, token, 'pending') from got $$, '22023', null, 'completed or skipped, nothing else');
select ok(public.ms_complete(id, token, 'completed', 'a3000000-0000-0000-0000-000000000001',
  '[{"field": "phone", "current": "1", "proposed": "2", "source": "apollo", "at": "now"}]'), 'completed')
from got where id::text like '%1';
select ok(status = 'completed' and lease_token is null and locked_until is null and processed_at = now()
          and merged_to_contact_id = 'a3000000-0000-0000-0000-000000000001' and extracted_data = '{"title": "CEO"}'
          and credits_used = 0.5 and jsonb_array_length(merge_conflicts) = 1, 'with all that belongs to it')
from public.contact_enrichment_queue where id = 'a8000000-0000-0000-0000-000000000001';
select ok(not public.ms_complete(id, token), 'only once') from got where id::text like '%1';
select throws_ok($$ select public.ms_complete(id, token, 'completed', 'b3000000-0000-0000-0000-000000000001') from got
  where id::text like '%2' $$, '23503', null, 'not into a contact of another tenant');

-- release and failure
select ok(public.ms_release(id, token, now()), 'given back') from got where id::text like '%2';
select ok(status = 'pending' and attempts = 0 and lease_token is null, 'pending, the attempt given back')
from public.contact_enrichment_queue where id = 'a8000000-0000-0000-0000-000000000002';

update got g set token = c.lease_token
from public.ms_claim('a0000000-0000-0000-0000-000000000000', array['apollo']) c where g.id = c.id;
select is(public.ms_fail(id, token, 'timeout', now() + interval '1 minute'), 'pending', 'a failure waits for its retry')
from got where id::text like '%2';
select ok(run_at = now() + interval '1 minute' and attempts = 1 and error_message = 'timeout' and processed_at is null, 'later')
from public.contact_enrichment_queue where id = 'a8000000-0000-0000-0000-000000000002';
update public.contact_enrichment_queue set run_at = now(), attempts = 4 where id = 'a8000000-0000-0000-0000-000000000002';
update got g set token = c.lease_token
from public.ms_claim('a0000000-0000-0000-0000-000000000000', array['apollo']) c where g.id = c.id;
select is(public.ms_fail(id, token, 'timeout', now() + interval '1 minute'), 'failed', 'until the attempts are spent')
from got where id::text like '%2';
select is((select count(*) from public.ms_claim('a0000000-0000-0000-0000-000000000000', array['apollo'])), 0::bigint,
  'a dead letter is not claimed');

-- rescue
reset role;
update public.contact_enrichment_queue set locked_until = now() - interval '1 second' where status = 'processing';
update public.contact_enrichment_queue set attempts = 5 where id = 'b8000000-0000-0000-0000-000000000001';
set local role mailsignal_worker;
select is(public.ms_rescue(), 2, 'leases that ran out are found');
select is(status, 'pending', 'pending again') from public.contact_enrichment_queue where id = 'a8000000-0000-0000-0000-000000000003';
select is(status, 'failed', 'or failed, when attempts are spent') from public.contact_enrichment_queue
  where id = 'b8000000-0000-0000-0000-000000000001';
select is(public.ms_rescue(), 0, 'nothing is left');
reset role;

-- a processor that knows no lease
update public.contact_enrichment_queue set status = 'processing' where id = 'a8000000-0000-0000-0000-000000000003';
select is(locked_until, now() + interval '15 minutes', 'gets one') from public.contact_enrichment_queue
  where id = 'a8000000-0000-0000-0000-000000000003';
update public.contact_enrichment_queue set status = 'completed', processed_at = now() - interval '91 days'
  where id = 'a8000000-0000-0000-0000-000000000003';
select is(locked_until, null, 'and loses it with the end') from public.contact_enrichment_queue
  where id = 'a8000000-0000-0000-0000-000000000003';

-- retention
set local role mailsignal_worker;
select is(public.ms_purge(), 1, 'what is past its days goes');
select is(public.ms_purge(), 0, 'the rest stays');
reset role;
insert into public.enrichment_settings (tenant_id, retention_days) values ('a0000000-0000-0000-0000-000000000000', 10);
update public.contact_enrichment_queue set processed_at = now() - interval '11 days' where status in ('completed', 'failed');
update public.contact_enrichment_queue set created_at = now() - interval '900 days' where status = 'pending';
set local role mailsignal_worker;
select is(public.ms_purge(1), 1, 'a tenant may keep less, and a batch may be small');
select is(public.ms_purge(), 1, 'the next batch');
reset role;
select is((select count(*) from public.contact_enrichment_queue), 2::bigint, 'neither B''s nor what is pending');

-- the claim reads its index
set local enable_seqscan = off;
create function pg_temp.plan(p_query text) returns text language plpgsql as $$
declare
  v text;
  r text;
begin
  v := '';
  for r in execute 'explain ' || p_query loop
    v := v || r;
  end loop;
  return v;
end
$$;
select matches(pg_temp.plan($$
  select id from public.contact_enrichment_queue
  where tenant_id = 'a0000000-0000-0000-0000-000000000000' and status = 'pending' and run_at <= now()
  order by priority, run_at, id limit 10 for update skip locked $$),
  'contact_enrichment_queue_due_by_tenant_idx', 'a tenant''s claim');
select matches(pg_temp.plan($$
  select id from public.contact_enrichment_queue where status = 'pending' and run_at <= now()
  order by priority, run_at, id limit 10 for update skip locked $$),
  'contact_enrichment_queue_due_idx', 'everybody''s claim');
select matches(pg_temp.plan($$
  select id from public.contact_enrichment_queue where status = 'processing' and locked_until < now()
  order by locked_until limit 10 $$), 'contact_enrichment_queue_lease_idx', 'the rescue');

select * from finish();
rollback;
