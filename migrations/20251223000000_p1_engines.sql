-- The engines' tables: feedback, deals, quotes, contact enrichment, opportunity signals, compliance.
--
-- Ten tables, five columns on deals, three functions that list what is due, indexes, row security. Names, columns
-- and types are those that the CRM's other code reads and writes. On a database that has them already, tables
-- and columns stay as they are; functions and policies are brought to the text below.

-- feedback ----------------------------------------------------------------------------------------------------

create table if not exists public.feedback_requests (
  id                         uuid primary key default gen_random_uuid(),
  tenant_id                  uuid not null references public.tenants (id) on delete cascade,
  order_id                   uuid not null references public.orders (id) on delete cascade,
  client_id                  uuid not null references public.clients (id) on delete cascade,
  contact_id                 uuid references public.contacts (id) on delete set null,
  status                     text not null default 'pending'
                             check (status in ('pending', 'sent', 'responded', 'expired', 'skipped')),
  delivery_date              timestamptz not null,
  scheduled_for              timestamptz not null,
  sent_at                    timestamptz,
  responded_at               timestamptz,
  expires_at                 timestamptz,
  has_open_case              boolean default false,
  skip_reason                text,
  response_email_id          text,
  sentiment                  text check (sentiment in ('positive', 'neutral', 'negative')),
  sentiment_score            numeric(3, 2) check (sentiment_score between -1 and 1),
  response_summary           text,
  case_created_id            uuid,
  service_recovery_triggered boolean default false,
  created_at                 timestamptz not null default now(),
  updated_at                 timestamptz not null default now(),
  unique (tenant_id, order_id)
);

comment on table public.feedback_requests is 'One request for feedback for each delivered order.';
comment on column public.feedback_requests.scheduled_for is 'Delivery plus seven days.';
comment on column public.feedback_requests.expires_at is 'Thirty days after sending.';
comment on column public.feedback_requests.response_email_id is 'The answering mail, as the CRM knows it.';

create index if not exists idx_feedback_pending
  on public.feedback_requests (tenant_id, status, scheduled_for) where status = 'pending';
create index if not exists idx_feedback_order on public.feedback_requests (order_id);

-- deals -------------------------------------------------------------------------------------------------------

alter table public.deals
  add column if not exists last_activity_at       timestamptz default now(),
  add column if not exists stalled_at             timestamptz,
  add column if not exists auto_follow_up_enabled boolean default true,
  add column if not exists next_follow_up_at      timestamptz,
  add column if not exists follow_up_count        integer default 0;

create table if not exists public.deal_stage_history (
  id                     uuid primary key default gen_random_uuid(),
  tenant_id              uuid not null references public.tenants (id) on delete cascade,
  deal_id                uuid not null references public.deals (id) on delete cascade,
  from_stage             text,
  to_stage               text not null,
  changed_at             timestamptz not null default now(),
  changed_by             uuid references public.profiles (id),
  reason                 text,
  days_in_previous_stage integer,
  created_at             timestamptz not null default now()
);

comment on column public.deal_stage_history.days_in_previous_stage is
  'Whole days since the previous change of stage, or since the deal was made.';

create index if not exists idx_deal_history on public.deal_stage_history (deal_id, changed_at desc);
create index if not exists idx_deal_history_tenant on public.deal_stage_history (tenant_id, changed_at desc);

create table if not exists public.deal_stage_config (
  id                      uuid primary key default gen_random_uuid(),
  tenant_id               uuid not null references public.tenants (id) on delete cascade,
  stage                   text not null,
  max_days_before_stale   integer default 7,
  follow_up_interval_days integer default 3,
  max_follow_ups          integer default 5,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  unique (tenant_id, stage)
);

-- quotes ------------------------------------------------------------------------------------------------------

