-- Natural keys: reading a mail twice, or making a period's checks twice, adds nothing.
--
--   signals   (tenant_id, source_type, source_id, signal_type)
--   queue     (tenant_id, source, lower(email_address), source_id), nulls not distinct
--   checks    (tenant_id, schedule_id, entity_id, period_start)
--
-- Rows that stand in the way are moved to mailsignal_set_aside, whole; the strongest, then the oldest, stays. The
-- rollback puts them back. signal_type is held to the nine types; an unknown one of an older row becomes
-- "legacy:<type>", which no new row can need.

create table if not exists public.mailsignal_set_aside (
  id         uuid primary key default gen_random_uuid(),
  tenant_id  uuid not null references public.tenants (id) on delete cascade,
  table_name text not null,
  row_id     uuid not null,
  row_data   jsonb not null,
  reason     text not null,
  created_at timestamptz not null default now(),
  unique (table_name, row_id, reason)
);

comment on table public.mailsignal_set_aside is
  'Rows as they were before a migration took them out of the way or mended them.';

create index if not exists mailsignal_set_aside_tenant_id_idx on public.mailsignal_set_aside (tenant_id);

alter table public.mailsignal_set_aside enable row level security;
drop policy if exists service_role_all on public.mailsignal_set_aside;
create policy service_role_all on public.mailsignal_set_aside
  for all to service_role using (true) with check (true);
revoke all on public.mailsignal_set_aside from anon, authenticated;

lock table public.opportunity_signals, public.contact_enrichment_queue, public.compliance_checks
  in share row exclusive mode;

-- signal types ------------------------------------------------------------------------------------------------

do $$
declare
  v_types constant text[] := array[
    'complaint', 'urgency', 'budget_mention', 'competitor_mention', 'expansion', 'renewal', 'upsell', 'referral',
    'churn_risk'];
begin
  if exists (
    select 1 from pg_catalog.pg_constraint
    where conrelid = 'public.opportunity_signals'::regclass and conname = 'opportunity_signals_signal_type_check')
  then
    return;
  end if;

  insert into public.mailsignal_set_aside (tenant_id, table_name, row_id, row_data, reason)
  select s.tenant_id, 'opportunity_signals', s.id, to_jsonb(s), 'signal type'
  from public.opportunity_signals s
  where s.signal_type <> all (v_types)
  on conflict do nothing;

  -- "Churn Risk" and "churn-risk" are churn_risk.
  update public.opportunity_signals s
  set signal_type = case when n.type = any (v_types) then n.type else 'legacy:' || s.signal_type end
  from (
    select o.id, regexp_replace(lower(btrim(o.signal_type)), '[[:space:]-]+', '_', 'g') as type
    from public.opportunity_signals o
    where o.signal_type <> all (v_types)) n
  where n.id = s.id;

  alter table public.opportunity_signals
    add constraint opportunity_signals_signal_type_check check (
      signal_type in ('complaint', 'urgency', 'budget_mention', 'competitor_mention', 'expansion', 'renewal', 'upsell',
                      'referral', 'churn_risk')
      or signal_type like 'legacy:%');
end
$$;

-- signals -----------------------------------------------------------------------------------------------------

with ranked as (
  select s.id, row_number() over (
    partition by s.tenant_id, s.source_type, s.source_id, s.signal_type
    order by coalesce(s.actioned, false) desc, s.signal_strength desc nulls last, s.created_at, s.id) as place
  from public.opportunity_signals s
), removed as (
  delete from public.opportunity_signals s using ranked r
  where r.id = s.id and r.place > 1
  returning s.*
)
insert into public.mailsignal_set_aside (tenant_id, table_name, row_id, row_data, reason)
select r.tenant_id, 'opportunity_signals', r.id, to_jsonb(r), 'duplicate' from removed r
on conflict do nothing;

create unique index if not exists opportunity_signals_natural_key
  on public.opportunity_signals (tenant_id, source_type, source_id, signal_type);

-- queue -------------------------------------------------------------------------------------------------------

-- A request that names only a contact would share one key with every other such request of the tenant.
create or replace function public.enrichment_queue_key()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.email_address is null and new.source_id is null and new.contact_id is not null then
    new.source_id := 'contact:' || new.contact_id;
  end if;
  return new;
end
$$;

comment on function public.enrichment_queue_key() is
  'Trigger: a request with a contact, but neither address nor source_id, gets source_id "contact:<id>".';

revoke execute on function public.enrichment_queue_key() from public, anon, authenticated, service_role;

drop trigger if exists enrichment_queue_key on public.contact_enrichment_queue;
create trigger enrichment_queue_key
  before insert on public.contact_enrichment_queue
  for each row when (new.email_address is null and new.source_id is null)
  execute function public.enrichment_queue_key();

update public.contact_enrichment_queue q
set source_id = 'contact:' || q.contact_id
where q.email_address is null and q.source_id is null and q.contact_id is not null;

with ranked as (
  select q.id, row_number() over (
    partition by q.tenant_id, q.source, lower(q.email_address), q.source_id
    order by array_position(array['completed', 'processing', 'pending', 'skipped', 'failed'], q.status),
             q.created_at, q.id) as place
  from public.contact_enrichment_queue q
), removed as (
  delete from public.contact_enrichment_queue q using ranked r
  where r.id = q.id and r.place > 1
  returning q.*
)
insert into public.mailsignal_set_aside (tenant_id, table_name, row_id, row_data, reason)
select r.tenant_id, 'contact_enrichment_queue', r.id, to_jsonb(r), 'duplicate' from removed r
on conflict do nothing;

create unique index if not exists contact_enrichment_queue_natural_key
  on public.contact_enrichment_queue (tenant_id, source, lower(email_address), source_id) nulls not distinct;

-- checks ------------------------------------------------------------------------------------------------------

with ranked as (
  select c.id, row_number() over (
    partition by c.tenant_id, c.schedule_id, c.entity_id, c.period_start
    order by array_position(array['completed', 'waived', 'escalated', 'overdue', 'awaiting_response', 'in_progress',
                                  'pending'], c.status),
             c.created_at, c.id) as place
  from public.compliance_checks c
  where c.schedule_id is not null
), removed as (
  delete from public.compliance_checks c using ranked r
  where r.id = c.id and r.place > 1
  returning c.*
)
insert into public.mailsignal_set_aside (tenant_id, table_name, row_id, row_data, reason)
select r.tenant_id, 'compliance_checks', r.id, to_jsonb(r), 'duplicate' from removed r
on conflict do nothing;

create unique index if not exists compliance_checks_natural_key
  on public.compliance_checks (tenant_id, schedule_id, entity_id, period_start);
