-- Tables, columns, types, keys, functions and views as the CRM knows them.

begin;
select * from no_plan();

create temp table want (table_name text, columns text) on commit drop;
insert into want values
  ('feedback_requests', 'id uuid, tenant_id uuid, order_id uuid, client_id uuid, contact_id uuid, status text,
    delivery_date timestamptz, scheduled_for timestamptz, sent_at timestamptz, responded_at timestamptz,
    expires_at timestamptz, has_open_case bool, skip_reason text, response_email_id text, sentiment text,
    sentiment_score numeric, response_summary text, case_created_id uuid, service_recovery_triggered bool,
    created_at timestamptz, updated_at timestamptz'),
  ('deal_stage_history', 'id uuid, tenant_id uuid, deal_id uuid, from_stage text, to_stage text,
    changed_at timestamptz, changed_by uuid, reason text, days_in_previous_stage int4, created_at timestamptz'),
  ('deal_stage_config', 'id uuid, tenant_id uuid, stage text, max_days_before_stale int4,
    follow_up_interval_days int4, max_follow_ups int4, created_at timestamptz, updated_at timestamptz'),
  ('quotes', 'id uuid, tenant_id uuid, client_id uuid, contact_id uuid, deal_id uuid, quote_number text, title text,
    description text, status text, total_amount numeric, line_items jsonb, valid_until date, sent_at timestamptz,
    viewed_at timestamptz, responded_at timestamptz, view_count int4, outcome text, outcome_reason text,
    outcome_competitor text, outcome_notes text, intel jsonb, last_follow_up_at timestamptz, follow_up_count int4,
    next_follow_up_at timestamptz, max_follow_ups int4, created_by uuid, created_at timestamptz,
    updated_at timestamptz'),
  ('quote_activities', 'id uuid, tenant_id uuid, quote_id uuid, activity_type text, notes text, metadata jsonb,
    created_by uuid, created_at timestamptz'),
  ('quote_outcomes', 'id uuid, tenant_id uuid, quote_id uuid, outcome text, primary_reason text,
    secondary_reasons _text, competitor text, our_amount numeric, competitor_amount numeric, learnings jsonb,
    recorded_at timestamptz, recorded_by uuid'),
  ('contact_enrichment_queue', 'id uuid, tenant_id uuid, contact_id uuid, email_address text, source text,
    source_id text, status text, extracted_data jsonb, merged_to_contact_id uuid, merge_conflicts jsonb,
    error_message text, created_at timestamptz, processed_at timestamptz, attempts int4, max_attempts int4,
    run_at timestamptz, locked_until timestamptz, lease_token uuid, credits_used numeric, priority int2'),
  ('opportunity_signals', 'id uuid, tenant_id uuid, source_type text, source_id text, client_id uuid,
    contact_id uuid, signal_type text, signal_strength numeric, extracted_text text, context jsonb, actioned bool,
    actioned_at timestamptz, action_taken text, action_result text, created_at timestamptz'),
  ('compliance_schedule', 'id uuid, tenant_id uuid, compliance_type text, description text, frequency text,
    next_due_at timestamptz, last_completed_at timestamptz, target_entity_type text, target_filter jsonb,
    required_fields jsonb, notification_days_before int4, escalation_days_after int4, is_active bool,
    created_at timestamptz, updated_at timestamptz, anchor_day int2, reminder_interval_days int4,
    max_reminders int4'),
  ('compliance_checks', 'id uuid, tenant_id uuid, schedule_id uuid, entity_type text, entity_id uuid,
    entity_name text, period_start date, period_end date, due_at timestamptz, status text, required_fields jsonb,
    missing_fields jsonb, validation_errors jsonb, reminder_sent_at timestamptz, reminder_count int4,
    escalation_sent_at timestamptz, escalated_to uuid, completed_at timestamptz, completed_by uuid,
    waived_reason text, notes text, created_at timestamptz, updated_at timestamptz, escalated_at timestamptz');

select is(
  (select string_agg(c.column_name || ' ' || c.udt_name, ', ' order by c.ordinal_position)
   from information_schema.columns c
   where c.table_schema = 'public' and c.table_name = w.table_name),
  regexp_replace(w.columns, '\s+', ' ', 'g'),
  'columns of ' || w.table_name)
from want w;

select col_type_is('public', 'feedback_requests', 'sentiment_score', 'numeric(3,2)', 'sentiment_score');
select col_type_is('public', 'opportunity_signals', 'signal_strength', 'numeric(3,2)', 'signal_strength');
select col_type_is('public', 'quotes', 'total_amount', 'numeric(12,2)', 'total_amount');

select col_is_pk('public', w.table_name, 'id', w.table_name || ' has its key') from want w;
select col_default_is('public', w.table_name, 'id', 'gen_random_uuid()', w.table_name || ' makes its ids') from want w;
select col_not_null('public', w.table_name, 'tenant_id', w.table_name || ' belongs to a tenant') from want w;
select fk_ok('public', w.table_name, 'tenant_id', 'public', 'tenants', 'id') from want w;

-- columns of deals
select col_type_is('public', 'deals', 'last_activity_at', 'timestamp with time zone', 'deals.last_activity_at');
select col_default_is('public', 'deals', 'last_activity_at', 'now()', 'deals.last_activity_at is now');
select col_type_is('public', 'deals', 'stalled_at', 'timestamp with time zone', 'deals.stalled_at');
select col_default_is('public', 'deals', 'auto_follow_up_enabled', 'true', 'deals.auto_follow_up_enabled is on');
select col_type_is('public', 'deals', 'next_follow_up_at', 'timestamp with time zone', 'deals.next_follow_up_at');
select col_default_is('public', 'deals', 'follow_up_count', '0', 'deals.follow_up_count starts at 0');

-- what happens to rows when what they point to goes
create temp table rules on commit drop as
select c.conrelid::regclass::text as table_name, a.attname as column_name, c.confdeltype as action
from pg_constraint c
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
where c.contype = 'f' and c.connamespace = 'public'::regnamespace;

select is(r.action, w.action::"char", format('%s.%s on delete: %s', w.table_name, w.column_name, w.action))
from (values
  ('feedback_requests', 'contact_id', 'n'), ('deal_stage_history', 'deal_id', 'c'), ('quotes', 'contact_id', 'n'),
  ('quotes', 'deal_id', 'n'), ('quote_activities', 'quote_id', 'c'), ('quote_outcomes', 'quote_id', 'c'),
  ('contact_enrichment_queue', 'contact_id', 'c'), ('contact_enrichment_queue', 'merged_to_contact_id', 'n'),
  ('compliance_checks', 'schedule_id', 'n')) as w (table_name, column_name, action)
left join rules r using (table_name, column_name);

select is(count(*), 0::bigint, 'every table goes with its tenant')
from rules r where r.column_name = 'tenant_id' and r.action <> 'c'
  and r.table_name not in ('tenants', 'profiles', 'clients', 'contacts', 'orders', 'cases', 'deals');

-- natural keys
select col_is_unique('public', 'feedback_requests', array['tenant_id', 'order_id'], 'one request for an order');
select col_is_unique('public', 'deal_stage_config', array['tenant_id', 'stage'], 'one row for a stage');
select col_is_unique('public', 'quotes', array['tenant_id', 'quote_number'], 'a quote number is unique in a tenant');
select index_is_unique('public', 'opportunity_signals', 'opportunity_signals_natural_key', 'signals have a natural key');
select has_index('public', 'opportunity_signals', 'opportunity_signals_natural_key',
  array['tenant_id', 'source_type', 'source_id', 'signal_type'], 'of tenant, source and type');
select index_is_unique('public', 'compliance_checks', 'compliance_checks_natural_key', 'checks have a natural key');
select has_index('public', 'compliance_checks', 'compliance_checks_natural_key',
  array['tenant_id', 'schedule_id', 'entity_id', 'period_start'], 'of tenant, schedule, entity and period');
select ok(i.indisunique and i.indnullsnotdistinct, 'the queue has a natural key in which null equals null')
from pg_index i where i.indexrelid = 'public.contact_enrichment_queue_natural_key'::regclass;

-- the CRM's indexes
select has_index('public', t, i, i) from (values
  ('feedback_requests', 'idx_feedback_pending'), ('deal_stage_history', 'idx_deal_history'),
  ('deal_stage_history', 'idx_deal_history_tenant'), ('quotes', 'idx_quotes_status'), ('quotes', 'idx_quotes_client'),
  ('quotes', 'idx_quotes_followup'), ('quote_activities', 'idx_quote_activities'),
  ('contact_enrichment_queue', 'idx_enrichment_pending'), ('opportunity_signals', 'idx_signals_unactioned'),
  ('opportunity_signals', 'idx_signals_client'), ('compliance_schedule', 'idx_compliance_schedule_due'),
  ('compliance_checks', 'idx_compliance_due'), ('deals', 'idx_deals_follow_up'),
  ('deals', 'idx_deals_stall_detection'), ('contact_enrichment_queue', 'idx_enrichment_email'),
  ('quote_outcomes', 'idx_quote_outcomes_analysis')) as x (t, i);

-- functions and views
select has_function('public', f, a::text[], f) from (values
  ('get_stalled_deals', '{uuid,integer}'), ('get_quotes_needing_followup', '{uuid,integer}'),
  ('get_compliance_due', '{uuid,integer}'), ('seed_default_deal_stages', '{uuid}'),
  ('generate_quote_number', '{uuid}'), ('advance_compliance_schedule', '{uuid}'),
  ('create_compliance_checks_from_schedule', '{uuid,jsonb}'), ('calculate_signal_strength', '{text,jsonb}'),
  ('log_deal_stage_change', '{}'), ('update_deal_last_activity', '{}')) as x (f, a);

select is(
  (select string_agg(a.attname || ' ' || format_type(a.atttypid, null), ', ' order by a.attnum)
   from pg_attribute a where a.attrelid = ('public.' || v)::regclass and a.attnum > 0),
  c, 'columns of ' || v)
from (values
  ('deal_stage_velocity', 'tenant_id uuid, to_stage text, transitions bigint, avg_days numeric, '
    'median_days double precision, min_days integer, max_days integer'),
  ('quote_win_rates', 'tenant_id uuid, total_quotes bigint, won_count bigint, lost_count bigint, '
    'no_decision_count bigint, win_rate_pct numeric, avg_won_amount numeric, avg_lost_amount numeric'),
  ('signal_action_rates', 'tenant_id uuid, signal_type text, total_signals bigint, actioned_count bigint, '
    'action_rate_pct numeric, avg_strength numeric, avg_hours_to_action numeric'),
  ('compliance_completion_rates', 'tenant_id uuid, compliance_type text, total_checks bigint, '
    'completed_count bigint, overdue_count bigint, waived_count bigint, completion_rate_pct numeric, '
    'avg_days_to_complete numeric')) as x (v, c);

-- checks on values
\ir fixtures/two_tenants.sql
prepare bad_type as insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)
  values ('a0000000-0000-0000-0000-000000000000', 'email', 'm1', 'banana');
select throws_ok('bad_type', '23514', null, 'an unknown signal type is refused');
prepare bad_strength as insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type, signal_strength)
  values ('a0000000-0000-0000-0000-000000000000', 'email', 'm1', 'urgency', 1.01);
select throws_ok('bad_strength', '23514', null, 'a strength above 1 is refused');
select lives_ok(format(
  'insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)
   values (''a0000000-0000-0000-0000-000000000000'', ''email'', ''m1'', %L)', t), t || ' is a signal')
from unnest(array['complaint', 'urgency', 'budget_mention', 'competitor_mention', 'expansion', 'renewal', 'upsell',
                  'referral', 'churn_risk']) t;
prepare twice as insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type)
  values ('a0000000-0000-0000-0000-000000000000', 'email', 'm1', 'urgency');
select throws_ok('twice', '23505', null, 'the same mail makes no second signal of a type');

insert into public.contact_enrichment_queue (tenant_id, source, email_address)
  values ('a0000000-0000-0000-0000-000000000000', 'apollo', 'Jane@Acme.example');
prepare queued_twice as insert into public.contact_enrichment_queue (tenant_id, source, email_address)
  values ('a0000000-0000-0000-0000-000000000000', 'apollo', 'jane@acme.example');
select throws_ok('queued_twice', '23505', null, 'the same request, in other case and without source_id, is refused');
select lives_ok($$
  insert into public.contact_enrichment_queue (tenant_id, source, contact_id) values
    ('a0000000-0000-0000-0000-000000000000', 'manual', 'a3000000-0000-0000-0000-000000000001'),
    ('a0000000-0000-0000-0000-000000000000', 'manual', 'a3000000-0000-0000-0000-000000000002') $$,
  'two contacts without address are two requests');

prepare foreign_contact as insert into public.contact_enrichment_queue (tenant_id, source, contact_id)
  values ('a0000000-0000-0000-0000-000000000000', 'web_search', 'b3000000-0000-0000-0000-000000000001');
select throws_ok('foreign_contact', '23503', null, 'a request cannot name a contact of another tenant');
prepare foreign_merge as update public.contact_enrichment_queue
  set merged_to_contact_id = 'b3000000-0000-0000-0000-000000000001' where source = 'apollo';
select throws_ok('foreign_merge', '23503', null, 'nor be merged into one');
prepare foreign_signal as insert into public.opportunity_signals (tenant_id, source_type, source_id, signal_type, client_id)
  values ('a0000000-0000-0000-0000-000000000000', 'email', 'm2', 'urgency', 'b2000000-0000-0000-0000-000000000001');
select throws_ok('foreign_signal', '23503', null, 'nor a signal a client of one');

update public.contact_enrichment_queue set merged_to_contact_id = 'a3000000-0000-0000-0000-000000000001'
  where source = 'apollo';
select lives_ok($$ delete from public.contacts where id = 'a3000000-0000-0000-0000-000000000001' $$,
  'a contact that others were merged into can be deleted');
select is(merged_to_contact_id, null, 'and leaves the request behind') from public.contact_enrichment_queue
  where source = 'apollo';

select * from finish();
rollback;
