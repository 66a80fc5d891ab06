-- Provenance: where each field of a contact came from, when, and how sure that was. It answers "where did you get
-- this?", and tells a merge whom to trust more. Values are not repeated here.

create table if not exists public.contact_field_sources (
  contact_id  uuid not null references public.contacts (id) on delete cascade,
  field       text not null,
  tenant_id   uuid not null references public.tenants (id) on delete cascade,
  source      text not null,
  queue_id    uuid references public.contact_enrichment_queue (id) on delete set null,
  confidence  numeric(3, 2) check (confidence between 0 and 1),
  observed_at timestamptz not null default now(),
  primary key (contact_id, field)
);

comment on table public.contact_field_sources is 'The origin of each field of a contact that enrichment has written.';
comment on column public.contact_field_sources.field is 'A column of contacts, or props.<key>.';
comment on column public.contact_field_sources.source is 'email_signature, apollo, web_search or manual.';

create index if not exists contact_field_sources_tenant_id_idx on public.contact_field_sources (tenant_id);
create index if not exists contact_field_sources_queue_id_idx on public.contact_field_sources (queue_id);

alter table public.contact_field_sources enable row level security;
drop policy if exists tenant_isolation on public.contact_field_sources;
create policy tenant_isolation on public.contact_field_sources for select to authenticated
  using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())));
drop policy if exists service_role_all on public.contact_field_sources;
create policy service_role_all on public.contact_field_sources
  for all to service_role using (true) with check (true);
drop policy if exists worker_writes on public.contact_field_sources;
create policy worker_writes on public.contact_field_sources for all to mailsignal_worker
  using (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id))
  with check (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));

revoke all on public.contact_field_sources from anon, authenticated;
grant select on public.contact_field_sources to authenticated;
grant select, insert, update on public.contact_field_sources to mailsignal_worker;

create or replace function public.ms_record_sources(
  p_tenant_id   uuid,
  p_contact_id  uuid,
  p_source      text,
  p_queue_id    uuid,
  p_fields      text[],
  p_confidences numeric[] default null)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  insert into public.contact_field_sources as f (contact_id, field, tenant_id, source, queue_id, confidence)
  select c.id, u.field, c.tenant_id, p_source, p_queue_id, max(u.confidence)
  from unnest(p_fields, p_confidences) u (field, confidence)
  join public.contacts c on c.id = p_contact_id and c.tenant_id = p_tenant_id
  where u.field is not null
  group by c.id, u.field, c.tenant_id
  order by u.field
  on conflict (contact_id, field) do update
  set source = excluded.source, queue_id = excluded.queue_id, confidence = excluded.confidence, observed_at = now();
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.ms_record_sources(uuid, uuid, text, uuid, text[], numeric[]) is
  'Notes that these fields of the contact now come from this source; how many.';

revoke execute on function public.ms_record_sources(uuid, uuid, text, uuid, text[], numeric[])
  from public, anon, authenticated;
grant execute on function public.ms_record_sources(uuid, uuid, text, uuid, text[], numeric[])
  to mailsignal_worker, service_role;
