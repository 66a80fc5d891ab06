-- Functions of deals, quotes and signals, mended on databases that have an older text of them.
--
-- Stall detection knows won, lost, closed_won and closed_lost, and stops at the stage's max_follow_ups. Quotes past
-- valid_until are left alone. The log of stages counts days from the last change of stage. Quote numbers come from
-- a counter, so that callers at the same time get different ones. Every function has a fixed search_path.

create table if not exists public.quote_number_counters (
  tenant_id   uuid not null references public.tenants (id) on delete cascade,
  year        integer not null,
  last_number integer not null,
  primary key (tenant_id, year)
);

comment on table public.quote_number_counters is 'The last quote number given out, by tenant and year (UTC).';

alter table public.quote_number_counters enable row level security;
drop policy if exists tenant_isolation on public.quote_number_counters;
create policy tenant_isolation on public.quote_number_counters for all to authenticated
  using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
  with check (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())));
drop policy if exists service_role_all on public.quote_number_counters;
create policy service_role_all on public.quote_number_counters
  for all to service_role using (true) with check (true);
revoke all on public.quote_number_counters from anon, authenticated, service_role;
grant select, insert, update on public.quote_number_counters to authenticated, service_role;

do $$
begin
  if pg_catalog.pg_get_indexdef(pg_catalog.to_regclass('public.idx_deals_stall_detection')) not like '%closed_won%' then
    drop index public.idx_deals_stall_detection;
  end if;
end
$$;

create index if not exists idx_deals_stall_detection
  on public.deals (tenant_id, stage, last_activity_at)
  where stage not in ('won', 'lost', 'closed_won', 'closed_lost');

create or replace function public.get_stalled_deals(p_tenant_id uuid, p_limit integer default 20)
returns table (
  deal_id             uuid,
  title               text,
  stage               text,
  client_id           uuid,
  contact_id          uuid,
  value               numeric,
  last_activity_at    timestamptz,
  days_since_activity integer,
  stalled_threshold   integer
)
language sql stable
set search_path = ''
as $$
  -- A day is 24 hours here, so that the answer depends neither on the session's time zone nor on summer time.
  select
    d.id,
    d.title::text,
    d.stage::text,
    d.client_id,
    d.contact_id,
    d.value::numeric,
    d.last_activity_at,
    floor(extract(epoch from now() - coalesce(d.last_activity_at, d.created_at)) / 86400)::integer,
    coalesce(c.max_days_before_stale, 7)
  from public.deals d
  left join public.deal_stage_config c on c.tenant_id = d.tenant_id and c.stage = d.stage
  where d.tenant_id = p_tenant_id
    and d.stage not in ('won', 'lost', 'closed_won', 'closed_lost')
    and d.auto_follow_up_enabled = true
    and coalesce(d.follow_up_count, 0) < coalesce(c.max_follow_ups, 5)
    and coalesce(d.last_activity_at, d.created_at)
        < now() - coalesce(c.max_days_before_stale, 7) * interval '24 hours'
  order by coalesce(d.last_activity_at, d.created_at), d.id
  limit greatest(p_limit, 0)
$$;

comment on function public.get_stalled_deals(uuid, integer) is
  'Open deals with follow-up on and follow-ups left, silent for longer than their stage allows; longest first.';

create or replace function public.get_quotes_needing_followup(p_tenant_id uuid, p_limit integer default 20)
returns table (
  quote_id                uuid,
  quote_number            text,
  title                   text,
  client_id               uuid,
  contact_id              uuid,
  total_amount            numeric,
  status                  text,
  days_since_last_contact integer,
  follow_up_count         integer,
  max_follow_ups          integer
)
language sql stable
set search_path = ''
as $$
  -- A quote may be chased as often as it says itself, and no more often than the stage of its deal allows.
  -- It is valid to the end of its last day (UTC).
  select
    q.id,
    q.quote_number,
    q.title,
    q.client_id,
    q.contact_id,
    q.total_amount,
    q.status,
    floor(extract(epoch from now() - coalesce(q.last_follow_up_at, q.sent_at)) / 86400)::integer,
    coalesce(q.follow_up_count, 0),
    least(coalesce(q.max_follow_ups, 5), c.max_follow_ups)
  from public.quotes q
  left join public.deals d on d.id = q.deal_id and d.tenant_id = q.tenant_id
  left join public.deal_stage_config c on c.tenant_id = d.tenant_id and c.stage = d.stage
  where q.tenant_id = p_tenant_id
    and q.status in ('sent', 'viewed')
    and q.outcome is null
    and coalesce(q.follow_up_count, 0) < least(coalesce(q.max_follow_ups, 5), c.max_follow_ups)
    and (q.next_follow_up_at is null or q.next_follow_up_at <= now())
    and (q.valid_until is null or q.valid_until >= (now() at time zone 'UTC')::date)
  order by q.total_amount desc, coalesce(q.last_follow_up_at, q.sent_at), q.id
  limit greatest(p_limit, 0)
$$;

comment on function public.get_quotes_needing_followup(uuid, integer) is
  'Sent or viewed quotes without outcome, still valid, with follow-ups left and due; largest first.';

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

create or replace function public.generate_quote_number(p_tenant_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_year   integer := extract(year from now() at time zone 'UTC');
  v_prefix text := 'Q-' || v_year || '-';
  v_number integer;
  v_result text;
begin
  loop
    -- The row of the counter is locked until the caller's transaction ends: numbers are distinct, and a
    -- transaction that is rolled back leaves no gap.
    update public.quote_number_counters c
    set last_number = c.last_number + 1
    where c.tenant_id = p_tenant_id and c.year = v_year
    returning c.last_number into v_number;

    if not found then
      insert into public.quote_number_counters (tenant_id, year, last_number)
      values (p_tenant_id, v_year, 0)
      on conflict (tenant_id, year) do nothing;
    else
      v_result := v_prefix || lpad(v_number::text, greatest(4, length(v_number::text)), '0');
      exit when not exists (
        select 1 from public.quotes q where q.tenant_id = p_tenant_id and q.quote_number = v_result);
    end if;

    -- First number of the year, or a number that somebody typed in: go past the highest in use.
    update public.quote_number_counters c
    set last_number = greatest(
          c.last_number,
          (select coalesce(max(substr(q.quote_number, length(v_prefix) + 1)::integer), 0)
           from public.quotes q
           where q.tenant_id = p_tenant_id
             and q.quote_number ~ ('^' || v_prefix || '[0-9]{1,9}$')))
    where c.tenant_id = p_tenant_id and c.year = v_year;
  end loop;

  return v_result;
end
$$;

comment on function public.generate_quote_number(uuid) is
  'The next number Q-YYYY-0001 of the tenant; distinct for every committed caller. The year is that of UTC.';

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