create table if not exists public.quotes (
  id                 uuid primary key default gen_random_uuid(),
  tenant_id          uuid not null references public.tenants (id) on delete cascade,
  client_id          uuid not null references public.clients (id) on delete cascade,
  contact_id         uuid references public.contacts (id) on delete set null,
  deal_id            uuid references public.deals (id) on delete set null,
  quote_number       text not null,
  title              text not null,
  description        text,
  status             text not null default 'draft'
                     check (status in ('draft', 'pending_approval', 'sent', 'viewed',
                                       'accepted', 'rejected', 'expired', 'countered')),
  total_amount       numeric(12, 2) not null,
  line_items         jsonb default '[]',
  valid_until        date,
  sent_at            timestamptz,
  viewed_at          timestamptz,
  responded_at       timestamptz,
  view_count         integer default 0,
  outcome            text check (outcome in ('won', 'lost', 'no_decision')),
  outcome_reason     text,
  outcome_competitor text,
  outcome_notes      text,
  intel              jsonb default '{}',
  last_follow_up_at  timestamptz,
  follow_up_count    integer default 0,
  next_follow_up_at  timestamptz,
  max_follow_ups     integer default 5,
  created_by         uuid references public.profiles (id),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  unique (tenant_id, quote_number)
);

comment on column public.quotes.intel is
  'What is known of the deal: budget, timeline, decision_makers, requirements.';

create index if not exists idx_quotes_status on public.quotes (tenant_id, status);
create index if not exists idx_quotes_client on public.quotes (client_id);
create index if not exists idx_quotes_followup
  on public.quotes (tenant_id, next_follow_up_at) where status in ('sent', 'viewed');

create table if not exists public.quote_activities (
  id            uuid primary key default gen_random_uuid(),
  tenant_id     uuid not null references public.tenants (id) on delete cascade,
  quote_id      uuid not null references public.quotes (id) on delete cascade,
  activity_type text not null,
  notes         text,
  metadata      jsonb,
  created_by    uuid references public.profiles (id),
  created_at    timestamptz not null default now()
);

comment on column public.quote_activities.activity_type is
  'created, sent, viewed, follow_up, response or outcome.';

create index if not exists idx_quote_activities on public.quote_activities (quote_id, created_at desc);

create table if not exists public.quote_outcomes (
  id                uuid primary key default gen_random_uuid(),
  tenant_id         uuid not null references public.tenants (id) on delete cascade,
  quote_id          uuid not null references public.quotes (id) on delete cascade,
  outcome           text not null check (outcome in ('won', 'lost', 'no_decision')),
  primary_reason    text,
  secondary_reasons text[],
  competitor        text,
  our_amount        numeric(12, 2),
  competitor_amount numeric(12, 2),
  learnings         jsonb,
  recorded_at       timestamptz not null default now(),
  recorded_by       uuid references public.profiles (id)
);

-- contact enrichment and signals ------------------------------------------------------------------------------

create table if not exists public.contact_enrichment_queue (
  id                   uuid primary key default gen_random_uuid(),
  tenant_id            uuid not null references public.tenants (id) on delete cascade,
  contact_id           uuid references public.contacts (id) on delete cascade,
  email_address        text,
  source               text not null,
  source_id            text,
  status               text default 'pending'
                       check (status in ('pending', 'processing', 'completed', 'failed', 'skipped')),
  extracted_data       jsonb default '{}',
  merged_to_contact_id uuid references public.contacts (id),
  merge_conflicts      jsonb default '[]',
  error_message        text,
  created_at           timestamptz not null default now(),
  processed_at         timestamptz
);

comment on column public.contact_enrichment_queue.source is 'email_signature, apollo, manual or web_search.';
comment on column public.contact_enrichment_queue.source_id is 'The mail as the CRM knows it, or another origin.';

create index if not exists idx_enrichment_pending
  on public.contact_enrichment_queue (tenant_id, status) where status = 'pending';

create table if not exists public.opportunity_signals (
  id              uuid primary key default gen_random_uuid(),
  tenant_id       uuid not null references public.tenants (id) on delete cascade,
  source_type     text not null,
  source_id       text not null,
  client_id       uuid references public.clients (id) on delete cascade,
  contact_id      uuid references public.contacts (id) on delete cascade,
  signal_type     text not null,
  signal_strength numeric(3, 2) default 0.5 check (signal_strength >= 0 and signal_strength <= 1),
  extracted_text  text,
  context         jsonb default '{}',
  actioned        boolean default false,
  actioned_at     timestamptz,
  action_taken    text,
  action_result   text,
  created_at      timestamptz not null default now()
);

