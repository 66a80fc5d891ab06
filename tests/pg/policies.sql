-- Who sees and writes what: two tenants, each API role, the worker; tables and the views over them.

begin;
select * from no_plan();
\ir fixtures/two_tenants.sql

-- One row of everything for each tenant.
do $$
declare
  t char;
begin
  foreach t in array array['a', 'b'] loop
    execute replace($q$
      insert into public.feedback_requests (tenant_id, order_id, client_id, delivery_date, scheduled_for)
        values ('?0000000-0000-0000-0000-000000000000', '?4000000-0000-0000-0000-000000000001',
                '?2000000-0000-0000-0000-000000000001', now(), now());
      insert into public.deal_stage_history (tenant_id, deal_id, to_stage, days_in_previous_stage)
        values ('?0000000-0000-0000-0000-000000000000', '?5000000-0000-0000-0000-000000000001', 'lead', 1);
      insert into public.deal_stage_config (tenant_id, stage)
        values ('?0000000-0000-0000-0000-000000000000', 'lead');
      insert into public.quotes (id, tenant_id, client_id, quote_number, title, status, outcome, total_amount)
        values ('?6000000-0000-0000-0000-000000000001', '?0000000-0000-0000-0000-000000000000',
                '?2000000-0000-0000-0000-000000000001', 'Q-1', 'Quote', 'accepted', 'won', 10);
      insert into public.quote_activities (tenant_id, quote_id, activity_type)
        values ('?0000000-0000-0000-0000-000000000000', '?6000000-0000-0000-0000-000000000001', 'sent');
      insert into public.quote_outcomes (tenant_id, quote_id, outcome)
        values ('?0000000-0000-0000-0000-000000000000', '?6000000-0000-0000-0000-000000000001', 'won');
      insert into public.contact_enrichment_queue (tenant_id, source, email_address)
        values ('?0000000-0000-0000-0000-000000000000', 'apollo', 'x@?.example');
      insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)
        values ('?0000000-0000-0000-0000-000000000000', 'email', 'm', 'urgency');
      insert into public.compliance_schedule (id, tenant_id, compliance_type, next_due_at, target_entity_type)
        values ('?7000000-0000-0000-0000-000000000001', '?0000000-0000-0000-0000-000000000000', 'check', now(), 'client');
      insert into public.compliance_checks
        (tenant_id, schedule_id, entity_type, entity_id, period_start, period_end, due_at)
        values ('?0000000-0000-0000-0000-000000000000', '?7000000-0000-0000-0000-000000000001', 'client',
                '?2000000-0000-0000-0000-000000000001', current_date, current_date, now());
    $q$, '?', t);
    perform public.ms_suppress((t || '0000000-0000-0000-0000-000000000000')::uuid, 'no@' || t || '.example');
    perform public.ms_reserve_credits((t || '0000000-0000-0000-0000-000000000000')::uuid, 'apollo', 1);
  end loop;
end
$$;

create temp table relations (name text) on commit drop;
insert into relations values
  ('feedback_requests'), ('deal_stage_history'), ('deal_stage_config'), ('quotes'), ('quote_activities'),
  ('quote_outcomes'), ('contact_enrichment_queue'), ('opportunity_signals'), ('compliance_schedule'),
  ('compliance_checks'), ('deal_stage_velocity'), ('quote_win_rates'), ('signal_action_rates'),
  ('compliance_completion_rates');
grant select on relations to public;

-- How many tenants the current role sees through a table or view, and whether it sees B.
create function pg_temp.seen(p_relation text) returns text language plpgsql as $$
declare
  v text;
