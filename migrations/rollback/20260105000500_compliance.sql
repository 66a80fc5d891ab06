-- Undoes 20260105000500_compliance.sql.

create or replace function public.get_compliance_due(p_tenant_id uuid, p_limit integer default 20)
returns table (
  check_id       uuid,
  schedule_id    uuid,
  entity_type    text,
  entity_id      uuid,
  entity_name    text,
  due_at         timestamptz,
  status         text,
  days_until_due integer,
  is_overdue     boolean,
  reminder_count integer
)
language sql stable
set search_path = ''
as $$
  select
    c.id,
    c.schedule_id,
    c.entity_type,
    c.entity_id,
    c.entity_name,
    c.due_at,
    c.status,
    trunc(extract(epoch from c.due_at - now()) / 86400)::integer,
    c.due_at < now(),
    coalesce(c.reminder_count, 0)
  from public.compliance_checks c
  left join public.compliance_schedule s on s.id = c.schedule_id
  where c.tenant_id = p_tenant_id
    and c.status in ('pending', 'in_progress', 'awaiting_response', 'overdue')
    and c.due_at <= now() + coalesce(s.notification_days_before, 14) * interval '24 hours'
  order by c.due_at < now() desc, c.due_at, c.id
  limit greatest(p_limit, 0)
$$;

comment on function public.get_compliance_due(uuid, integer) is
  'Open checks inside their notification window or overdue; overdue first.';

create or replace function public.advance_compliance_schedule(p_schedule_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Counted in UTC: the result must not depend on the session's time zone.
  update public.compliance_schedule s
  set next_due_at = (s.next_due_at at time zone 'UTC' + public.compliance_interval(s.frequency)) at time zone 'UTC',
      last_completed_at = now(),
      updated_at = now()
  where s.id = p_schedule_id;

  if not found then
    raise exception 'schedule not found: %', p_schedule_id using errcode = 'no_data_found';
  end if;
end
$$;

comment on function public.advance_compliance_schedule(uuid) is 'Moves a schedule on by one period.';

create or replace function public.create_compliance_checks_from_schedule(p_schedule_id uuid, p_entities jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_schedule public.compliance_schedule;
  v_end      date;
  v_count    integer;
begin
  select * into v_schedule from public.compliance_schedule s where s.id = p_schedule_id for update;

  if not found then
    raise exception 'schedule not found: %', p_schedule_id using errcode = 'no_data_found';
  end if;

  v_end := (v_schedule.next_due_at at time zone 'UTC')::date;

  insert into public.compliance_checks
    (tenant_id, schedule_id, entity_type, entity_id, entity_name, period_start, period_end, due_at, required_fields)
  select distinct on ((e.value ->> 'id')::uuid)
    v_schedule.tenant_id, v_schedule.id, v_schedule.target_entity_type,
    (e.value ->> 'id')::uuid, e.value ->> 'name',
    (v_end - public.compliance_interval(v_schedule.frequency))::date, v_end,
    v_schedule.next_due_at, v_schedule.required_fields
  from jsonb_array_elements(coalesce(p_entities, '[]')) e
  where not exists (
    select 1 from public.compliance_checks c
    where c.schedule_id = v_schedule.id
      and c.entity_id = (e.value ->> 'id')::uuid
      and c.period_end = v_end);

  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.create_compliance_checks_from_schedule(uuid, jsonb) is
  'One check for each entity [{"id", "name"}] and the period that ends when the schedule is due; how many are new.';

drop function if exists public.advance_compliance_states(uuid);
drop function if exists public.record_compliance_reminder(uuid);
grant execute on function public.compliance_interval(text) to public, anon;

do $$
begin
  if pg_catalog.pg_get_indexdef(pg_catalog.to_regclass('public.idx_compliance_due')) like '%awaiting_response%' then
    drop index public.idx_compliance_due;
  end if;
end
$$;

create index if not exists idx_compliance_due
  on public.compliance_checks (tenant_id, status, due_at)
  where status in ('pending', 'in_progress', 'overdue');

alter table public.compliance_checks drop column if exists escalated_at;
alter table public.compliance_schedule
  drop column if exists anchor_day,
  drop column if exists reminder_interval_days,
  drop column if exists max_reminders;
