-- Additions to the engines' tables: indexes, the log of deal stages, default stages, quote numbers, compliance
-- periods, signal strength, four views.
--
-- The views run with the rights of the user who reads them, so that row security holds through them.

-- indexes -----------------------------------------------------------------------------------------------------

create index if not exists idx_deals_follow_up
  on public.deals (tenant_id, auto_follow_up_enabled, next_follow_up_at) where auto_follow_up_enabled = true;
create index if not exists idx_deals_stall_detection
  on public.deals (tenant_id, stage, last_activity_at)
  where stage not in ('won', 'lost', 'closed_won', 'closed_lost');
create index if not exists idx_enrichment_email
  on public.contact_enrichment_queue (tenant_id, email_address) where status = 'pending';
create index if not exists idx_quote_outcomes_analysis
  on public.quote_outcomes (tenant_id, outcome, recorded_at desc);

-- deals -------------------------------------------------------------------------------------------------------

create or replace function public.log_deal_stage_change()
returns trigger
language plpgsql
security definer   -- so that the log is complete whoever changes the stage
set search_path = ''
as $$
declare
  v_since timestamptz;
begin
  select max(h.changed_at) into v_since
  from public.deal_stage_history h
  where h.deal_id = new.id and h.tenant_id = new.tenant_id;

  insert into public.deal_stage_history
    (tenant_id, deal_id, from_stage, to_stage, changed_at, changed_by, days_in_previous_stage)
  values
    (new.tenant_id, new.id, old.stage, new.stage, now(),
     (select p.id from public.profiles p where p.id = auth.uid()),
     greatest(floor(extract(epoch from now() - coalesce(v_since, old.created_at)) / 86400), 0)::integer);

  return new;
end
$$;

comment on function public.log_deal_stage_change() is
  'Trigger: writes deal_stage_history. Days count from the last change of stage, else from the making of the deal.';

create or replace function public.update_deal_last_activity()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if (old.stage, old.value, old.probability, old.expected_close_date, old.description)
     is distinct from
     (new.stage, new.value, new.probability, new.expected_close_date, new.description)
  then
    new.last_activity_at := now();
  end if;
  return new;
end
$$;

comment on function public.update_deal_last_activity() is
  'Trigger: a change of stage, value, probability, closing date or description is activity.';

drop trigger if exists deal_stage_change on public.deals;
create trigger deal_stage_change
  after update on public.deals
  for each row when (old.stage is distinct from new.stage)
  execute function public.log_deal_stage_change();

drop trigger if exists deal_activity_update on public.deals;
create trigger deal_activity_update
  before update on public.deals
  for each row execute function public.update_deal_last_activity();

-- A trigger function is never called by name.
revoke execute on function public.log_deal_stage_change() from public, anon, authenticated, service_role;
revoke execute on function public.update_deal_last_activity() from public, anon, authenticated, service_role;

create or replace function public.seed_default_deal_stages(p_tenant_id uuid)
returns void
language sql
set search_path = ''
as $$
  insert into public.deal_stage_config
    (tenant_id, stage, max_days_before_stale, follow_up_interval_days, max_follow_ups)
  values
    (p_tenant_id, 'lead',          3,  2, 5),
    (p_tenant_id, 'qualified',     7,  3, 5),
    (p_tenant_id, 'proposal',      5,  2, 7),
    (p_tenant_id, 'negotiation',   7,  3, 5),
    (p_tenant_id, 'closed_won',  999, 30, 1),
    (p_tenant_id, 'closed_lost', 999, 30, 1)
  on conflict (tenant_id, stage) do nothing
$$;

comment on function public.seed_default_deal_stages(uuid) is
  'Gives a tenant the usual stages; those that it has stay as they are.';

do $$
begin
  perform public.seed_default_deal_stages(t.id) from public.tenants t;
end
$$;

-- quotes ------------------------------------------------------------------------------------------------------

