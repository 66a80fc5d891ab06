-- Erasure: one function that removes a person from everything that mailsignal writes or reads.
--
-- ms_erase_person(tenant, address) deletes the contact, the requests about the person and the signals in the person's
-- mails; takes the address out of what remains (others' requests, feedback, quotes, compliance, cases, deals, clients);
-- and suppresses the address, so that the next mail does not bring it back. A contact that some table of the CRM
-- refuses to let go is blanked instead. What was done is logged by count, with the hash of the address.

create table if not exists public.enrichment_erasures (
  id           uuid primary key default gen_random_uuid(),
  tenant_id    uuid references public.tenants (id) on delete cascade,
  address_hash bytea not null,
  reason       text not null,
  counts       jsonb not null,
  created_at   timestamptz not null default now()
);

comment on table public.enrichment_erasures is 'Who was erased (by hash), when, why, and how many rows that touched.';

create index if not exists enrichment_erasures_tenant_id_idx on public.enrichment_erasures (tenant_id);

alter table public.enrichment_erasures enable row level security;
drop policy if exists tenant_isolation on public.enrichment_erasures;
create policy tenant_isolation on public.enrichment_erasures for select to authenticated
  using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())));
drop policy if exists service_role_all on public.enrichment_erasures;
create policy service_role_all on public.enrichment_erasures
  for all to service_role using (true) with check (true);
revoke all on public.enrichment_erasures from anon, authenticated;
grant select on public.enrichment_erasures to authenticated;

create or replace function public.ms_text_without(p_text text, p_address text)
returns text
language sql immutable
set search_path = ''
as $$
  select regexp_replace(p_text, regexp_replace(p_address, '([^[:alnum:]])', '\\\1', 'g'), '[erased]', 'gi')
$$;

comment on function public.ms_text_without(text, text) is 'The text with every occurrence of the address replaced.';

create or replace function public.ms_json_without(p_value jsonb, p_address text)
returns jsonb
language sql immutable
set search_path = ''
as $$
  -- The address stands in a member or element: that goes as a whole.
  select case
    when p_value is null or position(lower(p_address) in lower(p_value::text)) = 0 then p_value
    when jsonb_typeof(p_value) = 'object' then (
      select coalesce(jsonb_object_agg(m.key, m.value), '{}')
      from jsonb_each(p_value) m
      where position(lower(p_address) in lower(m.key || m.value::text)) = 0)
    when jsonb_typeof(p_value) = 'array' then (
      select coalesce(jsonb_agg(e.value order by e.ordinality), '[]')
      from jsonb_array_elements(p_value) with ordinality e
      where position(lower(p_address) in lower(e.value::text)) = 0)
    else 'null'
  end
$$;

comment on function public.ms_json_without(jsonb, text) is
  'The value without those members or elements in which the address occurs.';

create or replace function public.ms_erase_person(
  p_tenant_id uuid,
  p_email     text,
  p_reason    text default 'erasure request',
  p_suppress  boolean default true)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_email    text := lower(btrim(p_email));
  v_contacts uuid[];
  v_names    text[];
  v_clients  uuid[];
  v_no_email text;
  v_no_name  text;
  v_mails    text[];
  v_contact  uuid;
  v_blank    text;
  v_count    integer;
  v_counts   jsonb := '{}';
  v_blanked  integer := 0;
