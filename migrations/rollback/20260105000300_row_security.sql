-- Undoes 20260105000300_row_security.sql. Policies and views stay: the first two files make them the same.

grant truncate, references, trigger
  on public.feedback_requests, public.deal_stage_history, public.deal_stage_config, public.quotes,
     public.quote_activities, public.quote_outcomes, public.contact_enrichment_queue, public.opportunity_signals,
     public.compliance_schedule, public.compliance_checks
  to anon, authenticated;

grant execute
  on function public.get_stalled_deals(uuid, integer), public.get_quotes_needing_followup(uuid, integer),
     public.get_compliance_due(uuid, integer), public.seed_default_deal_stages(uuid),
     public.generate_quote_number(uuid), public.advance_compliance_schedule(uuid),
     public.create_compliance_checks_from_schedule(uuid, jsonb), public.calculate_signal_strength(text, jsonb)
  to public, anon;