create or replace function public.generate_quote_number(p_tenant_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_prefix text := 'Q-' || to_char(now() at time zone 'UTC', 'YYYY') || '-';
  v_next   bigint;
begin
  -- One caller of a tenant at a time: the number is safe when the quote is stored in the same transaction.
  perform pg_advisory_xact_lock(hashtextextended('quote_number:' || p_tenant_id, 0));

  select coalesce(max(substr(q.quote_number, length(v_prefix) + 1)::bigint), 0) + 1 into v_next
  from public.quotes q
  where q.tenant_id = p_tenant_id
    and q.quote_number ~ ('^' || v_prefix || '[0-9]{1,9}$');

  return v_prefix || lpad(v_next::text, greatest(4, length(v_next::text)), '0');
end
$$;

comment on function public.generate_quote_number(uuid) is 'The next number Q-YYYY-0001 of the tenant.';

-- compliance --------------------------------------------------------------------------------------------------

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

-- signals -----------------------------------------------------------------------------------------------------

create or replace function public.calculate_signal_strength(p_signal_type text, p_context jsonb)
returns numeric
language sql immutable
set search_path = ''
as $$
  -- A context that is not as expected adds nothing, and is no error.
  select round(least(1.0,
    case p_signal_type
      when 'complaint'          then 0.80
      when 'urgency'            then 0.90
      when 'budget_mention'     then 0.85
      when 'competitor_mention' then 0.75
      when 'expansion'          then 0.95
      when 'renewal'            then 0.90
      when 'upsell'             then 0.85
      when 'referral'           then 0.95
      when 'churn_risk'         then 0.95
      else 0.50
    end
    + case when p_context ->> 'keyword_count' ~ '^[0-9]{1,9}$'
           then case when (p_context ->> 'keyword_count')::integer > 2 then 0.10 else 0 end
           else 0 end
    + case when lower(p_context ->> 'is_decision_maker') = 'true' then 0.05 else 0 end
  ), 2)
$$;

comment on function public.calculate_signal_strength(text, jsonb) is
  'Base strength of the type; +0.10 for more than two keywords, +0.05 for a decision maker, at most 1.';

-- views -------------------------------------------------------------------------------------------------------

create or replace view public.deal_stage_velocity
with (security_invoker = true, security_barrier = true) as
select
  h.tenant_id,
  h.to_stage,
  count(*) as transitions,
  avg(h.days_in_previous_stage) as avg_days,
  percentile_cont(0.5) within group (order by h.days_in_previous_stage) as median_days,
  min(h.days_in_previous_stage) as min_days,
  max(h.days_in_previous_stage) as max_days
from public.deal_stage_history h
where h.changed_at > now() - interval '90 days'
group by h.tenant_id, h.to_stage;

create or replace view public.quote_win_rates
with (security_invoker = true, security_barrier = true) as
select
  q.tenant_id,
  count(*) as total_quotes,
  count(*) filter (where q.outcome = 'won') as won_count,
  count(*) filter (where q.outcome = 'lost') as lost_count,
  count(*) filter (where q.outcome = 'no_decision') as no_decision_count,
  round(count(*) filter (where q.outcome = 'won')::numeric / nullif(count(*), 0) * 100, 2) as win_rate_pct,
  avg(q.total_amount) filter (where q.outcome = 'won') as avg_won_amount,
  avg(q.total_amount) filter (where q.outcome = 'lost') as avg_lost_amount
from public.quotes q
where q.status in ('accepted', 'rejected', 'expired')
  and q.created_at > now() - interval '90 days'
group by q.tenant_id;

create or replace view public.signal_action_rates
with (security_invoker = true, security_barrier = true) as
select
  s.tenant_id,
  s.signal_type,
  count(*) as total_signals,
  count(*) filter (where s.actioned = true) as actioned_count,
  round(count(*) filter (where s.actioned = true)::numeric / nullif(count(*), 0) * 100, 2) as action_rate_pct,
  avg(s.signal_strength) as avg_strength,
  avg(extract(epoch from s.actioned_at - s.created_at) / 3600)
    filter (where s.actioned = true) as avg_hours_to_action
from public.opportunity_signals s
where s.created_at > now() - interval '90 days'
group by s.tenant_id, s.signal_type;

create or replace view public.compliance_completion_rates
with (security_invoker = true, security_barrier = true) as
select
  c.tenant_id,
  s.compliance_type,
  count(*) as total_checks,
  count(*) filter (where c.status = 'completed') as completed_count,
  count(*) filter (where c.status = 'overdue') as overdue_count,
  count(*) filter (where c.status = 'waived') as waived_count,
  round(count(*) filter (where c.status = 'completed')::numeric / nullif(count(*), 0) * 100, 2)
    as completion_rate_pct,
  avg(extract(day from c.completed_at - c.created_at))
    filter (where c.status = 'completed') as avg_days_to_complete
from public.compliance_checks c
join public.compliance_schedule s on s.id = c.schedule_id and s.tenant_id = c.tenant_id
where c.created_at > now() - interval '90 days'
group by c.tenant_id, s.compliance_type;

grant select on public.deal_stage_velocity, public.quote_win_rates, public.signal_action_rates,
  public.compliance_completion_rates to authenticated;
