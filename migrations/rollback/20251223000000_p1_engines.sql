-- Undoes 20251223000000_p1_engines.sql: the ten tables and what is in them are gone, and five columns of deals.
-- On a CRM that had these tables before us this is not wanted; stop a rollback one step earlier there.

drop function if exists public.get_compliance_due(uuid, integer);
drop function if exists public.get_quotes_needing_followup(uuid, integer);
drop function if exists public.get_stalled_deals(uuid, integer);

drop table if exists public.compliance_checks;
drop table if exists public.compliance_schedule;
drop table if exists public.opportunity_signals;
drop table if exists public.contact_enrichment_queue;
drop table if exists public.quote_outcomes;
drop table if exists public.quote_activities;
drop table if exists public.quotes;
drop table if exists public.deal_stage_config;
drop table if exists public.deal_stage_history;
drop table if exists public.feedback_requests;

alter table public.deals
  drop column if exists last_activity_at,
  drop column if exists stalled_at,
  drop column if exists auto_follow_up_enabled,
  drop column if exists next_follow_up_at,
  drop column if exists follow_up_count;