begin
  execute format('select coalesce(string_agg(distinct left(tenant_id::text, 1), '','' order by left(tenant_id::text, 1)), ''none'')
                  from public.%I', p_relation) into v;
  return v;
exception
  when insufficient_privilege then return 'denied';
end
$$;
grant execute on function pg_temp.seen(text) to public;

set local role authenticated;
set local request.jwt.claims = '{"sub": "a1000000-0000-0000-0000-000000000001", "role": "authenticated"}';
select is(pg_temp.seen(name), 'a', 'user of A sees only A in ' || name) from relations;
set local request.jwt.claims = '{"sub": "b1000000-0000-0000-0000-000000000001", "role": "authenticated"}';
select is(pg_temp.seen(name), 'b', 'user of B sees only B in ' || name) from relations;
set local request.jwt.claims = '{"sub": "c1000000-0000-0000-0000-000000000001", "role": "authenticated"}';
select is(pg_temp.seen(name), 'none', 'a user without profile sees nothing in ' || name) from relations;
reset role;

set local role anon;
set local request.jwt.claims = '{"role": "anon"}';
select is(pg_temp.seen(name), 'none', 'anon sees nothing in ' || name) from relations;
reset role;

set local role service_role;
select is(pg_temp.seen(name), 'a,b', 'service_role sees all in ' || name) from relations;
reset role;

set local role mailsignal_worker;
select is(pg_temp.seen(name),
          case when name in ('contact_enrichment_queue', 'feedback_requests', 'quotes', 'opportunity_signals')
               then 'a,b' else 'denied' end,
          'worker reads what it needs: ' || name) from relations;
set local mailsignal.tenant_id = 'a0000000-0000-0000-0000-000000000000';
select is(pg_temp.seen(name), 'a', 'worker bound to A sees only A in ' || name) from relations
where name in ('contact_enrichment_queue', 'feedback_requests', 'quotes', 'opportunity_signals');
select is(pg_temp.seen(name), 'a', 'and in ' || name)
from unnest(array['clients', 'contacts', 'deals', 'enrichment_usage']) name;
select throws_ok($$ insert into public.opportunity_signals (id, tenant_id, source_type, source_id, signal_type)
  values (gen_random_uuid(), 'b0000000-0000-0000-0000-000000000000', 'email', 'x', 'urgency') $$,
  '42501', null, 'and cannot write into B');
select throws_ok($$ select * from public.ms_link('b0000000-0000-0000-0000-000000000000', array['jane@acme.example']) $$,
  '42501', null, 'nor look up contacts of B');
select is((select count(*) from public.ms_claim(p_limit := 10)), 1::bigint, 'and claims only rows of A');
set local mailsignal.tenant_id = '';

-- the worker's columns
select throws_ok($$ select notes from public.contacts $$, '42501', null, 'worker does not read notes');
select throws_ok($$ update public.contacts set email = 'x' $$, '42501', null, 'worker does not change addresses');
select throws_ok($$ insert into public.contacts (tenant_id, first_name, last_name)
  values ('a0000000-0000-0000-0000-000000000000', 'x', 'y') $$, '42501', null, 'worker makes no contacts');
select throws_ok($$ delete from public.contacts $$, '42501', null, 'worker deletes no contacts');
select throws_ok($$ update public.deals set stage = 'won' $$, '42501', null, 'worker changes no stage');
select throws_ok($$ update public.quotes set total_amount = 0 $$, '42501', null, 'worker changes no amount');
select throws_ok($$ delete from public.opportunity_signals $$, '42501', null, 'worker deletes no signals');
select throws_ok($$ update public.opportunity_signals set signal_strength = 1 $$, '42501', null,
  'worker changes no signals');
select throws_ok($$ select * from public.enrichment_suppressions $$, '42501', null, 'worker does not read the list');
select throws_ok($$ select * from public.enrichment_hash_keys $$, '42501', null, 'worker does not read the key');
select throws_ok($$ select public.ms_erase_person(null, 'x@y.z') $$, '42501', null, 'worker erases nobody');
select throws_ok($$ select id from auth.users $$, '42501', null, 'worker does not see users');
select lives_ok($$ update public.contacts set title = 'CEO', props = '{}' where id = 'a3000000-0000-0000-0000-000000000001' $$,
  'worker writes a title');
with gone as (delete from public.contact_enrichment_queue where status in ('pending', 'processing') returning 1)
select is(count(*), 0::bigint, 'worker deletes no unfinished requests') from gone;
reset role;

select ok(not rolsuper and not rolbypassrls and not rolcreaterole and not rolcreatedb and not rolreplication,
  'the worker''s role has no attribute') from pg_roles where rolname = 'mailsignal_worker';
select is(count(*), 0::bigint, 'and is a member of no role')
from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = 'mailsignal_worker';

-- users write their own tenant only
set local role authenticated;
set local request.jwt.claims = '{"sub": "a1000000-0000-0000-0000-000000000001", "role": "authenticated"}';
select lives_ok($$ insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)
  values ('a0000000-0000-0000-0000-000000000000', 'call', 'c1', 'referral') $$, 'user of A writes into A');
select throws_ok($$ insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)
  values ('b0000000-0000-0000-0000-000000000000', 'call', 'c1', 'referral') $$, '42501', null,
  'user of A cannot write into B');
with changed as (update public.quotes set title = 'x' where tenant_id = 'b0000000-0000-0000-0000-000000000000' returning 1)
select is(count(*), 0::bigint, 'user of A changes nothing of B') from changed;
select throws_ok($$ truncate public.quotes $$, '42501', null, 'a user cannot truncate');
select lives_ok($$ insert into public.contact_enrichment_queue (tenant_id, source, email_address, status)
  values ('a0000000-0000-0000-0000-000000000000', 'manual', 'y@a.example', 'pending') $$, 'user of A asks for enrichment');
select throws_ok($$ update public.contact_enrichment_queue set lease_token = gen_random_uuid() $$, '42501', null,
  'but takes no lease');
select throws_ok($$ update public.contact_enrichment_queue set attempts = 0 $$, '42501', null, 'and resets no attempts');
select throws_ok($$ select * from public.ms_claim() $$, '42501', null, 'and claims nothing');
select throws_ok($$ select public.ms_address_hash('x@y.z') $$, '42501', null, 'and hashes nothing');
select throws_ok($$ select * from public.enrichment_hash_keys $$, '42501', null, 'and does not read the key');
select throws_ok($$ select * from public.mailsignal_set_aside $$, '42501', null, 'nor rows set aside');
select is((select count(*) from public.enrichment_suppressions), 1::bigint, 'and sees A''s suppressions');
select is((select count(*) from public.get_stalled_deals('b0000000-0000-0000-0000-000000000000')), 0::bigint,
  'functions show nothing of B');
select throws_ok($$ select public.generate_quote_number('b0000000-0000-0000-0000-000000000000') $$, '42501', null,
  'and give no number of B');
select matches(public.generate_quote_number('a0000000-0000-0000-0000-000000000000'), '^Q-\d{4}-0001$',
  'but a number of A');
select throws_ok($$ select public.advance_compliance_schedule('b7000000-0000-0000-0000-000000000001') $$, 'P0002', null,
  'and move no schedule of B');
reset role;

set local role anon;
select throws_ok($$ select public.generate_quote_number('a0000000-0000-0000-0000-000000000000') $$, '42501', null,
  'anon calls no function of ours');
select throws_ok($$ insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)
  values ('a0000000-0000-0000-0000-000000000000', 'call', 'c2', 'referral') $$, '42501', null, 'anon writes nothing');
reset role;

select * from finish();
rollback;
