-- Deals, quotes and signal strength at their edges.

begin;
select * from no_plan();
\ir fixtures/two_tenants.sql
\set A '''a0000000-0000-0000-0000-000000000000'''
\set B '''b0000000-0000-0000-0000-000000000000'''

-- empty tenants
insert into public.tenants (id, name) values ('c0000000-0000-0000-0000-000000000000', 'Empty');
select is((select count(*) from public.get_stalled_deals('c0000000-0000-0000-0000-000000000000')), 0::bigint, 'no deals');
select is((select count(*) from public.get_quotes_needing_followup('c0000000-0000-0000-0000-000000000000')), 0::bigint,
  'no quotes');
select is((select count(*) from public.get_stalled_deals(null)), 0::bigint, 'no tenant');

-- stall detection
delete from public.deals;
insert into public.deals (tenant_id, title, stage, last_activity_at, follow_up_count, auto_follow_up_enabled) values
  (:A, 'exactly seven days', 'custom',      now() - interval '168 hours', 0, true),
  (:A, 'a second more',      'custom',      now() - interval '168 hours 1 second', 0, true),
  (:A, 'twenty days',        'custom',      now() - interval '480 hours', 0, true),
  (:A, 'switched off',       'custom',      now() - interval '480 hours', 0, false),
  (:A, 'won',                'won',         now() - interval '480 hours', 0, true),
  (:A, 'lost',               'lost',        now() - interval '480 hours', 0, true),
  (:A, 'closed_won',         'closed_won',  now() - interval '480 hours', 0, true),
  (:A, 'closed_lost',        'closed_lost', now() - interval '480 hours', 0, true),
  (:A, 'default spent',      'custom',      now() - interval '480 hours', 5, true),
  (:B, 'of B',               'custom',      now() - interval '480 hours', 0, true);
select results_eq(
  'select title, days_since_activity, stalled_threshold from public.get_stalled_deals(''a0000000-0000-0000-0000-000000000000'')',
  $$ values ('twenty days', 20, 7), ('a second more', 7, 7) $$, 'stalled for more than seven days, open, longest first');
select is((select count(*) from public.get_stalled_deals(:A, 1)), 1::bigint, 'the limit holds');
select is((select count(*) from public.get_stalled_deals(:A, 0)), 0::bigint, 'a limit of none');

select public.seed_default_deal_stages(:A) \g /dev/null
select public.seed_default_deal_stages(:A) \g /dev/null
select is((select count(*) from public.deal_stage_config where tenant_id = :A), 6::bigint, 'six stages, seeded twice');
delete from public.deals where tenant_id = :A;
insert into public.deals (tenant_id, title, stage, last_activity_at, follow_up_count) values
  (:A, 'lead, 4 days',         'lead',      now() - interval '96 hours', 0),
  (:A, 'qualified, 4 days',    'qualified', now() - interval '96 hours', 0),
  (:A, 'proposal, 6 chasings', 'proposal',  now() - interval '144 hours', 6),
  (:A, 'proposal, 7 chasings', 'proposal',  now() - interval '144 hours', 7);
select results_eq(
  'select title, stalled_threshold from public.get_stalled_deals(''a0000000-0000-0000-0000-000000000000'')',
  $$ values ('proposal, 6 chasings', 5), ('lead, 4 days', 3) $$, 'the stage tells how long, and how often');

insert into public.deals (id, tenant_id, title, stage, last_activity_at, created_at)
  values ('a5000000-0000-0000-0000-000000000009', :A, 'never', 'lead', null, now() - interval '960 hours');
select is((select days_since_activity from public.get_stalled_deals(:A) where title = 'never'), 40,
  'without activity the making of the deal counts');

-- summer time begins between the dates: days are 24 hours in every zone
set local timezone = 'America/New_York';
select is((select days_since_activity from public.get_stalled_deals(:A) where title = 'never'), 40, 'in New York');
set local timezone = 'Pacific/Kiritimati';
select is((select days_since_activity from public.get_stalled_deals(:A) where title = 'never'), 40, 'in Kiritimati');
set local timezone = 'UTC';

-- history of stages
insert into public.deals (id, tenant_id, title, stage, created_at, updated_at)
  values ('a5000000-0000-0000-0000-000000000010', :A, 'history', 'lead', now() - interval '30 days', now());