comment on column public.opportunity_signals.source_type is 'email, case, order, deal or call.';
comment on column public.opportunity_signals.context is
  'keywords, extractedAmount, keyword_count, is_decision_maker, and what else explains the strength.';

create index if not exists idx_signals_unactioned
  on public.opportunity_signals (tenant_id, actioned, signal_strength desc) where actioned = false;
create index if not exists idx_signals_client on public.opportunity_signals (client_id, created_at desc);

-- compliance --------------------------------------------------------------------------------------------------

create table if not exists public.compliance_schedule (
  id                       uuid primary key default gen_random_uuid(),
  tenant_id                uuid not null references public.tenants (id) on delete cascade,
  compliance_type          text not null,
  description              text,
  frequency                text not null default 'quarterly'
                           check (frequency in ('monthly', 'quarterly', 'semi_annual', 'annual')),
  next_due_at              timestamptz not null,
  last_completed_at        timestamptz,
  target_entity_type       text not null,
  target_filter            jsonb default '{}',
  required_fields          jsonb default '[]',
  notification_days_before integer default 14,
  escalation_days_after    integer default 7,
  is_active                boolean default true,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now()
);

comment on column public.compliance_schedule.target_entity_type is 'client, contact or vendor.';

create index if not exists idx_compliance_schedule_due
  on public.compliance_schedule (tenant_id, next_due_at) where is_active = true;

create table if not exists public.compliance_checks (
  id                 uuid primary key default gen_random_uuid(),
  tenant_id          uuid not null references public.tenants (id) on delete cascade,
  schedule_id        uuid references public.compliance_schedule (id) on delete set null,
  entity_type        text not null,
  entity_id          uuid not null,
  entity_name        text,
  period_start       date not null,
  period_end         date not null,
  due_at             timestamptz not null,
  status             text not null default 'pending'
                     check (status in ('pending', 'in_progress', 'awaiting_response',
                                       'completed', 'overdue', 'escalated', 'waived')),
  required_fields    jsonb default '[]',
  missing_fields     jsonb default '[]',
  validation_errors  jsonb default '[]',
  reminder_sent_at   timestamptz,
  reminder_count     integer default 0,
  escalation_sent_at timestamptz,
  escalated_to       uuid references public.profiles (id),
  completed_at       timestamptz,
  completed_by       uuid references public.profiles (id),
  waived_reason      text,
  notes              text,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);

create index if not exists idx_compliance_due
  on public.compliance_checks (tenant_id, status, due_at)
  where status in ('pending', 'in_progress', 'overdue');
create index if not exists idx_compliance_entity on public.compliance_checks (entity_type, entity_id);

-- what is due -------------------------------------------------------------------------------------------------

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

-- row security ------------------------------------------------------------------------------------------------

do $$
declare
  v_table text;
begin
  foreach v_table in array array[
    'feedback_requests', 'deal_stage_history', 'deal_stage_config', 'quotes', 'quote_activities', 'quote_outcomes',
    'contact_enrichment_queue', 'opportunity_signals', 'compliance_schedule', 'compliance_checks']
  loop
    execute format('alter table public.%I enable row level security', v_table);

    -- auth.uid() stands in a scalar sub-select: it is then read once for each query, not once for each row.
    execute format('drop policy if exists tenant_isolation on public.%I', v_table);
    execute format($p$
      create policy tenant_isolation on public.%I for all to authenticated
        using (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
        with check (tenant_id in (select p.tenant_id from public.profiles p where p.id = (select auth.uid())))
      $p$, v_table);

    execute format('drop policy if exists service_role_all on public.%I', v_table);
    execute format(
      'create policy service_role_all on public.%I for all to service_role using (true) with check (true)',
      v_table);
  end loop;
end
$$;
