-- Compliance: more than one reminder, overdue and escalated are reached, months keep their last day.
--
-- A check that awaits a response comes back after reminder_interval_days, up to max_reminders. A timer calls
-- advance_compliance_states(): open checks past their date become overdue, and escalated after
-- escalation_days_after; escalated_at says when, escalation_sent_at stays with whoever sends the notice.
-- Checks are counted only when they are new.

alter table public.compliance_schedule
  add column if not exists anchor_day             smallint check (anchor_day between 1 and 31),
  add column if not exists reminder_interval_days integer not null default 3 check (reminder_interval_days > 0),
  add column if not exists max_reminders          integer not null default 5 check (max_reminders >= 0);

comment on column public.compliance_schedule.anchor_day is
  'The day of the month the schedule goes back to after a shorter month; kept by advance_compliance_schedule().';

alter table public.compliance_checks
  add column if not exists escalated_at timestamptz;

comment on column public.compliance_checks.escalated_at is
  'When the check became escalated; escalation_sent_at is when somebody was told.';

do $$
begin
  if pg_catalog.pg_get_indexdef(pg_catalog.to_regclass('public.idx_compliance_due')) not like '%awaiting_response%' then
    drop index public.idx_compliance_due;
  end if;
end
$$;

create index if not exists idx_compliance_due
  on public.compliance_checks (tenant_id, status, due_at)
  where status in ('pending', 'in_progress', 'awaiting_response', 'overdue');

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
  -- A check that was reminded of comes back when the schedule's interval has passed, while reminders are left;
  -- at once when it has become overdue since; and for ever, interval by interval, once it is overdue.
  -- An escalated check is a person's business and is not listed.
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
    and (c.reminder_sent_at is null
         or (c.due_at < now() and c.reminder_sent_at < c.due_at)
         or (c.reminder_sent_at <= now() - coalesce(s.reminder_interval_days, 3) * interval '24 hours'
             and (c.due_at < now() or coalesce(c.reminder_count, 0) < coalesce(s.max_reminders, 5))))
  order by c.due_at < now() desc, c.due_at, c.id
  limit greatest(p_limit, 0)
$$;

comment on function public.get_compliance_due(uuid, integer) is
  'Open checks inside their notification window or overdue that want a (further) reminder; overdue first.';

create or replace function public.record_compliance_reminder(p_check_id uuid)
returns integer
language sql
set search_path = ''
as $$
  update public.compliance_checks c
  set status = case when c.status in ('pending', 'in_progress') then 'awaiting_response' else c.status end,
      reminder_count = coalesce(c.reminder_count, 0) + 1,
      reminder_sent_at = now(),
      updated_at = now()
  where c.id = p_check_id
    and c.status in ('pending', 'in_progress', 'awaiting_response', 'overdue')
  returning c.reminder_count
$$;

comment on function public.record_compliance_reminder(uuid) is
  'Notes that a reminder has gone out; how many there are now, or null when the check is no longer open.';

create or replace function public.advance_compliance_states(p_tenant_id uuid default null)
returns table (overdue integer, escalated integer)
language plpgsql
set search_path = ''
as $$
begin
  update public.compliance_checks c
  set status = 'overdue', updated_at = now()
  where (p_tenant_id is null or c.tenant_id = p_tenant_id)
    and c.status in ('pending', 'in_progress', 'awaiting_response')
    and c.due_at < now();
  get diagnostics overdue = row_count;

  update public.compliance_checks c
  set status = 'escalated', escalated_at = now(), updated_at = now()
  where (p_tenant_id is null or c.tenant_id = p_tenant_id)
    and c.status = 'overdue'
    and c.due_at < now() - interval '24 hours' * coalesce(
          (select s.escalation_days_after from public.compliance_schedule s where s.id = c.schedule_id), 7);
  get diagnostics escalated = row_count;

  return next;
end
$$;

comment on function public.advance_compliance_states(uuid) is
  'Makes late checks overdue, and escalated when they stay so; for one tenant or all. Call it on a timer.';

create or replace function public.compliance_interval(p_frequency text)
returns interval
language sql immutable
set search_path = ''
as $$
  select case p_frequency
    when 'monthly'     then interval '1 month'
    when 'quarterly'   then interval '3 months'
    when 'semi_annual' then interval '6 months'
    when 'annual'      then interval '1 year'
  end
$$;

comment on function public.compliance_interval(text) is 'The length of one period of a compliance schedule.';

create or replace function public.advance_compliance_schedule(p_schedule_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_due    timestamp;   -- in UTC: the result must not depend on the session's time zone
  v_next   timestamp;
  v_day    integer;
  v_row    public.compliance_schedule;
begin
  select * into v_row from public.compliance_schedule s where s.id = p_schedule_id for update;

  if not found then
    raise exception 'schedule not found: %', p_schedule_id using errcode = 'no_data_found';
  end if;

  v_due := v_row.next_due_at at time zone 'UTC';
  v_day := extract(day from v_due);

  -- A schedule on the 31st falls on the 28th in February and goes back to the 31st in March. The remembered day
  -- counts only while the date stands at the end of its month: else somebody has moved it since.
  if v_row.anchor_day > v_day and extract(day from v_due + interval '1 day') = 1 then
    v_day := v_row.anchor_day;
  end if;

  v_next := v_due + public.compliance_interval(v_row.frequency);
  v_next := v_next
    + (least(v_day, extract(day from date_trunc('month', v_next) + interval '1 month - 1 day')::integer)
       - extract(day from v_next)::integer) * interval '1 day';

  update public.compliance_schedule s
  set next_due_at = v_next at time zone 'UTC',
      anchor_day = v_day,
      last_completed_at = now(),
      updated_at = now()
  where s.id = p_schedule_id;
end
$$;

comment on function public.advance_compliance_schedule(uuid) is
  'Moves a schedule on by one period, keeping its day of the month where the month has it.';

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
  select * into v_schedule from public.compliance_schedule s where s.id = p_schedule_id;

  if not found then
    raise exception 'schedule not found: %', p_schedule_id using errcode = 'no_data_found';
  end if;

  -- The period ends when the schedule is due, whatever day it is today: the same call a day later adds nothing.
  v_end := (v_schedule.next_due_at at time zone 'UTC')::date;

  insert into public.compliance_checks
    (tenant_id, schedule_id, entity_type, entity_id, entity_name, period_start, period_end, due_at, required_fields)
  select
    v_schedule.tenant_id, v_schedule.id, v_schedule.target_entity_type,
    (e.value ->> 'id')::uuid, e.value ->> 'name',
    (v_end - public.compliance_interval(v_schedule.frequency))::date, v_end,
    v_schedule.next_due_at, v_schedule.required_fields
  from jsonb_array_elements(coalesce(p_entities, '[]')) e
  order by e.value ->> 'id'
  on conflict (tenant_id, schedule_id, entity_id, period_start) do nothing;

  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.create_compliance_checks_from_schedule(uuid, jsonb) is
  'One check for each entity [{"id", "name"}] and the period that ends when the schedule is due; how many are new.';

revoke execute
  on function public.record_compliance_reminder(uuid), public.advance_compliance_states(uuid),
     public.compliance_interval(text)
  from public, anon;
grant execute
  on function public.record_compliance_reminder(uuid), public.advance_compliance_states(uuid),
     public.compliance_interval(text)
  to authenticated, service_role;
