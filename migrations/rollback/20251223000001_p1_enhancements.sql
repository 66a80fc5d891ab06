-- Undoes 20251223000001_p1_enhancements.sql. Stages that were seeded stay; they are data.

drop view if exists public.compliance_completion_rates;
drop view if exists public.signal_action_rates;
drop view if exists public.quote_win_rates;
drop view if exists public.deal_stage_velocity;

drop function if exists public.calculate_signal_strength(text, jsonb);
drop function if exists public.create_compliance_checks_from_schedule(uuid, jsonb);
drop function if exists public.advance_compliance_schedule(uuid);
drop function if exists public.compliance_interval(text);
drop function if exists public.generate_quote_number(uuid);
drop function if exists public.seed_default_deal_stages(uuid);

drop trigger if exists deal_activity_update on public.deals;
drop trigger if exists deal_stage_change on public.deals;
drop function if exists public.update_deal_last_activity();
drop function if exists public.log_deal_stage_change();

drop index if exists public.idx_quote_outcomes_analysis;
drop index if exists public.idx_enrichment_email;
drop index if exists public.idx_deals_stall_detection;
drop index if exists public.idx_deals_follow_up;
