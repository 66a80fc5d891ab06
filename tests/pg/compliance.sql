-- Compliance: periods, checks, reminders, overdue, escalated.

begin;
select * from no_plan();
\ir fixtures/two_tenants.sql
\set A '''a0000000-0000-0000-0000-000000000000'''
\set S '''a7000000-0000-0000-0000-000000000001'''

insert into public.compliance_schedule (id, tenant_id, compliance_type, frequency, next_due_at, target_entity_type)
  values (:S, :A, 'licence', 'monthly', '2026-01-31 09:30+00', 'client');

create function pg_temp.steps(p_frequency text, p_due text, p_steps integer) returns text language plpgsql as $$
declare
  v text := '';
begin
  update public.compliance_schedule set frequency = p_frequency, next_due_at = p_due::timestamptz, anchor_day = null
    where id = 'a7000000-0000-0000-0000-000000000001';
  for i in 1 .. p_steps loop
    perform public.advance_compliance_schedule('a7000000-0000-0000-0000-000000000001');
    v := v || (select to_char(next_due_at at time zone 'UTC', ' YYYY-MM-DD') from public.compliance_schedule
               where id = 'a7000000-0000-0000-0000-000000000001');
  end loop;
  return ltrim(v);
end
$$;

select is(pg_temp.steps(f, d, n), w, f || ' from ' || d) from (values
  ('monthly',     '2026-01-31 09:30+00', 4, '2026-02-28 2026-03-31 2026-04-30 2026-05-31'),
  ('monthly',     '2028-01-31 00:00+00', 2, '2028-02-29 2028-03-31'),
  ('monthly',     '2026-01-29 00:00+00', 2, '2026-02-28 2026-03-29'),
  ('monthly',     '2026-02-28 00:00+00', 1, '2026-03-28'),
  ('monthly',     '2026-12-31 23:59+00', 2, '2027-01-31 2027-02-28'),
  ('quarterly',   '2025-11-30 00:00+00', 2, '2026-02-28 2026-05-30'),
  ('quarterly',   '2026-12-31 00:00+00', 2, '2027-03-31 2027-06-30'),
  ('quarterly',   '2026-10-01 00:00+00', 1, '2027-01-01'),
  ('semi_annual', '2026-08-31 00:00+00', 2, '2027-02-28 2027-08-31'),
  ('annual',      '2028-02-29 00:00+00', 4, '2029-02-28 2030-02-28 2031-02-28 2032-02-29'),
  ('annual',      '2026-12-31 00:00+00', 1, '2027-12-31')) as x (f, d, n, w);
select is((select to_char(next_due_at at time zone 'UTC', 'HH24:MI') from public.compliance_schedule where id = :S), '00:00',
  'the time of day stays');

set local timezone = 'America/New_York';
select is(pg_temp.steps('monthly', '2026-01-31 02:00+00', 2), '2026-02-28 2026-03-31', 'whatever the time zone');
set local timezone = 'Pacific/Auckland';
select is(pg_temp.steps('monthly', '2026-01-31 23:00+00', 2), '2026-02-28 2026-03-31', 'on either side');
set local timezone = 'UTC';

select is(pg_temp.steps('monthly', '2026-01-31', 1), '2026-02-28', 'the 31st becomes the 28th');
update public.compliance_schedule set next_due_at = '2026-02-15' where id = :S;
select public.advance_compliance_schedule(:S) \g /dev/null
select is(next_due_at, '2026-03-15 00:00+00', 'a date that somebody moved stays moved') from public.compliance_schedule
  where id = :S;
select is(last_completed_at, now(), 'and the completion is noted') from public.compliance_schedule where id = :S;
select throws_ok($$ select public.advance_compliance_schedule(gen_random_uuid()) $$, 'P0002', null, 'no such schedule');

-- checks
update public.compliance_schedule set frequency = 'monthly', next_due_at = '2026-03-31 12:00+00', required_fields = '["phone"]'
  where id = :S;