begin
  if v_email is null or position('@' in v_email) < 2 then
    raise exception 'not an address' using errcode = 'invalid_parameter_value';
  end if;

  select coalesce(array_agg(c.id order by c.id), '{}'),
         coalesce(array_agg(distinct lower(btrim(c.first_name || ' ' || c.last_name))), '{}'),
         coalesce(array_agg(distinct c.client_id), '{}')
  into v_contacts, v_names, v_clients
  from public.contacts c
  where (p_tenant_id is null or c.tenant_id = p_tenant_id) and lower(btrim(c.email)) = v_email;

  -- The person's mails, as far as requests tell them.
  select coalesce(array_agg(distinct q.tenant_id || ' ' || q.source_id), '{}') into v_mails
  from public.contact_enrichment_queue q
  where (p_tenant_id is null or q.tenant_id = p_tenant_id)
    and q.source = 'email_signature' and q.source_id is not null
    and lower(btrim(q.email_address)) = v_email;

  -- signals
  delete from public.opportunity_signals s
  where (p_tenant_id is null or s.tenant_id = p_tenant_id)
    and (s.contact_id = any (v_contacts)
         or s.source_type = 'email' and s.tenant_id || ' ' || s.source_id = any (v_mails)
         or lower(s.context ->> 'from') = v_email);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('opportunity_signals', v_count);

  update public.opportunity_signals s
  set extracted_text = public.ms_text_without(s.extracted_text, v_email),
      context = public.ms_json_without(s.context, v_email),
      action_taken = public.ms_text_without(s.action_taken, v_email),
      action_result = public.ms_text_without(s.action_result, v_email)
  where (p_tenant_id is null or s.tenant_id = p_tenant_id)
    and position(v_email in lower(concat_ws(' ', s.extracted_text, s.context::text, s.action_taken, s.action_result))) > 0;

  -- requests, and rows that migrations have set aside
  delete from public.contact_enrichment_queue q
  where (p_tenant_id is null or q.tenant_id = p_tenant_id)
    and (lower(btrim(q.email_address)) = v_email
         or lower(btrim(q.extracted_data ->> 'email')) = v_email
         or q.contact_id = any (v_contacts)
         or q.merged_to_contact_id = any (v_contacts));
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('contact_enrichment_queue', v_count);

  update public.contact_enrichment_queue q
  set extracted_data = public.ms_json_without(q.extracted_data, v_email),
      merge_conflicts = public.ms_json_without(q.merge_conflicts, v_email),
      error_message = public.ms_text_without(q.error_message, v_email)
  where (p_tenant_id is null or q.tenant_id = p_tenant_id)
    and position(v_email in lower(concat_ws(' ', q.extracted_data::text, q.merge_conflicts::text, q.error_message))) > 0;

  delete from public.mailsignal_set_aside a
  where (p_tenant_id is null or a.tenant_id = p_tenant_id)
    and (position(v_email in lower(a.row_data::text)) > 0
         or (a.row_data ->> 'contact_id')::uuid = any (v_contacts)
         or (a.row_data ->> 'merged_to_contact_id')::uuid = any (v_contacts)
         or a.table_name = 'opportunity_signals' and a.tenant_id || ' ' || (a.row_data ->> 'source_id') = any (v_mails));
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('mailsignal_set_aside', v_count);

  -- feedback: the figures stay, the words go
  update public.feedback_requests f
  set contact_id = null, response_summary = null, response_email_id = null, updated_at = now()
  where (p_tenant_id is null or f.tenant_id = p_tenant_id)
    and (f.contact_id = any (v_contacts)
         or f.tenant_id || ' ' || f.response_email_id = any (v_mails)
         or position(v_email in lower(f.response_summary)) > 0);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('feedback_requests', v_count);

  -- quotes
  update public.quotes q
  set contact_id = case when q.contact_id = any (v_contacts) then null else q.contact_id end,
      intel = public.ms_json_without(
        case when q.contact_id = any (v_contacts) then q.intel - 'decision_makers' else q.intel end, v_email),
      description = public.ms_text_without(q.description, v_email),
      outcome_notes = public.ms_text_without(q.outcome_notes, v_email),
      updated_at = now()
  where (p_tenant_id is null or q.tenant_id = p_tenant_id)
    and (q.contact_id = any (v_contacts)
         or position(v_email in lower(concat_ws(' ', q.intel::text, q.description, q.outcome_notes))) > 0);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('quotes', v_count);

  update public.quote_activities a
  set notes = public.ms_text_without(a.notes, v_email), metadata = public.ms_json_without(a.metadata, v_email)
  where (p_tenant_id is null or a.tenant_id = p_tenant_id)
    and position(v_email in lower(concat_ws(' ', a.notes, a.metadata::text))) > 0;

  update public.quote_outcomes o
  set primary_reason = public.ms_text_without(o.primary_reason, v_email),
      learnings = public.ms_json_without(o.learnings, v_email)
  where (p_tenant_id is null or o.tenant_id = p_tenant_id)
    and position(v_email in lower(concat_ws(' ', o.primary_reason, o.learnings::text))) > 0;

  -- compliance
  update public.compliance_checks c
  set entity_name = case when c.entity_type = 'contact' and c.entity_id = any (v_contacts)
                         then '[erased]' else public.ms_text_without(c.entity_name, v_email) end,
      validation_errors = public.ms_json_without(c.validation_errors, v_email),
      notes = public.ms_text_without(c.notes, v_email),
      updated_at = now()
  where (p_tenant_id is null or c.tenant_id = p_tenant_id)
    and (c.entity_type = 'contact' and c.entity_id = any (v_contacts)
         or position(v_email in lower(concat_ws(' ', c.entity_name, c.validation_errors::text, c.notes))) > 0);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('compliance_checks', v_count);

  -- the CRM's own tables
  update public.deals d
  set title = public.ms_text_without(d.title, v_email), description = public.ms_text_without(d.description, v_email)
  where (p_tenant_id is null or d.tenant_id = p_tenant_id)
    and position(v_email in lower(concat_ws(' ', d.title, d.description))) > 0;

  update public.cases c
  set subject = public.ms_text_without(c.subject, v_email), description = public.ms_text_without(c.description, v_email)
  where (p_tenant_id is null or c.tenant_id = p_tenant_id)
    and position(v_email in lower(concat_ws(' ', c.subject, c.description))) > 0;

  -- A company's record may carry the person's address and name; where a value is required it becomes empty.
  select max(case when a.attname = 'email' and a.attnotnull then '' end),
         max(case when a.attname = 'primary_contact' and a.attnotnull then '' end)
  into v_no_email, v_no_name
  from pg_catalog.pg_attribute a
  where a.attrelid = 'public.clients'::regclass and a.attname in ('email', 'primary_contact');

  update public.clients k
  set email = case when lower(btrim(k.email)) = v_email then v_no_email else k.email end,
      primary_contact = case
        when lower(btrim(k.primary_contact)) = v_email
             or k.id = any (v_clients) and lower(btrim(k.primary_contact)) = any (v_names) then v_no_name
        else k.primary_contact end
  where (p_tenant_id is null or k.tenant_id = p_tenant_id)
    and (v_email in (lower(btrim(k.email)), lower(btrim(k.primary_contact)))
         or k.id = any (v_clients) and lower(btrim(k.primary_contact)) = any (v_names));
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('clients', v_count);

  -- Other contacts that mention the address.
  update public.contacts c
  set props = public.ms_json_without(c.props, v_email), notes = public.ms_text_without(c.notes, v_email)
  where (p_tenant_id is null or c.tenant_id = p_tenant_id)
    and c.id <> all (v_contacts)
    and position(v_email in lower(concat_ws(' ', c.props::text, c.notes))) > 0;

  -- Every column that tells of the person, for a contact that cannot be deleted.
  select string_agg(format('%I = %s', a.attname, case
           when not a.attnotnull then 'null'
           when a.atttypid = 'jsonb'::regtype then quote_literal('{}')
           when a.attname = 'email' then '''erased+'' || id || ''@invalid'''
           else quote_literal('[erased]') end), ', ')
  into v_blank
  from pg_catalog.pg_attribute a
  where a.attrelid = 'public.contacts'::regclass and a.attnum > 0 and not a.attisdropped
    and a.attname in ('first_name', 'last_name', 'name', 'full_name', 'title', 'email', 'phone', 'mobile', 'department',
                      'notes', 'props', 'linkedin', 'linkedin_url', 'twitter', 'twitter_url', 'website', 'address',
                      'company', 'tags');

  foreach v_contact in array v_contacts loop
    begin
      delete from public.contacts c where c.id = v_contact;
    exception
      when foreign_key_violation or restrict_violation or not_null_violation or raise_exception then
        execute 'update public.contacts set ' || v_blank || ' where id = $1' using v_contact;
        delete from public.contact_field_sources f where f.contact_id = v_contact;
        v_blanked := v_blanked + 1;
    end;
  end loop;
  v_counts := v_counts || jsonb_build_object(
    'contacts_deleted', cardinality(v_contacts) - v_blanked, 'contacts_blanked', v_blanked);

  if p_suppress then
    perform public.ms_suppress(p_tenant_id, v_email, p_reason);
  end if;

  insert into public.enrichment_erasures (tenant_id, address_hash, reason, counts)
  values (p_tenant_id, public.ms_address_hash(v_email), p_reason, v_counts);

  return v_counts;
end
$$;

comment on function public.ms_erase_person(uuid, text, text, boolean) is
  'Removes a person, by address, from a tenant''s data (null: from everybody''s), and suppresses the address. Counts.';

revoke execute on function public.ms_text_without(text, text), public.ms_json_without(jsonb, text),
  public.ms_erase_person(uuid, text, text, boolean) from public, anon, authenticated;
grant execute on function public.ms_text_without(text, text), public.ms_json_without(jsonb, text),
  public.ms_erase_person(uuid, text, text, boolean) to service_role;
