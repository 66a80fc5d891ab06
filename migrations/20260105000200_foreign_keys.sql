-- Foreign keys: erasing a contact is never blocked, no row points into another tenant, every key has its index.
--
-- Deleting a contact empties merged_to_contact_id instead of failing. Queue and signals are held to contacts and
-- clients of their own tenant by triggers; a second, composite key would make the CRM's embedded selects ambiguous.
-- Older rows that point elsewhere lose the pointer; the row as it was is kept in mailsignal_set_aside.

do $$
begin
  if not exists (
    select 1 from pg_catalog.pg_constraint
    where conrelid = 'public.contact_enrichment_queue'::regclass
      and conname = 'contact_enrichment_queue_merged_to_contact_id_fkey' and confdeltype = 'n')
  then
    alter table public.contact_enrichment_queue
      drop constraint if exists contact_enrichment_queue_merged_to_contact_id_fkey;
    alter table public.contact_enrichment_queue
      add constraint contact_enrichment_queue_merged_to_contact_id_fkey
      foreign key (merged_to_contact_id) references public.contacts (id) on delete set null;
  end if;
end
$$;

-- older rows --------------------------------------------------------------------------------------------------

insert into public.mailsignal_set_aside (tenant_id, table_name, row_id, row_data, reason)
select q.tenant_id, 'contact_enrichment_queue', q.id, to_jsonb(q), 'other tenant'
from public.contact_enrichment_queue q
where exists (
  select 1 from public.contacts c
  where c.id in (q.contact_id, q.merged_to_contact_id) and c.tenant_id is distinct from q.tenant_id)
on conflict do nothing;

update public.contact_enrichment_queue q
set contact_id = (select c.id from public.contacts c where c.id = q.contact_id and c.tenant_id = q.tenant_id),
    merged_to_contact_id =
      (select c.id from public.contacts c where c.id = q.merged_to_contact_id and c.tenant_id = q.tenant_id)
where exists (
  select 1 from public.contacts c
  where c.id in (q.contact_id, q.merged_to_contact_id) and c.tenant_id is distinct from q.tenant_id);

insert into public.mailsignal_set_aside (tenant_id, table_name, row_id, row_data, reason)
select s.tenant_id, 'opportunity_signals', s.id, to_jsonb(s), 'other tenant'
from public.opportunity_signals s
where exists (
    select 1 from public.contacts c where c.id = s.contact_id and c.tenant_id is distinct from s.tenant_id)
  or exists (
    select 1 from public.clients c where c.id = s.client_id and c.tenant_id is distinct from s.tenant_id)
on conflict do nothing;

update public.opportunity_signals s
set contact_id = (select c.id from public.contacts c where c.id = s.contact_id and c.tenant_id = s.tenant_id),
    client_id = (select c.id from public.clients c where c.id = s.client_id and c.tenant_id = s.tenant_id)
where exists (
    select 1 from public.contacts c where c.id = s.contact_id and c.tenant_id is distinct from s.tenant_id)
  or exists (
    select 1 from public.clients c where c.id = s.client_id and c.tenant_id is distinct from s.tenant_id);

-- new rows ----------------------------------------------------------------------------------------------------

create or replace function public.enrichment_queue_tenant()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.contact_id is not null and not exists (
    select 1 from public.contacts c where c.id = new.contact_id and c.tenant_id = new.tenant_id)
  then
    raise exception 'contact_id % is no contact of tenant %', new.contact_id, new.tenant_id
      using errcode = 'foreign_key_violation';
  end if;
  if new.merged_to_contact_id is not null and not exists (
    select 1 from public.contacts c where c.id = new.merged_to_contact_id and c.tenant_id = new.tenant_id)
  then
    raise exception 'merged_to_contact_id % is no contact of tenant %', new.merged_to_contact_id, new.tenant_id
      using errcode = 'foreign_key_violation';
  end if;
  return new;
end
$$;

comment on function public.enrichment_queue_tenant() is 'Trigger: a request concerns contacts of its own tenant.';

create or replace function public.opportunity_signal_tenant()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.contact_id is not null and not exists (
    select 1 from public.contacts c where c.id = new.contact_id and c.tenant_id = new.tenant_id)
  then
    raise exception 'contact_id % is no contact of tenant %', new.contact_id, new.tenant_id
      using errcode = 'foreign_key_violation';
  end if;
  if new.client_id is not null and not exists (
    select 1 from public.clients c where c.id = new.client_id and c.tenant_id = new.tenant_id)
  then
    raise exception 'client_id % is no client of tenant %', new.client_id, new.tenant_id
      using errcode = 'foreign_key_violation';
  end if;
  return new;
end
$$;

comment on function public.opportunity_signal_tenant() is
  'Trigger: a signal concerns a contact and a client of its own tenant.';

revoke execute on function public.enrichment_queue_tenant() from public, anon, authenticated, service_role;
revoke execute on function public.opportunity_signal_tenant() from public, anon, authenticated, service_role;

drop trigger if exists enrichment_queue_tenant on public.contact_enrichment_queue;
create trigger enrichment_queue_tenant
  before insert or update of tenant_id, contact_id, merged_to_contact_id on public.contact_enrichment_queue
  for each row when (new.contact_id is not null or new.merged_to_contact_id is not null)
  execute function public.enrichment_queue_tenant();

drop trigger if exists opportunity_signal_tenant on public.opportunity_signals;
create trigger opportunity_signal_tenant
  before insert or update of tenant_id, contact_id, client_id on public.opportunity_signals
  for each row when (new.contact_id is not null or new.client_id is not null)
  execute function public.opportunity_signal_tenant();

-- indexes -----------------------------------------------------------------------------------------------------

create index if not exists feedback_requests_client_id_idx on public.feedback_requests (client_id);
create index if not exists feedback_requests_contact_id_idx on public.feedback_requests (contact_id);
create index if not exists deal_stage_history_changed_by_idx on public.deal_stage_history (changed_by);
create index if not exists quotes_contact_id_idx on public.quotes (contact_id);
create index if not exists quotes_deal_id_idx on public.quotes (deal_id);
create index if not exists quotes_created_by_idx on public.quotes (created_by);
create index if not exists quote_activities_tenant_id_idx on public.quote_activities (tenant_id);
create index if not exists quote_activities_created_by_idx on public.quote_activities (created_by);
create index if not exists quote_outcomes_quote_id_idx on public.quote_outcomes (quote_id);
create index if not exists quote_outcomes_recorded_by_idx on public.quote_outcomes (recorded_by);
create index if not exists contact_enrichment_queue_contact_id_idx
  on public.contact_enrichment_queue (contact_id);
create index if not exists contact_enrichment_queue_merged_to_contact_id_idx
  on public.contact_enrichment_queue (merged_to_contact_id);
create index if not exists opportunity_signals_contact_id_idx on public.opportunity_signals (contact_id);
create index if not exists compliance_schedule_tenant_id_idx on public.compliance_schedule (tenant_id);
create index if not exists compliance_checks_schedule_id_idx on public.compliance_checks (schedule_id);
create index if not exists compliance_checks_escalated_to_idx on public.compliance_checks (escalated_to);
create index if not exists compliance_checks_completed_by_idx on public.compliance_checks (completed_by);