select is(public.create_compliance_checks_from_schedule(:S,
  '[{"id": "a2000000-0000-0000-0000-000000000001", "name": "Acme"}, {"id": "a2000000-0000-0000-0000-000000000002", "name": "Two"},
    {"id": "a2000000-0000-0000-0000-000000000002", "name": "again"}]'), 2, 'two entities, one of them twice: two checks');
select is(public.create_compliance_checks_from_schedule(:S,
  '[{"id": "a2000000-0000-0000-0000-000000000001", "name": "Acme"}, {"id": "a2000000-0000-0000-0000-000000000003", "name": "Three"}]'),
  1, 'only the new one counts the second time');
select is(public.create_compliance_checks_from_schedule(:S, '[]'), 0, 'no entities');
select is(public.create_compliance_checks_from_schedule(:S, null), 0, 'nothing at all');
select results_eq(
  $$ select distinct period_start, period_end, due_at, status, required_fields, entity_type from public.compliance_checks $$,
  $$ values ('2026-02-28'::date, '2026-03-31'::date, '2026-03-31 12:00+00'::timestamptz, 'pending', '["phone"]'::jsonb, 'client') $$,
  'the period ends when the schedule is due');
select public.advance_compliance_schedule(:S) \g /dev/null
select is(public.create_compliance_checks_from_schedule(:S, '[{"id": "a2000000-0000-0000-0000-000000000001"}]'), 1,
  'the next period has its own check');
select throws_ok($$ select public.create_compliance_checks_from_schedule(gen_random_uuid(), '[]') $$, 'P0002', null,
  'no such schedule');

-- due
delete from public.compliance_checks;
update public.compliance_schedule set notification_days_before = 14, escalation_days_after = 7 where id = :S;
insert into public.compliance_checks (tenant_id, schedule_id, entity_type, entity_id, entity_name, period_start, period_end, due_at, status) values
  (:A, :S, 'client', gen_random_uuid(), 'in 14 days',    '2026-01-01', '2026-02-01', now() + interval '14 days', 'pending'),
  (:A, :S, 'client', gen_random_uuid(), 'in 15 days',    '2026-01-01', '2026-02-01', now() + interval '15 days', 'pending'),
  (:A, :S, 'client', gen_random_uuid(), '1 day late',    '2026-01-01', '2026-02-01', now() - interval '1 day',   'in_progress'),
  (:A, :S, 'client', gen_random_uuid(), '7 days late',   '2026-01-01', '2026-02-01', now() - interval '7 days',  'pending'),
  (:A, :S, 'client', gen_random_uuid(), '8 days late',   '2026-01-01', '2026-02-01', now() - interval '8 days',  'awaiting_response'),
  (:A, :S, 'client', gen_random_uuid(), 'done',          '2026-01-01', '2026-02-01', now() - interval '9 days',  'completed'),
  (:A, :S, 'client', gen_random_uuid(), 'waived',        '2026-01-01', '2026-02-01', now() - interval '9 days',  'waived'),
  (:A, null, 'client', gen_random_uuid(), 'no schedule', '2026-01-01', '2026-02-01', now() + interval '13 days 1 hour', 'pending');
select results_eq(
  $$ select entity_name, days_until_due, is_overdue, reminder_count
     from public.get_compliance_due('a0000000-0000-0000-0000-000000000000') $$,
  $$ values ('8 days late', -8, true, 0), ('7 days late', -7, true, 0), ('1 day late', -1, true, 0),
            ('no schedule', 13, false, 0), ('in 14 days', 14, false, 0) $$, 'inside the window or late; late first');
select is((select count(*) from public.get_compliance_due(:A, 2)), 2::bigint, 'the limit holds');
select is((select count(*) from public.get_compliance_due('b0000000-0000-0000-0000-000000000000')), 0::bigint, 'nothing of B');

-- reminders
create temp table c on commit drop as select id from public.compliance_checks where entity_name = 'in 14 days';
select is(public.record_compliance_reminder(id), 1, 'the first reminder') from c;
select is(k.status, 'awaiting_response', 'waits for an answer') from public.compliance_checks k join c using (id);
select is_empty($$ select 1 from public.get_compliance_due('a0000000-0000-0000-0000-000000000000') where entity_name = 'in 14 days' $$,
  'not again at once');
update public.compliance_checks set reminder_sent_at = now() - interval '3 days' where id in (select id from c);
select isnt_empty($$ select 1 from public.get_compliance_due('a0000000-0000-0000-0000-000000000000') where entity_name = 'in 14 days' $$,
  'again after the interval');
select is(public.record_compliance_reminder(id), 2, 'the second reminder') from c;
update public.compliance_checks set reminder_sent_at = now() - interval '3 days', reminder_count = 5 where id in (select id from c);
select is_empty($$ select 1 from public.get_compliance_due('a0000000-0000-0000-0000-000000000000') where entity_name = 'in 14 days' $$,
  'not more often than the schedule says');
update public.compliance_checks set due_at = now() - interval '1 hour', reminder_sent_at = now() - interval '1 day'
  where id in (select id from c);
select isnt_empty($$ select 1 from public.get_compliance_due('a0000000-0000-0000-0000-000000000000') where entity_name = 'in 14 days' $$,
  'but at once when it has become overdue since');
select is((select public.record_compliance_reminder(id) from public.compliance_checks where entity_name = 'done'), null,
  'no reminder of what is done');

-- overdue and escalated
select results_eq($$ select * from public.advance_compliance_states('b0000000-0000-0000-0000-000000000000') $$,
  $$ values (0, 0) $$, 'B has none');
select results_eq($$ select * from public.advance_compliance_states('a0000000-0000-0000-0000-000000000000') $$,
  $$ values (4, 1) $$, 'four are late, one of them for more than seven days');
select results_eq(
  $$ select entity_name, status from public.compliance_checks order by entity_name $$,
  $$ values ('1 day late', 'overdue'), ('7 days late', 'overdue'), ('8 days late', 'escalated'), ('done', 'completed'),
            ('in 14 days', 'overdue'), ('in 15 days', 'pending'), ('no schedule', 'pending'), ('waived', 'waived') $$,
  'the states');
select ok(escalated_at = now() and escalation_sent_at is null, 'escalated, and nobody told yet')
from public.compliance_checks where entity_name = '8 days late';
select results_eq($$ select * from public.advance_compliance_states() $$, $$ values (0, 0) $$, 'a second time changes nothing');
select is((select count(*) from public.get_compliance_due(:A) where status = 'escalated'), 0::bigint,
  'what is escalated is a person''s business');

select results_eq(
  $$ select total_checks, completed_count, overdue_count, waived_count, completion_rate_pct
     from public.compliance_completion_rates $$,
  $$ values (7::bigint, 1::bigint, 3::bigint, 1::bigint, 14.29) $$, 'the view counts them');

select * from finish();
rollback;