update public.deals set title = 'renamed' where id = 'a5000000-0000-0000-0000-000000000010';
select is_empty($$ select 1 from public.deal_stage_history where deal_id = 'a5000000-0000-0000-0000-000000000010' $$,
  'a new title is no new stage');
update public.deals set stage = 'qualified', updated_at = now() where id = 'a5000000-0000-0000-0000-000000000010';
select results_eq(
  $$ select from_stage, to_stage, days_in_previous_stage, tenant_id from public.deal_stage_history
     where deal_id = 'a5000000-0000-0000-0000-000000000010' $$,
  $$ values ('lead', 'qualified', 30, 'a0000000-0000-0000-0000-000000000000'::uuid) $$,
  'the first stage counts from the making of the deal, not from updated_at');
update public.deal_stage_history set changed_at = now() - interval '9 days'
  where deal_id = 'a5000000-0000-0000-0000-000000000010';
update public.deals set stage = 'proposal', updated_at = now() where id = 'a5000000-0000-0000-0000-000000000010';
select is(days_in_previous_stage, 9, 'the next counts from the last change') from public.deal_stage_history
  where deal_id = 'a5000000-0000-0000-0000-000000000010' and to_stage = 'proposal';

set local role authenticated;
set local request.jwt.claims = '{"sub": "a1000000-0000-0000-0000-000000000001", "role": "authenticated"}';
update public.deals set stage = 'negotiation' where id = 'a5000000-0000-0000-0000-000000000010';
select is(changed_by, 'a1000000-0000-0000-0000-000000000001', 'the user is noted') from public.deal_stage_history
  where deal_id = 'a5000000-0000-0000-0000-000000000010' and to_stage = 'negotiation';
reset role;
set local request.jwt.claims = '{"sub": "f1000000-0000-0000-0000-000000000001"}';
select lives_ok($$ update public.deals set stage = 'won' where id = 'a5000000-0000-0000-0000-000000000010' $$,
  'a user without profile does not stop the change');
set local request.jwt.claims = '';

-- activity
update public.deals set last_activity_at = now() - interval '5 days' where id = 'a5000000-0000-0000-0000-000000000010';
select is(last_activity_at, now() - interval '5 days', 'setting the time itself is respected') from public.deals
  where id = 'a5000000-0000-0000-0000-000000000010';
update public.deals set title = 'x' where id = 'a5000000-0000-0000-0000-000000000010';
select is(last_activity_at, now() - interval '5 days', 'a title is no activity') from public.deals
  where id = 'a5000000-0000-0000-0000-000000000010';
update public.deals set value = 7 where id = 'a5000000-0000-0000-0000-000000000010';
select is(last_activity_at, now(), 'a value is') from public.deals where id = 'a5000000-0000-0000-0000-000000000010';

-- quotes to follow up
insert into public.deals (id, tenant_id, title, stage) values
  ('a5000000-0000-0000-0000-000000000020', :A, 'chased at most once', 'closed_won');
insert into public.quotes (tenant_id, client_id, quote_number, title, status, total_amount, sent_at, valid_until,
                           outcome, follow_up_count, next_follow_up_at, deal_id, last_follow_up_at) values
  (:A, 'a2000000-0000-0000-0000-000000000001', '1', 'small',     'sent',   10, now() - interval '50 hours', null, null, 0, null, null, null),
  (:A, 'a2000000-0000-0000-0000-000000000001', '2', 'large',     'viewed', 99, now() - interval '9 days', null, null, 4, now(), null, now() - interval '72 hours'),
  (:A, 'a2000000-0000-0000-0000-000000000001', '3', 'today',     'sent',    5, now(), (now() at time zone 'UTC')::date, null, 0, null, null, null),
  (:A, 'a2000000-0000-0000-0000-000000000001', '4', 'yesterday', 'sent',   50, now(), (now() at time zone 'UTC')::date - 1, null, 0, null, null, null),
  (:A, 'a2000000-0000-0000-0000-000000000001', '5', 'spent',     'sent',   50, now(), null, null, 5, null, null, null),
  (:A, 'a2000000-0000-0000-0000-000000000001', '6', 'later',     'sent',   50, now(), null, null, 0, now() + interval '1 second', null, null),
  (:A, 'a2000000-0000-0000-0000-000000000001', '7', 'decided',   'sent',   50, now(), null, 'lost', 0, null, null, null),
  (:A, 'a2000000-0000-0000-0000-000000000001', '8', 'draft',     'draft',  50, null, null, null, 0, null, null, null),
  (:A, 'a2000000-0000-0000-0000-000000000001', '9', 'its stage', 'sent',   50, now(), null, null, 1, null, 'a5000000-0000-0000-0000-000000000020', null);
