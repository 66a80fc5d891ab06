-- Suppression and erasure.

begin;
select * from no_plan();
\ir fixtures/two_tenants.sql
\set A '''a0000000-0000-0000-0000-000000000000'''
\set B '''b0000000-0000-0000-0000-000000000000'''

-- the hash is HMAC-SHA-256 (RFC 4231, case 2: key "Jefe")
update public.enrichment_hash_keys set
  inner_pad = set_byte(set_byte(set_byte(set_byte(decode(repeat('36', 64), 'hex'), 0, 54 # 74), 1, 54 # 101), 2, 54 # 102), 3, 54 # 101),
  outer_pad = set_byte(set_byte(set_byte(set_byte(decode(repeat('5c', 64), 'hex'), 0, 92 # 74), 1, 92 # 101), 2, 92 # 102), 3, 92 # 101);
select is(encode(public.ms_address_hash(' What do ya want for nothing? '), 'hex'),
  '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843', 'a keyed hash as the standard has it');

-- suppression
insert into public.contact_enrichment_queue (tenant_id, source, email_address, extracted_data) values
  (:A, 'apollo', 'Jane@acme.example', '{"title": "CEO"}'), (:B, 'apollo', 'jane@acme.example', '{"title": "CEO"}'),
  (:A, 'apollo', 'x@sub.rude.example', '{}'), (:A, 'apollo', 'x@notrude.example', '{}');
select ok(public.ms_suppress(:A, ' JANE@Acme.example '), 'an address');
select ok(not public.ms_suppress(:A, 'jane@acme.example'), 'is suppressed once');
select ok(public.ms_suppress(null, '@rude.example'), 'a domain, for all');
select results_eq('select public.ms_suppressed(''a0000000-0000-0000-0000-000000000000'',
  array[''Jane@ACME.example'', ''jim@acme.example'', ''x@rude.example'', ''y@a.b.rude.example'', ''z@notrude.example'', null, '''']) order by 1',
  $$ values ('jane@acme.example'), ('x@rude.example'), ('y@a.b.rude.example') $$, 'address, domain and sub-domain');
select results_eq('select public.ms_suppressed(''b0000000-0000-0000-0000-000000000000'', array[''jane@acme.example'', ''x@rude.example''])',
  $$ values ('x@rude.example') $$, 'another tenant knows the global one only');
select results_eq($$ select lower(email_address), left(tenant_id::text, 1), status, error_message, extracted_data
  from public.contact_enrichment_queue order by 1, 2 desc $$,
  $$ values ('jane@acme.example', 'b', 'pending', null, '{"title": "CEO"}'::jsonb), ('jane@acme.example', 'a', 'skipped', 'suppressed', '{}'),
     ('x@notrude.example', 'a', 'pending', null, '{}'), ('x@sub.rude.example', 'a', 'skipped', 'suppressed', '{}') $$,
  'requests that wait are ended and emptied');
select is((select count(*) from public.enrichment_suppressions s where s::text ~* 'jane|acme|rude'), 0::bigint,
  'the list holds no plain value');
select ok(public.ms_unsuppress(:A, 'Jane@acme.example'), 'taken off the list');
select is_empty('select public.ms_suppressed(''a0000000-0000-0000-0000-000000000000'', array[''jane@acme.example''])', 'and no longer on it');
select throws_ok($$ select public.ms_suppress(null, ' ') $$, '22023', null, 'nothing is not suppressed');
delete from public.contact_enrichment_queue;

-- a person's traces
update public.clients set primary_contact = 'Jane Doe', email = 'JANE@acme.example' where id = 'a2000000-0000-0000-0000-000000000001';
update public.contacts set notes = 'reports to jane@acme.example', props = '{"boss": "jane@acme.example", "floor": 2}'
  where id = 'a3000000-0000-0000-0000-000000000002';
insert into public.contact_enrichment_queue (id, tenant_id, source, source_id, email_address, contact_id, merged_to_contact_id, extracted_data) values
  ('a8000000-0000-0000-0000-000000000001', :A, 'email_signature', 'm1', 'Jane@acme.example', null, null, '{"title": "CEO"}'),
  ('a8000000-0000-0000-0000-000000000002', :A, 'apollo', null, null, null, 'a3000000-0000-0000-0000-000000000001', '{"title": "CEO"}'),
  ('a8000000-0000-0000-0000-000000000003', :A, 'email_signature', 'm3', 'jim@acme.example', 'a3000000-0000-0000-0000-000000000002', null,
   '{"title": "CTO", "assistant": "Jane@ACME.example"}'),
  ('b8000000-0000-0000-0000-000000000001', :B, 'email_signature', 'm1', 'jane@acme.example', null, null, '{"title": "CEO"}');
insert into public.opportunity_signals (id, tenant_id, source_type, source_id, signal_type, contact_id, extracted_text, context) values
  ('a9000000-0000-0000-0000-000000000001', :A, 'email', 'm1', 'urgency', null, 'in her mail', '{}'),
  ('a9000000-0000-0000-0000-000000000002', :A, 'call', 'c1', 'urgency', 'a3000000-0000-0000-0000-000000000001', 'on the phone', '{}'),
  ('a9000000-0000-0000-0000-000000000003', :A, 'email', 'm3', 'referral', 'a3000000-0000-0000-0000-000000000002',
   'ask Jane@Acme.example about it', '{"keywords": ["ask"], "who": "jane@acme.example"}'),
  ('b9000000-0000-0000-0000-000000000001', :B, 'email', 'm1', 'urgency', null, 'in her mail', '{}');
insert into public.mailsignal_set_aside (tenant_id, table_name, row_id, row_data, reason) values
  (:A, 'contact_enrichment_queue', gen_random_uuid(), '{"email_address": "Jane@acme.example"}', 'duplicate');
insert into public.contact_field_sources (tenant_id, contact_id, field, source) values
  (:A, 'a3000000-0000-0000-0000-000000000001', 'title', 'apollo');
insert into public.feedback_requests (tenant_id, order_id, client_id, contact_id, status, delivery_date, scheduled_for, response_email_id,
  sentiment, response_summary) values (:A, 'a4000000-0000-0000-0000-000000000001', 'a2000000-0000-0000-0000-000000000001',
  'a3000000-0000-0000-0000-000000000001', 'responded', now(), now(), 'm1', 'positive', 'Jane was glad');
insert into public.quotes (id, tenant_id, client_id, contact_id, quote_number, title, total_amount, intel) values
  ('a6000000-0000-0000-0000-000000000001', :A, 'a2000000-0000-0000-0000-000000000001', 'a3000000-0000-0000-0000-000000000001', '1', 'q', 1,
   '{"budget": "10k", "decision_makers": ["Jane Doe"]}');
insert into public.quote_activities (tenant_id, quote_id, activity_type, notes, metadata) values
  (:A, 'a6000000-0000-0000-0000-000000000001', 'sent', 'to jane@acme.example', '{"to": "jane@acme.example", "n": 1}');
insert into public.compliance_checks (tenant_id, entity_type, entity_id, entity_name, period_start, period_end, due_at) values
  (:A, 'contact', 'a3000000-0000-0000-0000-000000000001', 'Jane Doe', now(), now(), now());
insert into public.cases (tenant_id, contact_id, subject, description) values
  (:A, 'a3000000-0000-0000-0000-000000000001', 'Call', 'jane@acme.example called');

set local role service_role;
create temp table counts on commit drop as
  select public.ms_erase_person('a0000000-0000-0000-0000-000000000000', ' jane@ACME.example') as c;
reset role;
select is(c, '{"opportunity_signals": 2, "contact_enrichment_queue": 2, "mailsignal_set_aside": 1, "feedback_requests": 1, "quotes": 1,
  "compliance_checks": 1, "clients": 1, "contacts_deleted": 1, "contacts_blanked": 0}'::jsonb, 'what an erasure touches') from counts;

-- every text of tenant A, searched for the address
create function pg_temp.traces(p_word text) returns text language plpgsql as $$
declare
  v_table text;
  v_found text := '';
  v_count integer;
begin
  for v_table in
    select c.relname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'profiles' order by 1
  loop
    execute format('select count(*) from public.%I t where tenant_id = %L and t::text ilike %L', v_table,
                   'a0000000-0000-0000-0000-000000000000', '%' || p_word || '%') into v_count;
    if v_count > 0 then
      v_found := v_found || ' ' || v_table;
    end if;
  end loop;
  return v_found;
end
$$;
select is(pg_temp.traces('jane@acme'), '', 'the address is nowhere');
select is(pg_temp.traces('jane'), '', 'nor the name');
select is(pg_temp.traces('a3000000-0000-0000-0000-000000000001'), ' compliance_checks', 'the id only where no key binds it');
select is((select count(*) from public.contact_field_sources), 0::bigint, 'no provenance is left');
select results_eq($$ select extracted_data from public.contact_enrichment_queue where tenant_id = 'a0000000-0000-0000-0000-000000000000' $$,
  $$ values ('{"title": "CTO"}'::jsonb) $$, 'another''s request loses the mention only');
select results_eq($$ select extracted_text, context from public.opportunity_signals where tenant_id = 'a0000000-0000-0000-0000-000000000000' $$,
  $$ values ('ask [erased] about it', '{"keywords": ["ask"]}'::jsonb) $$, 'another''s signal too');
select results_eq($$ select notes, props from public.contacts where id = 'a3000000-0000-0000-0000-000000000002' $$,
  $$ values ('reports to [erased]', '{"floor": 2}'::jsonb) $$, 'another contact too');
select is(intel, '{"budget": "10k"}', 'the quote keeps its budget') from public.quotes;
select is(sentiment, 'positive', 'the feedback its figure') from public.feedback_requests;
select results_eq('select public.ms_suppressed(''a0000000-0000-0000-0000-000000000000'', array[''jane@acme.example''])',
  $$ values ('jane@acme.example') $$, 'the address is suppressed');
select is((select count(*) from public.contacts where email = 'jane@acme.example'), 1::bigint, 'tenant B still has its contact');
select is((select count(*) from public.opportunity_signals where tenant_id = :B), 1::bigint, 'and its signal');
select is((select count(*) from public.contact_enrichment_queue where tenant_id = :B), 1::bigint, 'and its request');
select results_eq('select counts, reason from public.enrichment_erasures', 'select c, ''erasure request''::text from counts', 'it is logged by count');
select is(public.ms_ingest_contacts(:A, array[gen_random_uuid()], array['m9'], array['jane@acme.example'], array['{}']), 0,
  'the next mail brings nothing back');

-- a contact that the CRM will not let go, for every tenant
create table public.crm_invoice (id integer primary key, contact_id uuid references public.contacts (id));
insert into public.crm_invoice values (1, 'b3000000-0000-0000-0000-000000000001');
update public.contacts set title = 'CEO', phone = '1', props = '{"x": 1}' where id = 'b3000000-0000-0000-0000-000000000001';
select is(public.ms_erase_person(null, 'jane@acme.example') ->> 'contacts_blanked', '1', 'is blanked');
select results_eq($$ select first_name, last_name, email, title, phone, props from public.contacts where id = 'b3000000-0000-0000-0000-000000000001' $$,
  $$ values ('[erased]', '[erased]', null::text, null::text, null::text, '{}'::jsonb) $$, 'in every column');
select is(public.ms_erase_person(:A, 'nobody@acme.example') ->> 'contacts_deleted', '0', 'nobody is nobody');
select throws_ok($$ select public.ms_erase_person(null, 'not an address') $$, '22023', null, 'an address is needed');

select * from finish();
rollback;