select results_eq(
  $$ select title, days_since_last_contact, follow_up_count, max_follow_ups
     from public.get_quotes_needing_followup('a0000000-0000-0000-0000-000000000000') $$,
  $$ values ('large', 3, 4, 5), ('small', 2, 0, 5), ('today', 0, 0, 5) $$,
  'sent or viewed, undecided, valid, due, with follow-ups left; largest first');
update public.quotes set follow_up_count = 0 where title = 'its stage';
select is((select max_follow_ups from public.get_quotes_needing_followup(:A) where title = 'its stage'), 1,
  'the stage of the deal bounds follow-ups of its quote');

-- quote numbers
select is(public.generate_quote_number(:B), to_char(now() at time zone 'UTC', '"Q-"YYYY"-0001"'), 'the first number');
select is(public.generate_quote_number(:B), to_char(now() at time zone 'UTC', '"Q-"YYYY"-0002"'), 'the second');
select is(public.generate_quote_number('c0000000-0000-0000-0000-000000000000'),
  to_char(now() at time zone 'UTC', '"Q-"YYYY"-0001"'), 'another tenant has its own');
insert into public.quotes (tenant_id, client_id, quote_number, title, total_amount) values
  (:B, 'b2000000-0000-0000-0000-000000000001', to_char(now() at time zone 'UTC', '"Q-"YYYY"-0003"'), 'typed in', 1),
  (:B, 'b2000000-0000-0000-0000-000000000001', to_char(now() at time zone 'UTC', '"Q-"YYYY"-9999"'), 'typed in', 1),
  (:B, 'b2000000-0000-0000-0000-000000000001', to_char(now() at time zone 'UTC', '"Q-"YYYY"-x"'), 'typed in', 1),
  (:B, 'b2000000-0000-0000-0000-000000000001', 'Q-1999-123456', 'another year', 1);
select is(public.generate_quote_number(:B), to_char(now() at time zone 'UTC', '"Q-"YYYY"-10000"'),
  'goes past numbers that were typed in, and past 9999');
savepoint before_number;
select public.generate_quote_number(:B) \g /dev/null
rollback to before_number;
select is(public.generate_quote_number(:B), to_char(now() at time zone 'UTC', '"Q-"YYYY"-10001"'), 'no gap after a rollback');
set local timezone = 'Pacific/Kiritimati';
select matches(public.generate_quote_number(:B), to_char(now() at time zone 'UTC', '"^Q-"YYYY'), 'the year is that of UTC');
set local timezone = 'UTC';

-- strength
select is(public.calculate_signal_strength(t, '{}'), s, 'base of ' || t) from (values
  ('complaint', 0.80), ('urgency', 0.90), ('budget_mention', 0.85), ('competitor_mention', 0.75), ('expansion', 0.95),
  ('renewal', 0.90), ('upsell', 0.85), ('referral', 0.95), ('churn_risk', 0.95), ('unknown', 0.50)) as x (t, s);
select is(public.calculate_signal_strength('complaint', c::jsonb), s, 'complaint with ' || coalesce(c, 'null')) from (values
  (null, 0.80), ('{"keyword_count": 2}', 0.80), ('{"keyword_count": 3}', 0.90), ('{"is_decision_maker": true}', 0.85),
  ('{"is_decision_maker": false}', 0.80), ('{"keyword_count": "3", "is_decision_maker": "true"}', 0.95),
  ('{"keyword_count": "many", "is_decision_maker": 7}', 0.80), ('{"keyword_count": null}', 0.80), ('[]', 0.80),
  ('"text"', 0.80)) as x (c, s);
select is(public.calculate_signal_strength('churn_risk', '{"keyword_count": 9, "is_decision_maker": true}'), 1.00, 'at most 1');

select * from finish();
rollback;
